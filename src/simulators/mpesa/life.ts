import type { Knex } from 'knex'
import { REVERSAL_MS } from '../kit/fates.ts'
import type { PromptAnswer } from '../kit/handset.ts'
import { after, randomText } from '../kit/numbers.ts'
import type { Wallet } from '../kit/wallets.ts'
import { c2bConfirmation, type Paid, stkCallback } from './bodies.ts'
import { type House, KES, MPESA, type PushRow, wallets } from './house.ts'
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

async function planStk({ callbacks, clock }: House, push: PushRow, body: string, trx: Knex.Transaction) {
  await callbacks.plan(
    {
      simulator: MPESA,
      reference: push.checkout_request_id,
      method: 'POST',
      url: push.callback_url,
      contentType: 'application/json',
      body,
      dueAt: clock.now(),
    },
    trx,
  )
}

/** The confirmation that the paybill's own listener gets for the same money, under the same receipt. */
async function planTwin(
  { callbacks, clock }: House,
  push: PushRow,
  paid: Paid,
  name: string,
  trx: Knex.Transaction,
) {
  const urls = await trx('sim_mpesa.c2b_urls').where({ shortcode: push.shortcode }).first()
  if (urls === undefined) return
  await callbacks.plan(
    {
      simulator: MPESA,
      reference: `c2b:${paid.receipt}`,
      method: 'POST',
      url: urls.confirmation_url,
      contentType: 'application/json',
      body: c2bConfirmation(push, paid, name),
      dueAt: clock.now(),
    },
    trx,
  )
}

async function tell(
  house: House,
  push: PushRow,
  code: string,
  trx: Knex.Transaction,
  paid?: Paid,
): Promise<void> {
  const told =
    paid && push.tellings.includes('wrong-amount') ? { ...paid, minor: paid.minor + WRONG_BY } : paid
  const body = stkCallback(push, code, told)
  if (push.tellings.includes('no-callback')) return
  await planStk(house, push, body, trx)
  if (push.tellings.includes('duplicate-callback')) await planStk(house, push, body, trx)
}

async function pay(
  house: House,
  push: PushRow,
  wallet: Wallet | undefined,
  trx: Knex.Transaction,
): Promise<Paid> {
  const minor = BigInt(push.amount_minor)
  const at = house.clock.now()
  const paid = { receipt: `U${randomText(9, RECEIPT_LETTERS)}`, minor, at }
  if (wallet !== undefined) await wallets.move(trx, wallet, -minor)
  if (push.tellings.includes('c2b-twin')) await planTwin(house, push, paid, wallet?.name ?? '', trx)
  if (push.tellings.includes('reversed-later'))
    await house.jobs.plan(
      {
        simulator: MPESA,
        kind: 'reverse',
        payload: { reference: push.checkout_request_id },
        dueAt: after(at, REVERSAL_MS),
      },
      trx,
    )
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

/** Safaricom gives the money back: it is in nobody's callback, only in the truth and the wallet. */
export async function reverse(house: House, reference: string): Promise<void> {
  await house.db.transaction(async trx => {
    const push = await lockPush(trx, reference)
    if (push?.status !== 'succeeded') return
    const wallet = await wallets.lock(trx, push.msisdn, KES)
    if (wallet !== undefined) await wallets.move(trx, wallet, BigInt(push.amount_minor))
    await trx('sim_mpesa.transactions')
      .where({ checkout_request_id: reference })
      .update({ status: 'reversed', reversed_at: house.clock.now() })
  })
}

/** Somebody else claims success while the customer has not answered: same form, same identifiers, no truth behind it. */
export async function forge(house: House, push: PushRow, trx: Knex.Transaction): Promise<void> {
  const lie = {
    receipt: `X${randomText(9, RECEIPT_LETTERS)}`,
    minor: BigInt(push.amount_minor),
    at: house.clock.now(),
  }
  await planStk(house, push, stkCallback(push, '0', lie), trx)
}
