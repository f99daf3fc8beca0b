import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createPureHouse, francs, type PureHouse } from '../support/pure-house.ts'
import { broken } from '../support/pure-laws.ts'
import { accountsOf, expectedOf } from '../support/pure-ledger.ts'
import {
  asked,
  attemptsOf,
  BOOKED,
  CONFIRMED,
  cases,
  choices,
  DECLINED,
  ENDED,
  enter,
  NEVER,
  newest,
  paid,
  REVERSED,
  RUNS,
  requestOf,
  SLOT,
  state,
  tell,
  wake,
  walk,
} from '../support/pure-story.ts'

const ordered = (order: string): PureHouse => {
  const house = createPureHouse()
  house.start('disbursement', undefined, 100, { amount: francs(100), order })
  return house
}

describe('on any walk, whatever the provider, the core and people do, the books hold', () => {
  it('of money that comes: request, payments, bookings, items and returns', () => {
    fc.assert(
      fc.property(choices, picked => walk(asked().house, picked)),
      RUNS,
    )
  })

  it.each(['pay-first', 'core-first'])('of money that goes, %s: disbursement, parts and entries', order => {
    fc.assert(
      fc.property(choices, picked => walk(ordered(order), picked)),
      RUNS,
    )
  })
})

describe('sequences that once broke the books', () => {
  it('a payment in two homes that is reversed after the first: the other booking is undone too, and she is asked anew', () => {
    const { house, request, payment, entries } = paid(60, 40)
    enter(house, String(entries[0]), BOOKED)
    house.step(String(entries[1]), SLOT)
    house.step(payment, REVERSED)
    // nothing was told as paid yet: the push has failed
    expect(requestOf(house, request)).toEqual({ state: 'asked', paid: '0', inFlight: 0 })
    house.step(String(entries[1]), BOOKED)
    expect(house.rows('booking').map(({ variant }) => variant)).toEqual([
      'repayment',
      'repayment',
      'undo-repayment',
      'undo-repayment',
    ])
    expect(accountsOf(house)).toEqual(expectedOf(house))
    expect(state(house, payment)).toBe('reversed')
  })

  it('a release of which the core undoes one half and refuses the other leaves one half on the board', () => {
    const { house, request, payment, entries } = paid(60, 40)
    for (const id of entries) enter(house, id, BOOKED)
    house.step(payment, { type: 'RELEASE' })
    const [first, second] = house.rows('booking').slice(2)
    enter(house, String(first?.id), NEVER)
    expect(state(house, payment)).toBe('booked')
    enter(house, String(second?.id), BOOKED)
    expect(house.items(payment)).toEqual([
      expect.objectContaining({ amount: 40, reason: 'given-back', way: null }),
    ])
    expect(accountsOf(house)).toMatchObject({ suspense: -40, core: -60, 'clearing-in': 0 })
    expect(requestOf(house, request)).toMatchObject({ state: 'asked', paid: '60' })
  })

  it('a release that the core refuses, then a reversal: the undoing is tried again, and refused again it is owed', () => {
    const { house, payment, entries } = paid(100)
    enter(house, String(entries[0]), BOOKED)
    house.step(payment, { type: 'RELEASE' })
    enter(house, newest(house, 'booking'), NEVER)
    house.step(payment, REVERSED)
    expect(accountsOf(house)).toMatchObject({ 'clearing-in': 100, 'owed-back': 0 })
    enter(house, newest(house, 'booking'), NEVER)
    expect(accountsOf(house)).toMatchObject({ 'clearing-in': 0, 'owed-back': 100, core: -100 })
    expect(accountsOf(house)).toEqual(expectedOf(house))
  })

  it('a claim stays a claim: another booking of the payment, undone later, does not ask the core for it once more', () => {
    const { house, payment, entries } = paid(60, 40)
    enter(house, String(entries[0]), BOOKED)
    house.step(String(entries[1]), SLOT)
    house.step(payment, REVERSED)
    enter(house, newest(house, 'booking'), NEVER)
    house.step(String(entries[1]), BOOKED)
    const undoings = house.rows('booking').flatMap(({ of }) => of.undoes ?? [])
    expect(undoings).toEqual(entries)
    expect(accountsOf(house)).toMatchObject({ 'owed-back': 60, 'clearing-in': 40 })
    expect(accountsOf(house)).toEqual(expectedOf(house))
  })

  it('an item of a payment that is written off, then the payment reversed: what was written off is owed', () => {
    const { house, payment, entries } = paid(60, 40)
    for (const id of entries) enter(house, id, NEVER)
    const [first] = house.items(payment)
    house.step(payment, { type: 'WRITE_OFF', itemId: first?.id, amount: francs(60) })
    house.step(payment, REVERSED)
    expect(state(house, payment)).toBe('reversed')
    expect(accountsOf(house)).toMatchObject({
      suspense: 0,
      'write-off': -60,
      'owed-back': 60,
      'clearing-in': 0,
    })
    expect(accountsOf(house)).toEqual(expectedOf(house))
  })

  it.each(['WRITE_OFF', 'RETURN', 'REVERSED'])(
    'a push whose money leaves the board by %s is over for its request',
    way => {
      const { house, request, payment } = paid()
      const [item] = house.items(payment)
      const out = { itemId: item?.id, amount: francs(100) }
      if (way === 'REVERSED') house.step(payment, REVERSED)
      if (way === 'WRITE_OFF') house.step(payment, { type: 'WRITE_OFF', ...out })
      if (way === 'RETURN') {
        house.step(payment, { type: 'GIVE_BACK', ...out })
        const back = newest(house, 'transaction')
        wake(house, back)
        house.step(back, { ...CONFIRMED, receipt: 'R2' })
        expect(state(house, back)).toBe('booked')
      }
      expect(requestOf(house, request)).toEqual({ state: 'asked', paid: '0', inFlight: 0 })
      expect(accountsOf(house)).toEqual(expectedOf(house))
    },
  )

  it('a return that comes through after all, when its item was given back once more, is a case and no second clearing', () => {
    const { house, payment } = paid()
    const back = { type: 'GIVE_BACK', itemId: house.items(payment)[0]?.id, amount: francs(100) }
    house.step(payment, back)
    const first = newest(house, 'transaction')
    wake(house, first)
    house.step(first, DECLINED)
    expect(state(house, payment)).toBe('suspense')
    house.step(payment, back)
    const second = newest(house, 'transaction')
    wake(house, second)
    house.step(second, { ...CONFIRMED, receipt: 'R2' })
    house.step(first, { ...CONFIRMED, receipt: 'R3' })
    expect([state(house, payment), state(house, first), state(house, second)]).toEqual([
      'returned',
      'confirmed',
      'booked',
    ])
    expect(cases(house)).toEqual(['late-confirmation'])
    expect(accountsOf(house)).toMatchObject({ 'clearing-out': 100, suspense: 0 })
    expect(accountsOf(house)).toEqual(expectedOf(house))
  })

  it('a return that comes through after all, while another item of the payment is on its way back, ends only itself', () => {
    const { house, payment, entries } = paid(60, 40)
    for (const id of entries) enter(house, id, NEVER)
    const [sixty, forty] = house.items(payment)
    const giveBack = (item: typeof sixty): string => {
      house.step(payment, { type: 'GIVE_BACK', itemId: item?.id, amount: francs(item?.amount ?? 0) })
      const id = newest(house, 'transaction')
      wake(house, id)
      return id
    }
    const first = giveBack(sixty)
    house.step(first, DECLINED)
    const second = giveBack(forty)
    house.step(first, { ...CONFIRMED, amount: francs(60), receipt: 'R2' })
    expect([state(house, payment), cases(house)]).toEqual(['returning', ['late-confirmation']])
    expect(house.items(payment).map(({ way }) => way)).toEqual([null, null])
    house.step(second, { ...CONFIRMED, amount: francs(40), receipt: 'R3' })
    expect([state(house, payment), state(house, second)]).toEqual(['suspense', 'booked'])
    expect(house.items(payment).map(({ way }) => way)).toEqual([null, 'return'])
    expect([accountsOf(house), broken(house)]).toEqual([expectedOf(house), []])
  })
})

/** A payout of 100 in these parts, each on its way. */
function sent(...amounts: number[]) {
  const house = ordered('pay-first')
  const id = tell(house, 'disbursement', { type: 'APPROVE' }, ready(...amounts))
  const parts = house.rows('transaction').map(row => row.id)
  for (const part of parts) wake(house, part)
  return { house, id, parts }
}
const ready = (...amounts: number[]) => ({
  type: 'READY',
  parts: amounts.map(amount => ({ amount: francs(amount), afterMs: 0, walletId: 'w' })),
})
const yes = (amount: number, receipt: string) => ({ type: 'CONFIRMED', amount: francs(amount), receipt })

describe('payouts that once were paid or entered twice, or forgotten', () => {
  it('paid is every part confirmed and the one entry made; then its parts are booked', () => {
    const { house, id, parts } = sent(60, 40)
    house.step(String(parts[0]), yes(60, 'P1'))
    expect(house.rows('booking')).toEqual([])
    house.step(String(parts[1]), yes(40, 'P2'))
    expect(parts.map(part => state(house, part))).toEqual(['confirmed', 'confirmed'])
    enter(house, newest(house, 'booking'), BOOKED)
    expect([state(house, id), ...parts.map(part => state(house, part))]).toEqual(['paid', 'booked', 'booked'])
    expect(accountsOf(house)).toMatchObject({ core: 100, 'clearing-out': 0 })
  })

  it('a part that failed and came late beside the one that was sent for it: one entry, and a case', () => {
    const { house, id, parts } = sent(60, 40)
    house.step(String(parts[0]), DECLINED)
    house.step(String(parts[1]), yes(40, 'P2'))
    expect(state(house, id)).toBe('part-paid')
    tell(house, 'disbursement', { type: 'RETRY' }, ready(60))
    const again = newest(house, 'transaction')
    wake(house, again)
    house.step(String(parts[0]), yes(60, 'P1'))
    house.step(again, yes(60, 'P3'))
    expect(house.rows('booking').map(({ variant }) => variant)).toEqual(['disbursal'])
    expect(cases(house)).toContain('second-receipt')
    enter(house, newest(house, 'booking'), BOOKED)
    expect(state(house, id)).toBe('paid')
    // she has 160 of 100: the core knows 100, and the rest stays in sight
    expect(accountsOf(house)).toMatchObject({ 'clearing-out': 60, core: 100 })
    expect(broken(house)).toEqual([])
    house.step(again, { type: 'REVERSED', amount: francs(60) })
    expect(state(house, id)).toBe('paid')
    expect(accountsOf(house)).toMatchObject({ 'clearing-out': 0 })
  })

  it('a part reversed while another is on its way waits for that one: nothing is sent twice', () => {
    const { house, id, parts } = sent(60, 40)
    house.step(String(parts[0]), yes(60, 'P1'))
    house.step(String(parts[0]), { type: 'REVERSED', amount: francs(60) })
    expect(state(house, id)).toBe('paying')
    expect(house.step(id, { type: 'RETRY' })).toBe(false)
    house.step(String(parts[1]), yes(40, 'P2'))
    expect(state(house, id)).toBe('part-paid')
    expect(broken(house)).toEqual([])
  })

  it('given up, its entry being undone, then wholly paid by a late part: entered once more', () => {
    const house = ordered('core-first')
    const id = tell(house, 'disbursement', { type: 'APPROVE' }, { type: 'ENTER' })
    enter(house, newest(house, 'booking'), BOOKED)
    tell(house, 'disbursement', ready(100))
    const part = newest(house, 'transaction')
    wake(house, part)
    house.step(part, DECLINED)
    expect([state(house, id), house.rows('booking').at(-1)?.variant]).toEqual(['failed', 'undo-disbursal'])
    house.step(part, yes(100, 'P1'))
    expect(state(house, id)).toBe('paid')
    enter(house, newest(house, 'booking'), BOOKED)
    expect([state(house, id), house.rows('booking').at(-1)?.variant]).toEqual(['paying', 'disbursal'])
    enter(house, newest(house, 'booking'), BOOKED)
    expect([state(house, id), ...broken(house)]).toEqual(['paid'])
    expect(accountsOf(house)).toMatchObject({ core: 100, 'clearing-out': 0 })
  })

  it('an entry undone while the rest is being sent again is made anew, not thought made', () => {
    const house = ordered('core-first')
    const id = tell(house, 'disbursement', { type: 'APPROVE' }, { type: 'ENTER' })
    enter(house, newest(house, 'booking'), BOOKED)
    tell(house, 'disbursement', ready(60, 40))
    const parts = house.rows('transaction').map(row => row.id)
    for (const part of parts) wake(house, part)
    for (const part of parts) house.step(part, DECLINED)
    house.step(String(parts[0]), yes(60, 'P1'))
    house.step(id, { type: 'RETRY' })
    expect(state(house, id)).toBe('approved')
    enter(house, newest(house, 'booking'), BOOKED)
    expect([state(house, id), ...broken(house)]).toEqual(['approved'])
  })

  it('refused for want of float, then told with another amount: it waits for a person, and is not sent again', () => {
    const { house, id, parts } = sent(100)
    const part = String(parts[0])
    house.step(part, ENDED)
    expect([state(house, part), accountsOf(house)['clearing-out']]).toEqual(['logged', 0])
    house.step(part, yes(90, 'P1'))
    expect([state(house, part), state(house, id)]).toEqual(['unresolved', 'paying'])
    expect(cases(house)).toEqual(['other-amount', 'unresolved'])
    expect([accountsOf(house), broken(house)]).toEqual([expectedOf(house), []])
    expect(accountsOf(house)).toMatchObject({ 'clearing-out': 100 })
    // the provider says the one thing, then the other: that decides nothing
    house.step(part, ENDED)
    house.step(part, { type: 'UNKNOWN' })
    wake(house, part)
    expect([state(house, part), attemptsOf(house, part)]).toEqual(['unresolved', 1])
  })
})
