import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type MpesaConfig, mpesa } from '../../src/providers/mpesa/index.ts'
import { type MtnConfig, mtnMomo } from '../../src/providers/mtn-momo/index.ts'
import type { Order } from '../../src/providers/provider.ts'
import { createStage, type Stage } from '../simulators/support.ts'

const AMINA = '+254700000001' as Msisdn
const AWA = '+237670000001' as Msisdn

let stage: Stage
let tools: Tools
let momo: MtnConfig
let daraja: MpesaConfig

beforeAll(async () => {
  stage = await createStage()
  const now = () => stage.clock.now()
  tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  const [user, key] = ['2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab', 'api-key']
  const { simulators, url } = stage
  await simulators.seed({
    mtnMomo: {
      users: [
        {
          apiUser: user,
          apiKey: key,
          subscriptionKey: 'sub',
          providerCallbackHost: '127.0.0.1',
          environment: 'mtncameroon',
        },
      ],
      wallets: [{ msisdn: AWA, pin: '12345', balance: '200000', name: 'Awa Ngo' }],
    },
    mpesa: {
      apps: [
        {
          consumerKey: 'key',
          consumerSecret: 'secret',
          shortcode: '174379',
          passkey: 'pass',
          environment: 'production',
        },
      ],
      wallets: [{ msisdn: AMINA, pin: '1234', balance: '50000.00', name: 'Amina Otieno' }],
    },
  })
  momo = mtnMomo.config({
    baseUrl: `${url}/mtn-momo`,
    targetEnvironment: 'mtncameroon',
    currency: 'XAF',
    collection: { subscriptionKey: 'sub', apiUser: user, apiKey: key },
  })
  daraja = mpesa.config({
    baseUrl: `${url}/mpesa`,
    consumerKey: 'key',
    consumerSecret: 'secret',
    shortcode: '174379',
    passkey: 'pass',
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
  await stage.pass(600)
  stage.listener.heard.length = 0
})

const orderOf = (reference: string, msisdn: Msisdn, amount: Order['amount']): Order => ({
  operation: 'collect',
  reference,
  amount,
  msisdn,
  shownReference: 'LN77',
  callbackUrl: `${stage.listener.url}/callback/${reference}`,
})

function heard(): RawRequest {
  const [last] = stage.listener.heard.slice(-1)
  if (last === undefined) throw new Error('nobody called back')
  return { method: last.method, headers: {}, query: {}, body: last.body, from: '127.0.0.1' }
}

describe('mtn-momo against its simulator', () => {
  const order = () => orderOf(mtnMomo.newReference(), AWA, { minor: 1_500n, currency: 'XAF' })

  it('collects, is told by a hint, and confirms by asking', async () => {
    const wanted = order()
    expect(await mtnMomo.inquire(wanted, momo, tools)).toEqual({ kind: 'not-found' })
    expect(await mtnMomo.send(wanted, momo, tools)).toEqual({ kind: 'accepted' })
    expect(await mtnMomo.inquire(wanted, momo, tools)).toEqual({ kind: 'accepted' })
    await stage.pass(2)
    const confirmed = await mtnMomo.inquire(wanted, momo, tools)
    expect(confirmed).toMatchObject({ kind: 'confirmed', amount: wanted.amount, receipt: expect.any(String) })
    await stage.pass(60)
    expect(mtnMomo.readCallback(heard(), momo, wanted)).toEqual({
      kind: 'outcome',
      outcome: confirmed,
      reference: wanted.reference,
    })
  })

  it.each(['lost-answer', 'server-error-after'])(
    'finds what a %s hid, and is never charged twice',
    async kind => {
      const wanted = order()
      await stage.script({ simulator: 'mtn-momo', kind })
      expect((await mtnMomo.send(wanted, momo, tools)).kind).toBe('unknown')
      expect((await mtnMomo.send(wanted, momo, tools)).kind).toBe('unknown')
      await stage.pass(2)
      expect(await mtnMomo.inquire(wanted, momo, tools)).toMatchObject({ kind: 'confirmed' })
    },
  )

  it('learns that a lost request was never heard of', async () => {
    const wanted = order()
    await stage.script({ simulator: 'mtn-momo', kind: 'lost-request' })
    expect((await mtnMomo.send(wanted, momo, tools)).kind).toBe('unknown')
    expect(await mtnMomo.inquire(wanted, momo, tools)).toEqual({ kind: 'not-found' })
  })

  it.each([
    ['insufficient-funds', 'insufficient-funds'],
    ['cancelled', 'cancelled'],
    ['expired', 'expired'],
  ])('understands %s', async (kind, reason) => {
    const wanted = order()
    await stage.script({ simulator: 'mtn-momo', kind })
    await mtnMomo.send(wanted, momo, tools)
    await stage.pass(600)
    expect(await mtnMomo.inquire(wanted, momo, tools)).toMatchObject({ kind: 'declined', reason })
  })

  it('survives a token that ended before its time', async () => {
    const tired = { ...tools, tokens: createTokens(() => new Date(0)) }
    await mtnMomo.inquire(order(), momo, tired)
    await stage.pass(7_200)
    expect(await mtnMomo.send(order(), momo, tired)).toEqual({ kind: 'accepted' })
  })
})

describe('mpesa against its simulator', () => {
  const order = () => orderOf(mpesa.newReference(), AMINA, { minor: 150_000n, currency: 'KES' })

  it('collects, confirms by asking, and has the receipt from the callback', async () => {
    const wanted = order()
    const sent = await mpesa.send(wanted, daraja, tools)
    const providerReference = sent.kind === 'accepted' ? sent.providerReference : undefined
    if (providerReference === undefined) throw new Error(JSON.stringify(sent))
    const attempt = { ...wanted, providerReference }
    expect(await mpesa.inquire(attempt, daraja, tools)).toEqual({ kind: 'accepted', providerReference })
    await stage.pass(5)
    expect(await mpesa.inquire(attempt, daraja, tools)).toEqual({ kind: 'confirmed', amount: wanted.amount })
    await stage.pass(60)
    expect(mpesa.readCallback(heard(), daraja, attempt)).toMatchObject({
      kind: 'outcome',
      reference: wanted.reference,
      providerReference,
      outcome: {
        kind: 'confirmed',
        amount: wanted.amount,
        receipt: (await stage.truth('mpesa', providerReference))?.receipt,
        at: expect.any(Date),
      },
    })
  })

  it('cannot ask after a lost answer, and learns it from its own callback', async () => {
    const wanted = order()
    await stage.script({ simulator: 'mpesa', kind: 'lost-answer' })
    expect((await mpesa.send(wanted, daraja, tools)).kind).toBe('unknown')
    expect((await mpesa.inquire(wanted, daraja, tools)).kind).toBe('unknown')
    await stage.pass(60)
    expect(mpesa.readCallback(heard(), daraja, wanted)).toMatchObject({
      kind: 'outcome',
      reference: wanted.reference,
      outcome: { kind: 'confirmed', amount: wanted.amount },
    })
  })

  it.each([
    ['insufficient-funds', 'insufficient-funds'],
    ['cancelled', 'cancelled'],
    ['wrong-pin', 'wrong-pin'],
    ['unreachable', 'unreachable'],
  ])('understands %s', async (kind, reason) => {
    await stage.script({ simulator: 'mpesa', kind })
    const wanted = order()
    const sent = await mpesa.send(wanted, daraja, tools)
    await stage.pass(600)
    const providerReference = sent.kind === 'accepted' ? (sent.providerReference ?? '') : ''
    expect(await mpesa.inquire({ ...wanted, providerReference }, daraja, tools)).toMatchObject({
      kind: 'declined',
      reason,
    })
  })
})
