import { expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { mtnMomo } from '../../src/providers/mtn-momo/index.ts'
import type { Order } from '../../src/providers/provider.ts'
import { providerContract } from '../contract/provider.ts'

const order: Order = {
  operation: 'collect',
  reference: '2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab',
  amount: { minor: 1500n, currency: 'XAF' },
  msisdn: '+237670000001' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
}

const paid = {
  amount: '1500',
  currency: 'XAF',
  financialTransactionId: '1183947612',
  externalId: order.reference,
  payer: { partyIdType: 'MSISDN', partyId: '237670000001' },
  payerMessage: 'LN77',
  payeeNote: 'LN77',
  status: 'SUCCESSFUL',
}
const { financialTransactionId: _, ...unpaid } = paid
const failed = (reason: unknown) => ({ status: 200, body: { ...unpaid, status: 'FAILED', reason } })
const error = (status: number, code: string) => ({ status, body: { code, message: 'words' } })
const confirmed: Outcome = { kind: 'confirmed', amount: order.amount, receipt: '1183947612' }

const callback = (body: unknown, method = 'PUT'): RawRequest => ({
  method,
  headers: { 'content-type': 'application/json' },
  query: {},
  body: JSON.stringify(body),
  from: '127.0.0.1',
})

providerContract({
  name: 'mtn-momo collect',
  adapter: mtnMomo,
  config: (baseUrl, callMs) => ({
    baseUrl: `${baseUrl}/`,
    targetEnvironment: 'mtncameroon',
    currency: 'XAF',
    collection: { subscriptionKey: 'SUBSCRIPTION-KEY', apiUser: 'api-user', apiKey: 'API-KEY' },
    callMs,
  }),
  secrets: ['SUBSCRIPTION-KEY', 'API-KEY', 'ACCESS-TOKEN', 's3cr3t'],
  order,
  isInquiry: ({ method, url }) =>
    method === 'GET' && url === `/collection/v1_0/requesttopay/${order.reference}`,
  tokens: {
    isToken: request => request.url === '/collection/token/',
    token: {
      status: 200,
      body: { access_token: 'ACCESS-TOKEN', token_type: 'access_token', expires_in: 3600 },
    },
    badToken: { status: 401, body: { statusCode: 401, message: 'Access denied due to ACCESS-TOKEN' } },
  },
  refused: { status: 401, body: { error: 'invalid_client' } },
  accepted: { status: 202 },
  pending: { status: 200, body: { ...unpaid, status: 'PENDING' } },
  paid: { status: 200, body: paid },
  confirmed,
  sendOutcomes: [
    ['a used reference is asked about', error(409, 'RESOURCE_ALREADY_EXIST'), 'unknown'],
    ['a bad request is our fault', { status: 400 }, { kind: 'our-fault', fault: 'configuration' }],
    [
      'a wrong environment',
      error(500, 'NOT_ALLOWED_TARGET_ENVIRONMENT'),
      { kind: 'our-fault', fault: 'configuration' },
    ],
    ['a wrong host', error(500, 'INVALID_CALLBACK_URL_HOST'), { kind: 'our-fault', fault: 'configuration' }],
    ['a wrong currency', error(500, 'INVALID_CURRENCY'), { kind: 'our-fault', fault: 'configuration' }],
    ['not allowed', error(500, 'NOT_ALLOWED'), { kind: 'our-fault', fault: 'configuration' }],
    ['an unknown address', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
    ['an internal error', error(500, 'INTERNAL_PROCESSING_ERROR'), 'unknown'],
    ['no service', error(503, 'SERVICE_UNAVAILABLE'), 'unknown'],
    ['a success that was not asked for', { status: 200, body: paid }, 'unknown'],
  ],
  inquiryOutcomes: [
    ['created', { status: 200, body: { ...unpaid, status: 'CREATED' } }, { kind: 'accepted' }],
    ['ongoing', { status: 200, body: { ...unpaid, status: 'ONGOING' } }, { kind: 'accepted' }],
    ['delayed', { status: 200, body: { ...unpaid, status: 'DELAYED' } }, { kind: 'accepted' }],
    ['an unlisted status', { status: 200, body: { ...paid, status: 'SUCCESS' } }, 'unknown'],
    [
      'money that went back',
      { status: 200, body: { ...paid, status: 'REVERSED' } },
      { kind: 'reversed', amount: order.amount },
    ],
    ['success without an amount', { status: 200, body: { status: 'SUCCESSFUL' } }, 'unknown'],
    ['an amount that XAF cannot have', { status: 200, body: { ...paid, amount: '1500.5' } }, 'unknown'],
    ['an answer about another request', { status: 200, body: { ...paid, externalId: 'else' } }, 'unknown'],
    ['never heard of it', error(404, 'RESOURCE_NOT_FOUND'), { kind: 'not-found' }],
    ['another 404', { status: 404, body: { statusCode: 404, message: 'Resource not found' } }, 'unknown'],
    ['an unknown address', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
    ...(
      [
        ['PAYER_NOT_FOUND', 'no-account', 'other-wallet'],
        ['PAYEE_NOT_FOUND', 'not-allowed', 'later'],
        ['NOT_ENOUGH_FUNDS', 'insufficient-funds', 'other-wallet'],
        ['PAYER_LIMIT_REACHED', 'limit', 'other-wallet'],
        ['PAYEE_NOT_ALLOWED_TO_RECEIVE', 'not-allowed', 'later'],
        ['PAYMENT_NOT_APPROVED', 'cancelled', 'later'],
        ['APPROVAL_REJECTED', 'cancelled', 'later'],
        ['EXPIRED', 'expired', 'later'],
        ['TRANSACTION_CANCELED', 'cancelled', 'later'],
        ['COULD_NOT_PERFORM_TRANSACTION', 'failed', 'later'],
        ['INTERNAL_PROCESSING_ERROR', 'failed', 'later'],
        ['A_WORD_NOBODY_KNOWS', 'failed', 'later'],
      ] as const
    ).map(
      ([code, reason, again]) =>
        [`declined, ${code}`, failed(code), { kind: 'declined', reason, again, code }] as const,
    ),
    [
      'a reason as an object',
      failed({ code: 'EXPIRED', message: 'x' }),
      { kind: 'declined', reason: 'expired', again: 'later' },
    ],
    ['failed without a reason', failed(undefined), { kind: 'declined', reason: 'failed', again: 'later' }],
    [
      'rejected',
      { status: 200, body: { ...unpaid, status: 'REJECTED' } },
      { kind: 'declined', reason: 'cancelled', again: 'later' },
    ],
    [
      'timed out at MTN',
      { status: 200, body: { ...unpaid, status: 'TIMEOUT' } },
      { kind: 'declined', reason: 'expired', again: 'later' },
    ],
  ],
  carriesReference: ({ headers, body }) =>
    headers['x-reference-id'] === order.reference &&
    headers['x-callback-url'] === order.callbackUrl &&
    headers['x-target-environment'] === 'mtncameroon' &&
    JSON.parse(body).externalId === order.reference &&
    JSON.parse(body).payer.partyId === '237670000001',
  wireAmount: ({ body }) => JSON.parse(body).amount,
  amounts: [
    [order, '1500'],
    [{ ...order, amount: { minor: 123_456_789_012_345n, currency: 'XAF' } }, '123456789012345'],
  ],
  callbacks: {
    good: callback(paid),
    goodOutcome: confirmed,
    otherAmount: callback({ ...paid, amount: '999999' }),
    otherAttempt: callback({ ...paid, externalId: '00000000-0000-4000-8000-000000000000' }),
    unlisted: callback({ ...paid, status: 'DONE' }),
  },
})

it('names a callback without an attempt by its externalId, by POST as by PUT', () => {
  const config = mtnMomo.config({
    baseUrl: 'http://127.0.0.1',
    targetEnvironment: 'sandbox',
    currency: 'EUR',
    collection: { subscriptionKey: 'a', apiUser: 'b', apiKey: 'c' },
  })
  expect(mtnMomo.readCallback(callback(paid, 'POST'), config, undefined)).toMatchObject({
    reference: order.reference,
  })
  expect(mtnMomo.newReference()).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
})
