import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate'
import { z } from 'zod'
import { type BatchEvent, batch } from '../../flows/batch.ts'
import { BOOKINGS, type BookingEvent, type EntryKind } from '../../flows/booking.ts'
import { type CollectionEvent, collection } from '../../flows/collection.ts'
import { type DisbursementEvent, disbursement } from '../../flows/disbursement.ts'
import { type MessageEvent, message } from '../../flows/message.ts'
import { collecting } from '../../flows/money-in.ts'
import { givingBack, paying } from '../../flows/money-out.ts'
import type { TransactionEvent } from '../../flows/transaction.ts'
import { type WebhookEvent, webhook } from '../../flows/webhook.ts'
import type { LifeKind, LifeRow } from '../store/lives.ts'

/** What can happen to each kind of row. Every event carries its time; a due row is woken by the machine's own event. */
export type LifeEvents = {
  request: CollectionEvent
  disbursement: DisbursementEvent
  batch: BatchEvent
  transaction: TransactionEvent
  booking: BookingEvent
  message: MessageEvent
  webhook: WebhookEvent
}

const amount = z.object({ amount: z.string(), currency: z.string() })
const instant = z.string()
const part = z.object({ amount, afterMs: z.number() })

const CONTEXTS: Readonly<Record<LifeKind, z.ZodType>> = {
  request: z.object({
    amount,
    paid: amount,
    remindAt: instant.nullable(),
    lapsesAt: instant,
    approval: z
      .object({
        walletId: z.string(),
        amount,
        at: instant,
        by: z.enum(['ussd', 'sms', 'officer']),
        parts: z.array(part),
      })
      .nullable(),
    inFlight: z.number(),
    declined: z.object({ reason: z.string(), at: instant }).nullable(),
  }),
  disbursement: z.object({
    amount,
    order: z.enum(['pay-first', 'core-first']),
    waitUntil: instant.nullable(),
    onTheWay: amount,
    confirmed: amount,
    entering: z.boolean(),
    entered: z.boolean(),
    reason: z.string().nullable(),
  }),
  batch: z.object({ items: z.number(), ended: z.number(), quiet: z.number().default(0) }),
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
    reuse: z.boolean(),
    receipt: z.string().nullable(),
    open: z.number().nullable(),
    made: z.number(),
    untold: amount,
    counted: amount,
    spoken: z.boolean(),
    items: z.number(),
    parted: z.number(),
    released: z.boolean(),
    itemId: z.string().nullable(),
    recalled: z.boolean().default(false),
    apart: z.boolean().default(false),
    // of an older row nobody knows
    refunded: z.boolean().default(true),
    differs: z.boolean().default(false),
  }),
  booking: z.object({
    amount,
    tries: z.number(),
    freshKey: z.boolean(),
    firstTriedAt: instant.nullable(),
    lockedSince: instant.nullable().default(null),
  }),
  message: z.object({
    expiresAt: instant,
    result: z.boolean().default(false),
    tries: z.number(),
    lost: z.number(),
    ways: z.number().default(1),
    way: z.number().default(0),
    barred: z.array(z.number()).default([]),
    unheardMs: z.number().nullable().default(null),
    again: z.boolean().default(false),
    taken: z.number().default(0),
  }),
  webhook: z.object({ tries: z.number() }),
}

/** The machine of each kind of row; a movement's and a booking's depend on what they move and enter. */
export const MACHINES = {
  request: { request: collection },
  disbursement: { disbursement },
  batch: { batch },
  transaction: { collect: collecting, disburse: paying, return: givingBack },
  booking: BOOKINGS,
  message: { message },
  webhook: { webhook },
} as const satisfies Readonly<Record<LifeKind, Readonly<Record<string, AnyStateMachine>>>>

/** Which of its kind's machines a row lives by. */
export type Variant = 'collect' | 'disburse' | 'return' | EntryKind

export type Life = Pick<LifeRow, 'id' | 'state' | 'snapshot'> & Readonly<Record<string, unknown>>

export function machineOf(kind: LifeKind, variant: unknown): AnyStateMachine {
  const machines: Readonly<Record<string, AnyStateMachine>> = MACHINES[kind]
  const found = machines[typeof variant === 'string' ? variant : kind]
  if (found === undefined) throw new UnreadableRow(`no ${kind} is called ${String(variant)}`)
  return found
}

const variantOf = (kind: LifeKind, row: Life): unknown =>
  kind === 'transaction' ? row.kind : kind === 'booking' ? row.entry : kind

/** The version of the contexts above. */
const VERSION = 2
const stored = z.object({
  v: z.number().int().min(1).max(VERSION),
  context: z.record(z.string(), z.unknown()),
})

/** Lifts the context of an older row to the present version. */
const FROM_1: Partial<Record<LifeKind, (context: Record<string, unknown>, state: string) => object>> = {
  request: ({ approval, ...context }, state) => ({
    ...context,
    approval: approval && {
      ...(approval as object),
      parts: [{ amount: (approval as { amount: unknown }).amount, afterMs: 0 }],
    },
    inFlight: state === 'approved' ? 1 : 0,
  }),
  transaction: ({ others: _, ...context }, state) => ({
    ...context,
    reuse: Number(context.attempts) > 1,
    open: state === 'confirmed' ? 1 : state === 'booked' ? 0 : null,
    made: state === 'booked' || state === 'reversed' ? 1 : 0,
    untold: { ...(context.amount as object), amount: zeroLike(context.amount) },
    counted:
      state === 'booked'
        ? context.amount
        : { ...(context.amount as object), amount: zeroLike(context.amount) },
    parted: 0,
    spoken: state === 'failed' || state === 'booked',
    items: state === 'suspense' ? 1 : 0,
    released: false,
    itemId: null,
  }),
}

const zeroLike = (of: unknown): string => String((of as { amount: string }).amount).replace(/[1-9]/g, '0')

/** A row that cannot be read is left untouched and alarmed: money is never guessed. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow'
}

export function restore(kind: LifeKind, row: Life): AnyMachineSnapshot {
  try {
    const { v, context } = stored.parse(row.snapshot)
    const lifted = v === 1 ? (FROM_1[kind]?.(context, row.state) ?? context) : context
    return machineOf(kind, variantOf(kind, row)).resolveState({
      value: row.state,
      context: CONTEXTS[kind].parse(lifted),
    })
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

const nodeOf = (kind: LifeKind, row: Life) => {
  const machine = machineOf(kind, variantOf(kind, row))
  return machine.getStateNodeById(`${machine.id}.${row.state}`)
}

/** The event by which the machine wakes itself in this state, if it waits there. */
export const wakeEvent = (kind: LifeKind, row: Life): string | undefined =>
  nodeOf(kind, row).after[0]?.eventType

export const hasTag = (kind: LifeKind, row: Life, tag: string): boolean =>
  nodeOf(kind, row).tags.includes(tag)
