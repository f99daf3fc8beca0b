import type { Outcome } from '../domain/outcome.ts'
import type { RawRequest } from '../domain/outside.ts'
import type { DueRow } from '../store/due.ts'
import { blanked, blankedQuery } from './blanked.ts'
import { createCallbackEnds, type StoredCallback } from './callback-ends.ts'
import { createPaymentCallbacks } from './callback-payments.ts'
import { type AnswerSms, createSmsCallbacks } from './callback-sms.ts'
import { act, type GatewayDeps } from './context.ts'
import { createHints } from './hints.ts'
import type { Messenger } from './messages.ts'
import type { AttemptRow } from './outcomes.ts'
import { adapterOf } from './road.ts'
import type { Stepper } from './step.ts'

type Source = {
  readonly kind: StoredCallback['kind']
  readonly sourceId: string
  readonly tenantId: string
  readonly secret?: string | undefined
  /** Of what has no id of its own: the same again within so long is the same one, and later another. */
  readonly sameWithinMs?: number
}

/** Asks the provider about an attempt; `hintId`: for the sake of this callback. */
type Inquire = (tenantId: string, attempt: AttemptRow, hintId: string) => Promise<Outcome>

/** What the outside tells us unasked: kept raw, answered at once, believed only as far as it proves itself. */
export type Callbacks = {
  /**
   * Keeps a callback. The same one again, with the same proof, is kept once; it is read anew where the first reading came
   * to nothing. Answers nothing about what it knows.
   */
  keep(source: Source, request: RawRequest): Promise<void>
  work(row: DueRow, inquire: Inquire, answerSms: AnswerSms): Promise<void>
}

/**
 * Headers that a reading may need: the form of the body, and of the GSMA's API the order that it is about. The rest,
 * signatures and shared secrets among it, is looked at and not kept.
 */
const KEPT_HEADERS = ['content-type', 'x-correlationid']

/** What Postgres cannot keep in a text; no provider sends it. */
const withoutNul = (text: string): string => text.replaceAll('\0', '')

export function createCallbacks(
  deps: GatewayDeps & { readonly stepper: Stepper; readonly messenger: Messenger },
): Callbacks {
  const { keys, ids, stepper } = deps
  const ends = createCallbackEnds(deps)
  const payments = createPaymentCallbacks(deps, ends)
  const { readDelivery, readInbound, answered } = createSmsCallbacks(ends, stepper, deps.messenger)
  const conclude = createHints(deps, ends)

  return {
    async keep({ kind, sourceId, tenantId, secret, sameWithinMs }, request) {
      const urlHash = secret === undefined ? undefined : keys.hash('callback', secret)
      const kept = {
        ...request,
        body: blanked(withoutNul(request.body)),
        query: blankedQuery(
          Object.fromEntries(Object.entries(request.query).map(pair => pair.map(withoutNul))),
        ),
        headers: Object.fromEntries(
          KEPT_HEADERS.flatMap(name =>
            request.headers[name] === undefined ? [] : [[name, request.headers[name]]],
          ),
        ),
      }
      await act(deps, tenantId, async ({ trx, at, setup }) => {
        const connection = setup.connections.find(({ id }) => id === sourceId)
        const proven =
          connection !== undefined && adapterOf(connection).proves?.(request, connection.config, at) === true
        // what is believed depends on it: a forgery that comes first does not stand in the true one's way
        const proof = kind === 'payment' ? `${request.from}\n${proven}\n` : ''
        const digestOf = (span: string) =>
          keys.hash(
            'body',
            `${urlHash ?? ''}\n${proof}${request.method}\n${request.body}\n${JSON.stringify(request.query)}${span}`,
          )
        const span = sameWithinMs === undefined ? undefined : Math.floor(at.getTime() / sameWithinMs)
        const digest = digestOf(span === undefined ? '' : `\n${span}`)
        if (
          span !== undefined &&
          (await trx('callbacks')
            .where({ tenant_id: tenantId, source_id: sourceId, digest: digestOf(`\n${span - 1}`) })
            .first('id')) !== undefined
        )
          return
        const own =
          urlHash === undefined
            ? undefined
            : await trx('attempt_references')
                .where({ tenant_id: tenantId, connection_id: sourceId, value: urlHash })
                .whereIn('kind', ['url', 'asked'])
                .first('attempt_id', 'kind', 'callback_id')
        await trx('callbacks')
          .insert({
            tenant_id: tenantId,
            id: ids.next(),
            kind,
            source_id: sourceId,
            attempt_id: own?.attempt_id ?? null,
            asked: own?.kind === 'asked',
            answers: own?.callback_id ?? null,
            proven,
            digest,
            request: JSON.stringify(kept),
            received_at: at,
            state: 'open',
            due_at: at,
          })
          .onConflict(['tenant_id', 'source_id', 'digest'])
          .merge({ state: 'open', fate: null, tries: 0, received_at: at, due_at: at })
          .where('callbacks.state', 'laid-aside')
      })
    },

    async work(row, inquire, answerSms) {
      const read = await act(deps, row.tenantId, async commit => {
        const stored: StoredCallback | undefined = await commit
          .trx('callbacks')
          .where({ tenant_id: row.tenantId, id: row.id, state: 'open' })
          .first()
        if (stored === undefined) return undefined
        if (stored.kind === 'payment') return payments.read(commit, row, stored)
        if (stored.kind === 'inbound') return readInbound(commit, row, stored)
        await readDelivery(commit, row, stored)
        return undefined
      })
      if (read === undefined) return
      if ('offer' in read) return payments.answer(row, read)
      if ('sms' in read) {
        const spoken = await answerSms(read.channel, read.sms)
        return act(deps, row.tenantId, commit => answered(commit, row, read, spoken))
      }
      const answer = await inquire(row.tenantId, read.attempt, row.id)
      await act(deps, row.tenantId, commit => conclude(commit, row, read, answer))
    },
  }
}
