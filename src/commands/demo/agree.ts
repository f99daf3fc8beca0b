import { verifyLedger } from '../../store/ledger.ts'
import type { Stage } from '../stage.ts'

/** What the demo must prove at its end; each disagreement is a sentence. */
type Truth = {
  readonly reference: string
  readonly amount: string
  readonly status: string
  readonly receipt?: string
}
type Ours = {
  readonly id: string
  readonly state: string
  readonly amount: bigint
  readonly receipt: string | null
  readonly references: readonly string[]
  readonly external_id: string | null
  readonly booked: bigint | null
}
type Booked = {
  readonly externalId: string | null
  readonly amount: string
  readonly receiptNumber: string | null
  readonly reversed: boolean
}

/** A simulator's amount in minor units, read without the product's own codec. */
const minor = (amount: string): bigint => BigInt(amount.replace('.', ''))

const get = async <T>(stage: Stage, path: string): Promise<readonly T[]> => {
  const response = await fetch(stage.url + path)
  return ((await response.json()) as { data: T[] }).data
}

const oursOf = (stage: Stage, tenantId: string): Promise<readonly Ours[]> =>
  stage.house.db.asTenant(tenantId, async trx => {
    const { rows } = await trx.raw(
      `select t.id, t.state, t.amount_minor as amount, t.receipt, b.external_id,
              case when b.state = 'booked' then b.amount_minor end as booked,
              array(select unnest(array[a.reference, a.provider_reference]) from attempts a
                     where a.tenant_id = t.tenant_id and a.transaction_id = t.id) as references
         from transactions t left join bookings b on b.tenant_id = t.tenant_id and b.transaction_id = t.id
        where t.tenant_id = ? order by t.id`,
      [tenantId],
    )
    return rows
  })

/** What the provider did and what we believe, payment by payment. An unresolved one is honest about not knowing. */
function withProvider(truth: readonly Truth[], ours: readonly Ours[]): string[] {
  const found: string[] = []
  const unresolved = ours.filter(({ state }) => state === 'unresolved')
  for (const { reference, status, amount, receipt } of truth) {
    const mine = ours.find(
      ({ references, receipt: known }) =>
        references.includes(reference) || (receipt !== undefined && known === receipt),
    )
    if (mine === undefined) {
      if (!unresolved.some(open => open.amount === minor(amount)))
        found.push(`the provider knows ${reference}, we do not`)
    } else if (status === 'succeeded' && mine.state !== 'booked' && mine.state !== 'unresolved')
      found.push(`${reference} succeeded, ours is ${mine.state}`)
    else if (status === 'failed' && mine.state !== 'failed')
      found.push(`${reference} failed, ours is ${mine.state}`)
    else if (mine.amount !== minor(amount))
      found.push(`${reference}: ${amount} there, ${mine.amount} minor units here`)
  }
  const succeeded = truth.filter(({ status }) => status === 'succeeded').length
  const booked = ours.filter(({ state }) => state === 'booked').length
  if (succeeded < booked || succeeded > booked + unresolved.length)
    found.push(`${succeeded} payments succeeded, ${booked} are booked, ${unresolved.length} unresolved`)
  return found
}

/** Fineract's books and ours, entry by entry and in sum. */
function withCore(entries: readonly Booked[], ours: readonly Ours[]): string[] {
  const found: string[] = []
  const theirs = entries.filter(
    ({ externalId, reversed }) => externalId?.startsWith('hatua-') === true && !reversed,
  )
  const mine = ours.filter(({ booked }) => booked !== null)
  for (const { externalId, amount, receiptNumber } of theirs) {
    const entry = mine.find(({ external_id }) => external_id === externalId)
    if (entry === undefined) found.push(`Fineract has ${externalId}, we do not`)
    else if (entry.booked !== minor(amount) || entry.receipt !== receiptNumber)
      found.push(`${externalId} differs: ${amount} ${receiptNumber} there`)
  }
  if (theirs.length !== mine.length)
    found.push(`Fineract has ${theirs.length} bookings of ours, we have ${mine.length}`)
  return found
}

/** Provider truth, our tables, the ledger's equations and Fineract's books, to the last minor unit. */
export async function disagreements(
  stage: Stage,
  tenants: readonly { readonly id: string; readonly provider: string }[],
): Promise<readonly string[]> {
  const found: string[] = []
  for (const { id, provider } of tenants) {
    const ours = await oursOf(stage, id)
    found.push(
      ...withProvider(await get<Truth>(stage, `/sim/providers/${provider}/transactions`), ours).map(
        text => `${id}: ${text}`,
      ),
      ...withCore(await get<Booked>(stage, `/sim/fineract/${id}/transactions?loanId=1`), ours).map(
        text => `${id}: ${text}`,
      ),
    )
  }
  for (const { tenantId, equation, accounts, rows } of await verifyLedger(
    stage.house.db,
    tenants.map(({ id }) => id),
  ))
    found.push(`${tenantId}: ${equation}: ${accounts} in the accounts, ${rows} in the rows`)
  return found
}
