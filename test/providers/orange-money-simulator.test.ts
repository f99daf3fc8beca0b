import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type OrangeConfig, orangeMoney } from '../../src/providers/orange-money/index.ts'
import type { AttemptRef, Operation, Order } from '../../src/providers/provider.ts'
import { createStage, type Stage, type Transaction } from '../simulators/support.ts'
import { CREDENTIALS, LINES } from './orange-money-case.ts'

const OUMAR = '+237690000001' as Msisdn
const NOBODY = '+237699999999' as Msisdn
const OPERATIONS = ['collect', 'disburse'] as const

let stage: Stage
let tools: Tools
let orange: OrangeConfig

beforeAll(async () => {
  stage = await createStage()
  const now = () => stage.clock.now()
  tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  await stage.simulators.seed({
    orangeMoney: {
      apps: [
        {
          ...CREDENTIALS,
          lines: [
            { ...LINES.collection, product: 'mp' },
            { ...LINES.disbursement, product: 'cashin', float: '150000' },
          ],
        },
      ],
      wallets: [{ msisdn: OUMAR, pin: '1234', balance: '400000', name: 'Oumar Sali' }],
    },
  })
  orange = orangeMoney.config({
    baseUrl: `${stage.url}/orange`,
    ...CREDENTIALS,
    ...LINES,
    codes: {
      ...{ '00671': 'no-account', '99051': 'no-account', '90002': 'limit', '90004': 'not-allowed' },
      ...{ '90005': 'credentials', '90007': 'wrong-pin', '90008': 'unreachable' },
    },
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.pass(4_000)
  stage.listener.heard.length = 0
})

const orderOf = (operation: Operation, minor = 5_000n, msisdn = OUMAR): Order => {
  const reference = orangeMoney.newReference()
  return {
    operation,
    reference,
    amount: { minor, currency: 'XAF' },
    msisdn,
    shownReference: 'LN77',
    callbackUrl: `${stage.listener.url}/callback/${reference}`,
  }
}
const fault = (kind: string) => stage.script({ simulator: 'orange-money', kind })
const inquire = (attempt: AttemptRef) => orangeMoney.inquire(attempt, orange, tools)

/** Sends, and keeps what an outcome brought, as the gateway does. */
async function send(order: Order, config = orange) {
  const sent = await orangeMoney.send(order, config, tools)
  const known = 'providerReference' in sent ? sent.providerReference : undefined
  return { sent, attempt: { ...order, ...(known === undefined ? {} : { providerReference: known }) } }
}
async function sentAndEnded(order: Order, seconds = 2) {
  const { attempt } = await send(order)
  await stage.pass(seconds)
  return inquire(attempt)
}

const truth = async ({ reference }: Order): Promise<Transaction[]> =>
  (await stage.transactions('orange-money')).filter(row => row.reference === reference)

/** What each callback about an order said, in the order of arrival. */
const told = (order: Order, attempt: AttemptRef = order) =>
  stage.listener.heard
    .filter(({ path }) => path.endsWith(order.reference))
    .map(({ method, body }) => {
      const request: RawRequest = { method, headers: {}, query: {}, body, from: '127.0.0.1' }
      return orangeMoney.readCallback(request, orange, attempt)
    })

describe('orange-money against its simulator', () => {
  it.each(OPERATIONS)(
    'to %s: is taken under a pay token, and confirmed by asking for it',
    async operation => {
      const order = orderOf(operation)
      const { sent, attempt } = await send(order)
      expect(sent).toEqual({ kind: 'accepted', providerReference: expect.any(String) })
      expect(await inquire(attempt)).toEqual({ kind: 'accepted' })
      await stage.pass(2)
      const [row] = await truth(order)
      const confirmed = { kind: 'confirmed', amount: order.amount, receipt: row?.receipt }
      expect(await inquire(attempt)).toEqual(confirmed)
      await stage.pass(600)
      const readings = told(order, attempt)
      expect(readings).toHaveLength(operation === 'collect' ? 1 : 0)
      // one form of the callback has the amount, the other makes us ask just as well
      for (const reading of readings)
        expect(reading).toMatchObject({
          kind: 'outcome',
          outcome: { kind: expect.stringMatching(/^(confirmed|unknown)$/) },
          providerReference: attempt.providerReference,
        })
      expect(orangeMoney.proves).toBeUndefined()
    },
  )

  it('reads both forms of the callback, until each was met', async () => {
    const kinds = new Set<string>()
    for (let round = 0; round < 40 && kinds.size < 2; round++) {
      const order = orderOf('collect', 10n)
      const { attempt } = await send(order)
      await stage.pass(10)
      const [reading] = told(order, attempt)
      if (reading?.kind === 'outcome') kinds.add(reading.outcome.kind)
    }
    expect([...kinds].sort()).toEqual(['confirmed', 'unknown'])
  })

  it.each(OPERATIONS)('to %s: finds what a lost answer hid, and moves money once', async operation => {
    for (const kind of ['lost-answer', 'server-error-after', 'cut-json']) {
      const order = orderOf(operation)
      await fault(kind)
      const { sent, attempt } = await send(order)
      expect(sent).toMatchObject({ kind: 'unknown', providerReference: expect.any(String) })
      await stage.pass(2)
      expect(await inquire(attempt)).toMatchObject({ kind: 'confirmed', amount: order.amount })
      expect(await truth(order)).toEqual([expect.objectContaining({ status: 'succeeded' })])
    }
  })

  it.each(OPERATIONS)('to %s: learns that a lost request came to nothing', async operation => {
    const order = orderOf(operation)
    await fault('lost-request')
    const { sent, attempt } = await send(order)
    expect(sent.kind).toBe('unknown')
    expect(await inquire(attempt)).toEqual({ kind: 'accepted' })
    await stage.pass(600)
    expect((await inquire(attempt)).kind).toBe('declined')
    expect(await truth(order)).toEqual([])
  })

  it.each(['init-lost-request', 'init-lost-answer', 'init-server-error', 'init-cut-json'])(
    'moves nothing after %s',
    async kind => {
      for (const operation of OPERATIONS) {
        const order = orderOf(operation)
        await fault(kind)
        expect((await send(order)).sent).toMatchObject({ kind: 'declined', code: 'not-sent' })
        expect(await truth(order)).toEqual([])
      }
    },
  )

  it('whose process died before it kept the token: its own callback brings it', async () => {
    const order = orderOf('collect')
    await send(order)
    expect((await inquire(order)).kind).toBe('unknown')
    await stage.pass(60)
    const [reading] = told(order)
    expect(reading).toMatchObject({ outcome: { kind: 'unknown', providerReference: expect.any(String) } })
    const providerReference = reading?.kind === 'outcome' ? (reading.providerReference ?? '') : ''
    expect(await inquire({ ...order, providerReference })).toMatchObject({ kind: 'confirmed' })
  })

  it.each([
    ['collect', 'insufficient-funds', 'insufficient-funds'],
    ['collect', 'cancelled', 'cancelled'],
    ['collect', 'expired', 'expired'],
    ['collect', 'wrong-pin', 'wrong-pin'],
    ['collect', 'unreachable', 'unreachable'],
    ['collect', 'no-float', 'failed'],
    ['disburse', 'payee-refused', 'not-allowed'],
    ['disburse', 'unreachable', 'failed'],
  ] as const)('to %s: understands %s', async (operation, kind, reason) => {
    await fault(kind)
    const { sent, attempt } = await send(orderOf(operation))
    await stage.pass(600)
    expect(sent.kind === 'declined' ? sent : await inquire(attempt)).toMatchObject({
      kind: 'declined',
      reason,
    })
  })

  it('waits as long as nobody decides', async () => {
    await fault('no-answer-ever')
    expect(await sentAndEnded(orderOf('collect'), 86_400)).toEqual({ kind: 'accepted' })
  })

  it('is told a wrong amount, twice, and by a forger: only asking tells the truth', async () => {
    for (const kind of ['wrong-amount', 'duplicate-callback', 'forged']) await fault(kind)
    const order = orderOf('collect')
    const { attempt } = await send(order)
    await stage.pass(60)
    const amounts = told(order, attempt).map(
      reading =>
        reading.kind === 'outcome' && reading.outcome.kind === 'confirmed' && reading.outcome.amount.minor,
    )
    expect(amounts).toEqual([5_000n, 5_001n, 5_001n])
    expect(await inquire(attempt)).toMatchObject({ kind: 'confirmed', amount: order.amount })
  })

  it('hears the callback before the answer, and asks in vain where the line is bad', async () => {
    await fault('callback-first')
    const order = orderOf('collect')
    const { attempt } = await send(order)
    expect(told(order, attempt)).toHaveLength(1)
    for (const kind of ['query-lost-answer', 'query-server-error', 'query-cut-json']) {
      await fault(kind)
      expect((await inquire(attempt)).kind).toBe('unknown')
    }
    expect((await inquire(attempt)).kind).toBe('confirmed')
  })

  it.each(OPERATIONS)('to %s: learns that Orange took it back', async operation => {
    await fault('reversed-later')
    const order = orderOf(operation)
    const { attempt } = await send(order)
    await stage.pass(2)
    expect((await inquire(attempt)).kind).toBe('confirmed')
    await stage.pass(120)
    expect(await inquire(attempt)).toEqual({ kind: 'reversed', amount: order.amount })
    expect(await truth(order)).toEqual([expect.objectContaining({ status: 'reversed' })])
  })
})

describe('what is the lender’s own', () => {
  it('an empty float is not her fault, and is filled', async () => {
    await fault('no-float')
    const empty = { kind: 'our-fault', fault: 'no-float', ended: true, detail: '60019' }
    expect((await send(orderOf('disburse'))).sent).toEqual(empty)
    expect((await send(orderOf('disburse', 200_000n))).sent).toEqual(empty)
    const body = JSON.stringify({ account: LINES.disbursement.channelUserMsisdn, amount: '100000' })
    await stage.call('/providers/orange-money/accounts', { method: 'POST', body })
    expect(await sentAndEnded(orderOf('disburse', 200_000n))).toMatchObject({ kind: 'confirmed' })
  })

  it('wrong credentials, and a wrong PIN', async () => {
    const wrong = (change: object) => send(orderOf('collect'), orangeMoney.config({ ...orange, ...change }))
    for (const change of [{ clientSecret: 'x' }, { apiPassword: 'x' }])
      expect((await wrong(change)).sent).toMatchObject({ kind: 'our-fault', fault: 'credentials' })
    // refused without a payment, by a code that was told to mean so
    const collection = { ...LINES.collection, pin: '1' }
    expect((await wrong({ collection })).sent).toMatchObject({ fault: 'credentials', detail: '90005' })
  })

  it('survives a token that ended before its time', async () => {
    const tired = { ...tools, tokens: createTokens(() => new Date(0)) }
    await orangeMoney.send(orderOf('collect', 10n), orange, tired)
    await stage.pass(7_200)
    expect((await orangeMoney.send(orderOf('collect', 10n), orange, tired)).kind).toBe('accepted')
  })
})

describe('her number and her amount', () => {
  it('is known by name before, or is nobody’s', async () => {
    expect(await orangeMoney.nameOf?.(OUMAR, orange, tools)).toEqual({ kind: 'name', name: 'Oumar Sali' })
    expect(await orangeMoney.nameOf?.(NOBODY, orange, tools)).toEqual({ kind: 'no-account' })
    for (const operation of OPERATIONS)
      expect((await send(orderOf(operation, 5_000n, NOBODY))).sent).toMatchObject({ reason: 'no-account' })
  })

  it('may be too much for Orange', async () => {
    expect((await send(orderOf('collect', 500_001n))).sent).toMatchObject({
      kind: 'declined',
      reason: 'limit',
    })
  })
})
