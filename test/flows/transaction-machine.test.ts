import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { transaction } from '../../flows/transaction.ts'
import { createWalk, hears, statesOf, type Walked } from '../support/walk-machine.ts'

const AMOUNT = { amount: '100', currency: 'XAF' }
const FLOAT = 'float:mtn:collect'
const input = {
  amount: AMOUNT,
  float: FLOAT,
  timing: {
    pushDelayMs: 3000,
    firstInquiryMs: 10_000,
    inquiryEveryMs: 15_000,
    giveUpMs: 900_000,
    graceMs: 120_000,
  },
}
const confirmed = { type: 'CONFIRMED', amount: AMOUNT, receipt: 'R1' }

const events = fc.oneof(
  fc.constantFrom(
    { type: 'wake' },
    { type: 'wake' },
    { type: 'SENT' },
    { type: 'ACCEPTED' },
    { type: 'UNKNOWN' },
    { type: 'NOT_FOUND' },
    { type: 'DECLINED', reason: 'cancelled' },
    { type: 'OUR_FAULT', fault: 'credentials' },
    confirmed,
    { ...confirmed, receipt: null },
    { ...confirmed, receipt: 'R2' },
    { ...confirmed, amount: { amount: '90', currency: 'XAF' } },
    { type: 'REVERSED', amount: AMOUNT },
    { type: 'REVERSED', amount: { amount: '10', currency: 'XAF' } },
    { type: 'BOOKED' },
    { type: 'NOT_BOOKABLE', code: 'closed' },
  ),
)
const walks = fc.array(
  fc.tuple(events, fc.constantFrom(0, 1000, 30_000, 200_000, 1_000_000)).map(([event, afterMs]) => ({
    ...event,
    afterMs,
  })),
  { minLength: 1, maxLength: 40 },
)

/** What a walk left in an account: debits less credits; a booking's own posting is added where it was made. */
function balance(steps: readonly Walked[], account: string): number {
  let total = 0
  for (const { deeds, event, from } of steps) {
    if (event.type === 'BOOKED' && (from === 'confirmed' || from === 'returned') && account === 'clearing-in')
      total += 100
    for (const deed of deeds)
      if (deed.kind === 'transfer')
        total +=
          Number(deed.amount.amount) * (Number(deed.debit === account) - Number(deed.credit === account))
  }
  return total
}

const told = (steps: readonly Walked[], about: string): number =>
  steps.flatMap(({ deeds }) => deeds).filter(deed => deed.kind === 'message' && deed.about === about).length

describe('a movement of money', () => {
  it.each(statesOf(transaction))('%s hears CONFIRMED and REVERSED', state => {
    expect(hears(transaction, state, 'CONFIRMED')).toBe(true)
    expect(hears(transaction, state, 'REVERSED')).toBe(true)
  })

  it('on any walk is booked only after it was confirmed, and planned for booking once', () => {
    fc.assert(
      fc.property(walks, walk => {
        const money = createWalk(transaction, input)
        // the gateway's booking says so once, and only if there is one
        let planned = 0
        for (const event of walk) {
          if ((event.type === 'BOOKED' || event.type === 'NOT_BOOKABLE') && planned === 0) continue
          const step = money.step(event)
          planned += step.deeds.filter(deed => deed.kind === 'book').length
          if (step.to === 'booked' && step.from !== 'booked') expect(step.from).toBe('confirmed')
        }
        expect(planned).toBeLessThanOrEqual(1)
        expect(told(money.steps, 'paid')).toBeLessThanOrEqual(planned)
        if (planned === 1)
          expect(
            money.steps.some(({ event }) => event.type === 'CONFIRMED' && event.amount.amount === '100'),
          ).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('on any walk never has two open attempts: a new one only after a refusal or "never heard of it"', () => {
    fc.assert(
      fc.property(walks, walk => {
        const money = createWalk(transaction, input)
        let answered = true
        for (const event of walk) {
          const step = money.step(event)
          if (step.event.type === 'OUR_FAULT' && step.from === 'sending') answered = true
          if (step.event.type === 'NOT_FOUND' && step.changed && step.to === 'sending') answered = true
          for (const deed of step.deeds)
            if (deed.kind === 'attempt') {
              expect(answered).toBe(true)
              answered = false
            }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('on any walk keeps the double entry in step with its state', () => {
    fc.assert(
      fc.property(walks, walk => {
        const money = createWalk(transaction, input)
        let open = false
        for (const event of walk) {
          if ((event.type === 'BOOKED' || event.type === 'NOT_BOOKABLE') && !open) continue
          const step = money.step(event)
          if (step.deeds.some(deed => deed.kind === 'book')) open = true
          if (event.type === 'BOOKED' || event.type === 'NOT_BOOKABLE') open = false
          const clearing = { confirmed: -100, reversed: 100 }[money.state] ?? 0
          expect({ state: money.state, clearing: balance(money.steps, 'clearing-in') }).toEqual({
            state: money.state,
            clearing,
          })
          const [float, suspense] = [balance(money.steps, FLOAT), balance(money.steps, 'suspense')]
          if (['logged', 'sending', 'pending', 'unresolved', 'failed'].includes(money.state))
            expect([float, suspense]).toEqual([0, 0])
          if (money.state === 'suspense') expect(suspense).toBeLessThan(0)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is told as being checked, never as failed, while nobody knows', () => {
    const money = createWalk(transaction, input)
    for (const type of ['wake', 'SENT', 'UNKNOWN']) money.step({ type })
    expect(money.state).toBe('pending')
    for (let asked = 0; asked < 80 && money.state === 'pending'; asked++)
      money.step({ type: 'UNKNOWN', afterMs: 30_000 })
    expect(money.state).toBe('unresolved')
    expect([told(money.steps, 'being-checked'), told(money.steps, 'failed')]).toEqual([1, 0])
  })

  it('that failed and then came after all waits in suspense, and she is told', () => {
    const money = createWalk(transaction, input)
    for (const type of ['wake', 'SENT', 'ACCEPTED']) money.step({ type })
    money.step({ type: 'DECLINED', reason: 'cancelled' })
    const late = money.step(confirmed)
    expect(late.to).toBe('suspense')
    expect(late.deeds.map(({ kind }) => kind)).toEqual(['receipt', 'transfer', 'case', 'message'])
    expect(money.step(confirmed).changed).toBe(false)
  })

  it('of another amount than was asked is nobody’s to book', () => {
    const money = createWalk(transaction, input)
    for (const type of ['wake', 'SENT', 'ACCEPTED']) money.step({ type })
    const other = money.step({ ...confirmed, amount: { amount: '90', currency: 'XAF' } })
    expect(other.to).toBe('suspense')
    expect(other.deeds).toContainEqual({ kind: 'case', about: 'other-amount' })
    expect(balance(money.steps, 'suspense')).toBe(-90)
  })

  it('with a second receipt is other money, and a case', () => {
    const money = createWalk(transaction, input)
    for (const type of ['wake', 'SENT']) money.step({ type })
    money.step(confirmed)
    money.step({ type: 'BOOKED' })
    const second = money.step({ ...confirmed, receipt: 'R2' })
    expect(second).toMatchObject({ to: 'booked', changed: true })
    expect(balance(money.steps, 'suspense')).toBe(-100)
  })

  it('reversed before it is booked gives the request back, after it is a claim to settle', () => {
    const before = createWalk(transaction, input)
    for (const type of ['wake', 'SENT']) before.step({ type })
    before.step(confirmed)
    const returned = before.step({ type: 'REVERSED', amount: AMOUNT })
    expect(returned.to).toBe('returned')
    expect(returned.deeds).toContainEqual(expect.objectContaining({ kind: 'tell', to: 'request' }))
    expect(before.step({ type: 'BOOKED' }).to).toBe('reversed')
  })
})
