import type { CoreBanking, Loan } from '../corebanking/core-banking.ts'
import { type LocalDate, localDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { act, type GatewayDeps } from './context.ts'
import { linkClient } from './link.ts'

/**
 * Money that nobody asked for, with a reference that our own rows do not know: the core is asked whose it is. Only an
 * exact answer counts: one loan, or one client, of whose loans the one with the oldest arrears is meant.
 */
export async function nameLoan(
  deps: GatewayDeps,
  core: CoreBanking,
  tenantId: string,
  life: LifeRow,
): Promise<LifeRow | 'core-away'> {
  const typed = String(life.loan_account ?? '')
  if (life.loan_id !== null || life.origin !== 'c2b' || typed === '') return life
  const { zone } = await deps.tenants.tenant(tenantId)
  const loan = await loanOf(core, typed, String(life.currency), localDate(deps.clock.now(), zone))
  if (loan === 'core-away') return loan
  if (loan === undefined) return life
  const customer = await linkClient(deps, tenantId, core, loan.clientId)
  if (customer === undefined) return 'core-away'
  return act(deps, tenantId, async ({ trx }) => {
    const now = await lockLife(trx, 'transaction', tenantId, life.id)
    if (now.state !== 'confirmed' || now.loan_id !== null) return now
    const named: Row = { loan_id: loan.id, loan_account: loan.accountNo, customer_id: customer.id }
    await trx('transactions').where({ tenant_id: tenantId, id: life.id }).update(named)
    return { ...now, ...named }
  })
}

/** The loan that a reference means, exactly; undefined where it is nobody's, or two people's. */
export async function loanOf(
  core: CoreBanking,
  typed: string,
  currency: string,
  today: LocalDate,
): Promise<Loan | 'core-away' | undefined> {
  const named = await core.named(typed)
  if (named.kind === 'no-answer') return 'core-away'
  if (named.value.kind === 'nobody') return undefined
  if (named.value.kind === 'loan') {
    const loan = await core.loan(named.value.loanId, today)
    return loan.kind === 'no-answer' ? 'core-away' : loan.value
  }
  const [clientId, ...others] = named.value.clientIds
  // two people behind one reference: a person finds out whose it is
  if (clientId === undefined || others.length > 0) return undefined
  const loans = await core.loans(clientId, today)
  if (loans.kind === 'no-answer') return 'core-away'
  return oldestDue(loans.value.filter(loan => loan.currency === currency && loan.outstanding.minor > 0n))
}

/** The loan whose unpaid instalment fell due first; of none, the one whose next comes first. */
export const oldestDue = (loans: readonly Loan[]): Loan | undefined =>
  [...loans].sort(
    (one, other) => firstUnpaid(one).localeCompare(firstUnpaid(other)) || one.id.localeCompare(other.id),
  )[0]

const LAST = '9999-12-31'
const firstUnpaid = ({ schedule }: Loan): string =>
  schedule
    .filter(({ outstanding }) => outstanding.minor > 0n)
    .map(({ due }) => due)
    .sort()[0] ?? LAST
