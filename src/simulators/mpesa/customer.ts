import { randomUUID } from 'node:crypto'
import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { digitsOnly } from '../kit/numbers.ts'
import { move } from './accounts.ts'
import { type C2b, c2bBody, type Paid } from './bodies.ts'
import { type House, KES, MPESA, type Row, wallets } from './house.ts'
import { confirmC2b, newReceipt, planReversal, toldMinor } from './life.ts'
import { appOf, isApp } from './oauth.ts'
import { isAmount, isParty } from './operator.ts'
import { timesTold } from './post.ts'
import { invalid, objectOf, refusal } from './replies.ts'
import { CUSTOMER, isText } from './validate.ts'
import { viewOf } from './views.ts'

/** What a customer types into her phone's menu: paybill, account, amount. */
type Bill = {
  readonly shortcode: string
  readonly msisdn: string
  readonly minor: bigint
  readonly billRefNumber: string
}

const MAX_BILL_REFERENCE = 20
/** The lender has this long to say whether it takes the money; then the registered default counts. */
const VALIDATION_MS = 8_000
const FAULTS = ['no-callback', 'duplicate-callback', 'wrong-amount', 'reversed-later'] as const

/** The answers that the portal lists; any other is none ("Customer to Business", Validation). */
const TAKEN = '0'
const REJECTED = /^C2B0001[1-6]$/

/** Asks the lender's validation listener, where one is registered; where it gives no answer the registered default counts. */
async function isWelcome({ db }: House, payment: C2b, paid: Paid): Promise<boolean> {
  const urls = await db('sim_mpesa.c2b_urls').where({ shortcode: payment.shortcode }).first()
  if (urls === undefined || urls.validation_url === null) return true
  try {
    const answer = await fetch(urls.validation_url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: c2bBody(payment, paid),
      redirect: 'manual',
      signal: AbortSignal.timeout(VALIDATION_MS),
    })
    const code = answer.status === 200 ? String(objectOf(await answer.text())?.ResultCode) : ''
    if (code === TAKEN) return true
    if (REJECTED.test(code)) return false
  } catch {
    // nobody there, or too late
  }
  return urls.response_type === 'Completed'
}

/** Pays a bill; answers why not where it cannot be paid. */
async function payBill(house: House, bill: Bill): Promise<Row | string> {
  const { db, clock, faults } = house
  const name = (await wallets.find(db, bill.msisdn, KES))?.name
  if (name === undefined) return 'no such wallet'
  const payment: C2b = { ...bill, name, orgBalance: '' }
  const paid: Paid = { receipt: newReceipt(), minor: bill.minor, at: clock.now() }
  if (!(await isWelcome(house, payment, paid))) return 'the lender refused it'
  const tellings = (await faults.strikeEach(MPESA, FAULTS, bill.msisdn)).map(({ kind }) => kind)
  return db.transaction(async trx => {
    const wallet = await wallets.lock(trx, bill.msisdn, KES)
    if (wallet === undefined || wallet.balance < bill.minor) return 'not enough money'
    await wallets.move(trx, wallet, -bill.minor)
    const account = await move(trx, bill.shortcode, 'working', bill.minor)
    const [row]: Row[] = await trx('sim_mpesa.transactions')
      .insert({
        kind: 'c2b',
        msisdn: bill.msisdn,
        amount_minor: bill.minor.toString(),
        currency: KES,
        status: 'succeeded',
        receipt: paid.receipt,
        created_at: paid.at,
        completed_at: paid.at,
        shortcode: bill.shortcode,
        account_reference: bill.billRefNumber,
        tellings,
      })
      .returning('*')
    if (row === undefined) throw new Error('a payment was not kept')
    const told = { ...paid, minor: toldMinor(row, paid.minor) }
    const orgBalance = formatAmount(BigInt(account?.working_minor ?? 0), KES)
    await confirmC2b(house, { ...payment, orgBalance }, told, trx, timesTold(tellings))
    if (tellings.includes('reversed-later')) await planReversal(house, paid.receipt, paid.at, trx)
    return row
  })
}

/** The shortcode that was named, or the only one there is. */
async function payee({ db }: House, wanted: unknown): Promise<string | undefined> {
  const rows = await db('sim_mpesa.accounts')
    .modify(query => void (wanted !== undefined && query.where({ shortcode: String(wanted) })))
    .limit(2)
  return rows.length === 1 ? rows[0].shortcode : undefined
}

const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })

/** `POST /sim/providers/mpesa/c2b`: a customer opens her own menu and pays the paybill, unasked. */
function customerRoute(house: House): Route {
  return {
    method: 'POST',
    path: '/providers/mpesa/c2b',
    async handle(request) {
      const { msisdn, amount, billRefNumber, shortcode: wanted } = objectOf(request.body) ?? {}
      const minor = parseAmount(String(amount), KES)
      if (minor === undefined || minor === 0n) return problem(400, 'amount: shillings, as text')
      if (!isText(billRefNumber, MAX_BILL_REFERENCE)) return problem(400, 'billRefNumber: 1 to 20 characters')
      const shortcode = await payee(house, wanted)
      if (shortcode === undefined) return problem(404, 'shortcode: which paybill?')
      const row = await payBill(house, {
        shortcode,
        msisdn: digitsOnly(String(msisdn)),
        minor,
        billRefNumber,
      })
      return typeof row === 'string' ? problem(409, row) : { status: 201, body: viewOf(row) }
    },
  }
}

/** Daraja's own trigger of the same, in the sandbox only; v1 and v2 as with the registration of listeners. */
function simulateRoutes(house: House): Route[] {
  return ['v1', 'v2'].map(version => ({
    method: 'POST',
    path: `/mpesa/c2b/${version}/simulate`,
    async handle(request) {
      const app = await appOf(house, request)
      if (!isApp(app)) return app
      if (app.environment !== 'sandbox') return refusal('404.001.01', 'Resource not found')
      const body = objectOf(request.body)
      if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
      const { ShortCode, CommandID, Amount, Msisdn, BillRefNumber } = body
      if (!isParty(ShortCode, app)) return invalid('ShortCode')
      if (CommandID !== 'CustomerPayBillOnline') return invalid('CommandID')
      if (!isAmount(Amount)) return invalid('Amount')
      if (!CUSTOMER.test(String(Msisdn))) return invalid('Msisdn')
      if (!isText(BillRefNumber, MAX_BILL_REFERENCE)) return invalid('BillRefNumber')
      await payBill(house, {
        shortcode: app.shortcode,
        msisdn: String(Msisdn),
        minor: BigInt(Amount) * 100n,
        billRefNumber: BillRefNumber,
      })
      // The misspelt name is Safaricom's.
      const OriginatorCoversationID = randomUUID()
      return {
        status: 200,
        body: {
          OriginatorCoversationID,
          ResponseCode: '0',
          ResponseDescription: 'Accept the service request successfully.',
        },
      }
    },
  }))
}

export const customerRoutes = (house: House) => ({
  control: customerRoute(house),
  api: simulateRoutes(house),
})
