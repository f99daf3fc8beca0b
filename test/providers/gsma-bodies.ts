import { createHash } from 'node:crypto'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import type { Order } from '../../src/providers/provider.ts'
import type { Received, Scripted } from '../contract/scripted-server.ts'

/** Bodies as the OpenAPI document of the GSMA Mobile Money API 1.2 has them. */

export const REFERENCE = '3f1c2b6a-5a51-4b8e-9d0a-0f5e6a7b8c9d'
export const STATE = '7f3c0c6e-1f6e-4c58-9a55-3b1f0d1c9e10'
export const NAME = 'TX-2601-000042'
export const SECRETS = [
  'gsma-secret',
  'gsma-api-key',
  'gsma-password',
  'callback-key',
  'callback-bearer',
  'tok-1',
]

export const order: Order = {
  operation: 'collect',
  reference: REFERENCE,
  amount: { minor: 150_000n, currency: 'ZMW' },
  msisdn: '+260971000111' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://lender.example/providers/t/callback/s',
}
export const payout: Order = { ...order, operation: 'disburse' }
const ORIGINAL = 'a5b0c1de-0000-4000-8000-00000000000a'
export const refund: Order = {
  ...order,
  operation: 'refund',
  original: { reference: ORIGINAL, receipt: 'RC-1' },
}

const account = [{ key: 'organisationid', value: 'LENDER-1' }]
const customer = [{ key: 'msisdn', value: order.msisdn }]

export const config = (baseUrl: string, callMs: number): Record<string, unknown> => ({
  baseUrl: `${baseUrl}/mm/`,
  currency: 'ZMW',
  account,
  oauth: { tokenUrl: `${baseUrl}/v1/oauth/accesstoken`, clientId: 'client', clientSecret: 'gsma-secret' },
  apiKey: 'gsma-api-key',
  headers: { 'x-channel': 'lender' },
  callbackHeaders: { 'x-api-key': 'callback-key', 'x-user-bearer': 'callback-bearer' },
  callMs,
})
export const basicConfig = (baseUrl: string, callMs: number): Record<string, unknown> => {
  const { oauth: _, ...rest } = config(baseUrl, callMs)
  return { ...rest, basic: { user: 'user', password: 'gsma-password' }, contentHash: true }
}

export const state = (status: string, more: object = {}) => ({
  serverCorrelationId: STATE,
  status,
  notificationMethod: 'callback',
  objectReference: status === 'completed' ? NAME : '',
  pollLimit: 100,
  ...more,
})
export const transaction = (transactionStatus: string, more: object = {}) => ({
  transactionReference: NAME,
  transactionStatus,
  requestingOrganisationTransactionReference: REFERENCE,
  amount: '1500.00',
  currency: 'ZMW',
  type: 'merchantpay',
  creditParty: account,
  debitParty: customer,
  transactionReceipt: 'RC-0042',
  creationDate: '2026-01-15T07:14:00Z',
  modificationDate: '2026-01-15T07:15:00Z',
  ...more,
})
export const link = { status: 200, body: { link: `/transactions/${NAME}` } }

export const failure = (errorCategory: string, errorCode: string, more: object = {}) => ({
  errorCategory,
  errorCode,
  errorDescription: 'as it is',
  errorDateTime: '2026-01-15T07:15:00Z',
  ...more,
})
export const error = (status: number, category: string, code: string): Scripted => ({
  status,
  body: failure(category, code),
})
export const business = (code: string) => error(400, 'businessRule', code)
export const notThere = error(404, 'identification', 'identifierError')
export const badToken = error(401, 'authorisation', 'clientAuthorisationError')

export const isPost = (path: string) => (request: Received) =>
  request.method === 'POST' && request.url === `/mm${path}`
export const isGet = (path: string) => (request: Received) =>
  request.method === 'GET' && request.url === `/mm${path}`

const PROOF = { 'x-api-key': 'callback-key', 'x-user-bearer': 'callback-bearer' }
export const callback = (body: object, headers: Readonly<Record<string, string>> = PROOF): RawRequest => ({
  method: 'PUT',
  headers: { 'content-type': 'application/json', 'x-correlationid': REFERENCE, ...headers },
  query: {},
  body: JSON.stringify(body),
  from: '127.0.0.1',
})

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Callbacks that do not prove where they come from, or that they are whole. */
export function forgeries(): RawRequest[] {
  const body = transaction('completed')
  const hashed = callback(body, { ...PROOF, 'x-content-hash': hashOf(JSON.stringify(body)) })
  return [
    callback(body, {}),
    callback(body, { 'x-api-key': 'callback-key' }),
    callback(body, { ...PROOF, 'x-api-key': 'callback-kez' }),
    callback(body, { ...PROOF, 'x-user-bearer': '' }),
    callback(body, { ...PROOF, 'x-content-hash': '' }),
    { ...hashed, body: hashed.body.replace('1500.00', '9500.00') },
  ]
}
