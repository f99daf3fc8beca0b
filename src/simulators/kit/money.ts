/** The simulators' own money: whole minor units in a bigint. Nothing here is shared with the server under test. */

const WHOLE_UNITS_ONLY: ReadonlySet<string> = new Set(['XAF', 'XOF', 'UGX', 'RWF'])

/** Digits after the point, ISO 4217. */
export const digitsOf = (currency: string): number => (WHOLE_UNITS_ONLY.has(currency) ? 0 : 2)

/** Major units as text, with exactly the currency's digits: `1500.00` KES, `1500` XAF. */
export function formatAmount(minor: bigint, currency: string): string {
  const digits = digitsOf(currency)
  const text = minor.toString().padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** Reads major units; undefined for a sign, a leading zero, letters or more decimals than the currency has. */
export function parseAmount(text: string, currency: string): bigint | undefined {
  const [, whole, fraction = ''] = /^(0|[1-9]\d{0,14})(?:\.(\d+))?$/.exec(text) ?? []
  const digits = digitsOf(currency)
  if (whole === undefined || fraction.length > digits) return undefined
  return BigInt(whole + fraction.padEnd(digits, '0'))
}

/** As {@link parseAmount}, for what a person wrote into a seed: throws. */
export function amountOf(text: string, currency: string): bigint {
  const minor = parseAmount(text, currency)
  if (minor === undefined) throw new Error(`not an amount of ${currency}: ${text}`)
  return minor
}
