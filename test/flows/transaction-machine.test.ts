import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { collecting } from '../../flows/money-in.ts'
import { givingBack, paying } from '../../flows/money-out.ts'
import { createWalk, hears, statesOf, type Walked } from '../support/walk-machine.ts'

const MACHINES = { collecting, paying, givingBack } as const
const NAMES = ['collecting', 'paying', 'givingBack'] as const
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
const allocated = {
  type: 'ALLOCATED',
  allocations: [{ target: 'loan', targetId: '1', amount: AMOUNT }],
  surplus: null,
  reason: 'surplus',
}
const booked = { type: 'BOOKED', amount: AMOUNT }

const events = fc.constantFrom(
  { type: 'wake' },
  { type: 'wake' },
  { type: 'SENT' },
  { type: 'ACCEPTED' },
  { type: 'ACCEPTED', link: 'https://pay.example/1' },
  { type: 'UNKNOWN' },
  { type: 'NOT_FOUND' },
  { type: 'DECLINED', reason: 'cancelled' },
  { type: 'OUR_FAULT', fault: 'credentials' },
  { type: 'OUR_FAULT', fault: 'no-float', ended: true },
  { type: 'CANCEL' },
  confirmed,
  { ...confirmed, receipt: null },
  { ...confirmed, receipt: 'R2' },
  { ...confirmed, amount: { amount: '90', currency: 'XAF' } },
  { type: 'REVERSED', amount: AMOUNT },
  { type: 'REVERSED', amount: { amount: '10', currency: 'XAF' } },
  allocated,
  booked,
  { type: 'NOT_BOOKABLE', code: 'closed', amount: AMOUNT },
)
const walks = fc.array(
  fc.tuple(events, fc.constantFrom(0, 1000, 30_000, 200_000, 1_000_000)).map(([event, afterMs]) => ({
    ...event,
    afterMs,
  })),
  { minLength: 1, maxLength: 40 },
)

/** What a walk left in an account: debits less credits. */
function balance(steps: readonly Walked[], account: string): number {
  let total = 0
  for (const { deeds } of steps)
    for (const deed of deeds)
      if (deed.kind === 'transfer')
        total +=
          Number(deed.amount.amount) * (Number(deed.debit === account) - Number(deed.credit === account))
  return total
}

const told = (steps: readonly Walked[], about: string): number =>
  steps.flatMap(({ deeds }) => deeds).filter(deed => deed.kind === 'message' && deed.about === about).length

/** A push that has left. */
function pushed(machine: (typeof MACHINES)[(typeof NAMES)[number]] = collecting) {
  const money = createWalk(machine, input)
  for (const type of ['wake', 'SENT']) money.step({ type })
  return money
}

describe.each(NAMES)('a movement of money, %s', name => {
  const machine = MACHINES[name]

  it.each(statesOf(machine))('%s hears CONFIRMED and REVERSED', state => {
    expect(hears(machine, state, 'CONFIRMED')).toBe(true)
    expect(hears(machine, state, 'REVERSED')).toBe(true)
  })

  it('on any walk is booked only after it was confirmed', () => {
    fc.assert(
      fc.property(walks, walk => {
        const money = createWalk(machine, input)
        for (const event of walk) {
          const step = money.step(event)
          if (step.to === 'booked' && step.from !== 'booked') expect(step.from).toBe('confirmed')
          if (step.deeds.some(({ kind }) => kind === 'book'))
            expect(money.steps.some(({ event: { type } }) => type === 'CONFIRMED')).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('on any walk never has two open attempts: a new one only after a refusal or "never heard of it"', () => {
    fc.assert(
      fc.property(walks, walk => {
        const money = createWalk(machine, input)
        let answered = true
        for (const event of walk) {
          const { from, to, changed, event: heard, deeds } = money.step(event)
          // the provider's explicit no to this call, or to the attempt while it was asked about
          if (heard.type === 'OUR_FAULT' && changed && to === 'logged') answered = true
          if (heard.type === 'NOT_FOUND' && from === 'pending' && to === 'sending') answered = true
          for (const deed of deeds)
            if (deed.kind === 'attempt') {
              expect(answered).toBe(true)
              answered = false
            }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('carries the same reference again after "never heard of it", and a fresh one after our own fault', () => {
    const money = pushed(machine)
    money.step({ type: 'ACCEPTED' })
    // the call may still be on its way until the grace is over
    expect(money.step({ type: 'NOT_FOUND', afterMs: 119_000 })).toMatchObject({ to: 'pending', deeds: [] })
    const again = money.step({ type: 'NOT_FOUND', afterMs: 1000 })
    expect(again.deeds).toEqual([{ kind: 'attempt', fresh: false }])
    money.step({ type: 'OUR_FAULT', fault: 'credentials' })
    const anew = money.step({ type: 'wake', afterMs: 60_000 })
    expect(anew.deeds.filter(({ kind }) => kind === 'attempt')).toEqual([{ kind: 'attempt', fresh: true }])
  })

  it('is asked about later by what was drawn, by a fifth at most and never sooner', () => {
    const drawn = (number?: number) => (number === undefined ? {} : { drawn: number })
    for (const [number, share] of [
      [undefined, 0],
      [0, 0],
      [0.5, 0.1],
      [0.999, 0.2],
    ] as const) {
      const money = pushed(machine)
      const longer = (ms: number): number => Math.round(ms * (1 + share))
      const waits = (event: { type: string; afterMs?: number }) =>
        money.step({ ...event, ...drawn(number) }).waitMs
      const near = (ms: number) => ({ least: longer(ms) - 20, most: longer(ms) })
      const within = (ms: number | undefined, { least, most }: { least: number; most: number }) => {
        expect(ms).toBeGreaterThanOrEqual(least)
        expect(ms).toBeLessThanOrEqual(most)
      }
      within(waits({ type: 'ACCEPTED' }), near(10_000))
      // a row that wakes itself is given a number too
      within(waits({ type: 'wake' }), near(10_000))
      within(waits({ type: 'ACCEPTED' }), near(15_000))
      within(waits({ type: 'ACCEPTED' }), near(30_000))
      money.step({ type: 'UNKNOWN', afterMs: 1_000_000 })
      expect(money.state).toBe('unresolved')
      const slowly = waits({ type: 'UNKNOWN' }) ?? 0
      expect(slowly).toBeGreaterThanOrEqual(longer(900_000) - 1000)
      expect(slowly).toBeLessThanOrEqual(longer(900_000))
    }
  })

  it('waits with its clock standing still while the provider is in maintenance', () => {
    const money = pushed(machine)
    money.step({ type: 'ACCEPTED' })
    expect(money.step({ type: 'UNKNOWN', afterMs: 1_000_000, stillMs: 950_000 }).to).toBe('pending')
    expect(money.step({ type: 'UNKNOWN', afterMs: 1_000_000, stillMs: 950_000 }).to).toBe('unresolved')
  })
})

describe('money that comes', () => {
  it('is allocated, then booked, and she is told once', () => {
    const money = pushed()
    expect(money.step(confirmed).deeds).toEqual([
      { kind: 'settle', about: 'unresolved' },
      { kind: 'receipt', receipt: 'R1' },
      { kind: 'transfer', debit: FLOAT, credit: 'clearing-in', amount: AMOUNT },
    ])
    expect(money.step(allocated).deeds).toEqual([{ kind: 'book', allocations: allocated.allocations }])
    const last = money.step(booked)
    expect(last).toMatchObject({
      to: 'booked',
      deeds: [{ about: 'paid', amount: AMOUNT }, { to: 'request' }],
    })
    expect(money.step(booked).changed).toBe(false)
  })

  it('is told as being checked, never as failed, while nobody knows', () => {
    const money = pushed()
    money.step({ type: 'UNKNOWN' })
    expect(money.state).toBe('pending')
    for (let asked = 0; asked < 80 && money.state === 'pending'; asked++)
      money.step({ type: 'UNKNOWN', afterMs: 30_000 })
    expect(money.state).toBe('unresolved')
    expect([told(money.steps, 'being-checked'), told(money.steps, 'failed')]).toEqual([1, 0])
  })

  it('that failed and then came after all waits in suspense, and she is told', () => {
    const money = pushed()
    money.step({ type: 'ACCEPTED' })
    money.step({ type: 'DECLINED', reason: 'cancelled' })
    const late = money.step(confirmed)
    expect(late.to).toBe('suspense')
    expect(late.deeds).toEqual([
      { kind: 'receipt', receipt: 'R1' },
      { kind: 'transfer', debit: FLOAT, credit: 'suspense', amount: AMOUNT },
      { kind: 'suspend', reason: 'late-confirmation', amount: AMOUNT },
      { kind: 'message', about: 'being-checked', amount: AMOUNT },
    ])
    expect(money.step(confirmed).changed).toBe(false)
  })

  it('of another amount than was asked is nobody’s to book by itself', () => {
    const money = pushed()
    money.step({ type: 'ACCEPTED' })
    const other = { amount: '90', currency: 'XAF' }
    const step = money.step({ ...confirmed, amount: other })
    expect(step.to).toBe('suspense')
    expect(step.deeds).toContainEqual({ kind: 'suspend', reason: 'other-amount', amount: other })
    expect(balance(money.steps, 'suspense')).toBe(-90)
  })

  it('with a second receipt is other money: a payment of its own', () => {
    const money = pushed()
    for (const event of [confirmed, allocated, booked]) money.step(event)
    const second = money.step({ ...confirmed, receipt: 'R2' })
    expect(second).toMatchObject({ to: 'booked', changed: true })
    expect(second.deeds).toEqual([{ kind: 'inbound', receipt: 'R2', amount: AMOUNT }])
    expect(money.step({ ...confirmed, receipt: null }).changed).toBe(false)
  })

  it('reversed before it is booked gives the request back; a booking that was on its way is undone', () => {
    const money = pushed()
    for (const event of [confirmed, allocated]) money.step(event)
    const returned = money.step({ type: 'REVERSED', amount: AMOUNT })
    expect(returned.to).toBe('returned')
    expect(returned.deeds).toContainEqual(expect.objectContaining({ kind: 'tell', to: 'request' }))
    const late = money.step(booked)
    expect(late).toMatchObject({ to: 'reversed', deeds: [{ kind: 'undo', again: false }] })
  })

  it('reversed in part is a person’s to settle, in every state after the yes', () => {
    const money = pushed()
    for (const event of [confirmed, allocated, booked]) {
      money.step(event)
      const part = money.step({ type: 'REVERSED', amount: { amount: '10', currency: 'XAF' } })
      expect(part.deeds).toEqual([{ kind: 'case', about: 'reversed' }])
    }
  })
})

describe('money that goes', () => {
  it('stands in clearing-out from the first attempt until it is refused', () => {
    const money = pushed(paying)
    expect(balance(money.steps, 'clearing-out')).toBe(100)
    money.step({ type: 'OUR_FAULT', fault: 'credentials' })
    expect([money.state, balance(money.steps, 'clearing-out')]).toEqual(['logged', 0])
    money.step({ type: 'wake', afterMs: 60_000 })
    money.step({ type: 'SENT' })
    money.step({ type: 'UNKNOWN' })
    money.step({ type: 'UNKNOWN', afterMs: 1_000_000 })
    expect([money.state, balance(money.steps, 'clearing-out')]).toEqual(['unresolved', 100])
    expect(told(money.steps, 'payout-failed')).toBe(0)
    money.step({ type: 'DECLINED', reason: 'failed' })
    expect([money.state, balance(money.steps, 'clearing-out')]).toEqual(['failed', 0])
  })

  it('that failed and arrived after all is told as late', () => {
    const money = pushed(paying)
    money.step({ type: 'DECLINED', reason: 'failed' })
    const late = money.step(confirmed)
    expect(late.deeds).toContainEqual({
      kind: 'tell',
      to: 'disbursement',
      event: expect.objectContaining({ type: 'PART_CONFIRMED', amount: AMOUNT, late: true }),
    })
    expect(balance(money.steps, 'clearing-out')).toBe(100)
  })

  it('of another amount than was ordered stays unresolved, with a person', () => {
    const money = pushed(paying)
    const other = money.step({ ...confirmed, amount: { amount: '90', currency: 'XAF' } })
    expect(other.to).toBe('unresolved')
    expect(other.deeds).toContainEqual({ kind: 'case', about: 'other-amount' })
    expect(balance(money.steps, 'clearing-out')).toBe(100)
  })

  it('of another amount, told after an explicit no, is not sent again', () => {
    const money = pushed(paying)
    money.step({ type: 'OUR_FAULT', fault: 'no-float', ended: true })
    expect([money.state, balance(money.steps, 'clearing-out')]).toEqual(['logged', 0])
    const other = money.step({ ...confirmed, amount: { amount: '90', currency: 'XAF' } })
    expect(other).toMatchObject({ to: 'unresolved' })
    expect(other.deeds).toEqual([
      { kind: 'transfer', debit: 'clearing-out', credit: FLOAT, amount: AMOUNT },
      { kind: 'case', about: 'other-amount' },
      { kind: 'case', about: 'unresolved' },
    ])
    const again = money.step({ type: 'OUR_FAULT', fault: 'no-float', ended: true })
    expect(again).toMatchObject({ to: 'unresolved', deeds: [] })
    expect(balance(money.steps, 'clearing-out')).toBe(100)
  })
})

describe('a return that is recalled', () => {
  const RECALL = { type: 'RECALL' }
  const off = (money: ReturnType<typeof createWalk>) => [money.state, balance(money.steps, 'clearing-out')]

  it('is off before it left: planned, held, or ordered and not handed out yet', () => {
    const ordered: readonly string[][] = [
      [],
      ['wake'],
      ['wake', 'SENT', 'OUR_FAULT'],
      ['wake', 'SENT', 'OUR_FAULT', 'wake'],
    ]
    for (const events of ordered) {
      const money = createWalk(givingBack, { ...input, itemId: 'i' })
      for (const type of events) money.step({ type, fault: 'quota' })
      expect(money.step(RECALL).deeds).toContainEqual(
        expect.objectContaining({
          kind: 'tell',
          to: 'original',
          event: expect.objectContaining({ type: 'RETURN_FAILED' }),
        }),
      )
      expect(off(money)).toEqual(['failed', 0])
    }
  })

  it('that has left is asked about as ever, and never sent again', () => {
    const money = pushed(givingBack)
    expect(money.step(RECALL)).toMatchObject({ to: 'sending', deeds: [] })
    money.step({ type: 'ACCEPTED' })
    expect(money.step({ type: 'NOT_FOUND', afterMs: 1_000 }).to).toBe('pending')
    money.step({ type: 'NOT_FOUND', afterMs: 200_000 })
    expect(off(money)).toEqual(['failed', 0])
  })

  it('and arrives all the same is confirmed', () => {
    const money = pushed(givingBack)
    money.step(RECALL)
    money.step({ type: 'UNKNOWN' })
    expect(money.step(confirmed).to).toBe('confirmed')
    expect(off(money)).toEqual(['confirmed', 100])
  })
})
