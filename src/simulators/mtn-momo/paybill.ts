import type { Route, SimReply } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { after, digitsOnly, randomDigits } from '../kit/numbers.ts'
import { problem } from '../kit/truth.ts'
import { fieldOf } from '../kit/wire.ts'
import { CURRENCIES, type House, MTN, type PaybillRow, wallets } from './house.ts'
import { ask, offer, providerOf, type ServiceProvider } from './platform.ts'
import { view } from './views.ts'

/** What a customer pays from MTN's own menu: the lender is asked, the payment offered, and its word waited for. */

/** Faults in how a payment is offered; each strikes one sending. */
export const OFFER_FAULTS = [
  'offer-lost-request',
  'offer-lost-answer',
  'offer-duplicate',
  'offer-slow',
] as const

const CURRENCY = CURRENCIES.mtncameroon
const MAX_ACCOUNT = 40
/** Unanswered, it is offered again after this long, so often. */
const RESEND_MS = 5_000
const MAX_SENDINGS = 5
/** The lender has so long for its word; then the customer keeps her money. */
const HELD_MS = 300_000
const SLOW_MS = 30_000

const TABLE = 'sim_mtn_momo.transactions'

const plan = (
  { jobs, clock }: House,
  kind: 'offer' | 'give-up',
  reference: string,
  ms: number,
): Promise<void> =>
  jobs.plan({
    simulator: MTN,
    kind,
    payload: { reference },
    dueAt: after(clock.now(), ms),
    lane: `offer:${reference}`,
  })

const fail = ({ db, clock }: House, reference: string, reason: string): Promise<number> =>
  db(TABLE)
    .where({ reference, status: 'pending' })
    .update({ status: 'failed', reason, completed_at: clock.now() })

/** One sending, counted before it leaves. */
async function sendOnce(house: House, lender: ServiceProvider, row: PaybillRow): Promise<void> {
  const { reference } = row
  const kinds = (await house.faults.strikeEach(MTN, OFFER_FAULTS, row.msisdn)).map(({ kind }) => kind)
  if (kinds.includes('offer-slow')) return plan(house, 'offer', reference, SLOW_MS)
  await house.db(TABLE).where({ reference }).increment('sendings', 1)
  const told = kinds.includes('offer-lost-request') ? undefined : await offer(lender, row, row.sendings)
  if (kinds.includes('offer-duplicate')) await offer(lender, row, row.sendings)
  if (told === undefined || kinds.includes('offer-lost-answer')) {
    if (row.sendings + 1 < MAX_SENDINGS) return plan(house, 'offer', reference, RESEND_MS)
    return void (await fail(house, reference, 'PAYEE_DID_NOT_ANSWER'))
  }
  if (told.kind === 'refused') return void (await fail(house, reference, `PAYEE_REFUSED_${told.status}`))
  const kept = await house
    .db(TABLE)
    .where({ reference })
    .where(query => query.whereNull('payee_reference').orWhere({ payee_reference: told.name }))
    .update({ payee_reference: told.name })
  if (kept === 0) await fail(house, reference, 'PAYEE_NAMED_IT_TWICE')
}

/** The two jobs of a payment that is under way. */
export function onPaybillJobs(house: House): void {
  house.jobs.on(MTN, 'offer', async ({ reference }) => {
    const row: PaybillRow | undefined = await house
      .db(TABLE)
      .where({ reference: String(reference), status: 'pending' })
      .first()
    const lender = row && (await providerOf(house.db, row.service_provider))
    if (row !== undefined && lender !== undefined) await sendOnce(house, lender, row)
  })
  house.jobs.on(MTN, 'give-up', async ({ reference }) => {
    await fail(house, String(reference), 'TIMEOUT')
  })
}

/** The lender that was named, or the only one there is. */
async function payee({ db }: House, name: string | undefined): Promise<ServiceProvider | undefined> {
  const rows = await db('sim_mtn_momo.service_providers')
    .modify(query => void (name !== undefined && query.where({ name })))
    .limit(2)
  return rows.length === 1 ? rows[0] : undefined
}

async function pay(house: House, body: string): Promise<SimReply> {
  const { db, clock } = house
  const msisdn = digitsOnly(fieldOf(body, 'msisdn') ?? '')
  const minor = parseAmount(fieldOf(body, 'amount') ?? '', CURRENCY)
  const account = fieldOf(body, 'account') ?? ''
  if (minor === undefined || minor === 0n) return problem(400, `amount: an amount of ${CURRENCY}`)
  if (account === '' || account.length > MAX_ACCOUNT || /[@/]/.test(account))
    return problem(400, `account: 1 to ${MAX_ACCOUNT} characters, none of them @ or /`)
  const lender = await payee(house, fieldOf(body, 'serviceProvider'))
  if (lender === undefined) return problem(404, 'serviceProvider: which lender?')
  const wallet = await wallets.find(db, msisdn, CURRENCY)
  if (wallet === undefined) return problem(409, 'no such wallet')
  if (wallet.balance < minor) return problem(409, 'not enough money')
  const known = await ask(lender, account, msisdn)
  if (known === undefined) return problem(409, 'the lender gave no answer')
  if (!known) return problem(409, 'the lender refused it')
  const reference = `1${randomDigits(10)}`
  const [row]: PaybillRow[] = await db(TABLE)
    .insert({
      kind: 'c2b',
      msisdn,
      amount_minor: minor.toString(),
      currency: CURRENCY,
      status: 'pending',
      created_at: clock.now(),
      reference,
      api_user: lender.api_user,
      external_id: account,
      party_id_type: 'MSISDN',
      payer_message: '',
      payee_note: '',
      tellings: [],
      service_provider: lender.name,
    })
    .returning('*')
  if (row === undefined) throw new Error('a payment was not kept')
  await plan(house, 'offer', reference, 0)
  await plan(house, 'give-up', reference, HELD_MS)
  return { status: 201, body: view(row) }
}

/** `POST /sim/providers/mtn-momo/c2b`: a customer opens MTN's menu and pays the lender, unasked. */
export const customerRoute = (house: House): Route => ({
  method: 'POST',
  path: '/providers/mtn-momo/c2b',
  handle: ({ body }) => pay(house, body),
})
