import { z } from 'zod'
import type { TransactionTiming } from '../../flows/transaction.ts'
import type { Operation, Timing } from '../providers/provider.ts'
import { LEASE_MS } from '../store/due.ts'
import type { Connection } from '../store/tenants.ts'
import { adapterOf, traitsOf } from './road.ts'

const WEEK_MS = 7 * 86_400_000
const ms = z.int().positive().max(WEEK_MS)
/** The deadline of a call is the adapter's own field, for it is the adapter that keeps it, and tells what is wrong with it. */
const Configured = z.object({
  callMs: ms.optional().catch(undefined),
  timing: z
    .strictObject({
      firstInquiryMs: ms.exactOptional(),
      inquiryEveryMs: ms.exactOptional(),
      promptLifeMs: ms.exactOptional(),
      giveUpMs: ms.exactOptional(),
      graceMs: ms.exactOptional(),
      /** 0: this organisation has no rule against twins. */
      twinsMs: z.int().nonnegative().max(WEEK_MS).exactOptional(),
    })
    .default({}),
})

/** "Never heard of it" is believed so long after an order's lease and deadline could both have passed. */
const GRACE_MARGIN_MS = 10_000

type Timed = Pick<Connection, 'adapter' | 'config'>

function read({ adapter, config }: Timed): { readonly timing: Timing; readonly twinsMs: number | undefined } {
  const { timing: usual } = adapterOf({ adapter })
  return Configured.transform(({ callMs = usual.callMs, timing: { twinsMs, ...timing } }, context) => {
    const least = LEASE_MS + callMs
    if (timing.graceMs !== undefined && timing.graceMs <= least)
      context.addIssue({
        code: 'custom',
        path: ['timing', 'graceMs'],
        message: `more than ${least}: a worker's lease and the deadline of a call`,
      })
    // a longer deadline lengthens what nobody has set
    const graceMs = Math.max(usual.graceMs, least + GRACE_MARGIN_MS)
    return { timing: { ...usual, callMs, graceMs, ...timing }, twinsMs }
  }).parse(config)
}

/**
 * A connection's timing: the adapter's, where its configuration says nothing else. Throws a `ZodError` that tells all
 * faults at once; a `graceMs` within which an order may still be on its way is one (M3).
 */
export const timingOf = (connection: Timed): Timing => read(connection).timing

/** What a movement keeps of it from its first state on. */
export function movementTiming(connection: Timed, startsAfterMs: number): TransactionTiming {
  const { firstInquiryMs, inquiryEveryMs, giveUpMs, graceMs } = timingOf(connection)
  return { pushDelayMs: startsAfterMs, firstInquiryMs, inquiryEveryMs, giveUpMs, graceMs }
}

/** Within this time the provider takes the same amount to the same number for a repetition; undefined where it does not. */
export function twinsMsOf(connection: Connection, operation: Operation): number | undefined {
  const usual = traitsOf(connection, operation)?.twinsMs
  const twinsMs = usual === undefined ? 0 : (read(connection).twinsMs ?? usual)
  return twinsMs === 0 ? undefined : twinsMs
}
