import type { Knex } from 'knex'
import { FATES, REVERSAL_MS, TELLINGS } from '../kit/fates.ts'
import { digitsOf, formatAmount } from '../kit/money.ts'
import { after, randomDigits } from '../kit/numbers.ts'
import { type House, type Kind, type Row, TABLE } from './house.ts'
import { type Ending, lockRow, move, moveBack, PAID } from './moves.ts'

/** From a request that was taken to its end, the same for every aggregator; the words are each one's own. */

export type Telling = {
  readonly method: 'POST' | 'PUT'
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded'
  readonly body: string
}

export type Vendor = {
  readonly name: string
  /** How long the customer may look at the wallet's prompt, or at the page of the link. */
  readonly promptMs: number
  /** What the customer reads. */
  readonly prompt: (row: Row, amount: string) => string
  readonly receipt: () => string
  /** The callback about a row, with this amount; undefined where the aggregator does not call back. */
  readonly tell?: (row: Row, minor: bigint) => Promise<Telling | undefined>
}

export const NEVER = 'never'
const SOON_MS = 1_000

/** What a scripted fault means for a payout, where nobody is asked. */
const PAYOUT_FATES: Readonly<Record<string, string>> = {
  'no-float': 'no-float',
  'payer-limit': 'payer-limit',
  'payee-refused': 'payee-refused',
  unreachable: 'unreachable',
  'no-answer-ever': NEVER,
}

export const LIFE_FAULTS: readonly string[] = [
  ...new Set([...FATES, ...Object.keys(PAYOUT_FATES), ...TELLINGS]),
]

export type Wanted = Pick<Row, 'account' | 'kind' | 'msisdn' | 'currency' | 'provider_reference'> & {
  readonly minor: bigint
  readonly reference?: string
  readonly provider?: string
  readonly callbackUrl?: string
  readonly original?: string
  readonly details?: Readonly<Record<string, string>>
}

const laneOf = (msisdn: string): string => `phone:${msisdn}`

async function fateOf({ faults }: House, vendor: Vendor, kind: Kind, msisdn: string): Promise<string | null> {
  if (kind !== 'collect') {
    const fate = await faults.strike(vendor.name, Object.keys(PAYOUT_FATES), msisdn)
    return fate === undefined ? null : (PAYOUT_FATES[fate] ?? null)
  }
  const fate = await faults.strike(vendor.name, FATES, msisdn)
  return fate === 'no-answer-ever' ? NEVER : (fate ?? null)
}

/** Keeps a request, in one commit with the customer's prompt; undefined where its reference was used before. */
export async function place(house: House, vendor: Vendor, wanted: Wanted): Promise<Row | undefined> {
  const { db, clock, faults, callbacks } = house
  const scripted = await fateOf(house, vendor, wanted.kind, wanted.msisdn)
  const tellings = await faults.strikeEach(vendor.name, TELLINGS, wanted.msisdn)
  const kept = await db.transaction(async trx => {
    const [row]: Row[] = await trx(TABLE)
      .insert({
        vendor: vendor.name,
        account: wanted.account,
        kind: wanted.kind,
        msisdn: wanted.msisdn,
        amount_minor: wanted.minor.toString(),
        currency: wanted.currency,
        status: 'pending',
        created_at: clock.now(),
        reference: wanted.reference ?? null,
        provider_reference: wanted.provider_reference,
        provider: wanted.provider ?? null,
        callback_url: wanted.callbackUrl ?? null,
        scripted,
        tellings: tellings.map(({ kind }) => kind),
        original: wanted.original ?? null,
        details: JSON.stringify(wanted.details ?? {}),
      })
      .onConflict()
      .ignore()
      .returning('*')
    if (row === undefined) return undefined
    await schedule(house, vendor, row, trx)
    if (row.tellings.includes('forged')) await forge(house, vendor, row, trx)
    return row
  })
  if (kept?.tellings.includes('callback-first') === true) {
    await settle(house, vendor, kept.provider_reference, { kind: 'self' })
    await callbacks.sendNow(vendor.name, kept.provider_reference)
  }
  return kept
}

async function schedule(
  { handset, jobs }: House,
  vendor: Vendor,
  row: Row,
  trx: Knex.Transaction,
): Promise<void> {
  const { scripted, msisdn, currency, provider_reference: reference } = row
  if (scripted === NEVER) return
  const asked = row.kind === 'collect' && scripted !== 'expired' && scripted !== 'unreachable'
  const dueAt = after(row.created_at, asked || scripted === 'expired' ? vendor.promptMs : SOON_MS)
  const amount = formatAmount(BigInt(row.amount_minor), currency)
  if (asked)
    await handset.show(
      {
        simulator: vendor.name,
        reference,
        msisdn,
        text: vendor.prompt(row, `${currency} ${amount}`),
        amount,
        currency,
        expiresAt: dueAt,
        scripted: scripted !== null,
      },
      trx,
    )
  const lane = laneOf(msisdn)
  await jobs.plan({ simulator: vendor.name, kind: 'end', payload: { reference }, dueAt, lane }, trx)
}

async function plan(
  house: House,
  vendor: Vendor,
  row: Row,
  minor: bigint,
  trx: Knex.Transaction,
): Promise<void> {
  const telling = await vendor.tell?.(row, minor)
  if (telling === undefined || row.callback_url === null) return
  const reference = row.provider_reference
  await house.callbacks.plan(
    { simulator: vendor.name, reference, url: row.callback_url, dueAt: house.clock.now(), ...telling },
    trx,
  )
}

async function tell(house: House, vendor: Vendor, row: Row, trx: Knex.Transaction): Promise<void> {
  if (row.tellings.includes('no-callback')) return
  const unit = 10n ** BigInt(digitsOf(row.currency))
  const wrong = row.tellings.includes('wrong-amount') && row.status === 'succeeded' ? unit : 0n
  const minor = BigInt(row.amount_minor) + wrong
  await plan(house, vendor, row, minor, trx)
  if (row.tellings.includes('duplicate-callback')) await plan(house, vendor, row, minor, trx)
}

/** Somebody else claims success while nothing is decided. */
const forge = (house: House, vendor: Vendor, row: Row, trx: Knex.Transaction): Promise<void> =>
  plan(
    house,
    vendor,
    { ...row, status: 'succeeded', receipt: `F${randomDigits(9)}`, account: 'forger' },
    BigInt(row.amount_minor),
    trx,
  )

/** Ends a transaction once: money, status, receipt and the callback in one commit. */
export async function settle(house: House, vendor: Vendor, reference: string, ending: Ending): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, vendor.name, reference)
    if (row === undefined || row.status !== 'pending' || row.scripted === NEVER) return
    const result = await move(trx, row, ending)
    const paid = result === PAID
    const at = house.clock.now()
    const [settled]: Row[] = await trx(TABLE)
      .where({ id: row.id })
      .update({
        status: paid ? 'succeeded' : 'failed',
        receipt: paid ? vendor.receipt() : null,
        reason: paid ? null : result,
        completed_at: at,
      })
      .returning('*')
    if (row.kind === 'collect') await house.handset.close(vendor.name, reference, trx)
    if (paid && row.tellings.includes('reversed-later'))
      await house.jobs.plan(
        {
          simulator: vendor.name,
          kind: 'reverse',
          payload: { reference },
          dueAt: after(at, REVERSAL_MS),
          lane: laneOf(row.msisdn),
        },
        trx,
      )
    if (settled !== undefined) await tell(house, vendor, settled, trx)
  })
}

/** The operator takes a payment back by hand, and it is told as the first one was. */
export async function reverse(house: House, vendor: Vendor, reference: string): Promise<void> {
  await house.db.transaction(async trx => {
    const row = await lockRow(trx, vendor.name, reference)
    if (row?.status !== 'succeeded' || !(await moveBack(trx, row))) return
    const [reversed]: Row[] = await trx(TABLE)
      .where({ id: row.id })
      .update({ status: 'reversed', reversed_at: house.clock.now() })
      .returning('*')
    if (reversed !== undefined) await tell(house, vendor, reversed, trx)
  })
}

/** Hangs an aggregator's rows onto the clock and the phones. */
export function live(house: House, vendor: Vendor): void {
  const { jobs, handset } = house
  jobs.on(vendor.name, 'end', async ({ reference }) =>
    settle(house, vendor, String(reference), { kind: 'timeout' }),
  )
  jobs.on(vendor.name, 'reverse', async ({ reference }) => reverse(house, vendor, String(reference)))
  handset.on(vendor.name, (reference, answer) => settle(house, vendor, reference, answer))
}
