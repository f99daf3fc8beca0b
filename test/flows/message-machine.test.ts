import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { message } from '../../flows/message.ts'
import { createWalk } from '../support/walk-machine.ts'

const input = { expiresAt: '2026-03-06T08:00:00.000Z', result: true }

describe('a message', () => {
  it('on any walk is resent at most once after a lost answer', () => {
    const events = fc.constantFrom('SENDING', 'SENDING', 'wake', 'UNKNOWN', 'ACCEPTED', 'DELIVERED', 'FAILED')
    fc.assert(
      fc.property(fc.array(events, { maxLength: 30 }), walk => {
        const sms = createWalk(message, input)
        for (const type of walk) sms.step({ type, afterMs: 60_000 })
        expect(
          sms.steps.filter(({ from, to }) => from !== 'sending' && to === 'sending').length,
        ).toBeLessThanOrEqual(2)
      }),
      { numRuns: 300 },
    )
  })

  it('lost twice rests; only a report can still tell', () => {
    const sms = createWalk(message, input)
    for (const type of ['SENDING', 'UNKNOWN', 'SENDING', 'wake']) sms.step({ type })
    expect(sms.state).toBe('unknown')
    expect(sms.step({ type: 'wake' }).changed).toBe(false)
    expect(sms.step({ type: 'DELIVERED' }).to).toBe('delivered')
  })

  it('is tried until its validity ends', () => {
    const sms = createWalk(message, input)
    for (let tries = 0; tries < 10; tries++) {
      sms.step({ type: 'SENDING', afterMs: 3_600_000 })
      sms.step({ type: 'LATER' })
    }
    expect(sms.state).toBe('queued')
    expect(sms.step({ type: 'SENDING', afterMs: 86_400_000 }).to).toBe('expired')
  })

  it.each([
    ['refused', ['SENDING', 'REFUSED']],
    ['reported as failed', ['SENDING', 'ACCEPTED', 'FAILED']],
    ['expired at the gateway', ['SENDING', 'ACCEPTED', 'EXPIRED']],
  ])(
    'of her money that is %s is shown to a person, until it arrives after all; an invitation is not',
    (_, way) => {
      for (const result of [true, false]) {
        const sms = createWalk(message, { ...input, result })
        for (const type of [...way, 'DELIVERED']) sms.step({ type })
        const kinds = sms.steps.flatMap(({ deeds }) => deeds.map(({ kind }) => kind))
        expect(kinds).toEqual(result ? ['case', 'settle'] : [])
      }
    },
  )

  it('delivered stays delivered, whatever comes late', () => {
    const sms = createWalk(message, input)
    for (const type of ['SENDING', 'DELIVERED', 'ACCEPTED', 'FAILED', 'EXPIRED', 'UNKNOWN'])
      sms.step({ type })
    expect(sms.state).toBe('delivered')
  })

  describe('of a lender with two ways', () => {
    const two = { ...input, ways: 2, unheardMs: 900_000 }
    const walk = (...types: (string | { type: string; of?: number; afterMs?: number })[]) => {
      const sms = createWalk(message, two)
      for (const event of types) sms.step(typeof event === 'string' ? { type: event } : event)
      return sms
    }
    /** The way of each try. */
    const tried = (sms: ReturnType<typeof walk>) => sms.context.way

    it('goes by the second at once where the first cannot take it now, and back to the first after a pause', () => {
      const sms = walk('SENDING', 'LATER')
      expect([sms.state, tried(sms), sms.steps.at(-1)?.waitMs]).toEqual(['queued', 1, 0])
      sms.step({ type: 'SENDING' })
      sms.step({ type: 'LATER' })
      expect([sms.state, tried(sms)]).toEqual(['queued', 0])
      expect(sms.steps.at(-1)?.waitMs).toBeGreaterThan(0)
    })

    it('asks no way twice that has no route, and fails where none has', () => {
      const sms = walk('SENDING', 'NO_ROUTE')
      expect([sms.state, tried(sms)]).toEqual(['queued', 1])
      for (const type of ['SENDING', 'LATER', 'SENDING', 'LATER']) sms.step({ type })
      expect([sms.state, tried(sms)]).toEqual(['queued', 1])
      for (const type of ['SENDING', 'NO_ROUTE']) sms.step({ type })
      expect(sms.state).toBe('failed')
    })

    it.each(['REFUSED', 'SUPPRESSED'])('%s by the first never goes by the second', type => {
      expect(walk('SENDING', type).state).toMatch(/^(failed|suppressed)$/)
    })

    it('goes by the second, once, where the first has taken it and is silent', () => {
      const sms = walk('SENDING', 'ACCEPTED')
      expect(sms.steps.at(-1)?.waitMs).toBe(900_000)
      sms.step({ type: 'wake', afterMs: 900_000 })
      expect([sms.state, tried(sms)]).toEqual(['queued', 1])
      for (const type of ['SENDING', 'ACCEPTED']) sms.step({ type })
      expect(sms.steps.at(-1)).toMatchObject({ to: 'accepted', waitMs: Number.POSITIVE_INFINITY })
    })

    it('waits for ever for a report that would come too late, and where there is one way or no such rule', () => {
      for (const change of [{ ways: 1 }, { unheardMs: null }, { expiresAt: '2026-03-05T08:10:00.000Z' }]) {
        const sms = createWalk(message, { ...two, ...change })
        for (const type of ['SENDING', 'ACCEPTED']) sms.step({ type })
        expect(sms.steps.at(-1)?.waitMs).toBe(Number.POSITIVE_INFINITY)
      }
    })

    const again = ['SENDING', 'ACCEPTED', { type: 'wake', afterMs: 900_000 }, 'SENDING'] as const
    it.each([
      ['while the second is being tried', again, 'sending'],
      ['when the second has it', [...again, 'ACCEPTED'], 'accepted'],
      ['when nobody knows what the second did', [...again, 'UNKNOWN', 'SENDING', 'UNKNOWN'], 'unknown'],
    ] as const)('a late no of the first is nothing %s, a late yes is', (_, way, state) => {
      expect(walk(...way, { type: 'FAILED', of: 1 }).state).toBe(state)
      expect(walk(...way, { type: 'EXPIRED', of: 1 }).state).toBe(state)
      expect(walk(...way, { type: 'DELIVERED', of: 1 }).state).toBe('delivered')
    })

    it('the second’s own no ends it, and one of the first where the second took nothing', () => {
      expect(walk(...again, 'ACCEPTED', { type: 'FAILED', of: 2 }).state).toBe('failed')
      expect(walk(...again, 'REFUSED').state).toBe('accepted')
      expect(walk(...again, 'REFUSED', { type: 'FAILED', of: 1 }).state).toBe('failed')
      expect(walk(...again, 'LATER', { type: 'SENDING', afterMs: 30 * 3_600_000 }).state).toBe('accepted')
    })
  })
})
