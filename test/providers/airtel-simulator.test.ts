import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type AirtelConfig, airtel } from '../../src/providers/airtel/index.ts'
import type { AttemptRef, Operation, Order } from '../../src/providers/provider.ts'
import { AIRTEL_PUBLIC_KEY } from '../../src/simulators/airtel/keys.ts'
import { createStage, type Stage, type Transaction } from '../simulators/support.ts'

const CHANDA = '+260971000111' as Msisdn
const NOBODY = '+260979999999' as Msisdn
const NAKATO = '+256752604392' as Msisdn
const APP = { clientId: 'sope', clientSecret: 'secret' }
const UGANDAN = { clientId: 'sope-ug', clientSecret: 'secret' }
const KEY = 'callback-key'

let stage: Stage
let tools: Tools
let zambia: AirtelConfig
let uganda: AirtelConfig

beforeAll(async () => {
  stage = await createStage()
  const now = () => stage.clock.now()
  tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  const url = `${stage.listener.url}/airtel`
  await stage.simulators.seed({
    airtel: {
      apps: [
        {
          ...{ ...APP, business: 'SOPE LIMITED', country: 'ZM', callingCode: '260', currency: 'ZMW' },
          ...{ pin: '7319', float: '100000', callback: { url, key: KEY } },
        },
        {
          ...{ ...UGANDAN, business: 'SOPE UG', country: 'UG', callingCode: '256', currency: 'UGX' },
          ...{ pin: '8420', padding: 'oaep', signed: true, float: '9000000', max: '5000000' },
          callback: { url, key: KEY, over: 'transaction' },
        },
      ],
      wallets: [
        { msisdn: CHANDA, pin: '1234', balance: '90000', name: 'Chanda Mwila Banda' },
        { msisdn: NAKATO, pin: '1234', balance: '900000', name: 'Nakato Grace', currency: 'UGX' },
      ],
    },
  })
  const baseUrl = `${stage.url}/airtel`
  zambia = airtel.config({
    ...{ ...APP, baseUrl, country: 'ZM', currency: 'ZMW', callback: { key: KEY } },
    disbursement: { pin: '7319', publicKey: AIRTEL_PUBLIC_KEY },
  })
  const sealing = { publicKey: AIRTEL_PUBLIC_KEY, padding: 'oaep' }
  uganda = airtel.config({
    ...{ ...UGANDAN, baseUrl, country: 'UG', currency: 'UGX', callback: { key: KEY, over: 'transaction' } },
    versions: { collect: 'v2', disburse: 'v2', refund: 'v2' },
    disbursement: { pin: '8420', ...sealing },
    signing: sealing,
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.pass(600)
  stage.listener.heard.length = 0
})

const orderOf = (operation: Operation, minor = 50_050n, msisdn = CHANDA, currency = 'ZMW'): Order => ({
  operation,
  reference: airtel.newReference(),
  amount: { minor, currency },
  msisdn,
  shownReference: 'LN77',
  callbackUrl: '',
})
const send = (order: Order, config = zambia) => airtel.send(order, config, tools)
const inquire = (order: AttemptRef, config = zambia) => airtel.inquire(order, config, tools)
const fault = (kind: string, msisdn?: string) =>
  stage.script({ simulator: 'airtel', kind, ...(msisdn && { msisdn }) })
const truth = async ({ reference }: Order): Promise<Transaction[]> =>
  (await stage.transactions('airtel')).filter(row => row.reference === reference)

/** Every callback, as the server would hear it: whether it proves itself, and what it says. */
const told = (config = zambia) =>
  stage.listener.heard.map(({ method, headers, body }) => {
    const request: RawRequest = { method, headers, query: {}, body, from: '127.0.0.1' }
    return {
      proven: airtel.proves?.(request, config, tools.now()) === true,
      reading: airtel.readCallback(request, config, undefined),
    }
  })

/** She has paid, as asking tells. */
async function collected(order = orderOf('collect'), config = zambia) {
  expect(await send(order, config)).toEqual({ kind: 'accepted' })
  await stage.pass(2)
  const outcome = await inquire(order, config)
  if (outcome.kind !== 'confirmed') throw new Error(JSON.stringify(outcome.kind))
  return { order, outcome }
}

describe('airtel collects against its simulator', () => {
  it.each(['in Zambia, first edition', 'in Uganda, second edition, signed'])(
    'a push is taken, waits, and is paid, as asking and a proven callback tell: %s',
    async where => {
      const isUganda = where.includes('Uganda')
      const config = isUganda ? uganda : zambia
      const order = isUganda ? orderOf('collect', 5_000n, NAKATO, 'UGX') : orderOf('collect')
      expect(await inquire(order, config)).toEqual({ kind: 'not-found' })
      expect(await send(order, config)).toEqual({ kind: 'accepted' })
      expect(await inquire(order, config)).toEqual({ kind: 'accepted' })
      await stage.pass(2)
      const [row] = await truth(order)
      const confirmed = { kind: 'confirmed', amount: order.amount, receipt: row?.receipt }
      expect(await inquire(order, config)).toEqual(confirmed)
      const reading = { kind: 'outcome', outcome: confirmed, reference: order.reference }
      expect(told(config)).toEqual([{ proven: true, reading }])
    },
  )

  it.each(['lost-answer', 'server-error-after', 'cut-json'])('finds what a %s hid, once', async kind => {
    const order = orderOf('collect')
    await fault(kind, CHANDA)
    expect((await send(order)).kind).toBe('unknown')
    // the same id again moves nothing, and says so in neither yes nor no
    expect((await send(order)).kind).toBe('unknown')
    await stage.pass(2)
    expect(await inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
    expect(await truth(order)).toEqual([expect.objectContaining({ status: 'succeeded' })])
  })

  it.each(['lost-request', 'server-error'])('learns that after a %s it was never heard of', async kind => {
    const order = orderOf('collect')
    await fault(kind)
    expect((await send(order)).kind).toBe('unknown')
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
  })

  it.each(['query-lost-answer', 'query-server-error', 'query-cut-json'])(
    'takes a %s as no answer',
    async kind => {
      const { order } = await collected()
      await fault(kind)
      expect((await inquire(order)).kind).toBe('unknown')
      expect(await inquire(order)).toMatchObject({ kind: 'confirmed' })
    },
  )

  it.each([
    ['insufficient-funds', { kind: 'declined', reason: 'insufficient-funds' }],
    ['wrong-pin', { kind: 'declined', reason: 'wrong-pin' }],
    ['cancelled', { kind: 'declined', reason: 'failed', code: 'DP00800001008' }],
    ['expired', { kind: 'declined', reason: 'expired' }],
    ['unreachable', { kind: 'declined', reason: 'expired', code: 'DP00800001005' }],
    ['no-answer-ever', { kind: 'accepted' }],
    ['reversed-later', { kind: 'reversed', amount: { minor: 50_050n, currency: 'ZMW' } }],
    ['ambiguous', { kind: 'confirmed' }],
  ])('understands %s; a no by callback is asked about', async (kind, outcome) => {
    const order = orderOf('collect')
    await fault(kind)
    expect((await send(order)).kind).toBe(kind === 'ambiguous' ? 'unknown' : 'accepted')
    for (const seconds of [300, 60]) await stage.pass(seconds)
    expect(await inquire(order)).toMatchObject(outcome)
    for (const { proven, reading } of told())
      expect(proven).toBe(reading.kind === 'outcome' && reading.outcome.kind === 'confirmed')
  })

  it('hears at once of a number that is not there, and of too much', async () => {
    expect(await send(orderOf('collect', 5_000n, NOBODY))).toMatchObject({ reason: 'not-allowed' })
    const much = orderOf('collect', 5_000_001n, NAKATO, 'UGX')
    expect(await send(much, uganda)).toMatchObject({ kind: 'declined', reason: 'limit' })
  })

  it('believes no forger, a true callback twice, and a wrong amount as it stands', async () => {
    for (const kind of ['forged', 'duplicate-callback', 'wrong-amount']) await fault(kind)
    const { order } = await collected()
    const [forged, one, two, ...more] = told()
    expect([forged?.proven, one?.proven, two, more]).toEqual([false, true, one, []])
    expect(one?.reading).toMatchObject({ outcome: { amount: { minor: order.amount.minor + 100n } } })
    expect(await inquire(order)).toMatchObject({ amount: order.amount })
  })

  it('hears the callback before the answer', async () => {
    await fault('callback-first')
    const order = orderOf('collect')
    expect(await send(order)).toEqual({ kind: 'accepted' })
    expect(told()).toMatchObject([{ proven: true, reading: { reference: order.reference } }])
  })

  it('goes on when its token ends after three minutes, and stops when its secret is another', async () => {
    const { order } = await collected()
    // our cache and the vendor disagree: the token ends in mid-life
    const late = { ...tools, now: () => new Date(0), tokens: createTokens(() => new Date(0)) }
    expect(await airtel.inquire(order, zambia, late)).toMatchObject({ kind: 'confirmed' })
    await stage.pass(180)
    expect(await airtel.inquire(order, zambia, late)).toMatchObject({ kind: 'confirmed' })
    const wrong = { ...zambia, clientSecret: 'wrong' }
    expect(await inquire(order, wrong)).toMatchObject({ kind: 'our-fault', fault: 'credentials' })
  })

  it('says that a wrong country, a wrong currency or a missing signature is our fault', async () => {
    const order = orderOf('collect', 5_000n, NAKATO, 'UGX')
    const { signing: _, ...unsigned } = uganda
    expect(await send(order, unsigned)).toMatchObject({ fault: 'configuration', detail: 'DP00800001026' })
    const kenyan = { ...uganda, currency: 'KES' }
    const inKes = { ...order, amount: { minor: 500_000n, currency: 'KES' } }
    expect(await send(inKes, kenyan)).toMatchObject({ fault: 'configuration', detail: 'ROUTER112' })
    const abroad = { ...zambia, country: 'UG' as const }
    expect(await inquire(order, abroad)).toMatchObject({ fault: 'configuration', detail: 'ROUTER007' })
  })
})

describe('airtel pays out against its simulator', () => {
  it('knows her name, pays at once, and says the same when asked', async () => {
    const nameOf = (msisdn: Msisdn) => airtel.nameOf?.(msisdn, zambia, tools)
    expect(await nameOf(CHANDA)).toEqual({ kind: 'name', name: 'Chanda Mwila Banda' })
    expect(await nameOf(NOBODY)).toEqual({ kind: 'no-account' })
    await fault('barred')
    expect(await nameOf(CHANDA)).toEqual({ kind: 'no-account' })
    const order = orderOf('disburse')
    expect(await inquire(order)).toEqual({ kind: 'not-found' })
    const paid = await send(order)
    expect(paid).toMatchObject({ kind: 'confirmed', receipt: expect.stringMatching(/^disbursement-/) })
    expect(await inquire(order)).toEqual(paid)
    expect(told()).toEqual([])
  })

  it('second edition, signed, with OAEP', async () => {
    const order = orderOf('disburse', 5_000n, NAKATO, 'UGX')
    const paid = await send(order, uganda)
    expect(paid).toMatchObject({ kind: 'confirmed', amount: order.amount })
    expect(await inquire(order, uganda)).toEqual(paid)
  })

  it.each(['lost-answer', 'server-error-after', 'cut-json'])('finds what a %s hid, once', async kind => {
    const order = orderOf('disburse')
    await fault(kind)
    expect((await send(order)).kind).toBe('unknown')
    expect((await send(order)).kind).toBe('unknown')
    expect(await inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
    expect(await truth(order)).toEqual([expect.objectContaining({ status: 'succeeded' })])
  })

  it.each([
    ['no-float', { kind: 'our-fault', fault: 'no-float' }],
    ['payee-refused', { kind: 'declined', reason: 'no-account' }],
    ['payee-limit', { kind: 'declined', reason: 'limit', again: 'later' }],
  ])('understands %s at once, and when asked', async (kind, outcome) => {
    const order = orderOf('disburse')
    await fault(kind)
    expect(await send(order)).toMatchObject(outcome)
    expect(await inquire(order)).toMatchObject(outcome)
  })

  it.each([
    ['delayed', 'accepted', { kind: 'confirmed' }],
    ['ambiguous', 'unknown', { kind: 'confirmed' }],
    ['timed-out', 'unknown', { kind: 'confirmed' }],
    ['unreachable', 'accepted', { kind: 'declined', reason: 'failed' }],
    ['no-answer-ever', 'accepted', { kind: 'accepted' }],
    ['reversed-later', 'confirmed', { kind: 'reversed', amount: { minor: 50_050n, currency: 'ZMW' } }],
  ])('hears by asking what was decided later: %s', async (kind, first, outcome) => {
    const order = orderOf('disburse')
    await fault(kind)
    expect((await send(order)).kind).toBe(first)
    await stage.pass(60)
    expect(await inquire(order)).toMatchObject(outcome)
  })

  it('says whose fault a wrong PIN, a wrong cipher or an empty wallet is, and moves nothing', async () => {
    const payer = zambia.disbursement
    if (payer === undefined) throw new Error('a PIN')
    const wrongPin = { ...zambia, disbursement: { ...payer, pin: '0000' } }
    const wrongPadding = { ...zambia, disbursement: { ...payer, padding: 'oaep' as const } }
    const order = orderOf('disburse')
    expect(await send(order, wrongPin)).toMatchObject({ fault: 'credentials', detail: 'ROUTER115' })
    expect(await send(order, wrongPadding)).toMatchObject({ fault: 'credentials', detail: 'ROUTER116' })
    expect(await truth(order)).toEqual([])
    expect(await send(orderOf('disburse', 99_999_900n))).toMatchObject({ fault: 'no-float' })
    expect(await send(orderOf('disburse', 5_000n, NOBODY))).toMatchObject({ reason: 'no-account' })
  })
})

describe('airtel sends back against its simulator', () => {
  const refundOf = ({ order, outcome }: Awaited<ReturnType<typeof collected>>): Order => ({
    ...orderOf('refund', order.amount.minor, order.msisdn, order.amount.currency),
    original: { reference: order.reference, ...(outcome.receipt && { receipt: outcome.receipt }) },
  })
  const balanceOf = async (msisdn: Msisdn) => Number(await stage.balance('airtel', msisdn.slice(1)))

  it.each(['Zambia', 'Uganda'])('a payment of %s, whole, once: its own status tells', async where => {
    const [config, paid] =
      where === 'Zambia'
        ? [zambia, await collected()]
        : [uganda, await collected(orderOf('collect', 5_000n, NAKATO, 'UGX'), uganda)]
    const before = await balanceOf(paid.order.msisdn)
    const refund = refundOf(paid)
    expect(await inquire(refund, config)).toEqual({ kind: 'accepted' })
    expect(await send(refund, config)).toEqual({ kind: 'accepted' })
    expect(await inquire(refund, config)).toEqual({ kind: 'confirmed', amount: refund.amount })
    expect(await inquire(paid.order, config)).toEqual({ kind: 'reversed', amount: refund.amount })
    expect(await send(refund, config)).toMatchObject({ kind: 'declined', reason: 'failed' })
    expect((await balanceOf(paid.order.msisdn)) - before).toBe(where === 'Zambia' ? 500.5 : 5_000)
  })

  it('finds what a lost answer hid, and learns what cannot go back', async () => {
    const paid = await collected()
    await fault('lost-answer')
    expect((await send(refundOf(paid))).kind).toBe('unknown')
    expect(await inquire(refundOf(paid))).toMatchObject({ kind: 'confirmed' })
    const again = await collected()
    await fault('no-float')
    expect(await send(refundOf(again))).toMatchObject({ kind: 'our-fault', fault: 'no-float' })
    const never = { ...refundOf(paid), original: { reference: 'x', receipt: 'MP1' } }
    expect(await send(never)).toMatchObject({ kind: 'declined', again: 'never' })
  })

  it('tells what its wallet holds', async () => {
    const held = async () => {
      const answer = await airtel.balances?.(zambia, tools)
      return answer?.kind === 'balances' ? answer.balances[0]?.amount.minor : undefined
    }
    const before = Number(await held())
    await collected(orderOf('collect', 100_050n))
    await send(orderOf('disburse', 20_025n))
    expect(Number(await held()) - before).toBe(80_025)
    expect(await airtel.balances?.(uganda, tools)).toMatchObject({
      balances: [{ account: 'wallet', amount: { currency: 'UGX' } }],
    })
  })
})
