import { equal } from '../domain/money.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { AnyProvider } from '../providers/index.ts'
import type { AttemptRef, CallbackReading, InboundPayment, Offer, Operation } from '../providers/provider.ts'
import type { DueRow } from '../store/due.ts'
import { lockLife } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import { type CallbackEnds, MAX_TRIES, type StoredCallback } from './callback-ends.ts'
import { openCase } from './cases.ts'
import type { GatewayDeps } from './context.ts'
import { checked, type Hint } from './hints.ts'
import { joinPayment, receivePayment } from './join.ts'
import { createOffers, type OpenOffer } from './offers.ts'
import { hears, isListed } from './origin.ts'
import { type AttemptRow, applyOutcome, isFinal, isNo, learnReference } from './outcomes.ts'
import { adapterOf } from './road.ts'
import { refOf } from './send.ts'
import type { Act, Stepper } from './step.ts'

/** What a provider tells us unasked: believed only as far as it proves itself, else asked about. */

/** A sender that is on no list may be put on it: what it told waits for that, and is read again meanwhile. */
const UNPROVEN_MS = 7 * 24 * 3_600_000

/** Proofs that a callback carries itself. */
const SIGNED: readonly AnyProvider['about']['callbackProof'][] = ['signature', 'secret']

export type PaymentCallbacks = {
  /** Reads a callback; the hint is asked about, and the offer answered, after this commit. */
  read(commit: Act, row: DueRow, stored: StoredCallback): Promise<Hint | OpenOffer | undefined>
  answer(row: DueRow, offer: OpenOffer): Promise<void>
}

export function createPaymentCallbacks(
  deps: GatewayDeps & { readonly stepper: Stepper },
  ends: CallbackEnds,
): PaymentCallbacks {
  const { settle, layAside, again } = ends
  const offers = createOffers(deps, ends, join)

  async function read(
    commit: Act,
    row: DueRow,
    stored: StoredCallback,
  ): Promise<Hint | OpenOffer | undefined> {
    const connection = commit.setup.connections.find(({ id }) => id === stored.source_id)
    if (connection === undefined) return void (await settle(commit, row, 'no such connection'))
    const adapter = adapterOf(connection)
    const own = await ownAttempt(commit, stored)
    const reading = adapter.readCallback(stored.request, connection.config, own?.ref)
    if (reading.kind === 'unreadable') return void (await settle(commit, row, `unreadable: ${reading.why}`))
    if (reading.kind === 'balances') return void (await settle(commit, row, 'balances'))
    if (reading.kind === 'payment' || reading.kind === 'offer')
      return believe(commit, row, stored, connection, reading)
    const attempt = own?.attempt ?? (await attemptOf(commit, stored, reading))
    if (attempt === undefined) return void (await again(commit, row, stored.tries, 'unknown reference'))
    const life = await lockLife(commit.trx, 'transaction', commit.setup.tenant.id, attempt.transaction_id)
    const inFlight = life.state === 'sending' && attempt.state === 'sent' && stored.tries < MAX_TRIES - 1
    const traits = adapter.can.operations[life.operation as Operation]
    if (inFlight) return void (await again(commit, row, stored.tries, 'call never ended'))

    const asked = { minor: life.amount_minor as bigint, currency: String(life.currency) }
    const { outcome } = reading
    const ownUrl = own !== undefined
    const fromThere = isListed(connection, stored.request.from)
    const sameAmount = outcome.kind !== 'confirmed' || equal(outcome.amount, asked)
    const finish = (word: Outcome, proof: string): Promise<void> =>
      conclude(commit, row, stored, attempt, word, proof)
    const canAsk =
      traits?.askByOurReference === true ||
      traits?.answersByCallback === true ||
      attempt.provider_reference !== null
    // a signature proves who speaks; of another amount than was asked for it is asked all the same
    if (stored.proven && (sameAmount || !canAsk)) return void (await finish(outcome, 'signed'))
    // an inquiry's answer, at the URL that was drawn for it
    if (stored.asked && ownUrl && fromThere && sameAmount)
      return void (await finish(reasoned(outcome, attempt.hint), 'inquiry'))
    // a no of which an inquiry would tell nothing counts as it comes; a yes is asked about
    if (ownUrl && fromThere && traits?.noByResultOnly === true && isNo(outcome))
      return void (await finish(outcome, 'own address'))
    if (canAsk) {
      if (ownUrl && sameAmount && fromThere) await keepHint(commit, attempt, outcome)
      return { stored, attempt, told: outcome }
    }
    // whoever signs does not speak unsigned too: the right address alone may be a forger's who has seen it
    const signs = SIGNED.includes(adapter.about.callbackProof)
    if (!ownUrl || !sameAmount || signs) return void (await layAside(commit, row, 'not proven'))
    // nobody else knows this URL: the list of senders is out of date, or is not there
    if (!fromThere)
      return void (await unproven(commit, row, stored, connection, { transaction: attempt.transaction_id }))
    if (reading.providerReference !== undefined)
      await learnReference(commit.trx, commit.setup.tenant.id, attempt, reading.providerReference)
    await finish(outcome, 'own address')
  }

  /** The amount stands here and nowhere else: of who does not prove itself nothing is believed, and no offer is answered. */
  async function believe(
    commit: Act,
    row: DueRow,
    stored: StoredCallback,
    connection: Connection,
    told: InboundPayment | Offer,
  ): Promise<OpenOffer | undefined> {
    if (!hears(connection)) await settle(commit, row, 'no customer pays by herself here')
    else if (!stored.proven && !isListed(connection, stored.request.from))
      await unproven(commit, row, stored, connection, { receipt: told.receipt })
    else if (told.kind === 'offer') return offers.meet(commit, row, stored, connection, told)
    else await join(commit, row, stored, connection, told)
  }

  /** A payment that fits no push waits a little, for the push may still be on its way into our books; then it is one of its own. */
  async function join(
    commit: Act,
    row: DueRow,
    stored: StoredCallback,
    connection: Connection,
    payment: InboundPayment,
  ): Promise<void> {
    const joined = await joinPayment(commit, deps, connection, payment)
    if (joined !== 'nobody') return settle(commit, row, joined)
    if (stored.tries < MAX_TRIES) return again(commit, row, stored.tries, 'nobody asked for this payment')
    await receivePayment(commit, deps, connection, payment)
    await settle(commit, row, 'a payment of its own')
  }

  /** Money may have come, and Safaricom tells of it once: a person compares the sender with the operator's list. */
  async function unproven(
    commit: Act,
    row: DueRow,
    stored: StoredCallback,
    connection: Connection,
    about: object,
  ): Promise<void> {
    const { from } = stored.request
    if (stored.fate === null) {
      deps.log.warn(
        { tenant: row.tenantId, connection: connection.name, from },
        'a sender that is not listed',
      )
      await openCase(deps.ids, commit, {
        about: 'unproven-callback',
        subject: 'connection',
        subjectId: connection.id,
        detail: { from, ...about },
      })
    }
    const waitedMs = commit.at.getTime() - stored.received_at.getTime()
    const waits = { fate: 'not proven', waitedMs, forMs: UNPROVEN_MS }
    if (!(await ends.wait(commit, row, stored, waits))) await layAside(commit, row, waits.fate)
  }

  async function conclude(
    commit: Act,
    row: DueRow,
    stored: StoredCallback,
    attempt: AttemptRow,
    outcome: Outcome,
    proof: string,
  ): Promise<void> {
    await applyOutcome(commit, deps, attempt, outcome, 'callback')
    if (isFinal(outcome)) {
      await checked(deps, commit, attempt)
      if (stored.answers !== null) await settle(commit, { id: stored.answers }, `asked: ${outcome.kind}`)
    }
    await settle(commit, row, `${outcome.kind} by ${proof}`)
  }

  return { read, answer: offers.answer }
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

/** A proven no has the reason that was hinted at: an inquiry often tells that it failed, not why. */
const reasoned = (outcome: Outcome, hint: Outcome | null): Outcome =>
  outcome.kind === 'declined' && hint !== null ? hint : outcome
