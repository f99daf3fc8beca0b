import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { balances, readBalances, registerPull, statement } from '../../src/providers/mpesa/books.ts'
import { type MpesaConfig, mpesa } from '../../src/providers/mpesa/index.ts'
import { createStage, type Stage } from '../simulators/support.ts'
import { config, operator, result } from './mpesa-bodies.ts'

/** What came to a shortcode, pulled from the simulator and from answers that no Daraja should give; and its accounts. */

const pull = { nominatedNumber: '254722000000' }
const PAYMENTS = 120
const listeners = { callback: 'https://hatua.example/cb', validation: 'https://hatua.example/v' }

describe('pulled from Daraja', () => {
  let stage: Stage
  let tools: Tools
  let live: MpesaConfig
  let from: Date
  beforeAll(async () => {
    stage = await createStage()
    const now = () => stage.clock.now()
    from = now()
    tools = { http: createHttp({ maxBytes: 1_000_000 }), tokens: createTokens(now), now }
    live = mpesa.config({ ...config(`${stage.url}/mpesa`), pull, payout: operator })
    const { consumerKey, consumerSecret, shortcode, passkey } = live
    const app = {
      ...{ consumerKey, consumerSecret, shortcode, passkey, environment: 'production' as const },
      operator: { initiator: operator.initiator, password: operator.initiatorPassword },
    }
    const wallet = { msisdn: '+254700000001', pin: '1111', balance: '100000', name: 'Her' }
    await stage.simulators.seed({ mpesa: { apps: [app], wallets: [wallet] } })
    for (let n = 1; n <= PAYMENTS; n++) {
      const answer = await stage.call('/providers/mpesa/c2b', {
        method: 'POST',
        body: JSON.stringify({ msisdn: wallet.msisdn, amount: `${n}.00`, billRefNumber: `LN${n}` }),
      })
      expect(answer.status).toBe(201)
      stage.clock.pass(1)
    }
  })
  afterAll(() => stage.close())

  it('is nothing before the shortcode is registered, and every line after it, page after page', async () => {
    const to = stage.clock.now()
    expect(await statement(from, to, live, tools)).toMatchObject({ kind: 'unknown' })
    expect(await registerPull(listeners, live, tools)).toBeUndefined()
    expect(await registerPull(listeners, live, tools)).toBeUndefined()
    const answer = await statement(from, to, live, tools)
    const lines = answer.kind === 'lines' ? answer.lines : []
    expect(lines.map(({ reference }) => reference)).toEqual(
      Array.from({ length: PAYMENTS }, (_, at) => `LN${at + 1}`),
    )
    expect(lines[0]).toMatchObject({
      side: 'credit',
      amount: { minor: 100n, currency: 'KES' },
      at: from,
      msisdn: '+254700000001',
    })
    const middle = await statement(
      new Date(from.getTime() + 10_000),
      new Date(from.getTime() + 20_000),
      live,
      tools,
    )
    expect(middle).toMatchObject({ kind: 'lines', lines: { length: 10 } })
  })

  it('is told of 48 hours only, and where nobody answers of nothing', async () => {
    const to = stage.clock.now()
    const early = new Date(to.getTime() - 49 * 3_600_000)
    expect(await statement(early, to, live, tools)).toMatchObject({ kind: 'unknown' })
    const nobody = { ...live, baseUrl: 'http://127.0.0.1:1' }
    expect(await statement(from, to, nobody, tools)).toMatchObject({ kind: 'unknown' })
    const { pull: __, ...without } = live
    expect(await statement(from, to, without, tools)).toMatchObject({
      kind: 'our-fault',
      fault: 'configuration',
    })
    const stranger = { ...live, consumerSecret: 'ANOTHER-SECRET' }
    expect(await statement(from, to, stranger, tools)).toMatchObject({
      kind: 'our-fault',
      fault: 'credentials',
    })
  })

  it('asks for its accounts, which are told by callback', async () => {
    expect(await balances(live, tools, 'https://hatua.example/cb/s3cr3t')).toEqual({ kind: 'later' })
    expect(await balances(live, tools)).toMatchObject({ kind: 'unknown' })
    const { payout: _, ...collector } = live
    expect(await balances(collector, tools, 'https://hatua.example/cb')).toMatchObject({ kind: 'unknown' })
  })
})

describe('a page', () => {
  const known = mpesa.config({ ...config('http://127.0.0.1:1'), pull })
  const now = new Date('2026-01-15T12:00:00Z')
  const row = {
    transactionId: 'UAF1',
    trxDate: '2026-01-15T10:15:30+03:00',
    msisdn: 254700000001,
    transactiontype: 'c2b-pay-bill-debit',
    billreference: 'LN77',
    amount: '10.00',
  }
  /** Two pages: this one, and an empty one. */
  async function told(
    first: unknown,
    more: readonly unknown[] = [{ ResponseCode: '1000', Response: [[]] }],
    change: object = {},
  ) {
    const pages = [first, ...more]
    asked.length = 0
    const http: Tools['http'] = async ({ url, body }) => {
      const isToken = url.includes('/oauth/')
      if (!isToken) asked.push(JSON.parse(body ?? '{}'))
      const page = isToken ? { access_token: 't', expires_in: '3599' } : (pages.shift() ?? {})
      const refused = typeof page === 'object' && page !== null && 'errorCode' in page
      const status = refused ? Number(String(page.errorCode).slice(0, 3)) : 200
      return { kind: 'answer', status, headers: {}, body: JSON.stringify(page) }
    }
    const tools = { http, tokens: createTokens(() => now), now: () => now }
    const config = mpesa.config({ ...known, ...change })
    return statement(new Date('2026-01-15T00:00:00Z'), now, config, tools)
  }
  const page = (...rows: unknown[]) => ({ ResponseCode: '1000', Response: rows })
  const asked: Record<string, string>[] = []
  const NONE = { ResponseCode: '1001', ResponseMessage: 'Null', Transaction: '[[]]' }
  const error = (errorCode: string) => ({ requestId: '1', errorCode, errorMessage: 'words' })

  it('after which the portal’s word for none comes is the last, and such a word alone is an empty list', async () => {
    expect(await told(page(row), [NONE])).toMatchObject({ kind: 'lines', lines: [{ receipt: 'UAF1' }] })
    expect(asked.map(({ OffSetValue }) => OffSetValue)).toEqual(['0', '1'])
    expect(await told(NONE)).toEqual({ kind: 'lines', lines: [] })
    expect(await told(error('500'))).toEqual({ kind: 'unknown', why: 'answer 500' })
    expect(await told(error('500'), [], { pull: { ...pull, emptyCodes: ['500'] } })).toEqual({
      kind: 'lines',
      lines: [],
    })
  })

  it('that shows other movements only is not the last', async () => {
    const other = page({ ...row, transactionId: 'B', transactiontype: 'b2c' })
    const answer = await told(page(row), [other, page({ ...row, transactionId: 'UAF2' }), NONE])
    expect(answer).toMatchObject({ lines: [{ receipt: 'UAF1' }, { receipt: 'UAF2' }] })
  })

  it('that comes again is no end, and one that never comes is none either', async () => {
    expect(await told(page(row), [page(row)])).toEqual({ kind: 'unknown', why: 'the same page again' })
    expect(await told(page(row), ['<html>'])).toMatchObject({ kind: 'unknown' })
  })

  it('on a clock that is read wrongly hides nothing', async () => {
    const nairobi = { pull: { ...pull, times: 'nairobi' } }
    const at = new Date('2026-01-15T07:15:30Z')
    const written = page({ ...row, trxDate: '2026-01-15T10:15:30Z' })
    expect(await told(written, [NONE], nairobi)).toMatchObject({ lines: [{ at }] })
    // ten in the morning, written as Safaricom's noon would be: three hours after what was asked for
    expect(await told(page({ ...row, trxDate: '2026-01-15T14:30:00Z' }), [NONE])).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('pull.times'),
    })
  })

  it('is the till’s where there is one', async () => {
    await told(NONE, [], { till: '700701' })
    expect(asked).toMatchObject([{ ShortCode: '700701' }])
  })

  it('that is refused for its token is asked for with a new one', async () => {
    expect(await told(error('401.001'), [page(row), NONE])).toMatchObject({ lines: [{ receipt: 'UAF1' }] })
  })

  it.each([
    ['a list', page(row)],
    ['a list of lists', page([row])],
    ['a code that is a number', { ...page(row), ResponseCode: 1000 }],
    ['another movement beside it', page(row, { ...row, transactionId: 'B', transactiontype: 'b2c' })],
    ['the same line twice', page(row, row)],
    ['a time without a zone', page({ ...row, trxDate: '2026-01-15T10:15:30' })],
  ])('with %s is read', async (_, first) => {
    expect(await told(first)).toEqual({
      kind: 'lines',
      lines: [
        {
          receipt: 'UAF1',
          side: 'credit',
          amount: { minor: 1_000n, currency: 'KES' },
          at: new Date('2026-01-15T07:15:30Z'),
          reference: 'LN77',
          msisdn: '+254700000001',
        },
      ],
    })
  })

  it.each([
    ['no code', { Response: [row] }],
    ['another code', { ...page(row), ResponseCode: '1003' }],
    ['rows that are none', page('x')],
    ['no receipt', page({ ...row, transactionId: '' })],
    ['an amount in words', page({ ...row, amount: 'ten' })],
    ['an amount of nothing', page({ ...row, amount: '0.00' })],
    ['half a cent', page({ ...row, amount: '1.005' })],
    ['a day that is none', page({ ...row, trxDate: '2026-13-15T10:15:30Z' })],
    ['HTML', '<html>'],
  ])('with %s says nothing at all: no line is left out unseen', async (_, first) => {
    expect(await told(first)).toMatchObject({ kind: 'unknown' })
  })
})

describe('the accounts', () => {
  it('are read one by one', () => {
    const text =
      'Working Account|KES|346568.83|6186.83|340382.00|0.00&Charges Paid Account|KES|-12.50|-12.50|0|0.00'
    expect(readBalances(text)).toEqual([
      { account: 'Working Account', amount: { minor: 618_683n, currency: 'KES' } },
      { account: 'Charges Paid Account', amount: { minor: -1_250n, currency: 'KES' } },
    ])
  })

  const GOOD = 'Working Account|KES|1.00|1.00|0.00|0.00'
  it.each([
    '',
    'Working Account',
    'Working Account|KES|1.00',
    `${GOOD}|0.00`,
    `${GOOD}&`,
    `${GOOD}&B|KES|x|1.00|0.00|0.00`,
    '|KES|1.00|1.00|0.00|0.00',
    'Working Account|USD|1.00|1.00|0.00|0.00',
    'Working Account|KES|1.00|1.00||0.00',
    'Working Account|KES|1.00|1.005|0.00|0.00',
    'Working Account|KES|1.2E7|1.2E7|0.00|0.00',
    'Working Account|KES|--1.00|--1.00|0.00|0.00',
  ])('that say %j are not read at all', text => {
    expect(readBalances(text)).toBeUndefined()
  })

  it.each([
    [0, 'unknown'],
    [2001, 'our-fault'],
    ['SFC_IC0003', 'our-fault'],
    [2040, 'unknown'],
    [26, 'unknown'],
  ])('with result %s and no accounts are %s', (code, kind) => {
    const answer = { ...result(code, code === 0 ? {} : undefined), query: { balance: '1' } }
    const reading = mpesa.readCallback(answer, mpesa.config(config('http://127.0.0.1:1')), undefined)
    expect(reading).toMatchObject({ kind: 'balances', answer: { kind } })
  })
})
