import type { Msisdn } from '../domain/msisdn.ts'
import type { Trx } from './database.ts'

/** Phones as we have met them, and whose they are beside what the core says; rows ↔ domain, always by tenant. */

/** A phone that is somebody's. `core`: the core says so; else she was linked by an officer's code, or by facts. */
export type PhoneLink = {
  readonly way: 'core' | 'code' | 'facts'
  readonly since: Date
  readonly seenAt: Date
  /** When she last showed on this phone who she is by more than a PIN. */
  readonly provenAt: Date | undefined
}

type Where = { readonly trx: Trx; readonly tenantId: string; readonly phone: Msisdn }

export async function setPhoneLanguage({ trx, tenantId, phone }: Where, language: string): Promise<void> {
  await trx('phones')
    .insert({ tenant_id: tenantId, msisdn: phone, language })
    .onConflict(['tenant_id', 'msisdn'])
    .merge(['language'])
}

/** Its SIM is another one since then: who dials from it shows first who she is. */
export async function setSimChanged({ trx, tenantId, phone }: Where, at: Date): Promise<void> {
  await trx('phones')
    .insert({ tenant_id: tenantId, msisdn: phone, sim_changed_at: at })
    .onConflict(['tenant_id', 'msisdn'])
    .merge(['sim_changed_at'])
}

/** They have dialled from it; who is new on it is there by what the core says. */
export async function seePhone(
  { trx, tenantId, phone }: Where,
  customerIds: readonly string[],
  at: Date,
): Promise<void> {
  await trx('phone_links')
    .insert(
      customerIds.map(id => ({
        ...{ tenant_id: tenantId, msisdn: phone, customer_id: id, way: 'core', since: at, seen_at: at },
      })),
    )
    .onConflict(['tenant_id', 'msisdn', 'customer_id'])
    .merge(['seen_at'])
}

/** She has shown who she is on this phone: it is hers from now on, also where the core does not know it. */
export async function linkPhone(
  { trx, tenantId, phone }: Where,
  customerId: string,
  way: 'code' | 'facts',
  at: Date,
): Promise<void> {
  await trx('phone_links')
    .insert({
      ...{ tenant_id: tenantId, msisdn: phone, customer_id: customerId, way },
      ...{ since: at, seen_at: at, proven_at: at },
    })
    .onConflict(['tenant_id', 'msisdn', 'customer_id'])
    .merge(['way', 'seen_at', 'proven_at'])
}

/** Phones that were linked to her here, the latest first. */
export const linkedPhones = async (trx: Trx, tenantId: string, customerId: string): Promise<Msisdn[]> =>
  trx('phone_links')
    .where({ tenant_id: tenantId, customer_id: customerId })
    .whereNot('way', 'core')
    .orderBy('since', 'desc')
    .pluck('msisdn')
