import type { Route, SimRequest } from '../kit/http.ts'
import { fieldOf, QUERY_FAULTS, spoilable } from '../kit/wire.ts'
import { type House, MPESA, type PushRow } from './house.ts'
import { appOf, isApp } from './oauth.ts'
import { invalid, objectOf, refusal } from './replies.ts'
import { RESULTS } from './results.ts'
import { refuseSignature } from './validate.ts'

const find = ({ db }: House, reference: string): Promise<PushRow | undefined> =>
  db('sim_mpesa.transactions').where({ checkout_request_id: reference }).first()

/**
 * `POST /mpesa/stkpushquery/v1/query`: 500 / 500.001.1001 while the customer has not answered, and no receipt when she
 * has; `ResultCode` is a string here.
 */
export function queryRoute(house: House): Route {
  async function about({ body }: SimRequest): Promise<string | undefined> {
    const reference = fieldOf(body, 'CheckoutRequestID')
    return reference === undefined ? undefined : (await find(house, reference))?.msisdn
  }
  return spoilable(
    house.faults,
    { simulator: MPESA, kinds: QUERY_FAULTS, about },
    {
      method: 'POST',
      path: '/mpesa/stkpushquery/v1/query',
      async handle(request) {
        const app = await appOf(house, request)
        if (!isApp(app)) return app
        const body = objectOf(request.body)
        if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
        const refused = refuseSignature(body, app)
        if (refused !== undefined) return refused
        const push = await find(house, String(body.CheckoutRequestID))
        if (push === undefined || push.shortcode !== app.shortcode) return invalid('CheckoutRequestID')
        if (push.result_code === null) return refusal('500.001.1001', 'The transaction is being processed')
        return {
          status: 200,
          body: {
            ResponseCode: '0',
            ResponseDescription: 'The service request has been accepted successsfully',
            MerchantRequestID: push.merchant_request_id,
            CheckoutRequestID: push.checkout_request_id,
            ResultCode: push.result_code,
            ResultDesc: RESULTS[push.result_code] ?? 'Failed',
          },
        }
      },
    },
  )
}
