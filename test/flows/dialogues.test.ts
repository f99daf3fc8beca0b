import { describe, expect, it } from '@jest/globals'
import type { PhoneView } from '../../flows/contact.ts'
import type { DialogueEvent, Person, RequestView } from '../../flows/dialogue.ts'
import type { Shortcut } from '../../flows/handover.ts'
import type { LocalDate } from '../../src/domain/time.ts'
import { DONE, loans, me, mpesa, mtn, noAnswer, play, request, wallets } from '../support/play.ts'

/** The dialogues as pure machines: what they ask, where an answer leads, and what they hand over. */
const phone: PhoneView = { language: null, languages: ['en', 'sw'], known: true, hasCode: false }
const people = (...all: Person[]): DialogueEvent => ({ type: 'PEOPLE', people: all, phone })

describe('welcome', () => {
  const shared = { ...me, askPin: { ...me.askPin, toEnter: true } }

  it('asks who is calling, and leads the only one to the first screen', () => {
    expect(play('welcome', {})).toMatchObject({ state: 'asking', asked: { kind: 'who' } })
    expect(play('welcome', {}, people(me)).leads).toEqual({ to: 'home', me, fresh: true })
  })

  it('lets one of several say which she is, and show it by her PIN', () => {
    expect(play('welcome', {}, people(shared, shared), '2').leads).toEqual({
      to: 'guard',
      me: shared,
      before: 'home',
    })
    expect(play('guard', { me: shared, before: 'home' }, '0').leads).toEqual({ to: 'welcome' })
    expect(play('guard', { me: shared, before: 'home' }, '2580', DONE).leads).toMatchObject({
      to: 'home',
      fresh: true,
      me: { askPin: { toEnter: false, toRead: false, toPay: true } },
    })
  })

  it('has nobody introduce herself, and ends politely where nobody answers', () => {
    expect(play('welcome', {}, people()).leads).toEqual({ to: 'first-contact', phone })
    expect(play('welcome', {}, noAnswer('no'))).toMatchObject({ state: 'sorry', over: true })
  })
})

describe('home', () => {
  it('puts a pending request before the menu, once', () => {
    const first = { me, fresh: true }
    expect(play('home', first, { type: 'INBOX', request }).leads).toEqual({ to: 'request', me, request })
    for (const empty of [{ type: 'INBOX', request: null } as const, noAnswer('no')])
      expect(play('home', first, empty).state).toBe('menu')
    expect(play('home', { me, fresh: false })).toMatchObject({ state: 'menu', asked: undefined })
  })

  it.each([
    ['1', { to: 'pay-loan' }],
    ['2', { to: 'guard', before: 'loans' }],
    ['3', { to: 'guard', before: 'wallets' }],
    ['4', { to: 'guard', before: 'payments' }],
    ['5', { to: 'settings' }],
  ])('leads by %s to %j', (option, leads) => {
    expect(play('home', { me, fresh: false }, option).leads).toEqual({ ...leads, me })
  })

  it('does not ask for a PIN where the lender wants none', () => {
    const open = { ...me, askPin: { ...me.askPin, toRead: false } }
    expect(play('home', { me: open, fresh: false }, '2').leads).toEqual({ to: 'loans', me: open })
  })
})

describe('a shortcut', () => {
  const dialled = (shortcut: Shortcut) => ({ me, fresh: true, shortcut })
  const inbox = (found: RequestView | null): DialogueEvent => ({ type: 'INBOX', request: found })

  it('goes with her until she is known, and shown who she is', () => {
    const shortcut: Shortcut = { kind: 'pay' }
    const shared = { ...me, askPin: { ...me.askPin, toEnter: true } }
    expect(play('welcome', { shortcut }, people(me)).leads).toEqual({
      ...{ to: 'home', me, fresh: true, shortcut },
    })
    const asked = play('welcome', { shortcut }, people(shared, shared), '1').leads
    expect(asked).toEqual({ to: 'guard', me: shared, before: 'home', shortcut })
    expect(play('guard', { me: shared, before: 'home', shortcut }, '2580', DONE).leads).toMatchObject({
      ...{ to: 'home', fresh: true, shortcut },
    })
  })

  it('by its code opens a request, and says so where no open one has it', () => {
    const byCode = dialled({ kind: 'request', code: '4821' })
    expect(play('home', byCode).asked).toEqual({ kind: 'inbox', customerId: 'her', code: '4821' })
    expect(play('home', byCode, inbox(request)).leads).toEqual({ to: 'request', me, request })
    expect(play('home', byCode, inbox(null)).state).toBe('unknown')
    expect(play('home', byCode, inbox(null), '0').state).toBe('menu')
    expect(play('home', byCode, noAnswer('no')).state).toBe('menu')
  })

  it('pays what waits for her, else what is due', () => {
    const pay = dialled({ kind: 'pay' })
    expect(play('home', pay, inbox(request)).leads).toMatchObject({ to: 'pay', requestId: 'r1', how: 'due' })
    for (const none of [inbox(null), noAnswer('no')])
      expect(play('home', pay, none).leads).toEqual({ to: 'pay-loan', me, dueAtOnce: true })
  })

  it.each(['loans', 'wallets', 'payments'] as const)('leads to her %s, behind her PIN', kind => {
    expect(play('home', dialled({ kind })).leads).toEqual({ to: 'guard', me, before: kind })
  })
})

describe('guard', () => {
  const input = { me, before: 'loans' }
  it('asks for four to six digits, counts down, and opens for the rest of the session', () => {
    expect(play('guard', input, '123').state).toBe('asking')
    expect(play('guard', input, '2580').asked).toEqual({ kind: 'check-pin', customerId: 'her', pin: '2580' })
    const wrong = play('guard', input, '2580', { type: 'REFUSED', why: 'wrong-pin', left: 2 })
    expect(wrong).toMatchObject({ state: 'asking', context: { left: 2 } })
    expect(JSON.stringify(wrong.context)).not.toContain('2580')
    expect(play('guard', input, '2580', DONE).leads).toMatchObject({
      to: 'loans',
      me: { askPin: { toRead: false } },
    })
  })

  it('has who has no PIN show otherwise who she is, also where she would change it', () => {
    const pinless = { ...me, hasPin: false }
    const shows = {
      ...{ to: 'facts', forPin: true },
      phone: { language: me.language, languages: me.languages, known: true, hasCode: false },
    }
    expect(play('guard', { ...input, me: pinless }).leads).toEqual(shows)
    expect(play('pin', { me: pinless }).leads).toEqual(shows)
    const unguarded = { ...pinless, askPin: { toEnter: false, toRead: false, toPay: false } }
    expect(play('pin', { me: unguarded })).toMatchObject({ state: 'pinless', over: true })
  })

  it('ends for whose PIN is locked, and where nobody answers', () => {
    expect(play('guard', input, '2580', { type: 'REFUSED', why: 'pin-locked' }).state).toBe('refused')
    expect(play('guard', input, '2580', noAnswer('unknown')).state).toBe('sorry')
  })
})

const hours: DialogueEvent = {
  type: 'HOURS',
  hours: [
    { until: '2026-03-05T13:00:00.000Z', time: '16:00' },
    { until: '2026-03-06T05:00:00.000Z', time: '08:00', day: '2026-03-06' as LocalDate },
  ],
}

describe('request', () => {
  const input = { me, request }
  it('leads to paying it, or another amount on it', () => {
    const pay = { to: 'pay', loanId: '1', requestId: 'r1', known: request.amount }
    expect(play('request', input, '1').leads).toMatchObject({ ...pay, how: 'due' })
    expect(play('request', input, '2').leads).toMatchObject({ ...pay, how: 'other' })
    expect(play('request', input, '0').leads).toEqual({ to: 'home', me, fresh: false })
  })

  it('is put off, or declined with a reason', () => {
    const later = ['3', hours] as const
    expect(play('request', input, '3').asked).toEqual({ kind: 'hours' })
    expect(play('request', input, ...later, '1').asked).toMatchObject({
      ...{ kind: 'postpone', requestId: 'r1', until: '2026-03-05T13:00:00.000Z' },
    })
    expect(play('request', input, ...later, '1', DONE).state).toBe('postponed')
    expect(play('request', input, ...later, '3').state).toBe('choosing')
    expect(play('request', input, ...later, '0').state).toBe('pending')
    expect(play('request', input, '3', noAnswer('no')).state).toBe('sorry')
    expect(play('request', input, '4', '2')).toMatchObject({ asked: { kind: 'decline', reason: 'no-money' } })
    expect(play('request', input, '4', '2', DONE).state).toBe('declined')
    expect(play('request', input, '4', '0').state).toBe('pending')
  })

  it.each([
    ['yes', 'unsure'],
    ['no', 'sorry'],
    ['unknown', 'unsure'],
  ] as const)('without an answer, committed %s, ends %s', (committed, state) => {
    expect(play('request', input, '3', hours, '2', noAnswer(committed)).state).toBe(state)
  })
})

describe('her loans', () => {
  it('are chosen from where there are several, with the schedule in pages and a way back through all', () => {
    expect(play('loans', { me }, loans(1)).state).toBe('shown')
    expect(play('loans', { me }, loans(4), '98')).toMatchObject({ state: 'choosing', context: { page: 1 } })
    expect(play('loans', { me }, loans(4), '98', '98')).toMatchObject({ context: { page: 1 } })
    expect(play('loans', { me }, loans(4), '2', '1', '98', '98')).toMatchObject({
      state: 'schedule',
      context: { page: 2 },
    })
    expect(play('loans', { me }, loans(4), '2', '1', '0', '0').state).toBe('choosing')
    expect(play('loans', { me }, loans(1), '0').leads).toEqual({ to: 'home', me, fresh: false })
    expect(play('loans', { me }, loans(0)).state).toBe('none')
  })

  it('to pay: the only one at once, else the one she chooses', () => {
    const pay = { to: 'pay', loanId: '1', requestId: null, how: 'menu' }
    // the only one was read in this very turn; one of several is read again when she has chosen it
    expect(play('pay-loan', { me }, loans(1)).leads).toMatchObject({ ...pay, loan: { id: '1' } })
    expect(play('pay-loan', { me }, loans(4), '98', '1').leads).toMatchObject({ ...pay, loan: null })
    expect(play('pay-loan', { me, dueAtOnce: true }, loans(1)).leads).toMatchObject({ ...pay, how: 'due' })
    expect(play('pay-loan', { me }, loans(4), '98', '2').state).toBe('choosing')
  })
})

describe('her wallets', () => {
  const shown = wallets(mpesa, mtn)

  it('one is put first', () => {
    expect(play('wallets', { me }, shown, '2').state).toBe('one')
    expect(play('wallets', { me }, shown, '2', '1').asked).toEqual({
      ...{ kind: 'prefer-wallet', customerId: 'her', walletId: 'w2' },
    })
    expect(play('wallets', { me }, shown, '2', '1', DONE)).toMatchObject({ state: 'preferred', over: true })
  })

  it('one is removed, after a second yes, and the last one is not', () => {
    expect(play('wallets', { me }, shown, '1', '2')).toMatchObject({ state: 'sure', asked: undefined })
    expect(play('wallets', { me }, shown, '1', '2', '0').state).toBe('one')
    expect(play('wallets', { me }, shown, '1', '2', '1').asked).toEqual({
      ...{ kind: 'remove-wallet', customerId: 'her', walletId: 'w1' },
    })
    expect(play('wallets', { me }, shown, '1', '2', '1', DONE).state).toBe('removed')
    const last: DialogueEvent = { type: 'REFUSED', why: 'last-wallet' }
    expect(play('wallets', { me }, shown, '1', '2', '1', last).state).toBe('refused')
    expect(play('wallets', { me }, shown, '1', '2', '1', noAnswer('unknown')).state).toBe('unsure')
  })
})

describe('the lists and the settings', () => {
  it.each(['wallets', 'payments'] as const)('%s: read, or politely empty', name => {
    expect(play(name, { me }).asked).toMatchObject({ kind: name, customerId: 'her' })
    expect(play(name, { me }, noAnswer('no')).state).toBe('sorry')
    const none = name === 'wallets' ? wallets() : ({ type: 'PAYMENTS', payments: [] } as const)
    // one that is missing may be told of, or added
    expect(play(name, { me }, none)).toMatchObject({ state: 'none', over: false })
  })

  it('switch to a language of the lender, and to no other', () => {
    expect(play('settings', { me }, '1', '2').leads).toEqual({
      to: 'home',
      me: { ...me, language: 'sw' },
      fresh: false,
    })
    expect(play('settings', { me }, '1', '3').state).toBe('languages')
  })
})

describe('a new PIN by a code', () => {
  const coded = { ...me, hasCode: true } as const
  it('comes first where one was sent, and back from it she is where she would have been', () => {
    expect(play('welcome', {}, people(coded)).leads).toEqual({
      to: 'pin',
      me,
      by: 'code',
    })
    expect(play('pin', { me, by: 'code' }, '0').leads).toEqual({ to: 'home', me, fresh: true })
    const shared = { ...me, askPin: { ...me.askPin, toEnter: true } }
    expect(play('pin', { me: shared, by: 'code' }, '0').leads).toMatchObject({
      to: 'guard',
      before: 'home',
    })
  })

  it('asks for the code instead of the old PIN, also of who has none', () => {
    const by = { me: { ...me, hasPin: false }, by: 'code' }
    expect(play('pin', by, '738291').asked).toEqual({ kind: 'check-code', customerId: 'her', pin: '738291' })
    expect(play('pin', by, '738291', DONE).state).toBe('fresh')
    expect(play('pin', by, '738291', { type: 'REFUSED', why: 'code-spent' })).toMatchObject({
      state: 'refused',
      over: true,
    })
  })
})
