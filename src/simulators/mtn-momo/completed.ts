import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { readFlat, writeXml } from '../kit/xml.ts'
import { credit } from './accounts.ts'
import { type House, MTN, type PaybillRow, wallets } from './house.ts'
import { COMPLETED, platformError } from './platform.ts'

/** The lender's word about a payment that was offered to it: the money moves here, and nowhere before. */

/** `completed-lost-answer` and the like strike this call only. */
export const COMPLETED_FAULTS: readonly string[] = WIRE_FAULTS.filter(kind => kind !== 'cut-json').map(
  kind => `completed-${kind}`,
)

const FIELDS = ['transactionid', 'providertransactionid', 'status']

const done: SimReply = {
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: writeXml('paymentcompletedresponse', COMPLETED, {}),
}

/** What the word says, if it is one; it is the same whoever said it. */
function wordIn(body: string): Readonly<Record<string, string>> | undefined {
  const told = readFlat(body)
  const isWord =
    told?.root === 'paymentcompletedrequest' &&
    told.namespace === COMPLETED &&
    FIELDS.every(name => told.fields[name]) &&
    Object.keys(told.fields).length === FIELDS.length
  return isWord && ['COMPLETED', 'FAILED'].includes(told.fields.status ?? '') ? told.fields : undefined
}

/** Ends a held payment once; what has ended stays as it is, and the same word again is answered the same. */
async function end(house: House, row: PaybillRow, status: string): Promise<SimReply> {
  return house.db.transaction(async trx => {
    const mine = { reference: row.reference }
    const now: PaybillRow = await trx('sim_mtn_momo.transactions').where(mine).forUpdate().first()
    const wanted = status === 'COMPLETED' ? 'succeeded' : 'failed'
    if (now.status !== 'pending')
      return now.status === wanted ? done : platformError(400, `TRANSACTION_${now.status.toUpperCase()}`)
    const fail = (reason: string) =>
      trx('sim_mtn_momo.transactions')
        .where(mine)
        .update({ status: 'failed', reason, completed_at: house.clock.now() })
    if (wanted === 'failed') {
      await fail('REFUSED_BY_PAYEE')
      return done
    }
    const wallet = await wallets.lock(trx, now.msisdn, now.currency)
    if (wallet === undefined || wallet.balance < BigInt(now.amount_minor)) {
      await fail('NOT_ENOUGH_FUNDS')
      return platformError(400, 'TRANSACTION_FAILED')
    }
    await wallets.move(trx, wallet, -BigInt(now.amount_minor))
    await credit(trx, now, BigInt(now.amount_minor))
    await trx('sim_mtn_momo.transactions')
      .where(mine)
      .update({ status: 'succeeded', receipt: now.reference, completed_at: house.clock.now() })
    return done
  })
}

async function hear(house: House, request: SimRequest): Promise<SimReply> {
  const { headers, body } = request
  if (!/^(application|text)\/xml\b/.test(headers['content-type'] ?? '')) return platformError(415, 'NOT_XML')
  const known = await house
    .db('sim_mtn_momo.service_providers')
    .where({ wants: headers.authorization ?? '' })
    .first('name')
  if (known === undefined) return platformError(401, 'AUTHENTICATION_FAILED')
  const word = wordIn(body)
  if (word === undefined) return platformError(400, 'VALIDATION_ERROR')
  const row = await rowOf(house, word)
  if (row === undefined || row.service_provider !== known.name)
    return platformError(404, 'TRANSACTION_NOT_FOUND')
  // it may come before the answer in which the lender named the payment, and then names it
  const [named] = await house
    .db('sim_mtn_momo.transactions')
    .where({ reference: row.reference })
    .where(query =>
      query.whereNull('payee_reference').orWhere({ payee_reference: word.providertransactionid }),
    )
    .update({ payee_reference: word.providertransactionid })
    .returning('id')
  if (named === undefined) return platformError(400, 'VALIDATION_ERROR')
  return end(house, row, String(word.status))
}

const rowOf = async (
  { db }: House,
  word: Readonly<Record<string, string>> | undefined,
): Promise<PaybillRow | undefined> =>
  word === undefined
    ? undefined
    : db('sim_mtn_momo.transactions').where({ reference: word.transactionid, kind: 'c2b' }).first()

export const completedRoute = (house: House): Route =>
  spoilable(
    house.faults,
    {
      simulator: MTN,
      kinds: COMPLETED_FAULTS,
      about: async ({ body }) => (await rowOf(house, wordIn(body)))?.msisdn,
    },
    { method: 'POST', path: '/serviceprovider/paymentcompleted', handle: request => hear(house, request) },
  )
