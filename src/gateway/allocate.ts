import type { Allocation, SuspenseReason } from '../../flows/deeds.ts'
import type { CoreBanking, Loan } from '../corebanking/core-banking.ts'
import { allocate, type Home } from '../domain/allocation.ts'
import { type Money, toText } from '../domain/money.ts'
import { later, localDate } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { customer } from '../store/people.ts'
import { openCase } from './cases.ts'
import { act, type GatewayDeps } from './context.ts'
import { insist } from './insist.ts'
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
  return {
    async work(row) {
      const { life, setup, clientId } = await act(deps, row.tenantId, async commit => {
        const found: LifeRow = await commit
          .trx('transactions')
          .where({ tenant_id: row.tenantId, id: row.id })
          .first()
        const her =
          found.customer_id === null
            ? undefined
            : await customer(commit.trx, row.tenantId, String(found.customer_id))
        return { life: found, setup: commit.setup, clientId: her?.coreClientId }
      })
      const core = deps.coreOf(await deps.tenants.core(row.tenantId))
      const found = await homesOf(core, setup, life, clientId, deps.clock.now())
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

async function homesOf(
  core: CoreBanking,
  setup: Setup,
  life: LifeRow,
  clientId: string | undefined,
  now: Date,
): Promise<Homes> {
  if (life.loan_id === null) return { homes: [], reason: 'unknown-account' }
  const today = localDate(now, setup.tenant.zone)
  const loan = await core.loan(String(life.loan_id), today)
  if (loan.kind === 'no-answer') return undefined
  if (loan.value === undefined || loan.value.currency !== life.currency)
    return { homes: [], reason: 'not-bookable' }
  const named = homeOf(loan.value)
  const homes: Home[] = named === undefined ? [] : [named]
  for (const next of setup.tenant.settings.suspense.surplus) {
    const more = await MORE[next](core, loan.value, clientId ?? loan.value.clientId, today)
    if (more === undefined) return undefined
    homes.push(...more)
  }
  return { homes, reason: named === undefined ? 'not-bookable' : 'surplus' }
}

/** What a loan takes: all that is left to pay on it, while it is active. */
const homeOf = ({ id, status, outstanding }: Loan): Home | undefined =>
  status === 'active' && outstanding.minor > 0n
    ? { target: 'loan', targetId: id, room: outstanding }
    : undefined

type More = (
  core: CoreBanking,
  named: Loan,
  clientId: string,
  today: Parameters<CoreBanking['loan']>[1],
) => Promise<Home[] | undefined>

/** Where a surplus may go, by the tenant's order; undefined where the core does not answer. */
const MORE: Readonly<Record<Setup['tenant']['settings']['suspense']['surplus'][number], More>> = {
  async arrears(core, named, clientId, today) {
    const loans = await core.loans(clientId, today)
    if (loans.kind === 'no-answer') return undefined
    return loans.value
      .filter(({ id, currency, due }) => id !== named.id && currency === named.currency && due.minor > 0n)
      .map(({ id, due }) => ({ target: 'loan', targetId: id, room: due }))
  },
  async savings(core, named, clientId) {
    const accounts = await core.savings(clientId)
    if (accounts.kind === 'no-answer') return undefined
    const account = accounts.value.find(({ currency }) => currency === named.currency)
    return account === undefined ? [] : [{ target: 'savings', targetId: account.id, room: undefined }]
  },
  // more than the debt leaves a credit balance on the loan; one that is closed or never was active takes none
  'credit-balance': (_, { id, status }) =>
    Promise.resolve(
      status === 'active' || status === 'closed' || status === 'overpaid'
        ? [{ target: 'loan', targetId: id, room: undefined }]
        : [],
    ),
}
