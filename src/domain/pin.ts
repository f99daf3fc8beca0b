/** Which PINs anybody would try first, and how often one may be tried. */

/** Wrong ones in a row before a lock. */
export const MAX_PIN_TRIES = 3

/** Beside runs, repetitions and years: what people type without thinking. Source: DataGenetics, PIN analysis (2012). */
const COMMON: ReadonlySet<string> = new Set([
  '1004',
  '2000',
  '4444',
  '2580',
  '0852',
  '1590',
  '7410',
  '9630',
  '1379',
  '5683',
  '123123',
  '159753',
  '147258',
  '112233',
])

const REPEATED = /^(\d{1,3})\1+$/
/** Somebody's year of birth, or this one. */
const YEAR = /^(19[3-9]\d|20[0-3]\d)$/
const UP = '01234567890'
const DOWN = '09876543210'

/**
 * True of a PIN of four to six digits that is tried first by whoever finds a phone: one digit or one group over and over,
 * a run up or down, a year, a common one, or the end of the number it is typed on.
 */
export const isWeakPin = (pin: string, phone: string): boolean =>
  REPEATED.test(pin) ||
  UP.includes(pin) ||
  DOWN.includes(pin) ||
  YEAR.test(pin) ||
  COMMON.has(pin) ||
  phone.endsWith(pin)
