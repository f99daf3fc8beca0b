import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  accountForms,
  CLUES,
  type KnownLoan,
  MAX_MATCHES,
  matches,
  type Unhoused,
} from '../../src/domain/match.ts'

const kes = (minor: bigint) => ({ minor, currency: 'KES' })
const money: Unhoused = {
  amount: kes(130_000n),
  receipt: 'UAD8WUX03X',
  reference: '000000011',
  payer: '+254700000001',
}
const loan = (loanId: string, known: Partial<KnownLoan> = {}): KnownLoan => ({
  loanId,
  account: `00000009${loanId}`,
  receipts: [],
  dues: [],
  phones: [],
  payers: [],
  ...known,
})
const cluesFor = (known: Partial<KnownLoan>, of: Partial<Unhoused> = {}) =>
  matches({ ...money, ...of }, [loan('1', known)]).flatMap(({ clues }) => clues)

describe('a loan is proposed', () => {
  it('by the receipt that somebody typed for it, however it was typed', () => {
    expect(cluesFor({ receipts: ['uad8 wux03x'] })).toEqual(['same-receipt'])
    expect(cluesFor({ receipts: ['UAD8WUX03Y'] })).toEqual([])
    expect(cluesFor({ receipts: ['UAD8WUX03X'] }, { receipt: undefined })).toEqual([])
  })

  it('by its account number, with its leading noughts or without them', () => {
    for (const reference of ['000000011', '11', ' 0000-00011 '])
      expect(cluesFor({ account: '000000011' }, { reference })).toEqual(['account-reference'])
    for (const reference of ['111', '1', '000', '', undefined])
      expect(cluesFor({ account: '000000011' }, { reference })).toEqual([])
  })

  it('by a number that is near its pay-reference: the weakest clue, and nobody books by it', () => {
    const known = { account: '000004821', payReference: '57249906' }
    for (const reference of ['57249960', '5724 9806', '57O49906'])
      expect(cluesFor(known, { reference })).toEqual(['near-reference'])
    for (const reference of ['57249906 1', '5724990', '57240006', '000004822', 'near'])
      expect(cluesFor(known, { reference })).toEqual([])
    expect(CLUES.at(-1)).toBe('near-reference')
  })

  it('under its account number in every form in which it may be kept', () => {
    for (const written of ['000000011', '11', ' 0000-00011 '])
      expect(accountForms(written)).toContain('000000011')
    for (const written of ['', '000', ' - ']) expect(accountForms(written)).toEqual([])
  })

  it('by exactly what is due on it, only where the payer is its borrower', () => {
    const phones = [money.payer]
    expect(cluesFor({ dues: [kes(1n), kes(130_000n)], phones })).toEqual(['instalment-due'])
    expect(cluesFor({ dues: [kes(130_001n)], phones })).toEqual([])
    expect(cluesFor({ dues: [kes(130_000n)], phones: ['+254700000002'] })).toEqual([])
    expect(cluesFor({ dues: [{ minor: 130_000n, currency: 'UGX' }], phones })).toEqual([])
  })

  it('because this phone has paid it before', () => {
    expect(cluesFor({ payers: [money.payer] })).toEqual(['paid-before'])
  })
})

it('one strong clue goes before all the weaker ones together, and equal ones keep one order', () => {
  const weaker = loan('1', {
    account: '11',
    dues: [money.amount],
    phones: [money.payer],
    payers: [money.payer],
  })
  const found = matches(money, [
    weaker,
    loan('2', { receipts: ['UAD8WUX03X'] }),
    loan('3', { payers: [money.payer] }),
  ])
  expect(found.map(({ loanId }) => loanId)).toEqual(['2', '1', '3'])
  expect(
    matches(money, [loan('9', { payers: [money.payer] }), loan('8', { payers: [money.payer] })]),
  ).toEqual([
    { loanId: '8', account: '000000098', clues: ['paid-before'] },
    { loanId: '9', account: '000000099', clues: ['paid-before'] },
  ])
})

it('however much is known, few are proposed, each for a reason and none twice, whatever their order', () => {
  const text = fc.constantFrom('11', '0011', 'A1', '', '+254700000001', '+254700000002')
  const amount = fc.constantFrom(kes(1n), kes(130_000n))
  const known = fc.record({
    account: text,
    receipts: fc.array(text, { maxLength: 2 }),
    dues: fc.array(amount, { maxLength: 2 }),
    phones: fc.array(text, { maxLength: 2 }),
    payers: fc.array(text, { maxLength: 2 }),
  })
  fc.assert(
    fc.property(
      fc.record({ amount, receipt: fc.option(text, { nil: undefined }), reference: text, payer: text }),
      fc.array(known, { maxLength: 12 }),
      (came, loans) => {
        const named = loans.map((each, at) => loan(String(at), each))
        const found = matches(came, named)
        expect(found.length).toBeLessThanOrEqual(MAX_MATCHES)
        expect(new Set(found.map(({ loanId }) => loanId)).size).toBe(found.length)
        for (const { clues } of found) {
          expect(clues.length).toBeGreaterThan(0)
          expect(clues).toEqual(CLUES.filter(clue => clues.includes(clue)))
        }
        expect(matches(came, [...named].reverse())).toEqual(found)
      },
    ),
  )
})
