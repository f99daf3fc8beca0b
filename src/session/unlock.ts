import { randomInt } from 'node:crypto'
import type { CountryCode } from 'libphonenumber-js/max'
import type { Answer } from '../../flows/dialogue.ts'
import type { OfficerDecision, PinOwner } from '../../flows/officer.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Language } from '../../flows/words/words.ts'
import { type Msisdn, parseMsisdn } from '../domain/msisdn.ts'
import { later } from '../domain/time.ts'
import type { Gateway } from '../gateway/index.ts'
import { dialCode } from '../gateway/sms-ways.ts'
import type { Act } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import { type Customer, customer, phonesOf } from '../store/people.ts'
import { staffRow, unlockStaff } from '../store/staff.ts'
import type { Caller } from './desk.ts'
import { spendLinkCode } from './first-contact.ts'
import { isLocked } from './pin.ts'
import { forgetCode, openPhones } from './pin-code.ts'
import { screenName } from './screen-name.ts'

/** A code is good for so long, and sent to one customer so often within a day. */
const CODE_MS = 3_600_000
const CODES_A_DAY = 3
const DAY_MS = 86_400_000

const refused: Answer = { type: 'REFUSED', why: 'gone' }

/**
 * Whose PIN an officer may unlock: the customers found, and the other officer whose phone it is. Never hers, and nobody's
 * whose SMS would come to the officer's own phone: code and PIN must not meet in one hand.
 */
export async function pinOwners(
  act: Act,
  { phone: own }: Caller,
  typed: Msisdn | undefined,
  found: readonly Customer[],
): Promise<readonly PinOwner[]> {
  const { trx, setup, at } = act
  const tenantId = setup.tenant.id
  const owners: PinOwner[] = []
  for (const { id, firstName } of found) {
    const phones = await phonesOf(trx, tenantId, id)
    if (phones.includes(own)) continue
    const row: Row = await trx('customers').where({ tenant_id: tenantId, id }).first('pin_locked_at')
    const locks: Row[] = await trx('phone_locks')
      .where({ tenant_id: tenantId })
      .whereIn('msisdn', phones)
      .select('locked_at')
    const held = [row.pin_locked_at, ...locks.map(lock => lock.locked_at)] as (Date | null)[]
    owners.push({
      kind: 'customer',
      id,
      name: screenName(firstName),
      locked: held.some(since => isLocked(since, at)),
    })
  }
  const colleague = typed === undefined || typed === own ? undefined : await staffRow(trx, tenantId, typed)
  if (colleague !== undefined)
    owners.push({
      kind: 'staff',
      id: String(colleague.id),
      name: screenName(String(colleague.name)),
      locked: colleague.pin_locked_at !== null,
    })
  return owners
}

/** Lets a PIN be tried again, or sends a customer the code for a new one; whoever it is about is told, and it is kept who did it. */
export async function unlockPin(
  act: Act,
  gateway: Gateway,
  { phone: own }: Caller,
  { staffId, owner, forgot }: Extract<OfficerDecision, { kind: 'unlock-pin' }>,
): Promise<Answer> {
  const { trx, setup } = act
  const tenantId = setup.tenant.id
  if (owner.kind === 'staff') {
    const colleague: Row | undefined = await trx('staff')
      .where({ tenant_id: tenantId, id: owner.id })
      .whereNull('left_at')
      .first()
    if (colleague === undefined || colleague.msisdn === own || forgot) return refused
    await unlockStaff(trx, tenantId, colleague.msisdn as Msisdn)
    await keep(act, gateway, staffId, 'unlocked', owner)
    await tell(act, gateway, null, colleague.msisdn as Msisdn, colleague.language as Language)
    return { type: 'DONE' }
  }
  const her = await customer(trx, tenantId, owner.id)
  const phones = her === undefined ? [] : await phonesOf(trx, tenantId, her.id)
  const [phone] = phones
  if (her === undefined || phone === undefined || phones.includes(own)) return refused
  if (forgot) return sendCode(act, gateway, staffId, her, phone)
  await trx('customers')
    .where({ tenant_id: tenantId, id: her.id })
    .update({ pin_tries: 0, pin_locked_at: null })
  await openPhones(act, phones)
  await keep(act, gateway, staffId, 'unlocked', owner)
  await tell(act, gateway, her.id, phone, her.language)
  return { type: 'DONE' }
}

const keep = async (
  { trx, setup, at }: Act,
  { deps: { ids } }: Gateway,
  staffId: string,
  deed: 'unlocked' | 'code-sent' | 'link-code-sent',
  { kind, id }: Pick<PinOwner, 'kind' | 'id'>,
): Promise<unknown> =>
  trx('staff_deeds').insert({
    ...{ tenant_id: setup.tenant.id, id: ids.next(), staff_id: staffId },
    ...{ deed, subject: kind, subject_id: id, at },
  })

/** The phone hears of it: it may be somebody else who asked for this. */
const tell = (
  act: Act,
  { messenger }: Gateway,
  customerId: string | null,
  to: Msisdn,
  language: Language,
): Promise<void> => {
  const { lender, lenderPhone } = act.setup.tenant.settings
  return messenger.tell(act, {
    key: `pin-opened:${to}:${act.at.toISOString()}`,
    about: 'pin-changed',
    ...{ to, customerId, language },
    text: WORDS[language].pinCode.opened(lender, lenderPhone),
  })
}

async function sendCode(
  act: Act,
  gateway: Gateway,
  staffId: string,
  her: Customer,
  to: Msisdn,
): Promise<Answer> {
  const { trx, setup, at } = act
  const { id: tenantId, settings } = setup.tenant
  if (await hadEnough(act, her.id, 'code-sent')) return refused
  const code = String(randomInt(100_000, 1_000_000))
  await forgetCode(act, her.id)
  await trx('customers')
    .where({ tenant_id: tenantId, id: her.id })
    .update({
      pin_code_hash: await gateway.deps.keys.hashPin(code),
      pin_code_until: later(at, CODE_MS),
      pin_code_tries: 0,
    })
  await keep(act, gateway, staffId, 'code-sent', { kind: 'customer', id: her.id })
  await gateway.messenger.tell(act, {
    key: `pin-code:${her.id}:${at.toISOString()}`,
    ...{ to, customerId: her.id, about: 'pin-code', language: her.language },
    text: WORDS[her.language].pinCode.sms(settings.lender, code, dialCode(setup)),
  })
  return { type: 'DONE' }
}

async function hadEnough(
  { trx, setup, at }: Act,
  customerId: string,
  deed: 'code-sent' | 'link-code-sent',
): Promise<boolean> {
  const [sent] = await trx('staff_deeds')
    .where({ tenant_id: setup.tenant.id, subject_id: customerId, deed })
    .where('at', '>', later(at, -DAY_MS))
    .count({ count: '*' })
  return Number(sent?.count) >= CODES_A_DAY
}

/**
 * Sends a code to a phone that is to be hers: it is good there alone, and the one before it no more. An officer's phone
 * is no customer's, and who works here sends no code about what reaches her own.
 */
export async function sendLinkCode(
  act: Act,
  gateway: Gateway,
  { phone: own }: Caller,
  { staffId, customerId, phone: typed }: Extract<OfficerDecision, { kind: 'send-link-code' }>,
): Promise<Answer> {
  const { trx, setup, at } = act
  const { id: tenantId, settings, country } = setup.tenant
  const phone = parseMsisdn(typed, country as CountryCode)
  const her = await customer(trx, tenantId, customerId)
  if (her === undefined || phone === undefined) return refused
  const hers = await phonesOf(trx, tenantId, her.id)
  if (hers.includes(own) || (await staffRow(trx, tenantId, phone)) !== undefined) return refused
  if (await hadEnough(act, her.id, 'link-code-sent')) return refused
  const code = String(randomInt(100_000, 1_000_000))
  await spendLinkCode(act, phone)
  await trx('link_codes')
    .insert({
      ...{ tenant_id: tenantId, msisdn: phone, customer_id: her.id, until: later(at, CODE_MS) },
      code_hash: await gateway.deps.keys.hashPin(code),
    })
    .onConflict(['tenant_id', 'msisdn'])
    .merge()
  await keep(act, gateway, staffId, 'link-code-sent', { kind: 'customer', id: her.id })
  await gateway.messenger.tell(act, {
    key: `link-code:${phone}:${at.toISOString()}`,
    ...{ to: phone, customerId: her.id, about: 'link-code', language: her.language },
    text: WORDS[her.language].contact.sms(settings.lender, code, dialCode(setup)),
  })
  return { type: 'DONE' }
}
