import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addConnection } from '../support/connections.ts'
import { insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/** Two connections of one provider: the lender's own at MTN, and an aggregator's, which reaches MTN by its own code. */

const TENANT = 'demo-cm'
const CODE = 'CM_MTN_MOMO'
const MINUTE = 60_000
const AGGREGATOR = {
  collection: {
    apiUser: '61f0a3de-95f0-4d1a-8a55-1f3f0f5f3c01',
    apiKey: 'sahel-collection-key-00000000000',
    subscriptionKey: 'sahel-collection',
  },
  disbursement: {
    apiUser: '61f0a3de-95f0-4d1a-8a55-1f3f0f5f3c02',
    apiKey: 'sahel-disbursement-key-000000000',
    subscriptionKey: 'sahel-disbursement',
  },
}

let stage: TestStage
let story: Story
let office: Office['first']
let wallet: Row

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, TENANT)
  office = createOffice(stage, TENANT).first
  const user = { providerCallbackHost: '127.0.0.1', environment: 'mtncameroon', partner: 'sahel' } as const
  await stage.house.simulators?.seed({
    mtnMomo: {
      users: [
        { ...user, ...AGGREGATOR.collection },
        { ...user, ...AGGREGATOR.disbursement, product: 'disbursement', float: '10000000' },
      ],
      wallets: [],
    },
  })
  const aggregator = 'sahel'
  await addConnection(stage, TENANT, {
    name: aggregator,
    adapter: 'mtn-momo',
    aggregator,
    secrets: AGGREGATOR,
  })
  await stage.house.db.asTenant(TENANT, trx =>
    trx('aggregator_codes').insert({ aggregator, provider: 'mtn-cm', code: CODE, valid_from: '2026-01-01' }),
  )
  const route = { provider: 'mtn-cm', currency: 'XAF', from: '2026-03-05' }
  const data = (['collect', 'disburse'] as const).flatMap(operation =>
    ['mtn', 'sahel'].map((connection, priority) => ({ ...route, operation, connection, priority })),
  )
  expect((await office.put('/routes', { data })).status).toBe(200)
  wallet = (await story.rows('wallets', { msisdn: story.own }))[0] ?? {}
})
afterAll(() => stage.close())

const connection = async (name: string): Promise<Row> => (await story.rows('connections', { name }))[0] as Row
const now = (): number => stage.clock.now().getTime()
/** For how long it rests from now on. */
const restsMs = async (name: string): Promise<number> =>
  ((await connection(name)).sick_until as Date).getTime() - now()
const fault = (kind: string, times: number) =>
  stage.fault({ simulator: 'mtn-momo', kind, msisdn: story.own, times })

/** The aggregator serves this provider no more. */
const closeCode = () =>
  stage.house.db.asTenant(TENANT, trx =>
    trx('aggregator_codes').where({ aggregator: 'sahel' }).update({ valid_until: '2026-03-05' }),
  )

let vouchers = 0
/** Payouts ordered at this moment, no two of the same amount. */
async function order(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    vouchers += 1
    const { body } = await office.post('/disbursements', {
      customerId: wallet.customer_id,
      walletId: wallet.id,
      amount: String(1000 + vouchers),
      programme: '11',
    })
    ids.push(String(body.id))
  }
  await stage.settle()
  return ids
}
const partOf = async (payout: string): Promise<Row> =>
  (await story.rows('transactions', { disbursement_id: payout }))[0] as Row
const partsOf = (payouts: readonly string[]): Promise<Row[]> => Promise.all(payouts.map(partOf))
const attemptsOf = async (payouts: readonly string[]): Promise<Row[]> => {
  const parts = await partsOf(payouts)
  return (await Promise.all(parts.map(({ id }) => story.rows('attempts', { transaction_id: id })))).flat()
}
const sentOf = async (payouts: readonly string[]): Promise<Row[]> =>
  (await attemptsOf(payouts)).filter(({ sent_at }) => sent_at !== null)
const allPaid = (payouts: readonly string[]): Promise<unknown> =>
  hurry(
    stage,
    async () => {
      const views = await Promise.all(payouts.map(id => office.get(`/disbursements/${id}`)))
      return views.every(({ state }) => state === 'paid')
    },
    15 * MINUTE,
    'all are paid',
    5000,
  )
/** Whose account at MTN a movement touched, by our reference. */
const apiUserOf = async (reference: unknown): Promise<string> =>
  (
    await insideSimulators(stage, db =>
      db('sim_mtn_momo.transactions').where({ reference }).first('api_user'),
    )
  ).api_user
const balanced = async () => expect(await verifyLedger(stage.house.db, [TENANT])).toEqual([])

describe('while the first connection is sick', () => {
  let might: string[]

  it('what has never left takes the other, under its code; what might have arrived stays where it is', async () => {
    const { body } = await story.ask('500')
    await story.approve('payer')
    const [push] = await story.rows('transactions', { request_id: body.id })
    const own = (await connection('mtn')).id
    expect(push).toMatchObject({ state: 'logged', connection_id: own, code: null })

    await fault('lost-answer', 3)
    await fault('lost-request', 2)
    might = await order(5)
    expect(await restsMs('mtn')).toBe(MINUTE)

    await story.state(String(body.id), 'paid')

    const other = (await connection('sahel')).id
    expect(await story.rows('transactions', { request_id: body.id })).toMatchObject([
      { state: 'booked', connection_id: other, code: CODE },
    ])
    const [attempt] = await story.rows('attempts', { transaction_id: push?.id })
    expect(attempt).toMatchObject({ connection_id: other })
    expect(await apiUserOf(attempt?.reference)).toBe(AGGREGATOR.collection.apiUser)
    expect((await story.rows('transfers', { transaction_id: push?.id })).map(({ debit }) => debit)).toContain(
      'float:sahel:collect',
    )
    for (const part of await partsOf(might)) expect(part).toMatchObject({ connection_id: own, code: null })
  })

  it('what is planned now is planned by the other at once, and the plan says so', async () => {
    const plan = async () =>
      (await office.post('/plans', { operation: 'disburse', walletId: wallet.id, amount: '700' })).body.plan
    expect(await restsMs('mtn')).toBeGreaterThan(0)
    expect(await plan()).toMatchObject({ connection: 'sahel', refused: null })
    const ids = await order(1)
    await allPaid(ids)
    expect(await partsOf(ids)).toMatchObject([{ connection_id: (await connection('sahel')).id, code: CODE }])
    await pass(stage, MINUTE)
    expect(await plan()).toMatchObject({ connection: 'mtn' })
  })

  it('the connections tell how they are: what each call itself brought, and how long callbacks took', async () => {
    // by now the silent five have been asked about, and most of them are known to have been paid
    const listed = await office.list('/connections')
    const [mtn, sahel] = ['mtn', 'sahel'].map(known => listed.find(({ name }) => name === known))
    expect(mtn).toMatchObject({ name: 'mtn', lastHour: { calls: 5, unanswered: 5 } })
    expect(sahel).toMatchObject({ name: 'sahel', sickUntil: null, lastHour: { calls: 2, unanswered: 0 } })
    // she answers after two seconds, and the payout was decided after one
    const { callbackMs } = (sahel as { lastHour: { callbackMs: number } }).lastHour
    expect(callbackMs).toBeGreaterThanOrEqual(1000)
    expect(callbackMs).toBeLessThanOrEqual(5000)
    expect((await createOffice(stage, 'demo-ke').first.list('/connections'))[0]).toMatchObject({
      lastHour: { calls: 0, unanswered: 0, callbackMs: null },
    })
  })

  it('what might have arrived is paid once, by its own connection and under its first reference', async () => {
    await allPaid(might)
    const own = (await connection('mtn')).id
    const attempts = await attemptsOf(might)
    // two had been lost on their way: "never heard of it" was believed after the grace
    expect(attempts).toHaveLength(7)
    for (const { connection_id } of attempts) expect(connection_id).toBe(own)
    const references = [...new Set(attempts.map(({ reference }) => reference))]
    expect(references).toHaveLength(5)
    const truth = (await story.truth()).filter(({ reference }) => references.includes(reference))
    expect(truth.map(({ status }) => status)).toEqual(Array(5).fill('succeeded'))
    await balanced()
  })

  it('nothing takes a connection whose aggregator has no code in force: it waits for the first', async () => {
    await closeCode()
    await pass(stage, 10 * MINUTE, MINUTE)
    await fault('lost-answer', 5)
    const lost = await order(5)
    const waiting = await order(1)
    expect(await partsOf(waiting)).toMatchObject([
      { state: 'logged', connection_id: (await connection('mtn')).id },
    ])
    await allPaid([...lost, ...waiting])
    await balanced()
  })
})

describe('the breaker of a connection beside which there is none', () => {
  const sent = async (ids: readonly string[]) => (await sentOf(ids)).length
  beforeAll(closeCode)

  it('lets one call go as a probe the moment the rest is over, longer rests while it finds silence, then all', async () => {
    await pass(stage, 10 * MINUTE, MINUTE)
    // five are found silent, and three probes after them
    await fault('lost-answer', 8)
    const lost = await order(5)
    expect(await restsMs('mtn')).toBe(MINUTE)
    const waiting = await order(6)
    expect(await sentOf(waiting)).toEqual([])

    await pass(stage, MINUTE - 1000, 20_000)
    expect(await sentOf(waiting)).toEqual([])
    const rests: number[] = []
    for (let probes = 1; probes <= 3; probes++) {
      await hurry(stage, async () => (await sent(waiting)) === probes, 16 * MINUTE, 'a probe')
      // it left when the rest was over, and nobody with it
      rests.push(await restsMs('mtn'))
      await pass(stage, (rests.at(-1) ?? 0) - 1000, 20_000)
      expect(await sent(waiting)).toBe(probes)
    }
    expect(rests.map(ms => Math.round(ms / MINUTE))).toEqual([1, 2, 4])

    const back = now()
    await hurry(stage, async () => (await sent(waiting)) === 6, 30_000, 'all others', 1000)
    expect(now() - back).toBeLessThanOrEqual(15_000)
    expect(await connection('mtn')).toMatchObject({ sick_since: null, sick_until: null, probe_until: null })
    await allPaid([...lost, ...waiting])
    await balanced()
  })

  it('grants the probe to one movement, which may wait for its own reasons no longer than a minute', async () => {
    await pass(stage, 10 * MINUTE, MINUTE)
    await fault('lost-answer', 5)
    const lost = await order(5)
    const waiting = await order(2)
    await pass(stage, MINUTE - 1000, 20_000)
    const [holder] = await partsOf(waiting)
    // as a worker that dies when it has the probe in hand leaves it
    await story.change(
      'connections',
      { name: 'mtn' },
      { probe_by: holder?.id, probe_until: new Date(now() + MINUTE) },
    )
    await story.change('transactions', { id: holder?.id }, { due_at: new Date(now() + 60 * MINUTE) })
    await pass(stage, 30_000)
    expect(await sentOf(waiting)).toEqual([])
    await pass(stage, 45_000)
    expect(await sentOf(waiting.slice(1))).toHaveLength(1)
    await story.change('transactions', { id: holder?.id }, { due_at: new Date(now()) })
    await allPaid([...lost, ...waiting])
  })
})
