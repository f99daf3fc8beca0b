import type { Knex } from 'knex'
import { FATES, TELLINGS } from '../kit/fates.ts'
import { formatAmount } from '../kit/money.ts'
import { after, randomDigits } from '../kit/numbers.ts'
import { transactionObject } from './eip-bodies.ts'
import {
  ECOCASH,
  type Edition,
  type House,
  MERCHANTS,
  type Merchant,
  type Row,
  TABLE,
  wallets,
} from './house.ts'
import { collect, type Ending, giveBack, lockRow, PAID } from './moves.ts'

/** How long a prompt lives is published nowhere: five minutes, as integrators count on. */
export const PROMPT_LIFE_MS = 300_000
const SOON_MS = 1_000
export const NEVER = 'never'

/** What a customer or her wallet can be scripted to do, and what can happen to a refund, which asks nobody. */
const CUSTOMER_FATES: readonly string[] = [...FATES.filter(fate => fate !== 'no-float'), 'limit']
const REFUND_FATES: readonly string[] = ['no-float']
/** The API knows no reversal: the call centre makes one, and nobody is told. */
const TOLD: readonly string[] = TELLINGS.filter(telling => telling !== 'reversed-later')
export const LIFE_FAULTS: readonly string[] = [...CUSTOMER_FATES, ...REFUND_FATES, ...TOLD]

export type Wanted = Pick<
  Row,
  'kind' | 'edition' | 'msisdn' | 'currency' | 'reference' | 'reference_code'
> & {
  readonly merchant: Merchant
  readonly minor: bigint
  readonly notifyUrl?: string | undefined
  /** Of a refund: the row of the payment. */
  readonly original?: string | undefined
}

/** Keeps an order, in one commit with the customer's prompt; undefined where its reference was used before. */
export async function place(house: House, wanted: Wanted): Promise<Row | undefined> {
  const { db, faults, callbacks } = house
  const fates = wanted.kind === 'collect' ? CUSTOMER_FATES : REFUND_FATES
  const fate = await faults.strike(ECOCASH, fates, wanted.msisdn)
  const tellings = await faults.strikeEach(ECOCASH, TOLD, wanted.msisdn)
  const kept = await db.transaction(async trx => {
    const [row]: Row[] = await trx(TABLE)
      .insert({
        ...{ kind: wanted.kind, msisdn: wanted.msisdn, currency: wanted.currency, status: 'pending' },
        amount_minor: wanted.minor.toString(),
        created_at: house.clock.now(),
        ...{ edition: wanted.edition, reference: wanted.reference, reference_code: wanted.reference_code },
        merchant_code: wanted.merchant.merchant_code,
        // the portal names a transaction once and for all; payonline's receipt comes with the money
        server_reference:
          wanted.edition === 'portal' ? nameOf(wanted.kind, house.clock.now()) : `SR${randomDigits(16)}`,
        notify_url: wanted.notifyUrl ?? null,
        scripted: fate === 'no-answer-ever' ? NEVER : (fate ?? null),
        tellings: tellings.map(({ kind }) => kind),
        original: wanted.original ?? null,
      })
      .onConflict()
      .ignore()
      .returning('*')
    if (row === undefined) return undefined
    // a refund asks nobody: it is done, or not, before it is answered
    if (row.kind === 'refund') return end(house, row, await giveBack(trx, row), trx)
    await schedule(house, row, wanted.merchant, trx)
    if (row.tellings.includes('forged')) await forge(house, row, trx)
    return row
  })
  if (kept?.kind === 'collect' && kept.tellings.includes('callback-first')) {
    await settle(house, kept.server_reference, { kind: 'self' })
    await callbacks.sendNow(ECOCASH, kept.server_reference)
  }
  return kept
}

/** Who has no wallet is refused soon; in a sandbox, where numbers are registered first, nothing happens to hers. */
async function schedule(house: House, row: Row, merchant: Merchant, trx: Knex.Transaction): Promise<void> {
  const { scripted, msisdn, currency, server_reference: reference } = row
  const wallet = await wallets.find(trx, msisdn, currency)
  if (scripted === NEVER || (wallet === undefined && merchant.environment === 'sandbox')) return
  const asked = wallet !== undefined && scripted !== 'expired' && scripted !== 'unreachable'
  const dueAt = after(row.created_at, asked || scripted === 'expired' ? PROMPT_LIFE_MS : SOON_MS)
  const amount = formatAmount(BigInt(row.amount_minor), currency)
  if (asked)
    await house.handset.show(
      {
        ...{ simulator: ECOCASH, reference, msisdn, amount, currency, expiresAt: dueAt },
        text: `Pay ${currency} ${amount} to ${merchant.merchant_name} (${row.reference_code}). Enter EcoCash PIN`,
        scripted: scripted !== null,
      },
      trx,
    )
  const kind = wallet === undefined && scripted === null ? 'refuse' : 'end'
  await house.jobs.plan(
    { simulator: ECOCASH, kind, payload: { reference }, dueAt, lane: `phone:${msisdn}` },
    trx,
  )
}

/** As EcoCash names a payment or a refund: `MP251117.0952.A0527795`. */
function nameOf(kind: Row['kind'], at: Date): string {
  const [year, month, day, hour, minute] = at.toISOString().split(/\D/)
  const stamp = `${year?.slice(2)}${month}${day}.${hour}${minute}`
  return `${kind === 'refund' ? 'RF' : 'MP'}${stamp}.A${randomDigits(7)}`
}

async function end(house: House, row: Row, result: string, trx: Knex.Transaction): Promise<Row> {
  const at = house.clock.now()
  const paid = result === PAID
  const name = row.edition === 'portal' ? row.server_reference : nameOf(row.kind, at)
  const [settled]: Row[] = await trx(TABLE)
    .where({ id: row.id })
    .update({
      status: paid ? 'succeeded' : 'failed',
      receipt: paid ? name : null,
      reason: paid ? null : result,
      completed_at: at,
    })
    .returning('*')
  if (settled === undefined) throw new Error('a row is gone')
  await tell(house, settled, trx)
  return settled
}

/** Ends a payment once: money, status, receipt and the callback in one commit. */
export async function settle(house: House, reference: string, ending: Ending): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, { server_reference: reference })
    if (row === undefined || row.status !== 'pending' || row.scripted === NEVER) return
    await house.handset.close(ECOCASH, reference, trx)
    await end(house, row, await collect(trx, row, ending), trx)
  })
}

const callsBack = (edition: Edition): boolean => edition !== 'open'

async function plan(house: House, row: Row, minor: bigint, trx: Knex.Transaction): Promise<void> {
  if (row.notify_url === null || !callsBack(row.edition)) return
  const merchant: Merchant = await trx(MERCHANTS).where({ merchant_code: row.merchant_code }).first()
  await house.callbacks.plan(
    {
      ...{ simulator: ECOCASH, reference: row.server_reference, method: 'POST', url: row.notify_url },
      contentType: 'application/json',
      body: JSON.stringify(transactionObject(row, merchant, minor)),
      dueAt: house.clock.now(),
    },
    trx,
  )
}

async function tell(house: House, row: Row, trx: Knex.Transaction): Promise<void> {
  if (row.tellings.includes('no-callback')) return
  const wrong = row.tellings.includes('wrong-amount') && row.status === 'succeeded' ? 100n : 0n
  const minor = BigInt(row.amount_minor) + wrong
  await plan(house, row, minor, trx)
  if (row.tellings.includes('duplicate-callback')) await plan(house, row, minor, trx)
}

/** Somebody else claims success while nothing is decided. */
const forge = (house: House, row: Row, trx: Knex.Transaction): Promise<void> =>
  plan(
    house,
    { ...row, status: 'succeeded', receipt: `MP${randomDigits(6)}.9999.F00001` },
    BigInt(row.amount_minor),
    trx,
  )
