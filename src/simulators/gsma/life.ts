import { createHash, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { REVERSAL_MS } from '../kit/fates.ts'
import type { PromptAnswer } from '../kit/handset.ts'
import { digitsOf } from '../kit/money.ts'
import { after, randomDigits, randomText } from '../kit/numbers.ts'
import { PROMPT_LIFE_MS, transactionBody } from './bodies.ts'
import { codeOf, DECLINED, NEVER, UNANSWERED } from './fates.ts'
import {
  type Client,
  type Code,
  clientNamed,
  GSMA,
  type House,
  lockRow,
  type Row,
  rowOf,
  TABLE,
} from './house.ts'
import { amountText, pay } from './money.ts'
import { keptError } from './replies.ts'

/** From a request that was taken to its end, and how the end is told. */

const DECIDE_MS = 1_000
const laneOf = ({ msisdn }: Row): string => `phone:${msisdn}`

export const newName = (): string =>
  `TX-${randomDigits(4)}-${randomText(8, 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789')}`

/** She is asked on her phone; what needs nobody's answer is decided a second later. */
export async function schedule(house: House, row: Row, client: Client, trx: Knex.Transaction): Promise<void> {
  const { name, msisdn, currency, scripted } = row
  if (scripted === NEVER) return
  const asks = row.kind === 'collect'
  const dueAt = after(row.created_at, asks ? PROMPT_LIFE_MS : DECIDE_MS)
  if (asks && scripted !== 'expired' && scripted !== 'unreachable')
    await house.handset.show(
      {
        simulator: GSMA,
        reference: name,
        msisdn,
        text: `Pay ${currency} ${amountText(row)} to ${client.client}? Enter PIN`,
        amount: amountText(row),
        currency,
        expiresAt: dueAt,
        scripted: scripted !== null,
      },
      trx,
    )
  await house.jobs.plan({ simulator: GSMA, kind: 'end', payload: { name }, dueAt, lane: laneOf(row) }, trx)
}

export type Ending = PromptAnswer | { readonly kind: 'timeout' }

/** Why it does not go through; undefined where it went. */
async function endOf(trx: Knex.Transaction, row: Row, ending: Ending): Promise<Code | undefined> {
  if (ending.kind === 'cancel') return DECLINED
  const scripted = codeOf(row.kind, row.scripted)
  if (scripted !== undefined) return scripted
  if (ending.kind === 'timeout' && row.kind === 'collect') return UNANSWERED
  return pay(trx, row, ending.kind === 'pin' ? ending.pin : undefined)
}

/** Ends a request once: money, status, receipt and the one callback in one commit. What has ended stays as it is. */
export async function settle(house: House, name: string, ending: Ending): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, name)
    if (row !== undefined) await settleIn(house, row, ending, trx)
  })
}

export async function settleIn(
  house: House,
  row: Row,
  ending: Ending,
  trx: Knex.Transaction,
): Promise<Row | undefined> {
  if (row.status !== 'pending' || row.scripted === NEVER) return undefined
  const error = await endOf(trx, row, ending)
  const at = house.clock.now()
  const [ended]: Row[] = await trx(TABLE)
    .where({ id: row.id })
    .update({
      status: error === undefined ? 'succeeded' : 'failed',
      receipt: error === undefined ? `R${randomDigits(10)}` : null,
      error: error === undefined ? null : JSON.stringify(error),
      completed_at: at,
      modified_at: at,
    })
    .returning('*')
  if (ended === undefined) return undefined
  if (row.kind === 'collect') await house.handset.close(GSMA, row.name, trx)
  if (ended.kind === 'refund' && error === undefined) await markBack(trx, ended, at)
  if (error === undefined && row.tellings.includes('reversed-later'))
    await house.jobs.plan(
      {
        simulator: GSMA,
        kind: 'reverse',
        payload: { name: row.name },
        dueAt: after(at, REVERSAL_MS),
        lane: laneOf(row),
      },
      trx,
    )
  await tell(house, ended, trx)
  return ended
}

/** The whole of it by a reversal: the payment is `reversed`. A part, or an adjustment, leaves it as it was. */
async function markBack(trx: Knex.Transaction, back: Row, at: Date): Promise<void> {
  const original = await lockRow(trx, back.original ?? '')
  const whole = back.type === 'reversal' && original?.amount_minor === back.amount_minor
  await trx(TABLE)
    .where({ name: back.original })
    .update({
      refunded_by: back.name,
      ...(whole ? { status: 'reversed', reversed_at: at, modified_at: at } : {}),
    })
}

/** The operator takes a payment back by hand: a reversal that nobody ordered, and the payment is told of as reversed. */
export async function reverse(house: House, name: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, name)
    if (row?.status !== 'succeeded' || row.refunded_by !== null) return
    const at = house.clock.now()
    const back: Row = {
      ...row,
      ...{ kind: 'refund', type: 'reversal', name: newName(), server_id: randomUUID(), correlation: null },
      ...{ receipt: `R${randomDigits(10)}`, reference: null, callback_url: null, batch: null, tellings: [] },
      ...{ original: name, created_at: at, completed_at: at, modified_at: at },
    }
    if ((await pay(trx, back)) !== undefined) return
    const { id: _, ...kept } = back
    await trx(TABLE).insert(kept)
    await markBack(trx, back, at)
    const reversed = await lockRow(trx, name)
    if (reversed !== undefined) await tell(house, reversed, trx)
  })
}

/** The transaction as it ended, or the error that ended it, by PUT to where the order said. */
async function tell(house: House, row: Row, trx: Knex.Transaction): Promise<void> {
  if (row.tellings.includes('no-callback')) return
  const client = await clientNamed(trx, row.client)
  const original = row.original === null ? undefined : await rowOf(trx, { name: row.original })
  const unit = 10n ** BigInt(digitsOf(row.currency))
  const wrong = row.tellings.includes('wrong-amount') && row.status === 'succeeded' ? unit : 0n
  const amount = amountText({ ...row, amount_minor: (BigInt(row.amount_minor) + wrong).toString() })
  const body =
    row.status === 'failed' && row.error !== null
      ? keptError(house, row.error)
      : transactionBody(row, client, original, amount)
  await put(house, row, body, client.callback_headers, trx)
  if (row.tellings.includes('duplicate-callback')) await put(house, row, body, client.callback_headers, trx)
}

async function put(
  house: House,
  row: Row,
  value: object,
  secrets: Readonly<Record<string, string>>,
  trx: Knex.Transaction,
): Promise<void> {
  if (row.callback_url === null) return
  const body = JSON.stringify(value)
  const at = house.clock.now()
  await house.callbacks.plan(
    {
      simulator: GSMA,
      reference: row.name,
      method: 'PUT',
      url: row.callback_url,
      contentType: 'application/json',
      headers: {
        ...secrets,
        'x-date': at.toISOString(),
        'x-content-hash': createHash('sha256').update(body).digest('hex'),
        ...(row.correlation === null ? {} : { 'x-correlationid': row.correlation }),
      },
      body,
      dueAt: at,
    },
    trx,
  )
}

/** Somebody else claims success while nothing is decided; the secrets are not his to know. */
export async function forge(house: House, row: Row, client: Client, trx: Knex.Transaction): Promise<void> {
  const original = row.original === null ? undefined : await rowOf(trx, { name: row.original })
  const lie = { ...row, status: 'succeeded', receipt: `R${randomDigits(10)}` } as const
  await put(house, row, transactionBody(lie, client, original), {}, trx)
}
