import type { Knex } from 'knex'
import { TELLINGS } from '../kit/fates.ts'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { after, randomDigits } from '../kit/numbers.ts'
import { fieldOf, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { appOf, isApp } from './auth.ts'
import { type Course, courseOfFate, FATES_OF, NEVER } from './codes.ts'
import {
  type App,
  CURRENCY,
  type House,
  type Line,
  ORANGE,
  type Payment,
  type Product,
  wallets,
} from './house.ts'
import { forge, PROMPT_LIFE_MS, SOON_MS, settle } from './life.ts'
import { answer, dataOf, plain, refusal } from './replies.ts'
import { isUsable } from './tokens.ts'
import { isOrange, type Wanted, wantedOf } from './validate.ts'

const KINDS = { mp: 'collect', cashin: 'disburse' } as const
const TAKEN = { mp: 'Merchant payment successfully initiated', cashin: 'Cash in successfully initiated' }

/** What decides before anybody is asked: a script, the line's limits, the wallet and the money that is there. */
async function courseOf({ db, faults }: House, line: Line, { msisdn, minor }: Wanted): Promise<Course> {
  const { product } = line
  if (!isOrange(msisdn.slice(3))) return { refused: '00671' }
  const fate = await faults.strike(ORANGE, FATES_OF[product], msisdn)
  const scripted = fate === undefined ? undefined : courseOfFate(product, fate)
  if (scripted !== undefined) return scripted
  if (minor < BigInt(line.min_minor)) return { refused: '90001' }
  if (minor > BigInt(line.max_minor)) return { refused: '90002' }
  if (minor % BigInt(line.multiple_minor) !== 0n) return { refused: '90003' }
  const wallet = await wallets.find(db, msisdn, CURRENCY)
  if (wallet === undefined) return { refused: '99051' }
  if ((product === 'mp' ? wallet.balance : BigInt(line.balance_minor)) < minor) return { refused: '60019' }
  return { ends: null, prompted: product === 'mp', soon: product === 'cashin' }
}

async function schedule(house: House, row: Payment, course: Course, trx: Knex.Transaction): Promise<void> {
  if ('refused' in course || course.ends === NEVER) return
  const { pay_token: payToken, msisdn } = row
  const dueAt = after(row.created_at, course.soon ? SOON_MS : PROMPT_LIFE_MS)
  const amount = formatAmount(BigInt(row.amount_minor), CURRENCY)
  if (course.prompted)
    await house.handset.show(
      {
        simulator: ORANGE,
        reference: payToken,
        msisdn,
        text: `Paiement de ${amount} FCFA au marchand ${row.line}. Tapez votre code secret Orange Money pour confirmer`,
        amount,
        currency: CURRENCY,
        expiresAt: dueAt,
        scripted: course.ends !== null,
      },
      trx,
    )
  await house.jobs.plan(
    { simulator: ORANGE, kind: 'end', payload: { payToken }, dueAt, lane: `phone:${msisdn}` },
    trx,
  )
}

const txnidAt = (product: Product, at: Date): string => {
  const [, day = '', time = ''] = /^20(\d\d-\d\d-\d\d)T(\d\d:\d\d)/.exec(at.toISOString()) ?? []
  const digits = (text: string) => text.replace(/\D/g, '')
  return `${product === 'mp' ? 'MP' : 'CI'}${digits(day)}.${digits(time)}.A${randomDigits(9)}`
}

/** Uses the token up and keeps the payment, in one commit; undefined where somebody else used the token meanwhile. */
async function keep(house: House, line: Line, wanted: Wanted, course: Course): Promise<Payment | undefined> {
  const tellings = await house.faults.strikeEach(ORANGE, TELLINGS, wanted.msisdn)
  const now = house.clock.now()
  const failed = 'refused' in course
  return house.db.transaction(async trx => {
    const used = await trx('sim_orange_money.pay_tokens')
      .where({ pay_token: wanted.payToken })
      .whereNull('used_at')
      .update({ used_at: now })
    if (used === 0) return undefined
    const [row]: Payment[] = await trx('sim_orange_money.transactions')
      .insert({
        kind: KINDS[line.product],
        msisdn: wanted.msisdn,
        amount_minor: wanted.minor.toString(),
        currency: CURRENCY,
        status: failed ? 'failed' : 'pending',
        created_at: now,
        completed_at: failed ? now : null,
        pay_token: wanted.payToken,
        client_id: line.client_id,
        line: line.msisdn,
        order_id: wanted.orderId,
        description: wanted.description,
        notif_url: wanted.notifUrl,
        txnid: failed ? null : txnidAt(line.product, now),
        word: failed ? 'FAILED' : 'PENDING',
        code: failed ? course.refused : null,
        scripted: failed ? null : course.ends,
        tellings: tellings.map(({ kind }) => kind),
      })
      .returning('*')
    if (row === undefined) return undefined
    await schedule(house, row, course, trx)
    if (row.tellings.includes('forged')) await forge(house, row, trx)
    return row
  })
}

/** Another answer than the payment's own: a token that was used before is refused as one client saw it, with 422. */
const USED = plain(422, 'payToken already used')

async function pay(house: House, app: App, product: Product, body: string): Promise<SimReply> {
  const wanted = wantedOf(body, product)
  if ('refused' in wanted) return wanted.refused
  const { client_id } = app
  const line: Line | undefined = await house
    .db('sim_orange_money.lines')
    .where({ msisdn: wanted.line, client_id, product })
    .first()
  if (line === undefined || line.pin !== wanted.pin) return refusal('90005')
  const usable = await isUsable(house, wanted.payToken, client_id, product)
  if (usable !== 'yes') return usable === 'used' ? USED : refusal('90006')
  const course = await courseOf(house, line, wanted)
  const row = await keep(house, line, wanted, course)
  if (row === undefined) return USED
  if ('refused' in course) return refusal(course.refused, dataOf(row))
  if (row.tellings.includes('callback-first')) {
    await settle(house, row.pay_token, { kind: 'self' })
    await house.callbacks.sendNow(ORANGE, row.pay_token)
  }
  return answer(TAKEN[product], dataOf(row))
}

const aboutOf = ({ body }: SimRequest): string | undefined => {
  const number = fieldOf(body, 'subscriberMsisdn')
  return number === undefined ? undefined : `237${number}`
}

/** `POST …/pay`: moves money, once for each token that `init` gave. */
export function payRoute(house: House, product: Product): Route {
  return spoilable(
    house.faults,
    { simulator: ORANGE, kinds: WIRE_FAULTS, about: aboutOf },
    {
      method: 'POST',
      path: `/${product}/pay`,
      async handle(request) {
        const app = await appOf(house, request)
        return isApp(app) ? pay(house, app, product, request.body) : app
      },
    },
  )
}
