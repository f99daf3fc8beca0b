import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import {
  AWA,
  BAMA,
  BROKE,
  type Caller,
  type Change,
  COLLECTS,
  onMtnStage,
  PAYS,
  party,
  type Status,
} from './mtn-momo-caller.ts'
import type { Stage } from './support.ts'

let stage: Stage
let mtn: Caller

onMtnStage((opened, caller) => {
  stage = opened
  mtn = caller
})

describe('a transfer', () => {
  it('is taken without a word, moves the float to the wallet, and is told once', async () => {
    const [float, wallet] = [Number(await mtn.floatOf(PAYS)), Number(await stage.balance('mtn-momo', AWA))]
    const { reference, status, code } = await mtn.transfer(PAYS, AWA)
    expect([status, code]).toEqual([202, ''])
    expect((await mtn.inquire('disburse', PAYS, reference)).status).toBe('PENDING')
    await stage.pass(1)
    const settled = await mtn.inquire('disburse', PAYS, reference)
    expect(settled).toMatchObject({
      status: 'SUCCESSFUL',
      amount: '5000',
      payee: party(AWA),
      financialTransactionId: expect.any(String),
    })
    await stage.pass(3600)
    const [heard, ...more] = stage.listener.heard
    expect([heard?.method, heard?.path, more]).toEqual(['PUT', `/mtn/${reference}`, []])
    expect(JSON.parse(heard?.body ?? '')).toEqual(settled)
    expect(await mtn.floatOf(PAYS)).toBe(String(float - 5000))
    expect(await stage.balance('mtn-momo', AWA)).toBe(String(wallet + 5000))
    expect(await stage.truth('mtn-momo', reference)).toMatchObject({
      kind: 'disburse',
      msisdn: `+${AWA}`,
      amount: '5000',
      currency: 'XAF',
      status: 'succeeded',
      externalId: `EXT-${reference}`,
      createdAt: expect.any(String),
      completedAt: expect.any(String),
    })
  })

  it('fails while the float is empty, and goes after a top-up', async () => {
    const { reference } = await mtn.transfer(BROKE, AWA)
    await stage.pass(1)
    expect(await mtn.ended('disburse', BROKE, reference)).toEqual(['FAILED', 'NOT_ENOUGH_FUNDS'])
    const filled = await mtn.topUp({ apiUser: BROKE.apiUser, amount: '5000' })
    expect(await filled.json()).toEqual({ apiUser: BROKE.apiUser, balance: '5000', currency: 'XAF' })
    const again = await mtn.transfer(BROKE, AWA)
    await stage.pass(1)
    expect((await mtn.inquire('disburse', BROKE, again.reference)).status).toBe('SUCCESSFUL')
    expect(await mtn.floatOf(BROKE)).toBe('0')
    for (const wrong of [{ apiUser: BROKE.apiUser }, { apiUser: BROKE.apiUser, amount: '-5' }])
      expect((await mtn.topUp(wrong)).status).toBe(400)
    expect((await mtn.topUp({ apiUser: 'nobody', amount: '5' })).status).toBe(404)
  })

  it('never pays more than the float, however many come at once', async () => {
    await mtn.topUp({ apiUser: BROKE.apiUser, amount: '12000' })
    const sent = await Promise.all([AWA, BAMA, AWA, BAMA, AWA].map(msisdn => mtn.transfer(BROKE, msisdn)))
    await stage.pass(1)
    const ends = await Promise.all(sent.map(({ reference }) => mtn.inquire('disburse', BROKE, reference)))
    expect(ends.filter(({ status }) => status === 'SUCCESSFUL')).toHaveLength(2)
    expect(await mtn.floatOf(BROKE)).toBe('2000')
  })

  it('finds nobody without a wallet', async () => {
    const { reference } = await mtn.transfer(PAYS, '237679999999')
    await stage.pass(1)
    expect(await mtn.ended('disburse', PAYS, reference)).toEqual(['FAILED', 'PAYEE_NOT_FOUND'])
  })

  it('is refused under a used reference, be it of another kind, and unknown to other users and products', async () => {
    const { reference } = await mtn.transfer(PAYS, AWA)
    const same = { headers: { 'x-reference-id': reference } }
    expect(await mtn.transfer(PAYS, AWA, same)).toMatchObject({ status: 409, code: 'RESOURCE_ALREADY_EXIST' })
    const crossed = await mtn.collect(COLLECTS, AWA, same)
    expect(crossed.status).toBe(409)
    expect((await mtn.inquire('disburse', BROKE, reference)).code).toBe('RESOURCE_NOT_FOUND')
    expect((await mtn.inquire('refund', PAYS, reference)).code).toBe('RESOURCE_NOT_FOUND')
    expect((await mtn.inquire('collect', COLLECTS, reference)).code).toBe('RESOURCE_NOT_FOUND')
  })

  it('needs a token and a key of its own product', async () => {
    expect((await mtn.tokenOf({ ...PAYS, product: 'collection' })).status).toBe(401)
    const foreign = await mtn.headersOf(COLLECTS)
    expect((await mtn.transfer(PAYS, AWA, { headers: foreign })).status).toBe(401)
    const mixed = { 'ocp-apim-subscription-key': 'sub-collection' }
    expect((await mtn.transfer(PAYS, AWA, { headers: mixed })).status).toBe(401)
  })

  const refused: [string, number, string, Change][] = [
    ['a payer instead of a payee', 400, 'BAD_REQUEST', { body: { payee: undefined, payer: party(AWA) } }],
    ['a plus sign', 400, 'BAD_REQUEST', { body: { payee: party(`+${AWA}`) } }],
    ['nothing to pay', 400, 'BAD_REQUEST', { body: { amount: '0' } }],
    ['an apostrophe', 400, 'BAD_REQUEST', { body: { payeeNote: "Awa's loan" } }],
    ['another currency', 500, 'INVALID_CURRENCY', { body: { currency: 'EUR' } }],
    [
      'another callback host',
      500,
      'INVALID_CALLBACK_URL_HOST',
      { headers: { 'x-callback-url': 'https://evil.example/' } },
    ],
  ]
  it.each(refused)('is refused for %s', async (_, status, code, change) => {
    expect(await mtn.transfer(PAYS, AWA, change)).toMatchObject({ status, code })
  })

  it.each([
    ['no-float', 'NOT_ENOUGH_FUNDS'],
    ['payer-limit', 'PAYER_LIMIT_REACHED'],
    ['payee-refused', 'PAYEE_NOT_ALLOWED_TO_RECEIVE'],
    ['unreachable', 'COULD_NOT_PERFORM_TRANSACTION'],
  ])('obeys the script %s, and moves nothing', async (kind, reason) => {
    const before = [await mtn.floatOf(PAYS), await stage.balance('mtn-momo', AWA)]
    expect((await stage.script({ simulator: 'mtn-momo', kind, msisdn: AWA })).status).toBe(201)
    const { reference } = await mtn.transfer(PAYS, AWA)
    await stage.pass(1)
    expect(await mtn.ended('disburse', PAYS, reference)).toEqual(['FAILED', reason])
    expect([await mtn.floatOf(PAYS), await stage.balance('mtn-momo', AWA)]).toEqual(before)
  })

  it('leaves a fault of the customer’s own answer to her next prompt', async () => {
    await stage.script({ simulator: 'mtn-momo', kind: 'insufficient-funds', msisdn: AWA })
    const paid = await mtn.transfer(PAYS, AWA)
    const asked = await mtn.collect(COLLECTS, AWA)
    await stage.pass(2)
    expect((await mtn.inquire('disburse', PAYS, paid.reference)).status).toBe('SUCCESSFUL')
    expect(await mtn.ended('collect', COLLECTS, asked.reference)).toEqual(['FAILED', 'NOT_ENOUGH_FUNDS'])
  })

  it('stays pending for ever where it is scripted so', async () => {
    await stage.script({ simulator: 'mtn-momo', kind: 'no-answer-ever' })
    const { reference } = await mtn.transfer(PAYS, AWA)
    await stage.pass(3000)
    expect((await mtn.inquire('disburse', PAYS, reference)).status).toBe('PENDING')
  })

  it('is done although its answer is lost, and is not where the request was', async () => {
    for (const [kind, found] of [
      ['lost-answer', 'SUCCESSFUL'],
      ['lost-request', undefined],
    ] as const) {
      await stage.script({ simulator: 'mtn-momo', kind, msisdn: AWA })
      const headers = { 'x-reference-id': randomUUID() }
      await expect(mtn.transfer(PAYS, AWA, { headers })).rejects.toThrow('fetch failed')
      await stage.pass(1)
      expect((await mtn.inquire('disburse', PAYS, headers['x-reference-id'])).status).toBe(found)
    }
  })

  it.each([
    ['no-callback', []],
    ['duplicate-callback', ['5000', '5000']],
    ['wrong-amount', ['5001']],
  ])('is told as %s', async (kind, amounts) => {
    await stage.script({ simulator: 'mtn-momo', kind })
    await mtn.transfer(PAYS, AWA)
    await stage.pass(60)
    expect(stage.listener.heard.map(({ body }) => JSON.parse(body).amount)).toEqual(amounts)
  })

  it('can be told before its answer, and claimed by somebody else before it is done', async () => {
    await stage.script({ simulator: 'mtn-momo', kind: 'callback-first' })
    const first = await mtn.transfer(PAYS, AWA)
    expect(stage.listener.heard.map(({ path }) => path)).toEqual([`/mtn/${first.reference}`])
    await stage.script({ simulator: 'mtn-momo', kind: 'forged' })
    await stage.script({ simulator: 'mtn-momo', kind: 'no-float' })
    const { reference } = await mtn.transfer(PAYS, AWA)
    await stage.pass(60)
    const told = stage.listener.heard.slice(1).map(({ body }) => (JSON.parse(body) as Status).status)
    expect(told).toEqual(['SUCCESSFUL', 'FAILED'])
    expect(await stage.truth('mtn-momo', reference)).toMatchObject({ status: 'failed' })
  })
})

describe('money that goes back later', () => {
  it('of a collection: her wallet has it again, the status says REVERSED, and she is told of it', async () => {
    const [account, wallet] = [await mtn.floatOf(COLLECTS), await stage.balance('mtn-momo', AWA)]
    await stage.script({ simulator: 'mtn-momo', kind: 'reversed-later' })
    const reference = await mtn.collected()
    expect(await mtn.floatOf(COLLECTS)).toBe(String(Number(account) + 5000))
    await stage.pass(60)
    const found = await mtn.inquire('collect', COLLECTS, reference)
    expect(found).toMatchObject({ status: 'REVERSED', amount: '5000', currency: 'XAF' })
    expect(stage.listener.heard.map(({ body }) => JSON.parse(body))).toEqual([found])
    expect([await mtn.floatOf(COLLECTS), await stage.balance('mtn-momo', AWA)]).toEqual([account, wallet])
    expect(await stage.truth('mtn-momo', reference)).toMatchObject({
      status: 'reversed',
      reversedAt: expect.any(String),
    })
  })

  it('of a payout: the float has it again, unless she has spent it', async () => {
    const float = await mtn.floatOf(PAYS)
    await stage.script({ simulator: 'mtn-momo', kind: 'reversed-later' })
    const { reference } = await mtn.transfer(PAYS, AWA)
    await stage.pass(1)
    await stage.pass(60)
    expect((await mtn.inquire('disburse', PAYS, reference)).status).toBe('REVERSED')
    expect(await mtn.floatOf(PAYS)).toBe(float)

    const spent = await stage.balance('mtn-momo', BAMA)
    await stage.script({ simulator: 'mtn-momo', kind: 'reversed-later' })
    const kept = await mtn.transfer(PAYS, BAMA)
    await stage.pass(1)
    const all = String(Number(spent) + 5000)
    await mtn.collect(COLLECTS, BAMA, { body: { amount: all } })
    await stage.pass(2)
    expect(await stage.balance('mtn-momo', BAMA)).toBe('0')
    await stage.pass(60)
    expect((await mtn.inquire('disburse', PAYS, kept.reference)).status).toBe('SUCCESSFUL')
  })
})
