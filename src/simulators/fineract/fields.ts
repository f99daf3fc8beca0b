import { parseDate } from './dates.ts'
import { type Decimal, parseDecimal } from './money.ts'
import { badJson, invalid, type ParameterError, validation } from './refusal.ts'

/**
 * Reads a command's JSON as FromJsonHelper, JsonParserHelper and DataValidatorBuilder do: unknown fields first,
 * then each field; what a field breaks is collected, a missing locale or date format ends it at once.
 */
export type Fields = {
  readonly raw: Readonly<Record<string, unknown>>
  text(name: string, maxLength: number): string | undefined
  integer(name: string): number | undefined
  date(name: string): string
  /** `not-negative` is what an adjustment takes: nought undoes. */
  amount(name: string, rule: 'positive' | 'not-negative'): Decimal
  optionalAmount(name: string): Decimal | undefined
  /** What has no default: refused where it is absent. */
  must(name: string): void
  /** Refuses with all that was collected. */
  check(): void
}

export function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Falls through: upstream answers the same for what is not JSON and for what is no object.
  }
  throw badJson()
}

const NOTHING: Decimal = { units: 0n, scale: 0 }

export function refuseUnsupported(raw: Record<string, unknown>, allowed: readonly string[]): void {
  const unknown = Object.keys(raw).filter(name => !allowed.includes(name))
  if (unknown.length === 0) return
  throw validation(
    unknown.map(parameter => ({
      code: 'error.msg.parameter.unsupported',
      message: `The parameter ${parameter} is not supported.`,
      parameter,
    })),
  )
}

function localeOf(raw: Record<string, unknown>, parameter: string): string {
  const locale = raw.locale
  if (typeof locale !== 'string' || locale.trim() === '')
    throw invalid('validation.msg.missing.locale.parameter', 'The parameter locale is required.', parameter)
  if (!/^[a-z]{2}([_-][A-Za-z]{2})?$/.test(locale))
    throw invalid(
      'validation.msg.invalid.locale.format',
      `The parameter locale is invalid: ${locale}`,
      'locale',
    )
  return locale
}

const present = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

function readAmount(raw: Record<string, unknown>, name: string): Decimal | undefined {
  if (!present(raw[name])) return undefined
  const amount = parseDecimal(String(raw[name]), localeOf(raw, name))
  if (amount === undefined)
    throw invalid('validation.msg.invalid.decimal.format', `The parameter ${name} is no number.`, name)
  return amount
}

function readDate(raw: Record<string, unknown>, name: string): string {
  const format = raw.dateFormat
  if (typeof format !== 'string' || format.trim() === '')
    throw invalid(
      'validation.msg.missing.dateFormat.parameter',
      'The parameter dateFormat is required.',
      name,
    )
  const date = parseDate(String(raw[name]), format, localeOf(raw, name))
  if (date === undefined)
    throw invalid(
      'validation.msg.invalid.dateFormat.format',
      `The parameter ${name} is no date of ${format}.`,
      name,
    )
  return date
}

export function fieldsOf(body: string, allowed: readonly string[], resource: string): Fields {
  const raw = parseObject(body)
  refuseUnsupported(raw, allowed)
  const errors: ParameterError[] = []
  const fail = (name: string, suffix: string, message: string) =>
    void errors.push({ code: `validation.msg.${resource}.${name}.${suffix}`, message, parameter: name })
  const blank = (name: string) => fail(name, 'cannot.be.blank', `The parameter ${name} is mandatory.`)

  const optionalAmount = (name: string) => readAmount(raw, name)

  return {
    raw,
    optionalAmount,
    text(name, maxLength) {
      if (!present(raw[name])) return undefined
      const value = String(raw[name])
      if (value.length > maxLength)
        fail(name, 'exceeds.max.length', `The parameter ${name} exceeds max length of ${maxLength}.`)
      return value
    },
    integer(name) {
      if (!present(raw[name])) return undefined
      const value = Number(raw[name])
      if (!Number.isInteger(value) || value < 0)
        fail(name, 'not.zero.or.greater', `The parameter ${name} must be zero or greater.`)
      return value
    },
    date(name) {
      if (present(raw[name])) return readDate(raw, name)
      blank(name)
      return ''
    },
    amount(name, rule) {
      const amount = optionalAmount(name)
      if (amount === undefined) blank(name)
      else if (rule === 'positive' && amount.units <= 0n)
        fail(name, 'not.greater.than.zero', `The parameter ${name} must be greater than 0.`)
      else if (amount.units < 0n)
        fail(name, 'not.zero.or.greater', `The parameter ${name} must be zero or greater.`)
      return amount ?? NOTHING
    },
    must(name) {
      if (!present(raw[name])) blank(name)
    },
    check() {
      if (errors.length > 0) throw validation(errors)
    },
  }
}
