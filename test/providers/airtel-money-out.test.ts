import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { airtel } from '../../src/providers/airtel/index.ts'
import type { AttemptRef } from '../../src/providers/provider.ts'
import { NOW, providerContract } from '../contract/provider.ts'
import { type Received, type Scripted, startScripted } from '../contract/scripted-server.ts'
import {
  amountsOf,
  config,
  hasHeaders,
  legacy,
  ORIGINAL,
  orderOf,
  PAIR,
  PUBLIC_KEY,
  REFERENCE,
  refused,
  said,
  shared,
  stands,
  wireAmount,
} from './airtel-case.ts'

/** Airtel's payouts, refunds, names and balance. */

const payout = orderOf('disburse')
const refund = orderOf('refund')
const NAME = `disbursement-Y79CTORHGI-${REFERENCE}`
const D = (digits: string) => `DP00900001${digits}`
const C = (digits: string) => `DP00800001${digits}`
const paid: Outcome = { kind: 'confirmed', amount: payout.amount, receipt: NAME }
const configuration: Outcome = { kind: 'our-fault', fault: 'configuration' }
const credentials: Outcome = { kind: 'our-fault', fault: 'credentials' }
const declined = (reason: string, again: string, code: string) =>
  ({ kind: 'declined', reason, again, code }) as Outcome
const done = stands('TS', { reference_id: '18000000354', airtel_money_id: NAME })

const opened = (sealed: string, padding: number, oaepHash?: string) =>
  privateDecrypt(
    { key: PAIR.privateKey, padding, ...(oaepHash && { oaepHash }) },
    Buffer.from(sealed, 'base64'),
  ).toString('utf8')

const payouts = {
  ...shared,
  order: payout,
  accepted: said(D('006'), stands('TIP')),
  pending: said(D('006'), stands('TIP')),
  paid: said(D('001'), done),
  confirmed: paid,
  wireAmount,
  amounts: amountsOf('disburse'),
} as const

providerContract({
  ...payouts,
  name: 'airtel disburse',
  isInquiry: request =>
    request.method === 'GET' &&
    request.url === `/standard/v1/disbursements/${REFERENCE}` &&
    hasHeaders(request),
  sendOutcomes: [
    ['done at once', said(D('001'), done), paid],
    ['done, by an older answer', said(null, done), paid],
    ['done, and no success', refused(D('001'), done), 'unknown'],
    ['a success without a transaction', said(D('001')), 'unknown'],
    ['a success that goes on', said(D('001'), stands('TIP')), { kind: 'accepted' }],
    ['a success of something else', said(D('001'), { ...done, id: 'else' }), 'unknown'],
    ['ambiguous', refused(D('000'), stands('TA')), 'unknown'],
    ['the day’s limit', refused(D('003')), declined('limit', 'later', D('003'))],
    ['out of bounds', refused(D('004')), declined('limit', 'never', D('004'))],
    ['failed', refused(D('005')), declined('failed', 'later', D('005'))],
    ['our balance', refused(D('007')), { kind: 'our-fault', fault: 'no-float', detail: D('007') }],
    ['nobody there', refused(D('009')), declined('no-account', 'other-wallet', D('009'))],
    ['not allowed', refused(D('010')), declined('not-allowed', 'other-wallet', D('010'))],
    ['something similar is there', refused(D('011')), 'unknown'],
    ['a bad number', refused(D('012')), declined('no-account', 'other-wallet', D('012'))],
    ['refused', refused(D('013')), declined('failed', 'later', D('013'))],
    ['timed out, and may have been done', refused(D('014')), 'unknown'],
    ['not found, of an order', refused(D('015')), 'unknown'],
    ['a signature that does not fit', refused(D('016')), configuration],
    ['an id that was used', refused(D('017')), 'unknown'],
    ['our PIN', { ...refused('ROUTER115'), status: 400 }, credentials],
    ['our cipher', { ...refused('ROUTER116'), status: 400 }, credentials],
    ['an unlisted code', refused(D('099')), 'unknown'],
    ['a no that moved money', refused(D('005'), done), 'unknown'],
    ['an answer that repeats the PIN', { status: 200, body: { pin: '7319', status: '7319' } }, 'unknown'],
  ],
  inquiryOutcomes: [
    ['failed, and why', refused(D('009'), stands('TF')), declined('no-account', 'other-wallet', D('009'))],
    [
      'failed, for the float',
      refused(D('007'), stands('TF')),
      { kind: 'our-fault', fault: 'no-float', detail: D('007'), ended: true },
    ],
    [
      'expired, which nobody let',
      said(null, stands('TE')),
      { kind: 'declined', reason: 'failed', again: 'later' },
    ],
    ['ambiguous', refused(D('000'), stands('TA')), 'unknown'],
    ['refused, or a parameter of the question is missing', refused(D('013')), 'unknown'],
    ['timed out', refused(D('014')), 'unknown'],
    ['gone back', said(D('001'), stands('TR')), { kind: 'reversed', amount: payout.amount }],
    ['never heard of it', refused(D('015')), { kind: 'not-found' }],
    ['never heard of it, of another product', refused(C('025')), 'unknown'],
  ],
  carriesReference: request => {
    const { payee, reference, pin, transaction } = JSON.parse(request.body)
    return (
      `${request.method} ${request.url}` === 'POST /standard/v1/disbursements/' &&
      hasHeaders(request) &&
      JSON.stringify(payee) === '{"currency":"ZMW","msisdn":"971000111"}' &&
      reference === 'LN77' &&
      opened(pin, constants.RSA_PKCS1_PADDING) === '7319' &&
      transaction.id === REFERENCE &&
      transaction.type === 'B2C'
    )
  },
})

const V2 = { versions: { collect: 'v2', disburse: 'v2', refund: 'v2' } }

/** Signed: the body encrypted under a key that only the private one opens. */
function isSigned({ headers, body }: Received): boolean {
  const [key = '', iv = ''] = opened(headers['x-key'] ?? '', constants.RSA_PKCS1_OAEP_PADDING, 'sha1').split(
    ':',
  )
  const cipher = createDecipheriv('aes-256-cbc', Buffer.from(key, 'base64'), Buffer.from(iv, 'base64'))
  const text = Buffer.concat([
    cipher.update(Buffer.from(headers['x-signature'] ?? '', 'base64')),
    cipher.final(),
  ])
  return text.toString('utf8') === body
}

providerContract({
  ...payouts,
  name: 'airtel disburse, second edition, signed, OAEP',
  config: (baseUrl, callMs) => ({
    ...config(baseUrl, callMs),
    ...V2,
    disbursement: { pin: '7319', publicKey: PUBLIC_KEY, padding: 'oaep', oaepHash: 'sha256', type: 'B2B' },
    signing: { publicKey: PUBLIC_KEY, padding: 'oaep' },
  }),
  isInquiry: ({ method, url }) =>
    `${method} ${url}` === `GET /standard/v2/disbursements/${REFERENCE}?transactionType=B2B`,
  sendOutcomes: [['done at once', said(D('001'), done), paid]],
  inquiryOutcomes: [['never heard of it', refused(D('015')), { kind: 'not-found' }]],
  carriesReference: request =>
    `${request.method} ${request.url}` === 'POST /standard/v2/disbursements/' &&
    opened(JSON.parse(request.body).pin, constants.RSA_PKCS1_OAEP_PADDING, 'sha256') === '7319' &&
    isSigned(request),
})

const back: Outcome = { kind: 'confirmed', amount: refund.amount }
const original = (status: string) => ({
  id: ORIGINAL.reference,
  message: 'words',
  status,
  airtel_money_id: ORIGINAL.receipt,
})
const answered = { airtel_money_id: ORIGINAL.receipt, status: 'Success.' }

const refunds = {
  ...shared,
  order: refund,
  askedBy: ORIGINAL.reference,
  isInquiry: ({ method, url }: Received) =>
    `${method} ${url}` === `GET /standard/v1/payments/${ORIGINAL.reference}`,
  pending: said(C('001'), original('TS')),
  paid: said(C('001'), original('TR')),
  confirmed: back,
  // whatever was paid goes back: no amount is told
  wireAmount: ({ body }: Received) => body,
  amounts: [[refund, `{"transaction":{"airtel_money_id":"${ORIGINAL.receipt}"}}`]],
} as const

providerContract({
  ...refunds,
  name: 'airtel refund',
  accepted: said(C('006'), answered),
  sendOutcomes: [
    ['done', said(C('001'), answered), back],
    ['an older yes', said(null, answered), { kind: 'accepted' }],
    ['the portal’s sample, whose success is none', legacy('ESB000010', answered), 'unknown'],
    ['a payment that is not there', refused(C('025')), declined('failed', 'never', C('025'))],
    [
      'a payment that is not there, in older words',
      legacy('ESB000045'),
      declined('failed', 'never', 'ESB000045'),
    ],
    ['our balance', refused(C('007')), { kind: 'our-fault', fault: 'no-float' }],
    ['refused', refused(C('008')), declined('failed', 'later', C('008'))],
    ['a PIN that nobody asked her for', refused(C('002')), declined('failed', 'later', C('002'))],
    ['ambiguous', refused(C('000')), 'unknown'],
    ['timed out', { ...refused('ROUTER117'), status: 408 }, 'unknown'],
    ['an unlisted code', refused(C('099')), 'unknown'],
  ],
  inquiryOutcomes: [
    ['a payment that failed', refused(C('007'), original('TF')), 'unknown'],
    ['a payment that is not there', refused(C('025')), 'unknown'],
    ['another payment', said(C('001'), { ...original('TR'), id: 'else' }), 'unknown'],
    ['a question that the router refuses', { ...refused('ROUTER006'), status: 400 }, configuration],
  ],
  carriesReference: ({ method, url, body }) =>
    `${method} ${url}` === 'POST /standard/v1/payments/refund' && body.includes(ORIGINAL.receipt),
})

const now = () => NOW
async function answering<T>(
  answers: Readonly<Record<string, Scripted>>,
  work: (known: ReturnType<typeof airtel.config>, tools: Tools, heard: () => Received[]) => Promise<T>,
  change: object = {},
): Promise<T> {
  const server = await startScripted()
  server.script(request =>
    shared.tokens?.isToken(request)
      ? shared.tokens.token
      : (answers[`${request.method} ${request.url}`] ?? 'reset'),
  )
  const tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  try {
    const heard = () => server.received.filter(({ url }) => !url.startsWith('/auth'))
    return await work(airtel.config({ ...config(server.url, 5_000), ...change }), tools, heard)
  } finally {
    await server.close()
  }
}

it('takes "Success." of a refund for done where the connection says so', async () => {
  const answers = { 'POST /standard/v2/payments/refund': said(C('006'), answered) }
  const sent = await answering(answers, (known, tools) => airtel.send(refund, known, tools), {
    ...V2,
    refundAnswer: 'done',
  })
  expect(sent).toEqual(back)
})

it('sends nothing back that has no receipt, asks about none without a reference, and pays nothing out without a PIN', async () => {
  await answering(
    {},
    async (known, tools, heard) => {
      const nameless = { ...refund, original: { reference: 'x' } }
      expect(await airtel.send(nameless, known, tools)).toMatchObject(configuration)
      const unknown: AttemptRef = { ...refund, original: { reference: '', receipt: 'MP1' } }
      expect((await airtel.inquire(unknown, known, tools)).kind).toBe('unknown')
      expect(await airtel.send(payout, known, tools)).toMatchObject(configuration)
      expect(heard()).toEqual([])
      expect(airtel.products(known)).toEqual([['collect', 'refund']])
    },
    { disbursement: undefined },
  )
})

it('writes four letters and digits at least where she reads, and numbers as they are dialled at home', async () => {
  const answers = { 'POST /merchant/v2/payments/': said(C('006')) }
  const order = {
    ...orderOf('collect'),
    shownReference: 'X1',
    amount: { minor: 5_000n, currency: 'XAF' },
    msisdn: '+242061234567' as Msisdn,
  }
  const [heard] = await answering(
    answers,
    async (known, tools, heard) => {
      expect(await airtel.send(order, known, tools)).toEqual({ kind: 'accepted' })
      return heard()
    },
    { ...V2, country: 'CG', currency: 'XAF' },
  )
  expect(heard?.body).toBe(
    `{"reference":"00X1","subscriber":{"country":"CG","currency":"XAF","msisdn":"061234567"},"transaction":{"amount":5000,"country":"CG","currency":"XAF","id":"${REFERENCE}"}}`,
  )
})

it.each([
  ['a bad client with 200', { status: 200, body: { error: 'invalid_client' } }, 'our-fault'],
  ['no token in it', { status: 200, body: {} }, 'unknown'],
  ['a life that is no number', { status: 200, body: { access_token: 'x', expires_in: 'soon' } }, 'unknown'],
])('gets no token: %s', async (_, answer, kind) => {
  const server = await startScripted()
  server.script(() => answer)
  const tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  expect((await airtel.send(payout, airtel.config(config(server.url, 5_000)), tools)).kind).toBe(kind)
  await server.close()
})

const USER = 'GET /standard/v1/users/971000111'
const holder = (data: object, code = 'DP02200000001') => ({
  ...said(code),
  body: { ...said(code).body, data },
})

it.each<[string, Scripted, object]>([
  [
    'her name',
    holder({ first_name: 'Chimweso  Faith', last_name: 'Mukoko\n' }),
    { kind: 'name', name: 'Chimweso Faith Mukoko' },
  ],
  [
    'an older answer',
    {
      status: 200,
      body: { data: { first_name: 'Bob' }, status: { result_code: 'DP02200000001', success: true } },
    },
    { kind: 'name', name: 'Bob' },
  ],
  ['barred', holder({ first_name: 'Bob', is_barred: true }), { kind: 'no-account' }],
  ['nobody', refused('DP02200000002'), { kind: 'no-account' }],
  ['no name', holder({ first_name: ' ' }), { kind: 'unknown' }],
  ['no user', holder({ first_name: 7 }), { kind: 'unknown' }],
  ['a failure', refused('DP02200000000'), { kind: 'unknown' }],
  ['a page', { status: 404, body: '<html/>' }, { kind: 'unknown' }],
  ['a refused address', { status: 403 }, { kind: 'unknown', why: 'address-refused' }],
])('tells whose wallet it is: %s', async (_, answer, name) => {
  const nameOf = (msisdn: Msisdn) =>
    answering({ [USER]: answer }, async (known, tools) => airtel.nameOf?.(msisdn, known, tools))
  expect(await nameOf(payout.msisdn)).toMatchObject(name)
  expect(await nameOf('+256752604392' as Msisdn)).toEqual({ kind: 'no-account' })
})

const BALANCE = 'GET /standard/v1/users/balance'
const balance = (data: object) => holder(data, 'DP02100000001')

it.each<[string, Scripted, object]>([
  [
    'a text',
    balance({ balance: '230486.65', currency: 'ZMW' }),
    { kind: 'balances', balances: [{ account: 'wallet', amount: { minor: 23_048_665n, currency: 'ZMW' } }] },
  ],
  [
    'hundredths of shillings',
    balance({ balance: '37,600.65', currency: 'UGX' }),
    { balances: [{ amount: { minor: 37_600n, currency: 'UGX' } }] },
  ],
  ['a number', balance({ balance: 12.5, currency: 'ZMW' }), { balances: [{ amount: { minor: 1_250n } }] }],
  ['nothing', balance({ balance: '0', currency: 'ZMW' }), { balances: [{ amount: { minor: 0n } }] }],
  ['no number', balance({ balance: 'much', currency: 'ZMW' }), { kind: 'unknown' }],
  ['no currency', balance({ balance: '1', currency: '' }), { kind: 'unknown' }],
  ['a failure', refused('DP02100000000'), { kind: 'unknown' }],
  [
    'a header',
    { ...refused('ROUTER003'), status: 400 },
    { kind: 'our-fault', fault: 'configuration', detail: 'ROUTER003' },
  ],
  ['a refused address', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
])('tells what the wallet holds: %s', async (_, answer, held) => {
  const told = await answering({ [BALANCE]: answer }, async (known, tools) => airtel.balances?.(known, tools))
  expect(told).toMatchObject(held)
})
