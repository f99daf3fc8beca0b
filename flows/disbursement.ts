import { setup } from 'xstate'
import { add, exceeds, fromText, type MoneyText, subtract, toText, zero } from '../src/domain/money.ts'
import type { CaseAbout, Deed, DisbursementTold, PayPart } from './deeds.ts'

/**
 * We pay out: a loan's net amount, or a voucher without a loan. Checks first, then the money, then the core's entry; where
 * disbursing needs a checker in the core, the entry comes first, and a final failure takes it back. It is paid when every
 * part is confirmed and the one entry is made.
 */
export type DisbursementContext = {
  readonly amount: MoneyText
  /** `core-first`: the core's entry before the money. */
  readonly order: 'pay-first' | 'core-first'
  /** When it may be looked at again; null: at once. */
  readonly waitUntil: string | null
  /** Sums of parts by their fate; what is neither is not sent. */
  readonly onTheWay: MoneyText
  readonly confirmed: MoneyText
  /** Its entry is ordered, and the core has neither taken nor refused it. */
  readonly entering: boolean
  /** The core has the disbursal. */
  readonly entered: boolean
  readonly reason: string | null
}

export type DisbursementEvent =
  | { readonly type: 'APPROVE' | 'CANCEL'; readonly at: string }
  /** All checks passed: these parts go out. */
  | { readonly type: 'READY'; readonly at: string; readonly parts: readonly PayPart[] }
  /** The core takes the entry first. */
  | { readonly type: 'ENTER'; readonly at: string }
  /** Not now: the core is away, or a limit is met by time. */
  | { readonly type: 'WAIT'; readonly at: string; readonly until: string }
  /** Not to be paid: by its checks, or when its parts that had not left were looked at again and withdrawn. */
  | { readonly type: 'REFUSED'; readonly at: string; readonly why: string }
  /** A person decides about what is part-paid: send the rest again, or leave it at that. */
  | { readonly type: 'RETRY' | 'GIVE_UP'; readonly at: string }
  /** Two people decide that what arrived is all of it: that much is entered in the core. */
  | { readonly type: 'BOOK_LOWER'; readonly at: string }
  | DisbursementTold

export type DisbursementInput = {
  readonly amount: MoneyText
  readonly order: DisbursementContext['order']
}

/** While money or an entry is on its way somebody else wakes it; it looks around this often all the same. */
const CHASE_MS = 24 * 3_600_000

const host = setup({
  types: {
    context: {} as DisbursementContext,
    events: {} as DisbursementEvent,
    input: {} as DisbursementInput,
  },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    check: ({ context, event }) =>
      context.waitUntil === null ? 0 : Math.max(0, Date.parse(context.waitUntil) - Date.parse(event.at)),
    chase: CHASE_MS,
  },
  guards: {
    whole: now => isWhole(after(now)),
    wholeAndEntered: now => now.context.entered && isWhole(after(now)),
    wholeAndEntering: now => now.context.entering && isWhole(after(now)),
    // what is paid and what is on its way will do
    covered: now => rest(after(now)) <= 0n,
    moreOnTheWay: now => !isZero(after(now).onTheWay),
    noneLeft: now => isNothing(after(now)),
    noneLeftEntered: now => now.context.entered && isNothing(after(now)),
    entered: ({ context }) => context.entered,
    wholePaid: ({ context }) => isWhole(context),
    nothingLeft: ({ context }) => isNothing(context),
    nothingLeftEntered: ({ context }) => context.entered && isNothing(context),
    somethingToSend: ({ context }) => rest(context) > 0n,
    canBookLower: ({ context }) =>
      !context.entered && !context.entering && isZero(context.onTheWay) && !isZero(context.confirmed),
  },
})

type Sums = Pick<DisbursementContext, 'amount' | 'onTheWay' | 'confirmed'>

const plus = (a: MoneyText, b: MoneyText): MoneyText => toText(add(fromText(a), fromText(b)))
const minus = (a: MoneyText, b: MoneyText): MoneyText => {
  const [from, of] = [fromText(a), fromText(b)]
  return toText(exceeds(of, from) ? zero(from.currency) : subtract(from, of))
}
const isZero = (amount: MoneyText): boolean => fromText(amount).minor === 0n
const isWhole = ({ amount, confirmed }: Sums): boolean => !exceeds(fromText(amount), fromText(confirmed))
const isNothing = ({ onTheWay, confirmed }: Sums): boolean => isZero(onTheWay) && isZero(confirmed)
const rest = ({ amount, onTheWay, confirmed }: Sums): bigint =>
  fromText(amount).minor - fromText(onTheWay).minor - fromText(confirmed).minor

/** The sums once this event of a part is counted; a part that comes late was taken off what is on its way before. */
function after({ context, event }: Now): Sums {
  const { amount, onTheWay, confirmed } = context
  switch (event.type) {
    case 'PART_CONFIRMED':
      return {
        amount,
        onTheWay: event.late === true ? onTheWay : minus(onTheWay, event.amount),
        confirmed: plus(confirmed, event.amount),
      }
    case 'PART_FAILED':
      return { amount, onTheWay: minus(onTheWay, event.amount), confirmed }
    case 'PART_REVERSED':
      return { amount, onTheWay, confirmed: minus(confirmed, event.amount) }
    default:
      return context
  }
}

type Now = { readonly context: DisbursementContext; readonly event: DisbursementEvent }
const deed = <Order extends Deed>(order: (now: Now) => Order) => ({ type: 'do', params: order }) as const

const pay = deed(({ event }) => ({ kind: 'pay', parts: event.type === 'READY' ? event.parts : [] }))
const disburse = deed(() => ({ kind: 'disburse' }))
const undo = deed(() => ({ kind: 'undo', again: true }))
const openCase = (about: CaseAbout) =>
  deed(({ event }) => ({ kind: 'case', about, ...('code' in event ? { detail: event.code } : {}) }))
const settle = (about: CaseAbout) => deed(() => ({ kind: 'settle', about }))
const tellParts = deed(({ context, event }) => ({
  kind: 'tell',
  to: 'parts',
  event: { type: 'BOOKED', at: event.at, amount: context.amount },
}))
const say = (about: 'paid-out' | 'payout-failed') =>
  deed(({ context, event }) => ({
    kind: 'message',
    about,
    amount: context.amount,
    // what we refuse ourselves, and what the core refuses, is no answer of her operator
    ...(event.type === 'PART_FAILED' ? { reason: event.reason } : {}),
  }))

const paid = [
  tellParts,
  say('paid-out'),
  settle('paid-not-disbursed'),
  settle('part-paid-disbursement'),
] as const
const partPaid = openCase('part-paid-disbursement')
const failed = say('payout-failed')
/** Alarmed before all else: she has the money, the core does not know. */
const notDisbursed = openCase('paid-not-disbursed')

const second = openCase('second-receipt')

/** Whole: entered, it is paid; else its entry is made, unless it is on its way. */
const whole = [
  { guard: 'wholeAndEntered', target: 'paid', actions: ['count', ...paid] },
  { guard: 'wholeAndEntering', target: 'paying', actions: 'count' },
  { guard: 'whole', target: 'paying', actions: ['count', 'entering', disburse] },
] as const

/** A part came through after all was given up; a loan that is disbursed by now makes the core refuse the entry. */
const LATE = [
  whole[0],
  whole[1],
  { ...whole[2], actions: ['count', openCase('late-confirmation'), 'entering', disburse] },
  { target: 'part-paid', actions: ['count', partPaid] },
] as const

/** What she had of it is with the lender again. */
const cameBack = [settle('part-paid-disbursement'), settle('paid-not-disbursed')] as const

/** Nothing of it is with her any more, and nothing is on its way. */
const gone = (...also: readonly Ordered[]) =>
  [
    { guard: 'noneLeftEntered', target: 'failed', actions: ['count', undo, ...cameBack, ...also] },
    { guard: 'noneLeft', target: 'failed', actions: ['count', ...cameBack, ...also] },
  ] as const
type Ordered = typeof failed | ReturnType<typeof openCase>

/** An entry that comes twice is refused once: then nothing is amiss. */
const entryRefused = [
  { guard: 'entered', actions: 'refused' },
  { actions: ['refused', 'remember', notDisbursed] },
] as const
const counted = { actions: 'count' } as const
const noted = { actions: 'remember' } as const

export const disbursement = host
  .extend({
    actions: {
      wait: host.assign(({ event }) => (event.type === 'WAIT' ? { waitUntil: event.until } : {})),
      ready: host.assign(({ context, event }) =>
        event.type === 'READY'
          ? {
              waitUntil: null,
              onTheWay: toText(
                event.parts.reduce(
                  (sum, part) => add(sum, fromText(part.amount)),
                  fromText(context.onTheWay),
                ),
              ),
            }
          : {},
      ),
      chase: host.assign(({ event }) => ({
        waitUntil: new Date(Date.parse(event.at) + CHASE_MS).toISOString(),
      })),
      entering: host.assign({ entering: true }),
      enter: host.assign({ entered: true, entering: false, waitUntil: null }),
      refused: host.assign({ entering: false }),
      leave: host.assign({ entered: false }),
      again: host.assign({ waitUntil: null }),
      lower: host.assign(({ context }) => ({ amount: context.confirmed })),
      count: host.assign(now => after(now)),
      remember: host.assign(({ event }) => ({
        reason:
          event.type === 'REFUSED'
            ? event.why
            : event.type === 'PART_FAILED'
              ? event.reason
              : event.type === 'NOT_BOOKABLE'
                ? event.code
                : event.type.toLowerCase(),
      })),
    },
  })
  .createMachine({
    id: 'disbursement',
    context: ({ input }) => ({
      amount: input.amount,
      order: input.order,
      waitUntil: null,
      onTheWay: toText(zero(input.amount.currency)),
      confirmed: toText(zero(input.amount.currency)),
      entering: false,
      entered: false,
      reason: null,
    }),
    initial: 'planned',
    states: {
      /** Waits for a second person, where the tenant wants one. */
      planned: {
        after: { chase: { target: 'planned', reenter: true, actions: openCase('disbursement-waits') } },
        on: {
          APPROVE: 'approved',
          CANCEL: { target: 'failed', actions: 'remember' },
          PART_CONFIRMED: LATE,
          PART_REVERSED: counted,
        },
      },
      /** Checked against the core, and split; nothing of what is still to be sent has left yet. */
      approved: {
        tags: ['check'],
        after: { check: { target: 'approved', reenter: true } },
        on: {
          READY: { target: 'paying', actions: ['ready', pay] },
          ENTER: { target: 'approved', reenter: true, actions: ['chase', 'entering', disburse] },
          WAIT: { target: 'approved', reenter: true, actions: 'wait' },
          BOOKED: { target: 'approved', reenter: true, actions: 'enter' },
          UNDONE: { target: 'approved', reenter: true, actions: 'leave' },
          CANCEL: [
            { guard: 'nothingLeftEntered', target: 'failed', actions: ['remember', undo] },
            { guard: 'nothingLeft', target: 'failed', actions: 'remember' },
            { target: 'part-paid', actions: ['remember', partPaid] },
          ],
          REFUSED: [
            { guard: 'nothingLeftEntered', target: 'failed', actions: ['remember', undo, failed] },
            { guard: 'nothingLeft', target: 'failed', actions: ['remember', failed] },
            { target: 'part-paid', actions: ['remember', partPaid] },
          ],
          NOT_BOOKABLE: [
            { guard: 'nothingLeft', target: 'failed', actions: ['refused', 'remember', failed] },
            { target: 'part-paid', actions: ['refused', 'remember', notDisbursed] },
          ],
          PART_CONFIRMED: [...whole, { guard: 'covered', target: 'paying', actions: 'count' }, counted],
          PART_FAILED: { actions: ['count', 'remember'] },
          PART_REVERSED: counted,
        },
      },
      /** Every part is counted; once nothing is on its way, the sum of what arrived decides. */
      paying: {
        after: { chase: { target: 'paying', reenter: true } },
        on: {
          PART_CONFIRMED: [
            // more than all of it: the entry is ordered already
            { guard: 'wholePaid', actions: ['count', second] },
            { guard: 'wholeAndEntered', target: 'paid', actions: ['count', ...paid] },
            { guard: 'wholeAndEntering', actions: 'count' },
            { guard: 'whole', actions: ['count', 'entering', disburse] },
            { guard: 'moreOnTheWay', actions: 'count' },
            { target: 'part-paid', actions: ['count', partPaid] },
          ],
          PART_FAILED: [
            { guard: 'whole', actions: 'count' },
            { guard: 'moreOnTheWay', actions: ['count', 'remember'] },
            { guard: 'noneLeftEntered', target: 'failed', actions: ['count', 'remember', undo, failed] },
            { guard: 'noneLeft', target: 'failed', actions: ['count', 'remember', failed] },
            { target: 'part-paid', actions: ['count', 'remember', partPaid] },
          ],
          PART_REVERSED: [
            { guard: 'whole', actions: 'count' },
            { guard: 'moreOnTheWay', actions: 'count' },
            ...gone(failed),
            { target: 'part-paid', actions: ['count', partPaid] },
          ],
          // why its parts were withdrawn, told after they were; what is whole by then was not refused
          REFUSED: [{ guard: 'wholePaid' }, noted],
          BOOKED: [{ guard: 'wholePaid', target: 'paid', actions: ['enter', ...paid] }, { actions: 'enter' }],
          UNDONE: [{ guard: 'wholePaid', actions: ['leave', 'entering', disburse] }, { actions: 'leave' }],
          NOT_BOOKABLE: entryRefused,
        },
      },
      'part-paid': {
        after: { chase: { target: 'part-paid', reenter: true } },
        on: {
          RETRY: { guard: 'somethingToSend', target: 'approved', actions: 'again' },
          BOOK_LOWER: { guard: 'canBookLower', target: 'paying', actions: ['lower', 'entering', disburse] },
          // what was paid is hers, without a loan: the case stays until it has come back
          GIVE_UP: [
            { guard: 'entered', target: 'failed', actions: ['remember', undo] },
            { target: 'failed', actions: 'remember' },
          ],
          PART_CONFIRMED: [...whole, counted],
          PART_FAILED: { actions: ['count', 'remember'] },
          PART_REVERSED: [...gone(failed), counted],
          REFUSED: noted,
          BOOKED: { actions: 'enter' },
          UNDONE: { actions: 'leave' },
          NOT_BOOKABLE: entryRefused,
        },
      },
      paid: {
        on: {
          PART_CONFIRMED: { actions: ['count', second] },
          PART_FAILED: counted,
          PART_REVERSED: [
            { guard: 'whole', actions: 'count' },
            ...gone(openCase('reversed')),
            { target: 'part-paid', actions: ['count', partPaid] },
          ],
          // a late part came through while the entry was being taken back
          UNDONE: { target: 'paying', actions: ['leave', 'entering', disburse] },
          NOT_BOOKABLE: { actions: 'refused' },
        },
      },
      failed: {
        on: {
          PART_CONFIRMED: LATE,
          PART_FAILED: counted,
          PART_REVERSED: [{ guard: 'noneLeft', actions: ['count', ...cameBack] }, counted],
          REFUSED: noted,
          BOOKED: { actions: ['enter', undo] },
          NOT_BOOKABLE: { actions: 'refused' },
          UNDONE: { target: 'rolled-back', actions: 'leave' },
          UNDO_REFUSED: { actions: openCase('undo-refused') },
        },
      },
      'rolled-back': {
        on: {
          PART_CONFIRMED: LATE,
          PART_FAILED: counted,
          PART_REVERSED: counted,
          BOOKED: { target: 'failed', actions: ['enter', undo] },
          NOT_BOOKABLE: { actions: 'refused' },
        },
      },
    },
  })
