import { equal, type Money } from './money.ts'

/** Money without a home, as it came. */
export type Unhoused = {
  readonly amount: Money
  readonly receipt: string | undefined
  /** What the payer, or whoever sent the push, wrote as the account. */
  readonly reference: string | undefined
  readonly payer: string
}

/** A loan that the money may be for, and what is known of it. */
export type KnownLoan = {
  readonly loanId: string
  readonly account: string
  /** The number by which anybody can pay it; absent: none was given yet. */
  readonly payReference?: string
  /** Receipts that somebody typed for it. */
  readonly receipts: readonly string[]
  /** Exact amounts that are due on it, or asked for. */
  readonly dues: readonly Money[]
  /** Phones of its borrower. */
  readonly phones: readonly string[]
  /** Phones that have paid it before. */
  readonly payers: readonly string[]
}

/** Why a loan is proposed, the strongest first. */
export const CLUES = [
  'same-receipt',
  'account-reference',
  'instalment-due',
  'paid-before',
  // a pay-reference with one digit another, or two neighbours exchanged. Accounts are numbered one after the other: each
  // is near the next, and that tells nothing
  'near-reference',
] as const
export type Clue = (typeof CLUES)[number]

export type Match = { readonly loanId: string; readonly account: string; readonly clues: readonly Clue[] }

/** More than these nobody reads. */
export const MAX_MATCHES = 5

/** An account number of the core as people write it, in the forms in which it may be kept: with its noughts, and without. */
export const accountForms = (text: string): string[] =>
  plain(text) === ''
    ? []
    : [...new Set([text.trim(), plain(text), plain(text).padStart(ACCOUNT_DIGITS, '0')])]

/** Fineract numbers its accounts with nine digits, noughts in front. */
const ACCOUNT_DIGITS = 9

/** As people write it: signs, blanks, small letters, leading noughts, and O for nought in a number tell nothing apart. */
export const plain = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/^[\dO]+$/, digits => digits.replaceAll('O', '0'))
    .replace(/^0+/, '')

/** Only numbers are near each other; what is the same is not near. */
const isNear = (text: string, payReference: string): boolean =>
  nearForms(text, payReference.length).includes(payReference)

/** Every number that is near the one that was typed, with noughts in front to that many digits. */
export function nearForms(text: string, digits: number): string[] {
  const number = plain(text)
  if (!/^\d+$/.test(number) || number.length > digits) return []
  const typed = number.padStart(digits, '0')
  const slips = [...typed].flatMap((digit, at) =>
    [...'0123456789']
      .filter(other => other !== digit)
      .map(other => typed.slice(0, at) + other + typed.slice(at + 1)),
  )
  const swaps = [...typed.slice(1)].map(
    (next, at) => typed.slice(0, at) + next + (typed[at] ?? '') + typed.slice(at + 2),
  )
  return [...new Set([...slips, ...swaps])].filter(form => form !== typed)
}

const isNamed = (text: string | undefined, among: readonly string[]): boolean =>
  text !== undefined && plain(text) !== '' && among.some(each => plain(each) === plain(text))

const RULES: Readonly<Record<Clue, (money: Unhoused, loan: KnownLoan) => boolean>> = {
  'same-receipt': ({ receipt }, { receipts }) => isNamed(receipt, receipts),
  'account-reference': ({ reference }, { account }) => isNamed(reference, [account]),
  'instalment-due': ({ amount, payer }, { dues, phones }) =>
    phones.includes(payer) && dues.some(due => equal(due, amount)),
  'paid-before': ({ payer }, { payers }) => payers.includes(payer),
  'near-reference': ({ reference }, { payReference }) =>
    reference !== undefined && payReference !== undefined && isNear(reference, payReference),
}

/** A stronger clue weighs more than all weaker ones together. */
const weight = (clues: readonly Clue[]): number =>
  clues.reduce((sum, clue) => sum + 2 ** (CLUES.length - CLUES.indexOf(clue)), 0)

/**
 * Loans that the money may be for, the likeliest first. A proposal to a person, who looks and decides: nothing is booked
 * by it.
 */
export function matches(money: Unhoused, loans: readonly KnownLoan[]): Match[] {
  return loans
    .map(loan => ({
      loanId: loan.loanId,
      account: loan.account,
      clues: CLUES.filter(clue => RULES[clue](money, loan)),
    }))
    .filter(({ clues }) => clues.length > 0)
    .sort((a, b) => weight(b.clues) - weight(a.clues) || a.loanId.localeCompare(b.loanId))
    .slice(0, MAX_MATCHES)
}
