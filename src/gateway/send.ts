import { randomBytes } from 'node:crypto'
import type { Money } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import type { Outcome } from '../domain/outcome.ts'
import { later } from '../domain/time.ts'
import type { AttemptRef, Operation } from '../providers/provider.ts'
import { type DueRow, keepLease, pushBack, START_MARGIN_MS } from '../store/due.ts'
import { KEY_VERSION } from '../store/keys.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import type { Allocator } from './allocate.ts'
import { act, type GatewayDeps } from './context.ts'
import { type LoanRead, readLoan } from './disburse.ts'
import { nothingToDo } from './idle.ts'
import { insist } from './insist.ts'
import { amissNow, isStale, withdraw } from './leave.ts'
import { hasTag } from './lives.ts'
import type { Messenger } from './messages.ts'
import { type AttemptRow, applyOutcome } from './outcomes.ts'
import { keptBack, waitsForCode } from './reroute.ts'
import { adapterOf } from './road.ts'
import type { Act, Stepper } from './step.ts'
import { mustWait } from './wait.ts'

/** A call to be made now that its commit stands, and what was committed for it. */
type Call = {
  readonly how: 'send' | 'inquire'
  readonly attempt: AttemptRow
  readonly ref: AttemptRef
  readonly connection: Connection
}

/** The loan to be read before a payout of it leaves. */
type LoanOf = { readonly loanId: string }
/** No call to a provider: another hand goes on with it. */
type Elsewhere = 'allocate' | LoanOf
type Planned = {
  readonly life: LifeRow
  readonly connection: Connection
  readonly attempt: PlannedAttempt | undefined
}
type PlannedAttempt = AttemptRow & { readonly planned_at: Date }

type SenderDeps = GatewayDeps & {
  readonly stepper: Stepper
  readonly allocator: Allocator
  readonly messenger: Messenger
}

/** Does what a due transaction's state asks for: wake it, send the attempt, inquire, or allocate what came. */
export function createSender(deps: SenderDeps): {
  work(row: DueRow): Promise<void>
  /** `hintId`: the callback that makes us ask; an answer that comes by callback ends it. */
  inquire(tenantId: string, attempt: AttemptRow, hintId: string): Promise<Outcome>
} {
  const { stepper, tools, log } = deps

  /**
   * Marks the attempt as sent, or finds that another worker did: then its answer is lost, and is asked for instead.
   * `found`: the loan, read because the first look found the checks stale.
   */
  async function prepare(commit: Act, row: DueRow, found?: LoanRead): Promise<Call | Elsewhere | undefined> {
    const { trx, setup, at } = commit
    const life = await lockLife(trx, 'transaction', row.tenantId, row.id)
    // between the claim and now somebody else may have moved it, or another worker may have it in hand
    if (life.lease_id !== row.leaseId) return undefined
    if (found !== undefined) await keepLease(trx, deps.clock, row)
    if (hasTag('transaction', life, 'allocate') && isToBeAllocated(life)) return 'allocate'
    const connection = connectionOf(setup.connections, life)
    if (hasTag('transaction', life, 'inquire')) {
      const attempt = await lastAttempt(commit, row.id)
      return {
        how: 'inquire',
        attempt,
        connection,
        ref: await askRef(deps, commit, life, attempt, connection),
      }
    }
    const attempt = hasTag('transaction', life, 'send') ? await lastAttempt(commit, row.id) : undefined
    if (attempt !== undefined && attempt.state !== 'planned') {
      await stepper.step(commit, 'transaction', row.id, { type: 'UNKNOWN', at: at.toISOString() })
      return undefined
    }
    if (life.state === 'logged' || attempt !== undefined) {
      const stays = await mayLeave(commit, row, { life, connection, attempt }, found)
      if (stays !== 'go') return stays
    }
    if (attempt === undefined) {
      const woken = await stepper.wake(commit, 'transaction', row.id)
      if (!woken.changed) await nothingToDo(log, commit, row, life.state)
      return undefined
    }
    const url = await markSent(deps, commit, attempt, connection, stepper)
    return { how: 'send', attempt, connection, ref: await refOf(commit, life, attempt, url) }
  }

  /** `go`; else it waits, is given up, or the core has to be read first. */
  async function mayLeave(
    commit: Act,
    row: DueRow,
    { life, connection, attempt }: Planned,
    found: LoanRead | undefined,
  ): Promise<'go' | LoanOf | undefined> {
    const { trx, at } = commit
    const amiss = await amissNow(commit, life, found)
    if (amiss?.type === 'REFUSED') {
      log.warn({ tenant: row.tenantId, transaction: row.id, why: amiss.why }, 'a payout is not to leave')
      await withdraw(stepper, commit, life, attempt, amiss.why)
      return undefined
    }
    if (attempt === undefined && (await waitsForCode(deps, commit, row, life, connection))) return undefined
    const wait =
      amiss === undefined
        ? ((await mustWait(deps, commit, life, connection)) ??
          (await keptBack(deps, commit, life, connection, attempt === undefined)))
        : Date.parse(amiss.until) - at.getTime()
    if (wait === 'elsewhere') return undefined
    if (wait !== undefined) {
      await pushBack(trx, row, later(at, wait))
      return undefined
    }
    return found === undefined && isStale(life, attempt, at) ? { loanId: String(life.loan_id) } : 'go'
  }

  return {
    async work(row) {
      let claimed = deps.elapsed()
      let call = await act(deps, row.tenantId, commit => prepare(commit, row))
      if (typeof call === 'object' && 'loanId' in call) {
        const found = await readLoan(deps, row.tenantId, call.loanId)
        claimed = deps.elapsed()
        call = await act(deps, row.tenantId, commit => prepare(commit, row, found))
      }
      if (call === undefined || (typeof call === 'object' && 'loanId' in call)) return
      if (call === 'allocate') return deps.allocator.work(row)
      if (call.how === 'send') await deps.at?.('before-send')
      // the lease runs out; whoever takes it next inquires
      if (deps.elapsed() - claimed > START_MARGIN_MS) return
      const adapter = adapterOf(call.connection)
      const outcome =
        call.how === 'send'
          ? await adapter.send(call.ref, call.connection.config, tools)
          : await adapter.inquire(call.ref, call.connection.config, tools)
      if (call.how === 'send') await deps.at?.('after-send')
      log.info(
        {
          tenant: row.tenantId,
          transaction: row.id,
          attempt: call.attempt.id,
          call: call.how,
          outcome: outcome.kind,
        },
        'provider answered',
      )
      await insist(() =>
        act(deps, row.tenantId, commit => applyOutcome(commit, deps, call.attempt, outcome, call.how)),
      )
    },
    async inquire(tenantId, attempt, hintId) {
      const { connection, ref } = await act(deps, tenantId, async commit => {
        const life = await lockLife(commit.trx, 'transaction', tenantId, attempt.transaction_id)
        const found = commit.setup.connections.find(({ id }) => id === attempt.connection_id)
        if (found === undefined) throw new Error(`attempt ${attempt.id} has no connection`)
        return { connection: found, ref: await askRef(deps, commit, life, attempt, found, hintId) }
      })
      return adapterOf(connection).inquire(ref, connection.config, tools)
    },
  }
}

const isToBeAllocated = ({ snapshot }: LifeRow): boolean =>
  (snapshot as { context: { open?: number | null } }).context.open === null

function connectionOf(connections: readonly Connection[], life: LifeRow): Connection {
  const connection = connections.find(({ id }) => id === life.connection_id)
  if (connection === undefined) throw new Error(`transaction ${life.id} has no connection`)
  return connection
}

async function lastAttempt({ trx, setup }: Act, transactionId: string): Promise<PlannedAttempt> {
  const attempt: PlannedAttempt | undefined = await trx('attempts')
    .where({ tenant_id: setup.tenant.id, transaction_id: transactionId })
    .orderBy('ordinal', 'desc')
    .first()
  if (attempt === undefined) throw new Error(`transaction ${transactionId} has no attempt`)
  return attempt
}

/**
 * The last commit before the call: from here on the attempt may have arrived, whatever becomes of us. It draws the
 * secret of the attempt's own callback URL, of which only a hash is kept.
 */
async function markSent(
  deps: GatewayDeps,
  commit: Act,
  attempt: AttemptRow,
  connection: Connection,
  stepper: Stepper,
): Promise<string> {
  const { trx, setup, at } = commit
  const { url, hash } = await drawUrl(deps, commit, attempt, connection, 'url')
  await trx('attempts')
    .where({ tenant_id: setup.tenant.id, id: attempt.id })
    .update({ state: 'sent', sent_at: at, secret_hash: hash, key_version: KEY_VERSION })
  await stepper.step(commit, 'transaction', attempt.transaction_id, { type: 'SENT', at: at.toISOString() })
  return url
}

async function drawUrl(
  deps: GatewayDeps,
  { trx, setup }: Act,
  attempt: AttemptRow,
  connection: Connection,
  kind: 'url' | 'asked',
  hintId?: string,
): Promise<{ readonly url: string; readonly hash: string }> {
  const secret = randomBytes(16).toString('base64url')
  const hash = deps.keys.hash('callback', secret)
  await trx('attempt_references').insert({
    tenant_id: setup.tenant.id,
    connection_id: connection.id,
    kind,
    value: hash,
    attempt_id: attempt.id,
    transaction_id: attempt.transaction_id,
    callback_id: hintId ?? null,
  })
  return { url: `${deps.publicUrl()}/providers/${connection.token}/callback/${secret}`, hash }
}

/** An inquiry that is answered by a callback needs a URL of its own: the attempt's is kept as a hash only. */
async function askRef(
  deps: GatewayDeps,
  commit: Act,
  life: LifeRow,
  attempt: AttemptRow,
  connection: Connection,
  hintId?: string,
): Promise<AttemptRef> {
  const traits = adapterOf(connection).can.operations[life.operation as Operation]
  const url =
    traits?.answersByCallback === true
      ? (await drawUrl(deps, commit, attempt, connection, 'asked', hintId)).url
      : ''
  return refOf(commit, life, attempt, url)
}

/** The payer sees the loan's account beside the amount, in what every provider's field can carry. */
export const shownReference = (life: LifeRow): string =>
  String(life.loan_account ?? 'LOAN')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(-12)

export async function refOf(
  { trx, setup }: Act,
  life: LifeRow,
  attempt: AttemptRow,
  callbackUrl: string,
): Promise<AttemptRef> {
  const amount: Money = { minor: life.amount_minor as bigint, currency: String(life.currency) }
  const original =
    life.operation === 'refund'
      ? await trx('transactions as t')
          // what came of her own accord has no attempt of ours
          .leftJoin('attempts as a', join =>
            join.on('a.tenant_id', 't.tenant_id').andOn('a.transaction_id', 't.id'),
          )
          .where({ 't.tenant_id': setup.tenant.id, 't.id': life.original_id })
          .orderBy('a.ordinal', 'desc')
          .first('a.reference', 't.provider_reference', 't.receipt')
      : undefined
  return {
    operation: life.operation as Operation,
    reference: attempt.reference,
    amount,
    msisdn: life.msisdn as Msisdn,
    shownReference: shownReference(life),
    callbackUrl,
    ...(life.code === null ? {} : { code: String(life.code) }),
    ...(attempt.provider_reference === null ? {} : { providerReference: attempt.provider_reference }),
    ...(original === undefined
      ? {}
      : {
          original: {
            reference: original.reference ?? '',
            ...(original.provider_reference === null
              ? {}
              : { providerReference: original.provider_reference }),
            ...(original.receipt === null ? {} : { receipt: original.receipt }),
          },
        }),
  }
}
