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
})
