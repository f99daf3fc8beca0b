import type { Msisdn } from '../domain/msisdn.ts'
import type { Row, Trx } from './database.ts'
import { linkedPhones } from './phones.ts'

/** Customers and wallets: rows ↔ domain, always by tenant. */

export type Language = 'en' | 'fr' | 'sw'

export type Customer = {
  readonly id: string
  readonly coreClientId: string
  readonly firstName: string
  readonly displayName: string
  readonly phone: Msisdn | undefined
  readonly language: Language
  readonly hasPin: boolean
  /** Until when the code is good by which she may set a new PIN; undefined: none was sent. */
  readonly codeUntil?: Date | undefined
}

export type Wallet = {
  readonly id: string
  readonly customerId: string
  readonly provider: string
  readonly msisdn: Msisdn
  readonly currency: string
  readonly mayDial: boolean
  /** What the operator knows of its holder; undefined: the tenant's default. */
  readonly tier?: string | undefined
  /** Its operator said that it is none, or may not pay; it has not paid since. */
  readonly doubtful?: true
}

export const customerOf = (row: Row): Customer => ({
  id: String(row.id),
  coreClientId: String(row.core_client_id),
  firstName: String(row.first_name),
  displayName: String(row.display_name),
  phone: (row.phone ?? undefined) as Msisdn | undefined,
  language: row.language as Language,
  hasPin: row.pin_hash !== null,
  codeUntil: (row.pin_code_until ?? undefined) as Date | undefined,
})

const walletOf = (row: Row): Wallet => ({
  id: String(row.id),
  customerId: String(row.customer_id),
  provider: String(row.provider),
  msisdn: row.msisdn as Msisdn,
  currency: String(row.currency),
  mayDial: row.may_dial === true,
  tier: (row.kyc_tier ?? undefined) as string | undefined,
  ...(row.refused_at === null ? {} : { doubtful: true }),
})

const COLUMNS = [
  'id',
  'core_client_id',
  'first_name',
  'display_name',
  'phone',
  'language',
  'pin_hash',
  'pin_code_until',
]

/**
 * The customers of `:phone`, with what else is wanted of each; the phone's link to her, where there is one, is `l`. Each
 * way to a customer has an index of its own.
 */
export const customersOfPhoneSql = (more = ''): string => `
  select ${COLUMNS.map(column => `c.${column}`).join(', ')}${more} from customers c
   left join wallets w on w.tenant_id = c.tenant_id and w.customer_id = c.id and w.msisdn = :phone
   left join phone_links l on l.tenant_id = c.tenant_id and l.customer_id = c.id and l.msisdn = :phone
   where c.tenant_id = :tenantId and c.id in (
     select id from customers where tenant_id = :tenantId and phone = :phone
     union select customer_id from wallets where tenant_id = :tenantId and msisdn = :phone
     union select customer_id from phone_links where tenant_id = :tenantId and msisdn = :phone and way <> 'core')
   group by c.tenant_id, c.id, l.tenant_id, l.msisdn, l.customer_id
   having coalesce(l.way <> 'core', false) or coalesce(bool_or(w.may_dial), true)
   order by c.created_at, c.id`

/** Who may dial from this phone: who was linked to it, else by the wallet rows that say so, else by the number on file. A paying wallet's phone is nobody's. */
export async function customersOfPhone(trx: Trx, tenantId: string, phone: Msisdn): Promise<Customer[]> {
  const { rows } = await trx.raw(customersOfPhoneSql(), { tenantId, phone })
  return rows.map(customerOf)
}

export async function customer(trx: Trx, tenantId: string, id: string): Promise<Customer | undefined> {
  const row: Row | undefined = await trx('customers').where({ tenant_id: tenantId, id }).first()
  return row === undefined ? undefined : customerOf(row)
}

export async function customerOfClient(
  trx: Trx,
  tenantId: string,
  coreClientId: string,
): Promise<Customer | undefined> {
  const row: Row | undefined = await trx('customers')
    .where({ tenant_id: tenantId, core_client_id: coreClientId })
    .first()
  return row === undefined ? undefined : customerOf(row)
}

/** The hour of the day at which she wants to be prompted and reminded, as she chose it. */
export async function promptHour(trx: Trx, tenantId: string, id: string): Promise<number | undefined> {
  const row = await trx('customers').where({ tenant_id: tenantId, id }).first('prompt_hour')
  return row?.prompt_hour ?? undefined
}

/** Adds a customer, or takes over what the core says of her now; her language and PIN stay. */
export async function saveCustomer(
  trx: Trx,
  tenantId: string,
  person: Omit<Customer, 'hasPin' | 'codeUntil'> & { readonly consentAt?: Date; readonly createdAt: Date },
): Promise<Customer> {
  const [row]: Row[] = await trx('customers')
    .insert({
      tenant_id: tenantId,
      id: person.id,
      core_client_id: person.coreClientId,
      first_name: person.firstName,
      display_name: person.displayName,
      phone: person.phone ?? null,
      language: person.language,
      consent_at: person.consentAt ?? null,
      created_at: person.createdAt,
    })
    .onConflict(['tenant_id', 'core_client_id'])
    .merge(['first_name', 'display_name', 'phone'])
    .returning('*')
  if (row === undefined) throw new Error('customer was not saved')
  return customerOf(row)
}

/** The wallets that she has not removed: the one that worked last, or that she put first since, then her default, then her own phone's; doubtful ones last. */
export async function walletsOf(
  trx: Trx,
  tenantId: string,
  customerId: string,
  currency?: string,
): Promise<Wallet[]> {
  const rows: Row[] = await trx('wallets')
    .where({ tenant_id: tenantId, customer_id: customerId, ...(currency === undefined ? {} : { currency }) })
    .whereNull('removed_at')
    .orderByRaw(
      'refused_at is not null, greatest(last_worked_at, preferred_at) desc nulls last, is_default desc, may_dial desc, created_at, id',
    )
  return rows.map(walletOf)
}

export async function wallet(trx: Trx, tenantId: string, id: string): Promise<Wallet | undefined> {
  const row: Row | undefined = await trx('wallets').where({ tenant_id: tenantId, id }).first()
  return row === undefined ? undefined : walletOf(row)
}

/** Phones that are hers: the number on file first, then those of her wallets from which she may dial, and those linked to her. */
export async function phonesOf(trx: Trx, tenantId: string, customerId: string): Promise<Msisdn[]> {
  const { phone } = (await customer(trx, tenantId, customerId)) ?? {}
  const wallets = (await walletsOf(trx, tenantId, customerId)).filter(({ mayDial }) => mayDial)
  const linked = await linkedPhones(trx, tenantId, customerId)
  return [
    ...new Set([...(phone === undefined ? [] : [phone]), ...wallets.map(({ msisdn }) => msisdn), ...linked]),
  ]
}

export async function walletsById(trx: Trx, tenantId: string, ids: readonly string[]): Promise<Wallet[]> {
  if (ids.length === 0) return []
  const rows: Row[] = await trx('wallets').where({ tenant_id: tenantId }).whereIn('id', ids)
  return rows.map(walletOf)
}

/** Adds a wallet, or takes over what is said of it now; a tier that is known stays where none is told. */
export async function saveWallet(
  trx: Trx,
  tenantId: string,
  value: Wallet & { readonly isDefault: boolean; readonly createdAt: Date },
): Promise<void> {
  await trx('wallets')
    .insert({
      tenant_id: tenantId,
      id: value.id,
      customer_id: value.customerId,
      provider: value.provider,
      msisdn: value.msisdn,
      currency: value.currency,
      may_dial: value.mayDial,
      is_default: value.isDefault,
      kyc_tier: value.tier ?? null,
      created_at: value.createdAt,
    })
    .onConflict(['tenant_id', 'customer_id', 'provider', 'msisdn', 'currency'])
    .merge({
      may_dial: trx.raw('excluded.may_dial'),
      kyc_tier: trx.raw('coalesce(excluded.kyc_tier, wallets.kyc_tier)'),
    })
}

/** The phone that she dials from, as far as her wallets tell, else her links; a wallet that she has removed tells it too. */
export async function dialsFrom(trx: Trx, tenantId: string, customerId: string): Promise<Msisdn | undefined> {
  const row: Row | undefined = await trx('wallets')
    .where({ tenant_id: tenantId, customer_id: customerId, may_dial: true })
    .orderByRaw('last_worked_at desc nulls last, is_default desc, created_at, id')
    .first('msisdn')
  return (row?.msisdn as Msisdn | undefined) ?? (await linkedPhones(trx, tenantId, customerId))[0]
}

/** She wants it to be asked first. */
export async function preferWallet(trx: Trx, tenantId: string, id: string, at: Date): Promise<void> {
  await trx('wallets').where({ tenant_id: tenantId, id }).update({ preferred_at: at, refused_at: null })
}

/** It is not offered any more; what it has paid stays its own, and who may dial from its phone still may. */
export async function removeWallet(trx: Trx, tenantId: string, id: string, at: Date): Promise<void> {
  await trx('wallets').where({ tenant_id: tenantId, id }).update({ removed_at: at })
}

export async function walletWorked(trx: Trx, tenantId: string, id: string, at: Date): Promise<void> {
  await trx('wallets').where({ tenant_id: tenantId, id }).update({ last_worked_at: at, refused_at: null })
}

export async function walletRefused(trx: Trx, tenantId: string, id: string, at: Date): Promise<void> {
  await trx('wallets').where({ tenant_id: tenantId, id }).update({ refused_at: at })
}

export async function setLanguage(
  trx: Trx,
  tenantId: string,
  customerId: string,
  language: Language,
): Promise<void> {
  await trx('customers').where({ tenant_id: tenantId, id: customerId }).update({ language })
}

export async function setPromptHour(
  trx: Trx,
  tenantId: string,
  customerId: string,
  hour: number | null,
): Promise<void> {
  await trx('customers').where({ tenant_id: tenantId, id: customerId }).update({ prompt_hour: hour })
}
