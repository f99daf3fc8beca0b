import type { Knex } from 'knex'
import { REVERSAL_MS } from '../kit/fates.ts'
import type { PromptAnswer } from '../kit/handset.ts'
import { after, randomDigits } from '../kit/numbers.ts'
import { isCode, NEVER, PAID } from './codes.ts'
import { CURRENCY, type House, ORANGE, type Payment, wallets } from './house.ts'
import { credit, debit } from './lines.ts'
import { dataOf } from './replies.ts'

/** Nobody says how long she has; this long here. */
export const PROMPT_LIFE_MS = 300_000
/** What is decided without her takes this long. */
export const SOON_MS = 1_000

/** What ends a payment: the customer, or the end of its time. */
export type Ending = PromptAnswer | { readonly kind: 'timeout' }

const find = (trx: Knex.Transaction, pay_token: string): Promise<Payment | undefined> =>
  trx('sim_orange_money.transactions').where({ pay_token }).forUpdate().first()

/**
 * Nobody has written down what is sent to `notifUrl`. Two forms are expected by clients, so that both are met: a token with
 * its status, and the payment itself (where the amount shall be wrong, or the token ends in an even digit).
 */
function toldOf(row: Payment, minor: bigint): object {
  const whole = row.tellings.includes('wrong-amount') || /[02468]$/.test(row.pay_token)
  return whole
    ? dataOf(row, minor)
    : { payToken: row.pay_token, status: row.word, message: row.code ?? 'Transaction terminee' }
}

async function planCallback(house: House, row: Payment, body: object, trx: Knex.Transaction): Promise<void> {
  if (row.notif_url === null) return
  await house.callbacks.plan(
    {
      simulator: ORANGE,
      reference: row.pay_token,
      method: 'POST',
      url: row.notif_url,
      contentType: 'application/json',
      body: JSON.stringify(body),
      dueAt: house.clock.now(),
    },
    trx,
  )
}

async function tell(house: House, row: Payment, trx: Knex.Transaction): Promise<void> {
  if (row.tellings.includes('no-callback')) return
  const wrong = row.tellings.includes('wrong-amount') && row.status === 'succeeded' ? 1n : 0n
  const body = toldOf(row, BigInt(row.amount_minor) + wrong)
  await planCallback(house, row, body, trx)
  if (row.tellings.includes('duplicate-callback')) await planCallback(house, row, body, trx)
}

/** Somebody else claims success while nothing is decided. */
export async function forge(house: House, row: Payment, trx: Knex.Transaction): Promise<void> {
  await planCallback(house, row, dataOf({ ...row, word: PAID, txnid: `MP${randomDigits(6)}.0000.X` }), trx)
}

/** From her wallet to the merchant's line: by her answer, and if the money is there. */
async function collect(trx: Knex.Transaction, row: Payment, ending: Ending): Promise<string> {
  if (ending.kind === 'cancel') return 'CANCELLED'
  if (row.scripted !== null) return row.scripted
  if (ending.kind === 'timeout') return 'EXPIRED'
  const wallet = await wallets.lock(trx, row.msisdn, CURRENCY)
  if (wallet === undefined) return '99051'
  if (ending.kind === 'pin' && ending.pin !== wallet.pin) return '90007'
  const minor = BigInt(row.amount_minor)
  if (wallet.balance < minor) return '60019'
  await wallets.move(trx, wallet, -minor)
  await credit(trx, row.line, minor)
  return PAID
}

/** From the agent's float to her wallet. */
async function payOut(trx: Knex.Transaction, row: Payment): Promise<string> {
  if (row.scripted !== null) return row.scripted
  const minor = BigInt(row.amount_minor)
  const wallet = await wallets.lock(trx, row.msisdn, CURRENCY)
  if (wallet === undefined) return '99051'
  if (!(await debit(trx, row.line, minor))) return '60019'
  await wallets.move(trx, wallet, minor)
  return PAID
}

/** Ends a payment once: money, word, receipt and the callback in one commit. What is settled stays as it is. */
export async function settle(house: House, payToken: string, ending: Ending): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await find(trx, payToken)
    if (row?.status !== 'pending' || row.scripted === NEVER) return
    const result = row.kind === 'collect' ? await collect(trx, row, ending) : await payOut(trx, row)
    const at = house.clock.now()
    const [settled]: Payment[] = await trx('sim_orange_money.transactions')
      .where({ pay_token: payToken })
      .update({
        status: result === PAID ? 'succeeded' : 'failed',
        receipt: result === PAID ? row.txnid : null,
        word: isCode(result) ? 'FAILED' : result,
        code: isCode(result) ? result : null,
        confirmed: isCode(result),
        completed_at: at,
      })
      .returning('*')
    if (row.kind === 'collect') await house.handset.close(ORANGE, payToken, trx)
    if (result === PAID && row.tellings.includes('reversed-later'))
      await house.jobs.plan(
        {
          simulator: ORANGE,
          kind: 'reverse',
          payload: { payToken },
          dueAt: after(at, REVERSAL_MS),
          lane: `phone:${row.msisdn}`,
        },
        trx,
      )
    if (settled !== undefined) await tell(house, settled, trx)
  })
}

/** Orange takes a payment or a cash-in back by hand, unless it was spent; no page names the word for it. */
export async function reverse(house: House, payToken: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await find(trx, payToken)
    if (row?.status !== 'succeeded') return
    const wallet = await wallets.lock(trx, row.msisdn, CURRENCY)
    const toWallet = row.kind === 'collect' ? BigInt(row.amount_minor) : -BigInt(row.amount_minor)
    if (wallet === undefined || wallet.balance + toWallet < 0n) return
    await wallets.move(trx, wallet, toWallet)
    await credit(trx, row.line, -toWallet)
    const [reversed]: Payment[] = await trx('sim_orange_money.transactions')
      .where({ pay_token: payToken })
      .update({ status: 'reversed', word: 'REVERSED', reversed_at: house.clock.now() })
      .returning('*')
    if (reversed !== undefined) await tell(house, reversed, trx)
  })
}
