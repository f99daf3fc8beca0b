import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { HttpAnswer, Tools } from '../../src/domain/outside.ts'
import { ecocashOpen } from '../../src/providers/ecocash/open.ts'
import type { Order } from '../../src/providers/provider.ts'
import { NOW, providerContract } from '../contract/provider.ts'
import type { Scripted } from '../contract/scripted-server.ts'

const RECEIPT = 'MP250908.1537.A22242'
const PAID_BEFORE = '7c9e6679-7425-40de-944b-e07fc1f90ae7'
const amount = { minor: 1_050n, currency: 'USD' }
const at = new Date('2025-09-08T13:37:16Z')

const rawConfig = (baseUrl: string, callMs = 5_000) => ({
  baseUrl: `${baseUrl}/`,
  currency: 'USD',
  apiKey: 'OPEN-API-KEY',
  mode: 'sandbox',
  clientName: 'Umoja Credit',
  callMs,
})
const orderOf = (operation: 'collect' | 'refund'): Order => ({
  operation,
  reference: '2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab',
  amount,
  msisdn: '+263770000111' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
  ...(operation === 'refund' ? { original: { reference: PAID_BEFORE, receipt: RECEIPT } } : {}),
})

const lookup = (order: Order, status: unknown, more: object = {}): Scripted => ({
  status: 200,
  body: {
    amount: { amount: 10.5, currency: 'USD' },
    customerMsisdn: '263770000111',
    reference: order.reference,
    ecocashReference: RECEIPT,
    status,
    transactionDateTime: '2025-09-08 15:37:16',
    ...more,
  },
})
/** A refund's answer, in which every reference is the payment's or our own. */
const refunded = (transactionStatus: string, more: object = {}): Scripted => ({
  status: 200,
  body: {
    sourceReference: PAID_BEFORE,
    destinationEcocashReference: RECEIPT,
    ecocashReference: orderOf('refund').reference,
    transactionStatus,
    responseMessage: transactionStatus,
    amount: 10.5,
    paymentAmount: 10.5,
    currency: 'USD',
    ...more,
  },
})
const plainNo: Outcome = { kind: 'declined', reason: 'failed', again: 'later' }
const misconfigured: Outcome = { kind: 'our-fault', fault: 'configuration' }

const common = (order: Order) => ({
  adapter: ecocashOpen,
  config: rawConfig,
  secrets: ['OPEN-API-KEY', 's3cr3t'],
  order,
  foreign: 'ZWG',
  isInquiry: ({ method, url, body }: { method: string; url: string; body: string }) =>
    method === 'POST' &&
    url === '/api/v1/transaction/c2b/status/sandbox' &&
    JSON.parse(body).sourceMobileNumber === '263770000111' &&
    JSON.parse(body).sourceReference === order.reference,
  refused: { status: 401 },
  pending: lookup(order, 'PENDING_VALIDATION', { ecocashReference: null }),
  paid: lookup(order, 'SUCCESS'),
  wireAmount: ({ body }: { body: string }) => JSON.parse(body).amount,
  amounts: [
    [order, 10.5],
    [{ ...order, amount: { minor: 123_456_789_012_345n, currency: 'USD' } }, 1234567890123.45],
  ] as const,
})
const REFUSED_AT_ONCE = [
  ['a bad request', { status: 400, body: { message: 'x' } }, misconfigured],
  ['a key without the right', { status: 403 }, { kind: 'our-fault', fault: 'credentials' }],
  ['valid, and failed', { status: 402 }, 'unknown'],
  ['a reference that was used', { status: 409 }, 'unknown'],
  ['too many at once', { status: 429 }, { kind: 'our-fault', fault: 'quota' }],
] as const
const asked = (order: Order) =>
  [
    ['pending', lookup(order, 'PENDING'), { kind: 'accepted' }],
    ['failed', lookup(order, 'FAILED'), plainNo],
    ['an unlisted status', lookup(order, 'PAID'), 'unknown'],
    ['a number for a status', lookup(order, 1), 'unknown'],
    ['an empty object', { status: 200, body: {} }, 'unknown'],
    ['an answer about another request', lookup(order, 'SUCCESS', { reference: 'gjhfgfdgh787' }), 'unknown'],
    ['a yes without an amount', lookup(order, 'SUCCESS', { amount: null }), 'unknown'],
    [
      'a yes in another currency',
      lookup(order, 'SUCCESS', { amount: { amount: 10.5, currency: 'ZiG' } }),
      'unknown',
    ],
    [
      'not found, which may be a lost route',
      { status: 404, body: { message: 'no Route matched' } },
      'unknown',
    ],
    ['a bad question', { status: 400, body: {} }, 'unknown'],
    ['a key without the right', { status: 403 }, { kind: 'our-fault', fault: 'credentials' }],
  ] as const

const collect = orderOf('collect')
providerContract({
  ...common(collect),
  name: 'ecocash-open collect',
  accepted: { status: 200 },
  confirmed: { kind: 'confirmed', amount, receipt: RECEIPT, at },
  sendOutcomes: [
    ...REFUSED_AT_ONCE,
    ['words where there should be none', lookup(collect, 'SUCCESS'), 'unknown'],
    ['an empty object', { status: 200, body: {} }, 'unknown'],
  ],
  inquiryOutcomes: [
    ...asked(collect),
    [
      'a text for an amount',
      lookup(collect, 'SUCCESS', { amount: { amount: '10.50', currency: 'USD' } }),
      {
        kind: 'confirmed',
        amount,
      },
    ],
    ['a refund’s word', lookup(collect, 'COMPLETED'), 'unknown'],
    [
      'no time',
      lookup(collect, 'SUCCESS', { transactionDateTime: 'yesterday' }),
      {
        kind: 'confirmed',
        receipt: RECEIPT,
        amount,
      },
    ],
  ],
  carriesReference: ({ url, headers, body }) => {
    const sent = JSON.parse(body)
    return (
      url === '/api/v2/payment/instant/c2b/sandbox' &&
      headers['x-api-key'] === 'OPEN-API-KEY' &&
      sent.sourceReference === collect.reference &&
      sent.customerMsisdn === '263770000111' &&
      sent.currency === 'USD' &&
      sent.reason === 'LN77'
    )
  },
})

const refund = orderOf('refund')
providerContract({
  ...common(refund),
  name: 'ecocash-open refund',
  askedBy: refund.reference,
  accepted: refunded('PENDING'),
  confirmed: { kind: 'confirmed', amount, at },
  sendOutcomes: [
    ...REFUSED_AT_ONCE,
    ['done at once', refunded('COMPLETED'), { kind: 'confirmed', amount }],
    ['failed', refunded('FAILED'), plainNo],
    ['an unlisted status', refunded('REFUNDED'), 'unknown'],
    ['done, and nobody knows how much', refunded('COMPLETED', { amount: null }), 'unknown'],
  ],
  inquiryOutcomes: [
    ...asked(refund),
    ['done', lookup(refund, 'COMPLETED'), { kind: 'confirmed', amount }],
    ['an answer that names nothing', lookup(refund, 'SUCCESS', { reference: null }), 'unknown'],
  ],
  carriesReference: ({ url, body }) => {
    const sent = JSON.parse(body)
    return (
      url === '/api/v2/refund/instant/c2b/sandbox' &&
      sent.refundCorelator === refund.reference &&
      sent.origionalEcocashTransactionReference === PAID_BEFORE &&
      sent.sourceMobileNumber === '263770000111' &&
      sent.clientName === 'Umoja Credit'
    )
  },
})

describe('ecocash-open', () => {
  type Sent = { readonly url: string; readonly body: string }
  async function called(change: object, what: Order, answer: HttpAnswer, how: 'send' | 'inquire' = 'send') {
    const sent: Sent[] = []
    const tools: Tools = {
      http: async ({ url, body = '' }) => {
        sent.push({ url, body })
        return answer
      },
      tokens: { get: () => Promise.reject(new Error('unused')), drop() {} },
      now: () => NOW,
    }
    const config = ecocashOpen.config({ ...rawConfig('http://e'), ...change })
    return { outcome: await ecocashOpen[how](what, config, tools), sent }
  }
  const bare = (status: number, body = ''): HttpAnswer => ({ kind: 'answer', status, headers: {}, body })

  it('goes live, and calls the local currency as the wire does', async () => {
    const what = { ...collect, amount: { minor: 700n, currency: 'ZWG' } }
    const { sent } = await called({ currency: 'ZWG', currencyWord: 'ZiG', mode: 'live' }, what, bare(200))
    expect(sent).toMatchObject([{ url: 'http://e/api/v2/payment/instant/c2b/live' }])
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ currency: 'ZiG', amount: 7 })
  })

  it('refunds by the receipt where EcoCash wants that, and not without one', async () => {
    const { sent } = await called({ refundBy: 'receipt' }, refund, bare(500))
    expect(JSON.parse(sent[0]?.body ?? '').origionalEcocashTransactionReference).toBe(RECEIPT)
    const without = { ...refund, original: { reference: PAID_BEFORE } }
    expect(await called({ refundBy: 'receipt' }, without, bare(500))).toMatchObject({
      outcome: misconfigured,
      sent: [],
    })
  })

  it('believes "not found" where it is told to, of what it is told to', async () => {
    const gone = bare(404, '{"message":"Transaction not found"}')
    const believes = { believesNotFound: ['collect'] }
    expect((await called(believes, collect, gone, 'inquire')).outcome).toEqual({ kind: 'not-found' })
    expect((await called(believes, refund, gone, 'inquire')).outcome.kind).toBe('unknown')
    expect((await called(believes, collect, bare(404), 'inquire')).outcome.kind).toBe('unknown')
  })

  it('reads the time where the clocks are', async () => {
    const answer = lookup(collect, 'SUCCESS') as { body: object }
    const { outcome } = await called(
      { utcOffset: '+00:00' },
      collect,
      bare(200, JSON.stringify(answer.body)),
      'inquire',
    )
    expect(outcome).toMatchObject({ at: new Date('2025-09-08T15:37:16Z') })
  })
})
