import type { Tools } from '../../domain/outside.ts'
import type { CoreBanking } from '../core-banking.ts'
import { createApi } from './call.ts'
import { client, findClients, wallets } from './clients.ts'
import type { FineractConfig } from './config.ts'
import { enter, lookUp } from './entries.ts'
import { checkFacts } from './facts.ts'
import { groupsLedBy } from './groups.ts'
import { takesEntries } from './ledger-accounts.ts'
import { loan, loans, loansDue, payments, payOff } from './loans.ts'
import { named } from './references.ts'
import { savings } from './savings.ts'

export { type FineractConfig, parseFineractConfig } from './config.ts'

/** A tenant's Apache Fineract, 1.9.0 or later (external ids in paths and idempotency keys came with it). */
export function createFineract(config: FineractConfig, tools: Tools): CoreBanking {
  const api = createApi(config, tools)
  return {
    findClients: phone => findClients(api, phone),
    client: clientId => client(api, clientId),
    groupsLedBy: clientId => groupsLedBy(api, clientId),
    named: text => named(api, text),
    checkFacts: facts => checkFacts(api, facts),
    wallets: clientId => wallets(api, clientId),
    loans: (clientId, on) => loans(api, clientId, on),
    loan: (loanId, on) => loan(api, loanId, on),
    payOff: (loanId, on) => payOff(api, loanId, on),
    loansDue: (from, to) => loansDue(api, from, to),
    payments: loanId => payments(api, loanId),
    savings: clientId => savings(api, clientId),
    takesEntries: accountId => takesEntries(api, accountId),
    enter: entry => enter(api, entry),
    lookUp: entry => lookUp(api, entry),
  }
}
