import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { BOOKINGS, ENTRIES, type EntryKind } from '../../flows/booking.ts'
import { createWalk } from '../support/walk-machine.ts'

const booking = BOOKINGS.repayment
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
  { type: 'REFUSED', code: 'error.msg.loan.locked', retry: 'same-key', patienceMs: 300_000 },
  { type: 'REFUSED', code: 'conflict', retry: 'new-key' },
  { type: 'REFUSED', code: 'under-processing', retry: 'same-key' },
  { type: 'REFUSED', code: 'closed', retry: 'never' },
)

/** Whom each kind tells of a yes and of a no, and what a yes moves: debit, credit. */
const toTransaction = { entered: ['transaction BOOKED'], refused: ['transaction NOT_BOOKABLE'] }
const toDisbursement = { entered: ['disbursement BOOKED'], refused: ['disbursement NOT_BOOKABLE'] }
const undone = { entered: ['undone UNDONE', 'transaction UNDONE'], refused: ['transaction UNDO_REFUSED'] }
const TOLD: Readonly<Record<EntryKind, { entered: string[]; refused: string[] }>> = {
  repayment: toTransaction,
  deposit: toTransaction,
  disbursal: toDisbursement,
  voucher: toDisbursement,
  'undo-repayment': undone,
  'undo-deposit': undone,
  'undo-disbursal': {
    entered: ['undone UNDONE', 'disbursement UNDONE'],
    refused: ['disbursement UNDO_REFUSED'],
  },
  'undo-voucher': {
    entered: ['undone UNDONE', 'disbursement UNDONE'],
    refused: ['disbursement UNDO_REFUSED'],
  },
  journal: { entered: [], refused: [] },
}
const POSTED: Readonly<Record<EntryKind, string | undefined>> = {
  repayment: 'clearing-in core',
  deposit: 'clearing-in core',
  disbursal: 'core clearing-out',
  voucher: 'core clearing-out',
  'undo-repayment': 'core clearing-in',
  'undo-deposit': 'core clearing-in',
  'undo-disbursal': 'clearing-out core',
  'undo-voucher': 'clearing-out core',
  journal: undefined,
}

describe('a booking', () => {
  it.each(ENTRIES)('of the kind %s on any walk posts once and tells once, yes or no', kind => {
    const { entered, refused } = TOLD[kind]
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 40 }), walk => {
        const entry = createWalk(BOOKINGS[kind], input)
        for (const event of walk) entry.step({ ...event, afterMs: 60_000 })
        const deeds = entry.steps.flatMap(step => step.deeds)
        const posted = deeds.flatMap(deed =>
          deed.kind === 'transfer' ? [`${deed.debit} ${deed.credit}`] : [],
        )
        const tells = deeds.flatMap(deed => (deed.kind === 'tell' ? [`${deed.to} ${deed.event.type}`] : []))
        const isMade = entry.state === 'booked'
        expect(tells).toEqual(isMade ? entered : entry.state === 'refused' ? refused : [])
        expect(posted).toEqual(isMade && POSTED[kind] !== undefined ? [POSTED[kind]] : [])
      }),
      { numRuns: 200 },
    )
  })

  it.each(ENTRIES)(
    'of the kind %s that was refused is tried again only where its money still waits for it',
    kind => {
      const entry = createWalk(BOOKINGS[kind], input)
      entry.step({ type: 'SLOT' })
      entry.step({ type: 'REFUSED', code: 'closed', retry: 'never' })
      const movedOn = ['repayment', 'deposit', 'undo-repayment', 'undo-deposit'].includes(kind)
      expect(entry.step({ type: 'RETRY' }).to).toBe(movedOn ? 'refused' : 'planned')
    },
  )

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

  it('of a loan that the core holds waits as long as the lender wants, then the money may have another home', () => {
    const HOUR_MS = 3_600_000
    const entry = createWalk(booking, input)
    const refuse = (code: string, retry: string, more: object = {}) => {
      entry.step({ type: 'SLOT' })
      return entry.step({ type: 'REFUSED', code, retry, afterMs: HOUR_MS, ...more })
    }
    const locked = () => refuse('error.msg.loan.locked', 'same-key', { patienceMs: 3 * HOUR_MS })
    for (let hours = 0; hours < 3; hours++) expect(locked().to).toBe('planned')
    // it was not held: a lock that comes later counts from its own beginning
    refuse('error.msg.client.not.active.exception', 'new-key')
    for (let hours = 0; hours < 3; hours++) expect(locked().to).toBe('planned')
    refuse('core-away', 'same-key')
    const given = locked()
    expect(given.to).toBe('refused')
    expect(given.deeds).toMatchObject([
      { kind: 'tell', to: 'transaction', event: { type: 'NOT_BOOKABLE', locked: true } },
      { kind: 'settle', about: 'booking-waits' },
    ])
    expect(entry.step({ type: 'RETRY' }).changed).toBe(false)
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
