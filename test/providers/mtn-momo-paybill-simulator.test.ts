import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { mtnMomo } from '../../src/providers/mtn-momo/index.ts'
import { createStage, listen, type Stage } from '../simulators/support.ts'
import { config, credentials, NS, offerIn, request, SHOWS, WANTS } from './mtn-momo-paybill-bodies.ts'

describe('a customer of the simulated MTN', () => {
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
      const reply = isQuestion ? mtnMomo.validation?.answer(verdict, live()) : mtnMomo.answer?.(asked, live())
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
