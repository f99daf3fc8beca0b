import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { orangeMoney } from '../../src/providers/orange-money/index.ts'
import { readPaid, toOutcome } from '../../src/providers/orange-money/outcomes.ts'
import { readSaid } from '../../src/providers/orange-money/wire.ts'
import { NOW } from '../contract/provider.ts'
import {
  type Received,
  type Scripted,
  type ScriptedServer,
  startScripted,
} from '../contract/scripted-server.ts'
import {
  API,
  CREDENTIALS,
  callback,
  fault,
  LINES,
  orderOf,
  PAID,
  PAY_TOKEN,
  PENDING,
  refused,
  said,
} from './orange-money-case.ts'

let server: ScriptedServer
beforeAll(async () => {
  server = await startScripted()
})
afterAll(() => server.close())

const raw = (more: object = {}) => ({ baseUrl: server.url, ...CREDENTIALS, ...LINES, ...more })
const config = (more: object = {}) => orangeMoney.config(raw(more))
const tools = (): Tools => {
  const now = () => NOW
  return { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
}
const token = { status: 200, body: { access_token: 'ACCESS-TOKEN', expires_in: '3600' } }

/** Answers by the last part of the path: `token`, `init`, `pay`… */
function script(answers: Readonly<Record<string, Scripted | (() => Scripted)>>): void {
  server.script(({ url }: Received) => {
    const answer = answers[url.split('/').at(-1) ?? ''] ?? answers.else ?? { status: 501 }
    return typeof answer === 'function' ? answer() : answer
  })
}
const asked = (what: string) => server.received.filter(({ url }) => url.endsWith(`/${what}`)).length
const init = said({ payToken: PAY_TOKEN })
const order = orderOf('collect')
const NOT_SENT = { kind: 'declined', reason: 'busy', again: 'later', code: 'not-sent' }

describe('what is lost before the payment is asked for', () => {
  it.each<[string, Scripted]>([
    ['a time-out', 'hang'],
    ['a reset connection', 'reset'],
    ['a body that never ends', 'drip'],
    ['a bare 500', { status: 500 }],
    ['HTML with 200', { status: 200, body: '<html>' }],
    ['cut JSON', { status: 200, body: '{"data":{"payToken":"MP2' }],
    ['no token', said({})],
    ['a token that is a number', said({ payToken: 7 })],
    ['a refusal', said(null, '12345 :: Refus', 417)],
  ])('an init with %s moved nothing, and no payment follows it', async (_, answer) => {
    script({ token, init: answer, pay: said(PENDING) })
    expect(await orangeMoney.send(order, config({ callMs: 400 }), tools())).toEqual(NOT_SENT)
    expect([asked('init'), asked('pay')]).toEqual([1, 0])
  })

  it('a token that nobody gives clearly moved nothing either', async () => {
    script({ token: { status: 200, body: '<html>' }, init, pay: said(PENDING) })
    expect(await orangeMoney.send(order, config(), tools())).toEqual(NOT_SENT)
    expect(server.received).toHaveLength(1)
  })

  it('nobody there: nothing was sent', async () => {
    const closed = config({ baseUrl: 'http://127.0.0.1:1' })
    expect(await orangeMoney.send(order, closed, tools())).toEqual(NOT_SENT)
    expect((await orangeMoney.inquire({ ...order, providerReference: 'x' }, closed, tools())).kind).toBe(
      'unknown',
    )
  })
})

describe('the pay token is the name of a payment from its start', () => {
  it.each<[string, Scripted]>([
    ['a time-out', 'hang'],
    ['a reset connection', 'reset'],
    ['a bare 500', { status: 500 }],
    ['a status that is not listed', said({ ...PENDING, status: 'DONE' })],
    ['a used token', { status: 422, body: {} }],
  ])('and is known after %s, to be asked by', async (_, answer) => {
    script({ token, init, pay: answer, [PAY_TOKEN]: said(PAID) })
    const sent = await orangeMoney.send(order, config({ callMs: 400 }), tools())
    expect(sent).toMatchObject({ kind: 'unknown', providerReference: PAY_TOKEN })
    const attempt = { ...order, providerReference: PAY_TOKEN }
    expect((await orangeMoney.inquire(attempt, config(), tools())).kind).toBe('confirmed')
    expect(asked('pay')).toBe(1)
  })

  it('without it nothing is asked; its own callback brings it', async () => {
    script({ else: said(PAID) })
    expect((await orangeMoney.inquire(order, config(), tools())).kind).toBe('unknown')
    expect(server.received).toHaveLength(0)
    const told = orangeMoney.readCallback(
      callback({ payToken: PAY_TOKEN, status: 'FAILED' }),
      config(),
      order,
    )
    expect(told).toMatchObject({ outcome: { kind: 'unknown', providerReference: PAY_TOKEN } })
  })

  it('a token that ends in the middle is renewed, and the same payment asked for once more', async () => {
    let refusals = 1
    script({ token, init, pay: () => (refusals-- > 0 ? fault(401, 900901) : said(PENDING)) })
    expect((await orangeMoney.send(order, config(), tools())).kind).toBe('accepted')
    expect([asked('token'), asked('init'), asked('pay')]).toEqual([2, 1, 2])
  })
})

describe('callbacks in any of the forms that are thought of', () => {
  const attempt = { ...order, providerReference: PAY_TOKEN }
  const read = (body: unknown, known: typeof attempt | undefined = attempt) =>
    orangeMoney.readCallback(callback(body), config(), known)
  it.each([
    ['token and status', { payToken: PAY_TOKEN, status: 'SUCCESSFULL', message: 'x' }, 'unknown'],
    ['a token alone', { payToken: PAY_TOKEN }, 'unknown'],
    ['a status alone', { status: 'EXPIRED' }, 'declined'],
    ['a payment', PAID, 'confirmed'],
    ['a payment under data', { message: 'x', data: PAID }, 'confirmed'],
    ['a token beside a message under data', { payToken: PAY_TOKEN, data: { text: 'x' } }, 'unknown'],
  ])('%s', (_, body, kind) => {
    expect(read(body)).toMatchObject({ kind: 'outcome', outcome: { kind }, reference: order.reference })
  })

  it('name the payment where the URL does not', () => {
    expect(orangeMoney.readCallback(callback(PAID), config(), undefined)).toMatchObject({
      reference: order.reference,
      providerReference: PAY_TOKEN,
    })
  })

  it('never speak of a cash-in', () => {
    const paidOut = { ...attempt, operation: 'disburse' as const }
    expect(orangeMoney.readCallback(callback(PAID), config(), paidOut).kind).toBe('unreadable')
  })
})

describe('what the lender agreed with Orange is configuration', () => {
  const send = (change: Partial<typeof order>, more: object) =>
    orangeMoney.send({ ...order, ...change }, config(more), tools())
  const francs = (minor: bigint) => ({ amount: { minor, currency: 'XAF' } })

  it('codes that nobody has published: a reason for her, or a fault of ours', async () => {
    const codes = { '12345': 'limit', '23456': 'credentials' }
    const answers = ['12345', '23456', '00671'].map(code => refused(code))
    script({ token, init, pay: () => answers.shift() ?? 'reset' })
    expect(await send({}, { codes })).toMatchObject({ kind: 'declined', reason: 'limit', code: '12345' })
    expect(await send({}, { codes })).toMatchObject({ kind: 'our-fault', fault: 'credentials', ended: true })
    expect(await send({}, { codes })).toMatchObject({ kind: 'declined', reason: 'failed', code: '00671' })
    expect(() => config({ codes: { '60019': 'limit' } })).toThrow('meaning is known')
    expect(() => config({ codes: { '12345': 'gone' } })).toThrow('codes')
  })

  it('limits and multiples, before any call', async () => {
    script({ else: 'reset' })
    const limits = { collect: { min: '500', max: '500000' }, disburse: { multiple: '5' } }
    const out = { operation: 'disburse' as const }
    expect(await send(francs(499n), { limits })).toMatchObject({ reason: 'below-minimum', again: 'never' })
    expect(await send(francs(500_001n), { limits })).toMatchObject({ reason: 'limit', again: 'never' })
    expect(await send({ ...out, ...francs(503n) }, { limits })).toMatchObject({ fault: 'configuration' })
    expect(server.received).toHaveLength(0)
  })

  it('words for money that went back, but not those that mean something else', () => {
    expect(() => config({ reversedWords: ['PENDING'] })).toThrow('another meaning')
    const reversed = toOutcome(
      { payment: { ...PENDING, amount: '1500', status: 'ROLLBACK', txnid: null }, code: undefined },
      'collect',
      config({ reversedWords: ['ROLLBACK'] }),
    )
    expect(reversed).toEqual({ kind: 'reversed', amount: order.amount })
  })

  it('a line that pays out, its path, and parsing what was parsed', async () => {
    const { disbursement: _, ...collects } = raw()
    expect(orangeMoney.products(orangeMoney.config(collects))).toEqual([['collect']])
    expect(orangeMoney.products(config())).toEqual([['collect', 'disburse']])
    const order = orderOf('disburse')
    expect(await orangeMoney.send(order, orangeMoney.config(collects), tools())).toMatchObject({
      fault: 'configuration',
    })
    expect(orangeMoney.config(config({ limits: { collect: { max: '9' } } }))).toEqual(
      config({ limits: { collect: { max: '9' } } }),
    )
    script({ token, init, pay: said(PENDING) })
    await send({}, { apiPath: '/omcoreapis/1.0.1' })
    expect(server.received.at(-1)?.url).toBe('/omcoreapis/1.0.1/mp/pay')
  })

  it('no number of another country, and no payment back', async () => {
    script({ else: 'reset' })
    expect(await send({ msisdn: '+254700000001' as Msisdn }, {})).toMatchObject({ reason: 'no-account' })
    expect(await send({ operation: 'refund' }, {})).toMatchObject({ fault: 'configuration' })
    expect(await send(francs(0n), {})).toMatchObject({ fault: 'configuration' })
    expect(server.received).toHaveLength(0)
  })
})

describe('whose number it is', () => {
  const nameOf = (msisdn = order.msisdn) => orangeMoney.nameOf?.(msisdn, config(), tools())
  it.each<[string, Scripted, object]>([
    ['a name', said({ firstName: ' Awa ', lastName: 'Ngo\n' }), { kind: 'name', name: 'Awa Ngo' }],
    ['half a name', said({ firstName: null, lastName: 'Ngo' }), { kind: 'name', name: 'Ngo' }],
    ['no name', said({}), { kind: 'unknown' }],
    ['nobody', said(null, '99051 :: Inconnu', 417), { kind: 'no-account' }],
    ['a refusal that says nothing', said(null, '12345 :: Refus', 417), { kind: 'unknown' }],
    ['HTML', { status: 200, body: '<html>' }, { kind: 'unknown' }],
    ['a broken line', 'reset', { kind: 'unknown' }],
  ])('%s', async (_, answer, expected) => {
    script({ token, '690000001': answer })
    expect(await nameOf()).toMatchObject(expected)
    const { url, body } = server.received.at(-1) as Received
    expect(url).toBe(`${API}/infos/subscriber/customer/690000001`)
    expect(JSON.parse(body)).toEqual({ pin: '8420', channelMsisdn: '690000008' })
  })
})

describe('over all words', () => {
  const RUNS = { numRuns: 3_000 }
  const operations = fc.constantFrom('collect' as const, 'disburse' as const)
  const statuses = fc.oneof(
    fc.constantFrom('PENDING', 'INITIATED', 'SUCCESSFULL', 'SUCCESSFUL', 'FAILED', 'CANCELLED', 'EXPIRED'),
    fc.constantFrom('REVERSED', 'successfull', 'toString', '__proto__', null, undefined),
    fc.string(),
  )
  const codes = fc.oneof(fc.constantFrom('60019', '00671', '200', 'toString', null), fc.string())
  const FINAL_NO = ['FAILED', 'CANCELLED', 'CANCELED', 'EXPIRED']

  it('pay says yes never, and no only with 200 or 417', () => {
    fc.assert(
      fc.property(
        operations,
        fc.integer({ min: 100, max: 599 }),
        statuses,
        codes,
        (operation, http, status, code) => {
          const body = { message: `${code} :: x`, data: { status, inittxnstatus: code } }
          const { kind } = readPaid(http, body, { operation, payToken: 'T' }, config())
          expect(['accepted', 'unknown', 'declined', 'our-fault']).toContain(kind)
          if (kind === 'accepted') expect(http).toBe(200)
          if (kind === 'declined' || kind === 'our-fault') expect([200, 417]).toContain(http)
        },
      ),
      RUNS,
    )
  })

  it('an inquiry says yes only to a success with its amount, no only to a final failure', () => {
    const amounts = fc.constantFrom('5000', 5000, '5000.5', '-1', 'x', 0, null)
    fc.assert(
      fc.property(operations, statuses, codes, amounts, (operation, status, inittxnstatus, amount) => {
        const outcome = toOutcome(readSaid({ data: { status, inittxnstatus, amount } }), operation, config())
        const readable = amount === '5000' || amount === 5000
        const paid = ['SUCCESSFULL', 'SUCCESSFUL', 'SUCCESS'].includes(String(status))
        expect(outcome.kind === 'confirmed').toBe(paid && readable)
        expect(outcome.kind === 'reversed').toBe(status === 'REVERSED' && readable)
        const isNo = outcome.kind === 'declined' || outcome.kind === 'our-fault'
        expect(isNo).toBe(FINAL_NO.includes(String(status)))
        if (outcome.kind !== 'declined' || operation === 'collect') return
        expect(['insufficient-funds', 'wrong-pin', 'cancelled', 'expired']).not.toContain(outcome.reason)
      }),
      RUNS,
    )
  })
})
