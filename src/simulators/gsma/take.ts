import { createHash, randomUUID } from 'node:crypto'
import { TELLINGS } from '../kit/fates.ts'
import type { SimReply, SimRequest } from '../kit/http.ts'
import { stateBody, transactionBody } from './bodies.ts'
import { fatesOf } from './fates.ts'
import { type Client, GSMA, type House, type Kind, type Row, rowOf, TABLE } from './house.ts'
import { forge, newName, schedule, settle, settleIn } from './life.ts'
import { lockClient } from './money.ts'
import { refusal } from './replies.ts'

/** What every order that moves money has in common: it is kept once, and answered. */

export type Wanted = {
  readonly kind: Kind
  readonly type: string
  readonly msisdn: string
  readonly minor: bigint
  readonly description?: string | undefined
  readonly reference?: string | undefined
  readonly original?: string
}

/** Which request it is: the correlation id, the bytes that came with it, and where its end is told. */
export type Asked = {
  readonly correlation: string | null
  readonly digest: string
  readonly callbackUrl: string | null
  readonly batch?: string
}

export const askedOf = ({ headers, path, body }: SimRequest): Asked => ({
  correlation: headers['x-correlationid']?.toLowerCase() ?? null,
  // the mount does not matter: what comes by another is the same request
  digest: createHash('sha256')
    .update(`${path.slice(path.search(/(batch)?transactions/))}\n${body}`)
    .digest('hex'),
  callbackUrl: headers['x-callback-url'] ?? null,
})

/** The answer to a correlation id that came before: its request's own, or a refusal where the request is another. */
export async function repeated(house: House, client: Client, asked: Asked): Promise<SimReply | undefined> {
  if (asked.correlation === null) return undefined
  const row = await rowOf(house.db, { client: client.client, correlation: asked.correlation })
  if (row === undefined) return undefined
  return row.digest === asked.digest
    ? taken(house, row)
    : refusal(house, 'businessRule', 'duplicateRequest', 'The correlation id was used for another request')
}

const taken = (house: House, row: Row): SimReply => ({
  status: 202,
  headers: { 'x-date': house.clock.now().toISOString() },
  body: stateBody(house, row),
})

/** Keeps the order; undefined where its correlation id came before. */
export async function keep(
  house: House,
  client: Client,
  wanted: Wanted,
  asked: Asked,
): Promise<Row | undefined> {
  const { kind, msisdn } = wanted
  const fate = await house.faults.strike(GSMA, fatesOf(kind), msisdn)
  const tellings = await house.faults.strikeEach(GSMA, TELLINGS, msisdn)
  const now = house.clock.now()
  return house.db.transaction(async trx => {
    // two requests with one id wait for each other
    await lockClient(trx, client.client)
    const [row]: Row[] = await trx(TABLE)
      .insert({
        ...{
          kind,
          msisdn,
          type: wanted.type,
          client: client.client,
          name: newName(),
          server_id: randomUUID(),
        },
        ...{ correlation: asked.correlation, digest: asked.digest, callback_url: asked.callbackUrl },
        ...{ batch: asked.batch ?? null, original: wanted.original ?? null, scripted: fate ?? null },
        amount_minor: wanted.minor.toString(),
        currency: client.currency,
        status: 'pending',
        description: wanted.description ?? null,
        reference: wanted.reference ?? null,
        tellings: tellings.map(telling => telling.kind),
        created_at: now,
        modified_at: now,
      })
      .onConflict()
      .ignore()
      .returning('*')
    if (row === undefined) return undefined
    if (row.tellings.includes('forged')) await forge(house, row, client, trx)
    const atOnce = client.at_once && kind !== 'collect' && fate === undefined
    const done = atOnce ? await settleIn(house, row, { kind: 'self' }, trx) : undefined
    if (done === undefined) await schedule(house, row, client, trx)
    return done ?? row
  })
}

/** Takes an order: 202 with the state of the request, or 201 with the transaction where it was done at once. */
export async function take(house: House, client: Client, wanted: Wanted, asked: Asked): Promise<SimReply> {
  const row = await keep(house, client, wanted, asked)
  if (row === undefined) return (await repeated(house, client, asked)) ?? 'hang-up'
  if (row.tellings.includes('callback-first')) {
    await settle(house, row.name, { kind: 'self' })
    await house.callbacks.sendNow(GSMA, row.name)
  }
  if (row.status !== 'succeeded') return taken(house, row)
  const original = row.original === null ? undefined : await rowOf(house.db, { name: row.original })
  return { ...(taken(house, row) as object), status: 201, body: transactionBody(row, client, original) }
}
