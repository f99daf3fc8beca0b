import { expect, it } from '@jest/globals'
import { shippedProfile } from '../../src/providers/aggregator/files.ts'
import { createAggregator } from '../../src/providers/aggregator/index.ts'
import { providerContract } from '../contract/provider.ts'
import { at, callback, declined, ok, orderOf, ours, REFERENCE } from './aggregator-case.ts'

const adapter = createAggregator(shippedProfile('y-note'))

const config = (baseUrl: string, callMs: number) => ({
  ...{ baseUrl, callMs, tokenUrl: `${baseUrl}/oauth2/token` },
  ...{ clientId: 'CLIENT-ID', clientSecret: 'CLIENT-SECRET', customerKey: 'CUSTOMER-KEY' },
  ...{ customerSecret: 'CUSTOMER-SECRET', channelMsisdn: '690000009', pin: '7319' },
})
const shared = {
  adapter,
  config,
  secrets: ['CLIENT-SECRET', 'CUSTOMER-KEY', 'CUSTOMER-SECRET', '7319', 'ACCESS-TOKEN', 's3cr3t'],
  providerReference: 'MSG-100200',
  tokens: {
    isToken: ({ url }: { url: string }) => url === '/oauth2/token',
    token: ok({ access_token: 'ACCESS-TOKEN', token_type: 'Bearer', expires_in: 3600 }),
    badToken: ok({ fault: { code: '900901', message: 'Invalid Credentials' } }, 401),
  },
  refused: ok({ error: 'invalid_client' }, 401),
}
const accepted = ok({
  StatusCode: 200,
  body: 'Pay Request Accepted',
  parameters: { MessageId: 'MSG-100200' },
})

for (const [name, code, path] of [
  ['orange', 'OM_CMR', '/prod/webpayment/status'],
  ['mtn', 'MTN_CMR', '/prod/webpaymentmtn/status'],
] as const) {
  const order = orderOf('collect', { code })
  const status = (word: string, change: object = {}) =>
    ok({ ErrorCode: 200, parameters: { status: word, amount: '1500', txnid: 'MP1', ...change } })
  const told = (word: string, change: object = {}) =>
    callback({
      status: word,
      parameters: { order_id: REFERENCE, MessageId: 'MSG-100200', amount: '1500', txnid: 'MP1', ...change },
    })
  const confirmed = { kind: 'confirmed', amount: order.amount, receipt: 'MP1' } as const
  providerContract({
    ...shared,
    name: `y-note ${name} collect`,
    order,
    isInquiry: ({ method, url }) => method === 'POST' && url === path,
    accepted,
    pending: status('PENDING'),
    paid: status('SUCCESSFUL'),
    confirmed,
    sendOutcomes: [
      [
        'the other shape of a yes',
        ok({ ErrorCode: 200, MessageId: 'MSG-100200' }),
        { kind: 'accepted', providerReference: 'MSG-100200' },
      ],
      ['another number', ok({ StatusCode: 5019, body: 'no' }), 'unknown'],
      ['a bad request', ok({}, 400), ours('configuration')],
      ['an unknown address', { status: 403 }, ours('address-refused')],
    ],
    inquiryOutcomes: [
      ['initiated', status('INITIATED'), { kind: 'accepted' }],
      ['two Ls', status('SUCCESSFULL'), name === 'orange' ? confirmed : { kind: 'accepted' }],
      ['an unlisted status', status('DONE'), 'unknown'],
      ['no status', ok({ ErrorCode: 200, body: 'Pay Request Accepted' }), 'unknown'],
      ['a yes without an amount', status('SUCCESSFUL', { amount: undefined }), confirmed],
      ['an amount that XAF cannot have', status('SUCCESSFUL', { amount: '15.5' }), 'unknown'],
      ['her no', status('CANCELLED'), declined('cancelled', 'later')],
      ['her silence', status('EXPIRED'), declined('expired', 'later')],
      ['failed', status('FAILED'), declined('failed', 'later', 'FAILED')],
    ],
    carriesReference: ({ url, body, headers }) =>
      url === '/prod/webpayment' &&
      headers.authorization === 'Bearer ACCESS-TOKEN' &&
      at(body, 'API_MUT', 'order_id') === REFERENCE &&
      at(body, 'API_MUT', 'PaiementMethod') === code &&
      at(body, 'API_MUT', 'subscriberMsisdn') === '670000001' &&
      at(body, 'API_MUT', 'notifUrl') === order.callbackUrl,
    wireAmount: ({ body }) => at(body, 'API_MUT', 'amount'),
    amounts: [[order, '1500']],
    callbacks: {
      good: told('SUCCESSFUL'),
      goodOutcome: confirmed,
      otherAmount: told('SUCCESSFUL', { amount: '9999' }),
      otherAttempt: told('SUCCESSFUL', { order_id: 'another' }),
      unlisted: told('DONE'),
    },
  })
}

const payout = orderOf('disburse', { code: 'OM_CMR' })
const result = (status: string) =>
  ok({ RefundStep: '2', MessageId: 'MSG-100200', result: { data: { status, amount: '1500', txnid: 'CI1' } } })
const paidOut = { status: 'SUCCESSFUL', data: { amount: '1500', txnid: 'CI1' }, order_id: REFERENCE }
providerContract({
  ...shared,
  name: 'y-note orange disburse',
  order: payout,
  isInquiry: ({ method, url }) => method === 'GET' && url === '/prod/refund/status/MSG-100200',
  accepted: ok({ ErrorCode: 200, MessageId: 'MSG-100200' }),
  pending: ok({ RefundStep: '1' }),
  paid: result('SUCCESSFULL'),
  confirmed: { kind: 'confirmed', amount: payout.amount, receipt: 'CI1' },
  sendOutcomes: [['another number', ok({ ErrorCode: 5019 }), 'unknown']],
  inquiryOutcomes: [
    ['failed in the queue', ok({ ErrorCode: 5019, body: 'x' }), declined('failed', 'later', 'ERROR:5019')],
    ['another number', ok({ ErrorCode: 7 }), 'unknown'],
    ['the second step, and no result', ok({ RefundStep: '2' }), 'unknown'],
    ['failed', result('FAILED'), declined('failed', 'later')],
    ['an unlisted status', result('DONE'), 'unknown'],
  ],
  carriesReference: ({ url, body }) =>
    url === '/prod/refund' &&
    at(body, 'webhook') === payout.callbackUrl &&
    at(body, 'refund_method') === 'OrangeMoney' &&
    at(body, 'final_customer_phone') === '670000001' &&
    at(body, 'pin') === '7319',
  wireAmount: ({ body }) => at(body, 'amount'),
  amounts: [[payout, '1500']],
  callbacks: {
    good: callback(paidOut),
    goodOutcome: { kind: 'confirmed', amount: payout.amount, receipt: 'CI1' },
    otherAmount: callback({ ...paidOut, data: { amount: '1' } }),
    otherAttempt: callback({ ...paidOut, order_id: 'another' }),
    unlisted: callback({ ...paidOut, status: 'DONE' }),
  },
})

it('y-note pays out only with a line and a PIN, and to Orange only', async () => {
  const { pin: _, ...raw } = config('https://y.example', 1_000)
  expect(adapter.products(adapter.config(raw))).toEqual([['collect']])
  expect(adapter.products(adapter.config({ ...raw, pin: '7319' }))).toEqual([['collect', 'disburse']])
  const tools = {
    http: () => Promise.reject(new Error('nothing may be sent')),
    tokens: { get: () => Promise.reject(new Error('no token is needed')), drop() {} },
    now: () => new Date(),
  }
  const toMtn = { ...payout, code: 'MTN_CMR' }
  expect(await adapter.send(toMtn, adapter.config({ ...raw, pin: '7319' }), tools)).toMatchObject(
    ours('configuration'),
  )
})
