import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type MpesaConfig, mpesa } from '../../src/providers/mpesa/index.ts'
import { register, validation } from '../../src/providers/mpesa/paybill.ts'
import { createStage, type Stage } from '../simulators/support.ts'
import { config } from './mpesa-bodies.ts'

/** What Safaricom asks before it takes a customer's money, in its words; and how it learns whom to ask. */

const QUESTION = {
  TransactionType: 'Pay Bill',
  TransID: 'TGH9',
  TransTime: '20260115101530',
  TransAmount: '100.00',
  BusinessShortCode: '600638',
  BillRefNumber: ' 1234 5678 ',
  OrgAccountBalance: '',
  MSISDN: '25470****149',
}
const daraja = mpesa.config(config('http://127.0.0.1:1'))
const ask = (body: unknown, method = 'POST') =>
  validation.read(
    {
      method,
      headers: {},
      query: {},
      body: typeof body === 'string' ? body : JSON.stringify(body),
      from: '',
    } satisfies RawRequest,
    daraja,
  )

describe('the question before a payment', () => {
  it('says what a confirmation will say', () => {
    expect(ask(QUESTION)).toEqual({
      kind: 'payment',
      receipt: 'TGH9',
      amount: { minor: 10_000n, currency: 'KES' },
      at: new Date('2026-01-15T07:15:30Z'),
      shownReference: '1234 5678',
    })
  })

  it('for another shortcode is for another payee', () => {
    expect(ask({ ...QUESTION, BusinessShortCode: '111111' })).toBe('other-payee')
  })

  it.each([
    ['nothing', ''],
    ['half a JSON', '{"TransID":"TGH9"'],
    ['HTML', '<html></html>'],
    ['no amount', { ...QUESTION, TransAmount: undefined }],
    ['an amount in words', { ...QUESTION, TransAmount: 'hundred' }],
    ['a day that is none', { ...QUESTION, TransTime: '20261315101530' }],
    ['no receipt', { ...QUESTION, TransID: '' }],
  ])('that is %s is unreadable', (_, body) => {
    expect(ask(body)).toBe('unreadable')
    expect(ask(QUESTION, 'GET')).toBe('unreadable')
  })

  it.each([
    ['welcome', { ResultCode: '0', ResultDesc: 'Accepted' }],
    ['unknown-account', { ResultCode: 'C2B00012', ResultDesc: 'Rejected' }],
    ['other-payee', { ResultCode: 'C2B00015', ResultDesc: 'Rejected' }],
  ] as const)('is answered %s by the code of the portal', (verdict, body) => {
    const { status, contentType, body: said } = validation.answer(verdict, daraja)
    expect([status, contentType, JSON.parse(said)]).toEqual([200, 'application/json', body])
  })
})

describe('our listeners', () => {
  let stage: Stage
  let tools: Tools
  let live: MpesaConfig
  beforeAll(async () => {
    stage = await createStage()
    const now = () => stage.clock.now()
    tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
    live = mpesa.config({ ...config(`${stage.url}/mpesa`), c2b: { version: 'v2', whenSilent: 'Cancelled' } })
    const { consumerKey, consumerSecret, shortcode, passkey } = live
    const app = { consumerKey, consumerSecret, shortcode, passkey, environment: 'production' as const }
    await stage.simulators.seed({ mpesa: { apps: [app], wallets: [] } })
  })
  afterAll(() => stage.close())
  beforeEach(() => stage.simulators.faults.clear())

  const listeners = {
    callback: 'https://hatua.example/providers/tok/callback',
    validation: 'https://hatua.example/providers/tok/validation',
  }

  it.each(['v1', 'v2'] as const)('are registered by %s, as often as one likes', async version => {
    for (const _ of ['once', 'again'])
      expect(await register(listeners, { ...live, c2b: { ...live.c2b, version } }, tools)).toEqual({
        kind: 'registered',
      })
  })

  it('with a word that Safaricom forbids, or in clear, are refused, and the field is named', async () => {
    for (const callback of ['https://mpesa.example/callback', 'http://hatua.example/callback'])
      expect(await register({ ...listeners, callback }, live, tools)).toEqual({
        kind: 'our-fault',
        detail: expect.stringMatching(/^400\.002\.02: .*ConfirmationURL/),
      })
  })

  it('of another’s shortcode, or with another’s secret, are refused, and no secret is told', async () => {
    const answers = [
      await register(listeners, { ...live, shortcode: '600639' }, tools),
      await register(listeners, { ...live, consumerSecret: 'WRONG-SECRET' }, tools),
    ]
    expect(answers.map(({ kind }) => kind)).toEqual(['our-fault', 'our-fault'])
    expect(JSON.stringify(answers)).not.toMatch(/SECRET|PASS-KEY/)
  })

  it('are not known to be registered where nobody answers', async () => {
    const nobody = { ...live, baseUrl: 'http://127.0.0.1:1' }
    expect(await register(listeners, nobody, tools)).toEqual({
      kind: 'unknown',
      why: 'Daraja was not reached',
    })
  })
})
