import { type Msisdn, parseMsisdn } from '../../domain/msisdn.ts'
import { type DemoBorrower, type DemoOfficer, demoTenants } from '../demo-tenants.ts'

/** The phone that is held: its number, the tenant that its country belongs to, and whose it is in the demo. */
export type Held = {
  readonly number: Msisdn
  readonly tenant: string
  readonly lender: string
  readonly code: string
  readonly borrower: DemoBorrower
  readonly officer: DemoOfficer
  readonly whose: 'borrower' | 'payer' | 'officer' | 'stranger'
}

/** Country code of a demo phone, with its plus: both are of three digits. */
const countryOf = (phone: string): string => phone.slice(0, 4)

/** Reads the number; a text is what is wrong with it. */
export function heldBy(text: string | undefined): Held | string {
  const tenants = demoTenants(true)
  const known = tenants.map(({ plan, borrower }) => `${borrower.phone} (${plan.id})`).join(' or ')
  const number = parseMsisdn(text ?? '')
  if (number === undefined)
    return `${text === undefined ? 'say which phone to hold' : `"${text}" is not a phone number`}: npm run dial -- +254700000001`
  const tenant = tenants.find(({ borrower }) => number.startsWith(countryOf(borrower.phone)))
  const [channel] = tenant?.plan.channels ?? []
  if (tenant === undefined || channel === undefined)
    return `${number} is of neither demo tenant: hold ${known}, or another number of their countries`
  const { plan, borrower, officer } = tenant
  return {
    number,
    tenant: plan.id,
    lender: plan.settings.lender,
    code: channel.address,
    borrower,
    officer,
    whose: number === officer.phone ? 'officer' : whoseOf(number, borrower),
  }
}

function whoseOf(number: Msisdn, { phone, others, payer }: DemoBorrower): Held['whose'] {
  if (number === phone) return 'borrower'
  return number === payer || others.some(other => other.phone === number) ? 'payer' : 'stranger'
}
