import type { CoreBanking } from '../corebanking/core-banking.ts'
import { type Customer, customerOfClient, saveCustomer, saveWallet } from '../store/people.ts'
import { act, type GatewayDeps } from './context.ts'

/** Ours of a client of the core: her row, and the wallets that the core knows; made at the first need. */
export async function linkClient(
  deps: GatewayDeps,
  tenantId: string,
  core: CoreBanking,
  clientId: string,
): Promise<Customer | undefined> {
  const known = await act(deps, tenantId, ({ trx }) => customerOfClient(trx, tenantId, clientId))
  if (known !== undefined) return known
  const [client, wallets] = await Promise.all([core.client(clientId), core.wallets(clientId)])
  if (client.kind === 'no-answer' || client.value === undefined || wallets.kind === 'no-answer')
    return undefined
  const { firstName, displayName, phone } = client.value
  return act(deps, tenantId, async ({ trx, setup, at }) => {
    const language = setup.tenant.settings.languages[0] ?? 'en'
    const customer = await saveCustomer(trx, tenantId, {
      id: deps.ids.next(),
      coreClientId: clientId,
      firstName,
      displayName,
      phone,
      language,
      createdAt: at,
    })
    for (const { msisdn, provider, currency, mayDial, isDefault } of wallets.value)
      await saveWallet(trx, tenantId, {
        id: deps.ids.next(),
        customerId: customer.id,
        provider,
        msisdn,
        currency,
        mayDial,
        isDefault,
        createdAt: at,
      })
    return customer
  })
}
