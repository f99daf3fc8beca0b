import { randomUUID } from 'node:crypto'
import type { Route, SimReply } from '../kit/http.ts'
import { fieldOf, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { type App, type House, MPESA } from './house.ts'
import { appOf, isApp } from './oauth.ts'
import { isAmount, isParty, operatorFault, refuseOperator, taken } from './operator.ts'
import { settleOrder, takeOrder } from './orders.ts'
import { invalid, objectOf, refusal } from './replies.ts'
import { type Body, CUSTOMER, isText } from './validate.ts'

const COMMANDS: readonly unknown[] = ['BusinessPayment', 'SalaryPayment', 'PromotionPayment']
const MAX_ORIGINATOR_ID = 100

/** Field by field, as the portal's page "Business to Customer" describes them; limits are told by the result. */
function refuse(body: Body, app: App, version: Version): SimReply | undefined {
  if (version === 'v3' && !isText(body.OriginatorConversationID, MAX_ORIGINATOR_ID))
    return invalid('OriginatorConversationID')
  if (!COMMANDS.includes(body.CommandID)) return invalid('CommandID')
  if (!isAmount(body.Amount)) return invalid('Amount')
  if (!isParty(body.PartyA, app)) return invalid('PartyA')
  if (!CUSTOMER.test(String(body.PartyB))) return invalid('PartyB')
  return refuseOperator(body, 'InitiatorName')
}

/** In the first version the caller names nothing, so a repetition is another payment. */
type Version = 'v1' | 'v3'

/** `POST /mpesa/b2c/v3/paymentrequest`: money to a customer; a repeated `OriginatorConversationID` is refused. */
export function payoutRoute(house: House, version: Version): Route {
  const about = ({ body }: { body: string }) => fieldOf(body, 'PartyB')
  return spoilable(
    house.faults,
    { simulator: MPESA, kinds: WIRE_FAULTS, about },
    {
      method: 'POST',
      path: `/mpesa/b2c/${version}/paymentrequest`,
      async handle(request) {
        const app = await appOf(house, request)
        if (!isApp(app)) return app
        const body = objectOf(request.body)
        if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
        const refused = refuse(body, app, version)
        if (refused !== undefined) return refused
        const row = await takeOrder(house, app, {
          kind: 'disburse',
          msisdn: String(body.PartyB),
          amount: BigInt(String(body.Amount)) * 100n,
          originatorId: version === 'v1' ? randomUUID() : String(body.OriginatorConversationID),
          resultUrl: String(body.ResultURL),
          timeoutUrl: String(body.QueueTimeOutURL),
          fault: operatorFault(app, body.InitiatorName, body.SecurityCredential),
          request: request.body,
        })
        if (row === undefined) return refusal('500.002.1001', 'Duplicate OriginatorConversationID')
        if (row.tellings.includes('callback-first')) {
          await settleOrder(house, row.originator_id)
          await house.callbacks.sendNow(MPESA, row.originator_id)
        }
        return taken(row.originator_id, row.conversation_id)
      },
    },
  )
}
