import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { digitsOf, type Msisdn, parseMsisdn } from '../../domain/msisdn.ts'

/** The ways in which offices write a number: `+254…`, `254…`, `07…`. Mobile numbers are free text in Fineract. */
export function spellings(phone: Msisdn): string[] {
  const national = parsePhoneNumberFromString(phone)?.formatNational().replace(/\D/g, '')
  return [...new Set([phone, digitsOf(phone), ...(national === undefined ? [] : [national])])]
}

/** The same number, once both are written alike; a national form is read in the country of the phone looked for. */
export function isSame(text: string | null | undefined, phone: Msisdn): boolean {
  return text != null && parseMsisdn(text, parsePhoneNumberFromString(phone)?.country) === phone
}

/** Fewer digits than this are a national number: Cameroon's `670000001` is no number of Timor-Leste (+670). */
const MIN_INTERNATIONAL_DIGITS = 11

/** A number as the core has it; undefined where its country is not certain. */
export function readPhone(
  text: string | null | undefined,
  country: CountryCode | undefined,
): Msisdn | undefined {
  if (text == null) return undefined
  const isLocal = !text.trim().startsWith('+') && text.replace(/\D/g, '').length < MIN_INTERNATIONAL_DIGITS
  return isLocal && country === undefined ? undefined : parseMsisdn(text, country)
}
