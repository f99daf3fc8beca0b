import type { Msisdn } from '../domain/msisdn.ts'
import { customersOfPhone } from '../store/people.ts'
import { setSimChanged } from '../store/phones.ts'
import { openCase } from './cases.ts'
import type { GatewayDeps } from './context.ts'
import type { Act } from './step.ts'

/**
 * A number has another SIM, by the word of its operator or of hers. Who dials from it shows first who she is; what is to
 * be paid out to it cools off as for a new number, whoever stood for it before; and the office hears of each customer who
 * has the phone or a wallet on it.
 */
export async function simChanged({ ids }: Pick<GatewayDeps, 'ids'>, act: Act, phone: Msisdn): Promise<void> {
  const { trx, setup, at } = act
  const tenantId = setup.tenant.id
  await setSimChanged({ trx, tenantId, phone }, at)
  await trx('payees')
    .where({ tenant_id: tenantId, msisdn: phone })
    .update({ first_used_at: at, approved_by: null })
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
