import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { mtnMomo } from '../../src/providers/mtn-momo/index.ts'
import { type Scripted, type ScriptedServer, startScripted } from '../contract/scripted-server.ts'
import {
  config,
  header,
  momo,
  NS,
  offerIn,
  payment,
  question,
  request,
  SHOWS,
  WANTS,
} from './mtn-momo-paybill-bodies.ts'

/** Customers who pay from MTN's own menu: its XML as we read it, and our word as MTN hears it. */

const BOMB = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${payment({ transactionid: '&b;' }).slice(38)}`

const read = (body: string, more?: Partial<RawRequest>) =>
  mtnMomo.readCallback(request(body, more), momo, undefined)
const answer = (asked: RawRequest, by = momo) => mtnMomo.answer?.(asked, by)

describe('a payment that MTN offers', () => {
  it('is read with who pays, how much, and for which account', () => {
    expect(read(payment())).toEqual({
      kind: 'offer',
      receipt: '4021337',
      reference: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
      amount: { minor: 500n, currency: 'XAF' },
      shownReference: '12345678',
      msisdn: '+237670000001',
    })
  })

  it.each([
    ['FRI:12345678', '12345678'],
    ['12345678', '12345678'],
    ['fri: LN-77 @LENDER.SP/SP', 'LN-77'],
  ])('for "%s" is for %s', (receivingfri, account) => {
    expect(read(payment({ receivingfri }))).toMatchObject({ kind: 'offer', shownReference: account })
  })

  it('is answered PENDING, by one name of ours however often it comes, and by another where it is another', () => {
    const first = answer(request(payment()))
    expect(first).toMatchObject({ status: 202, contentType: 'application/xml' })
    expect(first?.body).toContain(
      `<providertransactionid>${offerIn(payment()).reference}</providertransactionid><status>PENDING</status>`,
    )
    expect(first?.body).toContain(`paymentresponse xmlns:ns0="${NS}/v1_1/backend/client"`)
    expect(answer(request(payment({ transmissioncounter: '3' })))).toEqual(first)
    expect(answer(request(payment({ transactionid: '4021338' })))?.body).not.toBe(first?.body)
  })

  it.each<readonly [string, string, number]>([
    ['another lender', payment({ receivingfri: 'FRI:12345678@other.sp/SP' }), 404],
    ['another currency', payment({ amount: '<amount>500</amount><currency>EUR</currency>' }), 400],
    ['no currency', payment({ amount: '<amount>500</amount>' }), 400],
    ['nothing', payment({ amount: '<amount>0</amount><currency>XAF</currency>' }), 400],
    ['less than nothing', payment({ amount: '<amount>-5</amount><currency>XAF</currency>' }), 400],
    [
      'a fraction that its currency has not',
      payment({ amount: '<amount>5.5</amount><currency>XAF</currency>' }),
      400,
    ],
    ['two amounts', payment({ amount: '<amount>5</amount><amount>9</amount><currency>XAF</currency>' }), 400],
    ['no name', payment({ transactionid: '' }), 400],
    ['no account', payment({ receivingfri: 'FRI:@lender.sp/SP' }), 400],
    ['another root', payment({}, 'paymentcompletedrequest'), 400],
    ['another namespace', payment({}, 'paymentrequest', `${NS}/backend/client`), 400],
    ['cut XML', payment().slice(0, 200), 400],
    ['two documents', payment() + payment(), 400],
    ['an entity bomb', BOMB, 400],
    ['a document type', `<!DOCTYPE x>${payment().slice(38)}`, 400],
    ['HTML', '<html><body>hello</body></html>', 400],
  ])('with %s is refused at once', (_, body, status) => {
    expect(answer(request(body))?.status).toBe(status)
    expect(read(body).kind).toBe('unreadable')
  })

  it('by whoever does not show what was agreed is refused, and says so of itself', () => {
    for (const authorization of ['', 'Basic ', header({ ...SHOWS, password: 'guess' }), header(WANTS)]) {
      const asked = request(payment(), { headers: { authorization } })
      expect(answer(asked)?.status).toBe(401)
      expect(mtnMomo.proves?.(asked, momo, new Date())).toBe(false)
    }
    expect(mtnMomo.proves?.(request(payment()), momo, new Date())).toBe(true)
  })

  it('proves nothing by itself where nothing was agreed, and is none where no customer pays so', () => {
    const open = config('http://127.0.0.1:1/', { inbound: undefined })
    expect(answer(request(payment()), open)?.status).toBe(202)
    expect(
      mtnMomo.proves?.(request(payment(), { headers: { authorization: header(SHOWS) } }), open, new Date()),
    ).toBe(false)
    const closed = { ...momo, paybill: undefined }
    expect([mtnMomo.hears?.(momo), mtnMomo.hears?.(closed)]).toEqual([true, false])
    expect(answer(request(payment()), closed)?.status).toBe(404)
    expect(mtnMomo.readCallback(request(payment()), closed, undefined).kind).toBe('unreadable')
  })

  it('is not taken for the callback of a push, nor lends it its proof', () => {
    const callback = request('{"status":"SUCCESSFUL","amount":"500","currency":"XAF","externalId":"x"}')
    expect(answer(callback)).toBeUndefined()
    expect(mtnMomo.proves?.(callback, momo, new Date())).toBe(false)
  })
})

describe('the question before a payment', () => {
  const ask = (body: string, by = momo) => mtnMomo.validation?.read(request(body), by)

  it('names the account, and whose it would be', () => {
    expect(ask(question('FRI:12345678@lender.sp/SP'))).toEqual({
      kind: 'account',
      shownReference: '12345678',
      currency: 'XAF',
    })
    expect(ask(question('FRI:12345678@other.sp/SP'))).toBe('other-payee')
  })

  it.each([
    ['JSON', '{}'],
    ['half of it', question('FRI:1@lender.sp/SP').slice(0, 90)],
    ['a payment', payment()],
    ['no account', question('FRI:@lender.sp/SP')],
    ['an entity bomb', `<!DOCTYPE x [<!ENTITY a "1">]>${question('&a;')}`],
  ])('that is %s is unreadable', (_, body) => {
    expect(ask(body)).toBe('unreadable')
  })

  it('is answered with the name of the lender, or by the same root without it', () => {
    const said = (verdict: 'welcome' | 'unknown-account' | 'other-payee') =>
      mtnMomo.validation?.answer(verdict, momo)
    expect(said('welcome')).toMatchObject({ status: 200, contentType: 'application/xml' })
    expect(said('welcome')?.body).toContain('<accountname>Crédit &#38; Fils</accountname>')
    for (const verdict of ['unknown-account', 'other-payee'] as const) {
      expect(said(verdict)?.status).toBe(404)
      expect(said(verdict)?.body).toContain('getfinancialresourceinformationresponse')
      expect(said(verdict)?.body).not.toContain('extension')
    }
  })
})

describe('our word', () => {
  let server: ScriptedServer
  let tools: Tools
  beforeAll(async () => {
    server = await startScripted()
    const now = () => new Date()
    tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  })
  afterAll(() => server.close())

  const completed = (inner: string, root = 'paymentcompletedresponse', namespace = `${NS}/v1_0/backend`) =>
    `<ns2:${root} xmlns:ns2="${namespace}">${inner}</ns2:${root}>`
  const failure = (code: string) =>
    `<ns0:errorResponse xmlns:ns0="http://www.ericsson.com/lwac" errorcode="${code}"/>`
  const settle = async (answered: Scripted, take = true) => {
    server.script(() => answered)
    return mtnMomo.settle?.(offerIn(payment()), take, config(`${server.url}/completed`), tools)
  }

  it.each([
    [true, 'COMPLETED', 'taken'],
    [false, 'FAILED', 'let-go'],
  ] as const)(
    'is said with both names of the payment, and an empty answer agrees (%s)',
    async (take, word, kind) => {
      expect(await settle({ status: 200, body: completed('') }, take)).toEqual({ kind })
      const [said] = server.received
      expect(said).toMatchObject({ method: 'POST', url: '/completed' })
      expect(said?.headers.authorization).toBe(header(WANTS))
      expect(said?.body).toContain(
        `<transactionid>4021337</transactionid><providertransactionid>${offerIn(payment()).reference}</providertransactionid><status>${word}</status>`,
      )
      expect(said?.body).toContain(`paymentcompletedrequest xmlns:ns0="${NS}/v1_0/backend"`)
    },
  )

  it.each<readonly [string, Scripted, object]>([
    [
      'a status that agrees',
      { status: 200, body: completed('<paymentstatus>completed</paymentstatus>') },
      { kind: 'taken' },
    ],
    [
      'a status that does not',
      { status: 200, body: completed('<paymentstatus>FAILED</paymentstatus>') },
      { kind: 'let-go' },
    ],
    [
      'a listed code for what failed',
      { status: 400, body: failure('TRANSACTION_FAILED') },
      { kind: 'let-go' },
    ],
    ['a listed code for what is done', { status: 400, body: failure('ALREADY_DONE') }, { kind: 'taken' }],
    [
      'refused credentials',
      { status: 401, body: failure('TRANSACTION_FAILED') },
      { kind: 'our-fault', fault: 'credentials' },
    ],
    ['a refused address', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
  ])('hears %s', async (_, answered, outcome) => {
    expect(await settle(answered)).toMatchObject(outcome)
  })

  it.each<readonly [string, Scripted]>([
    ['silence', 'hang'],
    ['a reset', 'reset'],
    ['an empty 200', { status: 200 }],
    ['a page', { status: 200, body: '<html></html>' }],
    ['a yes with another status', { status: 202, body: completed('') }],
    ['another root', { status: 200, body: completed('', 'paymentresponse') }],
    ['another namespace', { status: 200, body: completed('', 'paymentcompletedresponse', NS) }],
    ['half of it', { status: 200, body: completed('').slice(0, 40) }],
    ['a document type', { status: 200, body: `<!DOCTYPE x>${completed('')}` }],
    [
      'a status that is not final',
      { status: 200, body: completed('<paymentstatus>PENDING</paymentstatus>') },
    ],
    [
      'two statuses',
      {
        status: 200,
        body: completed('<paymentstatus>COMPLETED</paymentstatus><paymentstatus>FAILED</paymentstatus>'),
      },
    ],
    ['a code that nobody has listed', { status: 400, body: failure('TRANSACTION_NOT_FOUND') }],
    ['a code that every object has', { status: 400, body: failure('constructor') }],
    ['a 500', { status: 500, body: completed('') }],
  ])('learns nothing from %s, and tells no secret', async (_, answered) => {
    const outcome = await settle(answered)
    expect(outcome?.kind).toBe('unknown')
    expect(JSON.stringify(outcome)).not.toContain('SECRET')
  })
})
