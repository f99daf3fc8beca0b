import type { CoreAnswer } from '../core-banking.ts'
import { type Api, mapValue } from './call.ts'
import { LedgerAccounts } from './wire.ts'

const DETAIL = '1'

/** GLAccountsApiResource, the list: one account alone answers the same 404 for "none" and "not yours to see". */
export async function takesEntries(api: Api, accountId: string): Promise<CoreAnswer<boolean>> {
  const filter = { usage: DETAIL, disabled: 'false', manualEntriesAllowed: 'true' }
  return mapValue(await api.get('glaccounts', filter, LedgerAccounts), found =>
    (found ?? []).some(
      ({ id, disabled, manualEntriesAllowed, usage }) =>
        id === accountId &&
        disabled !== true &&
        manualEntriesAllowed !== false &&
        (usage?.id ?? DETAIL) === DETAIL,
    ),
  )
}
