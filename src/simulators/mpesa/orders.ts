import type { Knex } from 'knex'
import { TELLINGS } from '../kit/fates.ts'
import { after } from '../kit/numbers.ts'
import { rawAmount, rawTime, resultBody } from './bodies.ts'
import { type App, type House, KES, MPESA, type OrderRow } from './house.ts'
import { falseReceipt, newReceipt, planReversal, toldMinor } from './life.ts'
import { conversationId } from './operator.ts'
import { payOut, payoutValues, type Verdict } from './payout-rules.ts'
import { post, timesTold } from './post.ts'
import { magicResult, NEVER, ORDER_RESULTS, ORDER_SCRIPTED } from './results.ts'
import { sendBack } from './reversal-rules.ts'

/** An operator's order that was taken: a payout or a reversal, done a little later and told by callback. */
export type Order = {
  readonly kind: 'disburse' | 'refund'
  readonly msisdn: string
  readonly amount: bigint
  readonly originatorId: string
  readonly resultUrl: string
  readonly timeoutUrl: string
  readonly originalReceipt?: string
  /** A result that is certain already: the operator was not recognised. */
  readonly fault: string | undefined
  readonly request: string
}

/** Safaricom needs this long. */
const DONE_AFTER_MS = 2_000

/** The original request comes back to `QueueTimeOutURL` instead of a result, whatever was done. */
export const QUEUE_TIMEOUT = 'queue-timeout'

export const ORDER_FAULTS = [...Object.keys(ORDER_SCRIPTED), ...TELLINGS, QUEUE_TIMEOUT]

/** Keeps an order; undefined where its originator id was used before. */
export async function takeOrder(house: House, app: App, order: Order): Promise<OrderRow | undefined> {
  const { db, clock, faults, jobs } = house
  const { msisdn, originatorId } = order
  const struck = (await faults.strikeEach(MPESA, ORDER_FAULTS, msisdn)).map(({ kind }) => kind)
  const fate = struck.find(kind => kind in ORDER_SCRIPTED)
  const magic = order.kind === 'disburse' ? magicResult(msisdn, ORDER_RESULTS) : undefined
  const wished = fate === undefined ? magic : ORDER_SCRIPTED[fate]
  const now = clock.now()
  return db.transaction(async trx => {
    const [row]: OrderRow[] = await trx('sim_mpesa.transactions')
      .insert({
        kind: order.kind,
        msisdn,
        amount_minor: order.amount.toString(),
        currency: KES,
        status: 'pending',
        created_at: now,
        shortcode: app.shortcode,
        originator_id: originatorId,
        conversation_id: conversationId(now),
        callback_url: order.resultUrl,
        timeout_url: order.timeoutUrl,
        original_receipt: order.originalReceipt ?? null,
        scripted: order.fault ?? wished ?? null,
        tellings: struck.filter(kind => !(kind in ORDER_SCRIPTED)),
        request: struck.includes(QUEUE_TIMEOUT) ? order.request : null,
      })
      .onConflict('originator_id')
      .ignore()
      .returning('*')
    if (row === undefined) return undefined
    if (row.tellings.includes('forged')) await forge(house, row, trx)
    const job = { simulator: MPESA, kind: 'order', payload: { originatorId }, lane: `phone:${msisdn}` }
    if (row.scripted !== NEVER) await jobs.plan({ ...job, dueAt: after(now, DONE_AFTER_MS) }, trx)
    return row
  })
}

/** Does an order once: money, result, receipt and callbacks in one commit. */
export async function settleOrder(house: House, originatorId: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row: OrderRow | undefined = await trx('sim_mpesa.transactions')
      .where({ originator_id: originatorId })
      .forUpdate()
      .first()
    if (row === undefined || row.status !== 'pending' || row.scripted === NEVER) return
    const verdict = await decide(house, row, trx)
    const paid = 'paid' in verdict ? verdict.paid : undefined
    await trx('sim_mpesa.transactions')
      .where({ id: row.id })
      .update({
        status: paid === undefined ? 'failed' : 'succeeded',
        result_code: verdict.code,
        receipt: paid?.receipt ?? null,
        completed_at: house.clock.now(),
      })
    if (paid !== undefined && row.kind === 'disburse' && row.tellings.includes('reversed-later'))
      await planReversal(house, originatorId, paid.at, trx)
    await tell(house, row, verdict, trx)
  })
}

const decide = async (house: House, row: OrderRow, trx: Knex.Transaction): Promise<Verdict> => {
  if (row.scripted !== null) return { code: row.scripted }
  return row.kind === 'refund' ? sendBack(house, row, trx) : payOut(house, row, trx)
}

async function tell(house: House, row: OrderRow, verdict: Verdict, trx: Knex.Transaction): Promise<void> {
  const reference = row.originator_id
  if (row.request !== null) return post(house, { reference, url: row.timeout_url, body: row.request }, trx)
  const body = resultBody({
    ...namesOf(row),
    code: verdict.code,
    // a failure has a number too, which is no receipt
    transactionId: 'paid' in verdict ? verdict.paid.receipt : newReceipt(),
    ...('paid' in verdict && {
      values: verdict.values(toldMinor(row, verdict.paid.minor), verdict.paid.receipt),
    }),
  })
  return post(house, { reference, url: row.callback_url, body }, trx, timesTold(row.tellings))
}

const namesOf = (row: OrderRow) => ({
  originatorId: row.originator_id,
  conversationId: row.conversation_id,
  timeoutUrl: row.timeout_url,
})

/** Somebody else claims success before anything was done: same form, same identifiers, no truth behind it. */
async function forge(house: House, row: OrderRow, trx: Knex.Transaction): Promise<void> {
  const receipt = falseReceipt()
  const at = house.clock.now()
  const minor = BigInt(row.amount_minor)
  const empty = { shortcode: row.shortcode, working_minor: '0', utility_minor: '0' }
  const values =
    row.kind === 'disburse'
      ? payoutValues(minor, receipt, at, row.msisdn, empty)
      : {
          Amount: rawAmount(minor),
          TransCompletedTime: rawTime(at),
          OriginalTransactionID: String(row.original_receipt),
        }
  const body = resultBody({ ...namesOf(row), code: '0', transactionId: receipt, values })
  await post(house, { reference: row.originator_id, url: row.callback_url, body }, trx)
}
