import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { balanceOf, francs } from '../support/pure-house.ts'
import { accountsOf } from '../support/pure-ledger.ts'
import {
  attemptsOf,
  BOOKED,
  cases,
  choices,
  DECLINED,
  ENDED,
  enter,
  givenBack,
  holds,
  NEVER,
  newest,
  paid,
  REVERSED,
  RUNS,
  requestOf,
  state,
  wake,
  walk,
} from '../support/pure-story.ts'

describe('a payment that the provider takes back while an item of it is on its way back to her', () => {
  it('is not given back besides where nothing left: the return is off, and the reversal is taken', () => {
    const { house, request, payment, back, ways } = givenBack('waits', [100])
    house.step(payment, REVERSED)
    expect([state(house, payment), state(house, back), ways()]).toEqual([
      'returned',
      'failed',
      ['taken-back'],
    ])
    expect([attemptsOf(house, back), cases(house)]).toEqual([0, ['reversed']])
    expect(accountsOf(house)).toMatchObject({ suspense: 0, 'clearing-in': 0, 'clearing-out': 0 })
    expect(requestOf(house, request)).toMatchObject({ state: 'asked', paid: '0' })
    holds(house)
  })

  it('nor where the return is held after a refusal, or its attempt has not left yet', () => {
    for (const hold of [[{ type: 'SENT' }, { type: 'OUR_FAULT', fault: 'quota' }], []]) {
      const { house, payment, back, ways } = givenBack('waits', [100])
      wake(house, back)
      for (const event of hold) house.step(back, event)
      house.step(payment, REVERSED)
      expect([state(house, payment), state(house, back), ways()]).toEqual([
        'returned',
        'failed',
        ['taken-back'],
      ])
      holds(house)
    }
  })

  it('takes the rest with it: what is booked is undone, and she is asked anew', () => {
    const { house, request, payment } = givenBack('waits', [60, 40], true)
    expect(requestOf(house, request)).toMatchObject({ paid: '40' })
    house.step(payment, REVERSED)
    expect([state(house, payment), requestOf(house, request).paid]).toEqual(['reversed', '0'])
    expect(house.rows('booking').at(-1)?.variant).toBe('undo-repayment')
    holds(house)
  })

  it.each([
    ['a no', [DECLINED]],
    ["the lender's own fault", [{ type: 'OUR_FAULT', fault: 'quota' }]],
    ['an explicit no while it is asked about', [{ type: 'ACCEPTED' }, ENDED]],
    ['an explicit no long after', [{ type: 'UNKNOWN' }, { type: 'UNKNOWN' }, ENDED]],
    ['"never heard of it", once the grace is over', [{ type: 'ACCEPTED' }, { type: 'NOT_FOUND' }]],
  ])('waits while the return may have left, and is taken with %s: nothing leaves again', (_, events) => {
    const { house, request, payment, back, ways } = givenBack('left', [100])
    house.step(payment, REVERSED)
    house.step(payment, REVERSED)
    expect([state(house, payment), state(house, back), cases(house)]).toEqual(['returning', 'sending', []])
    holds(house)
    for (const event of events) {
      house.pass(1_000_000)
      house.step(back, event)
    }
    expect([state(house, payment), state(house, back), ways()]).toEqual([
      'returned',
      'failed',
      ['taken-back'],
    ])
    expect([attemptsOf(house, back), cases(house).filter(about => about === 'reversed')]).toEqual([
      1,
      ['reversed'],
    ])
    expect(requestOf(house, request)).toMatchObject({ state: 'asked', paid: '0' })
    holds(house)
  })

  it('went twice where the return arrives: a case, and the request is told once', () => {
    const { house, request, payment, back, ways, yes: arrived } = givenBack('left', [100])
    house.step(payment, REVERSED)
    house.step(back, arrived)
    expect([state(house, payment), state(house, back), ways()]).toEqual(['returned', 'booked', ['return']])
    expect(cases(house)).toEqual(['reversed'])
    expect(requestOf(house, request)).toEqual({ state: 'asked', paid: '0', inFlight: 0 })
    house.step(payment, REVERSED)
    holds(house)
  })

  it('is owed where it went twice, as a payout of its own: no float account says that the money is here', () => {
    const { house, request, payment, back, ways, yes: arrived } = givenBack('left', [100], false, true)
    house.step(payment, REVERSED)
    house.step(back, arrived)
    expect([state(house, payment), state(house, back), ways()]).toEqual(['reversed', 'booked', ['return']])
    expect(accountsOf(house)).toMatchObject({ 'owed-back': 100, 'clearing-in': 0, suspense: 0 })
    expect(balanceOf(house.transfers, 'float:mtn:collect')).toBe(0)
    expect(requestOf(house, request)).toEqual({ state: 'asked', paid: '0', inFlight: 0 })
    house.step(payment, REVERSED)
    holds(house)
  })

  it.each([
    [true, 'reversed', 100],
    [false, 'returned', 0],
  ])(
    'reversed long after it was given back is owed; but a refund may be that reversal; apart: %s',
    (apart, ends, owed) => {
      const { house, payment, back, yes: arrived } = givenBack('left', [100], false, apart)
      house.step(back, arrived)
      expect(state(house, payment)).toBe('returned')
      house.step(payment, REVERSED)
      expect([state(house, payment), accountsOf(house)['owed-back']]).toEqual([ends, owed])
      expect(balanceOf(house.transfers, 'float:mtn:collect')).toBe(100 - owed)
      house.step(payment, REVERSED)
      holds(house)
    },
  )

  it('reversed after it was written off is owed', () => {
    const { house, payment, entries } = paid(100)
    enter(house, String(entries[0]), NEVER)
    const [item] = house.items(payment)
    house.step(payment, { type: 'WRITE_OFF', itemId: item?.id, amount: francs(100) })
    house.step(payment, REVERSED)
    expect([state(house, payment), accountsOf(house)['owed-back']]).toEqual(['reversed', 100])
    holds(house)
  })

  it.each([true, false])(
    'with more of it here that part is owed, and the rest goes; booked: %s',
    alsoBooked => {
      const { house, payment, back, ways, yes: arrived } = givenBack('left', [60, 40], alsoBooked)
      house.step(payment, REVERSED)
      house.step(back, arrived)
      expect([state(house, payment), state(house, back)]).toEqual(['reversed', 'booked'])
      expect(ways()).toEqual(alsoBooked ? ['return'] : ['return', 'taken-back'])
      expect(accountsOf(house)).toMatchObject({ 'owed-back': 60, suspense: 0, 'clearing-out': 0 })
      holds(house)
      if (alsoBooked) enter(house, newest(house, 'booking'), BOOKED)
      expect(accountsOf(house)).toMatchObject({ core: 0, 'clearing-in': 0 })
      holds(house)
    },
  )

  it('on any walk from there the books hold, whether the return arrives or fails', () => {
    const ends = new Set<string>()
    const starts = fc.tuple(
      fc.constantFrom('waits' as const, 'left' as const),
      fc.constantFrom([100], [60, 40]),
      fc.boolean(),
      fc.boolean(),
    )
    fc.assert(
      fc.property(starts, fc.array(fc.nat(99_999), { maxLength: 6 }), choices, (start, before, after) => {
        const { house, payment, back } = givenBack(...start)
        walk(house, before)
        const wasReturning = state(house, payment) === 'returning'
        house.step(payment, REVERSED)
        walk(house, after)
        if (wasReturning) ends.add(state(house, back))
      }),
      RUNS,
    )
    expect([...ends]).toEqual(expect.arrayContaining(['failed', 'booked']))
  })
})
