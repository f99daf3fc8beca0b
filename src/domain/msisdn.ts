import { type CountryCode, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** A phone number as E.164 with its `+`, the only form we store or show. */
export type Msisdn = string & { readonly __msisdn: true }

/**
 * Reads a number as people and gateways write it: `+254700000001`, `254700000001`, ` 254700000001` (a `+` that a query
 * string turned into a space), and, where a country is given, the local `0700000001`.
 * Answers undefined where it cannot be a number of that shape.
 */
export function parseMsisdn(text: string, country?: CountryCode): Msisdn | undefined {
  const bare = text.trim().replace(/[\s().-]/g, '')
  if (!/^\+?\d{6,18}$/.test(bare)) return undefined
  const international = bare.startsWith('+') ? bare : `+${bare.replace(/^00/, '')}`
  const local =
    country === undefined || bare.startsWith('+') ? undefined : parsePhoneNumberFromString(bare, country)
  const parsed = local?.isPossible() === true ? local : parsePhoneNumberFromString(international)
  return parsed?.isPossible() === true ? (parsed.number as string as Msisdn) : undefined
}

/** Digits with country code and no `+`: what MTN and M-Pesa want on the wire. */
export const digitsOf = (msisdn: Msisdn): string => msisdn.slice(1)

/** Digits without country code or trunk zero, where it is a number of that country: `971000111` of +260971000111. */
export function nationalDigits(msisdn: Msisdn, country: CountryCode): string | undefined {
  const parsed = parsePhoneNumberFromString(msisdn)
  return parsed?.countryCallingCode === getCountryCallingCode(country) ? parsed.nationalNumber : undefined
}

/** The last digits only, for a screen or a log line: `***001`. */
export const maskMsisdn = (msisdn: Msisdn): string => `***${msisdn.slice(-3)}`
