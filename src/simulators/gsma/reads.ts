import type { Route, SimReply } from '../kit/http.ts'
import { QUERY_FAULTS, spoilable } from '../kit/wire.ts'
import { type Answer, guarded, type Mount } from './auth.ts'
import { POLL_LIMIT, stateBody, transactionBody } from './bodies.ts'
import { BATCHES, type Client, GSMA, type House, type Row, rowOf, TABLE } from './house.ts'
import { answer, notThere, refusal } from './replies.ts'
import { requestState, responseHeartbeat, responseResponse, UUID } from './rules.ts'

/** What became of a request: its state, its response, and the transaction itself. */

const withDate = (house: House, body: object): SimReply => ({
  status: 200,
  headers: { 'x-date': house.clock.now().toISOString() },
  body,
})

/** One more question about a request; undefined where it is not this client's. */
async function polled({ db }: House, client: Client, server_id: string): Promise<Row | undefined> {
  const [row]: Row[] = await db(TABLE)
    .where({ client: client.client, server_id })
    .update({ polls: db.raw('polls + 1') })
    .returning('*')
  return row
}

const badId = (house: House): SimReply => refusal(house, 'validation', 'formatError', 'The id is no UUID')

const state =
  (house: House): Answer =>
  async ({ params }, client) => {
    const id = params.id ?? ''
    if (!UUID.test(id)) return badId(house)
    const row = await polled(house, client, id)
    if (row === undefined) return batchState(house, client, id)
    return row.polls > POLL_LIMIT
      ? refusal(house, 'businessRule', 'rateLimitError', 'The state was asked for too often')
      : withDate(house, stateBody(house, row))
  }

/** A batch is taken as soon as it is kept. */
async function batchState(house: House, client: Client, server_id: string): Promise<SimReply> {
  const batch = await house.db(BATCHES).where({ client: client.client, server_id }).first()
  if (batch === undefined) return notThere(house, 'request')
  return answer(house, 200, requestState, {
    serverCorrelationId: server_id,
    status: 'completed',
    notificationMethod: batch.callback_url === null ? 'polling' : 'callback',
    objectReference: batch.batch,
    pollLimit: POLL_LIMIT,
  })
}

/** There is a response to a request once it has made its resource: not while she is asked. */
const response =
  (house: House): Answer =>
  async ({ params }, client) => {
    const id = params.id ?? ''
    if (!UUID.test(id)) return badId(house)
    const correlation = id.toLowerCase()
    const row = await rowOf(house.db, { client: client.client, correlation })
    if (row !== undefined && row.status !== 'pending')
      return answer(house, 200, responseResponse, { link: `/transactions/${row.name}` })
    const batch = await house.db(BATCHES).where({ client: client.client, correlation }).first()
    return batch === undefined
      ? notThere(house, 'response')
      : answer(house, 200, responseResponse, { link: `/batchtransactions/${batch.batch}` })
  }

const transaction =
  (house: House): Answer =>
  async ({ params }, client) => {
    const row = await rowOf(house.db, { client: client.client, name: params.reference ?? '' })
    if (row === undefined || row.status === 'pending') return notThere(house, 'transaction')
    const original = row.original === null ? undefined : await rowOf(house.db, { name: row.original })
    return withDate(house, transactionBody(row, client, original))
  }

export function readRoutes(house: House, mount: Mount): Route[] {
  const asked = (path: string, handle: Answer, find: (id: string) => Partial<Row>): Route =>
    spoilable(
      house.faults,
      {
        simulator: GSMA,
        kinds: QUERY_FAULTS,
        about: async ({ params }) => {
          const id = params.id ?? params.reference ?? ''
          return UUID.test(id) || params.reference !== undefined
            ? (await rowOf(house.db, find(id)))?.msisdn
            : undefined
        },
      },
      { method: 'GET', path, handle: guarded(house, mount, handle) },
    )
  return [
    asked('/requeststates/:id', state(house), server_id => ({ server_id })),
    asked('/responses/:id', response(house), correlation => ({ correlation })),
    asked('/transactions/:reference', transaction(house), name => ({ name })),
    {
      method: 'GET',
      path: '/heartbeat',
      handle: guarded(house, mount, async () =>
        answer(house, 200, responseHeartbeat, { serviceStatus: 'available' }),
      ),
    },
  ]
}
