import { constants, privateDecrypt } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { Outcome } from '../../src/domain/outcome.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { mpesa } from '../../src/providers/mpesa/index.ts'
import { PRIVATE_KEY } from '../../src/simulators/mpesa/keys.ts'
import { providerContract } from '../contract/provider.ts'
import { startScripted } from '../contract/scripted-server.ts'
import {
  CONVERSATION,
  config,
  confirmed,
  ORIGINAL,
  operator,
  paidOut,
  parsed,
  payout,
  REFERENCE,
  refund,
  refusal,
  result,
  sentBack,
  taken,
} from './mpesa-bodies.ts'

const busy: Outcome = { kind: 'declined', reason: 'busy', again: 'later' }
const configuration: Outcome = { kind: 'our-fault', fault: 'configuration' }

const shared = {
  adapter: mpesa,
  config,
  secrets: ['CONSUMER-KEY', 'CONSUMER-SECRET', 'ACCESS-TOKEN', 's3cr3t', 'INITIATOR-PASSWORD', 'BEGIN CERT'],
  providerReference: CONVERSATION,
  isInquiry: ({ url }: { url: string }) => url === '/mpesa/transactionstatus/v1/query',
  tokens: {
    isToken: ({ url }: { url: string }) => url.startsWith('/oauth/v1/generate'),
    token: { status: 200, body: { access_token: 'ACCESS-TOKEN', expires_in: '3599' } },
    badToken: refusal(404, '404.001.03', 'Invalid Access Token'),
  },
  refused: refusal(400, '400.008.01', 'Invalid Authentication passed'),
  accepted: taken,
  // an inquiry is only taken here: yes or no come to its callback URL
  pending: taken,
  paid: taken,
  confirmed: { kind: 'accepted' },
  inquiryOutcomes: [
    ['a question that was not taken', { status: 200, body: { ResponseCode: '1' } }, 'unknown'],
    ['too many questions', refusal(503, '500.003.02'), 'unknown'],
    ['an unlisted refusal', refusal(400, '400.999.99'), 'unknown'],
  ],
  wireAmount: ({ body }: { body: string }) => /"Amount":([^,]+),/.exec(body)?.[1],
} as const

const alike = [
  ['a wrong field is our fault', refusal(400, '400.002.02', 'Invalid ResultURL'), configuration],
  [
    'an amount that Safaricom does not carry stops this order only',
    refusal(400, '400.002.02', 'Bad Request - Invalid Amount'),
    { kind: 'declined', reason: 'limit', again: 'never' },
  ],
  ['too many calls', refusal(503, '500.003.02'), busy],
  ['no quota', refusal(500, '500.003.03'), { kind: 'our-fault', fault: 'quota' }],
  ['no such resource', refusal(404, '404.001.01'), configuration],
  ['a wrong method', refusal(405, '405.001'), configuration],
  ['an internal error', refusal(500, '500.003.1001'), 'unknown'],
  ['an unlisted error', refusal(400, '400.999.99'), 'unknown'],
  ['an unlisted response code', { status: 200, body: { ...taken.body, ResponseCode: '7' } }, 'unknown'],
  ['acceptance without a name', { status: 200, body: { ResponseCode: '0' } }, 'unknown'],
] as const

providerContract({
  ...shared,
  name: 'mpesa disburse',
  order: payout,
  askedBy: REFERENCE,
  sendOutcomes: [
    ...alike,
    ['a reference that was used before', refusal(500, '500.002.1001', 'Duplicate'), 'unknown'],
    [
      'a wrong number is hers',
      refusal(400, '400.002.02', 'Invalid PartyB'),
      { kind: 'declined', reason: 'no-account', again: 'other-wallet' },
    ],
  ],
  carriesReference: ({ body }) => JSON.parse(body).OriginatorConversationID === REFERENCE,
  amounts: [
    [payout, '1500'],
    [{ ...payout, amount: { minor: 25_000_000n, currency: 'KES' } }, '250000'],
  ],
  callbacks: {
    good: result(0, paidOut(1500)),
    goodOutcome: confirmed,
    otherAmount: result(0, paidOut('1500.50')),
    otherAttempt: result(0, paidOut(1500), { ours: 'another-reference' }),
    unlisted: result(4242),
  },
})

providerContract({
  ...shared,
  name: 'mpesa refund',
  order: refund,
  askedBy: ORIGINAL,
  sendOutcomes: [...alike],
  carriesReference: ({ body }) =>
    JSON.parse(body).TransactionID === ORIGINAL && JSON.parse(body).ResultURL === refund.callbackUrl,
  amounts: [[refund, '1500']],
  callbacks: {
    good: result(0, sentBack(1500), { ours: 'safaricoms-own' }),
    goodOutcome: confirmed,
    otherAmount: result(0, sentBack(1), { ours: 'safaricoms-own' }),
    otherAttempt: result(0, sentBack(1500), { theirs: 'AG_else' }),
    unlisted: result(4242, undefined, { ours: 'safaricoms-own' }),
  },
})

describe("the operator's calls", () => {
  const tools = () => ({
    http: createHttp({ maxBytes: 100_000 }),
    tokens: createTokens(() => new Date()),
    now: () => new Date('2026-01-15T07:15:30Z'),
  })
  async function sentBy(
    work: (raw: ReturnType<typeof config>) => Promise<unknown>,
  ): Promise<Record<string, unknown>> {
    const server = await startScripted()
    server.script(({ url }) => (url.startsWith('/oauth') ? shared.tokens.token : taken))
    try {
      await work(config(server.url))
      return JSON.parse(server.received.at(-1)?.body ?? '{}')
    } finally {
      await server.close()
    }
  }
  const password = (credential: unknown) =>
    privateDecrypt(
      { key: PRIVATE_KEY, padding: constants.RSA_PKCS1_PADDING },
      Buffer.from(String(credential), 'base64'),
    ).toString()

  it('pays out with every field, and its password under the certificate only', async () => {
    const body = await sentBy(raw => mpesa.send(payout, mpesa.config(raw), tools()))
    expect(body).toEqual({
      OriginatorConversationID: REFERENCE,
      InitiatorName: 'apiop',
      SecurityCredential: expect.any(String),
      CommandID: 'BusinessPayment',
      Amount: 1500,
      PartyA: 600638,
      PartyB: 254700000001,
      Remarks: 'Payout LN77',
      QueueTimeOutURL: `${payout.callbackUrl}?timeout=1`,
      ResultURL: payout.callbackUrl,
      Occassion: 'LN77',
    })
    expect(password(body.SecurityCredential)).toBe('INITIATOR-PASSWORD')
  })

  it('takes a credential that was made elsewhere, another shortcode and another command', async () => {
    const given = Buffer.alloc(256, 7).toString('base64')
    const own = {
      initiator: 'apiop',
      securityCredential: given,
      shortcode: '700700',
      commandId: 'SalaryPayment',
    }
    const body = await sentBy(raw => mpesa.send(payout, mpesa.config({ ...raw, payout: own }), tools()))
    expect(body).toMatchObject({ SecurityCredential: given, PartyA: 700700, CommandID: 'SalaryPayment' })
  })

  it('asks by our reference, and marks where the answer goes', async () => {
    const body = await sentBy(raw => mpesa.inquire(payout, mpesa.config(raw), tools()))
    expect(body).toMatchObject({
      CommandID: 'TransactionStatusQuery',
      OriginalConversationID: REFERENCE,
      PartyA: 600638,
      IdentifierType: '4',
      ResultURL: `${payout.callbackUrl}?inquiry=1`,
      QueueTimeOutURL: `${payout.callbackUrl}?inquiry=1&timeout=1`,
    })
    expect(body).not.toHaveProperty('TransactionID')
  })

  it('sends a payment back by its receipt', async () => {
    const body = await sentBy(raw => mpesa.send(refund, mpesa.config(raw), tools()))
    expect(body).toMatchObject({
      Initiator: 'apiop',
      CommandID: 'TransactionReversal',
      TransactionID: ORIGINAL,
      Amount: 1500,
      ReceiverParty: 600638,
      RecieverIdentifierType: '11',
    })
  })

  it('makes no call without an operator, without a receipt, or where no answer could come', async () => {
    const nowhere = config('http://127.0.0.1:1')
    const collecting = mpesa.config({ ...nowhere, payout: undefined })
    for (const order of [payout, refund]) {
      expect(await mpesa.send(order, collecting, tools())).toMatchObject(configuration)
      expect(await mpesa.inquire(order, collecting, tools())).toMatchObject(configuration)
      expect(
        await mpesa.inquire({ ...order, callbackUrl: '' }, mpesa.config(nowhere), tools()),
      ).toMatchObject({ kind: 'unknown', why: expect.stringContaining('nowhere') })
    }
    const lost = { ...refund, original: { reference: 'ours', providerReference: 'ws_CO_1' } }
    expect(await mpesa.send(lost, mpesa.config(nowhere), tools())).toMatchObject({
      ...configuration,
      detail: expect.stringContaining('receipt'),
    })
    expect(await mpesa.inquire(lost, mpesa.config(nowhere), tools())).toMatchObject({ kind: 'unknown' })
  })

  it('tells what is wrong with an operator, and none of its secrets', () => {
    const wrong = [
      { initiator: 'apiop' },
      { initiator: 'apiop', initiatorPassword: 'INITIATOR-PASSWORD' },
      { ...operator, certificate: PRIVATE_KEY },
      { ...operator, commandId: 'Gift' },
      { ...operator, shortcode: '1' },
    ]
    for (const payout of wrong) {
      const parse = () => mpesa.config({ ...config('http://127.0.0.1'), payout })
      expect(parse).toThrow(/payout/)
      expect(parse).not.toThrow(/INITIATOR-PASSWORD|PRIVATE KEY/)
    }
    expect(mpesa.config(mpesa.config(config('http://127.0.0.1')))).toEqual(parsed)
  })
})
