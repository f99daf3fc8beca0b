import type { Knex } from 'knex'
import { REVERSAL_MS } from '../kit/fates.ts'
import { digitsOf, formatAmount } from '../kit/money.ts'
import { after, randomDigits } from '../kit/numbers.ts'
import { type House, MTN, type RequestRow } from './house.ts'
import { type Ending, lockRow, MOVES, moveBack } from './moves.ts'
import { NEVER, reasonBody, SUCCESSFUL } from './scenarios.ts'

/** The customer has about five minutes (MoMo developer portal, use cases). */
export const PROMPT_LIFE_MS = 300_000

/** The portal knows the first three. REVERSED is this simulator's own word: MTN documents none for money that went back. */
const STATUSES = {
  pending: 'PENDING',
  succeeded: SUCCESSFUL,
  failed: 'FAILED',
  reversed: 'REVERSED',
} as const

/** The status object: what an inquiry answers and, without the reference, all that a callback says. */
export function statusBody(row: RequestRow, minor: bigint = BigInt(row.amount_minor)): object {
  const amount = formatAmount(minor, row.currency)
  const party = { partyIdType: row.party_id_type, partyId: row.msisdn }
  return {
    amount: amount.replace(/\.00$/, ''),
    currency: row.currency,
    ...(row.receipt === null ? {} : { financialTransactionId: row.receipt }),
    externalId: row.external_id,
    ...(row.kind === 'collect' ? { payer: party } : { payee: party }),
    payerMessage: row.payer_message,
    payeeNote: row.payee_note,
    status: STATUSES[row.status],
    ...(row.reason === null ? {} : { reason: reasonBody(row.reason, row.reference) }),
  }
}

async function planCallback(
  { callbacks, clock }: House,
  row: RequestRow,
  body: object,
  trx: Knex.Transaction,
) {
  if (row.callback_url === null) return
  await callbacks.plan(
    {
      simulator: MTN,
      reference: row.reference,
      method: 'PUT',
      url: row.callback_url,
      contentType: 'application/json',
      body: JSON.stringify(body),
      dueAt: clock.now(),
    },
    trx,
  )
}

async function tell(house: House, row: RequestRow, trx: Knex.Transaction): Promise<void> {
  if (row.tellings.includes('no-callback')) return
  const unit = 10n ** BigInt(digitsOf(row.currency))
  const wrong = row.tellings.includes('wrong-amount') && row.status === 'succeeded' ? unit : 0n
  const body = statusBody(row, BigInt(row.amount_minor) + wrong)
  await planCallback(house, row, body, trx)
  if (row.tellings.includes('duplicate-callback')) await planCallback(house, row, body, trx)
}

/** Ends a transaction once: money, status, receipt and the one callback in one commit. What is settled stays as it is. */
export async function settle(house: House, reference: string, ending: Ending): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, reference)
    if (row === undefined || row.status !== 'pending' || row.scripted === NEVER) return
    const result = await MOVES[row.kind](trx, row, ending)
    const paid = result === SUCCESSFUL
    const at = house.clock.now()
    const [settled]: RequestRow[] = await trx('sim_mtn_momo.transactions')
      .where({ reference })
      .update({
        status: paid ? 'succeeded' : 'failed',
        receipt: paid ? `1${randomDigits(10)}` : null,
        reason: paid ? null : result,
        completed_at: at,
      })
      .returning('*')
    if (row.kind === 'collect') await house.handset.close(MTN, reference, trx)
    if (paid && row.tellings.includes('reversed-later'))
      await house.jobs.plan(
        {
          simulator: MTN,
          kind: 'reverse',
          payload: { reference },
          dueAt: after(at, REVERSAL_MS),
          lane: `phone:${row.msisdn}`,
        },
        trx,
      )
    if (settled !== undefined) await tell(house, settled, trx)
  })
}

/** MTN takes a payment or a payout back by hand; its status changes, and it is told as the first one was. */
export async function reverse(house: House, reference: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, reference)
    if (row?.status !== 'succeeded' || !(await moveBack(trx, row))) return
    const [reversed]: RequestRow[] = await trx('sim_mtn_momo.transactions')
      .where({ reference })
      .update({ status: 'reversed', reversed_at: house.clock.now() })
      .returning('*')
    if (reversed !== undefined) await tell(house, reversed, trx)
  })
}

/** Somebody else claims success while nothing is decided. */
export async function forge(house: House, row: RequestRow, trx: Knex.Transaction): Promise<void> {
  const lie = statusBody({ ...row, status: 'succeeded', receipt: `9${randomDigits(10)}` })
  await planCallback(house, row, lie, trx)
}
