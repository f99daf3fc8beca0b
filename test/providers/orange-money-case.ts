import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { orangeMoney } from '../../src/providers/orange-money/index.ts'
import type { Operation, Order } from '../../src/providers/provider.ts'
import type { ProviderCase } from '../contract/provider.ts'
import type { Received } from '../contract/scripted-server.ts'

/** Orange's answers, in the form of the API's recorded ones, and what every case about this adapter has in common. */

export const API = '/omcoreapis/1.0.2'
export const PAY_TOKEN = 'MP22120771FEB7B21FD2381C3786'
export const LINES = {
  collection: { channelUserMsisdn: '690000009', pin: '7319' },
  disbursement: { channelUserMsisdn: '690000008', pin: '8420' },
}
export const CREDENTIALS = {
  clientId: 'client-id',
  clientSecret: 'CLIENT-SECRET',
  apiUser: 'api-user',
  apiPassword: 'API-PASSWORD',
}
const X_AUTH_TOKEN = Buffer.from('api-user:API-PASSWORD').toString('base64')
export const SECRETS = [
  'CLIENT-SECRET',
  'API-PASSWORD',
  X_AUTH_TOKEN,
  '7319',
  '8420',
  'ACCESS-TOKEN',
  's3cr3t',
]

export const orderOf = (operation: Operation): Order => ({
  operation,
  reference: '9f86d081884c7d659a2f',
  amount: { minor: 1500n, currency: 'XAF' },
  msisdn: '+237690000001' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
})

/** A merchant payment that was paid; what is not known yet is null. */
export const PAID = {
  id: 48463325,
  createtime: '1670442691',
  subscriberMsisdn: '690000001',
  amount: 1500,
  payToken: PAY_TOKEN,
  txnid: 'MP221207.2051.B56929',
  txnmode: '9f86d081884c7d659a2f',
  inittxnmessage: 'Paiement e la clientele done.',
  inittxnstatus: '200',
  confirmtxnstatus: '200' as string | null,
  confirmtxnmessage: 'Successful Payment. New balance:1103.5.' as string | null,
  status: 'SUCCESSFULL',
  notifUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
  description: 'Loan LN77',
  channelUserMsisdn: '690000009',
}
export const PENDING = { ...PAID, status: 'PENDING', confirmtxnstatus: null, confirmtxnmessage: null }
/** All but its token is null. */
export const EXPIRED = {
  ...Object.fromEntries(Object.keys(PAID).map(name => [name, null])),
  ...{ id: 48445436, createtime: '1670436067', payToken: PAY_TOKEN, status: 'EXPIRED' },
}

export const said = (data: unknown, message = 'Transaction retrieved successfully', status = 200) => ({
  status,
  body: { message, data },
})
/** A refusal: 417, the code before the colons, and in the field made for it. */
export const refused = (code: string, data: object = {}, status = 417) =>
  said(
    { ...PENDING, txnid: null, inittxnstatus: code, status: 'FAILED', ...data },
    `${code} ::  Refus`,
    status,
  )
export const fault = (status: number, code: number) => ({
  status,
  body: { fault: { code, message: 'words', description: 'about ACCESS-TOKEN' } },
})

export const callback = (body: unknown, method = 'POST'): RawRequest => ({
  method,
  headers: { 'content-type': 'application/json' },
  query: {},
  body: JSON.stringify(body),
  from: '127.0.0.1',
})

type Shared = 'name' | 'adapter' | 'config' | 'secrets' | 'order' | 'providerReference' | 'tokens' | 'refused'
type Given = Shared | 'before' | 'isInquiry' | 'accepted' | 'carriesReference' | 'wireAmount' | 'amounts'

const fieldsOf = ({ body }: Received): Record<string, unknown> => JSON.parse(body)

export function caseOf(
  operation: 'collect' | 'disburse',
): Pick<ProviderCase<ReturnType<typeof orangeMoney.config>>, Given> {
  const product = `${API}/${operation === 'collect' ? 'mp' : 'cashin'}`
  const line = operation === 'collect' ? LINES.collection : LINES.disbursement
  const order = orderOf(operation)
  return {
    name: `orange-money ${operation}`,
    adapter: orangeMoney,
    config: (baseUrl, callMs) => ({ baseUrl: `${baseUrl}/`, ...CREDENTIALS, ...LINES, callMs }),
    secrets: SECRETS,
    order,
    providerReference: PAY_TOKEN,
    before: {
      is: ({ method, url, body }) => method === 'POST' && url === `${product}/init` && body === '',
      answer: {
        status: 200,
        body: { message: 'Payment request successfully initiated', data: { payToken: PAY_TOKEN } },
      },
    },
    isInquiry: ({ method, url }) => method === 'GET' && url === `${product}/paymentstatus/${PAY_TOKEN}`,
    tokens: {
      isToken: ({ url, headers, body }) =>
        url === '/token' &&
        headers.authorization?.startsWith('Basic ') === true &&
        body.includes('client_cre'),
      token: {
        status: 200,
        body: { access_token: 'ACCESS-TOKEN', scope: 'default', token_type: 'Bearer', expires_in: 2496 },
      },
      badToken: fault(401, 900901),
    },
    refused: { status: 401, body: { error: 'invalid_client', error_description: 'CLIENT-SECRET' } },
    accepted: said(PENDING, 'Merchant payment successfully initiated'),
    carriesReference: request => {
      const { orderId, payToken, subscriberMsisdn, channelUserMsisdn, pin, notifUrl } = fieldsOf(request)
      return (
        request.url === `${product}/pay` &&
        request.headers['x-auth-token'] === X_AUTH_TOKEN &&
        orderId === order.reference &&
        payToken === PAY_TOKEN &&
        subscriberMsisdn === '690000001' &&
        channelUserMsisdn === line.channelUserMsisdn &&
        pin === line.pin &&
        notifUrl === (operation === 'collect' ? order.callbackUrl : undefined)
      )
    },
    wireAmount: request => fieldsOf(request).amount,
    amounts: [
      [order, '1500'],
      [{ ...order, amount: { minor: 1n, currency: 'XAF' } }, '1'],
      [{ ...order, amount: { minor: 123_456_789_012_345n, currency: 'XAF' } }, '123456789012345'],
    ],
  }
}
