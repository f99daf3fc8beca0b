import type { Route, SimRequest } from '../kit/http.ts'
import { randomDigits } from '../kit/numbers.ts'
import { fieldOf } from '../kit/wire.ts'
import { accountOf, type House, type Kind } from './house.ts'
import type { Vendor } from './life.ts'
import { type Answered, answered, ask, CODES, done, NO_KEY, strange, told } from './template.ts'
import { accountBySecret, moneyRoute, objectOf, queryRoute, rowBy, textOf } from './wire.ts'

/** What Kodo Money's template talks to: made up, JSON with a key in a header, and callbacks that carry a token. */

export const kodo = (house: House): Vendor => ({
  name: 'kodo',
  promptMs: 300_000,
  prompt: (_, amount) => `Kodo Money: approve ${amount} with your PIN`,
  receipt: () => `KM${randomDigits(9)}`,
  tell: async (row, minor) => {
    const account = await accountOf(house.db, 'kodo', row.account)
    return {
      method: 'POST',
      contentType: 'application/json',
      body: JSON.stringify({ ...told(row, minor), token: account?.secrets.callbackToken ?? 'a forger' }),
    }
  },
})

const KODO_FIELDS = ['reference', 'amount', 'currency', 'account', 'narration', 'callbackUrl']

export function kodoRoutes(house: House, vendor: Vendor): Route[] {
  const { name } = vendor
  const accountIn = ({ headers }: SimRequest) => accountBySecret(house, name, 'apiKey', headers['x-api-key'])
  const money = (path: string, kind: Kind): Route =>
    moneyRoute(
      house,
      name,
      `/${name}/v1/${path}`,
      ({ body }) => fieldOf(body, 'account'),
      async request => {
        const account = await accountIn(request)
        if (account === undefined) return NO_KEY
        const fields = objectOf(request.body) ?? {}
        const [reference, amount, currency, msisdn, callbackUrl] = [
          'reference',
          'amount',
          'currency',
          'account',
          'callbackUrl',
        ].map(field => textOf(fields[field]))
        const wrong =
          strange(fields, KODO_FIELDS) ?? (URL.canParse(callbackUrl ?? '') ? undefined : 'callbackUrl')
        const answer: Answered =
          wrong === undefined
            ? await ask(house, vendor, /^260[79]\d{8}$/, {
                account,
                kind,
                reference,
                amount,
                currency,
                msisdn,
                callbackUrl,
              })
            : { code: CODES.malformed, why: wrong }
        return answered(answer, {
          resultCode: answer.code,
          resultDesc: answer.why,
          reference,
          transactionId: answer.row?.provider_reference,
        })
      },
    )
  return [
    money('collections', 'collect'),
    money('disbursements', 'disburse'),
    queryRoute(
      house,
      name,
      'GET',
      `/${name}/v1/transactions/:id`,
      ({ params }) => rowBy(house, name, { reference: params.id ?? '' }),
      async (request, row) => {
        const account = await accountIn(request)
        if (account === undefined) return NO_KEY
        return done(
          row === undefined || row.account !== account.account
            ? { resultCode: CODES['not-known'] }
            : told(row),
        )
      },
    ),
  ]
}
