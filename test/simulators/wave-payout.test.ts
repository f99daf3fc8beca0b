import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { Stage } from './support.ts'
import { FATOU, type Lender, MODOU, onWaveStage } from './wave-lender.ts'

/** Payouts, what goes back, and the wallet's own list at simulated Wave. */

let stage: Stage
let wave: Lender
onWaveStage((opened, lender) => {
  stage = opened
  wave = lender
})

const DAY_S = 24 * 3_600
const fault = (kind: string) => stage.script({ simulator: 'wave', kind, msisdn: FATOU })
const stand = async (id: unknown) => (await wave.get(`/v1/payout/${id}`)).body
const hers = async (msisdn = FATOU) => Number(await stage.balance('wave', msisdn))
const float = async () => Number(await wave.floatOf())
type Entry = { transaction_type: string; amount: string; fee: string; balance: string; is_reversal: boolean }
type Listed = { items: Entry[]; page_info: { end_cursor: string | null; has_next_page: boolean } }
const listed = async (query = ''): Promise<Listed> =>
  (await wave.get(`/v1/transactions${query}`)).body as unknown as Listed
/** All money there is: what Wave takes as its fee leaves it. */
const sum = async () => (await float()) + (await hers()) + (await hers(MODOU))

describe('a payout', () => {
  it('is paid at once, the fee on top', async () => {
    const [before, had] = [await float(), await hers()]
    const { status, body } = await wave.pay({
      client_reference: 'P-1',
      name: 'Fatou',
      payment_reason: 'Loan 77',
    })
    expect([status, body]).toEqual([
      200,
      {
        id: expect.stringMatching(/^pt-/),
        currency: 'XOF',
        receive_amount: '5000',
        fee: '50',
        mobile: `+${FATOU}`,
        name: 'Fatou',
        client_reference: 'P-1',
        status: 'succeeded',
        timestamp: expect.any(String),
      },
    ])
    expect([before - (await float()), (await hers()) - had]).toEqual([5_050, 5_000])
    expect(await stand(body.id)).toEqual(body)
    expect((await wave.get('/v1/payouts/search?client_reference=P-1')).body.result).toEqual([body])
    const other = { authorization: 'Bearer teranga' }
    expect(await wave.get(`/v1/payout/${body.id}`, other)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    })
    expect((await wave.get('/v1/payouts/search?client_reference=P-1', other)).body.result).toEqual([])
    expect(stage.listener.heard).toEqual([])
  })

  it('is made once for a key, even twice at once; with another body the key is refused', async () => {
    const before = await hers()
    const key = { 'idempotency-key': randomUUID() }
    const order = { client_reference: 'P-2' }
    const answers = await Promise.all([wave.pay(order, key), wave.pay(order, key), wave.pay(order, key)])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(await wave.pay({ client_reference: 'P-3' }, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency-mismatch' },
    })
    expect((await hers()) - before).toBe(5_000)
  })

  it.each([
    [{ receive_amount: 5000 }, 'receive_amount'],
    [{ receive_amount: '5000.00' }, 'receive_amount'],
    [{ receive_amount: '0' }, 'receive_amount'],
    [{ mobile: FATOU }, 'mobile'],
    [{ mobile: undefined }, 'mobile'],
    [{ payment_reason: 'x'.repeat(41) }, 'payment_reason'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ client_reference: 7 }, 'client_reference'],
  ])('refuses %j, and says which field', async (change, field) => {
    expect(await wave.pay(change)).toMatchObject({
      status: 400,
      body: { code: 'request-validation-error', details: [{ loc: ['body', field] }] },
    })
  })

  it.each([
    [{ currency: 'XAF' }, 400, 'currency-mismatch'],
    [{ mobile: '+2250700000001' }, 400, 'country-mismatch'],
    [{ mobile: '+221769999999' }, 422, 'recipient-account-inactive'],
    [{ receive_amount: '900000' }, 422, 'insufficient-funds'],
  ])('refuses %j with %d %s, and keeps nothing', async (change, status, code) => {
    const before = await sum()
    const reference = randomUUID()
    expect(await wave.pay({ ...change, client_reference: reference })).toMatchObject({
      status,
      body: { code },
    })
    expect((await wave.get(`/v1/payouts/search?client_reference=${reference}`)).body.result).toEqual([])
    expect(await sum()).toBe(before)
  })

  it('wants a key of its own', async () => {
    expect(await wave.pay({}, { 'idempotency-key': '' })).toMatchObject({ status: 400 })
  })

  it.each([
    ['no-float', 'insufficient-funds'],
    ['payee-refused', 'recipient-account-blocked'],
    ['payee-limit', 'recipient-limit-exceeded'],
  ])('is refused by %s, and paid when asked again', async (kind, code) => {
    await fault(kind)
    const key = { 'idempotency-key': randomUUID() }
    expect(await wave.pay({ client_reference: kind }, key)).toMatchObject({ status: 422, body: { code } })
    expect((await wave.pay({ client_reference: kind }, key)).body.status).toBe('succeeded')
  })

  it.each([
    ['delayed', { status: 'succeeded' }],
    ['unreachable', { status: 'failed', payout_error: { error_code: 'recipient-account-inactive' } }],
    ['no-answer-ever', { status: 'processing' }],
  ])('is taken and decided later: %s', async (kind, end) => {
    await fault(kind)
    const { body } = await wave.pay()
    expect(body).toMatchObject({ status: 'processing' })
    await stage.pass(30)
    expect(await stand(body.id)).toMatchObject(end)
  })

  it('is taken back by Wave itself, and its status says so', async () => {
    await fault('reversed-later')
    const before = await sum()
    const { body } = await wave.pay()
    await stage.pass(60)
    expect(await stand(body.id)).toMatchObject({ status: 'reversed' })
    expect(await sum()).toBe(before)
  })
})

describe('what goes back', () => {
  it('is a whole payment with its fee, once, however often it is asked for', async () => {
    const before = await sum()
    const id = await wave.collected()
    const refund = () => wave.post(`/v1/checkout/sessions/${id}/refund`)
    expect(await refund()).toEqual({ status: 200, body: {} })
    expect(await refund()).toEqual({ status: 200, body: {} })
    expect(await sum()).toBe(before)
    expect((await wave.get(`/v1/checkout/sessions/${id}`)).body.payment_status).toBe('succeeded')
    const back = (await listed()).items.filter(({ is_reversal }) => is_reversal)
    expect(back.at(-1)).toMatchObject({
      transaction_type: 'api_checkout_refund',
      amount: '-4950',
      fee: '-50',
    })
    const rows = (await stage.transactions('wave')) as { kind?: string; original?: string }[]
    expect(rows.filter(({ original }) => original === id)).toEqual([
      expect.objectContaining({ kind: 'refund' }),
    ])
  })

  it('is nothing that was not paid, or not theirs', async () => {
    const open = await wave.collect()
    const refund = (id: unknown) => wave.post(`/v1/checkout/sessions/${id}/refund`)
    expect(await refund(open.body.id)).toMatchObject({
      status: 400,
      body: { code: 'checkout-refund-failed' },
    })
    expect(await refund('cos-x')).toMatchObject({ status: 404, body: { code: 'checkout-session-not-found' } })
    expect(await wave.post('/v1/payout/pt-x/reverse')).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    })
    const other = { authorization: 'Bearer teranga' }
    const paid = await wave.collected()
    const theirs = await wave.call('POST', `/v1/checkout/sessions/${paid}/refund`, undefined, other)
    expect(theirs.status).toBe(404)
  })

  it('is a payout within three days, while she still has it', async () => {
    const before = await sum()
    const { body } = await wave.pay()
    expect(await wave.post(`/v1/payout/${body.id}/reverse`)).toEqual({ status: 200, body: {} })
    expect(await wave.post(`/v1/payout/${body.id}/reverse`)).toEqual({ status: 200, body: {} })
    expect(await stand(body.id)).toMatchObject({ status: 'reversed' })
    expect(await sum()).toBe(before)
    const spent = await wave.pay({ mobile: `+${MODOU}`, receive_amount: '1000' })
    await wave.collected({ amount: '1000', restrict_payer_mobile: `+${MODOU}` })
    expect((await wave.post(`/v1/payout/${spent.body.id}/reverse`)).body.code).toBe('insufficient-funds')
    const old = await wave.pay()
    await stage.pass(3 * DAY_S + 1)
    expect((await wave.post(`/v1/payout/${old.body.id}/reverse`)).body.code).toBe(
      'payout-reversal-time-limit-exceeded',
    )
  })
})

describe('the wallet', () => {
  it('tells what it holds, and a top-up brings more', async () => {
    const before = await float()
    expect((await wave.get('/v1/balance')).body).toEqual({ amount: String(before), currency: 'XOF' })
    expect((await wave.topUp({ account: 'Sope', amount: '1000' })).status).toBe(200)
    expect((await wave.get('/v1/balance')).body.amount).toBe(String(before + 1_000))
    expect((await wave.topUp({ account: 'Nobody', amount: '1000' })).status).toBe(404)
    expect((await wave.topUp({ account: 'Sope', amount: '0.5' })).status).toBe(400)
  })

  it('lists a day, page by page, each line with the balance after it', async () => {
    await stage.pass(2 * DAY_S)
    await wave.collected({ amount: '1000' })
    await wave.pay({ receive_amount: '2000' })
    await wave.pay({ receive_amount: '3000' })
    const all = await listed()
    expect(all.items.map(({ amount, fee }) => [amount, fee])).toEqual([
      ['990', '10'],
      ['-2020', '20'],
      ['-3030', '30'],
    ])
    expect(all.items.at(-1)?.balance).toBe(await wave.floatOf())
    const first = await listed('?first=2')
    expect([first.items, first.page_info.has_next_page]).toEqual([all.items.slice(0, 2), true])
    const rest = await listed(`?first=2&after=${first.page_info.end_cursor}`)
    expect([rest.items, rest.page_info.has_next_page]).toEqual([all.items.slice(2), false])
    expect((await listed('?date=2020-01-01')).items).toEqual([])
    for (const query of ['?date=today', '?after=nonsense', '?first=0'])
      expect((await wave.get(`/v1/transactions${query}`)).status).toBe(400)
  })

  it('compares names, and grows tired of a number', async () => {
    const verify = (name: string | undefined, mobile = `+${MODOU}`) =>
      wave.call('POST', '/v1/verify_recipient/', { mobile, name })
    expect((await verify('FALL modou')).body).toEqual({
      within_limits: true,
      name_match: 'MATCH',
      national_id_match: null,
    })
    expect((await verify('Modou Diop')).body.name_match).toBe('NO_MATCH')
    expect((await verify('Modou', '+221769999999')).body.name_match).toBe('NAME_NOT_KNOWN')
    expect((await verify(undefined)).body.name_match).toBeNull()
    for (let asked = 3; asked < 30; asked++) expect((await verify('Modou Fall')).status).toBe(200)
    expect(await verify('Modou Fall')).toMatchObject({ status: 429, body: { code: 'too-many-requests' } })
    await stage.pass(1_800)
    expect((await verify('Modou Fall')).status).toBe(429)
    await stage.pass(1_900)
    expect((await verify('Modou Fall')).status).toBe(200)
  })
})
