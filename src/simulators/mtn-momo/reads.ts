import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { digitsOnly } from '../kit/numbers.ts'
import type { Wallet } from '../kit/wallets.ts'
import { QUERY_FAULTS, spoilable } from '../kit/wire.ts'
import { balanceOf, formatBalance } from './accounts.ts'
import { isUser, userOf } from './auth.ts'
import {
  type ApiUser,
  CURRENCIES,
  type House,
  type Kind,
  MTN,
  type Product,
  type RequestRow,
  wallets,
} from './house.ts'
import { statusBody } from './life.ts'
import { badRequest, notFound, SYNCHRONOUS } from './replies.ts'
import { scenarioOfHolder } from './scenarios.ts'

/** A read that needs the caller's credentials of the product. */
function read(
  house: House,
  product: Product,
  path: string,
  answer: (request: SimRequest, user: ApiUser) => Promise<SimReply>,
): Route {
  return {
    method: 'GET',
    path: `/${product}/v1_0/${path}`,
    async handle(request) {
      const user = await userOf(house, request, product)
      return isUser(user) ? answer(request, user) : user
    },
  }
}

/** The status of one kind, by the caller's own reference. */
function statusRoute(house: House, product: Product, resource: string, kind: Kind): Route {
  const find = ({ params }: SimRequest): Promise<RequestRow | undefined> =>
    house
      .db('sim_mtn_momo.transactions')
      .where({ reference: (params.reference ?? '').toLowerCase(), kind })
      .first()
  const about = async (request: SimRequest) => (await find(request))?.msisdn
  const route = read(house, product, `${resource}/:reference`, async (request, user) => {
    const row = await find(request)
    return row === undefined || row.api_user !== user.api_user
      ? notFound
      : { status: 200, body: statusBody(row) }
  })
  return spoilable(house.faults, { simulator: MTN, kinds: [...QUERY_FAULTS, 'cut-json'], about }, route)
}

/** Who stands behind a number; in the sandbox everybody is there but the numbers of its scenarios. */
function holderRoutes(house: House, product: Product): Route[] {
  type Answer = (wallet: Pick<Wallet, 'name'>) => object
  const about = ({ params }: SimRequest) => digitsOnly(params.id ?? '')
  const holder = (what: string, answer: Answer, inactive: SimReply) => {
    const route = read(house, product, `accountholder/msisdn/:id/${what}`, async ({ params }, user) => {
      const msisdn = digitsOnly(params.id ?? '')
      const wallet = await wallets.find(house.db, msisdn, CURRENCIES[user.environment])
      if (wallet !== undefined) return { status: 200, body: answer(wallet) }
      if (user.environment !== 'sandbox') return notFound
      const scenario = scenarioOfHolder(msisdn)
      if (scenario === undefined) return { status: 200, body: answer({ name: 'Sand Box' }) }
      return scenario.kind === 'ends' ? inactive : (SYNCHRONOUS[scenario.code] ?? badRequest(scenario.code))
    })
    return spoilable(house.faults, { simulator: MTN, kinds: QUERY_FAULTS, about }, route)
  }
  return [
    holder('active', () => ({ result: true }), { status: 200, body: { result: false } }),
    holder(
      'basicuserinfo',
      ({ name }) => {
        const [given_name = '', ...family] = name.split(' ')
        return { given_name, family_name: family.join(' ') }
      },
      notFound,
    ),
  ]
}

/** What both products can be asked: the account's balance, and who stands behind a number. */
const sharedRoutes = (house: House, product: Product): Route[] => [
  read(house, product, 'account/balance', async (_, { api_user, environment }) => {
    const currency = CURRENCIES[environment]
    const balance = await balanceOf(house.db, { api_user, currency })
    return { status: 200, body: { availableBalance: formatBalance(balance, currency), currency } }
  }),
  ...holderRoutes(house, product),
]

export const readRoutes = (house: House): Route[] => [
  statusRoute(house, 'collection', 'requesttopay', 'collect'),
  statusRoute(house, 'disbursement', 'transfer', 'disburse'),
  statusRoute(house, 'disbursement', 'refund', 'refund'),
  ...sharedRoutes(house, 'collection'),
  ...sharedRoutes(house, 'disbursement'),
]
