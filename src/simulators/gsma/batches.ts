import { randomUUID } from 'node:crypto'
import type { Route, SimReply } from '../kit/http.ts'
import { randomDigits } from '../kit/numbers.ts'
import { type Answer, guarded, jsonOf, type Mount, type Verb } from './auth.ts'
import { POLL_LIMIT, partiesOf } from './bodies.ts'
import { BATCHES, type Client, type House, type Row, TABLE } from './house.ts'
import { isWanted, wantedOf } from './orders.ts'
import { answer, breach, notThere, refusal } from './replies.ts'
import {
  batchCompletions,
  batchRejections,
  type RequestTransaction,
  requestBatchTransaction,
  requestPatch,
  requestState,
  responseBatch,
} from './rules.ts'
import { askedOf, keep } from './take.ts'

/** `/batchtransactions`: one makes it, another approves it; then each item is an order of its own, and nobody is told. */

type Batch = {
  readonly batch: string
  readonly server_id: string
  readonly digest: string
  readonly title: string | null
  readonly items: readonly RequestTransaction[]
  readonly rejections: readonly object[]
  readonly status: 'created' | 'approved'
  readonly callback_url: string | null
  readonly created_at: Date
  readonly approved_at: Date | null
}

const taken = (house: House, { server_id, batch, callback_url }: Batch): SimReply =>
  answer(house, 202, requestState, {
    serverCorrelationId: server_id,
    status: 'completed',
    notificationMethod: callback_url === null ? 'polling' : 'callback',
    objectReference: batch,
    pollLimit: POLL_LIMIT,
  })

const make =
  (house: House): Answer =>
  async (request, { client }) => {
    const { correlation, digest, callbackUrl } = askedOf(request)
    const value = jsonOf(request)
    const parsed = requestBatchTransaction.safeParse(value)
    if (!parsed.success) return breach(house, parsed.error, value)
    const [made]: Batch[] = await house
      .db(BATCHES)
      .insert({
        ...{ batch: `B${randomDigits(8)}`, server_id: randomUUID(), client, correlation, digest },
        ...{ status: 'created', callback_url: callbackUrl, title: parsed.data.batchTitle ?? null },
        items: JSON.stringify(parsed.data.transactions),
        rejections: '[]',
        created_at: house.clock.now(),
      })
      .onConflict()
      .ignore()
      .returning('*')
    const batch: Batch = made ?? (await house.db(BATCHES).where({ client, correlation }).first())
    return batch.digest === digest
      ? taken(house, batch)
      : refusal(house, 'businessRule', 'duplicateRequest', 'The correlation id was used for another request')
  }

/** Approved once: whoever comes second finds it so. */
async function approve(house: House, client: Client, { batch, items }: Batch): Promise<void> {
  const at = house.clock.now()
  const first = await house
    .db(BATCHES)
    .where({ batch, status: 'created' })
    .update({ status: 'approved', approved_at: at })
  if (first === 0) return
  const rejections: object[] = []
  for (const item of items) {
    const wanted = await wantedOf(house, client, item.type, item)
    if (isWanted(wanted)) {
      await keep(house, client, wanted, { correlation: null, digest: '', callbackUrl: null, batch })
      continue
    }
    const { errorCode } = (typeof wanted === 'object' ? wanted.body : {}) as { errorCode?: string }
    rejections.push({
      requestingOrganisationTransactionReference: item.requestingOrganisationTransactionReference,
      ...{ creditParty: item.creditParty, debitParty: item.debitParty },
      rejectionReason: errorCode ?? 'genericError',
      rejectionDate: at.toISOString(),
    })
  }
  await house
    .db(BATCHES)
    .where({ batch })
    .update({ rejections: JSON.stringify(rejections) })
}

const rowsOf = ({ db }: House, { batch }: Batch): Promise<Row[]> => db(TABLE).where({ batch }).orderBy('id')

async function view(house: House, batch: Batch): Promise<SimReply> {
  const rows = await rowsOf(house, batch)
  const open = rows.some(({ status }) => status === 'pending')
  const rejected = batch.rejections.length + rows.filter(({ status }) => status === 'failed').length
  const done = rows.filter(({ status }) => status === 'succeeded' || status === 'reversed')
  const isOver = batch.status === 'approved' && !open && rejected + done.length === batch.items.length
  const last = rows
    .map(({ modified_at }) => modified_at.toISOString())
    .sort()
    .at(-1)
  return answer(house, 200, responseBatch, {
    batchId: batch.batch,
    batchStatus: isOver ? 'completed' : batch.status,
    ...(batch.approved_at === null ? {} : { approvalDate: batch.approved_at.toISOString() }),
    ...(isOver && last !== undefined ? { completionDate: last } : {}),
    ...(batch.title === null ? {} : { batchTitle: batch.title }),
    processingFlag: batch.status === 'approved' && !isOver,
    completedCount: done.length,
    rejectionCount: rejected,
    parsingSuccessCount: batch.items.length - batch.rejections.length,
    creationDate: batch.created_at.toISOString(),
  })
}

const common = (row: Row, client: Client) => ({
  transactionReference: row.name,
  ...(row.reference === null ? {} : { requestingOrganisationTransactionReference: row.reference }),
  ...partiesOf(row, client),
})

async function completions(house: House, batch: Batch, client: Client): Promise<SimReply> {
  const done = (await rowsOf(house, batch)).filter(({ receipt }) => receipt !== null)
  const body = done.map(row => ({
    ...common(row, client),
    completionDate: (row.completed_at ?? row.modified_at).toISOString(),
    link: `/transactions/${row.name}`,
  }))
  return answer(house, 200, batchCompletions, body)
}

async function rejections(house: House, batch: Batch, client: Client): Promise<SimReply> {
  const failed = (await rowsOf(house, batch)).filter(({ status }) => status === 'failed')
  const body = failed.map(row => ({
    ...common(row, client),
    rejectionReason: row.error?.code ?? 'genericError',
    rejectionDate: row.modified_at.toISOString(),
  }))
  return answer(house, 200, batchRejections, [...batch.rejections, ...body])
}

type Read = (house: House, batch: Batch, client: Client) => Promise<SimReply>

export function batchRoutes(house: House, mount: Mount): Route[] {
  const find = async (client: Client, batch: string): Promise<Batch | undefined> =>
    house.db(BATCHES).where({ client: client.client, batch }).first()
  const of =
    (read: Read): Answer =>
    async ({ params }, client) => {
      const batch = await find(client, params.batch ?? '')
      return batch === undefined ? notThere(house, 'batch') : read(house, batch, client)
    }
  const change: Answer = async (request, client) => {
    const value = jsonOf(request)
    const parsed = requestPatch.safeParse(value)
    if (!parsed.success) return breach(house, parsed.error, value)
    const [patch] = parsed.data
    if (parsed.data.length > 1 || patch?.path !== '/batchStatus' || patch.value !== 'approved')
      return refusal(house, 'validation', 'formatError', 'A batch is only approved')
    const batch = await find(client, request.params.batch ?? '')
    if (batch === undefined) return notThere(house, 'batch')
    await approve(house, client, batch)
    return { status: 204 }
  }
  const route = (method: Verb, path: string, handle: Answer): Route => ({
    method,
    path: `/batchtransactions${path}`,
    handle: guarded(house, mount, handle),
  })
  return [
    route('POST', '', make(house)),
    route('PATCH', '/:batch', change),
    route('GET', '/:batch', of(view)),
    route('GET', '/:batch/completions', of(completions)),
    route('GET', '/:batch/rejections', of(rejections)),
  ]
}
