import type { CollectionContext } from '../../flows/collection.ts'
import { toText } from '../domain/money.ts'
import { afterQuiet } from '../domain/quiet-hours.ts'
import { TWINS_MARGIN_MS } from '../domain/split.ts'
import { later } from '../domain/time.ts'
import type { Operation } from '../providers/provider.ts'
import { START_MARGIN_MS } from '../store/due.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import type { GatewayDeps } from './context.ts'
import { heldByLimit } from './leave.ts'
import type { Messenger } from './messages.ts'
import { shutUntil } from './plan.ts'
import type { Act } from './step.ts'
import { timingOf, twinsMsOf } from './timing.ts'

/** What keeps something planned from leaving now, asked in the very commit in which it would leave. */

/** A phone shows one prompt at a time: the next waits until the one before is answered, or can be answered no more. */
const PROMPTED_MS = 5_000

/**
 * How long to wait before anything is sent: the operator is shut, she sleeps and has not asked for it herself, a limit is
 * reached, the phone has a prompt, or the same amount went to it just now. Undefined where it may go.
 */
export async function mustWait(
  { ids, messenger }: Pick<GatewayDeps, 'ids'> & { readonly messenger: Messenger },
  commit: Act,
  life: LifeRow,
  connection: Connection,
): Promise<number | undefined> {
  const { setup, at } = commit
  const closed = shutUntil(setup, String(life.provider), at)
  if (closed !== undefined) {
    if (life.kind === 'collect') await sayClosed(messenger, commit, life, closed)
    return closed.getTime() - at.getTime()
  }
  return (
    (await quietMs(commit, life)) ??
    (await heldByLimit(ids, commit, life)) ??
    (await promptedMs(commit, life, connection)) ??
    (await twinMs(commit, life, connection))
  )
}

/** She is told once when her prompt will come. */
async function sayClosed(messenger: Messenger, commit: Act, life: LifeRow, until: Date): Promise<void> {
  const amount = toText({ minor: life.amount_minor as bigint, currency: String(life.currency) })
  await messenger.say(
    commit,
    { kind: 'transaction', row: life, eventId: life.id, context: {} },
    { kind: 'message', about: 'maintenance', amount, until: until.toISOString() },
  )
}

/** A prompt that only an officer wanted disturbs her like any message; what she approved herself, by night too, does not. */
async function quietMs({ trx, setup, at }: Act, life: LifeRow): Promise<number | undefined> {
  if (life.kind !== 'collect' || life.request_id === null) return undefined
  const morning = afterQuiet(setup.tenant, at, life.id)
  if (morning <= at) return undefined
  const request = await trx('collection_requests')
    .where({ tenant_id: setup.tenant.id, id: life.request_id })
    .first('snapshot')
  const { approval } = (request.snapshot as { context: CollectionContext }).context
  return approval?.by === 'officer' ? morning.getTime() - at.getTime() : undefined
}

/** Two that would leave at the same moment look one after the other. */
const oneByOne = ({ trx }: Act, about: string): Promise<unknown> =>
  trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [about])

async function promptedMs(commit: Act, life: LifeRow, connection: Connection): Promise<number | undefined> {
  const { trx, setup, at } = commit
  if (life.kind !== 'collect') return undefined
  await oneByOne(commit, `prompt:${setup.tenant.id}:${life.msisdn}`)
  const prompted = await trx('transactions as t')
    .join('attempts as a', join => join.on('a.tenant_id', 't.tenant_id').andOn('a.transaction_id', 't.id'))
    .where({ 't.tenant_id': setup.tenant.id, 't.msisdn': life.msisdn, 't.kind': 'collect' })
    .whereIn('t.state', ['sending', 'pending', 'unresolved'])
    .whereNot('t.id', life.id)
    .where('a.sent_at', '>', later(at, -timingOf(connection).promptLifeMs))
    .first('t.id')
  return prompted === undefined ? undefined : PROMPTED_MS
}

/**
 * The rest of the time in which the provider would take this for a repetition: the same amount moved to or from the same
 * number by this connection, or may have. What nobody has answered may have left late, and be paid for as long as its
 * prompt lives.
 */
async function twinMs(commit: Act, life: LifeRow, connection: Connection): Promise<number | undefined> {
  const { trx, setup, at } = commit
  const twinsMs = twinsMsOf(connection, life.operation as Operation)
  if (twinsMs === undefined) return undefined
  const { connection_id, operation, msisdn, amount_minor } = life
  await oneByOne(commit, `twins:${connection_id}:${operation}:${msisdn}:${amount_minor}`)
  const answerMs = START_MARGIN_MS + (life.kind === 'collect' ? timingOf(connection).promptLifeMs : 0)
  const { rows } = await trx.raw(
    `select max(coalesce(t.confirmed_at, a.sent_at + :answerMs * interval '1 millisecond')) as at
       from transactions t join attempts a on a.tenant_id = t.tenant_id and a.transaction_id = t.id
      where t.tenant_id = :tenantId and t.msisdn = :msisdn and t.provider = :provider and t.connection_id = :connection_id
        and t.operation = :operation and t.amount_minor = :amount_minor and t.id <> :id
        and t.state not in ('logged', 'failed')`,
    {
      tenantId: setup.tenant.id,
      answerMs,
      msisdn,
      provider: life.provider,
      connection_id,
      operation,
      amount_minor,
      id: life.id,
    },
  )
  const last: Date | null = rows[0].at
  const rest = last === null ? 0 : last.getTime() + twinsMs + TWINS_MARGIN_MS - at.getTime()
  return rest > 0 ? rest : undefined
}
