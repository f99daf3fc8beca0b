import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { WaveSeed } from '../../src/simulators/wave/index.ts'
import type { Stage } from './support.ts'
import { FATOU, type Lender, MODOU, onWaveStage, SECRET } from './wave-lender.ts'

/** Checkout sessions at simulated Wave, as docs.wave.com has them. */

let stage: Stage
let wave: Lender
onWaveStage((opened, lender) => {
  stage = opened
  wave = lender
})

const stand = async (id: unknown) => (await wave.get(`/v1/checkout/sessions/${id}`)).body
const fault = (kind: string) => stage.script({ simulator: 'wave', kind, msisdn: FATOU })
const events = () =>
  stage.listener.heard.map(({ body }) => JSON.parse(body) as { type: string; data: { amount: string } })

describe('a key', () => {
  it.each([
    [{ authorization: '' }, 401, 'invalid-auth'],
    [{ authorization: 'Basic a2V5' }, 401, 'invalid-auth'],
    [{ authorization: 'Bearer' }, 401, 'api-key-not-provided'],
    [{ authorization: 'Bearer nobody' }, 401, 'no-matching-api-key'],
    [{ authorization: 'Bearer revoked' }, 401, 'api-key-revoked'],
    [{ authorization: 'Bearer shut' }, 403, 'disabled-wallet'],
  ])('%j is refused', async (headers, status, code) => {
    expect(await wave.collect({}, headers)).toMatchObject({ status, body: { code } })
  })

  it('must be there, and have the right', async () => {
    const bare = await stage.call('/wave/v1/balance')
    expect([bare.status, await bare.json()]).toMatchObject([401, { code: 'missing-auth-header' }])
    const collects = { authorization: 'Bearer collects-only' }
    expect((await wave.collect({}, collects)).status).toBe(200)
    expect(await wave.pay({}, collects)).toMatchObject({ status: 403, body: { code: 'unauthorized-wallet' } })
    expect(await wave.get('/v1/balance', collects)).toMatchObject({ status: 403 })
  })
})

describe('a session', () => {
  it('is a link that waits half an hour for her', async () => {
    const { status, body } = await wave.collect({ client_reference: 'LN-1' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^cos-/),
      amount: '5000',
      currency: 'XOF',
      checkout_status: 'open',
      payment_status: 'processing',
      client_reference: 'LN-1',
      business_name: 'Sope',
      transaction_id: null,
      last_payment_error: null,
      wave_launch_url: `${stage.url}/wave/c/${body.id}`,
      restrict_payer_mobile: `+${FATOU}`,
    })
    expect(Date.parse(String(body.when_expires)) - Date.parse(String(body.when_created))).toBe(1_800_000)
    expect(await wave.prompts()).toEqual([])
  })

  it.each([
    [{ amount: 5000 }, 'amount'],
    [{ amount: '05000' }, 'amount'],
    [{ amount: '5000.00' }, 'amount'],
    [{ amount: '-5' }, 'amount'],
    [{ amount: '0' }, 'amount'],
    [{ amount: '5 000' }, 'amount'],
    [{ currency: undefined }, 'currency'],
    [{ success_url: undefined }, 'success_url'],
    [{ error_url: 'http://sope.example' }, 'error_url'],
    [{ client_reference: 'x'.repeat(256) }, 'client_reference'],
    [{ client_reference: 7 }, 'client_reference'],
    [{ restrict_payer_mobile: FATOU }, 'restrict_payer_mobile'],
    [{ restrict_payer_mobile: '+221 76 111 00 00' }, 'restrict_payer_mobile'],
  ])('refuses %j, and says which field', async (change, field) => {
    expect(await wave.collect(change)).toMatchObject({
      status: 400,
      body: { code: 'request-validation-error', details: [{ loc: ['body', field] }] },
    })
  })

  it('refuses another currency, another form, and an aggregator without a merchant', async () => {
    expect((await wave.collect({ currency: 'XAF' })).body.code).toBe('currency-mismatch')
    expect((await wave.call('POST', '/v1/checkout/sessions', '{"amount":')).body.code).toBe(
      'request-parsing-error',
    )
    expect((await wave.collect({}, { 'content-type': 'text/plain' })).body.code).toBe('request-not-json')
    const many = { authorization: 'Bearer many' }
    expect((await wave.collect({}, many)).body.code).toBe('aggregated-merchant-required')
    expect((await wave.collect({ aggregated_merchant_id: 'am-1' }, many)).status).toBe(200)
  })

  it('is paid on her phone, less the fee, and found by all of its names', async () => {
    const [before, hers] = [await wave.floatOf(), await stage.balance('wave', FATOU)]
    const { body } = await wave.collect({ client_reference: 'LN-2' })
    await stage.call(`/phones/${FATOU}/attach`, { method: 'POST' })
    expect(await wave.open(body.id)).toContain('enter your code')
    const [prompt, ...more] = await wave.prompts()
    expect(prompt).toMatchObject({ provider: 'wave', amount: '5000', text: expect.stringContaining('Sope') })
    expect(more).toEqual([])
    await wave.answer(prompt?.promptId, { pin: '1234' })
    await stage.call(`/phones/${FATOU}/attach`, { method: 'DELETE' })
    const paid = await stand(body.id)
    expect(paid).toMatchObject({
      checkout_status: 'complete',
      payment_status: 'succeeded',
      transaction_id: expect.stringMatching(/^T_[A-Z0-9]{10}$/),
      when_completed: expect.any(String),
    })
    expect(Number(await wave.floatOf()) - Number(before)).toBe(4_950)
    expect(Number(hers) - Number(await stage.balance('wave', FATOU))).toBe(5_000)
    expect((await wave.get(`/v1/checkout/sessions?transaction_id=${paid.transaction_id}`)).body.id).toBe(
      body.id,
    )
    expect((await wave.get('/v1/checkout/sessions/search?client_reference=LN-2')).body.result).toEqual([paid])
    expect(await wave.open(body.id)).toContain('has been paid')
  })

  it('is nobody else’s', async () => {
    const { body } = await wave.collect({ client_reference: 'LN-3' })
    const other = { authorization: 'Bearer teranga' }
    expect(await wave.get(`/v1/checkout/sessions/${body.id}`, other)).toMatchObject({
      status: 404,
      body: { code: 'checkout-session-not-found' },
    })
    expect((await wave.get('/v1/checkout/sessions/search?client_reference=LN-3', other)).body.result).toEqual(
      [],
    )
    expect((await wave.get('/v1/checkout/sessions/search')).status).toBe(400)
  })

  it('may be tried again after a wrong code, a no, or too little money, until it expires', async () => {
    const { body } = await wave.collect({ restrict_payer_mobile: `+${MODOU}` })
    const tries = [{ pin: '9999' }, { cancel: true }, { pin: '1234' }]
    for (const said of tries) {
      await wave.open(body.id)
      const [prompt] = await wave.prompts(MODOU)
      expect((await wave.answer(prompt?.promptId, said, MODOU)).status).toBe(200)
    }
    expect(await stand(body.id)).toMatchObject({
      checkout_status: 'open',
      payment_status: 'processing',
      last_payment_error: { code: 'insufficient-funds' },
    })
    await stage.pass(1_800)
    expect(await stand(body.id)).toMatchObject({
      checkout_status: 'expired',
      payment_status: 'cancelled',
      last_payment_error: { code: 'insufficient-funds' },
      when_completed: null,
    })
    expect(await stage.balance('wave', MODOU)).toBe('500')
    expect(events().map(({ type }) => type)).toEqual(['checkout.session.payment_failed'])
  })

  it('asks which phone pays, where it is for any; and refuses another than its own', async () => {
    const any = await wave.collect({ restrict_payer_mobile: undefined })
    expect(await wave.open(any.body.id)).toContain('Which phone')
    expect(await wave.open(any.body.id, `%2B${FATOU}`)).toContain('enter your code')
    await stage.pass(2)
    expect(await stand(any.body.id)).toMatchObject({ payment_status: 'succeeded' })
    const hers = await wave.collect()
    expect(await wave.open(hers.body.id, MODOU)).toContain('another phone')
    expect(await stand(hers.body.id)).toMatchObject({ last_payment_error: { code: 'payer-mobile-mismatch' } })
    expect(await wave.open('cos-nothing')).toContain('leads nowhere')
  })

  it('is opened twice, and asks once', async () => {
    const { body } = await wave.collect()
    await wave.open(body.id)
    await wave.open(body.id)
    expect(await wave.prompts()).toHaveLength(1)
    await stage.pass(2)
    expect(await stand(body.id)).toMatchObject({ payment_status: 'succeeded' })
  })

  it('can be ended by the lender, once', async () => {
    const { body } = await wave.collect()
    await wave.open(body.id)
    const expire = () => wave.post(`/v1/checkout/sessions/${body.id}/expire`)
    expect(await expire()).toEqual({ status: 200, body: {} })
    expect(await expire()).toMatchObject({ status: 409 })
    expect(await wave.prompts()).toEqual([])
    expect(await wave.post('/v1/checkout/sessions/cos-x/expire')).toMatchObject({ status: 404 })
  })
})

describe('a web hook', () => {
  it('tells of a payment, signed over its time and body', async () => {
    const id = await wave.collected()
    const [heard, ...more] = stage.listener.heard
    expect(more).toEqual([])
    expect(heard).toMatchObject({ method: 'POST', path: '/wave' })
    const [, seconds, signature] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(heard?.headers['wave-signature'] ?? '') ?? []
    expect(signature).toBe(createHmac('sha256', SECRET).update(`${seconds}${heard?.body}`).digest('hex'))
    expect(Math.abs(Number(seconds) * 1000 - stage.clock.now().getTime())).toBeLessThan(5_000)
    expect(JSON.parse(heard?.body ?? '')).toMatchObject({
      id: expect.stringMatching(/^EV_/),
      type: 'checkout.session.completed',
      data: { id, payment_status: 'succeeded' },
    })
  })

  it('carries the shared secret instead, where the portal was told so', async () => {
    const { businesses } = wave.seed
    const seed = (changed: WaveSeed['businesses']) =>
      stage.simulators.seed({ wave: { businesses: changed, wallets: [] } })
    const hook = { url: `${stage.listener.url}/shared`, secret: SECRET, strategy: 'shared-secret' as const }
    await seed(businesses.map(each => (each.business === 'Sope' ? { ...each, hook } : each)))
    await wave.collected()
    expect(stage.listener.heard[0]?.headers).toMatchObject({ authorization: `Bearer ${SECRET}` })
    expect(stage.listener.heard[0]?.headers['wave-signature']).toBeUndefined()
    await seed(businesses)
  })

  it.each([
    ['no-callback', []],
    ['duplicate-callback', ['5000', '5000']],
    ['wrong-amount', ['5001']],
    ['forged', ['5000', '5000']],
  ])('can go wrong: %s', async (kind, amounts) => {
    await fault(kind)
    await wave.collected()
    expect(events().map(({ data }) => data.amount)).toEqual(amounts)
  })
})

describe('a payment', () => {
  it.each([
    ['insufficient-funds', 'insufficient-funds'],
    ['no-float', 'kyb-limits-exceeded'],
    ['unreachable', 'payment-failure'],
    ['blocked-account', 'blocked-account'],
  ])('fails by %s, and can be made again', async (kind, code) => {
    await fault(kind)
    const { body } = await wave.collect()
    await wave.open(body.id)
    await stage.pass(2)
    expect(await stand(body.id)).toMatchObject({ checkout_status: 'open', last_payment_error: { code } })
    await wave.open(body.id)
    await stage.pass(2)
    expect(await stand(body.id)).toMatchObject({ payment_status: 'succeeded', last_payment_error: null })
  })

  it.each(['wrong-pin', 'cancelled', 'expired'])('is not made: %s', async kind => {
    await fault(kind)
    const { body } = await wave.collect()
    await wave.open(body.id)
    await stage.pass(2)
    expect(await stand(body.id)).toMatchObject({ checkout_status: 'open', last_payment_error: null })
    await stage.pass(1_800)
    expect(await stand(body.id)).toMatchObject({ checkout_status: 'expired' })
  })

  it('hangs for ever', async () => {
    await fault('no-answer-ever')
    const { body } = await wave.collect()
    await wave.open(body.id)
    await stage.pass(3_600)
    expect(await stand(body.id)).toMatchObject({ checkout_status: 'open', payment_status: 'processing' })
  })
})
