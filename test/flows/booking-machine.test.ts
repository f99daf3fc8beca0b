import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { booking } from '../../flows/booking.ts'
import { createWalk } from '../support/walk-machine.ts'

const input = { amount: { amount: '100', currency: 'XAF' } }

const events = fc.constantFrom(
  { type: 'wake' },
  { type: 'SLOT' },
  { type: 'SLOT' },
  { type: 'BOOKED' },
  { type: 'AWAITING' },
  { type: 'UNKNOWN' },
  { type: 'NOT_FOUND' },
  { type: 'MOOT' },
  { type: 'DIFFERS', detail: 'transaction 7 of the core is 90, not 100 XAF' },
  { type: 'REFUSED', code: 'error.msg.loan.locked', retry: 'same-key' },
  { type: 'REFUSED', code: 'conflict', retry: 'new-key' },
  { type: 'REFUSED', code: 'under-processing', retry: 'same-key' },
  { type: 'REFUSED', code: 'closed', retry: 'never' },
)

describe('a booking', () => {
  it('on any walk posts once and tells its transaction once, yes or no', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 40 }), walk => {
        const entry = createWalk(booking, input)
        for (const event of walk) entry.step({ ...event, afterMs: 60_000 })
        const deeds = entry.steps.flatMap(step => step.deeds)
        const posted = deeds.filter(({ kind }) => kind === 'transfer').length
        const tells = deeds.flatMap(deed => (deed.kind === 'tell' ? [deed.event.type] : []))
        expect(tells).toEqual(
          entry.state === 'booked' ? ['BOOKED'] : entry.state === 'refused' ? ['NOT_BOOKABLE'] : [],
        )
        expect(posted).toBe(entry.state === 'booked' ? 1 : 0)
      }),
      { numRuns: 500 },
    )
  })

  it('draws a new key only where the last one answers nothing new', () => {
    const entry = createWalk(booking, input)
    const keys = (): boolean[] =>
      entry.steps.flatMap(({ deeds }) => deeds.flatMap(deed => (deed.kind === 'attempt' ? [deed.fresh] : [])))
    const refuse = (code: string, retry: string): void => {
      entry.step({ type: 'SLOT' })
      entry.step({ type: 'REFUSED', code, retry })
    }
    refuse('error.msg.loan.locked', 'same-key')
    refuse('conflict', 'new-key')
    refuse('error.msg.loan.locked', 'same-key')
    expect(keys()).toEqual([true, false, true])
    for (let tries = 0; tries < 4; tries++) refuse('under-processing', 'same-key')
    entry.step({ type: 'SLOT' })
    expect(keys().slice(3)).toEqual([false, false, true, false, false])
  })

  it('waits longer each time, and is an alarm after an hour', () => {
    const entry = createWalk(booking, input)
    for (let tries = 0; tries < 20; tries++) {
      entry.step({ type: 'SLOT', afterMs: 300_000 })
      entry.step({ type: 'REFUSED', code: 'core-away', retry: 'same-key' })
    }
    const alarms = entry.steps.filter(({ deeds }) =>
      deeds.some(deed => deed.kind === 'case' && deed.about === 'booking-waits'),
    )
    expect(entry.steps.indexOf(alarms[0] as never)).toBe(25)
    expect(entry.state).toBe('planned')
  })

  it('of money that went back is not made', () => {
    const entry = createWalk(booking, input)
    expect(entry.step({ type: 'MOOT' })).toMatchObject({ to: 'undone', deeds: [] })
    expect(entry.step({ type: 'SLOT' }).changed).toBe(false)
  })

  it('that the core holds with another amount is shown, not repeated', () => {
    const entry = createWalk(booking, input)
    entry.step({ type: 'SLOT' })
    const doubt = entry.step({ type: 'DIFFERS', detail: '90, not 100' })
    expect(doubt).toMatchObject({ to: 'unknown', deeds: [{ kind: 'case', about: 'booked-otherwise' }] })
    expect(entry.step({ type: 'SLOT' }).changed).toBe(false)
  })
})
