import type { CoreAnswer, CoreSavings } from '../core-banking.ts'
import { type Api, mapValue } from './call.ts'
import { Accounts } from './wire.ts'

/** SavingsAccountStatusType, and DepositAccountType: fixed and recurring deposits are paid into by other ways. */
const ACTIVE = '300'
const SAVINGS = '100'

/** Active savings accounts by the order of their ids, which is that of their making. */
export async function savings(api: Api, clientId: string): Promise<CoreAnswer<readonly CoreSavings[]>> {
  const answer = await api.get(`clients/${encodeURIComponent(clientId)}/accounts`, {}, Accounts)
  return mapValue(answer, found =>
    (found?.savingsAccounts ?? [])
      .filter(({ status, depositType }) => status?.id === ACTIVE && (depositType?.id ?? SAVINGS) === SAVINGS)
      .sort((a, b) => Number(a.id) - Number(b.id))
      .map(({ id, accountNo, currency }) => ({ id, accountNo, currency: currency.code })),
  )
}
