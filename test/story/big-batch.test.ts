import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { resumeConnection } from '../../src/gateway/resume.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { addOperator, orderPayDay, setFloat, setting } from '../support/big-batch.ts'
import { createOffice, type Office } from '../support/board.ts'
import { createMortal } from '../support/mortal.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

const HOUR = 3_600_000
const mortal = createMortal()
let stage: TestStage
let story: Story
let office: Office

beforeAll(async () => {
  stage = await openTestStage({ at: mortal.at })
  await stage.settle()
  story = createStory(stage, 'demo-cm')
  office = createOffice(stage, 'demo-cm')
  await addOperator(stage)
})
afterAll(() => stage.close())

const counts = async (id: string): Promise<Record<string, number>> => {
  const { counts: found } = (await office.first.get(`/batches/${id}`)) as { counts: Row[] }
  return Object.fromEntries(found.map(({ state, items }) => [String(state), Number(items)]))
}
const paidBy = async (id: string, provider: string): Promise<number> =>
  (await story.rows('disbursements', { batch_id: id, provider, state: 'paid' })).length

const order = (id: string, what: string) => office.second.post(`/batches/${id}/${what}`)
const coolOff = (hours: number) => setting(stage.house, ['payouts', 'coolOffHours'], hours)
const resume = (): Promise<boolean> => {
  const { deps } = stage.house.gateway
  return act(deps, 'demo-cm', commit => resumeConnection(deps.ids, commit, 'mtn'))
}

describe('a pay day of more new numbers than move at once', () => {
  const PEOPLE = 260

  it('lets all of them cool off together, from its approval on, and is stopped whole', async () => {
    await coolOff(24)
    const id = await orderPayDay(stage, 0, { 'mtn-cm': PEOPLE, 'orange-cm': 0 })
    await order(id, 'approve')
    const approved = stage.clock.now()
    await pass(stage, 2 * HOUR, HOUR)
    expect(await counts(id)).toEqual({ planned: PEOPLE })
    const payees = await story.rows('payees')
    expect(payees).toHaveLength(PEOPLE)
    expect(new Set(payees.map(({ first_used_at: at }) => (at as Date).getTime()))).toEqual(
      new Set([approved.getTime()]),
    )
    expect((await order(id, 'stop')).body).toMatchObject({ state: 'stopped' })
    await stage.settle()
    expect(await counts(id)).toEqual({ failed: PEOPLE })
    await coolOff(0)
  }, 300_000)

  it('that nobody decides about is one case, not one for each', async () => {
    const id = await orderPayDay(stage, 1000, { 'mtn-cm': 3, 'orange-cm': 0 })
    await pass(stage, 25 * HOUR, HOUR)
    expect(await story.rows('cases', { kind: 'disbursement-waits' })).toMatchObject([
      { subject: 'batch', subject_id: id, state: 'open' },
    ])
    await order(id, 'stop')
    expect(await story.rows('cases', { kind: 'disbursement-waits', state: 'open' })).toEqual([])
    await stage.settle()
    expect(await counts(id)).toEqual({ failed: 3 })
  })
})

describe('a pay day at two operators', () => {
  const [MTN, ORANGE, FLOAT] = [60, 20, 10]

  it('one of them without float, and a crash in the middle: the other goes on, and each is paid once', async () => {
    const id = await orderPayDay(stage, 2000, { 'mtn-cm': MTN, 'orange-cm': ORANGE })
    await setFloat(stage, FLOAT * 1000)
    await order(id, 'approve')
    await mortal.until('after-send', () => hurry(stage, async () => false, HOUR, 'it dies', 60_000))
    stage.clock.advance(120_000)
    const others = async () => (await paidBy(id, 'orange-cm')) === ORANGE
    await hurry(stage, others, HOUR, 'the other operator', 10_000)
    expect(await paidBy(id, 'mtn-cm')).toBe(FLOAT)
    expect(await story.cases()).toEqual(['our-fault'])

    const heard = async () => (await story.rows('transactions', { state: 'pending' })).length === 0
    await hurry(stage, heard, HOUR, 'what was sent is answered', 10_000)
    await setFloat(stage, 10_000_000)
    expect(await resume()).toBe(true)
    const done = async () => (await office.first.get(`/batches/${id}`)).state === 'done'
    await hurry(stage, done, HOUR, 'done', 10_000)
    expect(await counts(id)).toEqual({ paid: MTN + ORANGE })
    const moved = (await story.truth()).filter(
      ({ kind, status }) => kind === 'disburse' && status === 'succeeded',
    )
    expect(moved).toHaveLength(MTN + ORANGE)
    expect(new Set(moved.map(({ msisdn }) => msisdn)).size).toBe(MTN + ORANGE)
    expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])
  }, 300_000)
})
