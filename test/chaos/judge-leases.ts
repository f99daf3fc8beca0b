import { START_MARGIN_MS } from '../../src/store/due.ts'
import type { Truth } from './truth.ts'
import type { World } from './world.ts'

/**
 * No order reaches a provider when whoever takes the row over may have asked about it already (M2): each arrives within
 * the margin of an attempt's being marked as sent. A call takes no time of the campaign's clock, but for a slow one.
 */
export async function withLeases(
  { admin }: World,
  tenant: string,
  truth: readonly Truth[],
): Promise<string[]> {
  const { rows } = await admin.query<{ names: string[]; sent_at: Date }>(
    `select array_remove(array[reference, provider_reference], null) as names, sent_at
       from attempts where tenant_id = $1 and sent_at is not null`,
    [tenant],
  )
  const sentOf = (name: string | null | undefined): number[] =>
    rows.filter(({ names }) => names.includes(name ?? '')).map(row => row.sent_at.getTime())
  return truth.flatMap(({ kind, reference, conversationId, amount, createdAt }) => {
    const sent = [...sentOf(reference), ...sentOf(conversationId)]
    const arrived = Date.parse(createdAt)
    const inTime = sent.some(at => arrived >= at && arrived - at <= START_MARGIN_MS)
    return sent.length === 0 || inTime
      ? []
      : [
          `${kind} ${reference} of ${amount} arrived at ${createdAt}, when another worker might have asked about it`,
        ]
  })
}
