import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { type Currency, formatMoney, isWhole, type Money, money, parseMoney } from '../../domain/money.ts'
import type { Msisdn } from '../../domain/msisdn.ts'

/** The forms in which vendors want numbers, amounts and times. */

export const MSISDN_FORMS = ['plus', 'e164', 'national', 'local'] as const
export type MsisdnForm = (typeof MSISDN_FORMS)[number]

/** `+237670000001`, `237670000001`, `670000001`, and with the country's leading nought `0700000001`. */
export function formatMsisdn(msisdn: Msisdn, form: MsisdnForm): string {
  if (form === 'plus') return msisdn
  if (form === 'e164') return msisdn.slice(1)
  const national = String(parsePhoneNumberFromString(msisdn)?.nationalNumber ?? msisdn.slice(1))
  return form === 'local' ? `0${national}` : national
}

export const AMOUNT_FORMS = ['whole', 'decimal', 'short', 'minor'] as const
export type AmountForm = (typeof AMOUNT_FORMS)[number]

/** `1500`, `1500.50`, `1500.5`, `150050`; undefined where a form cannot carry the amount: nothing is ever rounded. */
export function formatAmount(amount: Money, form: AmountForm): string | undefined {
  if (form === 'minor') return amount.minor.toString()
  const text = formatMoney(amount)
  if (form === 'decimal') return text
  if (form === 'whole') return isWhole(amount) ? text.replace(/\.0+$/, '') : undefined
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** An amount as the vendor tells it, in major or minor units; undefined where it is none of that currency. */
export function readAmount(text: string, currency: Currency, minor: boolean): Money | undefined {
  if (!minor) return parseMoney(text, currency)
  return /^\d{1,15}$/.test(text) ? money(BigInt(text), currency) : undefined
}

const TWO = (value: number): string => String(value).padStart(2, '0')
const PATTERN = /yyyy|MM|dd|HH|mm|ss/g

/** A time in UTC, or in a zone where the form is a pattern. */
export function formatTime(at: Date, form: string, zone: string): string {
  if (form === 'iso') return at.toISOString().replace(/\.\d{3}Z$/, 'Z')
  if (form === 'unix') return String(Math.floor(at.getTime() / 1000))
  if (form === 'ms') return String(at.getTime())
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
  const words: Record<string, string> = {
    yyyy: String(year).padStart(4, '0'),
    ...{ MM: TWO(month), dd: TWO(day), HH: TWO(hour), mm: TWO(minute), ss: TWO(second) },
  }
  return form.replace(PATTERN, word => words[word] ?? word)
}

/** True of a form that has something of a date in it. */
export const isTimeForm = (form: string): boolean =>
  ['iso', 'unix', 'ms'].includes(form) || form.search(PATTERN) >= 0

export const TIME_READINGS = ['iso', 'unix', 'ms'] as const
export type TimeReading = (typeof TIME_READINGS)[number]

/** A time as the vendor tells it; undefined where it is none, for a time is worth less than the payment it belongs to. */
export function readTime(text: string, form: TimeReading): Date | undefined {
  if (form !== 'iso' && !/^\d{9,14}$/.test(text)) return undefined
  if (form === 'iso' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text))
    return undefined
  const at = new Date(form === 'iso' ? text : Number(text) * (form === 'unix' ? 1000 : 1))
  return Number.isNaN(at.getTime()) ? undefined : at
}
