import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { resumeConnection } from '../../src/gateway/resume.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice } from '../support/board.ts'
import { withoutRoutes } from '../support/connections.ts'
import { addLoans, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await withoutRoutes(stage, 'demo-cm')
})
afterAll(() => stage.close())

describe("a payout that the provider refused for the lender's own fault", () => {
  it('is no failure of hers: it waits, and leaves once more when the lender has mended it', async () => {
    const [story, office] = [createStory(stage, 'demo-cm'), createOffice(stage, 'demo-cm').first]
    const part = async () => (await story.rows('transactions', { kind: 'disburse' }))[0]
    await stage.fault({ simulator: 'mtn-momo', kind: 'payer-limit', msisdn: story.own })
    const { body } = await office.post('/disbursements', { loanId: '101' })
    await hurry(
      stage,
      async () => (await story.rows('connections', { state: 'paused' })).length > 0,
      120_000,
      'the connection rests',
    )
    expect(await part()).toMatchObject({ state: 'logged' })
    expect(await story.cases()).toEqual(['our-fault'])
    expect(await story.sms(story.own)).not.toContainEqual(expect.stringContaining("n'avons pas pu"))
    expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])

    expect(await resume(story)).toBe(true)
    await hurry(
      stage,
      async () => (await office.get(`/disbursements/${body.id}`)).state === 'paid',
      600_000,
      'disbursement paid',
    )
    const attempts = await story.rows('attempts', { transaction_id: (await part())?.id })
    expect(new Set(attempts.map(({ reference }) => reference)).size).toBe(2)
    const paid = (await story.truth()).filter(
      ({ kind, status }) => kind === 'disburse' && status === 'succeeded',
    )
    expect(paid).toHaveLength(1)
    expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])
  })
})

/** Whom the provider does not let in any more, or lets in again. */
type Rotate = (good: boolean) => Promise<unknown>
const mtnKeys =
  (product: 'collection' | 'disbursement', key: string): Rotate =>
  good =>
    insideSimulators(stage, async db => {
      await db('sim_mtn_momo.tokens').delete()
      await db('sim_mtn_momo.api_users')
        .where({ product })
        .update({ api_key: good ? key : 'rotated' })
    })
const PAYOUT_KEYS = mtnKeys('disbursement', 'demo-mtn-payout-key-000000000000')
const COLLECTION_KEYS = mtnKeys('collection', 'demo-mtn-api-key-000000000000000')
const OPERATOR: Rotate = good =>
  insideSimulators(stage, db =>
    db('sim_mpesa.apps').update({ initiator_password: good ? 'demo-operator-password' : 'rotated' }),
  )
const APP: Rotate = good =>
  insideSimulators(stage, db =>
    db('sim_mpesa.apps').update({ consumer_secret: good ? 'demo-consumer-secret' : 'rotated', token: null }),
  )

const connectionOf = async (story: Story): Promise<Row> =>
  (await story.rows('connections', { name: story.connection }))[0] ?? {}
const rests = (story: Story, pausedFor: string): Promise<unknown> =>
  hurry(
    stage,
    async () => (await connectionOf(story)).paused_for === pausedFor,
    300_000,
    `the connection rests for ${pausedFor}`,
  )
const resume = (story: Story, fault?: string): Promise<boolean> => {
  const { deps } = stage.house.gateway
  return act(deps, story.tenant, async commit => {
    return resumeConnection(deps.ids, commit, story.connection, fault)
  })
}

/** A fresh loan is ordered paid out, and is paid in the end. */
async function payout(story: Story, id: number) {
  const office = createOffice(stage, story.tenant).first
  await addLoans(stage, story.tenant, [{ id, principal: '5000', status: 'approved' }])
  const { body } = await office.post('/disbursements', { loanId: String(id) })
  return {
    paid: () =>
      hurry(
        stage,
        async () => (await office.get(`/disbursements/${body.id}`)).state === 'paid',
        600_000,
        `loan ${id} paid out`,
      ),
  }
}
/** Straight to the prompt of her wallet. */
async function push(story: Story, loanId: string, major: number): Promise<string> {
  await addLoans(stage, story.tenant, [{ id: Number(loanId) }])
  const amount = story.tenant === 'demo-ke' ? `${major}.00` : String(major)
  const { first } = createOffice(stage, story.tenant)
  const { body } = await first.post('/collection-requests', { loanId, amount, mode: 'prompt' })
  return String(body.id)
}

describe('a fault of what pays out', () => {
  it.each([
    ['demo-cm', 'keys of a product of their own', PAYOUT_KEYS, 'credentials', 301],
    ['demo-ke', "the operator's password", OPERATOR, 'credentials', 302],
    ['demo-cm', 'the quota', undefined, 'quota', 303],
  ] as const)('%s, %s: payouts rest, collecting goes on', async (tenant, _, rotate, fault, id) => {
    const story = createStory(stage, tenant)
    const settled = (await story.cases('settled')).length
    if (rotate === undefined)
      await stage.fault({ simulator: 'mtn-momo', kind: 'payer-limit', msisdn: story.own })
    await rotate?.(false)
    const { paid } = await payout(story, id)
    if (rotate === OPERATOR) {
      // who may not pay may not ask either: what became of it is heard when the password is right again
      await pass(stage, 60_000, 10_000)
      await rotate(true)
    }
    await rests(story, `disburse:${fault}`)
    expect(await story.cases()).toEqual(['our-fault'])
    await story.movement(await push(story, String(id + 100), 15), 'booked')
    expect(await connectionOf(story)).toMatchObject({ state: 'paused', paused_for: `disburse:${fault}` })
    const list = await createOffice(stage, tenant).first.list('/connections')
    expect(list.find(({ name }) => name === story.connection)).toMatchObject({
      ...{ state: 'paused', pausedFor: [`disburse:${fault}`] },
    })

    await rotate?.(true)
    expect(await resume(story)).toBe(true)
    await paid()
    expect(await story.cases()).toEqual([])
    expect(await story.cases('settled')).toHaveLength(settled + 1)
    expect(await verifyLedger(stage.house.db, [tenant])).toEqual([])
  })

  it('that is of the whole account keeps collections back too', async () => {
    const story = createStory(stage, 'demo-ke')
    await APP(false)
    const { paid } = await payout(story, 304)
    await rests(story, 'credentials')
    const request = await push(story, '404', 16)
    await pass(stage, 120_000, 10_000)
    expect((await story.request(request)).transactions).toMatchObject([{ state: 'logged' }])
    await APP(true)
    expect(await resume(story)).toBe(true)
    await paid()
    await story.movement(request, 'booked')
  })

  it('and one of what collects, met later, are two alarms; each is mended by itself', async () => {
    const story = createStory(stage, 'demo-cm')
    await stage.fault({ simulator: 'mtn-momo', kind: 'payer-limit', msisdn: story.own })
    const { paid } = await payout(story, 305)
    await rests(story, 'disburse:quota')
    await COLLECTION_KEYS(false)
    const request = await push(story, '405', 17)
    await rests(story, 'disburse:quota collect:credentials')
    expect(await story.cases()).toEqual(['our-fault', 'our-fault'])

    expect(await resume(story, 'no-float')).toBe(false)
    expect(await resume(story, 'quota')).toBe(true)
    expect(await connectionOf(story)).toMatchObject({ state: 'paused', paused_for: 'collect:credentials' })
    expect(await story.rows('cases', { state: 'open' })).toMatchObject([
      { kind: 'our-fault', detail: { fault: 'credentials', pausedFor: 'collect:credentials' } },
    ])
    await paid()
    expect((await story.request(request)).transactions).toMatchObject([{ state: 'logged' }])
    await COLLECTION_KEYS(true)
    expect(await resume(story, 'credentials')).toBe(true)
    await story.movement(request, 'booked')
    expect(await connectionOf(story)).toMatchObject({ state: 'active', paused_for: null })
    expect(await story.cases()).toEqual([])
  })
})
