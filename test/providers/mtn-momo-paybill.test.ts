import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type MtnConfig, mtnMomo } from '../../src/providers/mtn-momo/index.ts'
import type { Offer } from '../../src/providers/provider.ts'
import { type Scripted, type ScriptedServer, startScripted } from '../contract/scripted-server.ts'
import { createStage, listen, type Stage } from '../simulators/support.ts'

/** Customers who pay from MTN's own menu: its XML as we read it, and our word as MTN hears it. */

const SHOWS = { username: 'mtn', password: 'SHOWN-SECRET' }
const WANTS = { username: 'lender', password: 'WANTED-SECRET' }
const credentials = { apiUser: 'user', apiKey: 'key', subscriptionKey: 'sub' }
const config = (completedUrl: string, more: object = {}): MtnConfig =>
  mtnMomo.config({
    baseUrl: 'http://127.0.0.1:1',
    targetEnvironment: 'mtncameroon',
    currency: 'XAF',
    collection: credentials,
    callMs: 1_000,
    paybill: {
      completedUrl,
      account: WANTS,
      inbound: SHOWS,
      serviceProvider: 'lender.sp',
      accountName: 'Crédit & Fils',
      errorCodes: { TRANSACTION_FAILED: 'let-go', ALREADY_DONE: 'taken' },
      ...more,
    },
  })
const momo = config('http://127.0.0.1:1/completed')

const NS = 'http://www.ericsson.com/em/emm/serviceprovider'
const header = ({ username, password }: typeof SHOWS) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
const request = (body: string, more: Partial<RawRequest> = {}): RawRequest => ({
  method: 'POST',
  headers: { authorization: header(SHOWS) },
  query: {},
  body,
  from: '127.0.0.1',
  ...more,
})

type Fields = Readonly<Record<string, string>>
const PAYMENT = {
  transactionid: '4021337',
  accountholderid: 'ID:237670000001/MSISDN',
  receivingfri: 'FRI:12345678@lender.sp/SP',
  amount: '<amount>500</amount><currency>XAF</currency>',
  transmissioncounter: '0',
}
const payment = (fields: Fields = {}, root = 'paymentrequest', namespace = `${NS}/v1_1/backend/client`) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ns2:${root} xmlns:ns2="${namespace}">${Object.entries({
    ...PAYMENT,
    ...fields,
  })
    .map(([name, inner]) => `<${name}>${inner}</${name}>`)
    .join('')}<extension><fee>0</fee></extension></ns2:${root}>`
const question = (resource: string, root = 'getfinancialresourceinformationrequest') =>
  `<ns0:${root} xmlns:ns0="${NS}/v1_0/backend/client"><resource>${resource}</resource>` +
  `<accountholderid>ID:237670000001/MSISDN</accountholderid></ns0:${root}>`
const BOMB = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${payment({ transactionid: '&b;' }).slice(38)}`

const read = (body: string, more?: Partial<RawRequest>) =>
  mtnMomo.readCallback(request(body, more), momo, undefined)
const answer = (asked: RawRequest, by = momo) => mtnMomo.answer?.(asked, by)
const offerIn = (body: string): Offer => {
  const offer = read(body)
  if (offer.kind !== 'offer') throw new Error(JSON.stringify(offer))
  return offer
}

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

describe('against the simulator', () => {
  let stage: Stage
  let lender: { url: string; close(): Promise<void> }
  let tools: Tools
  const offered: RawRequest[] = []
  /** The lender's door: what the adapter says, and what it would read later. */
  beforeAll(async () => {
    stage = await createStage()
    const now = () => stage.clock.now()
    tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
    lender = await listen(async (incoming, response) => {
      let body = ''
      for await (const chunk of incoming) body += chunk
      const asked = request(body, { headers: incoming.headers as Record<string, string> })
      const isQuestion = incoming.url === '/information'
      const read = mtnMomo.validation?.read(asked, live())
      const verdict =
        typeof read === 'object' && read.shownReference === '12345678' ? 'welcome' : 'unknown-account'
      const reply = isQuestion ? mtnMomo.validation?.answer(verdict, live()) : answer(asked, live())
      if (!isQuestion && reply?.status === 202) offered.push(asked)
      response.writeHead(reply?.status ?? 500, { 'content-type': reply?.contentType ?? '' }).end(reply?.body)
    })
    await stage.simulators.seed({
      mtnMomo: {
        users: [{ ...credentials, providerCallbackHost: '127.0.0.1', environment: 'mtncameroon' }],
        serviceProviders: [
          {
            name: 'lender.sp',
            apiUser: credentials.apiUser,
            informationUrl: `${lender.url}/information`,
            paymentUrl: `${lender.url}/payment`,
            shows: SHOWS,
            wants: WANTS,
          },
        ],
        wallets: [{ msisdn: '+237670000001', pin: '1', balance: '1000', name: 'Awa Ngo' }],
      },
    })
  })
  afterAll(async () => {
    await lender.close()
    await stage.close()
  })
  beforeEach(async () => {
    await stage.simulators.faults.clear()
    await stage.pass(600)
    offered.length = 0
  })

  const live = (more: object = {}) => config(`${stage.url}/mtn-momo/serviceprovider/paymentcompleted`, more)
  const pay = async (account = '12345678', amount = '100') => {
    const paid = await stage.call('/providers/mtn-momo/c2b', {
      method: 'POST',
      body: JSON.stringify({ msisdn: '+237670000001', amount, account }),
    })
    return { status: paid.status, row: (await paid.json()) as { reference: string; detail?: string } }
  }
  const truth = (reference: string) => stage.truth('mtn-momo', reference)
  const balance = () => stage.balance('mtn-momo', '237670000001')
  const word = (take: boolean, by = live(), at = 0) => {
    const reading = mtnMomo.readCallback(offered[at] as RawRequest, by, undefined)
    if (reading.kind !== 'offer') throw new Error('nothing was offered')
    return mtnMomo.settle?.(reading, take, by, tools)
  }
  const fault = (kind: string) => stage.script({ simulator: 'mtn-momo', kind })

  it('the money moves with our yes, once, however often it is said', async () => {
    const before = Number(await balance())
    const { status, row } = await pay()
    expect(status).toBe(201)
    await stage.pass(1)
    expect(await balance()).toBe(String(before))
    expect(await truth(row.reference)).toMatchObject({ kind: 'c2b', status: 'pending', sendings: 1 })
    expect(await word(true)).toEqual({ kind: 'taken' })
    expect(await word(true)).toEqual({ kind: 'taken' })
    expect(await balance()).toBe(String(before - 100))
    expect(await truth(row.reference)).toMatchObject({ status: 'succeeded', receipt: row.reference })
    // what is done is not undone by a word
    expect((await word(false))?.kind).toBe('unknown')
    expect(await balance()).toBe(String(before - 100))
  })

  it('stays where it is with our no, and after it', async () => {
    const before = await balance()
    const { row } = await pay()
    await stage.pass(1)
    expect(await word(false)).toEqual({ kind: 'let-go' })
    expect(await word(true)).toEqual({ kind: 'let-go' })
    expect(await truth(row.reference)).toMatchObject({ status: 'failed', reason: 'REFUSED_BY_PAYEE' })
    expect(await balance()).toBe(before)
  })

  it('stays where it is without our word, in the end', async () => {
    const { row } = await pay()
    await stage.pass(400)
    expect(await truth(row.reference)).toMatchObject({ status: 'failed', reason: 'TIMEOUT' })
    expect(await word(true)).toEqual({ kind: 'let-go' })
  })

  it('never leaves her where the account is unknown, or she lacks it', async () => {
    expect(await pay('99999999')).toMatchObject({ status: 409, row: { detail: 'the lender refused it' } })
    expect(await pay('12345678', '100000')).toMatchObject({
      status: 409,
      row: { detail: 'not enough money' },
    })
    expect((await pay('12@34')).status).toBe(400)
    expect(offered).toEqual([])
  })

  it.each(['offer-lost-answer', 'offer-duplicate', 'offer-lost-request', 'offer-slow'])(
    'told under %s is one payment of one name',
    async kind => {
      const before = Number(await balance())
      await fault(kind)
      const { row } = await pay()
      await stage.pass(1)
      await stage.pass(40)
      const names = new Set(offered.map(each => offerIn(each.body).reference))
      expect(names.size).toBe(1)
      expect(offered.length).toBe(kind === 'offer-lost-answer' || kind === 'offer-duplicate' ? 2 : 1)
      for (const at of offered.keys()) expect(await word(true, live(), at)).toEqual({ kind: 'taken' })
      expect(await balance()).toBe(String(before - 100))
      expect(await truth(row.reference)).toMatchObject({ status: 'succeeded' })
    },
  )

  it('a lost answer to our yes is heard by saying it again', async () => {
    const before = Number(await balance())
    await fault('completed-lost-answer')
    await pay()
    await stage.pass(1)
    expect((await word(true))?.kind).toBe('unknown')
    expect(await balance()).toBe(String(before - 100))
    expect(await word(true)).toEqual({ kind: 'taken' })
    expect(await balance()).toBe(String(before - 100))
  })

  it('a word with the wrong credentials, or in another namespace, is not heard', async () => {
    const { row } = await pay()
    await stage.pass(1)
    const stranger = live({ account: { ...WANTS, password: 'wrong' } })
    expect(await word(true, stranger)).toMatchObject({ kind: 'our-fault', fault: 'credentials' })
    const other = live({ namespaces: { completed: `${NS}/v1_1/backend` } })
    expect(await word(true, other)).toMatchObject({ kind: 'unknown', why: 'error VALIDATION_ERROR' })
    expect(await truth(row.reference)).toMatchObject({ status: 'pending' })
  })
})
