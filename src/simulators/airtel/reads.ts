import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { QUERY_FAULTS, spoilable } from '../kit/wire.ts'
import { authorised } from './auth.ts'
import { codeOf, MESSAGES } from './codes.ts'
import { AIRTEL, type App, type House, type Row, TABLE, wallets } from './house.ts'
import { answer, refused } from './replies.ts'

/** What is asked and moves nothing. */

type Kind = 'collect' | 'disburse'

/** The status of a transaction. Airtel's own name for it is told of one that moved money only. */
function statusOf(row: Row, kind: Kind): SimReply {
  const { reference: id, word: status, receipt } = row
  const code = row.status === 'reversed' ? codeOf(kind, '001') : row.code
  const message = MESSAGES[code] ?? 'Success'
  const data = {
    transaction: { ...(receipt === null ? {} : { airtel_money_id: receipt }), id, message, status },
  }
  return row.status === 'failed' || status === 'TA' ? refused(code, data) : answer(code, data, 'SUCCESS')
}

function statusRoute(
  house: House,
  kind: Kind,
  path: string,
  isComplete: (request: SimRequest) => boolean,
): Route {
  const { db, faults } = house
  const find = (request: SimRequest, known: Partial<App> = {}): Promise<Row | undefined> =>
    db(TABLE)
      .where({ kind, reference: request.params.id ?? '', ...known })
      .first()
  const about = async (request: SimRequest) => (await find(request))?.msisdn
  const route = authorised(house, 'GET', path, async (request, { client_id }) => {
    if (!isComplete(request)) return refused(codeOf(kind, '013'))
    const row = await find(request, { client_id })
    return row === undefined ? refused(codeOf(kind, kind === 'collect' ? '025' : '015')) : statusOf(row, kind)
  })
  return spoilable(faults, { simulator: AIRTEL, kinds: QUERY_FAULTS, about }, route)
}

const hasType = ({ query }: SimRequest): boolean => /^B2[CB]$/.test(query.get('transactionType') ?? '')

/** Hundredths, whatever the currency. */
function balanceRoute(house: House): Route {
  return authorised(house, 'GET', '/standard/v1/users/balance', (_, { balance_minor, currency }) => {
    const balance = formatAmount(BigInt(balance_minor), currency)
    return answer('DP02100000001', {
      balance: balance.includes('.') ? balance : `${balance}.00`,
      currency,
      account_status: 'Active',
    })
  })
}

/** Whose wallet a number is. */
function userRoute(house: House): Route {
  return authorised(house, 'GET', '/standard/v1/users/:msisdn', async ({ params }, app) => {
    const msisdn = params.msisdn ?? ''
    const wallet = await wallets.find(house.db, app.calling_code + msisdn, app.currency)
    if (wallet === undefined) return refused('DP02200000002')
    const [first_name = '', ...last] = wallet.name.split(' ')
    return answer('DP02200000001', {
      ...{ first_name, last_name: last.join(' '), msisdn, grade: 'SUBS' },
      is_barred: await house.faults
        .strike(AIRTEL, ['barred'], wallet.msisdn)
        .then(kind => kind !== undefined),
      ...{ is_pin_set: true, registration: { status: 'SUBS' } },
    })
  })
}

export const readRoutes = (house: House): Route[] => [
  statusRoute(house, 'collect', '/standard/v1/payments/:id', () => true),
  statusRoute(house, 'disburse', '/standard/v1/disbursements/:id', () => true),
  statusRoute(house, 'disburse', '/standard/v2/disbursements/:id', hasType),
  balanceRoute(house),
  userRoute(house),
]
