import { initialTransition } from 'xstate'
import { webhook } from '../../flows/webhook.ts'
import type { Ids } from '../domain/ids.ts'
import type { LifeKind } from '../store/lives.ts'
import { MACHINES, toStored } from './lives.ts'
import type { Act } from './step.ts'
import {
  batchById,
  caseById,
  disbursementById,
  requestById,
  suspenseItemById,
  transactionById,
} from './views.ts'

/** What a lender's own systems may hear of: the first word of the event's type, its states, and what is told. */
type Told = {
  readonly name: string
  readonly states: readonly string[]
  readonly view: (act: Act, id: string) => Promise<object | undefined>
}

/** Every state that a row of this kind may stand in, whichever of its kind's machines it lives by. */
export const statesOf = (kind: LifeKind): readonly string[] => [
  ...new Set(Object.values(MACHINES[kind]).flatMap(machine => Object.keys(machine.states))),
]

const TOLD: Readonly<Record<string, Told>> = {
  request: { name: 'collection-request', states: statesOf('request'), view: requestById },
  transaction: { name: 'transaction', states: statesOf('transaction'), view: transactionById },
  disbursement: { name: 'disbursement', states: statesOf('disbursement'), view: disbursementById },
  batch: { name: 'batch', states: statesOf('batch'), view: batchById },
  'suspense-item': { name: 'suspense-item', states: ['open', 'settled'], view: suspenseItemById },
  case: { name: 'case', states: ['open', 'settled'], view: caseById },
}

/** Every type that a delivery may have; a filter names one, or all of a subject's: `transaction.*`, or all there are: `*`. */
export const EVENT_TYPES: readonly string[] = Object.values(TOLD).flatMap(({ name, states }) =>
  states.map(state => `${name}.${state}`),
)
const FILTERS = new Set([...EVENT_TYPES, ...Object.values(TOLD).map(({ name }) => `${name}.*`), '*'])

export const isEventFilter = (text: string): boolean => FILTERS.has(text)

/** A change of state that is being committed; `id` is its event row's, and becomes the delivery's `webhook-id`. */
export type Happened = {
  readonly id: string
  readonly subject: string
  readonly subjectId: string
  readonly from: string | null
  readonly to: string
}

/**
 * Queues the event for each endpoint that wants it, in the commit that makes it true: what is told has happened, and
 * what has happened is told. An event that leaves the state as it was is nobody's news.
 */
export async function tellWorld(
  ids: Ids,
  act: Act,
  { id, subject, subjectId, from, to }: Happened,
): Promise<void> {
  const told = TOLD[subject]
  if (told === undefined || from === to) return
  const { trx, setup } = act
  const type = `${told.name}.${to}`
  const endpoints: { id: string }[] = await trx('webhook_endpoints')
    .where({ tenant_id: setup.tenant.id, state: 'active' })
    .whereRaw('events && ?::text[]', [[type, `${told.name}.*`, '*']])
    .select('id')
  if (endpoints.length === 0) return
  const data = await told.view(act, subjectId)
  if (data === undefined) throw new Error(`no ${subject} ${subjectId} to tell of`)
  for (const endpoint of endpoints) await queueDelivery(ids, act, endpoint.id, { id, type, data })
}

/** Standard Webhooks: the type, when it happened, and the data. */
export async function queueDelivery(
  ids: Ids,
  { trx, setup, at }: Act,
  endpointId: string,
  { id: eventId, type, data }: { readonly id: string; readonly type: string; readonly data: object },
): Promise<string> {
  const id = ids.next()
  const { state, snapshot } = toStored(initialTransition(webhook)[0])
  await trx('webhook_deliveries').insert({
    tenant_id: setup.tenant.id,
    id,
    endpoint_id: endpointId,
    event_id: eventId,
    type,
    body: JSON.stringify({ type, timestamp: at.toISOString(), data }),
    created_at: at,
    state,
    snapshot: JSON.stringify(snapshot),
    due_at: at,
  })
  return id
}
