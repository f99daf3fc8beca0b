import { describe, expect, it } from '@jest/globals'
import type { DialogueEvent, House, LoanView, WalletView } from '../../flows/dialogue.ts'
import { FLOWS } from '../../flows/index.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Language } from '../../flows/words/words.ts'
import { DONE, kes, loan, me, mpesa, mtn, noAnswer, play, wallets } from '../support/play.ts'

describe('pay', () => {
  const input = {
    me,
    loanId: '1',
    account: loan.account,
    requestId: 'r1',
    known: kes('1300.00'),
    loan: null,
    how: 'due',
  }
  const found: DialogueEvent = { type: 'LOAN', loan }

  it('reads what is due, asks which wallet, then the PIN, then approves', () => {
    expect(play('pay', input).asked).toEqual({ kind: 'loan', customerId: 'her', loanId: '1' })
    expect(play('pay', input, found).asked).toMatchObject({ kind: 'wallets', amount: kes('1300.00') })
    expect(play('pay', input, found, wallets(mpesa, mtn), '1').state).toBe('pin')
    const approving = play('pay', input, found, wallets(mpesa, mtn), '1', '2580', DONE)
    expect(approving.asked).toEqual({
      kind: 'approve',
      customerId: 'her',
      loanId: '1',
      account: loan.account,
      requestId: 'r1',
      amount: kes('1300.00'),
      walletId: 'w1',
    })
    expect(JSON.stringify(approving.context)).not.toContain('2580')
    expect(play('pay', input, found, wallets(mpesa), '1', '2580', DONE, DONE).state).toBe('prompted')
  })

  it('confirms with a yes where the lender wants no PIN', () => {
    const open = { ...input, me: { ...me, askPin: { ...me.askPin, toPay: false } } }
    expect(play('pay', open, found, wallets(mpesa), '1').state).toBe('confirming')
    expect(play('pay', open, found, wallets(mpesa), '1', '1').asked).toMatchObject({ kind: 'approve' })
  })

  it.each([
    ['yes', 'prompted'],
    ['no', 'sorry'],
    ['unknown', 'unsure'],
  ] as const)('without an answer to the approval, committed %s, ends %s', (committed, state) => {
    expect(play('pay', input, found, wallets(mpesa), '1', '2580', DONE, noAnswer(committed)).state).toBe(
      state,
    )
  })

  it('goes on with the amount that is known where the core is away, but not without any', () => {
    expect(play('pay', input, noAnswer('no')).asked).toMatchObject({ kind: 'wallets' })
    expect(play('pay', { ...input, known: null }, noAnswer('no')).state).toBe('sorry')
  })

  it('ends where nothing is left to pay, nothing is due on the request, or no wallet serves', () => {
    const repaid = { ...loan, balance: kes('0.00') }
    const early = { ...loan, due: kes('0.00') }
    expect(play('pay', input, { type: 'LOAN', loan: null }).state).toBe('nothing')
    expect(play('pay', input, { type: 'LOAN', loan: repaid }).state).toBe('nothing')
    expect(play('pay', input, { type: 'LOAN', loan: early }).state).toBe('nothing')
    expect(play('pay', { ...input, requestId: null }, { type: 'LOAN', loan: early }).state).toBe('amounts')
    expect(play('pay', input, found, wallets()).state).toBe('walletless')
  })

  describe('on a loan that she chose herself', () => {
    const menu = { ...input, requestId: null, how: 'menu' }
    const behind = { ...loan, arrears: kes('300.00') }
    const amountOf = (found: LoanView, option: string) =>
      play('pay', { ...menu, loan: found }, option).context.amount

    it('offers what is due, what is behind of it, all of it, and an amount of her own', () => {
      expect(play('pay', menu, found).state).toBe('amounts')
      expect(play('pay', { ...menu, loan: behind }).state).toBe('amounts')
      expect(amountOf(behind, '1')).toEqual(kes('1300.00'))
      expect(amountOf(behind, '2')).toEqual(kes('300.00'))
      expect(play('pay', { ...menu, loan: behind }, '4').state).toBe('typing')
    })

    it('offers no arrears where there are none or all is behind, and keeps the other numbers', () => {
      for (const one of [loan, { ...loan, arrears: loan.due }])
        expect(play('pay', { ...menu, loan: one }, '2')).toMatchObject({ state: 'amounts', asked: undefined })
    })

    it('offers the next instalment where nothing is due', () => {
      const next = { amount: kes('700.00'), date: '2026-04-05' }
      expect(amountOf({ ...loan, due: kes('0.00'), next }, '1')).toEqual(kes('700.00'))
    })

    it('asks the core what pays it off, and her PIN first where the balance takes one', () => {
      const open = { ...menu, loan, me: { ...me, askPin: { ...me.askPin, toRead: false } } }
      expect(play('pay', { ...menu, loan }, '3').leads).toMatchObject({ to: 'guard', before: 'pay-loan' })
      expect(play('pay', open, '3').asked).toEqual({ kind: 'pay-off', customerId: 'her', loanId: '1' })
      const less = kes('12500.00')
      expect(play('pay', open, '3', { type: 'PAY_OFF', amount: less }).asked).toMatchObject({ amount: less })
      expect(play('pay', open, '3', { type: 'PAY_OFF', amount: null }).state).toBe('nothing')
      expect(play('pay', open, '3', noAnswer('no')).state).toBe('sorry')
    })

    it('leads back to what may be paid', () => {
      expect(play('pay', { ...menu, loan }, '4', '0').state).toBe('amounts')
      expect(play('pay', { ...menu, loan }, '1', wallets(mpesa), '0').state).toBe('amounts')
      expect(play('pay', { ...menu, loan }, '0')).toMatchObject({ over: true, leads: { to: 'home' } })
    })
  })

  it('never asks for more than the whole debt', () => {
    const named = { ...input, how: 'named', known: kes('99000.00') }
    expect(play('pay', named, found).context).toMatchObject({ amount: kes('13000.00') })
  })

  it.each(['', '-1', '0', '0.00', '1 300', '1,300', '1.300', '13000.01', 'x', '1e3', '99999999999999999999'])(
    'takes no "%s" for an amount',
    text => {
      const before = play('pay', { ...input, how: 'other' }, found)
      const event: DialogueEvent = { type: 'INPUT', text }
      expect(play('pay', { ...input, how: 'other' }, found, event)).toEqual(before)
    },
  )

  it.each([
    ['1300', '1300.00'],
    ['1300,5', '1300.50'],
    ['0.01', '0.01'],
    ['13000.00', '13000.00'],
  ])('takes "%s" for %s', (text, amount) => {
    expect(play('pay', { ...input, how: 'other' }, found, text).context).toMatchObject({
      amount: kes(amount),
    })
  })

  it('rounds up for a wallet of whole units alone, and forgets it with another wallet', () => {
    const other = { ...input, how: 'other' }
    const asks = (...events: (string | DialogueEvent)[]) =>
      play('pay', other, found, '100.50', ...events).asked
    expect(asks(wallets(mpesa, mtn), '1', '2580', DONE)).toMatchObject({
      amount: kes('101.00'),
      walletId: 'w1',
    })
    expect(asks(wallets(mpesa, mtn), '1', '0', '2', '2580', DONE)).toMatchObject({
      amount: kes('100.50'),
      walletId: 'w2',
    })
  })

  it('asks for a whole amount where the lender does not round', () => {
    const refusing: DialogueEvent = { type: 'WALLETS', wallets: [mpesa], roundUp: false }
    expect(play('pay', { ...input, how: 'other' }, found, '100.50', refusing, '1')).toMatchObject({
      state: 'typing',
      context: { wholeOnly: true },
    })
  })

  const house: House = {
    lender: 'Umoja Credit',
    lenderPhone: '+254200000000',
    code: '*384*100#',
    languages: ['en'],
    otherWay: () => '',
  }
  const open = { ...input, me: { ...me, askPin: { ...me.askPin, toPay: false } } }

  describe('says what she will owe after it', () => {
    const free = { ...input, me: { ...me, askPin: { toEnter: false, toRead: false, toPay: false } } }
    type Step = string | DialogueEvent
    const reads = (who: object, screen: 'confirm' | 'prompted' | 'amounts', ...events: Step[]): string =>
      FLOWS.pay.screens[screen]?.(play('pay', who, ...events).context as never, WORDS.en, house) ?? ''

    it('before she says yes, and after', () => {
      const yes = [found, wallets(mpesa), '1'] as const
      expect(reads(free, 'confirm', ...yes)).toContain('? You will owe KES 11,700.\n1 Yes, pay')
      expect(reads(free, 'prompted', ...yes, '1', DONE)).toMatch(/ You will owe KES 11,700\.$/)
    })

    it('where a PIN guards her balance, not before she has shown it', () => {
      expect(reads(open, 'confirm', found, wallets(mpesa), '1')).not.toContain('owe')
      expect(reads(open, 'prompted', found, wallets(mpesa), '1', '1', DONE)).not.toContain('owe')
      expect(reads(input, 'prompted', found, wallets(mpesa), '1', '2580', DONE, DONE)).toContain(
        'You will owe KES 11,700.',
      )
    })

    it('not where the core was away', () => {
      expect(reads(free, 'confirm', noAnswer('no'), wallets(mpesa), '1')).not.toContain('owe')
    })

    it('that it is all, where that pays it off, even for less than the balance', () => {
      const all: Step[] = ['3', { type: 'PAY_OFF', amount: kes('12500.00') }, wallets(mpesa), '1']
      const menu = { ...free, requestId: null, how: 'menu', loan }
      expect(reads(menu, 'confirm', ...all)).toContain('You will owe nothing.')
      const rounded = { ...loan, due: kes('1300.50'), balance: kes('1300.50') }
      expect(reads(free, 'confirm', { type: 'LOAN', loan: rounded }, wallets(mpesa), '1')).toContain(
        'You will owe nothing.',
      )
    })

    it('nothing, where it would push something else off the screen', () => {
      const long = { ...mpesa, label: 'Orange Money 07000000001', charge: kes('9999999.99') }
      const rich = { ...loan, due: kes('7000000.50'), balance: kes('9999999.99') }
      const named = { ...house, lender: 'Umoja wa Wakulima Savings SA' }
      const { context } = play('pay', free, { type: 'LOAN', loan: rich }, wallets(long), '1')
      const shown = FLOWS.pay.screens.confirm?.(context as never, WORDS.en, named)
      expect(shown).toContain('1 Yes, pay')
      expect(shown).not.toContain('owe')
    })
  })

  describe('says what the operator takes besides', () => {
    const costing = (charge: WalletView['charge']): WalletView => ({ ...mpesa, charge })

    /** The screen that she reads after these wallets were found and this was typed. */
    function screen(who: object, language: Language, all: readonly WalletView[], ...texts: string[]): string {
      const { state, context } = play('pay', who, found, wallets(...all), ...texts)
      const { [{ wallets: 'wallets', confirming: 'confirm', pin: 'pin' }[state] ?? '']: shown } =
        FLOWS.pay.screens
      if (shown === undefined) throw new Error(`no screen in ${state}`)
      return shown(context as never, WORDS[language], house)
    }

    it.each([
      ['en', ' + KES 13 charge', " plus your operator's charge", ' + KES 13', ' + charge'],
      ['fr', ' + KES 13 de frais', " (plus frais de l'opérateur)", ' + KES 13', ' + frais'],
      ['sw', ' + ada KES 13', ' pamoja na ada ya mtandao', ' + KES 13', ' + ada'],
    ] as const)(
      'in %s, where she chooses and where she confirms',
      (language, known, unknown, dear, unsaid) => {
        const [priced, unpriced] = [costing(kes('13.00')), costing('unknown')]
        const list = screen(open, language, [priced, unpriced]).split('\n')
        expect(list.slice(1, 3)).toEqual([`1 ${mpesa.label}${dear}`, `2 ${mpesa.label}${unsaid}`])
        for (const who of [open, input]) {
          expect(screen(who, language, [priced], '1')).toContain(
            `${WORDS[language].money(kes('1300.00'))}${known}`,
          )
          expect(screen(who, language, [unpriced], '1')).toContain(
            `${WORDS[language].money(kes('1300.00'))}${unknown}`,
          )
        }
      },
    )

    it('not a word where it is nothing of hers', () => {
      const free = costing(null)
      expect(screen(open, 'en', [free, free])).toBe(
        'Pay KES 1,300 with:\n1 M-PESA 0700000001\n2 M-PESA 0700000001\n0 Back',
      )
      for (const who of [open, input]) expect(screen(who, 'en', [free], '1')).not.toMatch(/charge|\+/)
    })

    it('on pages of two, each wallet by its own number', () => {
      const all = ['a', 'b', 'c'].map(id => ({ ...costing('unknown'), id }))
      expect(screen(open, 'en', all)).toMatch(/\n2 .*\n98 More\n0 Back$/)
      expect(play('pay', open, found, wallets(...all), '3').state).toBe('wallets')
      expect(play('pay', open, found, wallets(...all), '98', '1').context).toMatchObject({
        wallet: { id: 'c' },
      })
      expect(play('pay', open, found, wallets(...all), '98', '98').context).toMatchObject({ page: 1 })
      const free = all.map(wallet => ({ ...wallet, charge: null }))
      expect(play('pay', open, found, wallets(...free), '3').context).toMatchObject({ wallet: { id: 'c' } })
    })
  })
})
