import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type GsmaConfig, gsma } from '../../src/providers/gsma/index.ts'
import type { AttemptRef, Operation, Order } from '../../src/providers/provider.ts'
import type { GsmaClientSeed } from '../../src/simulators/gsma/index.ts'
import { createStage, type Stage, type Transaction } from '../simulators/support.ts'

const AMINA = '+260971000111' as Msisdn
const NOBODY = '+260979999999' as Msisdn
const SECRETS = { 'x-api-key': 'told-by-the-operator' }
const client: GsmaClientSeed = {
  ...{ client: 'Mwezi', apiKey: 'key', float: '1000.00', callbackHeaders: SECRETS },
  oauth: { clientId: 'id', clientSecret: 'secret' },
  basic: { user: 'user', password: 'password' },
}

let stage: Stage
let tools: Tools
let mwezi: GsmaConfig
const seed = (more: Partial<GsmaClientSeed> = {}) =>
  stage.simulators.seed({
    gsma: {
      clients: [{ ...client, ...more }],
      wallets: [{ msisdn: AMINA, pin: '1234', balance: '5000', name: 'Amina Banda' }],
    },
  })
const configured = (more: object = {}) =>
  gsma.config({
    baseUrl: `${stage.url}/gsma/2/oauth/simulator/v1.2/mm`,
    currency: 'ZMW',
    account: [{ key: 'organisationid', value: 'Mwezi' }],
    oauth: { tokenUrl: `${stage.url}/gsma/v1/oauth/accesstoken`, ...client.oauth },
    apiKey: 'key',
    callbackHeaders: SECRETS,
    contentHash: true,
    ...more,
  })

beforeAll(async () => {
  stage = await createStage()
  const now = () => stage.clock.now()
  tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  await seed()
  mwezi = configured()
})
afterAll(() => stage.close())
beforeEach(async () => {
  await seed()
  await stage.simulators.faults.clear()
  await stage.pass(600)
  stage.listener.heard.length = 0
})

const orderOf = (operation: Operation, minor = 10_050n, msisdn = AMINA): Order => ({
  operation,
  reference: gsma.newReference(),
  amount: { minor, currency: 'ZMW' },
  msisdn,
  shownReference: 'LN77',
  callbackUrl: `${stage.listener.url}/cb`,
})
const refundOf = (original: Order, minor = original.amount.minor): Order => ({
  ...orderOf('refund', minor),
  original: { reference: original.reference },
})
const send = (order: Order) => gsma.send(order, mwezi, tools)
const inquire = (order: AttemptRef) => gsma.inquire(order, mwezi, tools)
const fault = (kind: string) => stage.script({ simulator: 'gsma', kind, msisdn: AMINA })
const truth = async (order: Order): Promise<Transaction[]> =>
  (await stage.transactions('gsma')).filter(({ reference }) => reference === order.reference)

/** Sent, and as it stands when two seconds have passed. */
async function sent(order: Order): Promise<AttemptRef> {
  const answer = await send(order)
  if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
  await stage.pass(2)
  return { ...order, ...(answer.providerReference && { providerReference: answer.providerReference }) }
}

/** Every call, as the server would hear it: whether it proves itself, and what it says. */
const told = (attempt?: AttemptRef) =>
  stage.listener.heard.map(({ method, headers, body }) => {
    const request: RawRequest = { method, headers, query: {}, body, from: '127.0.0.1' }
    return {
      proven: gsma.proves?.(request, mwezi, tools.now()) === true,
      reading: gsma.readCallback(request, mwezi, attempt),
    }
  })

describe.each(['collect', 'disburse', 'refund'] as const)('gsma, against its simulator: %s', operation => {
  const made = async (): Promise<Order> =>
    operation === 'refund' ? refundOf(await sent(orderOf('collect'))) : orderOf(operation)

  it('is taken, done, told by a call that proves itself, and found by both roads', async () => {
    const order = await made()
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
    stage.listener.heard.length = 0
    const attempt = await sent(order)
    const [row] = await truth(order)
    expect(row).toMatchObject({ status: 'succeeded', kind: operation })
    const outcome = { kind: 'confirmed', amount: order.amount, receipt: row?.receipt, at: expect.any(Date) }
    expect(await inquire(attempt)).toEqual(outcome)
    expect(await inquire(order)).toEqual(outcome)
    const reading = { kind: 'outcome', outcome, reference: order.reference }
    expect(told(attempt)).toEqual([{ proven: true, reading }])
    expect(told()).toEqual([{ proven: true, reading }])
  })

  it.each(['lost-answer', 'server-error-after', 'cut-json'])(
    'is found after a %s, and made once',
    async kind => {
      const order = await made()
      await fault(kind)
      expect((await send(order)).kind).toBe('unknown')
      await stage.pass(2)
      expect(await inquire(order)).toMatchObject({ kind: 'confirmed' })
      // sent again under the same reference it is the same order
      expect(await send(order)).toMatchObject({ kind: 'accepted' })
      expect(await truth(order)).toHaveLength(1)
    },
  )

  it('was never heard of where the request was lost', async () => {
    const order = await made()
    await fault('lost-request')
    expect((await send(order)).kind).toBe('unknown')
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
    expect(await truth(order)).toEqual([])
  })

  it.each(['query-lost-answer', 'query-server-error', 'query-cut-json'])(
    'takes a %s as no answer',
    async kind => {
      const attempt = await sent(await made())
      await fault(kind)
      expect((await inquire(attempt)).kind).toBe('unknown')
      expect(await inquire(attempt)).toMatchObject({ kind: 'confirmed' })
    },
  )

  it('ends as our fault without float', async () => {
    const order = await made()
    await fault('no-float')
    const attempt = await sent(order)
    const ended = { kind: 'our-fault', fault: operation === 'collect' ? 'quota' : 'no-float', ended: true }
    expect(await inquire(attempt)).toMatchObject(ended)
    expect(told(attempt).at(-1)).toMatchObject({ proven: true, reading: { outcome: ended } })
  })
})

describe('gsma collects against its simulator', () => {
  it.each([
    ['insufficient-funds', 2, { kind: 'declined', reason: 'insufficient-funds' }],
    ['wrong-pin', 2, { kind: 'declined', reason: 'cancelled' }],
    ['cancelled', 2, { kind: 'declined', reason: 'cancelled' }],
    ['expired', 300, { kind: 'declined', reason: 'failed', again: 'later' }],
    ['unreachable', 300, { kind: 'declined', reason: 'failed', again: 'later' }],
    ['no-answer-ever', 300, { kind: 'accepted' }],
  ])('and understands %s', async (kind, seconds, outcome) => {
    await fault(kind)
    const attempt = await sent(orderOf('collect'))
    if (seconds > 2) expect(await inquire(attempt)).toMatchObject({ kind: 'accepted' })
    await stage.pass(seconds)
    expect(await inquire(attempt)).toMatchObject(outcome)
  })

  it('and while she is asked, there is no response yet: the grace is longer than her prompt', async () => {
    await fault('expired')
    const attempt = await sent(orderOf('collect'))
    const { providerReference: _, ...lost } = attempt
    expect(await inquire(lost)).toEqual({ kind: 'not-found' })
    await stage.pass(gsma.timing.graceMs / 1000 - 10)
    expect(await inquire(lost)).toMatchObject({ kind: 'declined' })
  })

  it('and believes no forger, and a true word twice', async () => {
    await fault('forged')
    await fault('duplicate-callback')
    const attempt = await sent(orderOf('collect'))
    const [forged, one, two, ...more] = told(attempt)
    expect([forged?.proven, one?.proven, two, more]).toEqual([false, true, one, []])
  })

  it('and is told a wrong amount as it stands: asking tells the true one', async () => {
    await fault('wrong-amount')
    const attempt = await sent(orderOf('collect'))
    const amount = { minor: 10_150n, currency: 'ZMW' }
    expect(told(attempt)).toMatchObject([{ reading: { outcome: { kind: 'confirmed', amount } } }])
    expect(await inquire(attempt)).toMatchObject({ kind: 'confirmed', amount: attempt.amount })
  })

  it('and hears that a payment went back', async () => {
    await fault('reversed-later')
    const attempt = await sent(orderOf('collect'))
    await stage.pass(61)
    expect(await inquire(attempt)).toMatchObject({ kind: 'reversed', amount: attempt.amount })
    expect(told(attempt).at(-1)).toMatchObject({ proven: true, reading: { outcome: { kind: 'reversed' } } })
  })

  it('and is polled so often, no more: our own reference finds it still', async () => {
    const attempt = await sent(orderOf('collect'))
    for (let asked = 0; asked < 101; asked++)
      expect(await inquire(attempt)).toMatchObject({ kind: 'confirmed' })
  })

  it('with a token that ends in mid-life, and one that is not given any more', async () => {
    const attempt = await sent(orderOf('collect'))
    await stage.pass(3_700)
    expect(await inquire(attempt)).toMatchObject({ kind: 'confirmed' })
    await seed({ oauth: { clientId: 'id', clientSecret: 'changed' } })
    await stage.pass(3_700)
    expect(await inquire(attempt)).toMatchObject({ kind: 'our-fault', fault: 'credentials' })
  })
})

describe('gsma pays out and back against its simulator', () => {
  it('at once, where the operator does so, at the mount of name and password', async () => {
    await seed({ atOnce: true })
    const { oauth: _, ...basic } = { ...mwezi, basic: { user: 'user', password: 'password' } }
    const plain = gsma.config({ ...basic, baseUrl: `${stage.url}/gsma/simulator/v1.2/passthrough/mm` })
    const order = orderOf('disburse')
    expect(await gsma.send(order, plain, tools)).toMatchObject({ kind: 'confirmed', amount: order.amount })
    expect(await gsma.inquire(order, plain, tools)).toMatchObject({ kind: 'confirmed' })
    expect(await gsma.send(order, mwezi, tools)).toMatchObject({ kind: 'accepted' })
    expect(await truth(order)).toHaveLength(1)
  })

  it.each([
    ['payee-refused', { kind: 'declined', reason: 'not-allowed' }],
    ['payee-limit', { kind: 'declined', reason: 'limit' }],
    ['unreachable', { kind: 'declined', reason: 'failed' }],
    ['no-answer-ever', { kind: 'accepted' }],
  ])('and understands %s', async (kind, outcome) => {
    await fault(kind)
    expect(await inquire(await sent(orderOf('disburse')))).toMatchObject(outcome)
  })

  it('and is refused what cannot be', async () => {
    expect(await send(orderOf('disburse', 100n, NOBODY))).toMatchObject({
      kind: 'declined',
      reason: 'no-account',
    })
    const paid = await sent(orderOf('collect'))
    const more = refundOf(paid, paid.amount.minor + 1n)
    expect(await send(more)).toMatchObject({ kind: 'declined', reason: 'not-allowed' })
    await sent(refundOf(paid))
    expect(await send(refundOf(paid))).toMatchObject({ kind: 'declined', code: 'incorrectState' })
    expect(await inquire(paid)).toMatchObject({ kind: 'reversed' })
    expect(await send(refundOf(orderOf('collect')))).toMatchObject({ kind: 'declined', again: 'never' })
    const unpaid = orderOf('collect')
    await fault('cancelled')
    expect(await send(refundOf(await sent(unpaid)))).toMatchObject({ kind: 'declined', reason: 'failed' })
  })

  it('and takes a part of a payment back, and a payout', async () => {
    const paid = await sent(orderOf('collect'))
    expect(await inquire(await sent(refundOf(paid, 50n)))).toMatchObject({
      kind: 'confirmed',
      amount: { minor: 50n },
    })
    expect(await inquire(paid)).toMatchObject({ kind: 'confirmed' })
    const payout = await sent(orderOf('disburse'))
    expect(await inquire(await sent(refundOf(payout)))).toMatchObject({ kind: 'confirmed' })
  })
})

describe('gsma’s account and names', () => {
  it('tell whose wallet it is', async () => {
    expect(await gsma.nameOf?.(AMINA, mwezi, tools)).toEqual({ kind: 'name', name: 'Amina Banda' })
    expect(await gsma.nameOf?.(NOBODY, mwezi, tools)).toEqual({ kind: 'no-account' })
  })

  it('tell what it holds, and every movement of a day', async () => {
    const from = tools.now()
    const before = await gsma.balances?.(mwezi, tools)
    const paid = await sent(orderOf('collect', 700n))
    const out = await sent(orderOf('disburse', 200n))
    await fault('cancelled')
    await sent(orderOf('collect', 900n))
    const back = await sent(refundOf(paid))
    const held = before?.kind === 'balances' ? (before.balances[0]?.amount.minor ?? 0n) : 0n
    const amount = { minor: held - 200n, currency: 'ZMW' }
    expect(await gsma.balances?.(mwezi, tools)).toEqual({
      kind: 'balances',
      balances: [{ account: 'Mwezi', amount }],
    })
    await stage.pass(1)
    const answer = await gsma.statement?.(from, tools.now(), mwezi, tools)
    const receipts = await Promise.all([paid, out, back].map(async order => (await truth(order))[0]?.receipt))
    expect(answer).toMatchObject({
      kind: 'lines',
      lines: [
        { receipt: receipts[0], side: 'credit', amount: { minor: 700n }, msisdn: AMINA },
        { receipt: receipts[1], side: 'debit', amount: { minor: 200n }, msisdn: AMINA },
        { receipt: receipts[2], side: 'debit', amount: { minor: 700n }, msisdn: AMINA },
      ],
    })
  })
})
