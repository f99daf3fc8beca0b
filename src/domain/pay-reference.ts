/**
 * The number by which anybody can pay a loan: short, digits only, and with a check digit, so that a slip of the finger is
 * nobody's loan. It says nothing of the loan, and is no secret: who knows it can pay, and see nothing.
 */

/** Damm's quasigroup of order ten: every wrong digit, and every exchange of neighbours, shows (H. M. Damm, 2004). */
const DAMM = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
] as const

const OWN_DIGITS = 7
export const PAY_REFERENCE_DIGITS = OWN_DIGITS + 1
/** So many there are. */
export const PAY_REFERENCES = 10 ** OWN_DIGITS
/** From here on none begins with a nought, which people leave out. */
export const FIRST_PAY_REFERENCE = 10 ** (OWN_DIGITS - 1)

const checkDigit = (digits: string): number =>
  [...digits].reduce((interim, digit) => Number(DAMM[interim]?.[Number(digit)]), 0)

/** The reference of a number below {@link PAY_REFERENCES}. */
export function payReference(number: number): string {
  if (!Number.isSafeInteger(number) || number < 0 || number >= PAY_REFERENCES)
    throw new Error(`no pay-reference has the number ${number}`)
  const own = String(number).padStart(OWN_DIGITS, '0')
  return own + checkDigit(own)
}

/** As people write it: blanks and signs between, O for nought. Undefined for what is no pay-reference of anybody. */
export function readPayReference(text: string): string | undefined {
  const digits = text.replaceAll(/[oO]/g, '0').replaceAll(/[\s./-]/g, '')
  return /^\d+$/.test(digits) && digits.length === PAY_REFERENCE_DIGITS && checkDigit(digits) === 0
    ? digits
    : undefined
}
