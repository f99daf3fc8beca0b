import type { Allocation } from '../../flows/deeds.ts'
import type { CoreBanking, Loan } from '../corebanking/core-banking.ts'
import { exceeds, formatMoney, fromText } from '../domain/money.ts'
import type { SuspenseSettings } from '../domain/tenant.ts'
import { localDate } from '../domain/time.ts'
import type { GatewayDeps } from './context.ts'
import { type BoardRefused, refused } from './proposals.ts'

/** Whether the accounts that a person has chosen for money can take it, as the core says now. */

type Asked = {
  readonly tenantId: string
  readonly allocations: readonly Allocation[]
  /** The client of the core whose phone paid, where she is known: her savings may take money. */
  readonly clientId: string | undefined
}

const AWAY = refused('core-away', 'the core banking system does not answer: try again with the same key')

/** All that stands against it is told at once. */
export async function lookAtHomes(
  deps: GatewayDeps,
  { tenantId, allocations, clientId }: Asked,
): Promise<BoardRefused | undefined> {
  const core = deps.coreOf(await deps.tenants.core(tenantId))
  const { zone, settings } = await deps.tenants.tenant(tenantId)
  const today = localDate(deps.clock.now(), zone)
  const clients = new Set(clientId === undefined ? [] : [clientId])
  const faults: string[] = []
  for (const allocation of allocations.filter(({ target }) => target === 'loan')) {
    const loan = await core.loan(allocation.targetId, today)
    if (loan.kind === 'no-answer') return AWAY
    if (loan.value !== undefined) clients.add(loan.value.clientId)
    const fault = againstLoan(allocation, loan.value, settings.suspense)
    if (fault !== undefined) faults.push(fault)
  }
  const savings = allocations.filter(({ target }) => target === 'savings')
  const against = savings.length === 0 ? [] : await againstSavings(core, savings, [...clients])
  if (against === undefined) return AWAY
  const all = [...faults, ...against]
  return all.length === 0 ? undefined : refused('not-to-book', all.join('; '))
}

function againstLoan(
  { targetId, amount: text }: Allocation,
  loan: Loan | undefined,
  { surplus }: SuspenseSettings,
): string | undefined {
  const amount = fromText(text)
  if (loan === undefined) return `there is no loan ${targetId}`
  if (loan.currency !== amount.currency)
    return `loan ${targetId} is in ${loan.currency}, the money in ${amount.currency}`
  const takesCredit = surplus.includes('credit-balance')
  const isOpen = loan.status === 'active' || (takesCredit && ['closed', 'overpaid'].includes(loan.status))
  if (!isOpen) return `loan ${targetId} is ${loan.status}`
  if (!takesCredit && exceeds(amount, loan.outstanding))
    return `at most ${formatMoney(loan.outstanding)} ${loan.currency} is left on loan ${targetId}`
  return undefined
}

/** Savings are known to the core by their client: the payer, or one whose loan is named beside. */
async function againstSavings(
  core: CoreBanking,
  savings: readonly Allocation[],
  clients: readonly string[],
): Promise<string[] | undefined> {
  const known = new Map<string, string>()
  for (const client of clients) {
    const accounts = await core.savings(client)
    if (accounts.kind === 'no-answer') return undefined
    for (const { id, currency } of accounts.value) known.set(id, currency)
  }
  return savings.flatMap(({ targetId, amount }) => {
    const currency = known.get(targetId)
    if (currency === undefined)
      return [`${targetId} is no active savings account of the payer, or of one whose loan is named`]
    return currency === amount.currency ? [] : [`savings account ${targetId} is in ${currency}`]
  })
}
