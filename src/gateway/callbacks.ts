import { isIP } from 'node:net'
import type { MessageEvent } from '../../flows/message.ts'
import { smsGatewayNamed } from '../channels/index.ts'
import { equal } from '../domain/money.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { RawRequest } from '../domain/outside.ts'
import { later } from '../domain/time.ts'
import type { AttemptRef, CallbackReading, Operation } from '../providers/provider.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { lockLife } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import { blanked } from './blanked.ts'
import { act, type GatewayDeps } from './context.ts'
import { joinPayment, type Payment, receivePayment } from './join.ts'
import { type AttemptRow, applyOutcome, learnReference } from './outcomes.ts'
import { adapterOf } from './road.ts'
import { refOf } from './send.ts'
import type { Act, Stepper } from './step.ts'

/** A callback may come before the answer to the call it belongs to: it is looked at again, so often, before it is nobody's. */
const MAX_TRIES = 8
const RETRY_MS = 2_000

type Source = {
  readonly kind: 'payment' | 'delivery' | 'inbound'
  readonly sourceId: string
  readonly tenantId: string
  readonly secret?: string | undefined
}

/** What the outside tells us unasked: kept raw, answered at once, believed only as far as it proves itself. */
export type Callbacks = {
  /** Keeps a callback; the same one again is kept once. Answers nothing about what it knows. */
  keep(source: Source, request: RawRequest): Promise<void>
  work(row: DueRow, inquire: (tenantId: string, attempt: AttemptRow) => Promise<Outcome>): Promise<void>
}

/** The header that a reading may need; the rest, signatures and shared secrets among it, is looked at and not kept. */
const KEPT_HEADERS = ['content-type']

/** What Postgres cannot keep in a text; no provider sends it. */
const withoutNul = (text: string): string => text.replaceAll('\0', '')

export function createCallbacks(deps: GatewayDeps & { readonly stepper: Stepper }): Callbacks {
  const { keys, ids, stepper, log } = deps

  async function settle({ trx, setup }: Act, row: DueRow, fate: string): Promise<void> {
    log.info({ tenant: row.tenantId, callback: row.id, fate }, 'callback settled')
    await trx('callbacks')
      .where({ tenant_id: setup.tenant.id, id: row.id })
      .update({ state: 'settled', fate, due_at: null, lease_until: null, lease_id: null })
  }

  /** Once more later, unless it has been looked at often enough. */
  async function again(commit: Act, row: DueRow, tries: number, fate: string): Promise<void> {
    if (tries >= MAX_TRIES) return settle(commit, row, fate)
    await commit
      .trx('callbacks')
      .where({ tenant_id: commit.setup.tenant.id, id: row.id })
      .update({ tries: tries + 1 })
    await pushBack(commit.trx, row, later(commit.at, RETRY_MS * 2 ** tries))
  }

  /** What a callback of a payment makes us do; `inquire` is done after this commit. */
  async function readPayment(
    commit: Act,
    row: DueRow,
    stored: StoredCallback,
  ): Promise<{ inquire: AttemptRow } | undefined> {
    const connection = commit.setup.connections.find(({ id }) => id === stored.source_id)
    if (connection === undefined) return void (await settle(commit, row, 'no such connection'))
    const adapter = adapterOf(connection)
    const own = await ownAttempt(commit, stored)
    const reading = adapter.readCallback(stored.request, connection.config, own?.ref)
    if (reading.kind === 'unreadable') return void (await settle(commit, row, `unreadable: ${reading.why}`))
    if (reading.kind === 'payment') return void (await join(commit, row, stored, connection, reading))
    const attempt = own?.attempt ?? (await attemptOf(commit, stored, reading))
    if (attempt === undefined) return void (await again(commit, row, stored.tries, 'unknown reference'))
    const life = await lockLife(commit.trx, 'transaction', commit.setup.tenant.id, attempt.transaction_id)
    const inFlight = life.state === 'sending' && attempt.state === 'sent' && stored.tries < MAX_TRIES - 1
    const traits = adapter.can.operations[life.operation as Operation]
    if (inFlight) return void (await again(commit, row, stored.tries, 'call never ended'))

    const asked = { minor: life.amount_minor as bigint, currency: String(life.currency) }
    const { outcome } = reading
    const ownUrl = own !== undefined
    const fromThere = allowed(connection, stored.request.from)
    const sameAmount = outcome.kind !== 'confirmed' || equal(outcome.amount, asked)
    if (stored.proven) return void (await finish(commit, row, attempt, outcome, 'signed'))
    // an inquiry's answer, at the URL that was drawn for it
    if (stored.asked && ownUrl && fromThere && sameAmount)
      return void (await finish(commit, row, attempt, reasoned(outcome, attempt.hint), 'inquiry'))
    // a no of which an inquiry would tell nothing counts as it comes; a yes is asked about
    if (ownUrl && fromThere && traits?.noByResultOnly === true && isNo(outcome))
      return void (await finish(commit, row, attempt, outcome, 'own address'))
    const canAsk = traits?.askByOurReference === true || traits?.answersByCallback === true
    if (canAsk || attempt.provider_reference !== null) {
      if (ownUrl && sameAmount && fromThere) await keepHint(commit, attempt, outcome)
      return { inquire: attempt }
    }
    if (ownUrl && sameAmount && fromThere) {
      if (reading.providerReference !== undefined)
        await learnReference(commit.trx, commit.setup.tenant.id, attempt, reading.providerReference)
      return void (await finish(commit, row, attempt, outcome, 'own address'))
    }
    return void (await settle(commit, row, 'not proven'))
  }

  /** A payment that fits no push waits a little, for the push may still be on its way into our books; then it is one of its own. */
  async function join(
    commit: Act,
    row: DueRow,
    stored: StoredCallback,
    connection: Connection,
    payment: Payment,
  ): Promise<void> {
    if (!allowed(connection, stored.request.from)) return settle(commit, row, 'not proven')
    const joined = await joinPayment(commit, deps, connection, payment)
    if (joined !== 'nobody') return settle(commit, row, joined)
    if (stored.tries < MAX_TRIES) return again(commit, row, stored.tries, 'nobody asked for this payment')
    await receivePayment(commit, deps, connection, payment)
    await settle(commit, row, 'a payment of its own')
  }

  async function finish(
    commit: Act,
    row: DueRow,
    attempt: AttemptRow,
    outcome: Extract<CallbackReading, { kind: 'outcome' }>['outcome'],
    proof: string,
  ): Promise<void> {
    await applyOutcome(commit, deps, attempt, outcome, 'callback')
    await settle(commit, row, `${outcome.kind} by ${proof}`)
  }

  async function readDelivery(commit: Act, row: DueRow, stored: StoredCallback): Promise<void> {
    const channel = commit.setup.channels.find(({ id }) => id === stored.source_id)
    if (channel === undefined) return settle(commit, row, 'no such channel')
    const report = smsGatewayNamed(channel.adapter).readDelivery(stored.request)
    if ('why' in report) return settle(commit, row, `unreadable: ${report.why}`)
    const known = await commit
      .trx('message_references')
      .where({ tenant_id: commit.setup.tenant.id, channel_id: channel.id, provider_id: report.providerId })
      .first('message_id')
    if (known === undefined) return again(commit, row, stored.tries, 'unknown message')
    const type = DELIVERY_EVENTS[report.word]
    if (type !== undefined)
      await stepper.step(commit, 'message', known.message_id, { type, at: commit.at.toISOString() })
    await settle(commit, row, report.word)
  }

  /** What somebody wrote to the lender's number: kept as it came, once for each id of the gateway, for who reads it. */
  async function readInbound(commit: Act, row: DueRow, stored: StoredCallback): Promise<void> {
    const channel = commit.setup.channels.find(({ id }) => id === stored.source_id)
    if (channel === undefined) return settle(commit, row, 'no such channel')
    const sms = smsGatewayNamed(channel.adapter).readInbound(stored.request)
    await settle(commit, row, 'why' in sms ? `unreadable: ${sms.why}` : 'kept')
  }

  return {
    async keep(source, request) {
      const attemptHash = source.secret === undefined ? undefined : keys.hash('callback', source.secret)
      const kept = {
        ...request,
        body: blanked(withoutNul(request.body)),
        query: Object.fromEntries(Object.entries(request.query).map(pair => pair.map(withoutNul))),
        headers: Object.fromEntries(
          KEPT_HEADERS.flatMap(name =>
            request.headers[name] === undefined ? [] : [[name, request.headers[name]]],
          ),
        ),
      }
      const digest = keys.hash(
        'body',
        `${attemptHash ?? ''}\n${request.method}\n${request.body}\n${JSON.stringify(request.query)}`,
      )
      await act(deps, source.tenantId, async ({ trx, at, setup }) => {
        const connection = setup.connections.find(({ id }) => id === source.sourceId)
        const proven =
          connection !== undefined && adapterOf(connection).proves?.(request, connection.config, at) === true
        const own =
          attemptHash === undefined
            ? undefined
            : await trx('attempt_references')
                .where({
                  tenant_id: source.tenantId,
                  connection_id: source.sourceId,
                  value: attemptHash,
                })
                .whereIn('kind', ['url', 'asked'])
                .first('attempt_id', 'kind')
        await trx('callbacks')
          .insert({
            tenant_id: source.tenantId,
            id: ids.next(),
            kind: source.kind,
            source_id: source.sourceId,
            attempt_id: own?.attempt_id ?? null,
            asked: own?.kind === 'asked',
            proven,
            digest,
            request: JSON.stringify(kept),
            received_at: at,
            state: 'open',
            due_at: at,
          })
          .onConflict(['tenant_id', 'source_id', 'digest'])
          .ignore()
      })
    },

    async work(row, inquire) {
      const next = await act(deps, row.tenantId, async commit => {
        const stored: StoredCallback | undefined = await commit
          .trx('callbacks')
          .where({ tenant_id: row.tenantId, id: row.id, state: 'open' })
          .first()
        if (stored === undefined) return undefined
        if (stored.kind === 'payment') return readPayment(commit, row, stored)
        await (stored.kind === 'delivery' ? readDelivery : readInbound)(commit, row, stored)
        return undefined
      })
      if (next === undefined) return
      const outcome = await inquire(row.tenantId, next.inquire)
      await act(deps, row.tenantId, async commit => {
        const told =
          outcome.kind === 'confirmed' || outcome.kind === 'declined' || outcome.kind === 'reversed'
        if (told) await applyOutcome(commit, deps, next.inquire, outcome, 'callback')
        await settle(commit, row, `asked: ${outcome.kind}`)
      })
    },
  }
}

type StoredCallback = {
  readonly kind: 'payment' | 'delivery' | 'inbound'
  readonly source_id: string
  readonly attempt_id: string | null
  readonly asked: boolean
  /** It proved its origin by itself when it came. */
  readonly proven: boolean
  readonly request: RawRequest
  readonly tries: number
}

const DELIVERY_EVENTS: Readonly<
  Record<string, Extract<MessageEvent['type'], 'DELIVERED' | 'FAILED' | 'EXPIRED'>>
> = {
  delivered: 'DELIVERED',
  failed: 'FAILED',
  expired: 'EXPIRED',
}

/** The attempt whose own URL was called, as the adapter knows it: what is said there about another is no word about it. */
async function ownAttempt(
  act: Act,
  stored: StoredCallback,
): Promise<{ attempt: AttemptRow; ref: AttemptRef } | undefined> {
  const { trx, setup } = act
  if (stored.attempt_id === null) return undefined
  const tenantId = setup.tenant.id
  const attempt: AttemptRow = await trx('attempts')
    .where({ tenant_id: tenantId, id: stored.attempt_id })
    .first()
  const life = await lockLife(trx, 'transaction', tenantId, attempt.transaction_id)
  return { attempt, ref: await refOf(act, life, attempt, '') }
}

/** The attempt a callback speaks of, by our reference or the provider's. */
async function attemptOf(
  { trx, setup }: Act,
  stored: StoredCallback,
  reading: Extract<CallbackReading, { kind: 'outcome' }>,
): Promise<AttemptRow | undefined> {
  const tenantId = setup.tenant.id
  const find = async (kind: string, value: string | undefined): Promise<string | undefined> =>
    value === undefined
      ? undefined
      : (
          await trx('attempt_references')
            .where({ tenant_id: tenantId, connection_id: stored.source_id, kind, value })
            .first('attempt_id')
        )?.attempt_id
  const id = (await find('ours', reading.reference)) ?? (await find('theirs', reading.providerReference))
  return id === undefined ? undefined : trx('attempts').where({ tenant_id: tenantId, id }).first()
}

/**
 * What the attempt's own URL was told is kept beside it. The receipt counts once an inquiry has confirmed the payment and
 * no other is known for it; the reason of a no, once an inquiry has said no without one.
 */
async function keepHint({ trx, setup }: Act, attempt: AttemptRow, outcome: Outcome): Promise<void> {
  const key = { tenant_id: setup.tenant.id, id: attempt.id }
  if (outcome.kind === 'confirmed' && outcome.receipt !== undefined)
    await trx('attempts').where(key).update({ receipt: outcome.receipt })
  if (outcome.kind === 'declined' || outcome.kind === 'our-fault')
    await trx('attempts')
      .where(key)
      .update({ hint: JSON.stringify(outcome) })
}

/** The provider's last word on an attempt, by which nothing has moved. */
const isNo = (outcome: Outcome): boolean =>
  outcome.kind === 'declined' || (outcome.kind === 'our-fault' && outcome.ended === true)

/** A proven no has the reason that was hinted at: an inquiry often tells that it failed, not why. */
const reasoned = (outcome: Outcome, hint: Outcome | null): Outcome =>
  outcome.kind === 'declined' && hint !== null ? hint : outcome

/** The addresses that a connection's callbacks may come from; a list that is not configured allows none. */
function allowed(connection: Connection, from: string): boolean {
  const list = connection.config.callbackFrom
  const address = from.replace(/^::ffff:/, '')
  return Array.isArray(list) && isIP(address) !== 0 && list.includes(address)
}
