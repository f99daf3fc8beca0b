import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { digitsOnly } from '../kit/numbers.ts'
import { QUERY_FAULTS, spoilable } from '../kit/wire.ts'
import { isUser, userOf } from './auth.ts'
import { type ApiUser, CURRENCIES, type House, MTN, type RequestRow, wallets } from './house.ts'
import { statusBody } from './life.ts'
import { refusal } from './replies.ts'

const notFound = refusal(404, 'RESOURCE_NOT_FOUND', 'Requested resource was not found.')

const find = ({ db }: House, { params }: SimRequest): Promise<RequestRow | undefined> =>
  db('sim_mtn_momo.transactions')
    .where({ reference: (params.reference ?? '').toLowerCase() })
    .first()

/** A read that needs the caller's credentials. */
function read(
  house: House,
  path: string,
  answer: (request: SimRequest, user: ApiUser) => Promise<SimReply>,
): Route {
  return {
    method: 'GET',
    path: `/collection/v1_0/${path}`,
    async handle(request) {
      const user = await userOf(house, request)
      return isUser(user) ? answer(request, user) : user
    },
  }
}

/** Status by the caller's own reference, what the account has taken, and whether a number has a wallet. */
export function readRoutes(house: House): Route[] {
  const { db, faults } = house
  const about = async (request: SimRequest) => (await find(house, request))?.msisdn
  const walletOf = ({ params }: SimRequest, user: ApiUser) =>
    wallets.find(db, digitsOnly(params.id ?? ''), CURRENCIES[user.environment])
  const status = read(house, 'requesttopay/:reference', async (request, user) => {
    const row = await find(house, request)
    return row === undefined || row.api_user !== user.api_user
      ? notFound
      : { status: 200, body: statusBody(row) }
  })
  return [
    spoilable(faults, { simulator: MTN, kinds: [...QUERY_FAULTS, 'cut-json'], about }, status),
    read(house, 'account/balance', async (_, user) => {
      const currency = CURRENCIES[user.environment]
      const { rows } = await db.raw(
        `select coalesce(sum(amount_minor), 0)::text as taken from sim_mtn_momo.transactions
          where api_user = ? and status = 'succeeded'`,
        [user.api_user],
      )
      const availableBalance = formatAmount(BigInt(rows[0].taken), currency)
      return { status: 200, body: { availableBalance, currency } }
    }),
    read(house, 'accountholder/msisdn/:id/active', async (request, user) => ({
      status: 200,
      body: { result: (await walletOf(request, user)) !== undefined },
    })),
    read(house, 'accountholder/msisdn/:id/basicuserinfo', async (request, user) => {
      const wallet = await walletOf(request, user)
      if (wallet === undefined) return notFound
      const [given_name = '', ...family] = wallet.name.split(' ')
      return { status: 200, body: { given_name, family_name: family.join(' ') } }
    }),
  ]
}
