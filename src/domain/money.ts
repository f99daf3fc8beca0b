/** Money: whole minor units and an ISO 4217 currency. No float ever holds an amount. */
export type Currency = string & { readonly brand?: 'currency' }
export type Money = { readonly minor: bigint; readonly currency: Currency }

/** What an amount looks like in every JSON and CSV of ours: major units as text, exactly the currency's digits. */
export type MoneyText = { readonly amount: string; readonly currency: string }

/** Digits after the point, by ISO 4217; a currency that is not listed has two. */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  DJF: 0,
  GNF: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  MGA: 2,
  RWF: 0,
  UGX: 0,
  VND: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  KWD: 3,
  OMR: 3,
  TND: 3,
}

/** The widest amount we handle: 15 digits of major units, far above any wallet's cap. */
const MAX_DIGITS = 15

export const exponentOf = (currency: Currency): number => EXPONENTS[currency] ?? 2

export const money = (minor: bigint, currency: Currency): Money => ({ minor, currency })

export const zero = (currency: Currency): Money => money(0n, currency)

/**
 * Reads an amount in major units: digits, and a point with up to the currency's digits (`"1500"`, `"1500.5"`).
 * Answers undefined for a sign, a blank, a thousands separator, letters, or a fraction the currency does not have.
 */
export function parseMoney(text: string, currency: Currency): Money | undefined {
  const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(text)
  if (match === null) return undefined
  const digits = exponentOf(currency)
  const whole = match[1] ?? ''
  const fraction = match[2] ?? ''
  if (whole.length > MAX_DIGITS || /[1-9]/.test(fraction.slice(digits))) return undefined
  return money(BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0')), currency)
}

/** Major units with exactly the currency's digits: `"1500.00"` KES, `"1500"` XAF. */
export function formatMoney({ minor, currency }: Money): string {
  const digits = exponentOf(currency)
  const sign = minor < 0n ? '-' : ''
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

export const toText = (value: Money): MoneyText => ({ amount: formatMoney(value), currency: value.currency })

/** The way back from {@link toText}; throws on text that our own codec cannot have written. */
export function fromText({ amount, currency }: MoneyText): Money {
  const negative = amount.startsWith('-')
  const value = parseMoney(negative ? amount.slice(1) : amount, currency)
  if (value === undefined) throw new Error(`not an amount of ${currency}: ${amount}`)
  return negative ? money(-value.minor, currency) : value
}

function same(a: Money, b: Money): Currency {
  if (a.currency !== b.currency) throw new Error(`cannot mix ${a.currency} and ${b.currency}`)
  return a.currency
}

export const add = (a: Money, b: Money): Money => money(a.minor + b.minor, same(a, b))
export const subtract = (a: Money, b: Money): Money => money(a.minor - b.minor, same(a, b))
export const equal = (a: Money, b: Money): boolean => a.currency === b.currency && a.minor === b.minor
export const exceeds = (a: Money, b: Money): boolean => a.minor > b.minor && same(a, b) !== ''
export const sum = (values: readonly Money[], currency: Currency): Money => values.reduce(add, zero(currency))

/** The next whole major unit, for a wallet that carries no fractions; a whole amount stays as it is. */
export function roundedUp(amount: Money): Money {
  const unit = 10n ** BigInt(exponentOf(amount.currency))
  return isWhole(amount) ? amount : money((amount.minor / unit + 1n) * unit, amount.currency)
}

/** True where the amount has no fraction of a major unit: all that M-Pesa's API, for one, can carry. */
export const isWhole = ({ minor, currency }: Money): boolean =>
  minor % 10n ** BigInt(exponentOf(currency)) === 0n
