import { fromText } from '../domain/money.ts'
import { later } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { settleCase } from './cases.ts'
import { act, type GatewayDeps } from './context.ts'
import { hears } from './origin.ts'
import { adapterOf } from './road.ts'
import { type Claim, type FoundPayment, isHers, LOOK_MS, paymentOfReceipt, paymentOn } from './said-paid.ts'
import { takeStatement } from './statement.ts'
import type { Act, Stepper } from './step.ts'

/**
 * "I have paid", and nobody has seen it: the operator's own statement is asked, a minute after she said so and again while
 * it may still tell. What it tells is a payment like any other; the case of who spoke of it settles itself.
 */

/** A payment that is younger than half an hour is left to its own road: the next look is after that. */
const AGAIN_MS = 40 * 60_000
/** So far back operators tell. Source: developer.safaricom.co.ke, "Pull Transactions": 48 hours. */
const WINDOW_MS = 47 * 3_600_000
/** Who looks for a payment made it within so long before. */
const BEFORE_MS = 24 * 3_600_000

/** Claims of which a statement may still tell something, the oldest first. */
const openClaims = ({ trx, setup: { tenant }, at }: Act): Promise<Row[]> =>
  trx('cases')
    .where({ tenant_id: tenant.id, kind: 'said-paid', state: 'open' })
    .where('opened_at', '>', later(at, -WINDOW_MS))
    // the payment is here, and somebody else's
    .whereRaw("(detail -> 'transaction' is null or detail -> 'more' is not null)")
    .orderBy('opened_at')
    // a further receipt may be on its way into one of them
    .forUpdate()

/** When to look again, each time after about as long again as it has lasted; null: there is nothing to look for. */
function nextLook({ at }: Act, claims: readonly Row[], asked: Date): Date | null {
  const youngest = claims.at(-1)?.opened_at as Date | undefined
  if (youngest === undefined) return null
  if (youngest > asked) return later(at, LOOK_MS)
  const next = later(at, Math.max(AGAIN_MS, at.getTime() - youngest.getTime()))
  return next < later(youngest, WINDOW_MS) ? next : null
}

/** Every payment that is spoken of; undefined where one of them is still missing. */
async function spokenOf(commit: Act, claim: Claim): Promise<readonly FoundPayment[] | undefined> {
  const found: FoundPayment[] = []
  for (const receipt of [claim.receipt, ...(claim.more ?? [])]) {
    const { phone, day } = claim
    const payment =
      receipt !== null
        ? await paymentOfReceipt(commit, receipt)
        : 'amount' in claim && day !== undefined
          ? await paymentOn(commit, { phone, day, amount: fromText(claim) })
          : undefined
    if (payment === undefined) return undefined
    found.push(payment)
  }
  return found
}

/** Settles a claim whose payments are here. What is not hers she is told nothing of: the office reads which it is. */
async function close({ ids }: GatewayDeps, commit: Act, row: Row): Promise<void> {
  const claim = row.detail as Claim
  const found = await spokenOf(commit, claim)
  if (found === undefined) return
  const other = claim.staffId === undefined && found.find(one => !isHers(one, row.customer_id, claim.phone))
  const payment = other || found.at(-1)
  await commit
    .trx('cases')
    .where({ tenant_id: commit.setup.tenant.id, id: row.id })
    .update({
      detail: commit.trx.raw("detail || jsonb_build_object('transaction', ?::text)", [payment?.id ?? null]),
    })
  if (!other) await settleCase(ids, commit, 'said-paid', String(row.key).replace('said-paid:', ''))
}

export function createClaimsLook(deps: GatewayDeps & { readonly stepper: Stepper }): {
  work(row: DueRow): Promise<void>
} {
  /** Of every connection where customers pay by themselves, and that tells of it. */
  async function ask(tenantId: string, from: Date, to: Date): Promise<void> {
    for (const connection of await deps.tenants.connections(tenantId)) {
      if (adapterOf(connection).statement === undefined || !hears(connection)) continue
      await takeStatement(deps, tenantId, connection.name, from, to).catch((error: unknown) =>
        deps.log.warn(
          { tenant: tenantId, connection: connection.name, error: String(error) },
          'an operator could not be asked for a payment that somebody misses',
        ),
      )
    }
  }

  return {
    async work(row) {
      const { tenantId } = row
      const asked = deps.clock.now()
      const [oldest] = await act(deps, tenantId, openClaims)
      if (oldest !== undefined) {
        const since = (oldest.opened_at as Date).getTime() - BEFORE_MS
        await ask(tenantId, new Date(Math.max(since, asked.getTime() - WINDOW_MS)), asked)
      }
      await act(deps, tenantId, async commit => {
        for (const claim of await openClaims(commit)) await close(deps, commit, claim)
        await pushBack(commit.trx, row, nextLook(commit, await openClaims(commit), asked))
      })
    },
  }
}
