import type { AnyEventObject } from 'xstate'
import { contextOf, francs, type PureHouse, type PureItem, type PureRow, stateOf } from './pure-house.ts'

/**
 * What the outside and people may do to a pure house next. It is as hostile as they are: a provider says anything at any
 * time once it was called, and only what the gateway itself keeps apart is kept apart here.
 */
export type Move = { readonly name: string; readonly make: () => void }

const stepOf = (
  house: PureHouse,
  id: string,
  event: AnyEventObject & { readonly afterMs?: number },
): Move => {
  const { afterMs = 0, ...told } = event
  return {
    name: `${id} ${event.type}${'amount' in told ? ` ${JSON.stringify(told.amount)}` : ''}${'receipt' in told ? ` ${String(told.receipt)}` : ''}${afterMs > 0 ? ` after ${afterMs}` : ''}`,
    make() {
      house.pass(afterMs)
      house.step(id, told)
    },
  }
}

const numberOf = (text: unknown): number => Number((text as { amount: string }).amount)
const OPEN_BOOKING = ['planned', 'sending', 'awaiting-approval', 'unknown']
const HOLDS_SLOT = ['sending', 'awaiting-approval', 'unknown']

/** By the row that they happen to; rows to which nothing can happen are left out. */
export function movesOf(house: PureHouse): Move[][] {
  return [
    ...house
      .rows('transaction')
      .map(row => [...waking(house, row), ...provider(house, row), ...people(house, row)]),
    ...house.rows('booking').map(row => core(house, row)),
    ...house.rows('disbursement').map(row => [...waking(house, row), ...payout(house, row)]),
    ...house.rows('request').map(row => borrower(house, row)),
  ].filter(moves => moves.length > 0)
}

/** The move that a number chooses: first the row, then what happens to it. */
export function moveOf(house: PureHouse, choice: number): Move | undefined {
  const groups = movesOf(house)
  const group = groups[choice % groups.length] ?? []
  return group[Math.floor(choice / groups.length) % group.length]
}

function waking(house: PureHouse, row: PureRow): Move[] {
  const type = house.wakeOf(row.id)
  if (type === undefined) return []
  if (row.kind === 'transaction' && stateOf(row) === 'confirmed' && contextOf(row).open === null)
    return allocation(house, row)
  return [stepOf(house, row.id, { type, afterMs: 60_000 })]
}

/** What the worker reads from the core: two homes, one, less than the payment, or none. */
function allocation(house: PureHouse, { id }: PureRow): Move[] {
  const confirmed = house.confirmedOf(id)
  const some = Math.ceil(confirmed / 2)
  const plans = [[confirmed], ...(some < confirmed ? [[confirmed - some, some], [some]] : []), []]
  return plans.map(parts => {
    const rest = confirmed - parts.reduce((sum, part) => sum + part, 0)
    return stepOf(house, id, {
      type: 'ALLOCATED',
      allocations: allocationsOf(parts),
      surplus: rest === 0 ? null : francs(rest),
      reason: parts.length === 0 ? 'not-bookable' : 'surplus',
    })
  })
}

const allocationsOf = (parts: readonly number[]) =>
  parts.map((part, at) => ({
    target: at === 0 ? ('loan' as const) : ('savings' as const),
    targetId: '1',
    amount: francs(part),
  }))

function provider(house: PureHouse, row: PureRow): Move[] {
  const { id, amount, variant, of } = row
  const { attempts, sentAt } = contextOf(row)
  if (variant === 'collect' && of.original !== undefined) return [reversal(house, row)]
  const early = confirmation(house, id, amount, `${id}-R1`)
  if (attempts === 0) return stateOf(row) === 'logged' ? [early, stepOf(house, id, { type: 'CANCEL' })] : []
  return [
    ...(stateOf(row) === 'sending' && sentAt === null ? [stepOf(house, id, { type: 'SENT' })] : []),
    ...(stateOf(row) === 'sending' ? [stepOf(house, id, { type: 'SENT' })] : []),
    ...(stateOf(row) === 'logged' ? [stepOf(house, id, { type: 'CANCEL' })] : []),
    stepOf(house, id, { type: 'ACCEPTED' }),
    stepOf(house, id, { type: 'UNKNOWN', afterMs: 1_000_000 }),
    stepOf(house, id, { type: 'NOT_FOUND' }),
    stepOf(house, id, { type: 'NOT_FOUND', afterMs: 200_000 }),
    stepOf(house, id, { type: 'OUR_FAULT', fault: 'credentials' }),
    stepOf(house, id, { type: 'OUR_FAULT', fault: 'no-float', ended: true }),
    stepOf(house, id, { type: 'DECLINED', reason: 'cancelled' }),
    early,
    confirmation(house, id, amount, null),
    confirmation(house, id, amount, `${id}-R2`),
    confirmation(house, id, amount + 10, `${id}-R1`),
    reversal(house, row),
    stepOf(house, id, { type: 'REVERSED', amount: francs(10) }),
  ]
}

const reversal = (house: PureHouse, row: PureRow): Move =>
  stepOf(house, row.id, { type: 'REVERSED', amount: contextOf(row).amount })

/** As the gateway hears a yes: a receipt of another payment proves nothing for this one. */
function confirmation(house: PureHouse, id: string, amount: number, receipt: string | null): Move {
  const move = stepOf(house, id, { type: 'CONFIRMED', amount: francs(amount), receipt })
  return {
    ...move,
    make() {
      const owner = receipt === null ? undefined : house.ownerOf(receipt)
      if (owner !== undefined && owner !== id) {
        if (house.row(owner).of.original !== id) house.step(id, { type: 'UNKNOWN' })
        return
      }
      house.note(id, amount)
      move.make()
    },
  }
}

/** What people decide about a payment and its items; an item that is on its way back is nobody's to decide again. */
function people(house: PureHouse, row: PureRow): Move[] {
  if (row.variant !== 'collect') return []
  const open = house.items(row.id).filter(item => item.way === null && !isGoingBack(house, item))
  return [
    ...(contextOf(row).made === 0 ? [] : [stepOf(house, row.id, { type: 'RELEASE' })]),
    ...open.flatMap(({ id: itemId, amount }) => {
      const item = { itemId, amount: francs(amount) }
      return [
        stepOf(house, row.id, { type: 'GIVE_BACK', ...item }),
        stepOf(house, row.id, { type: 'WRITE_OFF', ...item }),
        ...[[amount], ...(amount > 1 ? [[amount - 1, 1]] : [])].map(parts =>
          stepOf(house, row.id, { type: 'REBOOK', ...item, allocations: allocationsOf(parts) }),
        ),
      ]
    }),
  ]
}

const isGoingBack = (house: PureHouse, item: PureItem): boolean =>
  house
    .rows('transaction')
    .some(({ of, ...row }) => of.item === item.id && stateOf({ of, ...row }) !== 'failed')

/** The core, as strict as it is: one open entry a slot, a loan disbursed once, an undoing of what stands. */
function core(house: PureHouse, row: PureRow): Move[] {
  const { id, variant, of } = row
  const step = (event: AnyEventObject & { afterMs?: number }): Move => stepOf(house, id, event)
  const never = step({ type: 'REFUSED', code: 'closed', retry: 'never' })
  const books = variant === 'disbursal' && isDisbursed(house) ? [never] : [step({ type: 'BOOKED' })]
  switch (stateOf(row)) {
    case 'planned': {
      const taken = house
        .rows('booking')
        .some(other => other.of.slot === of.slot && HOLDS_SLOT.includes(stateOf(other)))
      const isForMoneyIn = variant === 'repayment' || variant === 'deposit'
      const stands = !isForMoneyIn || stateOf(house.row(String(of.transaction))) === 'confirmed'
      return taken ? [] : [step({ type: stands ? 'SLOT' : 'MOOT' })]
    }
    case 'sending':
      return [
        ...books,
        never,
        step({ type: 'REFUSED', code: 'locked', retry: 'same-key' }),
        // only money that came in goes on to the board
        ...(variant === 'repayment' || variant === 'deposit'
          ? [step({ type: 'REFUSED', code: 'locked', retry: 'same-key', patienceMs: 0 })]
          : []),
        step({ type: 'UNKNOWN' }),
        step({ type: 'AWAITING' }),
      ]
    case 'unknown':
      return [...books, step({ type: 'NOT_FOUND' }), step({ type: 'UNKNOWN', afterMs: 60_000 })]
    case 'awaiting-approval':
      return [...books, step({ type: 'NOT_FOUND' })]
    case 'refused':
      // an entry has one undoing that is not refused, by a unique index
      return isUndoneElse(house, row) ? [] : [step({ type: 'RETRY' })]
    default:
      return []
  }
}

const isUndoneElse = (house: PureHouse, { id, of }: PureRow): boolean =>
  of.undoes !== undefined &&
  house
    .rows('booking')
    .some(other => other.id !== id && other.of.undoes === of.undoes && stateOf(other) !== 'refused')

const isDisbursed = (house: PureHouse): boolean =>
  house.rows('booking').some(row => row.variant === 'disbursal' && stateOf(row) === 'booked')

/** An officer, and the worker that checks and plans a payout as the gateway does. */
function payout(house: PureHouse, row: PureRow): Move[] {
  const { id, amount } = row
  const context = contextOf(row)
  const step = (event: AnyEventObject): Move => stepOf(house, id, event)
  switch (stateOf(row)) {
    case 'planned':
      return [step({ type: 'APPROVE' }), step({ type: 'CANCEL' })]
    case 'part-paid':
      return [step({ type: 'RETRY' }), step({ type: 'GIVE_UP' })]
    case 'approved': {
      const isOpen = house
        .rows('booking')
        .some(other => other.of.disbursement === id && OPEN_BOOKING.includes(stateOf(other)))
      const wait = step({ type: 'WAIT', until: '2026-03-06T08:00:00.000Z' })
      if (isOpen) return [wait, step({ type: 'CANCEL' })]
      const rest = amount - numberOf(context.confirmed) - numberOf(context.onTheWay)
      const plans = rest > 20 ? [[rest], [rest - 20, 20]] : [[rest]]
      const goes =
        context.order === 'core-first' && context.entered !== true
          ? [step({ type: 'ENTER' })]
          : plans.map(plan =>
              step({
                type: 'READY',
                parts: plan.map(part => ({ amount: francs(part), afterMs: 0, walletId: 'w' })),
              }),
            )
      return [wait, step({ type: 'REFUSED', why: 'no-road' }), step({ type: 'CANCEL' }), ...goes]
    }
    default:
      return []
  }
}

/** She is asked, and approves what is left, in one push or two. */
function borrower(house: PureHouse, row: PureRow): Move[] {
  const { amount, paid } = contextOf(row)
  const left = numberOf(amount) - numberOf(paid)
  if (left <= 0) return []
  const plans = left > 20 ? [[left], [left - 20, 20]] : [[left]]
  return plans.map(plan =>
    stepOf(house, row.id, {
      type: 'APPROVE',
      approval: {
        walletId: 'w',
        amount: francs(left),
        at: '2026-03-05T08:00:00.000Z',
        by: 'ussd',
        parts: plan.map(part => ({ amount: francs(part), afterMs: 0 })),
      },
    }),
  )
}
