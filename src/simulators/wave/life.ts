import type { Knex } from 'knex'
import { REVERSAL_MS } from '../kit/fates.ts'
import type { PromptAnswer } from '../kit/handset.ts'
import { formatAmount } from '../kit/money.ts'
import { after } from '../kit/numbers.ts'
import { NEVER, OF_A_PAYMENT } from './faults.ts'
import { tell } from './hooks.ts'
import { type House, lockRow, type Row, TABLE, WAVE, wallets } from './house.ts'
import { collect, giveBack, lockBusiness, transactionId } from './moves.ts'

/** From an opened link to its end. A payment that fails ends nothing: the session is open until it is paid, or expires. */

/** A phone that was asked knows a session by its name and how often it was asked. */
const promptOf = ({ provider_reference, attempts }: Row): string => `${provider_reference}#${attempts}`
const sessionOf = (prompt: string): string => prompt.replace(/#\d+$/, '')

export type Opened = 'asked' | 'not-there' | 'over' | 'whose' | 'another-phone'

/** The link is opened on a phone: its wallet asks her to pay. Another phone than the session is for cannot. */
export function openLink(house: House, id: string, phone: string | undefined): Promise<Opened> {
  return house.db.transaction(async trx => {
    const row = await lockRow(trx, id)
    if (row === undefined || row.kind !== 'collect') return 'not-there'
    if (row.status !== 'pending') return 'over'
    const msisdn = phone ?? row.msisdn
    if (msisdn === '') return 'whose'
    if (row.restricted && msisdn !== row.msisdn) {
      await fail(house, row, 'payer-mobile-mismatch', trx)
      return 'another-phone'
    }
    await ask(house, row, msisdn, trx)
    return 'asked'
  })
}

/** One question at a time: the page may be opened again. */
async function ask(house: House, row: Row, msisdn: string, trx: Knex.Transaction): Promise<void> {
  await house.handset.close(WAVE, promptOf(row), trx)
  const [asked]: Row[] = await trx(TABLE)
    .where({ id: row.id })
    .update({ msisdn, attempts: row.attempts + 1 })
    .returning('*')
  if (asked === undefined || row.scripted === 'expired' || row.scripted === NEVER) return
  const amount = formatAmount(BigInt(row.amount_minor), row.currency)
  await house.handset.show(
    {
      simulator: WAVE,
      reference: promptOf(asked),
      msisdn,
      text: `Wave: pay ${row.currency} ${amount} to ${row.business}? Enter your code`,
      amount,
      currency: row.currency,
      expiresAt: row.expires_at ?? row.created_at,
      scripted: row.scripted !== null,
    },
    trx,
  )
}

async function fail(house: House, row: Row, reason: string, trx: Knex.Transaction): Promise<void> {
  const [failed]: Row[] = await trx(TABLE).where({ id: row.id }).update({ reason }).returning('*')
  if (failed !== undefined) await tell(house, await lockBusiness(trx, row.business), failed, trx)
}

/** She answers her phone. A wrong code, or a no, stays between her and Wave. */
export async function answer(house: House, prompt: string, said: PromptAnswer): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, sessionOf(prompt))
    if (row === undefined || row.status !== 'pending' || promptOf(row) !== prompt) return
    await house.handset.close(WAVE, prompt, trx)
    await trx(TABLE).where({ id: row.id }).update({ scripted: null })
    if (said.kind === 'cancel') return
    const scripted = OF_A_PAYMENT[row.scripted as keyof typeof OF_A_PAYMENT]
    if (scripted === null) return
    if (scripted !== undefined) return fail(house, row, scripted, trx)
    const wallet = await wallets.lock(trx, row.msisdn, row.currency)
    if (wallet === undefined || (said.kind === 'pin' && said.pin !== wallet.pin)) return
    await pay(house, row, trx)
  })
}

async function pay(house: House, row: Row, trx: Knex.Transaction): Promise<void> {
  const when = { at: house.clock.now(), transactionId: transactionId() }
  if (!(await collect(trx, row, when))) return fail(house, row, 'insufficient-funds', trx)
  const [paid]: Row[] = await trx(TABLE)
    .where({ id: row.id })
    .update({ status: 'succeeded', receipt: when.transactionId, completed_at: when.at, reason: null })
    .returning('*')
  if (paid === undefined) return
  await planReversal(house, paid, trx)
  await tell(house, await lockBusiness(trx, row.business), paid, trx)
}

export async function planReversal({ jobs, clock }: House, row: Row, trx: Knex.Transaction): Promise<void> {
  if (!row.tellings.includes('reversed-later')) return
  const payload = { reference: row.provider_reference }
  const dueAt = after(clock.now(), REVERSAL_MS)
  await jobs.plan({ simulator: WAVE, kind: 'reverse', payload, dueAt }, trx)
}

/** Wave takes a payment or a payout back by hand: the list of the day tells, a payout's own status too, and no hook. */
export async function reverse(house: House, reference: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, reference)
    if (row?.status !== 'succeeded' || row.refunded_by !== null) return
    const at = house.clock.now()
    if (await giveBack(trx, row, at))
      await trx(TABLE).where({ id: row.id }).update({ status: 'reversed', reversed_at: at })
  })
}

/** Its time is over, or the lender's patience; false where it was over before. */
export function expire(house: House, reference: string): Promise<boolean> {
  return house.db.transaction(async trx => {
    const row = await lockRow(trx, reference)
    if (row?.status !== 'pending' || row.scripted === NEVER) return false
    await house.handset.close(WAVE, promptOf(row), trx)
    await trx(TABLE).where({ id: row.id }).update({ status: 'failed', completed_at: house.clock.now() })
    return true
  })
}
