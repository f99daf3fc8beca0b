import type { Knex } from 'knex'
import { REVERSAL_MS } from '../kit/fates.ts'
import type { PromptAnswer } from '../kit/handset.ts'
import { formatAmount } from '../kit/money.ts'
import { after, randomText } from '../kit/numbers.ts'
import type { Wallet } from '../kit/wallets.ts'
import { move } from './accounts.ts'
import { type C2b, c2bBody, type Paid, stkCallback } from './bodies.ts'
import { type House, KES, MPESA, type PushRow, type Row, wallets } from './house.ts'
import { post, timesTold } from './post.ts'
import { NEVER, UNPROMPTED } from './results.ts'

/** What ends a push: the customer, or the end of its time. */
export type Ending = PromptAnswer | { readonly kind: 'timeout' }

/** A customer may look at her prompt this long; nobody answers: 1037. */
export const PROMPT_LIFE_MS = 60_000

const RECEIPT_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const WRONG_BY = 100n

function resultOf(push: PushRow, ending: Ending, wallet: Wallet | undefined): string {
  if (ending.kind === 'timeout')
    return push.scripted !== null && UNPROMPTED.has(push.scripted) ? push.scripted : '1037'
  if (ending.kind === 'cancel') return '1032'
  if (push.scripted !== null) return push.scripted
  if (wallet === undefined) return '1037'
  if (ending.kind === 'pin' && ending.pin !== wallet.pin) return '2001'
  return wallet.balance < BigInt(push.amount_minor) ? '1' : '0'
}

const tellStk = (house: House, push: PushRow, body: string, trx: Knex.Transaction, times = 1) =>
  post(house, { reference: push.checkout_request_id, url: push.callback_url, body }, trx, times)

/** Tells the paybill's own listener, where there is one. */
export async function confirmC2b(
  house: House,
  payment: C2b,
  paid: Paid,
  trx: Knex.Transaction,
  times = 1,
): Promise<void> {
  const urls = await trx('sim_mpesa.c2b_urls').where({ shortcode: payment.shortcode }).first()
  if (urls === undefined) return
  const body = c2bBody(payment, paid)
  await post(house, { reference: `c2b:${paid.receipt}`, url: urls.confirmation_url, body }, trx, times)
}

async function tell(
  house: House,
  push: PushRow,
  code: string,
  trx: Knex.Transaction,
  paid?: Paid,
): Promise<void> {
  const told = paid && { ...paid, minor: toldMinor(push, paid.minor) }
  await tellStk(house, push, stkCallback(push, code, told), trx, timesTold(push.tellings))
}

/** What is told of an amount: the truth, unless `wrong-amount` was scripted. */
export const toldMinor = ({ tellings }: Pick<Row, 'tellings'>, minor: bigint): bigint =>
  tellings.includes('wrong-amount') ? minor + WRONG_BY : minor

export const newReceipt = (): string => `U${randomText(9, RECEIPT_LETTERS)}`

/** Safaricom will take it back by itself in a while. */
export async function planReversal(
  house: House,
  reference: string,
  at: Date,
  trx: Knex.Transaction,
): Promise<void> {
  const dueAt = after(at, REVERSAL_MS)
  await house.jobs.plan({ simulator: MPESA, kind: 'reverse', payload: { reference }, dueAt }, trx)
}

async function pay(
  house: House,
  push: PushRow,
  wallet: Wallet | undefined,
  trx: Knex.Transaction,
): Promise<Paid> {
  const minor = BigInt(push.amount_minor)
  const at = house.clock.now()
  const paid = { receipt: newReceipt(), minor, at }
  if (wallet !== undefined) await wallets.move(trx, wallet, -minor)
  const account = await move(trx, push.shortcode, 'working', minor)
  if (push.tellings.includes('c2b-twin')) {
    const orgBalance = formatAmount(BigInt(account?.working_minor ?? 0), KES)
    const { shortcode, msisdn, account_reference: billRefNumber } = push
    const twin = { shortcode, msisdn, billRefNumber, orgBalance, name: wallet?.name ?? '' }
    await confirmC2b(house, twin, paid, trx)
  }
  if (push.tellings.includes('reversed-later')) await planReversal(house, push.checkout_request_id, at, trx)
  return paid
}

const lockPush = (trx: Knex.Transaction, reference: string): Promise<PushRow | undefined> =>
  trx('sim_mpesa.transactions').where({ checkout_request_id: reference }).forUpdate().first()

/** Ends a push once: money, result, receipt and callbacks in one commit. What is settled already stays as it is. */
export async function settle(house: House, reference: string, ending: Ending): Promise<void> {
  await house.db.transaction(async trx => {
    const push = await lockPush(trx, reference)
    if (push === undefined || push.status !== 'pending' || push.scripted === NEVER) return
    const wallet = await wallets.lock(trx, push.msisdn, KES)
    const code = resultOf(push, ending, wallet)
    const paid = code === '0' ? await pay(house, push, wallet, trx) : undefined
    await trx('sim_mpesa.transactions')
      .where({ checkout_request_id: reference })
      .update({
        status: paid === undefined ? 'failed' : 'succeeded',
        result_code: code,
        receipt: paid?.receipt ?? null,
        completed_at: house.clock.now(),
      })
    await house.handset.close(MPESA, reference, trx)
    await tell(house, push, code, trx, paid)
  })
}

/**
 * Safaricom takes a payment back by itself: nobody is called back, it is in the books and in the answer to a status query.
 * A collection goes back to its payer, a payout to the organisation, unless it was spent already.
 */
export async function reverse(house: House, reference: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row: Row | undefined = await trx('sim_mpesa.transactions')
      .where({ checkout_request_id: reference })
      .orWhere({ originator_id: reference })
      .orWhere({ receipt: reference })
      .forUpdate()
      .first()
    if (row?.status !== 'succeeded') return
    const wallet = await wallets.lock(trx, row.msisdn, KES)
    const minor = BigInt(row.amount_minor)
    const paidOut = row.kind === 'disburse'
    if (paidOut && (wallet === undefined || wallet.balance < minor)) return
    if (wallet !== undefined) await wallets.move(trx, wallet, paidOut ? -minor : minor)
    await move(trx, row.shortcode, paidOut ? 'utility' : 'working', paidOut ? minor : -minor)
    await trx('sim_mpesa.transactions')
      .where({ id: row.id })
      .update({ status: 'reversed', reversed_at: house.clock.now() })
  })
}

/** What a forger makes up. */
export const falseReceipt = (): string => `X${randomText(9, RECEIPT_LETTERS)}`

/**
 * Somebody else claims success while the customer has not answered: same form, same identifiers, no truth behind it. The
 * address that the shortcode has registered is known to many, that of one push to nobody; without the one, a forger who
 * knows everything uses the other.
 */
export async function forge(house: House, push: PushRow, trx: Knex.Transaction): Promise<void> {
  const lie = {
    receipt: falseReceipt(),
    minor: BigInt(push.amount_minor),
    at: house.clock.now(),
  }
  const urls = await trx('sim_mpesa.c2b_urls').where({ shortcode: push.shortcode }).first()
  const url = urls?.confirmation_url ?? push.callback_url
  await post(house, { reference: push.checkout_request_id, url, body: stkCallback(push, '0', lie) }, trx)
}
