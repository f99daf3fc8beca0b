import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { mpesa } from '../../src/providers/mpesa/index.ts'
import type { Order } from '../../src/providers/provider.ts'
import { CERTIFICATE } from '../../src/simulators/mpesa/keys.ts'

/** A payout and a refund, and what Daraja says of them, as on the portal's pages. */

export const REFERENCE = '7b1e54a0-9c1f-4d1a-8a55-0123456789ab'
export const CONVERSATION = 'AG_20260115_0a1b2c3d4e5f60718293'
export const RECEIPT = 'UAF7XYZ12A'
export const ORIGINAL = 'UAF1AAAAAA'

export const payout: Order = {
  operation: 'disburse',
  reference: REFERENCE,
  amount: { minor: 150_000n, currency: 'KES' },
  msisdn: '+254700000001' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
}
export const refund: Order = {
  ...payout,
  operation: 'refund',
  original: { reference: 'ours', receipt: ORIGINAL },
}

export const operator = {
  initiator: 'apiop',
  initiatorPassword: 'INITIATOR-PASSWORD',
  certificate: CERTIFICATE,
}
export const config = (baseUrl: string, callMs = 5_000) => ({
  baseUrl,
  consumerKey: 'CONSUMER-KEY',
  consumerSecret: 'CONSUMER-SECRET',
  shortcode: '600638',
  passkey: 'PASS-KEY',
  callMs,
  payout: { ...operator, notFoundCodes: ['R000009'] },
})
export const parsed = mpesa.config(config('http://127.0.0.1'))

export const taken = {
  status: 200,
  body: {
    ConversationID: CONVERSATION,
    OriginatorConversationID: REFERENCE,
    ResponseCode: '0',
    ResponseDescription: 'Accept the service request successfully.',
  },
}
export const refusal = (status: number, errorCode: string, errorMessage = 'words') => ({
  status,
  body: { requestId: '1-2-3', errorCode, errorMessage },
})

export type Values = Readonly<Record<string, unknown>>
export function result(
  ResultCode: string | number,
  values?: Values,
  ids: { ours?: string; theirs?: string } = {},
  query: Record<string, string> = {},
): RawRequest {
  const parameters = Object.entries(values ?? {}).map(([Key, Value]) => ({ Key, Value }))
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    query,
    from: '127.0.0.1',
    body: JSON.stringify({
      Result: {
        ResultType: 0,
        ResultCode,
        ResultDesc: 'x',
        OriginatorConversationID: ids.ours ?? REFERENCE,
        ConversationID: ids.theirs ?? CONVERSATION,
        TransactionID: RECEIPT,
        ...(values && { ResultParameters: { ResultParameter: parameters } }),
        ReferenceData: { ReferenceItem: { Key: 'QueueTimeoutURL', Value: 'https://x' } },
      },
    }),
  }
}
export const paidOut = (amount: unknown): Values => ({
  TransactionAmount: amount,
  TransactionReceipt: RECEIPT,
  ReceiverPartyPublicName: '254700000001 - Amina Otieno',
  TransactionCompletedDateTime: '15.01.2026 10:15:30',
  B2CUtilityAccountAvailableFunds: 5000.5,
  B2CRecipientIsRegisteredCustomer: 'Y',
})
export const sentBack = (amount: unknown, original = ORIGINAL): Values => ({
  DebitAccountBalance: 'Working Account|KES|100.00',
  Amount: amount,
  TransCompletedTime: 20260115101530,
  OriginalTransactionID: original,
  Charge: 0,
  CreditPartyPublicName: '254700000001 - Amina Otieno',
  DebitPartyPublicName: '600638 - Umoja',
})
export const status = (word: string, more: Values = {}): Values => ({
  ReceiptNo: RECEIPT,
  TransactionStatus: word,
  Amount: '1500.00',
  FinalisedTime: 20260115101530,
  CreditPartyName: '254700000001 - Amina Otieno',
  ConversationID: CONVERSATION,
  OriginatorConversationID: REFERENCE,
  ...more,
})
export const QUESTION = { ours: 'a-question', theirs: 'AG_question' }
export const INQUIRY = { inquiry: '1' }

export const confirmed: Outcome = {
  kind: 'confirmed',
  amount: payout.amount,
  receipt: RECEIPT,
  at: new Date('2026-01-15T07:15:30Z'),
  name: 'Amina Otieno',
}
