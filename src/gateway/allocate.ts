import type { Allocation, SuspenseReason } from '../../flows/deeds.ts'
import type { CoreBanking, Loan } from '../corebanking/core-banking.ts'
import { allocate, type Home } from '../domain/allocation.ts'
import { exceeds, type Money, subtract, toText } from '../domain/money.ts'
import type { SurplusWord } from '../domain/tenant.ts'
import { type LocalDate, later, localDate } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { openCase } from './cases.ts'
import { act, type GatewayDeps } from './context.ts'
import { insist } from './insist.ts'
import { nameLoan } from './named-loan.ts'
import { ownLines, type RequestLine } from './request-lines.ts'
import type { Act, Setup, Stepper } from './step.ts'

/** The core is away: the money is looked at again after this. */
const AWAY_MS = 10_000
/** After this long somebody should look why nothing can be booked. */
const ALARM_MS = 60 * 60_000

/** Finds the homes of confirmed money in the tenant's core; booking follows. */
export type Allocator = { work(row: DueRow): Promise<void> }

/** `undefined` where the core does not answer. */
type Homes = { readonly homes: readonly Home[]; readonly reason: SuspenseReason } | undefined

export function createAllocator(deps: GatewayDeps & { readonly stepper: Stepper }): Allocator {
  async function homesFor(row: DueRow, core: CoreBanking): Promise<Homes> {
    const key = { tenant_id: row.tenantId, id: row.id }
    const first = await act(
      deps,
      row.tenantId,
      ({ trx }): Promise<LifeRow> => trx('transactions').where(key).first(),
    )
    const life = await nameLoan(deps, core, row.tenantId, first)
    if (life === 'core-away') return undefined
    const { setup, lines } = await act(deps, row.tenantId, async commit => ({
      setup: commit.setup,
      lines: await ownLines(commit, life),
    }))
    const [only, ...others] = lines
    if (only !== undefined && others.length > 0) return homesOfLines(core, setup, lines, deps.clock.now())
    const loan = only === undefined ? life : { ...life, loan_id: only.loanId, customer_id: only.customerId }
    const her = await act(deps, row.tenantId, commit => borrowerOf(commit, loan))
    return homesOf(core, setup, loan, her, deps.clock.now())
  }

  return {
    async work(row) {
      const core = deps.coreOf(await deps.tenants.core(row.tenantId))
      const found = await homesFor(row, core)
      await insist(() =>
        act(deps, row.tenantId, async commit => {
          const now = await lockLife(commit.trx, 'transaction', row.tenantId, row.id)
          const isStill = now.state === 'confirmed' && now.lease_id === row.leaseId
          if (!isStill) return
          if (found === undefined) return coreIsAway(deps, commit, row, now)
          const { shares, surplus } = allocate(confirmedOf(now), found.homes)
          await deps.stepper.step(commit, 'transaction', row.id, {
            type: 'ALLOCATED',
            at: commit.at.toISOString(),
            allocations: shares.map((share): Allocation => ({ ...share, amount: toText(share.amount) })),
            surplus: surplus.minor > 0n ? toText(surplus) : null,
            reason: found.reason,
          })
        }),
      )
    },
  }
}

/** Looked at again, for as long as it takes; her money is ours meanwhile, so its waiting is told. */
async function coreIsAway(
  { ids }: Pick<GatewayDeps, 'ids'>,
  commit: Act,
  row: DueRow,
  life: LifeRow,
): Promise<void> {
  const since = life.confirmed_at as Date | null
  if (since !== null && commit.at.getTime() - since.getTime() >= ALARM_MS)
    await openCase(ids, commit, {
      about: 'booking-waits',
      subject: 'transaction',
      subjectId: life.id,
      customerId: life.customer_id,
    })
  await pushBack(commit.trx, row, later(commit.at, AWAY_MS))
}

/** What the provider confirmed, which need not be what was asked for. */
export const confirmedOf = (row: LifeRow): Money => ({
  minor: (row.confirmed_minor ?? row.amount_minor) as bigint,
  currency: String(row.currency),
})

type Borrower = { readonly clientId: string; readonly hasConsented: boolean }

async function borrowerOf({ trx, setup }: Act, life: LifeRow): Promise<Borrower | undefined> {
  const found =
    life.customer_id !== null &&
    (await trx('customers')
      .where({ tenant_id: setup.tenant.id, id: life.customer_id })
      .first('core_client_id', 'consent_at'))
  return found
    ? { clientId: String(found.core_client_id), hasConsented: found.consent_at !== null }
    : undefined
}

async function homesOf(
  core: CoreBanking,
  setup: Setup,
  life: LifeRow,
  her: Borrower | undefined,
  now: Date,
): Promise<Homes> {
  if (life.loan_id === null) return { homes: [], reason: 'unknown-account' }
  const today = localDate(now, setup.tenant.zone)
  const loan = await core.loan(String(life.loan_id), today)
  if (loan.kind === 'no-answer') return undefined
  if (loan.value === undefined || loan.value.currency !== life.currency)
    return { homes: [], reason: 'not-bookable' }
  const named = loan.value
  const first = firstOn(named, life.request_id !== null)
  const seeking = {
    core,
    named,
    rest: subtract(named.outstanding, first),
    her: her ?? { clientId: named.clientId, hasConsented: false },
    today,
  }
  const homes = onNamed(named, first)
  for (const next of setup.tenant.settings.suspense.surplus) {
    const more = await MORE[next](seeking)
    if (more === undefined) return undefined
    homes.push(...more)
  }
  return { homes, reason: takes(named) ? 'surplus' : 'not-bookable' }
}

/** Each of several loans takes its line, and no more than it owes; what one does not take is none of the others'. */
async function homesOfLines(
  core: CoreBanking,
  { tenant }: Setup,
  lines: readonly RequestLine[],
  now: Date,
): Promise<Homes> {
  const today = localDate(now, tenant.zone)
  const homes: Home[] = []
  for (const { loanId, amount } of lines) {
    const loan = await core.loan(loanId, today)
    if (loan.kind === 'no-answer') return undefined
    if (loan.value === undefined || loan.value.currency !== amount.currency) continue
    const { outstanding } = loan.value
    homes.push(...onNamed(loan.value, exceeds(amount, outstanding) ? outstanding : amount))
  }
  return { homes, reason: homes.length === 0 ? 'not-bookable' : 'surplus' }
}

const takes = ({ status, outstanding }: Loan): boolean => status === 'active' && outstanding.minor > 0n

/** What goes to the loan that was named before all else: dues and arrears; all that it owes, where she approved that. */
const firstOn = ({ due, outstanding }: Loan, isApproved: boolean): Money =>
  isApproved || exceeds(due, outstanding) ? outstanding : due

const onNamed = (loan: Loan, room: Money): Home[] =>
  takes(loan) ? [{ target: 'loan', targetId: loan.id, room }] : []

type Seeking = {
  readonly core: CoreBanking
  readonly named: Loan
  /** What the named loan owes beyond that. */
  readonly rest: Money
  readonly her: Borrower
  readonly today: LocalDate
}

/** Where a surplus may go, by the tenant's order; undefined where the core does not answer. */
const MORE: Readonly<Record<SurplusWord, (seeking: Seeking) => Promise<Home[] | undefined>>> = {
  // her other loans are hers to decide about: without her consent the money goes on to the next word
  async arrears({ core, named, her, today }) {
    if (!her.hasConsented) return []
    const loans = await core.loans(her.clientId, today)
    if (loans.kind === 'no-answer') return undefined
    return loans.value
      .filter(({ id, currency, due }) => id !== named.id && currency === named.currency && due.minor > 0n)
      .map(({ id, due }) => ({ target: 'loan', targetId: id, room: due }))
  },
  prepay: ({ named, rest }) => Promise.resolve(onNamed(named, rest)),
  async savings({ core, named, her }) {
    const accounts = await core.savings(her.clientId)
    if (accounts.kind === 'no-answer') return undefined
    const account = accounts.value.find(({ currency }) => currency === named.currency)
    return account === undefined ? [] : [{ target: 'savings', targetId: account.id, room: undefined }]
  },
  // more than the debt leaves a credit balance on the loan; one that is closed or never was active takes none
  'credit-balance': ({ named: { id, status } }) =>
    Promise.resolve(
      status === 'active' || status === 'closed' || status === 'overpaid'
        ? [{ target: 'loan', targetId: id, room: undefined }]
        : [],
    ),
}
