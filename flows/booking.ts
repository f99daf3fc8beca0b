import { setup } from 'xstate'
import type { MoneyText } from '../src/domain/money.ts'
import type { BookingTold, Deed, DisbursementTold, TransactionTold } from './deeds.ts'

/**
 * One entry in the core's books: the repayment of an allocation, a disbursal, what undoes them, or the journal entry that
 * mirrors a suspense item. Sent once under its own key and external id; what is not an explicit yes or
 * no is looked up by the external id; it waits for as long as the core is away, and one loan has one open booking.
 */
export type BookingContext = {
  readonly amount: MoneyText
  /** Refusals and silences in a row; the pause grows with them. */
  readonly tries: number
  /** True where the core keeps a refusal under the last key: the next try needs a fresh one. */
  readonly freshKey: boolean
  readonly firstTriedAt: string | null
  /** Since when each refusal says that the core itself holds the account. */
  readonly lockedSince: string | null
}

export type BookingEvent =
  | { readonly type: 'SLOT' | 'AWAITING' | 'UNKNOWN' | 'NOT_FOUND'; readonly at: string }
  /** `late`: booked on a later day than the money came, and why. */
  | { readonly type: 'BOOKED'; readonly at: string; readonly late?: string }
  /** The money went back before it was booked. */
  | { readonly type: 'MOOT'; readonly at: string }
  /** A person has mended what the core refused. */
  | { readonly type: 'RETRY'; readonly at: string }
  | BookingTold
  /** The core holds this payment with another amount than ours: neither booked nor repeated until somebody mends it. */
  | { readonly type: 'DIFFERS'; readonly at: string; readonly detail: string }
  | {
      readonly type: 'REFUSED'
      readonly at: string
      readonly code: string
      readonly retry: 'same-key' | 'new-key' | 'other-date' | 'never'
      /** Only where the core itself holds the account of money that came in: for so long the lender waits for that. */
      readonly patienceMs?: number
    }

/** Pauses between tries: 2 s, doubled up to this. */
const MAX_PAUSE_MS = 5 * 60_000
/** After this long somebody should look why the core takes nothing. */
const ALARM_MS = 60 * 60_000
/** An entry that waits for a checker is looked up this often. */
const APPROVAL_MS = 10 * 60_000

/** Each time so many tries found nothing, or the key still at work, the key itself is thought to be stuck. */
const STUCK_TRIES = 5

const deed = (order: (now: { context: BookingContext; event: BookingEvent }) => Deed) =>
  ({ type: 'do', params: order }) as const

const host = setup({
  types: { context: {} as BookingContext, events: {} as BookingEvent, input: {} as { amount: MoneyText } },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    pause: ({ context }) =>
      context.tries === 0 ? 0 : Math.min(2000 * 2 ** (context.tries - 1), MAX_PAUSE_MS),
    approval: APPROVAL_MS,
  },
  guards: {
    late: ({ event }) => event.type === 'BOOKED' && event.late !== undefined,
    refusedForGood: ({ event }) => event.type === 'REFUSED' && event.retry === 'never',
    lockedLong: ({ context, event }) =>
      event.type === 'REFUSED' &&
      event.patienceMs !== undefined &&
      Date.parse(event.at) - Date.parse(context.lockedSince ?? event.at) >= event.patienceMs,
    waitedLong: ({ context, event }) =>
      context.firstTriedAt !== null && Date.parse(event.at) - Date.parse(context.firstTriedAt) >= ALARM_MS,
  },
})

const tell = (event: (now: { context: BookingContext; event: BookingEvent }) => Tell) => deed(event)
type Tell = Extract<Deed, { kind: 'tell' }>

const toTransaction = (type: TransactionTold['type']) =>
  tell(({ context, event }) => ({
    kind: 'tell',
    to: 'transaction',
    event: { type, at: event.at, amount: context.amount, ...codeOf(event) } as TransactionTold,
  }))
const toDisbursement = (type: DisbursementTold['type']) =>
  tell(({ event }) => ({
    kind: 'tell',
    to: 'disbursement',
    event: { type, at: event.at, ...codeOf(event) } as DisbursementTold,
  }))
const toUndone = tell(({ event }) => ({
  kind: 'tell',
  to: 'undone',
  event: { type: 'UNDONE', at: event.at },
}))
const codeOf = (event: BookingEvent): { code?: string; locked?: true } =>
  event.type === 'REFUSED'
    ? { code: event.code, ...(event.patienceMs === undefined ? {} : { locked: true }) }
    : {}

const post = (debit: string, credit: string) =>
  deed(({ context }) => ({ kind: 'transfer', debit, credit, amount: context.amount }))
const openCase = (about: Extract<Deed, { kind: 'case' }>['about']) =>
  deed(({ event }) => ({ kind: 'case', about, ...(event.type === 'REFUSED' ? { detail: event.code } : {}) }))

/** What each kind of entry means for our double entry, and who is told. */
const RULES = {
  repayment: {
    entered: [post('clearing-in', 'core'), toTransaction('BOOKED')],
    refused: [toTransaction('NOT_BOOKABLE')],
  },
  deposit: {
    entered: [post('clearing-in', 'core'), toTransaction('BOOKED')],
    refused: [toTransaction('NOT_BOOKABLE')],
  },
  disbursal: {
    entered: [post('core', 'clearing-out'), toDisbursement('BOOKED')],
    refused: [toDisbursement('NOT_BOOKABLE')],
  },
  // a payout without a loan: a journal entry against the lender's programme
  voucher: {
    entered: [post('core', 'clearing-out'), toDisbursement('BOOKED')],
    refused: [toDisbursement('NOT_BOOKABLE')],
  },
  'undo-repayment': {
    entered: [post('core', 'clearing-in'), toUndone, toTransaction('UNDONE')],
    refused: [toTransaction('UNDO_REFUSED')],
  },
  'undo-deposit': {
    entered: [post('core', 'clearing-in'), toUndone, toTransaction('UNDONE')],
    refused: [toTransaction('UNDO_REFUSED')],
  },
  'undo-disbursal': {
    entered: [post('clearing-out', 'core'), toUndone, toDisbursement('UNDONE')],
    refused: [toDisbursement('UNDO_REFUSED')],
  },
  'undo-voucher': {
    entered: [post('clearing-out', 'core'), toUndone, toDisbursement('UNDONE')],
    refused: [toDisbursement('UNDO_REFUSED')],
  },
  // the mirror of a suspense item: our own double entry has it already
  journal: { entered: [], refused: [openCase('mirror-refused')] },
} as const

export type EntryKind = keyof typeof RULES
export const ENTRIES = Object.keys(RULES) as readonly EntryKind[]

/** Their refusal has moved the money on: to the board, where a person books it anew, or to a claim. */
const SETTLED: ReadonlySet<EntryKind> = new Set(['repayment', 'deposit', 'undo-repayment', 'undo-deposit'])

/** Entries for which the core takes no external id: their key alone keeps a second one out. */
const UNGUARDED: ReadonlySet<EntryKind> = new Set([
  'deposit',
  'undo-deposit',
  'journal',
  'voucher',
  'undo-voucher',
])

/** A later value date may have cost her a penalty: somebody makes that good. */
const lateCase = deed(({ event }) => ({
  kind: 'case',
  about: 'late-booking',
  ...(event.type === 'BOOKED' && event.late !== undefined ? { detail: event.late } : {}),
}))

const alarm = deed(() => ({ kind: 'case', about: 'booking-waits' }))
/** The item on the board tells of it from here. */
const settleWaits = deed(() => ({ kind: 'settle', about: 'booking-waits' }))

/** Back to the queue, to be tried again after a pause; the loan's slot is free meanwhile. */
const later = [
  { guard: 'waitedLong', target: 'planned', actions: ['tried', alarm] },
  { target: 'planned', actions: 'tried' },
] as const

const differs = {
  target: 'unknown',
  reenter: true,
  actions: [
    'tried',
    deed(({ event }) => ({
      kind: 'case',
      about: 'booked-otherwise',
      ...(event.type === 'DIFFERS' ? { detail: event.detail } : {}),
    })),
  ],
} as const

/** Held by the core until a checker says yes or no; long without either, somebody should look. */
const stillHeld = [
  { guard: 'waitedLong', target: 'awaiting-approval', reenter: true, actions: alarm },
  { target: 'awaiting-approval', reenter: true },
] as const

const lookAgain = [
  { guard: 'waitedLong', target: 'unknown', reenter: true, actions: ['tried', alarm] },
  { target: 'unknown', reenter: true, actions: 'tried' },
] as const

/** What was refused before the account was looked at, or not answered, says nothing of the lock. */
function lockedSince({ lockedSince: since }: BookingContext, event: BookingEvent): string | null {
  if (event.type !== 'REFUSED') return since
  if (event.patienceMs !== undefined) return since ?? event.at
  return event.retry === 'same-key' ? since : null
}

/** `guarded`: the core keeps a second row of our external id out for ever. */
const entry = (guarded: boolean) =>
  host.extend({
    actions: {
      tried: host.assign(({ context, event }) => ({
        tries: context.tries + 1,
        firstTriedAt: context.firstTriedAt ?? event.at,
        lockedSince: lockedSince(context, event),
        // A key that the core holds as "under processing" for ever is given up where the external id still guards; else
        // only a person may, for the first call may still come through.
        freshKey:
          context.freshKey ||
          (event.type === 'REFUSED' && (event.retry === 'new-key' || event.retry === 'other-date')) ||
          (guarded &&
            (context.tries + 1) % STUCK_TRIES === 0 &&
            (event.type === 'NOT_FOUND' || (event.type === 'REFUSED' && event.code === 'under-processing'))),
      })),
      anew: host.assign({ tries: 0, freshKey: true, firstTriedAt: null, lockedSince: null }),
      keyed: host.assign(({ context, event }) => ({
        freshKey: false,
        firstTriedAt: context.firstTriedAt ?? event.at,
      })),
    },
  })

/** The machine of one kind of entry: the same life for all, with that kind's postings. */
function bookingOf(kind: EntryKind) {
  const { entered, refused: told } = RULES[kind]
  const settled = SETTLED.has(kind)
  const booked = [
    { guard: 'late', target: 'booked', actions: [lateCase, ...entered] },
    { target: 'booked', actions: entered },
  ] as const
  const refused = { guard: 'refusedForGood', target: 'refused', actions: told } as const
  // an explicit no, so nothing of it is under way: the money may have another home
  const lockedLong = { guard: 'lockedLong', target: 'refused', actions: [...told, settleWaits] } as const
  return entry(!UNGUARDED.has(kind)).createMachine({
    id: `booking-${kind}`,
    context: ({ input }) => ({
      amount: input.amount,
      tries: 0,
      freshKey: true,
      firstTriedAt: null,
      lockedSince: null,
    }),
    initial: 'planned',
    states: {
      planned: {
        tags: ['queue'],
        after: { pause: { target: 'planned', reenter: true } },
        on: { SLOT: 'sending', BOOKED: booked, MOOT: 'undone' },
      },
      sending: {
        tags: ['send'],
        entry: [deed(({ context }) => ({ kind: 'attempt', fresh: context.freshKey })), 'keyed'],
        on: {
          BOOKED: booked,
          DIFFERS: differs,
          AWAITING: 'awaiting-approval',
          REFUSED: [refused, lockedLong, ...later],
          UNKNOWN: { target: 'unknown', actions: 'tried' },
          NOT_FOUND: { target: 'unknown', actions: 'tried' },
        },
      },
      unknown: {
        tags: ['look-up'],
        after: { pause: { target: 'unknown', reenter: true } },
        on: {
          BOOKED: booked,
          DIFFERS: differs,
          AWAITING: 'awaiting-approval',
          // Not there, and the key still guards: the same key again books once, whatever became of the first call.
          NOT_FOUND: { target: 'planned', actions: 'tried' },
          // what was found says that it never can be: somebody else has made the entry, or undone it
          REFUSED: [refused, ...lookAgain],
          UNKNOWN: lookAgain,
        },
      },
      'awaiting-approval': {
        tags: ['look-up'],
        after: { approval: { target: 'awaiting-approval', reenter: true } },
        on: {
          BOOKED: booked,
          DIFFERS: differs,
          NOT_FOUND: stillHeld,
          REFUSED: [refused, ...stillHeld],
          UNKNOWN: stillHeld,
        },
      },
      booked: { on: { UNDONE: 'undone' } },
      refused: { on: settled ? {} : { RETRY: { target: 'planned', actions: 'anew' } } },
      undone: {},
    },
  })
}

export const BOOKINGS = Object.fromEntries(ENTRIES.map(kind => [kind, bookingOf(kind)])) as Readonly<
  Record<EntryKind, ReturnType<typeof bookingOf>>
>
