import { randomUUID } from 'node:crypto'
import type { Route, SimReply } from '../kit/http.ts'
import { fieldOf, spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { type App, type House, MPESA } from './house.ts'
import { appOf, isApp } from './oauth.ts'
import { isAmount, isParty, operatorFault, refuseOperator, taken } from './operator.ts'
import { settleOrder, takeOrder } from './orders.ts'
import { invalid, objectOf, refusal } from './replies.ts'
import type { Body } from './validate.ts'

/** The portal asks for 11, older SDKs send 4: both are taken. The field's misspelt name is Safaricom's. */
const RECEIVER_TYPES: readonly unknown[] = ['11', '4']

function refuse(body: Body, app: App): SimReply | undefined {
  if (body.CommandID !== 'TransactionReversal') return invalid('CommandID')
  if (!/^[A-Z0-9]{10}$/.test(String(body.TransactionID))) return invalid('TransactionID')
  if (!isAmount(body.Amount)) return invalid('Amount')
  if (!isParty(body.ReceiverParty, app)) return invalid('ReceiverParty')
  if (!RECEIVER_TYPES.includes(body.RecieverIdentifierType)) return invalid('RecieverIdentifierType')
  return refuseOperator(body, 'Initiator')
}

/** `POST /mpesa/reversal/v1/request`: a customer's payment goes back to her. Safaricom names the request, nobody else. */
export function reversalRoute(house: House): Route {
  async function payerOf(receipt: string | undefined): Promise<string | undefined> {
    const row = await house.db('sim_mpesa.transactions').where({ receipt }).first('msisdn')
    return row?.msisdn
  }
  return spoilable(
    house.faults,
    {
      simulator: MPESA,
      kinds: WIRE_FAULTS,
      about: ({ body }) => payerOf(fieldOf(body, 'TransactionID') ?? ''),
    },
    {
      method: 'POST',
      path: '/mpesa/reversal/v1/request',
      async handle(request) {
        const app = await appOf(house, request)
        if (!isApp(app)) return app
        const body = objectOf(request.body)
        if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
        const refused = refuse(body, app)
        if (refused !== undefined) return refused
        const originalReceipt = String(body.TransactionID)
        const row = await takeOrder(house, app, {
          kind: 'refund',
          msisdn: (await payerOf(originalReceipt)) ?? '',
          amount: BigInt(String(body.Amount)) * 100n,
          originatorId: randomUUID(),
          resultUrl: String(body.ResultURL),
          timeoutUrl: String(body.QueueTimeOutURL),
          originalReceipt,
          fault: operatorFault(app, body.Initiator, body.SecurityCredential),
          request: request.body,
        })
        if (row === undefined) throw new Error('a reversal was not kept')
        if (row.tellings.includes('callback-first')) {
          await settleOrder(house, row.originator_id)
          await house.callbacks.sendNow(MPESA, row.originator_id)
        }
        return taken(row.originator_id, row.conversation_id)
      },
    },
  )
}
