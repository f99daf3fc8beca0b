import { createHmac } from 'node:crypto'
import { expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { shippedProfile } from '../../src/providers/aggregator/files.ts'
import { createAggregator } from '../../src/providers/aggregator/index.ts'
import { providerContract } from '../contract/provider.ts'
import { callback, declined, ok, orderOf, ours, REFERENCE } from './aggregator-case.ts'

const adapter = createAggregator(shippedProfile('wave-mm'))
const order = orderOf('collect', {
  amount: { minor: 150_000n, currency: 'MMK' },
  msisdn: '+959790000001' as Msisdn,
})
const { code: _, ...codeless } = order

/** Written down here anew, after the gateway's documentation. */
const FIELDS = [
  'status',
  'timeToLiveSeconds',
  'merchantId',
  'orderId',
  'amount',
  'backendResultUrl',
  'merchantReferenceId',
  'initiatorMsisdn',
  'transactionId',
  'paymentRequestId',
  'requestTime',
]
type Body = Readonly<Record<string, unknown>>
const signed = (body: Body, secret = 'WAVE-SECRET'): Body => {
  const text = FIELDS.map(name => String(body[name] ?? null)).join('')
  return { ...body, hashValue: createHmac('sha256', secret).update(text).digest('hex') }
}
const paid: Body = {
  status: 'PAYMENT_CONFIRMED',
  merchantId: 'M1',
  orderId: 'LN77',
  merchantReferenceId: REFERENCE,
  frontendResultUrl: 'https://bank.example/done',
  backendResultUrl: order.callbackUrl,
  initiatorMsisdn: '9790000001',
  amount: 1500,
  timeToLiveSeconds: 600,
  paymentDescription: 'Loan LN77',
  currency: 'MMK',
  transactionId: 'T-1',
  paymentRequestId: null,
  requestTime: '2026-01-15T07:15:30',
}
const form = (body: string) => Object.fromEntries(new URLSearchParams(body))
const confirmed = { kind: 'confirmed', amount: order.amount, receipt: 'T-1' } as const
const config = (baseUrl: string, callMs: number) => ({
  ...{ baseUrl, callMs, merchantId: 'M1', secret: 'WAVE-SECRET', resultUrl: 'https://bank.example/done' },
})
const good = signed(paid)
const byte = (hash: unknown) => String(hash).replace(/.$/, last => (last === '0' ? '1' : '0'))

providerContract({
  name: 'wave-mm collect',
  adapter,
  config,
  secrets: ['WAVE-SECRET', 's3cr3t'],
  order: codeless,
  providerReference: 'T-1',
  asks: false,
  refused: ok({ message: 'INVALID_HASH' }, 400),
  isInquiry: () => false,
  accepted: ok({ message: 'success', transaction_id: 'T-1' }),
  pending: ok({}),
  paid: ok({}),
  confirmed,
  sendOutcomes: [
    ['a used reference', ok({ message: 'record exists' }, 409), 'unknown'],
    ['no record', ok({ message: 'no record' }, 404), 'unknown'],
    ['fields that it refuses', ok({ errors: { amount: ['must be positive'] } }, 422), ours('configuration')],
    ['another word', ok({ message: 'ok', transaction_id: 'T-1' }), 'unknown'],
  ],
  inquiryOutcomes: [['whatever somebody says there', ok({ status: 'PAYMENT_CONFIRMED' }), 'unknown']],
  carriesReference: ({ url, body, headers }) => {
    const sent = form(body)
    const text = ['600', 'M1', 'LN77', '1500', order.callbackUrl, REFERENCE].join('')
    return (
      url === '/payment' &&
      headers['content-type'] === 'application/x-www-form-urlencoded' &&
      sent.merchant_reference_id === REFERENCE &&
      sent.backend_result_url === order.callbackUrl &&
      sent.items === '[{"name":"Loan","amount":1500}]' &&
      sent.hash === createHmac('sha256', 'WAVE-SECRET').update(text).digest('hex')
    )
  },
  wireAmount: ({ body }) => form(body).amount,
  amounts: [[codeless, '1500']],
  callbacks: {
    good: callback(good),
    goodOutcome: confirmed,
    otherAmount: callback(signed({ ...paid, amount: 9999 })),
    otherAttempt: callback(signed({ ...paid, merchantReferenceId: 'another' })),
    unlisted: callback(signed({ ...paid, status: 'DONE' })),
    forged: [
      callback(paid),
      callback({ ...good, amount: 9999 }),
      callback({ ...good, hashValue: byte(good.hashValue) }),
      callback({ ...good, hashValue: '' }),
      callback(signed(paid, 'another secret')),
      callback({ ...good, paymentRequestId: 'null ' }),
    ],
  },
})

it('wave-mm sends her a link, carries whole kyat, and reads every word of a callback', async () => {
  expect(adapter.can).toMatchObject({ needsSmartphone: true, needsCode: false, wholeUnitsOnly: true })
  const there = adapter.config(config('https://payments.wavemoney.io/', 1_000))
  const tools = {
    http: async () => ({
      kind: 'answer' as const,
      status: 200,
      headers: {},
      body: '{"message":"success","transaction_id":"T&1"}',
    }),
    tokens: { get: () => Promise.reject(new Error('unused')), drop() {} },
    now: () => new Date(),
  }
  expect(await adapter.send(codeless, there, tools)).toEqual({
    kind: 'accepted',
    providerReference: 'T&1',
    link: 'https://payments.wavemoney.io/authenticate?transaction_id=T%261',
  })
  expect(
    await adapter.send({ ...codeless, amount: { minor: 150_050n, currency: 'MMK' } }, there, tools),
  ).toMatchObject(ours('configuration'))
  const words = {
    INSUFFICIENT_BALANCE: { kind: 'accepted' },
    TRANSACTION_TIMED_OUT: declined('expired', 'later'),
    SCHEDULER_TRANSACTION_TIMED_OUT: declined('expired', 'later'),
    ACCOUNT_LOCKED: declined('not-allowed', 'other-wallet'),
    BILL_COLLECTION_FAILED: declined('failed', 'later'),
    PAYMENT_REQUEST_CANCELLED: declined('cancelled', 'later'),
  }
  for (const [status, outcome] of Object.entries(words))
    expect(adapter.readCallback(callback(signed({ ...paid, status })), there, codeless)).toMatchObject({
      kind: 'outcome',
      outcome,
      reference: REFERENCE,
    })
})
