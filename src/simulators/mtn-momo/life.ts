import type { Knex } from 'knex'
import { REVERSAL_MS } from '../kit/fates.ts'
import type { PromptAnswer } from '../kit/handset.ts'
import { digitsOf, formatAmount } from '../kit/money.ts'
import { after, randomDigits } from '../kit/numbers.ts'
import type { Wallet } from '../kit/wallets.ts'
import { type House, MTN, type RequestRow, wallets } from './house.ts'
import { NEVER, reasonBody, SUCCESSFUL } from './scenarios.ts'

/** What ends a request: the customer, or the end of its time. */
export type Ending = PromptAnswer | { readonly kind: 'timeout' }

/** The customer has about five minutes (MoMo developer portal, use cases). */
export const PROMPT_LIFE_MS = 300_000

/** The status object: what an inquiry answers and, without the reference, all that a callback says. */
export function statusBody(row: RequestRow, minor: bigint = BigInt(row.amount_minor)): object {
  const decided = row.status === 'pending' ? 'PENDING' : row.status === 'failed' ? 'FAILED' : SUCCESSFUL
  const amount = formatAmount(minor, row.currency)
  return {
    amount: amount.replace(/\.00$/, ''),
    currency: row.currency,
    ...(row.receipt === null ? {} : { financialTransactionId: row.receipt }),
    externalId: row.external_id,
    payer: { partyIdType: row.party_id_type, partyId: row.msisdn },
    payerMessage: row.payer_message,
    payeeNote: row.payee_note,
    status: decided,
    ...(row.reason === null ? {} : { reason: reasonBody(row.reason, row.reference) }),
  }
}

function resultOf(row: RequestRow, ending: Ending, wallet: Wallet | undefined): string {
  if (ending.kind === 'cancel') return 'APPROVAL_REJECTED'
  if (row.scripted !== null) return row.scripted
  if (ending.kind === 'timeout') return 'EXPIRED'
  if (wallet === undefined) return 'PAYER_NOT_FOUND'
  if (ending.kind === 'pin' && ending.pin !== wallet.pin) return 'PAYMENT_NOT_APPROVED'
  return wallet.balance < BigInt(row.amount_minor) ? 'NOT_ENOUGH_FUNDS' : SUCCESSFUL
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

const lockRequest = (trx: Knex.Transaction, reference: string): Promise<RequestRow | undefined> =>
  trx('sim_mtn_momo.transactions').where({ reference }).forUpdate().first()

/** Ends a request once: money, status, receipt and the one callback in one commit. What is settled stays as it is. */
export async function settle(house: House, reference: string, ending: Ending): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRequest(trx, reference)
    if (row === undefined || row.status !== 'pending' || row.scripted === NEVER) return
    const wallet = await wallets.lock(trx, row.msisdn, row.currency)
    const result = resultOf(row, ending, wallet)
    const paid = result === SUCCESSFUL
    const at = house.clock.now()
    if (paid && wallet !== undefined) await wallets.move(trx, wallet, -BigInt(row.amount_minor))
    const [settled]: RequestRow[] = await trx('sim_mtn_momo.transactions')
      .where({ reference })
      .update({
        status: paid ? 'succeeded' : 'failed',
        receipt: paid ? `1${randomDigits(10)}` : null,
        reason: paid ? null : result,
        completed_at: at,
      })
      .returning('*')
    await house.handset.close(MTN, reference, trx)
    if (paid && row.tellings.includes('reversed-later'))
      await house.jobs.plan(
        { simulator: MTN, kind: 'reverse', payload: { reference }, dueAt: after(at, REVERSAL_MS) },
        trx,
      )
    if (settled !== undefined) await tell(house, settled, trx)
  })
}

/** MTN gives the money back by hand: no status word says so, only the truth and the wallet. */
export async function reverse(house: House, reference: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRequest(trx, reference)
    if (row?.status !== 'succeeded') return
    const wallet = await wallets.lock(trx, row.msisdn, row.currency)
    if (wallet !== undefined) await wallets.move(trx, wallet, BigInt(row.amount_minor))
    await trx('sim_mtn_momo.transactions')
      .where({ reference })
      .update({ status: 'reversed', reversed_at: house.clock.now() })
  })
}

/** Somebody else claims success while the customer has not answered. */
export async function forge(house: House, row: RequestRow, trx: Knex.Transaction): Promise<void> {
  const lie = statusBody({ ...row, status: 'succeeded', receipt: `9${randomDigits(10)}` })
  await planCallback(house, row, lie, trx)
}
