import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { amountLeft, type CollectionContext, collection } from '../../flows/collection.ts'
import { createWalk, hears, statesOf } from '../support/walk-machine.ts'

const money = (amount: string) => ({ amount, currency: 'XAF' })
const LAPSES = '2026-03-12T22:59:00.000Z'
const input = { amount: money('100'), lapsesAt: LAPSES }
const ask = (amount: string) => ({ type: 'ASK', amount: money(amount), lapsesAt: LAPSES })
const approve = (amount: string, parts: readonly string[] = [amount]) => ({
  type: 'APPROVE',
  approval: {
    walletId: 'w',
    amount: money(amount),
    at: '2026-03-05T08:00:00.000Z',
    by: 'ussd',
    parts: parts.map(part => ({ amount: money(part), afterMs: 0 })),
  },
})
const paid = (amount: string) => ({ type: 'PAID', amount: money(amount) })
const failed = { type: 'FAILED', reason: 'cancelled' }
const decline = { type: 'DECLINE', reason: 'no-money' }

const events = fc.constantFrom(
  ask('100'),
  ask('130'),
  approve('100'),
  approve('40'),
  { type: 'POSTPONE', until: '2026-03-05T11:00:00.000Z' },
  decline,
  { type: 'CANCEL' },
  { type: 'wake' },
  failed,
  paid('100'),
  paid('40'),
)

const left = (context: Record<string, unknown>): string =>
  amountLeft(context as unknown as CollectionContext).amount

describe('a collection request', () => {
  it.each(statesOf(collection).filter(state => state !== 'scheduled'))('%s counts money that came', state => {
    expect(hears(collection, state, 'PAID')).toBe(true)
    expect(hears(collection, state, 'REVERSED')).toBe(true)
  })

  it('on any walk is paid by one movement at a time: no second plan before the first has ended', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 40 }), walk => {
        const request = createWalk(collection, input)
        let moving = false
        for (const event of walk) {
          if (!moving && (event.type === 'PAID' || event.type === 'FAILED')) continue
          const step = request.step(event)
          if (event.type === 'PAID' || event.type === 'FAILED') moving = false
          for (const deed of step.deeds)
            if (deed.kind === 'collect') {
              expect(moving).toBe(false)
              moving = true
            }
          expect(request.state === 'approved').toBe(moving)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is decided once: the first answer wins, and only she overrules her own no', () => {
    const request = createWalk(collection, input)
    request.step(ask('100'))
    expect(request.step(approve('100')).to).toBe('approved')
    for (const second of [approve('40'), decline, { type: 'POSTPONE', until: LAPSES }, ask('130')])
      expect(request.step(second).changed).toBe(false)
    request.step(failed)
    expect(request.state).toBe('asked')
    request.step(decline)
    expect(request.step(ask('130')).changed).toBe(false)
    expect(request.step(approve('100')).to).toBe('approved')
  })

  it('paid in part leaves the rest open; asked anew, what is due now is asked, no more and no less', () => {
    const request = createWalk(collection, input)
    request.step(ask('100'))
    request.step(approve('40'))
    expect(request.step(paid('40')).to).toBe('part-paid')
    expect(left(request.context)).toBe('60')
    const again = request.step(ask('130'))
    expect(again.deeds).toEqual([{ kind: 'message', about: 'prompt', amount: money('130') }])
    expect(left(request.context)).toBe('130')
    request.step(approve('130'))
    expect(request.step(paid('130')).to).toBe('paid')
    // money that went back is asked for again
    expect(request.step({ type: 'REVERSED', amount: money('130') }).to).toBe('asked')
    expect(left(request.context)).toBe('130')
  })

  it('approved in parts waits for each of them, and asks for what did not come', () => {
    const request = createWalk(collection, input)
    request.step(ask('100'))
    const { deeds } = request.step(approve('100', ['60', '40']))
    expect(deeds).toEqual([
      {
        kind: 'collect',
        walletId: 'w',
        parts: [
          { amount: money('60'), afterMs: 0 },
          { amount: money('40'), afterMs: 0 },
        ],
      },
    ])
    expect(request.step(paid('60')).to).toBe('approved')
    // more of the part that has spoken is no answer of the other
    expect(request.step({ ...paid('5'), again: true }).to).toBe('approved')
    expect(request.step(failed).to).toBe('part-paid')
    expect(left(request.context)).toBe('35')
  })

  it('whose money goes back while other parts are on their way waits for them, then asks', () => {
    const request = createWalk(collection, input)
    request.step(ask('100'))
    request.step(approve('100', ['60', '40']))
    request.step(paid('60'))
    expect(request.step({ type: 'REVERSED', amount: money('60') }).to).toBe('approved')
    expect(request.step(failed).to).toBe('asked')
    expect(left(request.context)).toBe('100')
  })

  it('is not asked for a second time where the next request of the loan is open: money that comes or goes back only counts', () => {
    const request = createWalk(collection, input)
    request.step(ask('100'))
    request.step(approve('100'))
    request.step(paid('100'))
    expect(request.step({ type: 'REVERSED', amount: money('100'), elsewhere: true }).to).toBe('lapsed')
    expect(request.step({ ...paid('30'), again: true, elsewhere: true }).to).toBe('lapsed')
    expect(left(request.context)).toBe('70')
    expect(request.step({ ...paid('70'), again: true, elsewhere: true }).to).toBe('paid')
  })

  it('reminds her once at the time she chose, and lapses at its end', () => {
    const request = createWalk(collection, input)
    request.step(ask('100'))
    request.step({ type: 'POSTPONE', until: '2026-03-05T11:00:00.000Z' })
    expect(request.step({ type: 'wake' })).toMatchObject({ to: 'reminded', deeds: [{ about: 'reminder' }] })
    expect(request.step({ type: 'wake' })).toMatchObject({ to: 'lapsed', deeds: [] })
    expect(request.step(approve('100')).changed).toBe(false)
  })
})
