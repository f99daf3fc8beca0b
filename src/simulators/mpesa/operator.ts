import { constants, privateDecrypt } from 'node:crypto'
import type { SimReply } from '../kit/http.ts'
import { randomText } from '../kit/numbers.ts'
import { nairobiTime } from './bodies.ts'
import type { App } from './house.ts'
import { PRIVATE_KEY } from './keys.ts'
import { invalid, isCallbackUrl } from './replies.ts'
import { type Body, isText, isWhole, SHORTCODE } from './validate.ts'

const MAX_REMARKS = 100
const LEAST_REMARKS = 2

/** `AG_20260115_…`: what Safaricom names a request of an operator. */
export const conversationId = (at: Date): string =>
  `AG_${nairobiTime(at).slice(0, 8)}_${randomText(20, '0123456789abcdef')}`

export const isParty = (value: unknown, app: App): boolean =>
  (typeof value === 'string' || isWhole(value)) &&
  SHORTCODE.test(String(value)) &&
  String(value) === app.shortcode

/** Amounts are JSON integers, as on the portal. */
export const isAmount = (value: unknown): value is number => isWhole(value) && value >= 1

/** The fields that payout, reversal and status query share; `name` is the operator's field, which they do not. */
export function refuseOperator(body: Body, name: 'Initiator' | 'InitiatorName'): SimReply | undefined {
  const { Remarks: remarks, Occassion, Occasion = Occassion, SecurityCredential: credential } = body
  if (!isText(body[name], MAX_REMARKS)) return invalid(name)
  if (typeof credential !== 'string' || credential === '') return invalid('SecurityCredential')
  if (!isText(remarks, MAX_REMARKS) || remarks.length < LEAST_REMARKS) return invalid('Remarks')
  if (Occasion !== undefined && (typeof Occasion !== 'string' || Occasion.length > MAX_REMARKS))
    return invalid('Occasion')
  if (!isCallbackUrl(body.QueueTimeOutURL)) return invalid('QueueTimeOutURL')
  return isCallbackUrl(body.ResultURL) ? undefined : invalid('ResultURL')
}

function passwordIn(credential: string): string | undefined {
  try {
    const key = { key: PRIVATE_KEY, padding: constants.RSA_PKCS1_PADDING }
    return privateDecrypt(key, Buffer.from(credential, 'base64')).toString('utf8')
  } catch {
    return undefined
  }
}

/** What is wrong with the operator, as a result code: Daraja takes the request all the same, and tells by callback. */
export function operatorFault(app: App, name: unknown, credential: unknown): string | undefined {
  if (app.initiator === null || name !== app.initiator) return 'SFC_IC0003'
  return passwordIn(String(credential)) === app.initiator_password ? undefined : '2001'
}

/** Taken, never done: the result comes by callback. */
export const taken = (originatorId: string, conversation: string): SimReply => ({
  status: 200,
  body: {
    ConversationID: conversation,
    OriginatorConversationID: originatorId,
    ResponseCode: '0',
    ResponseDescription: 'Accept the service request successfully.',
  },
})
