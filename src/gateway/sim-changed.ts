import type { Msisdn } from '../domain/msisdn.ts'
import { later } from '../domain/time.ts'
import { customersOfPhone } from '../store/people.ts'
import { setSimChanged } from '../store/phones.ts'
import { openCase } from './cases.ts'
import type { GatewayDeps } from './context.ts'
import type { Act } from './step.ts'

/** Money waits so long at least for a number whose SIM was changed, whatever the lender's rule for new ones. */
const LEAST_HOURS = 24
const HOUR_MS = 3_600_000

/**
 * A number has another SIM, by the word of its operator or of hers. Who dials from it shows first who she is; what is to
 * be paid out to it cools off as for a new number, a day at least, whoever stood for it before; and the office hears of
 * each customer who has the phone or a wallet on it.
 */
export async function simChanged({ ids }: Pick<GatewayDeps, 'ids'>, act: Act, phone: Msisdn): Promise<void> {
  const { trx, setup, at } = act
  const tenantId = setup.tenant.id
  await setSimChanged({ trx, tenantId, phone }, at)
  const hours = setup.tenant.settings.payouts.coolOffHours
  const newFrom = later(at, Math.max(0, LEAST_HOURS - hours) * HOUR_MS)
  // a number that was never paid to stands in no row yet
  await trx.raw(
    `insert into payees (tenant_id, msisdn, provider, customer_id, first_used_at)
     select distinct tenant_id, msisdn, provider, customer_id, ?::timestamptz from wallets
      where tenant_id = ? and msisdn = ? and removed_at is null
     on conflict do nothing`,
    [newFrom, tenantId, phone],
  )
  await trx('payees')
    .where({ tenant_id: tenantId, msisdn: phone })
    .update({ first_used_at: newFrom, approved_by: null })
  const holders: string[] = await trx('wallets')
    .where({ tenant_id: tenantId, msisdn: phone })
    .whereNull('removed_at')
    .pluck('customer_id')
  const dialling = (await customersOfPhone(trx, tenantId, phone)).map(({ id }) => id)
  for (const customerId of new Set([...dialling, ...holders]))
    await openCase(ids, act, {
      about: 'sim-changed',
      subject: 'customer',
      subjectId: customerId,
      customerId,
      key: `sim-changed:${customerId}:${phone}`,
      detail: { phone },
    })
}
