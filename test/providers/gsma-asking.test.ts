import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { gsma } from '../../src/providers/gsma/index.ts'
import type { AttemptRef } from '../../src/providers/provider.ts'
import { NOW } from '../contract/provider.ts'
import { type Scripted, type ScriptedServer, startScripted } from '../contract/scripted-server.ts'
import * as body from './gsma-bodies.ts'

/** How an order is found again, step by step, and what the lender's account and her wallet are asked. */

const { callback, error, failure, NAME, notThere, order, REFERENCE, STATE, state, transaction } = body
const now = () => NOW
const tools: Tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
let server: ScriptedServer
beforeAll(async () => {
  server = await startScripted()
})
afterAll(() => server.close())

type Answers = Readonly<Record<string, Scripted>>
const known = (more: object = {}) => {
  const { oauth: _, ...config } = body.config(server.url, 400)
  return gsma.config({ ...config, ...more })
}
/** An operator that answers by path, and cuts off whatever else is asked. */
const answering = (answers: Answers) =>
  server.script(({ url }) => answers[url.slice('/mm'.length)] ?? 'reset')
const paths = () => server.received.map(({ url }) => url.slice('/mm'.length))
const ok = (value: unknown, headers = {}): Scripted => ({ status: 200, body: value, headers })

const RESPONSES = `/responses/${REFERENCE}`
const STATES = `/requeststates/${STATE}`
const TRANSACTION = `/transactions/${NAME}`
const named: AttemptRef = { ...order, providerReference: STATE }
const paid = ok(transaction('completed'))
const confirmed = { kind: 'confirmed', amount: order.amount, receipt: 'RC-0042' }

async function asks(attempt: AttemptRef, answers: Answers) {
  answering(answers)
  return gsma.inquire(attempt, known(), tools)
}

describe('an order is found again', () => {
  it('by our correlation id: never heard of it, or a link', async () => {
    expect(await asks(order, { [RESPONSES]: notThere })).toEqual({ kind: 'not-found' })
    expect(await asks(order, { [RESPONSES]: body.link, [TRANSACTION]: paid })).toMatchObject(confirmed)
    const absolute = { link: `https://elsewhere.example/steal${TRANSACTION}` }
    expect(await asks(order, { [RESPONSES]: ok(absolute), [TRANSACTION]: paid })).toMatchObject(confirmed)
    const taken = { [RESPONSES]: ok({ link: STATES }), [STATES]: ok(state('pending')) }
    expect(await asks(order, taken)).toEqual({ kind: 'accepted', providerReference: STATE })
  })

  it.each([
    ['no link', ok({})],
    ['a link to something else', ok({ link: '/bills/7' })],
    ['a link to a state that is not there', ok({ link: '/requeststates/7' })],
    ['HTML', ok('<html/>')],
    ['a 404 that is nobody’s word', { status: 404, body: '<html/>' }],
    ['another 404', error(404, 'businessRule', 'incorrectState')],
    ['cut off', 'reset'],
    ['no answer', 'hang'],
    ['trouble', error(500, 'internal', 'genericError')],
  ] as const)('and the answer to our correlation id is none: %s', async (_, answer) => {
    const answers = { [RESPONSES]: answer, '/requeststates/7': notThere }
    expect((await asks(order, answers)).kind).toBe('unknown')
  })

  it('by the state of its request: pending, done, failed', async () => {
    expect(await asks(named, { [STATES]: ok(state('pending')) })).toMatchObject({ kind: 'accepted' })
    expect(await asks(named, { [STATES]: ok(state('completed')), [TRANSACTION]: paid })).toMatchObject(
      confirmed,
    )
    expect(paths()).toEqual([STATES, TRANSACTION])
    const failed = (code: string, category = 'businessRule') =>
      asks(named, { [STATES]: ok(state('failed', { error: failure(category, code) })) })
    expect(await failed('insufficientFunds')).toMatchObject({
      kind: 'declined',
      reason: 'insufficient-funds',
    })
    expect(await failed('genericError', 'internal')).toMatchObject({ kind: 'declined', reason: 'failed' })
    expect(await failed('neverSeen')).toMatchObject({ kind: 'declined', reason: 'failed', code: 'neverSeen' })
    expect(await failed('duplicateRequest')).toMatchObject({ kind: 'unknown' })
    expect(await failed('formatError', 'validation')).toMatchObject({ kind: 'our-fault', ended: true })
    expect(await asks(named, { [STATES]: ok(state('failed')) })).toMatchObject({ kind: 'declined' })
  })

  it('by our correlation id where its state is not kept, or names nothing; never as unheard of', async () => {
    const found = { [RESPONSES]: body.link, [TRANSACTION]: paid }
    expect(await asks(named, { [STATES]: notThere, ...found })).toMatchObject(confirmed)
    const bare = ok(state('completed', { objectReference: '' }))
    expect(await asks(named, { [STATES]: bare, ...found })).toMatchObject(confirmed)
    expect(await asks(named, { [STATES]: notThere, [RESPONSES]: notThere })).toMatchObject({
      kind: 'unknown',
    })
  })

  it.each([
    ['another state', ok({ ...state('pending'), serverCorrelationId: REFERENCE })],
    ['an unlisted word', ok(state('queued'))],
    ['HTML', ok('<html/>')],
    ['trouble', error(503, 'serviceUnavailable', 'genericError')],
    ['a 404 that is nobody’s word', { status: 404, body: '' }],
    ['no answer', 'hang'],
  ] as const)('and the state is none: %s', async (_, answer) => {
    expect((await asks(named, { [STATES]: answer })).kind).toBe('unknown')
  })

  it('and what goes back is looked up first; where it is not found, nothing is sent', async () => {
    const lookup = `/responses/${body.refund.original?.reference}`
    const sends = async (answer: Scripted) => {
      answering({ [lookup]: answer })
      const outcome = await gsma.send(body.refund, known(), tools)
      expect(paths()).toEqual([lookup])
      return outcome
    }
    expect(await sends(notThere)).toMatchObject({ kind: 'declined', reason: 'failed', again: 'never' })
    for (const answer of ['reset', 'hang', ok({})] as const)
      expect((await sends(answer)).kind).toBe('unknown')
    expect(await sends(body.badToken)).toMatchObject({ kind: 'our-fault', fault: 'credentials' })
    const { original: _, ...rest } = body.refund
    const unordered = { ...rest, original: { reference: '', receipt: 'RC-1' } }
    expect(await gsma.send(unordered, known(), tools)).toMatchObject({ kind: 'our-fault' })
  })
})

it('nothing, or less, is not ordered', async () => {
  answering({})
  for (const minor of [0n, -1n])
    expect(await gsma.send({ ...order, amount: { minor, currency: 'ZMW' } }, known(), tools)).toMatchObject({
      kind: 'our-fault',
      fault: 'configuration',
    })
  expect(paths()).toEqual([])
})

describe('an operator calls back', () => {
  const failed = (code: string, category = 'businessRule') => callback(failure(category, code))

  it('with the error that ended an order', () => {
    const read = (code: string, category?: string) => {
      const reading = gsma.readCallback(failed(code, category), known(), order)
      return reading.kind === 'outcome' ? reading.outcome : reading
    }
    expect(read('insufficientFunds')).toMatchObject({ kind: 'declined', reason: 'insufficient-funds' })
    expect(read('maxBalanceExceeded')).toMatchObject({ kind: 'our-fault', fault: 'quota', ended: true })
    expect(read('genericError', 'internal')).toMatchObject({ kind: 'unknown' })
    expect(read('duplicateRequest')).toMatchObject({ kind: 'unknown' })
    expect(read('neverSeen')).toMatchObject({ kind: 'unknown' })
  })

  it('to an address that is nobody’s: the header or the body says whose it is', () => {
    const reference = { reference: REFERENCE }
    expect(gsma.readCallback(failed('insufficientFunds'), known(), undefined)).toMatchObject(reference)
    const plain = { ...callback(transaction('completed')), headers: {} }
    expect(gsma.readCallback(plain, known(), undefined)).toMatchObject({ ...reference, outcome: confirmed })
    const another = { ...callback(transaction('completed')), headers: { 'x-correlationid': STATE } }
    expect(gsma.readCallback(another, known(), order).kind).toBe('unreadable')
  })

  it('and proves nothing where no header was agreed on', () => {
    const none = known({ callbackHeaders: undefined })
    expect(gsma.proves?.(callback(transaction('completed')), none, NOW)).toBe(false)
    const good = callback(transaction('completed'))
    const hash = { ...good.headers, 'x-content-hash': body.hashOf(good.body).toUpperCase() }
    expect(gsma.proves?.({ ...good, headers: hash }, known(), NOW)).toBe(true)
  })
})

describe('a configuration', () => {
  it('says what the operator’s own words mean', async () => {
    const own = known({
      statusWords: { settled: 'confirmed' },
      errorCodes: { dailyValueLimitExceeded: 'quota', incorrectState: 'busy', ownCode: 'limit' },
    })
    const read = (value: object) => gsma.readCallback(callback(value), own, order)
    expect(read(transaction('settled'))).toMatchObject({ outcome: { kind: 'confirmed' } })
    expect(read(transaction('completed'))).toMatchObject({ outcome: { kind: 'unknown' } })
    const of = (code: string) => read(failure('businessRule', code))
    expect(of('dailyValueLimitExceeded')).toMatchObject({ outcome: { kind: 'our-fault', fault: 'quota' } })
    expect(of('incorrectState')).toMatchObject({ outcome: { reason: 'busy', again: 'later' } })
    expect(of('ownCode')).toMatchObject({ outcome: { reason: 'limit', again: 'other-wallet' } })
  })

  it.each([
    ['no way to show who we are', { apiKey: undefined }],
    ['two Authorization headers', { basic: { user: 'u', password: 'p' }, oauth: undefined, two: true }],
    ['no agreed header', { callbackHeaders: {} }],
    ['a header of no meaning', { headers: { 'x-forwarded-for': '1' } }],
    ['no account', { account: [] }],
    ['an identifier of no such kind', { account: [{ key: 'iban2', value: 'x' }] }],
    ['a code that decides nothing', { errorCodes: { duplicateRequest: 'failed' } }],
    ['a status word of no meaning', { statusWords: { completed: 'maybe' } }],
  ])('is refused: %s', (_, more) => {
    const oauth = { tokenUrl: 'https://a.example/t', clientId: 'c', clientSecret: 's' }
    expect(() => known('two' in more ? { ...more, oauth } : more)).toThrow()
  })
})

describe('her wallet', () => {
  const STATUS = '/accounts/msisdn/%2B260971000111/status'
  const HOLDER = '/accounts/msisdn/%2B260971000111/accountname'
  const asked = (status: Scripted, name: Scripted = 'reset') => {
    answering({ [STATUS]: status, [HOLDER]: name })
    return gsma.nameOf?.(order.msisdn, known(), tools)
  }
  const there = ok({ accountStatus: 'available' })

  it('has a name', async () => {
    const name = { title: 'Mrs', firstName: 'Amina', middleName: 'W', lastName: 'Banda' }
    expect(await asked(there, ok({ name }))).toEqual({ kind: 'name', name: 'Amina W Banda' })
    const full = ok({ name: { ...name, fullName: ' Amina\n Banda ' } })
    expect(await asked(there, full)).toEqual({ kind: 'name', name: 'Amina Banda' })
  })

  it('is none, or says nothing', async () => {
    expect(await asked(ok({ accountStatus: 'unregistered' }))).toEqual({ kind: 'no-account' })
    expect(await asked(notThere)).toEqual({ kind: 'no-account' })
    for (const status of [
      ok({ accountStatus: 'unavailable' }),
      ok('<html/>'),
      body.badToken,
      'reset',
    ] as const)
      expect((await asked(status))?.kind).toBe('unknown')
    for (const name of [ok({}), ok({ name: {} }), notThere, 'reset'] as const)
      expect((await asked(there, name))?.kind).toBe('unknown')
  })
})

describe('the lender’s account', () => {
  const BALANCE = '/accounts/organisationid/LENDER-1/balance'
  const balance = (answer: Scripted, more = {}, path = BALANCE) => {
    answering({ [path]: answer })
    return gsma.balances?.(known(more), tools)
  }

  it('holds so much', async () => {
    const amount = { minor: 12_345n, currency: 'ZMW' }
    const balances = [{ account: 'LENDER-1', amount }]
    const held = { currentBalance: '200.00', availableBalance: '123.45', currency: 'ZMW' }
    expect(await balance(ok(held))).toEqual({ kind: 'balances', balances })
    expect(await balance(ok({ currentBalance: '123.45' }))).toEqual({ kind: 'balances', balances })
    const two = [
      { key: 'accountid', value: '2999' },
      { key: 'msisdn', value: '+26097' },
    ]
    const path = '/accounts/accountid@2999$msisdn@%2B26097/balance'
    expect(await balance(ok(held), { account: two }, path)).toMatchObject({ kind: 'balances' })
    for (const answer of [ok({ ...held, currency: 'USD' }), ok({}), ok('<html/>'), 'reset'] as const)
      expect((await balance(answer))?.kind).toBe('unknown')
    expect(await balance(body.badToken)).toMatchObject({ kind: 'our-fault', fault: 'credentials' })
  })

  const from = new Date('2026-01-15T00:00:00Z')
  const to = new Date('2026-01-16T00:00:00Z')
  const entry = (at: number, more: object = {}) =>
    transaction('completed', { transactionReference: `TX-${at}`, transactionReceipt: '', ...more })
  const listed = (pages: readonly (readonly object[])[], counted = true) => {
    const available = pages.flat().length
    server.script(({ url }) => {
      const offset = Number(new URL(url, 'http://a').searchParams.get('offset'))
      const page = pages.find((_, at) => pages.slice(0, at).flat().length === offset) ?? []
      return ok(page, counted ? { 'x-records-available-count': String(available) } : {})
    })
    return gsma.statement?.(from, to, known(), tools)
  }

  it('tells what moved, page after page', async () => {
    const [creditParty, debitParty] = [entry(1).debitParty, entry(1).creditParty]
    const answer = await listed([
      [entry(1), entry(2, { creditParty, debitParty, transactionReceipt: 'RC-2' })],
      [entry(3, { transactionStatus: 'failed' }), entry(4, { creationDate: '2026-01-16T00:00:00Z' })],
    ])
    const line = { amount: order.amount, msisdn: order.msisdn, at: new Date('2026-01-15T07:14:00Z') }
    expect(answer).toEqual({
      kind: 'lines',
      lines: [
        { ...line, receipt: 'TX-1', side: 'credit' },
        { ...line, receipt: 'RC-2', side: 'debit' },
      ],
    })
    expect(paths()[0]).toContain(
      `fromDateTime=${from.toISOString()}&toDateTime=${to.toISOString()}&limit=50&offset=0`,
    )
    const fifty = Array.from({ length: 50 }, (_, at) => entry(at))
    expect(await listed([fifty, [entry(50)]], false)).toMatchObject({ lines: { length: 51 } })
  })

  it.each([
    ['an unlisted status', { transactionStatus: 'settled' }],
    ['nobody of ours', { creditParty: [{ key: 'msisdn', value: '+1' }] }],
    ['no time', { creationDate: null }],
    ['no amount', { amount: 'many' }],
    ['no reference', { transactionReference: '' }],
  ])('is not believed in part: a line with %s', async (_, more) => {
    expect((await listed([[entry(1), entry(2, more)]]))?.kind).toBe('unknown')
  })

  it('is not believed where the list ends too soon', async () => {
    answering({})
    server.script(({ url }) =>
      ok(url.endsWith('offset=0') ? [entry(1)] : [], { 'x-records-available-count': '3' }),
    )
    expect(await gsma.statement?.(from, to, known(), tools)).toMatchObject({ kind: 'unknown' })
  })
})
