import { createHmac, generateKeyPairSync } from 'node:crypto'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { airtel } from '../../src/providers/airtel/index.ts'
import type { Operation, Order } from '../../src/providers/provider.ts'
import type { ProviderCase } from '../contract/provider.ts'
import type { Received } from '../contract/scripted-server.ts'

/** Airtel's answers, in the form of recorded ones, and what every case about this adapter has in common. */

/** Of the portal's length. */
export const PAIR = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
export const PUBLIC_KEY = PAIR.publicKey.toString('base64')

export const CALLBACK_KEY = 'CALLBACK-KEY'
export const config = (baseUrl: string, callMs: number) => ({
  baseUrl: `${baseUrl}/`,
  country: 'ZM',
  currency: 'ZMW',
  clientId: 'client-id',
  clientSecret: 'CLIENT-SECRET',
  disbursement: { pin: '7319', publicKey: PUBLIC_KEY },
  callback: { key: CALLBACK_KEY },
  callMs,
})
export type AirtelConfig = ReturnType<typeof airtel.config>

export const RECEIPT = 'MP260115.0715.A12345'
export const ORIGINAL = { reference: 'a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3', receipt: RECEIPT }
export const orderOf = (operation: Operation): Order => ({
  operation,
  reference: '9f86d081884c7d659a2feaa0c55ad015',
  amount: { minor: 5_050n, currency: 'ZMW' },
  msisdn: '+260971000111' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
  ...(operation === 'refund' ? { original: ORIGINAL } : {}),
})
export const { reference: REFERENCE } = orderOf('collect')

/** One answer: a code, and of a transaction its status and more. */
export const said = (code: string | null, transaction?: object, change: object = {}, status = 200) => ({
  status,
  body: {
    ...(transaction && { data: { transaction } }),
    status: {
      response_code: code,
      code: '200',
      success: true,
      result_code: 'ESB000010',
      message: 'words about 7319',
      ...change,
    },
  },
})
/** A business error, as most are told: HTTP 200. */
export const refused = (code: string, transaction?: object) =>
  said(code, transaction, { success: false, result_code: 'ESB000011' })
/** An older one: no code of the product. */
export const legacy = (code: string, transaction?: object) =>
  said(null, transaction, { success: false, result_code: code })

export const stands = (status: string, more: object = {}) => ({
  id: REFERENCE,
  message: 'words',
  status,
  ...more,
})

export const callback = (transaction: object, change: object = {}, method = 'POST'): RawRequest => ({
  method,
  headers: { 'content-type': 'application/json' },
  query: {},
  body: JSON.stringify({ transaction, ...change }),
  from: '127.0.0.1',
})
export const hashOf = (value: object, key = CALLBACK_KEY, algorithm = 'sha256'): string =>
  createHmac(algorithm, key).update(JSON.stringify(value)).digest('base64')
export const signed = (transaction: object): RawRequest =>
  callback(transaction, { hash: hashOf({ transaction }) })

type Given = 'adapter' | 'config' | 'secrets' | 'tokens' | 'refused'

export const shared: Pick<ProviderCase<AirtelConfig>, Given> = {
  adapter: airtel,
  config,
  secrets: ['CLIENT-SECRET', 'ACCESS-TOKEN', '7319', CALLBACK_KEY, PUBLIC_KEY, 's3cr3t'],
  tokens: {
    isToken: ({ method, url, body }) =>
      `${method} ${url}` === 'POST /auth/oauth2/token' &&
      body === '{"client_id":"client-id","client_secret":"CLIENT-SECRET","grant_type":"client_credentials"}',
    token: {
      status: 200,
      body: { token_type: 'bearer', access_token: 'ACCESS-TOKEN', expires_in: '180' },
    },
    badToken: { status: 401, body: { error: 'invalid_token', error_description: 'about ACCESS-TOKEN' } },
  },
  refused: { status: 400, body: { error: 'invalid_client', error_description: 'about CLIENT-SECRET' } },
}

export const hasHeaders = ({ headers }: Received): boolean =>
  headers.authorization === 'Bearer ACCESS-TOKEN' &&
  headers['x-country'] === 'ZM' &&
  headers['x-currency'] === 'ZMW' &&
  headers['x-signature'] === undefined

/** The digits of the amount as they stand on the wire. */
export const wireAmount = ({ body }: Received): unknown => /"amount":([^,}]+)[,}]/.exec(body)?.[1]

const of = (operation: Operation, minor: bigint): Order => ({
  ...orderOf(operation),
  amount: { minor, currency: 'ZMW' },
})
/** A number, never a text, with the digits that it has. */
export const amountsOf = (operation: Operation): readonly (readonly [Order, unknown])[] => [
  [orderOf(operation), '50.5'],
  [of(operation, 5_000n), '50'],
  [of(operation, 10_000n), '100'],
  [of(operation, 1n), '0.01'],
  [of(operation, 99_999_999_999_999_999n), '999999999999999.99'],
]
