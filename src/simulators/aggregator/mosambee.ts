import type { Route, SimRequest } from '../kit/http.ts'
import { randomDigits } from '../kit/numbers.ts'
import { fieldOf } from '../kit/wire.ts'
import { type Account, accountOf, type House, type Kind } from './house.ts'
import type { Vendor } from './life.ts'
import { type Answered, answered, ask, CODES, done, NO_KEY, strange, told } from './template.ts'
import { moneyRoute, objectOf, queryRoute, rowBy, textOf } from './wire.ts'

/** What Mosambee's template talks to: made up, JSON with a key in a header, and codes of two digits. */

export const mosambee: Vendor = {
  name: 'mosambee',
  promptMs: 300_000,
  prompt: (_, amount) => `Pay ${amount}? Enter your wallet PIN`,
  receipt: () => randomDigits(12),
}

/** Its codes have two digits. */
const two = (code: string): string => code.slice(1)
const MOSAMBEE_FIELDS = ['merchantId', 'orderId', 'amount', 'currency', 'mobile', 'remarks']

export function mosambeeRoutes(house: House): Route[] {
  const { name } = mosambee
  const accountIn = async ({ headers, body }: SimRequest): Promise<Account | undefined> => {
    const account = await accountOf(house.db, name, fieldOf(body, 'merchantId') ?? '')
    return account !== undefined && account.secrets.apiKey === headers['x-api-key'] ? account : undefined
  }
  const money = (path: string, kind: Kind): Route =>
    moneyRoute(
      house,
      name,
      `/${name}/api/${path}`,
      ({ body }) => fieldOf(body, 'mobile'),
      async request => {
        const account = await accountIn(request)
        if (account === undefined) return NO_KEY
        const fields = objectOf(request.body) ?? {}
        const [reference, amount, currency, msisdn] = ['orderId', 'amount', 'currency', 'mobile'].map(field =>
          textOf(fields[field]),
        )
        const wrong =
          strange(fields, MOSAMBEE_FIELDS) ?? (/^\d+\.\d\d$/.test(amount ?? '') ? undefined : 'amount')
        const answer: Answered =
          wrong === undefined
            ? await ask(house, mosambee, /^91[6-9]\d{9}$/, {
                account,
                kind,
                reference,
                amount,
                currency,
                msisdn,
              })
            : { code: CODES.malformed, why: wrong }
        return answered(answer, {
          responseCode: two(answer.code),
          responseMessage: answer.why,
          orderId: reference,
          transactionId: answer.row?.provider_reference,
        })
      },
    )
  return [
    money('collect', 'collect'),
    money('payout', 'disburse'),
    queryRoute(
      house,
      name,
      'POST',
      `/${name}/api/status`,
      ({ body }) => rowBy(house, name, { reference: fieldOf(body, 'orderId') ?? '' }),
      async (request, row) => {
        const account = await accountIn(request)
        if (account === undefined) return NO_KEY
        if (row === undefined || row.account !== account.account)
          return done({ responseCode: two(CODES['not-known']), responseMessage: 'no such order' })
        const { reference, resultCode, receipt, ...rest } = told(row)
        return done({ ...rest, orderId: reference, responseCode: two(resultCode), rrn: receipt })
      },
    ),
  ]
}
