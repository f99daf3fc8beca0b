import type { CoreBanking, CoreWallet } from '../corebanking/core-banking.ts'
import { type Customer, customerOfClient, saveCustomer, saveWallet } from '../store/people.ts'
import { act, type GatewayDeps } from './context.ts'
import type { Act } from './step.ts'

/**
 * Ours of a client of the core: her row, and the wallets that the core knows; made at the first need. `afresh`: before
 * money is ordered, what the core says of her wallets now (a KYC tier, a new number) is taken over; where it is silent,
 * what we know counts.
 */
export async function linkClient(
  deps: GatewayDeps,
  tenantId: string,
  core: CoreBanking,
  clientId: string,
  afresh = false,
): Promise<Customer | undefined> {
  const known = await act(deps, tenantId, ({ trx }) => customerOfClient(trx, tenantId, clientId))
  if (known !== undefined && !afresh) return known
  const wallets = await core.wallets(clientId)
  if (known !== undefined) {
    if (wallets.kind === 'value')
      await act(deps, tenantId, commit => saveWallets(deps, commit, known.id, wallets.value))
    return known
  }
  const client = await core.client(clientId)
  if (client.kind === 'no-answer' || client.value === undefined || wallets.kind === 'no-answer')
    return undefined
  const { firstName, displayName, phone } = client.value
  return act(deps, tenantId, async commit => {
    const { trx, setup, at } = commit
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
    await saveWallets(deps, commit, customer.id, wallets.value)
    return customer
  })
}

async function saveWallets(
  { ids }: GatewayDeps,
  { trx, setup, at }: Act,
  customerId: string,
  wallets: readonly CoreWallet[],
): Promise<void> {
  for (const { clientId: _, ...wallet } of wallets)
    await saveWallet(trx, setup.tenant.id, { ...wallet, id: ids.next(), customerId, createdAt: at })
}
