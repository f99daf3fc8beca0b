/**
 * The simulator's own money: exact, in minor units, with Fineract's silent rounding.
 * Upstream: org.apache.fineract.organisation.monetary.domain.Money and
 * org.apache.fineract.infrastructure.core.serialization.JsonParserHelper.
 */

export type Currency = {
  readonly code: string
  readonly name: string
  readonly symbol: string
  readonly digits: number
}

const CURRENCIES: readonly Currency[] = [
  { code: 'KES', name: 'Kenyan Shilling', symbol: 'KSh', digits: 2 },
  { code: 'UGX', name: 'Uganda Shilling', symbol: 'USh', digits: 2 },
  { code: 'TZS', name: 'Tanzanian Shilling', symbol: 'TSh', digits: 2 },
  { code: 'INR', name: 'Indian Rupee', symbol: '₹', digits: 2 },
  { code: 'NGN', name: 'Nigerian Naira', symbol: '₦', digits: 2 },
  { code: 'XAF', name: 'CFA Franc BEAC', symbol: 'FCFA', digits: 0 },
  { code: 'XOF', name: 'CFA Franc BCEAO', symbol: 'CFA', digits: 0 },
  { code: 'RWF', name: 'Rwanda Franc', symbol: 'FRw', digits: 0 },
]

/** A currency that the list lacks has two digits, as most of Fineract's seed data have. */
export function currencyOf(code: string): Currency {
  return CURRENCIES.find(known => known.code === code) ?? { code, name: code, symbol: code, digits: 2 }
}

/** A number as it came: `units` × 10^-`scale`. */
export type Decimal = { readonly units: bigint; readonly scale: number }

function decimalOf(whole: string, fraction: string, negative: boolean): Decimal {
  const units = BigInt(`${whole}${fraction}` || '0')
  return { units: negative ? -units : units, scale: fraction.length }
}

/**
 * Reads a number with the separators of the caller's locale, as JsonParserHelper.convertFrom does through
 * java.text.DecimalFormat: what follows the longest readable start is ignored, so "100.50" is 100 in French
 * and 10050 in German. Undefined where not even a digit stands at the start.
 */
export function parseDecimal(text: string, locale: string): Decimal | undefined {
  const parts = new Intl.NumberFormat(locale.replace('_', '-')).formatToParts(-1_234_567.5)
  const mark = (type: string) => parts.find(part => part.type === type)?.value ?? ''
  const [group, point] = [mark('group'), mark('decimal')]
  let source = text.trim()
  if (/\s/.test(group)) source = source.replaceAll(/\s/g, '')
  else if (group !== '') source = source.replaceAll(group, '')
  const escaped = point === '.' ? '\\.' : point
  const found = new RegExp(`^(-?)(\\d*)(?:${escaped}(\\d*))?`).exec(source)
  const [, sign = '', whole = '', fraction = ''] = found ?? []
  return whole === '' && fraction === '' ? undefined : decimalOf(whole, fraction, sign === '-')
}

/** Seeds and controls: a plain major-unit string with no more digits than the currency has; else it throws. */
export function parseMajor(text: string, digits: number): bigint {
  const found = /^(\d+)(?:\.(\d+))?$/.exec(text)
  const [, whole = '', fraction = ''] = found ?? []
  if (found === null || fraction.length > digits)
    throw new Error(`not an amount of ${digits} digits: ${text}`)
  return BigInt(whole + fraction.padEnd(digits, '0'))
}

/** 1500.00 (KES), 1500 (XAF): exactly the currency's digits. */
export function major(minor: bigint, digits: number): string {
  if (digits === 0) return String(minor)
  const sign = minor < 0n ? '-' : ''
  const text = String(minor < 0n ? -minor : minor).padStart(digits + 1, '0')
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

function halfEven(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  const twice = (value % divisor) * 2n
  const magnitude = twice < 0n ? -twice : twice
  const away = value < 0n ? -1n : 1n
  if (magnitude > divisor || (magnitude === divisor && quotient % 2n !== 0n)) return quotient + away
  return quotient
}

/** Rounded without a word to the currency's digits (HALF_EVEN) and, where it has none, to the product's multiple. */
export function toMinor({ units, scale }: Decimal, digits: number, inMultiplesOf = 0): bigint {
  const minor =
    scale <= digits ? units * 10n ** BigInt(digits - scale) : halfEven(units, 10n ** BigInt(scale - digits))
  if (digits !== 0 || inMultiplesOf <= 0 || minor <= 0n) return minor
  const step = BigInt(inMultiplesOf)
  const below = (minor / step) * step
  return (minor - below) * 2n >= step ? below + step : below
}
