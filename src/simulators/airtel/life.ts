import type { Knex } from 'knex'
import { REVERSAL_MS } from '../kit/fates.ts'
import type { PromptAnswer } from '../kit/handset.ts'
import { after, randomDigits, randomText } from '../kit/numbers.ts'
import { codeOf, NEVER } from './codes.ts'
import { AIRTEL, APPS, type App, credit, debit, type House, type Row, TABLE, wallets } from './house.ts'
import { tell } from './tell.ts'

/** Nobody says how long she has; this long here. */
export const PROMPT_LIFE_MS = 300_000
/** What is decided later without her takes this long. */
export const SOON_MS = 25_000

/** What ends a transaction: the customer, or the end of its time. */
export type Ending = PromptAnswer | { readonly kind: 'timeout' }

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Airtel's name for money that moved: of a payment `MP260302.0900.A12345`, of a payout a longer one. */
export function newReceipt({ kind, reference }: Pick<Row, 'kind' | 'reference'>, at: Date): string {
  if (kind === 'disburse') return `disbursement-${randomText(10, LETTERS)}-${reference}`
  const [, day = '', time = ''] = /^20(\S{8})T(\d\d:\d\d)/.exec(at.toISOString()) ?? []
  return `MP${day.replaceAll('-', '')}.${time.replace(':', '')}.${randomText(1, LETTERS)}${randomDigits(6)}`
}

/** From her wallet to the lender's, by her answer and if the money is there: the last digits of the code. */
async function collect(trx: Knex.Transaction, row: Row, ending: Ending): Promise<string> {
  if (ending.kind === 'cancel') return '008'
  if (row.scripted !== null) return row.scripted
  if (ending.kind === 'timeout' && row.word === 'TIP') return '029'
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  if (wallet === undefined) return '010'
  if (ending.kind === 'pin' && ending.pin !== wallet.pin) return '002'
  const minor = BigInt(row.amount_minor)
  if (wallet.balance < minor) return '007'
  await wallets.move(trx, wallet, -minor)
  await credit(trx, row.client_id, minor)
  return '001'
}

/** From the lender's wallet to hers. */
export async function payOut(
  trx: Knex.Transaction,
  row: Pick<Row, 'msisdn' | 'currency' | 'client_id' | 'amount_minor'>,
): Promise<'001' | '007' | '009'> {
  const minor = BigInt(row.amount_minor)
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  if (wallet === undefined) return '009'
  if (!(await debit(trx, row.client_id, minor))) return '007'
  await wallets.move(trx, wallet, minor)
  return '001'
}

const lock = (trx: Knex.Transaction, id: string): Promise<Row | undefined> =>
  trx(TABLE).where({ id }).forUpdate().first()

/** Ends a transaction once: money, word, receipt and the callback in one commit. What is settled stays as it is. */
export async function settle(house: House, id: string, ending: Ending): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lock(trx, id)
    if (row?.status !== 'pending' || row.kind === 'refund' || row.scripted === NEVER) return
    const digits =
      row.kind === 'collect' ? await collect(trx, row, ending) : (row.scripted ?? (await payOut(trx, row)))
    const paid = digits === '001'
    const at = house.clock.now()
    const [settled]: Row[] = await trx(TABLE)
      .where({ id })
      .update({
        status: paid ? 'succeeded' : 'failed',
        receipt: paid ? newReceipt(row, at) : null,
        word: paid ? 'TS' : digits === '029' ? 'TE' : 'TF',
        code: codeOf(row.kind, digits),
        completed_at: at,
      })
      .returning('*')
    if (row.kind === 'collect') await house.handset.close(AIRTEL, id, trx)
    if (settled === undefined) return
    if (paid) await planReversal(house, settled, trx)
    const app: App = await trx(APPS).where({ client_id: row.client_id }).first()
    await tell(house, app, settled, trx)
  })
}

export async function planReversal({ jobs, clock }: House, row: Row, trx: Knex.Transaction): Promise<void> {
  if (!row.tellings.includes('reversed-later')) return
  const { id, msisdn } = row
  const dueAt = after(clock.now(), REVERSAL_MS)
  await jobs.plan(
    { simulator: AIRTEL, kind: 'reverse', payload: { id }, dueAt, lane: `phone:${msisdn}` },
    trx,
  )
}

/** Takes what a transaction moved back to where it came from; false, and nothing moved, where it was spent. */
export async function moveBack(trx: Knex.Transaction, row: Row): Promise<boolean> {
  const minor = BigInt(row.amount_minor)
  const toWallet = row.kind === 'collect' ? minor : -minor
  const wallet = await wallets.lock(trx, row.msisdn, row.currency)
  if (wallet === undefined || wallet.balance + toWallet < 0n) return false
  await wallets.move(trx, wallet, toWallet)
  await credit(trx, row.client_id, -toWallet)
  return true
}

/** Airtel takes a payment or a payout back by hand; its status says so, and nobody is told. */
export async function reverse({ db, clock }: House, id: string): Promise<void> {
  await db.transaction(async trx => {
    const row = await lock(trx, id)
    if (row?.status !== 'succeeded' || !(await moveBack(trx, row))) return
    await trx(TABLE).where({ id }).update({ status: 'reversed', word: 'TR', reversed_at: clock.now() })
  })
}
