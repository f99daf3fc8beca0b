import { randomBytes } from 'node:crypto'
import type { Money } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import type { Outcome } from '../domain/outcome.ts'
import { later } from '../domain/time.ts'
import type { AttemptRef } from '../providers/provider.ts'
import { type DueRow, pushBack, START_MARGIN_MS } from '../store/due.ts'
import { KEY_VERSION } from '../store/keys.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import { act, type GatewayDeps } from './context.ts'
import { nothingToDo } from './idle.ts'
import { insist } from './insist.ts'
import { hasTag } from './lives.ts'
import { type AttemptRow, applyOutcome } from './outcomes.ts'
import { adapterOf } from './plan.ts'
import type { Act, Stepper } from './step.ts'

/** Paused connections are looked at again after this. */
const PAUSED_MS = 30_000
/** A phone shows one prompt at a time: the next waits until the one before is answered, or can be answered no more. */
const PROMPTED_MS = 5_000

/** A call to be made now that its commit stands, and what was committed for it. */
type Call = {
  readonly how: 'send' | 'inquire'
  readonly attempt: AttemptRow
  readonly ref: AttemptRef
  readonly connection: Connection
}

/** Does what a due transaction's state asks for: wake it, send the attempt, or inquire. */
export function createSender(deps: GatewayDeps & { readonly stepper: Stepper }): {
  work(row: DueRow): Promise<void>
  inquire(tenantId: string, attempt: AttemptRow): Promise<Outcome>
} {
  const { stepper, tools, log } = deps

  /** Marks the attempt as sent, or finds that another worker did: then its answer is lost, and is asked for instead. */
  async function prepare(commit: Act, row: DueRow): Promise<Call | undefined> {
    const { trx, setup, at } = commit
    const life = await lockLife(trx, 'transaction', row.tenantId, row.id)
    const connection = setup.connections.find(({ id }) => id === life.connection_id)
    if (connection === undefined) throw new Error(`transaction ${row.id} has no connection`)
    if (hasTag('transaction', life.state, 'inquire')) {
      const attempt = await lastAttempt(commit, row.id)
      return { how: 'inquire', attempt, connection, ref: refOf(life, attempt, '') }
    }
    const sending = hasTag('transaction', life.state, 'send')
    const attempt = sending ? await lastAttempt(commit, row.id) : undefined
    if (attempt !== undefined && attempt.state !== 'planned') {
      await stepper.step(commit, 'transaction', row.id, { type: 'UNKNOWN', at: at.toISOString() })
      return undefined
    }
    const wait = await mustWait(commit, life, connection)
    if (wait !== undefined) {
      await pushBack(trx, row, later(at, wait))
      return undefined
    }
    if (attempt === undefined) {
      const woken = await stepper.wake(commit, 'transaction', row.id)
      if (!woken.changed) await nothingToDo(log, commit, row, life.state)
      return undefined
    }
    return {
      how: 'send',
      attempt,
      connection,
      ref: refOf(life, attempt, await markSent(deps, commit, attempt, connection, stepper)),
    }
  }

  return {
    async work(row) {
      const claimed = performance.now()
      const call = await act(deps, row.tenantId, commit => prepare(commit, row))
      if (call === undefined) return
      if (performance.now() - claimed > START_MARGIN_MS) return // the lease runs out; whoever takes it next inquires
      const adapter = adapterOf(call.connection)
      if (call.how === 'send') await deps.at?.('before-send')
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
      await insist(() => act(deps, row.tenantId, commit => applyOutcome(commit, deps, call.attempt, outcome)))
    },
    async inquire(tenantId, attempt) {
      const { life, connection } = await act(deps, tenantId, async ({ trx, setup }) => ({
        life: await lockLife(trx, 'transaction', tenantId, attempt.transaction_id),
        connection: setup.connections.find(({ id }) => id === attempt.connection_id),
      }))
      if (connection === undefined) throw new Error(`attempt ${attempt.id} has no connection`)
      return adapterOf(connection).inquire(refOf(life, attempt, ''), connection.config, tools)
    },
  }
}

/** How long to wait before anything is sent: the connection rests, or the phone has another prompt before it. */
async function mustWait(
  { trx, setup, at }: Act,
  life: LifeRow,
  connection: Connection,
): Promise<number | undefined> {
  const key = { tenant_id: setup.tenant.id }
  const { state } = await trx('connections')
    .where({ ...key, id: connection.id })
    .first('state')
  if (state === 'paused') return PAUSED_MS
  // two pushes of one batch look one after the other
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `prompt:${setup.tenant.id}:${life.msisdn}`,
  ])
  const prompted = await trx('transactions as t')
    .join('attempts as a', join => join.on('a.tenant_id', 't.tenant_id').andOn('a.transaction_id', 't.id'))
    .where({ 't.tenant_id': setup.tenant.id, 't.msisdn': life.msisdn })
    .whereIn('t.state', ['sending', 'pending', 'unresolved'])
    .whereNot('t.id', life.id)
    .where('a.sent_at', '>', later(at, -adapterOf(connection).timing.promptLifeMs))
    .first('t.id')
  return prompted === undefined ? undefined : PROMPTED_MS
}

async function lastAttempt({ trx, setup }: Act, transactionId: string): Promise<AttemptRow> {
  const attempt: AttemptRow | undefined = await trx('attempts')
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
  const secret = randomBytes(16).toString('base64url')
  const hash = deps.keys.hash('callback', secret)
  await trx('attempts')
    .where({ tenant_id: setup.tenant.id, id: attempt.id })
    .update({ state: 'sent', sent_at: at, secret_hash: hash, key_version: KEY_VERSION })
  await trx('attempt_references').insert({
    tenant_id: setup.tenant.id,
    connection_id: connection.id,
    kind: 'url',
    value: hash,
    attempt_id: attempt.id,
    transaction_id: attempt.transaction_id,
  })
  await stepper.step(commit, 'transaction', attempt.transaction_id, { type: 'SENT', at: at.toISOString() })
  return `${deps.publicUrl()}/providers/${connection.token}/callback/${secret}`
}

/** The payer sees the loan's account beside the amount, in what every provider's field can carry. */
export const shownReference = (life: LifeRow): string =>
  String(life.loan_account ?? 'LOAN')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(-12)

export function refOf(life: LifeRow, attempt: AttemptRow, callbackUrl: string): AttemptRef {
  const amount: Money = { minor: life.amount_minor as bigint, currency: String(life.currency) }
  return {
    operation: 'collect',
    reference: attempt.reference,
    amount,
    msisdn: life.msisdn as Msisdn,
    shownReference: shownReference(life),
    callbackUrl,
    ...(attempt.provider_reference === null ? {} : { providerReference: attempt.provider_reference }),
  }
}
