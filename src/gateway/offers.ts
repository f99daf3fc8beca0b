import type { InboundPayment, Offer, OfferAnswer } from '../providers/provider.ts'
import type { DueRow } from '../store/due.ts'
import type { Connection } from '../store/tenants.ts'
import { type CallbackEnds, MAX_TRIES, type StoredCallback } from './callback-ends.ts'
import { openCase, settleCase } from './cases.ts'
import { act, type GatewayDeps } from './context.ts'
import { adapterOf } from './road.ts'
import type { Act } from './step.ts'
import { isWelcome } from './validate.ts'

/**
 * Money that a customer has sent and the provider holds until we have said whether we take it. What we say is written
 * first, once for each payment, however often it is told; until the provider has answered a yes, the same is said again.
 * Only then has money come, and it goes the way of every payment that nobody asked for.
 */

/** An answer is waited for so long, asking again more and more slowly; then a person looks. */
const UNANSWERED_MS = 24 * 3_600_000

/** Whose money it would be is looked up for so long: the provider holds it for minutes, and a lease is longer. */
const DECISION_MS = 10_000

/** An offer that is to be answered after the commit in which it was read; `take` is unknown until it is decided. */
export type OpenOffer = {
  readonly stored: StoredCallback
  readonly connection: Connection
  readonly offer: Offer
  readonly take: boolean | undefined
}

/** What becomes of a payment that the provider says is ours. */
type Join = (
  commit: Act,
  row: DueRow,
  stored: StoredCallback,
  connection: Connection,
  payment: InboundPayment,
) => Promise<void>

export function createOffers(deps: GatewayDeps, { settle, layAside, again, wait }: CallbackEnds, join: Join) {
  const rowOf = ({ trx, setup }: Act, { id }: Connection, { receipt }: Offer) =>
    trx('offers').where({ tenant_id: setup.tenant.id, connection_id: id, receipt })

  /** It moved within minutes of the offer, however late we hear of it. */
  const payment = ({ offer, stored }: Pick<OpenOffer, 'offer' | 'stored'>): InboundPayment => ({
    ...offer,
    kind: 'payment',
    at: stored.received_at,
  })

  /** Writes what we shall say; false where the same payment was told by another callback, which carries it on. */
  async function decide(commit: Act, row: DueRow, { connection, offer }: OpenOffer, take: boolean) {
    const written = await commit
      .trx('offers')
      .insert({
        tenant_id: row.tenantId,
        connection_id: connection.id,
        receipt: offer.receipt,
        callback_id: row.id,
        take,
        created_at: commit.at,
      })
      .onConflict()
      .ignore()
      .returning('receipt')
    if (written.length === 0) await settle(commit, row, 'told again')
    return written.length > 0
  }

  async function conclude(commit: Act, row: DueRow, open: OpenOffer, answer: OfferAnswer): Promise<void> {
    const { stored, connection, offer } = open
    if (answer.kind === 'taken' || answer.kind === 'let-go')
      await settleCase(deps.ids, commit, 'unchecked-callback', row.id)
    if (answer.kind === 'let-go') return settle(commit, row, 'the customer keeps it')
    if (answer.kind === 'taken') {
      await rowOf(commit, connection, offer).update({ taken_at: commit.at })
      return join(commit, row, { ...stored, tries: 0 }, connection, payment(open))
    }
    const { receipt } = offer
    const look = (): Promise<void> =>
      openCase(deps.ids, commit, {
        about: 'unchecked-callback',
        subject: 'callback',
        subjectId: row.id,
        detail: { told: 'offer', receipt, connection: connection.name, answer: answer.kind },
      })
    if (answer.kind === 'our-fault') await look()
    const fate = `asked: ${answer.kind}`
    if (stored.tries < MAX_TRIES) return again(commit, row, stored.tries, fate)
    const waitedMs = commit.at.getTime() - stored.received_at.getTime()
    if (await wait(commit, row, stored, { fate, waitedMs, forMs: UNANSWERED_MS })) return
    await look()
    await layAside(commit, row, fate)
  }

  return {
    /** Reads an offer in its callback's commit: what is still to be answered, or undefined where nothing is. */
    async meet(
      commit: Act,
      row: DueRow,
      stored: StoredCallback,
      connection: Connection,
      offer: Offer,
    ): Promise<OpenOffer | undefined> {
      const known = await rowOf(commit, connection, offer).first('callback_id', 'take', 'taken_at')
      if (known !== undefined && known.callback_id !== row.id)
        return void (await settle(commit, row, 'told again'))
      if (known?.taken_at == null) return { stored, connection, offer, take: known?.take }
      await join(commit, row, stored, connection, payment({ offer, stored }))
    },
    /** Says what we have to say, between two commits, and does what the provider's answer means. */
    async answer(row: DueRow, open: OpenOffer): Promise<void> {
      const { connection, offer } = open
      const take = open.take ?? (await isWelcome(deps, connection, payment(open), DECISION_MS))
      const isMine =
        open.take !== undefined || (await act(deps, row.tenantId, commit => decide(commit, row, open, take)))
      const { settle: say } = adapterOf(connection)
      if (!isMine || say === undefined) return
      const answer = await say(offer, take, connection.config, deps.tools)
      deps.log.info(
        { tenant: row.tenantId, connection: connection.name, take, answer: answer.kind },
        'an offered payment was answered',
      )
      await act(deps, row.tenantId, commit => conclude(commit, row, open, answer))
    },
  }
}
