import { randomInt } from 'node:crypto'
import type { Knex } from 'knex'
import { FATES, type Fate, TELLINGS } from '../kit/fates.ts'
import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { after, randomDigits } from '../kit/numbers.ts'
import { fieldOf, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { nairobiTime } from './bodies.ts'
import { type App, type House, KES, MPESA, type PushRow, wallets } from './house.ts'
import { forge, PROMPT_LIFE_MS, settle } from './life.ts'
import { appOf, isApp } from './oauth.ts'
import { objectOf, refusal } from './replies.ts'
import { magicResult, NEVER, SCRIPTED, UNPROMPTED } from './results.ts'
import { type Push, validatePush } from './validate.ts'

/** Safaricom's rule: not twice the same amount from the same customer within this time. */
const SAME_PAYMENT_MS = 120_000
/** What fails without the customer fails this soon. */
const SOON_MS = 1_000

/** What the push meets before anything is shown; null: it is the customer's to decide. */
async function obstacle(
  { clock }: House,
  app: App,
  push: Push,
  scripted: string | undefined,
  trx: Knex.Transaction,
): Promise<string | null> {
  const mine = () => trx('sim_mpesa.transactions').where({ msisdn: push.msisdn })
  const open = await mine()
    .where({ status: 'pending', prompted: true })
    .andWhere('ends_at', '>', clock.now())
    .first('id')
  if (open !== undefined) return '1001'
  if (app.refuses_twins && (await isTwin())) return '17'
  if (scripted !== undefined) return scripted
  return (await wallets.find(trx, push.msisdn, KES)) === undefined ? '1037' : null

  async function isTwin(): Promise<boolean> {
    const twin = await mine()
      .where({ shortcode: app.shortcode, amount_minor: push.amount.toString() })
      .whereIn('kind', ['collect', 'c2b'])
      .whereIn('status', ['succeeded', 'reversed'])
      .andWhere('completed_at', '>', after(clock.now(), -SAME_PAYMENT_MS))
      .first('id')
    return twin !== undefined
  }
}

async function schedule(
  { jobs, handset, clock }: House,
  push: PushRow,
  trx: Knex.Transaction,
): Promise<void> {
  const { checkout_request_id: reference, msisdn, scripted } = push
  if (scripted === NEVER) return
  if (push.prompted)
    await handset.show(
      {
        simulator: MPESA,
        reference,
        msisdn,
        text: `Pay KES ${formatAmount(BigInt(push.amount_minor), KES)} to ${push.shortcode} account ${push.account_reference}? Enter M-PESA PIN`,
        amount: formatAmount(BigInt(push.amount_minor), KES),
        currency: KES,
        expiresAt: push.ends_at,
        scripted: scripted !== null,
      },
      trx,
    )
  const dueAt = push.prompted || scripted === '1019' ? push.ends_at : after(clock.now(), SOON_MS)
  await jobs.plan(
    { simulator: MPESA, kind: 'end', payload: { reference }, dueAt, lane: `phone:${msisdn}` },
    trx,
  )
}

async function accept(house: House, app: App, push: Push): Promise<PushRow> {
  const { faults, db, clock } = house
  const fate = (await faults.strike(MPESA, FATES, push.msisdn)) as Fate | undefined
  const tellings = await faults.strikeEach(MPESA, [...TELLINGS, 'c2b-twin'], push.msisdn)
  const wished = fate === undefined ? magicResult(push.msisdn) : SCRIPTED[fate]
  return db.transaction(async trx => {
    await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`sim_mpesa:${push.msisdn}`])
    const scripted = await obstacle(house, app, push, wished, trx)
    const now = clock.now()
    const [row]: PushRow[] = await trx('sim_mpesa.transactions')
      .insert({
        kind: 'collect',
        msisdn: push.msisdn,
        amount_minor: push.amount.toString(),
        currency: KES,
        status: 'pending',
        created_at: now,
        checkout_request_id: `ws_CO_${nairobiTime(now)}${randomDigits(12)}`,
        merchant_request_id: `${randomInt(10_000, 99_999)}-${randomDigits(8)}-1`,
        shortcode: app.shortcode,
        account_reference: push.accountReference,
        callback_url: push.callbackUrl,
        scripted,
        tellings: tellings.map(({ kind }) => kind),
        prompted: scripted === null || !UNPROMPTED.has(scripted),
        ends_at: after(now, PROMPT_LIFE_MS),
      })
      .returning('*')
    if (row === undefined) throw new Error('a push was not kept')
    await schedule(house, row, trx)
    if (row.tellings.includes('forged')) await forge(house, row, trx)
    return row
  })
}

const accepted = (push: PushRow): SimReply => ({
  status: 200,
  body: {
    MerchantRequestID: push.merchant_request_id,
    CheckoutRequestID: push.checkout_request_id,
    ResponseCode: '0',
    ResponseDescription: 'Success. Request accepted for processing',
    CustomerMessage: 'Success. Request accepted for processing',
  },
})

/** `POST /mpesa/stkpush/v1/processrequest`: a prompt on the customer's phone; the answer means "taken", never "paid". */
export function pushRoute(house: House): Route {
  const about = ({ body }: { body: string }) => fieldOf(body, 'PhoneNumber')
  return spoilable(
    house.faults,
    { simulator: MPESA, kinds: WIRE_FAULTS, about },
    {
      method: 'POST',
      path: '/mpesa/stkpush/v1/processrequest',
      async handle(request) {
        const app = await appOf(house, request)
        if (!isApp(app)) return app
        const body = objectOf(request.body)
        if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
        const push = validatePush(body, app)
        if ('refused' in push) return push.refused
        const row = await accept(house, app, push)
        if (row.tellings.includes('callback-first')) {
          await settle(house, row.checkout_request_id, row.prompted ? { kind: 'self' } : { kind: 'timeout' })
          await house.callbacks.sendNow(MPESA, row.checkout_request_id)
        }
        return accepted(row)
      },
    },
  )
}
