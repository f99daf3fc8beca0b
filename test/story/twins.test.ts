import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { configure } from '../support/connections.ts'
import { addLoans, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/** Safaricom takes the same amount to or from the same number within two minutes for a repetition, and refuses it. */

const MINUTE = 60_000
const RULE_MS = 2 * MINUTE

let stage: TestStage
let story: Story
let office: Office['first']
let before: number

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke').first
  await insideSimulators(stage, db => db('sim_mpesa.apps').update({ refuses_twins: true }))
  await configure(stage, 'demo-ke', { timing: {} })
  await addLoans(stage, 'demo-ke', [{ id: 2 }])
  await addLoans(
    stage,
    'demo-ke',
    [301, 302, 303].map(id => ({ id, principal: '4000', status: 'approved' as const })),
  )
})
beforeEach(async () => {
  before = (await story.truth()).length
})
afterAll(() => stage.close())

const now = (): number => stage.clock.now().getTime()
const order = async (loanId: string): Promise<string> =>
  String((await office.post('/disbursements', { loanId })).body.id)
const paid = (id: string): Promise<unknown> =>
  hurry(
    stage,
    async () => (await office.get(`/disbursements/${id}`)).state === 'paid',
    15 * MINUTE,
    'paid out',
    10_000,
  )
/** What has moved since the test began; the milliseconds from each movement to the next. */
async function moved(): Promise<{ readonly statuses: unknown[]; readonly gaps: number[] }> {
  const rows: Row[] = (await story.truth()).slice(before)
  const ends = rows.map(({ completedAt }) => Date.parse(String(completedAt)))
  return {
    statuses: rows.map(({ status }) => status),
    gaps: ends.slice(1).map((at, index) => at - (ends[index] ?? 0)),
  }
}
async function apart(): Promise<void> {
  const { statuses, gaps } = await moved()
  expect(statuses).toEqual(['succeeded', 'succeeded'])
  expect(gaps[0]).toBeGreaterThan(RULE_MS)
  // and no longer than it takes
  expect(gaps[0]).toBeLessThan(2 * RULE_MS)
  expect(await story.cases()).toEqual([])
  expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
}

describe('payouts of one amount to one number', () => {
  it('that were staggered, and held together by a shut-down, leave one after the other all the same', async () => {
    const cap = {
      provider: 'mpesa-ke',
      tier: '*',
      operation: 'disburse',
      window: 'transaction',
      measure: 'amount',
      value: '2000.00',
      currency: 'KES',
      source: 'our own contract of 2026',
      from: '2026-03-05',
    }
    await office.put('/limits', { data: [cap] })
    const shut = {
      provider: 'mpesa-ke',
      from: new Date(now() + 6 * MINUTE),
      until: new Date(now() + 12 * MINUTE),
    }
    expect((await office.put('/maintenance', { data: [shut] })).status).toBe(200)
    await pass(stage, 8 * MINUTE, MINUTE)
    const id = await order('301')
    await pass(stage, 3 * MINUTE, MINUTE)
    expect(await story.rows('transactions', { disbursement_id: id })).toMatchObject([
      { state: 'logged', amount_minor: 200_000n },
      { state: 'logged', amount_minor: 200_000n },
    ])
    await paid(id)
    await apart()
    await office.put('/limits', { data: [] })
  })

  it('for two loans, one twenty seconds after the other, are both paid', async () => {
    await pass(stage, 5 * MINUTE, MINUTE)
    const one = await order('302')
    await pass(stage, 20_000)
    const two = await order('303')
    await paid(one)
    await paid(two)
    await apart()
  })
})

describe('collections of one amount from one phone', () => {
  const phone = (method: 'GET' | 'POST', path: string, body?: object): Promise<Response> =>
    fetch(`${stage.url}/sim/phones/${story.own.slice(1)}/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  type Screen = { readonly prompts: readonly { readonly promptId: string }[] }

  it('for two loans: the second prompt comes two minutes after she has answered the first, late as she was', async () => {
    expect((await phone('POST', 'attach')).status).toBe(200)
    const ids: string[] = []
    for (const loan of ['1', '2']) {
      ids.push(String((await story.ask('70.00', loan)).body.id))
      await story.approve('own')
    }
    await pass(stage, 40_000)
    const { prompts } = (await (await phone('GET', 'screen')).json()) as Screen
    expect(prompts).toHaveLength(1)
    expect((await phone('POST', 'answer', { promptId: prompts[0]?.promptId, pin: '1111' })).status).toBe(200)
    await fetch(`${stage.url}/sim/phones/${story.own.slice(1)}/attach`, { method: 'DELETE' })
    for (const id of ids) await story.state(id, 'paid', 10 * MINUTE, 10_000)
    await apart()
  })

  it('of which the first was refused: the second does not wait for it', async () => {
    await pass(stage, 5 * MINUTE, MINUTE)
    await stage.fault({ simulator: 'mpesa', kind: 'insufficient-funds', msisdn: story.own })
    const one = String((await story.ask('80.00', '1')).body.id)
    await story.approve('own')
    await story.movement(one, 'failed')
    await story.approve('own')
    await story.state(one, 'paid', 30_000)
    expect((await moved()).statuses).toEqual(['failed', 'succeeded'])
  })
})

it('a prompt that nobody answers keeps the phone for as long as the connection says that one lives', async () => {
  const cm = createStory(stage, 'demo-cm')
  await addLoans(stage, 'demo-cm', [{ id: 2 }])
  await configure(stage, 'demo-cm', { timing: { promptLifeMs: 20_000 } })
  await stage.fault({ simulator: 'mtn-momo', kind: 'no-answer-ever', msisdn: cm.own })
  const first = String((await cm.ask('90', '1')).body.id)
  await cm.approve('own')
  await cm.movement(first, 'pending')
  const second = String((await cm.ask('95', '2')).body.id)
  await cm.approve('own')
  await pass(stage, 10_000, 1000)
  expect(await cm.rows('transactions', { request_id: second })).toMatchObject([{ state: 'logged' }])
  await cm.state(second, 'paid', 30_000)
  expect((await cm.request(first)).transactions).toMatchObject([{ state: 'pending' }])
})
