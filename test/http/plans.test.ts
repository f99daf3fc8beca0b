import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Row, type Story } from '../support/story.ts'

/** What an officer sees of a plan: whose wallets, when, at what price, and which limit refuses it. */

let stage: TestStage
let ke: Story
let office: Office
let own: unknown
let payer: unknown
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
  const idOf = async (msisdn: string) => (await ke.rows('wallets', { msisdn }))[0]?.id
  own = await idOf(ke.own)
  payer = await idOf(ke.payer)
  await addLoans(stage, 'demo-ke', [{ id: 2 }])
})
afterAll(() => stage.close())

const SOURCE = 'our contract of 2026'
const limit = (operation: string, window: string, value: string, measure = 'amount'): Row => ({
  provider: 'mpesa-ke',
  tier: '*',
  operation,
  window,
  measure,
  value,
  currency: 'KES',
  source: SOURCE,
  from: '2026-03-01',
  until: null,
})
const limits = async (...data: Row[]): Promise<void> => {
  expect((await office.first.put('/limits', { data })).status).toBe(200)
}
const ask = (operation: string, amount: string, walletId = own) =>
  office.first.post('/plans', { operation, walletId, amount })
const planOf = async (...order: Parameters<typeof ask>): Promise<Row> =>
  (await ask(...order)).body.plan as Row
const part = (walletId: unknown, phone: string, amount: string) =>
  expect.objectContaining({ walletId, provider: 'mpesa-ke', phone, amount, currency: 'KES' })

describe('a plan', () => {
  it('names the wallet of each part, and when it may leave', async () => {
    await limits(limit('collect', 'transaction', '500.00'))
    const { parts, refused } = await planOf('collect', '700.00')
    expect({ parts, refused }).toEqual({
      parts: [part(own, ke.own, '500.00'), part(own, ke.own, '200.00')],
      refused: null,
    })
    const until = new Date(stage.clock.now().getTime() + 3_600_000).toISOString()
    const data = [{ provider: 'mpesa-ke', from: stage.clock.now().toISOString(), until, note: null }]
    await office.first.put('/maintenance', { data })
    for (const operation of ['collect', 'disburse'])
      expect((await planOf(operation, '500.00')).parts).toMatchObject([{ startsAt: until }])
    await office.first.put('/maintenance', { data: [] })
  })

  it('that is refused names the limit, the day on which it opens, and what her other wallets could carry', async () => {
    await limits(limit('collect', 'day', '500.00'), limit('disburse', 'week', '2', 'number'))
    expect(await planOf('collect', '400.00')).toMatchObject({ refused: null })
    expect(await planOf('collect', '500.01', payer)).toMatchObject({
      refused: { why: 'fraction', cap: null },
    })
    const cap = {
      operation: 'collect',
      window: 'day',
      measure: 'amount',
      value: '500.00',
      currency: 'KES',
      source: SOURCE,
    }
    expect(await planOf('collect', '700.00')).toEqual({
      connection: null,
      parts: [],
      charge: 'unknown',
      refused: {
        why: 'over-period',
        detail: `a limit of the wallet stands in the way: over-period, day amount 500.00 KES (${SOURCE})`,
        opensOn: null,
        cap,
        now: [part(own, ke.own, '500.00')],
        instead: [part(own, ke.own, '500.00'), part(payer, ke.payer, '200.00')],
      },
    })
    expect(await planOf('collect', '1100.00')).toMatchObject({ refused: { cap, instead: [] } })
    // nothing is paid out to a phone that is only a payer's
    expect(await planOf('disburse', '600000.00')).toMatchObject({
      refused: { why: 'over-period', cap: { window: 'day', value: '500000.00' }, instead: [] },
    })
    await limits(limit('disburse', 'transaction', '500.00'), limit('disburse', 'week', '2', 'number'))
    expect(await planOf('disburse', '1500.00')).toMatchObject({
      refused: { why: 'over-number', cap: { window: 'week', measure: 'number', value: '2', source: SOURCE } },
    })
  })

  it('is shown to whom the order is shown: each direction has its scope', async () => {
    await limits()
    const scopes = (...all: string[]) => ke.change('api_keys', { name: 'demo' }, { scopes: all })
    const { scopes: before } = (await ke.rows('api_keys', { name: 'demo' }))[0] as { scopes: string[] }
    for (const [scope, may, mayNot] of [
      ['collection-requests:read', 'collect', 'disburse'],
      ['disbursements:read', 'disburse', 'collect'],
    ] as const) {
      await scopes(scope)
      expect(await ask(may, '20.00')).toMatchObject({ status: 200, body: { plan: { refused: null } } })
      expect(await ask(mayNot, '20.00')).toMatchObject({ status: 403, body: { title: 'Forbidden' } })
    }
    await scopes(...before)
  })
})

describe('a collection request', () => {
  const push = (amount: string, mode: string) =>
    office.first.post('/collection-requests', { loanId: '2', amount, mode })

  it('shows the plan of what was approved until it is answered', async () => {
    await limits(limit('collect', 'transaction', '30.00'))
    expect((await push('40.00', 'ask')).body).toMatchObject({ state: 'asked', plan: null })
    const now = stage.clock.now().getTime()
    const { body } = await push('50.00', 'prompt')
    const parts = [part(own, ke.own, '30.00'), part(own, ke.own, '20.00')]
    expect(body.plan).toEqual({ connection: 'daraja', parts, charge: 'unknown', refused: null })
    const [first] = (body.plan as { parts: { startsAt: string }[] }).parts
    const { due_at: dueAt } = (await ke.rows('transactions', { request_id: body.id }))[0] as { due_at: Date }
    expect(dueAt.getTime()).toBeGreaterThan(now)
    expect(first?.startsAt).toBe(dueAt.toISOString())
    expect((await office.first.get(`/collection-requests/${body.id}`)).plan).toEqual(body.plan)
    expect((await ke.request(String(body.id))).plan).toEqual(body.plan)
    expect(await ke.state(String(body.id), 'paid', 300_000)).toMatchObject({ plan: null })
  })

  it('that a limit refuses is told which, and until when', async () => {
    await limits(limit('collect', 'day', '60.00'))
    expect(await push('20.00', 'prompt')).toMatchObject({
      status: 409,
      body: {
        title: 'Over a limit',
        detail: `a limit of the wallet stands in the way until 2026-03-06: over-period, day amount 60.00 KES (${SOURCE})`,
      },
    })
  })
})
