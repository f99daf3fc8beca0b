import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Msisdn } from './msisdn.ts'

/** What people call an operator's mobile money; at most 12 characters, for a line of a menu. */
const NAMES: Readonly<Record<string, string>> = {
  'airtel-ug': 'Airtel Money',
  'airtel-zm': 'Airtel Money',
  'mtn-cm': 'MTN MoMo',
  'mpesa-ke': 'M-PESA',
  'orange-cm': 'Orange Money',
  'wave-ci': 'Wave',
  'wave-sn': 'Wave',
  'ecocash-zw': 'EcoCash',
  'mm-zm': 'Mobile Money',
}

export const providerName = (provider: string): string => NAMES[provider] ?? provider

/** The number as it is dialled at home: `0700000001`. */
export function nationalNumber(msisdn: Msisdn): string {
  return parsePhoneNumberFromString(msisdn)?.formatNational().replace(/\D/g, '') ?? msisdn
}

/** A wallet on one line: `M-PESA 0700000001`. */
export const walletLabel = (provider: string, msisdn: Msisdn): string =>
  `${providerName(provider)} ${nationalNumber(msisdn)}`
