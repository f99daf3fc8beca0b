import { type Currency, type Money, parseMoney } from '../../domain/money.ts'
import type { LocalDate } from '../../domain/time.ts'

/**
 * Reads JSON with every number kept as the text it was written in: amounts never pass through a float, and ids are text
 * anyway. The source text is given to the reviver since ECMAScript's "JSON.parse source text access" (Node 21).
 * Undefined for what is not JSON: a datatable cell with a backslash makes Fineract write such answers.
 */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body, (_, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? (context?.source ?? String(value)) : value,
    )
  } catch {
    return undefined
  }
}

/** The most digits that an exponent may add: Java writes `1E+3` and `0E-7` for some decimals, never more than this. */
const MAX_SHIFT = 20

/** Plain digits for a decimal as Java's BigDecimal prints it, the point moved by its exponent. */
function plain(text: string): string | undefined {
  const match = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (match === null) return undefined
  const [, whole = '', fraction = '', exponent = '0'] = match
  const shift = Number(exponent)
  if (Math.abs(shift) > MAX_SHIFT) return undefined
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction + '0'.repeat(Math.max(0, shift))
  const point = Math.max(0, -shift) + whole.length + shift
  const units = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0'
  const rest = digits.slice(point).replace(/0+$/, '')
  return rest === '' ? units : `${units}.${rest}`
}

/** An amount of the core; undefined for a negative one, or a fraction that the currency does not have. */
export function readAmount(text: unknown, currency: Currency): Money | undefined {
  const digits = typeof text === 'string' ? plain(text) : undefined
  return digits === undefined ? undefined : parseMoney(digits, currency)
}

/** Days come as `[2024,5,31]` from most endpoints and as `2024-05-31` (or with a time behind it) from some. */
export function readDate(value: unknown): LocalDate | undefined {
  const text = Array.isArray(value)
    ? value
        .slice(0, 3)
        .map((part, at) => String(part).padStart(at === 0 ? 4 : 2, '0'))
        .join('-')
    : typeof value === 'string'
      ? value.slice(0, 10)
      : ''
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
  return isDay ? (text as LocalDate) : undefined
}

/** Booleans of datatables are strings: `"true"`, or the database's own form. */
export const readFlag = (value: unknown): boolean | undefined => {
  if (value === true || value === 'true' || value === '1' || value === 't') return true
  return value === false || value === 'false' || value === '0' || value === 'f' ? false : undefined
}
