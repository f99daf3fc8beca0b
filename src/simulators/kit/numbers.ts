import { randomInt } from 'node:crypto'

/** A phone number as every schema of ours keeps it: digits with country code, no `+`. */
export const digitsOnly = (msisdn: string): string => msisdn.replace(/\D/g, '')

/** A phone number as every view of ours shows it: E.164. */
export const e164 = (msisdn: string): string => `+${digitsOnly(msisdn)}`

export function randomText(length: number, alphabet: string): string {
  let text = ''
  for (let at = 0; at < length; at++) text += alphabet[randomInt(alphabet.length)]
  return text
}

export const randomDigits = (length: number): string => randomText(length, '0123456789')

export const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms)
