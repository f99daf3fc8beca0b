import type { CountryCode } from 'libphonenumber-js/max'
import type { Answer, Decision } from '../../flows/dialogue.ts'
import { WORDS } from '../../flows/words/index.ts'
import { type Msisdn, parseMsisdn } from '../domain/msisdn.ts'
import { nationalNumber } from '../domain/provider-names.ts'
import { later } from '../domain/time.ts'
import type { Gateway } from '../gateway/index.ts'
import { dialCode } from '../gateway/sms-ways.ts'
import type { Act } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import { type Customer, customer, customersOfPhone } from '../store/people.ts'
import type { Caller } from './desk.ts'

/** The phones that a borrower lets pay for her: named and taken back by herself, and told to both each time. */

/** So many at once, and so many names within a day: a name sends an SMS to somebody who has not asked for it. */
const MAX_PAYERS = 3
const MAX_A_DAY = 5
const DAY_MS = 86_400_000

const permissions = ({ trx, setup }: Act, where: object) =>
  trx('pay_permissions').where({ tenant_id: setup.tenant.id, ended_at: null, ...where })

export async function payersOf(act: Act, customerId: string): Promise<Answer> {
  const rows: Row[] = await permissions(act, { customer_id: customerId }).orderBy('id')
  return {
    type: 'PAYERS',
    payers: rows.map(row => ({
      id: String(row.id),
      label: nationalNumber(row.msisdn as Msisdn),
      showsDue: row.shows_due === true,
    })),
  }
}

/** Who lets this phone pay for them, and whether it may see what is due. */
export async function permittedTo(
  act: Act,
  phone: Msisdn,
): Promise<readonly { readonly customerId: string; readonly showsDue: boolean }[]> {
  const rows: Row[] = await permissions(act, { msisdn: phone }).orderBy('id')
  return rows.map(row => ({ customerId: String(row.customer_id), showsDue: row.shows_due === true }))
}

/** A phone that is named again sees from now on what it may see now. */
export async function namePayer(
  act: Act,
  gateway: Gateway,
  caller: Caller,
  { customerId, phone, showsDue }: Extract<Decision, { kind: 'name-payer' }>,
): Promise<Answer> {
  const { trx, setup, at } = act
  const { tenant } = setup
  const msisdn = parseMsisdn(phone, tenant.country as CountryCode)
  const her = await customer(trx, tenant.id, customerId)
  if (msisdn === undefined || her === undefined || msisdn === caller.phone || msisdn === her.phone)
    return { type: 'REFUSED', why: 'bad-phone' }
  await trx('customers').where({ tenant_id: tenant.id, id: customerId }).forUpdate().first('id')
  const now: Row[] = await permissions(act, { customer_id: customerId })
  const known = now.find(row => row.msisdn === msisdn)
  const [today] = await trx('pay_permissions')
    .where({ tenant_id: tenant.id, customer_id: customerId })
    .where('created_at', '>', later(at, -DAY_MS))
    .count({ count: '*' })
  if (Number(today?.count) >= MAX_A_DAY || (known === undefined && now.length >= MAX_PAYERS))
    return { type: 'REFUSED', why: 'too-many-payers' }
  if (known !== undefined) await permissions(act, { id: known.id }).update({ ended_at: at })
  const id = gateway.deps.ids.next()
  await trx('pay_permissions').insert({
    ...{ tenant_id: tenant.id, id, customer_id: customerId, msisdn },
    ...{ shows_due: showsDue, created_at: at },
  })
  await tellBoth(act, gateway, id, her, msisdn, 'named')
  return { type: 'DONE' }
}

export async function endPayer(
  act: Act,
  gateway: Gateway,
  { customerId, payerId }: Extract<Decision, { kind: 'end-payer' }>,
): Promise<Answer> {
  const { trx, setup, at } = act
  const [ended]: Row[] = await permissions(act, { id: payerId, customer_id: customerId })
    .update({ ended_at: at })
    .returning('msisdn')
  const her = await customer(trx, setup.tenant.id, customerId)
  if (ended === undefined || her === undefined) return { type: 'REFUSED', why: 'gone' }
  await tellBoth(act, gateway, payerId, her, ended.msisdn as Msisdn, 'ended')
  return { type: 'DONE' }
}

/** She is told too: it may be somebody else who did this with her phone. */
async function tellBoth(
  act: Act,
  { messenger }: Gateway,
  id: string,
  her: Customer,
  payer: Msisdn,
  what: 'named' | 'ended',
): Promise<void> {
  const { trx, setup } = act
  const { lender, lenderPhone } = setup.tenant.settings
  const [theirs] = await customersOfPhone(trx, setup.tenant.id, payer)
  const language = theirs?.language ?? her.language
  const [toThem, toHer] = [WORDS[language].forOthers.sms, WORDS[her.language].forOthers.sms]
  const phone = nationalNumber(payer)
  await messenger.tell(act, {
    key: `payer-${what}:${id}`,
    ...{ to: payer, customerId: theirs?.id ?? null, about: 'may-pay', language },
    text:
      what === 'named'
        ? toThem.named(lender, her.firstName, dialCode(setup))
        : toThem.ended(lender, her.firstName),
  })
  if (her.phone === undefined) return
  await messenger.tell(act, {
    key: `you-${what}-payer:${id}`,
    ...{ to: her.phone, customerId: her.id, about: 'payers', language: her.language },
    text: what === 'named' ? toHer.youNamed(lender, phone, lenderPhone) : toHer.youEnded(lender, phone),
  })
}
