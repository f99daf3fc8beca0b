import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type AnyProvider, PROVIDERS } from '../../src/providers/index.ts'
import type { Order } from '../../src/providers/provider.ts'
import { MERCHANT, SANDBOX, SEED } from '../simulators/ecocash-caller.ts'
import { createStage, type Stage, type Transaction } from '../simulators/support.ts'

const TENDAI = '+263770000111' as Msisdn
const POOR = '+263780000222' as Msisdn
const NOBODY = '+263779999999' as Msisdn

type Road = {
  readonly name: string
  readonly adapter: AnyProvider
  readonly config: (url: string) => object
  /** EIP tells why in words that are documented; the Open API never. */
  readonly tellsWhy: boolean
  readonly callsBack: boolean
  /** Whether a refund whose answer was lost can be found by asking. */
  readonly findsRefunds: boolean
}

const eip = (merchant: typeof MERCHANT | typeof SANDBOX) => ({
  ...{ username: merchant.username, password: merchant.password, merchantCode: merchant.merchantCode },
  ...{ merchantPin: merchant.merchantPin, merchantNumber: merchant.merchantNumber },
  ...{ merchantName: merchant.merchantName, terminalId: 'TERM7', currency: 'USD' },
})
const ROADS: readonly Road[] = [
  {
    ...{ name: 'ecocash-eip at payonline', adapter: PROVIDERS['ecocash-eip'] },
    config: url => ({ ...eip(MERCHANT), baseUrl: `${url}/ecocash/ecocashGateway` }),
    ...{ tellsWhy: true, callsBack: true, findsRefunds: true },
  },
  {
    ...{ name: 'ecocash-eip at the portal', adapter: PROVIDERS['ecocash-eip'] },
    config: url => ({
      ...{ ...eip(SANDBOX), baseUrl: `${url}/ecocash/sandbox`, amountForm: 'text', trailingSlash: true },
    }),
    ...{ tellsWhy: true, callsBack: true, findsRefunds: true },
  },
  {
    ...{ name: 'ecocash-open', adapter: PROVIDERS['ecocash-open'] },
    config: url => ({
      ...{ baseUrl: `${url}/ecocash/api/ecocash_pay`, apiKey: MERCHANT.apiKey, clientName: 'Umoja' },
      ...{ currency: 'USD', believesNotFound: ['collect'] },
    }),
    ...{ tellsWhy: false, callsBack: false, findsRefunds: false },
  },
]

let stage: Stage
let tools: Tools
beforeAll(async () => {
  stage = await createStage()
  const now = () => stage.clock.now()
  tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  await stage.simulators.seed({ ecocash: SEED })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.pass(600)
  stage.listener.heard.length = 0
})

const fault = (kind: string) => stage.script({ simulator: 'ecocash', kind })
const truth = async ({ reference }: Order): Promise<Transaction[]> =>
  (await stage.transactions('ecocash')).filter(row => row.reference === reference)

describe.each(ROADS)('$name against its simulator', road => {
  const { adapter } = road
  let config: unknown
  beforeAll(() => {
    config = adapter.config(road.config(stage.url))
  })
  const orderOf = (minor = 1_050n, msisdn = TENDAI): Order => {
    const reference = adapter.newReference()
    return {
      ...{ operation: 'collect' as const, reference, msisdn, shownReference: 'LN77' },
      amount: { minor, currency: 'USD' },
      callbackUrl: `${stage.listener.url}/callback/${reference}`,
    }
  }
  const send = (order: Order) => adapter.send(order, config, tools)
  const inquire = (order: Order) => adapter.inquire(order, config, tools)
  async function sentAndEnded(order: Order, seconds = 2): Promise<Outcome> {
    expect((await send(order)).kind).toBe('accepted')
    await stage.pass(seconds)
    return inquire(order)
  }
  /** She has paid: what would go back. */
  async function paid(minor = 1_050n): Promise<Order> {
    const order = orderOf(minor)
    const outcome = await sentAndEnded(order)
    if (outcome.kind !== 'confirmed' || outcome.receipt === undefined) throw new Error(outcome.kind)
    const original = { reference: order.reference, receipt: outcome.receipt }
    return { ...orderOf(minor), operation: 'refund', original }
  }
  const told = (order: Order) =>
    stage.listener.heard
      .filter(({ path }) => path.endsWith(order.reference))
      .map(({ method, body }) => {
        const request: RawRequest = { method, headers: {}, query: {}, body, from: '127.0.0.1' }
        return adapter.readCallback(request, config, order)
      })

  it('collects, is told by a hint or by nobody, and confirms by asking', async () => {
    const order = orderOf()
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
    expect((await send(order)).kind).toBe('accepted')
    expect((await inquire(order)).kind).toBe('accepted')
    await stage.pass(2)
    const confirmed = await inquire(order)
    const [row] = await truth(order)
    expect(confirmed).toMatchObject({ kind: 'confirmed', amount: order.amount, receipt: row?.receipt })
    await stage.pass(60)
    expect(told(order)).toEqual(
      road.callsBack ? [{ kind: 'outcome', outcome: confirmed, reference: order.reference }] : [],
    )
  })

  it.each(['lost-answer', 'server-error-after'])('finds what a %s hid, and charges once', async kind => {
    const order = orderOf()
    await fault(kind)
    expect((await send(order)).kind).toBe('unknown')
    expect((await send(order)).kind).toBe('unknown')
    await stage.pass(2)
    expect(await inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
    expect(await truth(order)).toHaveLength(1)
  })

  it.each(['lost-request', 'firewall'])('learns after a %s that it was never heard of', async kind => {
    const order = orderOf()
    await fault(kind)
    expect((await send(order)).kind).toBe('unknown')
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
  })

  it.each(['query-lost-answer', 'query-server-error', 'query-cut-json', 'query-firewall'])(
    'asked in a %s: knows nothing, and asks again',
    async kind => {
      const order = orderOf()
      await send(order)
      await stage.pass(2)
      await fault(kind)
      expect((await inquire(order)).kind).toBe('unknown')
      expect((await inquire(order)).kind).toBe('confirmed')
    },
  )

  it.each([
    ['insufficient-funds', 'insufficient-funds'],
    ['wrong-pin', 'wrong-pin'],
    ['limit', 'limit'],
    ['cancelled', 'failed'],
    ['expired', 'failed'],
    ['unreachable', 'failed'],
  ])('understands %s', async (kind, reason) => {
    await fault(kind)
    expect(await sentAndEnded(orderOf(), 600)).toMatchObject({
      kind: 'declined',
      reason: road.tellsWhy ? reason : 'failed',
    })
  })

  it('waits for whoever does not answer, and for nobody', async () => {
    await fault('no-answer-ever')
    expect((await sentAndEnded(orderOf(), 3_600)).kind).toBe('accepted')
    expect((await sentAndEnded(orderOf(1_050n, POOR))).kind).toBe('declined')
  })

  it('gives back once, and no more than was paid', async () => {
    const refund = await paid()
    const more = { ...refund, ...orderOf(1_051n), operation: 'refund' as const }
    expect((await send(more)).kind).not.toBe('confirmed')
    expect(await send(refund)).toMatchObject({ kind: 'confirmed', amount: refund.amount })
    const again = { ...refund, reference: adapter.newReference() }
    expect((await send(again)).kind).not.toBe('confirmed')
    expect(await truth(refund)).toMatchObject([{ kind: 'refund', status: 'succeeded', msisdn: TENDAI }])
  })

  it('never thinks of a refund whose answer was lost that it was not made', async () => {
    const refund = await paid()
    await fault('lost-answer')
    expect((await send(refund)).kind).toBe('unknown')
    expect((await inquire(refund)).kind).toBe(road.findsRefunds ? 'confirmed' : 'unknown')
    const unsent = { ...refund, reference: adapter.newReference() }
    expect((await inquire(unsent)).kind).toBe('unknown')
  })

  if (road.callsBack)
    it('is told a wrong amount, twice, and by a forger: only asking tells the truth', async () => {
      for (const kind of ['wrong-amount', 'duplicate-callback', 'forged']) await fault(kind)
      const order = orderOf()
      await sentAndEnded(order)
      await stage.pass(60)
      const amounts = told(order).map(
        reading =>
          reading.kind === 'outcome' && reading.outcome.kind === 'confirmed' && reading.outcome.amount.minor,
      )
      expect(amounts).toEqual([1_050n, 1_150n, 1_150n])
      expect(await inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
    })
})

describe('EcoCash’s own ways', () => {
  it('refuses a refund without float as our fault, and a number of nobody as hers', async () => {
    const [road] = ROADS
    if (road === undefined) throw new Error('no road')
    const config = road.adapter.config(road.config(stage.url))
    const order = {
      ...{ operation: 'collect' as const, reference: road.adapter.newReference(), msisdn: NOBODY },
      ...{ amount: { minor: 100n, currency: 'USD' }, shownReference: 'LN1', callbackUrl: stage.listener.url },
    }
    expect((await road.adapter.send(order, config, tools)).kind).toBe('accepted')
    await stage.pass(2)
    expect(await road.adapter.inquire(order, config, tools)).toMatchObject({ kind: 'declined' })
    await fault('no-float')
    const refund = { ...order, reference: road.adapter.newReference(), operation: 'refund' as const }
    expect(
      await road.adapter.send({ ...refund, original: { reference: 'x', receipt: 'MP1.1' } }, config, tools),
    ).toEqual({ kind: 'our-fault', fault: 'no-float', detail: 'E010', ended: true })
  })

  it('carries local currency by its own word', async () => {
    for (const [name, currencyWord, more] of [
      ['ecocash-eip', 'ZWG', { ...eip(MERCHANT), baseUrl: `${stage.url}/ecocash/ecocashGateway` }],
      [
        'ecocash-open',
        'ZiG',
        { baseUrl: `${stage.url}/ecocash/api/ecocash_pay`, apiKey: MERCHANT.apiKey, clientName: 'Umoja' },
      ],
    ] as const) {
      const adapter = PROVIDERS[name]
      const config = { ...more, currency: 'ZWG', currencyWord }
      const order = {
        ...{ operation: 'collect' as const, reference: adapter.newReference(), msisdn: TENDAI },
        ...{ amount: { minor: 2_505n, currency: 'ZWG' }, shownReference: 'LN1' },
        callbackUrl: stage.listener.url,
      }
      expect((await adapter.send(order, config, tools)).kind).toBe('accepted')
      await stage.pass(2)
      expect(await adapter.inquire(order, config, tools)).toMatchObject({
        kind: 'confirmed',
        amount: order.amount,
      })
    }
  })

  it.each(ROADS)('says of $name that a wrong credential is our fault', async ({ adapter, config }) => {
    const raw = { ...config(stage.url), password: 'else', apiKey: 'else' }
    const order = {
      ...{ operation: 'collect' as const, reference: adapter.newReference(), msisdn: TENDAI },
      ...{ amount: { minor: 100n, currency: 'USD' }, shownReference: 'LN1', callbackUrl: stage.listener.url },
    }
    for (const what of ['send', 'inquire'] as const)
      expect(await adapter[what](order, raw, tools)).toMatchObject({
        kind: 'our-fault',
        fault: 'credentials',
      })
  })
})
