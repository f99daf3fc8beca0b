import { expect } from '@jest/globals'
import fc from 'fast-check'
import { createPureHouse, francs, type PureHouse, stateOf } from './pure-house.ts'
import { broken } from './pure-laws.ts'
import { accountsOf, expectedOf } from './pure-ledger.ts'
import { moveOf } from './pure-world.ts'

/** How a story of pure machines is told: walks, the events by their names, and payments that have come so far. */

/** Numbers that choose what happens; large ones as likely as small ones, or the walks would stay near their start. */
export const choices = fc.array(fc.nat(99_999), { minLength: 1, maxLength: 80, size: 'max' })
export const RUNS = { numRuns: 250, noBias: true }

/** After each move the double entry must be what the rows say, and the laws must hold; a failure tells the whole walk. */
export function walk(house: PureHouse, picked: readonly number[]): void {
  const told: string[] = []
  for (const choice of picked) {
    const move = moveOf(house, choice)
    if (move === undefined) return
    told.push(move.name)
    try {
      move.make()
    } catch (error) {
      throw new Error(`a commit failed: ${told.join(', ')}`, { cause: error })
    }
    expect({ told, ...accountsOf(house), broken: broken(house) }).toEqual({
      told,
      ...expectedOf(house),
      broken: [],
    })
  }
}

export const LAPSES = '2026-03-12T22:59:00.000Z'

/** A request of 100 that she has been asked for. */
export function asked(): { house: PureHouse; id: string } {
  const house = createPureHouse()
  const id = house.start('request', undefined, 100, { amount: francs(100), lapsesAt: LAPSES })
  house.step(id, { type: 'ASK', amount: francs(100), lapsesAt: LAPSES })
  return { house, id }
}

/** Takes the newest row of a kind through events. */
export function tell(
  house: PureHouse,
  kind: 'transaction' | 'booking' | 'disbursement',
  ...events: object[]
): string {
  const id = house.rows(kind).at(-1)?.id
  if (id === undefined) throw new Error(`no ${kind}`)
  for (const event of events) {
    house.step(id, event as { type: string })
    expect({ event, ...accountsOf(house), broken: broken(house) }).toEqual({
      event,
      ...expectedOf(house),
      broken: [],
    })
  }
  return id
}
export const wake = (house: PureHouse, id: string) => house.step(id, { type: String(house.wakeOf(id)) })
export const newest = (house: PureHouse, kind: 'transaction' | 'booking') =>
  String(house.rows(kind).at(-1)?.id)
export const state = (house: PureHouse, id: string) => stateOf(house.row(id))
export const cases = (house: PureHouse): string[] =>
  house.done.flatMap(({ deed }) => (deed.kind === 'case' ? [deed.about] : []))

export const CONFIRMED = { type: 'CONFIRMED', amount: francs(100), receipt: 'R1' }
export const REVERSED = { type: 'REVERSED', amount: francs(100) }
export const DECLINED = { type: 'DECLINED', reason: 'failed' }
export const ENDED = { type: 'OUR_FAULT', fault: 'no-float', ended: true }
export const SLOT = { type: 'SLOT' }
export const BOOKED = { type: 'BOOKED' }
export const NEVER = { type: 'REFUSED', code: 'closed', retry: 'never' }
export const toLoan = (amount: number, targetId = '1') => ({
  target: 'loan',
  targetId,
  amount: francs(amount),
})
export const allocated = (...amounts: number[]) => ({
  type: 'ALLOCATED',
  allocations: amounts.map((amount, at) => toLoan(amount, String(at + 1))),
  surplus: null,
  reason: 'surplus',
})

/** She approves, and her payment is confirmed and divided so. */
export function paid(...amounts: number[]) {
  const { house, id: request } = asked()
  house.step(request, {
    type: 'APPROVE',
    approval: {
      walletId: 'w',
      amount: francs(100),
      at: LAPSES,
      by: 'ussd',
      parts: [{ amount: francs(100), afterMs: 0 }],
    },
  })
  const payment = newest(house, 'transaction')
  wake(house, payment)
  house.note(payment, 100)
  tell(house, 'transaction', { type: 'SENT' }, CONFIRMED, allocated(...amounts))
  const entries = house.rows('booking').map(({ id }) => id)
  return { house, request, payment, entries }
}

export const requestOf = (house: PureHouse, id: string) => {
  const { paid: counted, inFlight } = house.row(id).snapshot.context as {
    paid: { amount: string }
    inFlight: number
  }
  return { state: state(house, id), paid: counted.amount, inFlight }
}

export function enter(house: PureHouse, id: string, ...events: object[]): void {
  for (const event of [SLOT, ...events]) house.step(id, event as { type: string })
}

/** A payment whose first item is on its way back to her: it waits to leave, or has left. */
export function givenBack(
  left: 'waits' | 'left',
  amounts: readonly number[],
  alsoBooked = false,
  apart = false,
) {
  const { house, request, payment, entries } = paid(...amounts)
  if (apart) house.giveBackApart()
  for (const [at, id] of entries.entries()) enter(house, id, alsoBooked && at > 0 ? BOOKED : NEVER)
  const [item] = house.items(payment)
  const amount = francs(item?.amount ?? 0)
  house.step(payment, { type: 'GIVE_BACK', itemId: item?.id, amount })
  const back = newest(house, 'transaction')
  if (left === 'left') {
    wake(house, back)
    house.step(back, { type: 'SENT' })
  }
  const ways = () => house.items(payment).map(({ way }) => way)
  return { house, request, payment, back, ways, yes: { ...CONFIRMED, amount, receipt: 'R2' } }
}
export const attemptsOf = (house: PureHouse, id: string): number =>
  house.done.filter(done => done.id === id && done.deed.kind === 'attempt').length
export const holds = (house: PureHouse) =>
  expect([accountsOf(house), broken(house)]).toEqual([expectedOf(house), []])
