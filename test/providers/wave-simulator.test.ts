import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import type { AttemptRef, Operation, Order } from '../../src/providers/provider.ts'
import { type WaveConfig, wave } from '../../src/providers/wave/index.ts'
import type { WaveBusinessSeed } from '../../src/simulators/wave/index.ts'
import { createStage, type Stage, type Transaction } from '../simulators/support.ts'

const FATOU = '+221761110000' as Msisdn
const NOBODY = '+221769999999' as Msisdn
const SECRET = 'wave_sn_WHS_sope'
const API_KEY = 'wave_sn_prod_sope'

let stage: Stage
let tools: Tools
let sope: WaveConfig
let business: WaveBusinessSeed

const seed = (more: Partial<WaveBusinessSeed> = {}) =>
  stage.simulators.seed({
    wave: {
      businesses: [{ ...business, ...more }],
      wallets: [{ msisdn: FATOU, pin: '1234', balance: '200000', name: 'Fatou Ndiaye' }],
    },
  })

beforeAll(async () => {
  stage = await createStage()
  const now = () => stage.clock.now()
  tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  business = {
    business: 'Sope',
    apiKeys: [{ apiKey: API_KEY }],
    launchUrl: `${stage.url}/wave`,
    float: '100000',
    hook: { url: `${stage.listener.url}/wave`, secret: SECRET },
  }
  await seed()
  sope = wave.config({
    baseUrl: `${stage.url}/wave`,
    apiKey: API_KEY,
    currency: 'XOF',
    successUrl: 'https://sope.example/thanks',
    errorUrl: 'https://sope.example/again',
    signingSecret: SECRET,
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.pass(600)
  stage.listener.heard.length = 0
})

const orderOf = (operation: Operation, minor = 5_000n, msisdn = FATOU): Order => ({
  operation,
  reference: wave.newReference(),
  amount: { minor, currency: 'XOF' },
  msisdn,
  shownReference: 'LN77',
  callbackUrl: '',
})
const send = (order: Order) => wave.send(order, sope, tools)
const inquire = (order: AttemptRef) => wave.inquire(order, sope, tools)
const fault = (kind: string) => stage.script({ simulator: 'wave', kind })
const truth = async (...orders: Order[]): Promise<Transaction[]> =>
  (await stage.transactions('wave')).filter(row =>
    orders.some(({ reference }) => reference === row.reference),
  )

/** She opens the link that came with the answer, and her phone pays by itself. */
async function opened(order: Order): Promise<AttemptRef> {
  const sent = await send(order)
  if (sent.kind !== 'accepted' || sent.link === undefined) throw new Error(JSON.stringify(sent))
  expect((await fetch(sent.link)).status).toBe(200)
  await stage.pass(2)
  return { ...order, ...(sent.providerReference && { providerReference: sent.providerReference }) }
}

/** Every web hook, as the server would hear it: whether it proves itself now, and what it says. */
const told = (attempt?: AttemptRef) =>
  stage.listener.heard.map(({ method, headers, body }) => {
    const request: RawRequest = { method, headers, query: {}, body, from: '127.0.0.1' }
    return {
      proven: wave.proves?.(request, sope, tools.now()) === true,
      reading: wave.readCallback(request, sope, attempt),
    }
  })

describe('wave collects against its simulator', () => {
  it('by a link: she opens it and pays, a signed hook says so, and so does asking', async () => {
    const order = orderOf('collect')
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
    const attempt = await opened(order)
    const confirmed = await inquire(order)
    const [row] = await truth(order)
    expect(confirmed).toEqual({
      kind: 'confirmed',
      amount: order.amount,
      receipt: row?.receipt,
      at: expect.any(Date),
    })
    expect(await inquire(attempt)).toEqual(confirmed)
    const { providerReference, reference } = attempt
    const reading = { kind: 'outcome', outcome: confirmed, providerReference, reference }
    expect(told()).toEqual([{ proven: true, reading }])
    expect(told(attempt)).toEqual([{ proven: true, reading }])
  })

  it('waits for her, with the same link, until the session is over', async () => {
    const order = orderOf('collect')
    const sent = await send(order)
    expect(await inquire(order)).toEqual(sent)
    await stage.pass(1_800)
    expect(await inquire(order)).toMatchObject({ kind: 'declined', reason: 'expired', again: 'later' })
    expect(stage.listener.heard).toEqual([])
  })

  it.each(['lost-answer', 'server-error-after', 'cut-json'])(
    'finds by our reference what a %s hid',
    async kind => {
      const order = orderOf('collect')
      await fault(kind)
      expect((await send(order)).kind).toBe('unknown')
      const found = await inquire(order)
      expect(found).toMatchObject({ kind: 'accepted', link: expect.any(String) })
      expect(await truth(order)).toHaveLength(1)
    },
  )

  it('learns that a lost request was never heard of', async () => {
    const order = orderOf('collect')
    await fault('lost-request')
    expect((await send(order)).kind).toBe('unknown')
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
  })

  it.each(['query-lost-answer', 'query-server-error', 'query-cut-json'])(
    'takes a %s as no answer',
    async kind => {
      const order = orderOf('collect')
      await opened(order)
      await fault(kind)
      expect((await inquire(order)).kind).toBe('unknown')
      expect(await inquire(order)).toMatchObject({ kind: 'confirmed' })
    },
  )

  it.each([
    ['insufficient-funds', { kind: 'declined', reason: 'insufficient-funds' }],
    ['unreachable', { kind: 'declined', reason: 'failed' }],
    ['blocked-account', { kind: 'declined', reason: 'not-allowed' }],
    ['cancelled', { kind: 'declined', reason: 'expired' }],
    ['no-float', { kind: 'our-fault', fault: 'quota', ended: true }],
    ['no-answer-ever', { kind: 'accepted' }],
  ])('understands %s, once she cannot try again', async (kind, outcome) => {
    await fault(kind)
    const attempt = await opened(orderOf('collect'))
    expect(await inquire(attempt)).toMatchObject({ kind: 'accepted' })
    for (const { proven, reading } of told(attempt))
      expect([proven, reading]).toMatchObject([true, { outcome: { kind: 'accepted' } }])
    await stage.pass(1_800)
    expect(await inquire(attempt)).toMatchObject(outcome)
  })

  it('believes no forger, no hook of six minutes ago, and a true one twice', async () => {
    await fault('forged')
    await opened(orderOf('collect'))
    expect(told().map(({ proven }) => proven)).toEqual([false, true])
    stage.listener.heard.length = 0
    await fault('stale-callback')
    await opened(orderOf('collect'))
    expect(told().map(({ proven }) => proven)).toEqual([false])
    stage.listener.heard.length = 0
    await fault('duplicate-callback')
    await opened(orderOf('collect'))
    const [one, two, ...more] = told()
    expect([one?.proven, two, more]).toEqual([true, one, []])
  })

  it('is told a wrong amount as it stands: asking tells the true one', async () => {
    await fault('wrong-amount')
    const attempt = await opened(orderOf('collect'))
    const amount = { minor: 5_001n, currency: 'XOF' }
    expect(told(attempt)).toMatchObject([{ reading: { outcome: { kind: 'confirmed', amount } } }])
    expect(await inquire(attempt)).toMatchObject({ kind: 'confirmed', amount: attempt.amount })
  })

  it('stops when its key is revoked in mid-life, and goes on with a new one', async () => {
    const attempt = await opened(orderOf('collect'))
    await seed({ apiKeys: [{ apiKey: API_KEY, revoked: true }, { apiKey: 'new' }] })
    const ours = { kind: 'our-fault', fault: 'credentials', detail: 'api-key-revoked' }
    expect(await inquire(attempt)).toEqual(ours)
    expect(await send(orderOf('collect'))).toEqual(ours)
    expect(await wave.inquire(attempt, { ...sope, apiKey: 'new' }, tools)).toMatchObject({
      kind: 'confirmed',
    })
    await seed()
  })
})

describe('wave pays out against its simulator', () => {
  it('knows whether the name fits, pays at once, and says the same when asked', async () => {
    const nameOf = (name: string, msisdn = FATOU) => wave.nameOf?.(msisdn, sope, tools, name)
    expect(await nameOf('NDIAYE Fatou')).toEqual({ kind: 'name', name: 'NDIAYE Fatou' })
    expect(await nameOf('Fatou Diop')).toEqual({ kind: 'other-name' })
    expect(await nameOf('Fatou', NOBODY)).toMatchObject({ kind: 'unknown' })
    const order = orderOf('disburse')
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
    const paid = await send(order)
    expect(paid).toEqual({
      kind: 'confirmed',
      amount: order.amount,
      receipt: expect.stringMatching(/^pt-/),
      at: expect.any(Date),
      charge: { minor: 50n, currency: 'XOF' },
    })
    expect(await inquire(order)).toEqual(paid)
    expect(told()).toEqual([])
  })

  it.each(['lost-answer', 'server-error-after'])('finds what a %s hid, and pays it once', async kind => {
    const order = orderOf('disburse')
    await fault(kind)
    expect((await send(order)).kind).toBe('unknown')
    expect(await send(order)).toMatchObject({ kind: 'confirmed' })
    expect(await inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
    expect(await truth(order)).toEqual([expect.objectContaining({ status: 'succeeded' })])
  })

  it.each([
    ['no-float', { kind: 'our-fault', fault: 'no-float' }],
    ['payee-refused', { kind: 'declined', reason: 'not-allowed' }],
    ['payee-limit', { kind: 'declined', reason: 'limit' }],
  ])('understands %s', async (kind, outcome) => {
    await fault(kind)
    expect(await send(orderOf('disburse'))).toMatchObject(outcome)
  })

  it('learns that nobody has that number, or that the float is too small', async () => {
    expect(await send(orderOf('disburse', 5_000n, NOBODY))).toMatchObject({
      kind: 'declined',
      reason: 'no-account',
    })
    expect(await send(orderOf('disburse', 9_000_000n))).toMatchObject({
      kind: 'our-fault',
      fault: 'no-float',
    })
    const abroad = '+2250700000001' as Msisdn
    expect(await send(orderOf('disburse', 5_000n, abroad))).toMatchObject({
      kind: 'declined',
      reason: 'not-allowed',
    })
  })

  it.each([
    ['delayed', { kind: 'confirmed' }],
    ['unreachable', { kind: 'declined', reason: 'no-account' }],
    ['no-answer-ever', { kind: 'accepted' }],
    ['reversed-later', { kind: 'reversed', amount: { minor: 5_000n, currency: 'XOF' } }],
  ])('hears by asking what was decided later: %s', async (kind, outcome) => {
    await fault(kind)
    const order = orderOf('disburse')
    const sent = await send(order)
    expect(sent.kind).toBe(kind === 'reversed-later' ? 'confirmed' : 'accepted')
    await stage.pass(60)
    expect(await inquire(order)).toMatchObject(outcome)
  })
})

describe('wave sends back against its simulator', () => {
  const refundOf = (
    paid: AttemptRef,
    original: Partial<AttemptRef> = paid,
    minor = paid.amount.minor,
  ): Order => ({
    ...orderOf('refund', minor),
    original: {
      reference: paid.reference,
      ...(original.providerReference && { providerReference: original.providerReference }),
    },
  })

  it.each(['by Wave’s name', 'by our reference'])(
    'a collection, %s: the yes has no words, the statement tells',
    async by => {
      const paid = await opened(orderOf('collect'))
      const refund = refundOf(paid, by === 'by our reference' ? {} : paid)
      expect(await inquire(refund)).toEqual({ kind: 'accepted' })
      expect(await send(refund)).toEqual({ kind: 'accepted' })
      expect(await inquire(refund)).toEqual({ kind: 'confirmed', amount: paid.amount })
      await stage.pass(86_400)
      expect(await inquire(refund)).toEqual({ kind: 'confirmed', amount: paid.amount })
      expect(await inquire(paid)).toMatchObject({ kind: 'confirmed' })
    },
  )

  it('a collection once, and never another amount or one that was not paid', async () => {
    const paid = await opened(orderOf('collect'))
    const hers = async () => Number(await stage.balance('wave', FATOU.slice(1)))
    const before = await hers()
    await fault('lost-answer')
    await send(refundOf(paid))
    await send(refundOf(paid))
    expect((await hers()) - before).toBe(5_000)
    expect(await send(refundOf(paid, paid, 4_999n))).toMatchObject({
      kind: 'declined',
      code: 'not-the-whole',
    })
    const unpaid = orderOf('collect')
    await send(unpaid)
    expect(await send(refundOf(unpaid))).toMatchObject({ kind: 'declined', code: 'checkout-refund-failed' })
    expect(await send(refundOf(orderOf('collect')))).toMatchObject({ kind: 'declined', code: 'not-found' })
  })

  it('a payout, and asks the payout', async () => {
    const order = orderOf('disburse')
    const paid = await send(order)
    const providerReference = paid.kind === 'confirmed' ? (paid.receipt ?? '') : ''
    const refund = refundOf({ ...order, providerReference })
    expect(await inquire(refund)).toEqual({ kind: 'accepted' })
    expect(await send(refund)).toEqual({ kind: 'accepted' })
    expect(await inquire(refund)).toEqual({ kind: 'confirmed', amount: order.amount })
    expect(await inquire(order)).toEqual({ kind: 'reversed', amount: order.amount })
  })
})

describe('wave tells its books against its simulator', () => {
  it('what it holds, and each movement as it was ordered', async () => {
    await stage.pass(2 * 86_400)
    const from = tools.now()
    const held = async () => {
      const answer = await wave.balances?.(sope, tools)
      return answer?.kind === 'balances' ? answer.balances[0]?.amount.minor : undefined
    }
    const before = await held()
    const collected = await opened(orderOf('collect', 10_000n))
    const paid = orderOf('disburse', 2_000n)
    await send(paid)
    expect(Number(await held()) - Number(before)).toBe(9_900 - 2_020)
    await stage.pass(60)
    const answer = await wave.statement?.(from, tools.now(), sope, tools)
    const common = { msisdn: FATOU, at: expect.any(Date), receipt: expect.stringMatching(/^T_/) }
    const xof = (minor: bigint) => ({ minor, currency: 'XOF' })
    expect(answer).toEqual({
      kind: 'lines',
      lines: [
        {
          ...common,
          side: 'credit',
          amount: xof(10_000n),
          charge: xof(100n),
          reference: collected.reference,
        },
        { ...common, side: 'debit', amount: xof(2_000n), charge: xof(20n), reference: paid.reference },
      ],
    })
    const [row] = await truth(collected)
    expect(answer?.kind === 'lines' && answer.lines[0]?.receipt).toBe(row?.receipt)
  })
})
