import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type MtnConfig, mtnMomo } from '../../src/providers/mtn-momo/index.ts'
import type { Operation, Order } from '../../src/providers/provider.ts'
import { createStage, type Stage, type Transaction } from '../simulators/support.ts'

const AWA = '+237670000001' as Msisdn
const NOBODY = '+237679999999' as Msisdn

let stage: Stage
let tools: Tools
let momo: MtnConfig

const credentials = (product: string) => ({
  apiUser: `${product}-user`,
  apiKey: `${product}-key`,
  subscriptionKey: `${product}-sub`,
})

beforeAll(async () => {
  stage = await createStage()
  const now = () => stage.clock.now()
  tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  await stage.simulators.seed({
    mtnMomo: {
      users: (['collection', 'disbursement'] as const).map(product => ({
        ...credentials(product),
        product,
        float: product === 'disbursement' ? '150000' : '0',
        providerCallbackHost: '127.0.0.1',
        environment: 'mtncameroon',
      })),
      wallets: [{ msisdn: AWA, pin: '12345', balance: '200000', name: 'Awa Ngo' }],
    },
  })
  momo = mtnMomo.config({
    baseUrl: `${stage.url}/mtn-momo`,
    targetEnvironment: 'mtncameroon',
    currency: 'XAF',
    collection: credentials('collection'),
    disbursement: credentials('disbursement'),
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.pass(600)
  stage.listener.heard.length = 0
})

const orderOf = (operation: Operation, minor = 5_000n, msisdn = AWA): Order => {
  const reference = mtnMomo.newReference()
  return {
    operation,
    reference,
    amount: { minor, currency: 'XAF' },
    msisdn,
    shownReference: 'LN77',
    callbackUrl: `${stage.listener.url}/callback/${reference}`,
  }
}
const refundOf = (paid: Order, minor = paid.amount.minor): Order => ({
  ...orderOf('refund', minor),
  original: { reference: paid.reference },
})

const send = (order: Order) => mtnMomo.send(order, momo, tools)
const inquire = (order: Order) => mtnMomo.inquire(order, momo, tools)
const fault = (kind: string) => stage.script({ simulator: 'mtn-momo', kind })

async function sentAndEnded(order: Order) {
  expect(await send(order)).toEqual({ kind: 'accepted' })
  await stage.pass(2)
  return inquire(order)
}

/** What each callback about an order said, in the order of arrival. */
const told = (order: Order) =>
  stage.listener.heard
    .filter(({ path }) => path.endsWith(order.reference))
    .map(({ method, body }) => {
      const request: RawRequest = { method, headers: {}, query: {}, body, from: '127.0.0.1' }
      return mtnMomo.readCallback(request, momo, order)
    })

/** What MTN really did under these references. */
const truth = async (...orders: Order[]): Promise<Transaction[]> =>
  (await stage.transactions('mtn-momo')).filter(row =>
    orders.some(({ reference }) => reference === row.reference),
  )

async function topUp(amount: string): Promise<void> {
  const body = JSON.stringify({ apiUser: 'disbursement-user', amount })
  expect((await stage.call('/providers/mtn-momo/accounts', { method: 'POST', body })).status).toBe(200)
}

describe('mtn-momo pays out against its simulator', () => {
  it('knows the name, pays, is told by a hint, and confirms by asking', async () => {
    expect(await mtnMomo.nameOf?.(AWA, momo, tools)).toEqual({ kind: 'name', name: 'Awa Ngo' })
    const order = orderOf('disburse')
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
    expect(await send(order)).toEqual({ kind: 'accepted' })
    expect(await inquire(order)).toEqual({ kind: 'accepted' })
    await stage.pass(1)
    const confirmed = await inquire(order)
    const [row] = await truth(order)
    expect(confirmed).toEqual({ kind: 'confirmed', amount: order.amount, receipt: row?.receipt })
    await stage.pass(60)
    expect(told(order)).toEqual([{ kind: 'outcome', outcome: confirmed, reference: order.reference }])
  })

  it('learns before and after that nobody has that number', async () => {
    expect(await mtnMomo.nameOf?.(NOBODY, momo, tools)).toEqual({ kind: 'no-account' })
    expect(await sentAndEnded(orderOf('disburse', 5_000n, NOBODY))).toMatchObject({
      kind: 'declined',
      reason: 'no-account',
    })
  })

  it('finds its float empty, which is not her fault, and pays after a top-up', async () => {
    expect(await sentAndEnded(orderOf('disburse', 150_001n))).toEqual({
      kind: 'our-fault',
      fault: 'no-float',
      ended: true,
      detail: 'NOT_ENOUGH_FUNDS',
    })
    await topUp('10000')
    expect(await sentAndEnded(orderOf('disburse', 150_001n))).toMatchObject({ kind: 'confirmed' })
    await topUp('150000')
  })

  it.each([
    ['no-float', { kind: 'our-fault', fault: 'no-float', ended: true }],
    ['payer-limit', { kind: 'our-fault', fault: 'quota', ended: true }],
    ['payee-refused', { kind: 'declined', reason: 'not-allowed' }],
    ['unreachable', { kind: 'declined', reason: 'failed' }],
    ['no-answer-ever', { kind: 'accepted' }],
  ])('understands %s', async (kind, outcome) => {
    await fault(kind)
    expect(await sentAndEnded(orderOf('disburse'))).toMatchObject(outcome)
  })

  it.each(['disburse', 'refund'] as const)(
    'to %s: finds what a lost answer hid, and pays it once',
    async operation => {
      for (const kind of ['lost-answer', 'server-error-after']) {
        const paid = orderOf('collect')
        await sentAndEnded(paid)
        const order = operation === 'refund' ? refundOf(paid) : orderOf('disburse')
        await fault(kind)
        expect((await send(order)).kind).toBe('unknown')
        expect((await send(order)).kind).toBe('unknown')
        await stage.pass(1)
        expect(await inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
        expect(await truth(order)).toEqual([expect.objectContaining({ status: 'succeeded' })])
      }
    },
  )

  it('learns that a lost request was never heard of', async () => {
    const order = orderOf('disburse')
    await fault('lost-request')
    expect((await send(order)).kind).toBe('unknown')
    await stage.pass(60)
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
    expect(await truth(order)).toEqual([])
  })

  it('is told a wrong amount, twice, and by a forger: only asking tells the truth', async () => {
    for (const kind of ['wrong-amount', 'duplicate-callback', 'forged']) await fault(kind)
    const order = orderOf('disburse')
    await sentAndEnded(order)
    await stage.pass(60)
    const amounts = told(order).map(
      reading =>
        reading.kind === 'outcome' && reading.outcome.kind === 'confirmed' && reading.outcome.amount.minor,
    )
    expect(amounts).toEqual([5_000n, 5_001n, 5_001n])
    expect(await inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
  })
})

describe('mtn-momo gives back against its simulator', () => {
  it('a collection, once: the second is declined, and so is more than was paid', async () => {
    const paid = orderOf('collect')
    await sentAndEnded(paid)
    expect(await sentAndEnded(refundOf(paid, 5_001n))).toMatchObject({ kind: 'declined', reason: 'failed' })
    const refund = refundOf(paid)
    expect(await sentAndEnded(refund)).toMatchObject({ kind: 'confirmed', amount: paid.amount })
    expect(await sentAndEnded(refundOf(paid))).toMatchObject({ kind: 'declined', reason: 'failed' })
    expect(await truth(refund)).toEqual([
      expect.objectContaining({ kind: 'refund', original: paid.reference, msisdn: AWA, status: 'succeeded' }),
    ])
    expect(await inquire(paid)).toMatchObject({ kind: 'confirmed' })
  })

  it('nothing that it never collected', async () => {
    expect(await send(refundOf(orderOf('collect')))).toEqual({
      kind: 'declined',
      reason: 'failed',
      again: 'never',
      code: 'RESOURCE_NOT_FOUND',
    })
  })

  it.each(['collect', 'disburse'] as const)(
    'learns that MTN took back what it was asked to %s',
    async operation => {
      await fault('reversed-later')
      const order = orderOf(operation)
      expect(await sentAndEnded(order)).toMatchObject({ kind: 'confirmed' })
      await stage.pass(120)
      const reversed = { kind: 'reversed', amount: order.amount }
      expect(await inquire(order)).toEqual(reversed)
      expect(told(order).at(-1)).toMatchObject({ kind: 'outcome', outcome: reversed })
      expect(await truth(order)).toEqual([expect.objectContaining({ status: 'reversed' })])
    },
  )
})

describe('the balances', () => {
  it('are those of both products, and move with the money', async () => {
    const before = await mtnMomo.balances?.(momo, tools)
    if (before?.kind !== 'balances') throw new Error(JSON.stringify(before?.kind))
    expect(before.balances.map(({ account, amount }) => [account, amount.currency])).toEqual([
      ['collection', 'XAF'],
      ['disbursement', 'XAF'],
    ])
    await sentAndEnded(orderOf('disburse', 700n))
    const after = await mtnMomo.balances?.(momo, tools)
    const minorOf = (answer: typeof before) => answer.balances.map(({ amount }) => amount.minor)
    expect(after?.kind === 'balances' && minorOf(after)).toEqual([
      minorOf(before)[0],
      (minorOf(before)[1] ?? 0n) - 700n,
    ])
  })

  it('of a product that is not there are not asked for; refused credentials are ours', async () => {
    const { disbursement: _, ...collects } = momo
    expect(await mtnMomo.balances?.(collects, tools)).toMatchObject({ balances: [{ account: 'collection' }] })
    const strange = { ...momo, collection: { ...momo.collection, apiKey: 'another' } }
    expect(await mtnMomo.balances?.(strange, tools)).toMatchObject({
      kind: 'our-fault',
      fault: 'credentials',
    })
  })
})
