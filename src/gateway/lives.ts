import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate'
import { z } from 'zod'
import { type BookingEvent, booking } from '../../flows/booking.ts'
import { type CollectionEvent, collection } from '../../flows/collection.ts'
import { type MessageEvent, message } from '../../flows/message.ts'
import { type TransactionEvent, transaction } from '../../flows/transaction.ts'
import type { LifeKind, LifeRow } from '../store/lives.ts'

/** What can happen to each kind of row. Every event carries its time; a due row is woken by the machine's own event. */
export type LifeEvents = {
  request: CollectionEvent
  transaction: TransactionEvent
  booking: BookingEvent
  message: MessageEvent
}

const amount = z.object({ amount: z.string(), currency: z.string() })
const instant = z.string()

const CONTEXTS: Readonly<Record<LifeKind, z.ZodType>> = {
  request: z.object({
    amount,
    paid: amount,
    remindAt: instant.nullable(),
    lapsesAt: instant,
    approval: z
      .object({ walletId: z.string(), amount, at: instant, by: z.enum(['ussd', 'officer']) })
      .nullable(),
    declined: z.object({ reason: z.string(), at: instant }).nullable(),
  }),
  transaction: z.object({
    amount,
    float: z.string(),
    timing: z.object({
      pushDelayMs: z.number(),
      firstInquiryMs: z.number(),
      inquiryEveryMs: z.number(),
      giveUpMs: z.number(),
      graceMs: z.number(),
    }),
    attempts: z.number(),
    sentAt: instant.nullable(),
    inquiries: z.number(),
    held: z.boolean(),
    receipt: z.string().nullable(),
    others: z.array(z.string()),
  }),
  booking: z.object({ amount, tries: z.number(), freshKey: z.boolean(), firstTriedAt: instant.nullable() }),
  message: z.object({ expiresAt: instant, tries: z.number(), lost: z.number() }),
}

export const MACHINES: Readonly<Record<LifeKind, AnyStateMachine>> = {
  request: collection,
  transaction,
  booking,
  message,
}

/** The version of the contexts above; an older row would be lifted to it here, by its `v`. */
const VERSION = 1
const stored = z.object({ v: z.literal(VERSION), context: z.unknown() })

/** A row that cannot be read is left untouched and alarmed: money is never guessed. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow'
}

export function restore(kind: LifeKind, row: Pick<LifeRow, 'id' | 'state' | 'snapshot'>): AnyMachineSnapshot {
  try {
    const { context } = stored.parse(row.snapshot)
    return MACHINES[kind].resolveState({ value: row.state, context: CONTEXTS[kind].parse(context) })
  } catch (error) {
    throw new UnreadableRow(
      `${kind} ${row.id} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

export const toStored = (snapshot: AnyMachineSnapshot): { state: string; snapshot: object } => ({
  state: String(snapshot.value),
  snapshot: { v: VERSION, context: snapshot.context },
})

/** The event by which the machine wakes itself in this state, if it waits there. */
export const wakeEvent = (kind: LifeKind, state: string): string | undefined => {
  const machine = MACHINES[kind]
  return machine.getStateNodeById(`${machine.id}.${state}`).after[0]?.eventType
}

export const hasTag = (kind: LifeKind, state: string, tag: string): boolean => {
  const machine = MACHINES[kind]
  return machine.getStateNodeById(`${machine.id}.${state}`).tags.includes(tag)
}
