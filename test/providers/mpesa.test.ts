import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { mpesa, readConfirmation } from '../../src/providers/mpesa/index.ts'
import type { Order } from '../../src/providers/provider.ts'
import { providerContract } from '../contract/provider.ts'
import { startScripted } from '../contract/scripted-server.ts'

const order: Order = {
  operation: 'collect',
  reference: '7b1e54a0-9c1f-4d1a-8a55-0123456789ab',
  amount: { minor: 150_000n, currency: 'KES' },
  msisdn: '+254700000001' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
}
const CHECKOUT = 'ws_CO_150120261015300001'
const config = (baseUrl: string, callMs = 5_000) => ({
  baseUrl,
  consumerKey: 'CONSUMER-KEY',
  consumerSecret: 'CONSUMER-SECRET',
  shortcode: '174379',
  passkey: 'PASS-KEY',
  callMs,
})

const pushed = {
  MerchantRequestID: '29-1-1',
  CheckoutRequestID: CHECKOUT,
  ResponseCode: '0',
  ResponseDescription: 'Success. Request accepted for processing',
  CustomerMessage: 'Success. Request accepted for processing',
}
const result = (code: string | number) => ({
  status: 200,
  body: {
    ResponseCode: '0',
    MerchantRequestID: '29-1-1',
    CheckoutRequestID: CHECKOUT,
    ResultCode: code,
    ResultDesc: 'x',
  },
})
const refusal = (status: number, errorCode: string, errorMessage = 'words') => ({
  status,
  body: { requestId: '1-2-3', errorCode, errorMessage },
})
const callback = (ResultCode: string | number, items?: object[], id = CHECKOUT): RawRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  query: {},
  from: '127.0.0.1',
  body: JSON.stringify({
    Body: {
      stkCallback: {
        MerchantRequestID: '29-1-1',
        CheckoutRequestID: id,
        ResultCode,
        ResultDesc: 'x',
        ...(items === undefined ? {} : { CallbackMetadata: { Item: items } }),
      },
    },
  }),
})
const metadata = (amount: number) => [
  { Name: 'Amount', Value: amount },
  { Name: 'MpesaReceiptNumber', Value: 'TGH7XYZ12A' },
  { Name: 'Balance' },
  { Name: 'TransactionDate', Value: 20260115101530 },
  { Name: 'PhoneNumber', Value: 254700000001 },
]
const declines = [
  ['1', 'insufficient-funds', 'other-wallet'],
  ['2', 'below-minimum', 'never'],
  ['3', 'limit', 'other-wallet'],
  ['4', 'limit', 'later'],
  ['8', 'failed', 'later'],
  ['17', 'busy', 'later'],
  ['26', 'busy', 'later'],
  ['1001', 'busy', 'later'],
  ['1019', 'expired', 'later'],
  ['1025', 'failed', 'later'],
  ['9999', 'failed', 'later'],
  ['1032', 'cancelled', 'later'],
  ['1037', 'unreachable', 'later'],
  ['2001', 'wrong-pin', 'later'],
  ['2028', 'not-allowed', 'never'],
  ['8006', 'not-allowed', 'other-wallet'],
  ['SFC_IC0003', 'not-allowed', 'never'],
] as const
const busy: Outcome = { kind: 'declined', reason: 'busy', again: 'later' }
const confirmed: Outcome = {
  kind: 'confirmed',
  amount: order.amount,
  receipt: 'TGH7XYZ12A',
  at: new Date('2026-01-15T07:15:30Z'),
}

providerContract({
  name: 'mpesa collect',
  adapter: mpesa,
  config,
  secrets: ['CONSUMER-KEY', 'CONSUMER-SECRET', 'PASS-KEY', 'ACCESS-TOKEN', 's3cr3t'],
  order,
  providerReference: CHECKOUT,
  isInquiry: ({ method, url }) => method === 'POST' && url === '/mpesa/stkpushquery/v1/query',
  tokens: {
    isToken: request => request.url === '/oauth/v1/generate?grant_type=client_credentials',
    token: { status: 200, body: { access_token: 'ACCESS-TOKEN', expires_in: '3599' } },
    badToken: refusal(404, '404.001.03', 'Invalid Access Token ACCESS-TOKEN'),
  },
  refused: refusal(400, '400.008.01', 'Invalid Authentication passed'),
  accepted: { status: 200, body: pushed },
  pending: refusal(500, '500.001.1001', 'The transaction is being processed'),
  paid: result('0'),
  confirmed: { kind: 'confirmed', amount: order.amount },
  sendOutcomes: [
    [
      'a wrong field is our fault',
      refusal(400, '400.002.02', 'Invalid CallBackURL'),
      { kind: 'our-fault', fault: 'configuration', detail: '400.002.02 CallBackURL was refused' },
    ],
    [
      'a wrong number is hers',
      refusal(400, '400.002.02', 'Invalid PhoneNumber'),
      { kind: 'declined', reason: 'no-account', again: 'other-wallet' },
    ],
    [
      'a locked line',
      refusal(500, '500.001.1001', 'Unable to lock subscriber, a transaction is already in process'),
      busy,
    ],
    [
      'wrong credentials',
      refusal(500, '500.001.1001', 'Wrong credentials'),
      { kind: 'our-fault', fault: 'credentials' },
    ],
    [
      'a wrong shortcode',
      refusal(500, '500.001.1001', 'Merchant does not exist'),
      { kind: 'our-fault', fault: 'configuration' },
    ],
    ['too many calls', refusal(503, '500.003.02'), busy],
    ['no quota', refusal(500, '500.003.03'), { kind: 'our-fault', fault: 'quota' }],
    ['no such resource', refusal(404, '404.001.01'), { kind: 'our-fault', fault: 'configuration' }],
    ['a wrong method', refusal(405, '405.001'), { kind: 'our-fault', fault: 'configuration' }],
    ['a duplicate', refusal(500, '500.002.1001'), 'unknown'],
    ['an internal error', refusal(500, '500.003.1001'), 'unknown'],
    ['an unlisted error', refusal(400, '400.999.99'), 'unknown'],
    ['an unlisted response code', { status: 200, body: { ...pushed, ResponseCode: '7' } }, 'unknown'],
    ['acceptance without a name', { status: 200, body: { ResponseCode: '0' } }, 'unknown'],
  ],
  inquiryOutcomes: [
    ...declines.map(
      ([code, reason, again]) =>
        [`declined, ${code}`, result(code), { kind: 'declined', reason, again, code }] as const,
    ),
    ['a code as a number', result(1032), { kind: 'declined', reason: 'cancelled', again: 'later' }],
    ['still under processing', result('4999'), { kind: 'accepted' }],
    [
      'our password refused, by the same code',
      refusal(500, '500.001.1001', 'Wrong credentials'),
      { kind: 'our-fault', fault: 'credentials', detail: '500.001.1001' },
    ],
    ['an unlisted result', result('4242'), 'unknown'],
    ['a word that is no code', result('toString'), 'unknown'],
    [
      'an answer about another push',
      { status: 200, body: { ...result('0').body, CheckoutRequestID: 'ws_CO_x' } },
      'unknown',
    ],
    [
      'a query that was not taken',
      { status: 200, body: { ...result('0').body, ResponseCode: '1' } },
      'unknown',
    ],
    ['too many questions', refusal(503, '500.003.02'), 'unknown'],
    ['an internal error', refusal(500, '500.003.1001'), 'unknown'],
  ],
  carriesReference: ({ body }) =>
    JSON.parse(body).CallBackURL === order.callbackUrl && JSON.parse(body).AccountReference === 'LN77',
  wireAmount: ({ body }) => /"Amount":([^,]+),/.exec(body)?.[1],
  amounts: [
    [order, '1500'],
    [{ ...order, amount: { minor: 100n, currency: 'KES' } }, '1'],
  ],
  callbacks: {
    good: callback(0, metadata(1500)),
    goodOutcome: confirmed,
    otherAmount: callback(0, metadata(1)),
    otherAttempt: callback(0, metadata(1500), 'ws_CO_else'),
    unlisted: callback(4242),
  },
})

describe('mpesa', () => {
  const tools = () => ({
    http: createHttp({ maxBytes: 100_000 }),
    tokens: createTokens(() => new Date()),
    now: () => new Date('2026-01-15T21:30:00Z'),
  })

  it('refuses a fraction of a shilling, nothing, and a number that is not Kenyan, before any call', async () => {
    const config_ = mpesa.config(config('http://127.0.0.1:1'))
    for (const minor of [150_050n, 0n, -100n])
      expect(
        await mpesa.send({ ...order, amount: { minor, currency: 'KES' } }, config_, tools()),
      ).toMatchObject({
        kind: 'our-fault',
        fault: 'configuration',
      })
    expect(await mpesa.send({ ...order, msisdn: '+237670000001' as Msisdn }, config_, tools())).toMatchObject(
      {
        kind: 'declined',
        reason: 'no-account',
      },
    )
  })

  it('signs with the time in Nairobi', async () => {
    const server = await startScripted()
    server.script(({ url }) =>
      url.startsWith('/oauth')
        ? { status: 200, body: { access_token: 't', expires_in: '3599' } }
        : { status: 200, body: pushed },
    )
    await mpesa.send(order, mpesa.config(config(server.url)), tools())
    const body = JSON.parse(server.received.at(-1)?.body ?? '{}')
    expect(body.Timestamp).toBe('20260116003000')
    expect(Buffer.from(body.Password, 'base64').toString()).toBe('174379PASS-KEY20260116003000')
    await server.close()
  })

  it('cannot ask about a push that Safaricom never named, and tries no call', async () => {
    const outcome = await mpesa.inquire(order, mpesa.config(config('http://127.0.0.1:1')), tools())
    expect(outcome).toMatchObject({ kind: 'unknown', why: expect.stringContaining('cannot be asked') })
  })

  it('knows that a connection which was never made started nothing', async () => {
    const gone = await startScripted()
    await gone.close()
    const held = { ...tools(), tokens: { get: async () => 'token', drop() {} } }
    for (const given of [tools(), held]) {
      const outcome = await mpesa.send(order, mpesa.config(config(gone.url)), given)
      expect(outcome).toMatchObject({ kind: 'declined', reason: 'busy', again: 'later' })
    }
  })

  it.each(declines)('reads a callback with result %s', (code, reason, again) => {
    const reading = mpesa.readCallback(
      callback(Number.isNaN(Number(code)) ? code : Number(code)),
      mpesa.config(config('http://127.0.0.1')),
      undefined,
    )
    expect(reading).toMatchObject({ kind: 'outcome', outcome: { kind: 'declined', reason, again } })
  })

  it('takes a success without metadata as unknown', () => {
    const reading = mpesa.readCallback(callback(0), mpesa.config(config('http://127.0.0.1')), undefined)
    expect(reading).toMatchObject({ kind: 'outcome', outcome: { kind: 'unknown' } })
  })

  it('reads a C2B confirmation, and no half of one', () => {
    const body = {
      TransactionType: 'Pay Bill',
      TransID: 'TGH9',
      TransTime: '20260115101530',
      TransAmount: '100.50',
      BusinessShortCode: '600638',
      BillRefNumber: ' LOAN77',
      MSISDN: '25470****149',
    }
    const request = { ...callback(0), body: JSON.stringify(body) }
    expect(readConfirmation(request)).toEqual({
      receipt: 'TGH9',
      amount: { minor: 10_050n, currency: 'KES' },
      shortcode: '600638',
      billReference: 'LOAN77',
      at: new Date('2026-01-15T07:15:30Z'),
    })
    for (const change of [
      { TransAmount: '1,000' },
      { TransTime: 'noon' },
      { TransID: '' },
      { BusinessShortCode: undefined },
    ])
      expect(readConfirmation({ ...request, body: JSON.stringify({ ...body, ...change }) })).toBeUndefined()
  })
})
