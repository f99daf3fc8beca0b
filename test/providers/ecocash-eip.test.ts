import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { ecocashEip } from '../../src/providers/ecocash/eip.ts'
import type { Order } from '../../src/providers/provider.ts'
import { NOW, providerContract } from '../contract/provider.ts'
import type { Scripted } from '../contract/scripted-server.ts'

const PIN = '73519042'
const RECEIPT = 'MP251117.0952.T0527795'
const amount = { minor: 1_050n, currency: 'USD' }

const rawConfig = (baseUrl: string, callMs = 5_000) => ({
  baseUrl: `${baseUrl}/`,
  currency: 'USD',
  username: 'umoja',
  password: 'EIP-PASSWORD',
  merchantCode: '08003',
  merchantPin: PIN,
  merchantNumber: '789111401',
  merchantName: 'Umoja Credit',
  terminalId: 'TERM7',
  callMs,
})

const orderOf = (operation: 'collect' | 'refund'): Order => ({
  operation,
  reference: '2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab',
  amount,
  msisdn: '+263770000111' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
  ...(operation === 'refund'
    ? { original: { reference: '7c9e6679-7425-40de-944b-e07fc1f90ae7', receipt: 'MP251116.1200.A00001' } }
    : {}),
})

/** As payonline answers: the PIN echoed, the country code dropped, what was charged at nought until it is. */
const pendingObject = (order: Order) => ({
  id: 1783948034,
  clientCorrelator: order.reference,
  endUserId: '770000111',
  serverReferenceCode: 'SRV_1701060500009',
  transactionOperationStatus: 'PENDING SUBSCRIBER VALIDATION',
  paymentAmount: {
    totalAmountCharged: 0,
    charginginformation: { amount: 10.5, currency: 'USD', description: 'LN77' },
  },
  ecocashReference: null as string | null,
  merchantCode: '08003',
  merchantPin: PIN,
  merchantNumber: '789111401',
  responseCode: null,
})
/** Paid; who is who is told the wrong way round. */
const paidObject = (order: Order) => ({
  ...pendingObject(order),
  endUserId: '08003',
  merchantNumber: '263770000111',
  transactionOperationStatus: 'COMPLETED',
  ecocashReference: RECEIPT,
  paymentAmount: { totalAmountCharged: 10.5, charginginformation: { amount: 10.5, currency: 'USD' } },
  remarks: 'Process service request successfully.',
})
/** The developer portal's edition. */
const portalObject = (order: Order, status: string, more: object = {}) => ({
  transactionId: RECEIPT,
  clientCorrelator: order.reference,
  status,
  statusCode: '200',
  statusMessage: 'Transaction Successful',
  amount: '10.50',
  currency: 'USD',
  endUserId: '770000111',
  ...more,
})
const ALL_NULL = Object.fromEntries(
  ['id', 'clientCorrelator', 'transactionOperationStatus', 'paymentAmount', 'ecocashReference'].map(name => [
    name,
    null,
  ]),
)

const ok = (body: object): Scripted => ({ status: 200, body })
const portalError = (status: number, statusMessage: string, statusCode = String(status)): Scripted => ({
  status,
  body: { statusCode, statusMessage },
})
const serviceError = (message: string): Scripted => ({
  status: 400,
  body: { status: 400, exception: 'ProcessingException', message },
})
const callback = (body: unknown): RawRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  query: {},
  body: JSON.stringify(body),
  from: '127.0.0.1',
})
const misconfigured: Partial<Outcome> = { kind: 'our-fault', fault: 'configuration' } as Outcome
const plainNo: Outcome = { kind: 'declined', reason: 'failed', again: 'later' }

for (const operation of ['collect', 'refund'] as const) {
  const order = orderOf(operation)
  const [pending, paid] = [pendingObject(order), paidObject(order)]
  const collects = operation === 'collect'
  const confirmed: Outcome = { kind: 'confirmed', amount, receipt: RECEIPT }
  const status = (word: string, more: object = {}) =>
    ok({ ...paid, transactionOperationStatus: word, ...more })
  providerContract({
    name: `ecocash-eip ${operation}`,
    adapter: ecocashEip,
    config: rawConfig,
    secrets: [PIN, 'EIP-PASSWORD', Buffer.from('umoja:EIP-PASSWORD').toString('base64'), 's3cr3t'],
    order,
    foreign: 'ZWG',
    isInquiry: ({ method, url }) =>
      method === 'GET' && url === `/payment/v1/263770000111/transactions/amount/${order.reference}`,
    refused: { status: 401 },
    accepted: ok(pending),
    pending: ok(pending),
    paid: ok(paid),
    confirmed,
    sendOutcomes: [
      ['the prompt is out', ok(pending), { kind: 'accepted', providerReference: 'SRV_1701060500009' }],
      ['accepted by the portal', ok(portalObject(order, 'PENDING')), { kind: 'accepted' }],
      ['done at once', ok(paid), confirmed],
      ['refused at once', status('FAILED'), plainNo],
      ['a used correlator is asked about', serviceError('Duplicate clientCorrelator'), 'unknown'],
      ['a used correlator of the portal', portalError(400, 'Duplicate correlator', 'E005'), 'unknown'],
      ['a 400 that says nothing', { status: 400 }, 'unknown'],
      ['a missing field', portalError(400, 'Missing required field'), misconfigured as Outcome],
      ['a wrong currency', portalError(400, 'x', 'E003'), { ...misconfigured, detail: 'E003' } as Outcome],
      [
        'no such number',
        portalError(400, 'Invalid MSISDN format'),
        collects
          ? { kind: 'declined', reason: 'no-account', again: 'other-wallet', code: 'E002' }
          : { kind: 'declined', reason: 'failed', again: 'never', code: 'E002' },
      ],
      [
        'no money',
        portalError(422, 'Insufficient funds', 'E010'),
        collects
          ? { kind: 'declined', reason: 'insufficient-funds', again: 'other-wallet', code: 'E010' }
          : { kind: 'our-fault', fault: 'no-float', detail: 'E010' },
      ],
      [
        'a barred number',
        portalError(422, 'Barred MSISDN'),
        { kind: 'declined', reason: 'not-allowed' } as Outcome,
      ],
      ['a 422 that nobody explains', portalError(422, 'Computer says no'), 'unknown'],
      [
        'the payment is not there',
        portalError(404, 'Transaction not found', 'E008'),
        collects ? 'unknown' : { kind: 'declined', reason: 'failed', again: 'never' },
      ],
      ['not eligible, or done before', portalError(409, 'Refund not eligible', 'E009'), 'unknown'],
      ['a client that is not let in', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
      ['an answer about another request', ok({ ...pending, clientCorrelator: 'else' }), 'unknown'],
      ['the firewall’s page', { status: 200, body: '<html>Request Rejected</html>' }, 'unknown'],
      ['maintenance', portalError(503, 'Service unavailable', 'E015'), 'unknown'],
    ],
    inquiryOutcomes: [
      ['processing', status('Processing Charge'), { kind: 'accepted' }],
      ['processing, as another spells it', status('PROCESSING_CHARGE'), { kind: 'accepted' }],
      ['charged is not completed', status('CHARGED'), { kind: 'accepted' }],
      ['an unlisted status', status('REVERSED'), 'unknown'],
      ['no status', ok({ ...paid, transactionOperationStatus: null }), 'unknown'],
      ['a number for a status', ok({ ...paid, transactionOperationStatus: 1 }), 'unknown'],
      ['texts for numbers', ok(portalObject(order, 'SUCCESS')), confirmed],
      ['numbers for texts', ok(portalObject(order, 'SUCCESS', { amount: 10.5 })), confirmed],
      ['a yes without an amount', status('COMPLETED', { paymentAmount: null }), 'unknown'],
      [
        'two amounts',
        status('COMPLETED', {
          paymentAmount: { totalAmountCharged: 9.5, charginginformation: { amount: 10.5, currency: 'USD' } },
        }),
        'unknown',
      ],
      [
        'another currency',
        status('COMPLETED', { paymentAmount: { charginginformation: { amount: 10.5, currency: 'ZWG' } } }),
        'unknown',
      ],
      ['half a cent', ok(portalObject(order, 'SUCCESS', { amount: '10.505' })), 'unknown'],
      ['an answer about another request', ok({ ...paid, clientCorrelator: 'else' }), 'unknown'],
      ['known, and nothing told', ok({ ...ALL_NULL, clientCorrelator: order.reference }), 'unknown'],
      ['an empty object', ok({}), 'unknown'],
      ['never heard of it', ok(ALL_NULL), collects ? { kind: 'not-found' } : 'unknown'],
      [
        'never heard of it, as the portal says it',
        portalError(404, 'Transaction not found', 'E008'),
        collects ? { kind: 'not-found' } : 'unknown',
      ],
      ['a lost route', { status: 404, body: { status: 404, error: 'Not Found', path: '/x' } }, 'unknown'],
      ['given back', status('REFUNDED'), collects ? 'unknown' : confirmed],
      ['a client that is not let in', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
      ['failed', status('FAILED', { ecocashReference: null }), plainNo],
      ...(
        [
          ['Insufficient Balance', 'insufficient-funds', 'other-wallet'],
          ['Transaction Failed - Invalid PIN', 'wrong-pin', 'later'],
          ['Transaction Limit Exceeded', 'limit', 'other-wallet'],
          ['Barred MSISDN', 'not-allowed', 'other-wallet'],
          [`Nobody has said this before ${PIN}`, 'failed', 'later'],
        ] as const
      ).flatMap(([statusMessage, reason, again]) =>
        collects
          ? ([
              [
                `failed: ${statusMessage.replace(PIN, '')}`,
                ok(portalObject(order, 'FAILED', { statusMessage })),
                { kind: 'declined', reason, again },
              ],
            ] as const)
          : [],
      ),
      ...(collects
        ? []
        : ([
            [
              'no float for it, for good',
              ok(portalObject(order, 'FAILED', { statusMessage: 'Insufficient Balance' })),
              { kind: 'our-fault', fault: 'no-float', ended: true },
            ],
            ['a refund that is not named', ok({ ...paid, clientCorrelator: null }), 'unknown'],
          ] as const)),
    ],
    carriesReference: ({ url, headers, body }) => {
      const sent = JSON.parse(body)
      const own = collects
        ? sent.tranType === 'MER' && sent.transactionOperationStatus === 'Charged'
        : sent.tranType === 'REF' && sent.originalEcocashReference === 'MP251116.1200.A00001'
      return (
        url === `/payment/v1/transactions/${collects ? 'amount' : 'refund'}` &&
        headers.authorization === `Basic ${Buffer.from('umoja:EIP-PASSWORD').toString('base64')}` &&
        headers['user-agent'] === 'Hatua' &&
        sent.clientCorrelator === order.reference &&
        sent.notifyUrl === order.callbackUrl &&
        sent.endUserId === '263770000111' &&
        sent.merchantPin === PIN &&
        sent.terminalID === 'TERM7' &&
        sent.paymentAmount.chargeMetaData.onBeHalfOf === 'Umoja Credit' &&
        own
      )
    },
    wireAmount: ({ body }) => JSON.parse(body).paymentAmount.charginginformation.amount,
    amounts: [
      [order, 10.5],
      [{ ...order, amount: { minor: 1n, currency: 'USD' } }, 0.01],
      [{ ...order, amount: { minor: 123_456_789_012_345n, currency: 'USD' } }, 1234567890123.45],
    ],
    callbacks: {
      good: callback(paid),
      goodOutcome: confirmed,
      otherAmount: callback({
        ...paid,
        paymentAmount: { charginginformation: { amount: 99, currency: 'USD' } },
      }),
      otherAttempt: callback({ ...paid, clientCorrelator: '00000000-0000-4000-8000-000000000000' }),
      unlisted: callback({ ...paid, transactionOperationStatus: 'DONE' }),
    },
  })
}

describe('ecocash-eip', () => {
  const order = orderOf('collect')
  const sentBy = async (change: object, what = order): Promise<{ url: string; body: string } | Outcome> => {
    let sent: { url: string; body: string } | undefined
    const tools: Tools = {
      http: async ({ url, body = '' }) => {
        sent = { url, body }
        return { kind: 'no-answer', why: 'timeout' }
      },
      tokens: { get: () => Promise.reject(new Error('unused')), drop() {} },
      now: () => NOW,
    }
    const outcome = await ecocashEip.send(
      what,
      ecocashEip.config({ ...rawConfig('http://e'), ...change }),
      tools,
    )
    return sent ?? outcome
  }

  it('writes what the portal’s edition wants: texts, a slash, the currency’s old name', async () => {
    const sent = await sentBy(
      { currency: 'ZWG', currencyWord: 'ZWL', amountForm: 'text', trailingSlash: true },
      { ...order, amount: { minor: 2_000n, currency: 'ZWG' } },
    )
    expect(sent).toMatchObject({ url: 'http://e/payment/v1/transactions/amount/' })
    expect('body' in sent && JSON.parse(sent.body)).toMatchObject({
      currencyCode: 'ZWL',
      paymentAmount: { charginginformation: { amount: '20.00', currency: 'ZWL' } },
    })
  })

  it('reads the currency by either name', () => {
    const config = ecocashEip.config({ ...rawConfig('http://e'), currency: 'ZWG', currencyWord: 'ZiG' })
    for (const currency of ['ZIG', 'ZWG', 'ZiG']) {
      const info = { charginginformation: { amount: 7, currency } }
      expect(
        ecocashEip.readCallback(callback({ ...paidObject(order), paymentAmount: info }), config, undefined),
      ).toMatchObject({ outcome: { kind: 'confirmed', amount: { minor: 700n, currency: 'ZWG' } } })
    }
  })

  it('refuses an amount that no JSON number is', async () => {
    const what = { ...order, amount: { minor: 99_999_999_999_999_999n, currency: 'USD' } }
    expect(await sentBy({}, what)).toMatchObject(misconfigured)
    expect(await sentBy({ amountForm: 'text' }, what)).toMatchObject({ body: expect.any(String) })
  })

  it('refunds by the receipt only, and takes the payment’s own for no receipt of the refund', async () => {
    const refund = orderOf('refund')
    expect(await sentBy({}, { ...refund, original: { reference: order.reference } })).toMatchObject(
      misconfigured,
    )
    const told = { ...paidObject(refund), ecocashReference: 'MP251116.1200.A00001' }
    const reading = ecocashEip.readCallback(callback(told), ecocashEip.config(rawConfig('http://e')), refund)
    expect(reading).toMatchObject({ outcome: { kind: 'confirmed', amount } })
    expect(JSON.stringify(reading, (_, value) => (typeof value === 'bigint' ? '' : value))).not.toContain(
      'A00001',
    )
  })

  it('lets the PIN out by no field, whichever EcoCash puts it into', () => {
    const config = ecocashEip.config(rawConfig('http://e'))
    for (const word of ['COMPLETED', 'PENDING', 'FAILED', 'DONE']) {
      const body = {
        ...paidObject(order),
        ...{ transactionOperationStatus: word, ecocashReference: PIN, serverReferenceCode: PIN },
        ...{ transactionId: PIN, remarks: PIN, statusMessage: PIN, statusCode: PIN },
      }
      const reading = ecocashEip.readCallback(callback(body), config, order)
      expect(JSON.stringify(reading, (_, value) => (typeof value === 'bigint' ? '' : value))).not.toContain(
        PIN,
      )
    }
  })

  it('believes more words, and more "never heard of it", only where it is configured', () => {
    const config = ecocashEip.config({
      ...rawConfig('http://e'),
      statusWords: { Expired_Prompt: 'declined' },
    })
    const body = { ...paidObject(order), transactionOperationStatus: 'EXPIRED PROMPT' }
    expect(ecocashEip.readCallback(callback(body), config, order)).toMatchObject({ outcome: plainNo })
    expect(() =>
      ecocashEip.config({ ...rawConfig('http://e'), statusWords: { completed: 'declined' } }),
    ).toThrow('has its meaning')
  })

  it('names a callback without an attempt by its correlator, and reads POST only', () => {
    const config = ecocashEip.config(rawConfig('http://e'))
    const good = callback(paidObject(order))
    expect(ecocashEip.readCallback(good, config, undefined)).toMatchObject({ reference: order.reference })
    expect(ecocashEip.readCallback({ ...good, method: 'PUT' }, config, undefined).kind).toBe('unreadable')
  })
})
