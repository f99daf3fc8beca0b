import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createOffice, type Office } from '../support/board.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { addConnection } from '../support/connections.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story, type TenantName } from '../support/story.ts'

/** Which of several connections a movement takes, and what becomes of it where that one cannot take it any more. */

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

const HOUR_MS = 3_600_000

async function routes(there: Office, ...rows: readonly object[]): Promise<void> {
  const { status } = await there.first.put('/routes', {
    data: rows.map((row, priority) => ({ priority, from: '2026-03-05', ...row })),
  })
  expect(status).toBe(200)
}

/** An officer's prompt, approved and not yet sent. */
async function planned(story: Story, there: Office, loanId: string, amount: string): Promise<Row> {
  const { status, body } = await there.first.post('/collection-requests', { loanId, amount, mode: 'prompt' })
  expect({ status, body }).toMatchObject({ status: 201 })
  const [movement] = await story.rows('transactions', { request_id: body.id })
  expect(movement).toMatchObject({ state: 'logged' })
  return movement as Row
}

/** The connection is thought unwell for so long. */
async function fallsSick(story: Story, name: string, ms: number): Promise<void> {
  const until = new Date(stage.clock.now().getTime() + ms)
  await story.change('connections', { name }, { sick_since: stage.clock.now(), sick_until: until })
  stage.house.gateway.deps.tenants.forget(story.tenant)
}

const cast = (tenant: TenantName) => [createStory(stage, tenant), createOffice(stage, tenant)] as const

describe('what was planned for a connection that fell sick', () => {
  const KES = { provider: 'mpesa-ke', currency: 'KES', operation: 'collect' }
  let ke: Story
  let office: Office
  let other: string
  let loan = 40

  beforeAll(async () => {
    ;[ke, office] = cast('demo-ke')
    // its wire carries cents, Daraja's does not
    other = await addConnection(stage, 'demo-ke', {
      name: 'other',
      adapter: 'mtn-momo',
      provider: 'mpesa-ke',
      config: { currency: 'KES' },
    })
    await routes(office, { ...KES, connection: 'other' }, { ...KES, connection: 'daraja' })
  })
  beforeEach(async () => {
    loan += 1
    await addLoans(stage, 'demo-ke', [{ id: loan }])
    await ke.change('connections', {}, { sick_since: null, sick_until: null })
    stage.house.gateway.deps.tenants.forget('demo-ke')
  })

  it('takes the next route before it has left, and the books know by which it went', async () => {
    const { id, request_id: request, connection_id: first } = await planned(ke, office, String(loan), '30.00')
    expect(first).toBe(other)
    await fallsSick(ke, 'other', HOUR_MS)
    await ke.state(String(request), 'paid')
    const [daraja] = await ke.rows('connections', { name: 'daraja' })
    expect(await ke.rows('transactions', { id })).toMatchObject([{ connection_id: daraja?.id, code: null }])
    expect(await ke.rows('transfers', { transaction_id: id, credit: 'clearing-in' })).toMatchObject([
      { debit: 'float:daraja:collect' },
    ])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('waits where the next cannot carry its amount: no other connection comes to rest for it', async () => {
    const { id } = await planned(ke, office, String(loan), '30.50')
    await fallsSick(ke, 'other', HOUR_MS)
    await pass(stage, HOUR_MS / 4, 60_000)
    expect(await ke.rows('transactions', { id })).toMatchObject([{ state: 'logged', connection_id: other }])
    expect(await ke.rows('attempts', { transaction_id: id })).toEqual([])
    expect(await ke.rows('connections', { state: 'paused' })).toEqual([])
    expect(await ke.cases()).toEqual([])
  })
})

describe('an aggregator’s code', () => {
  const XAF = { provider: 'mtn-cm', currency: 'XAF' }
  let cm: Story
  let office: Office
  let market: string
  let loan = 60

  const codes = (...rows: readonly { code: string; from: string; until?: string }[]) =>
    stage.house.db.asTenant('demo-cm', async trx => {
      for (const { code, from, until = null } of rows) {
        const row = { aggregator: 'sahel', provider: 'mtn-cm', valid_from: from }
        await trx('aggregator_codes')
          .insert({ ...row, code, valid_until: until })
          .onConflict(['aggregator', 'provider', 'valid_from'])
          .merge()
      }
      stage.house.gateway.deps.tenants.forget('demo-cm')
    })
  const shut = async (from: Date, hours: number): Promise<void> => {
    const until = new Date(from.getTime() + hours * HOUR_MS)
    const { status } = await office.first.put('/maintenance', { data: [{ provider: 'mtn-cm', from, until }] })
    expect(status).toBe(200)
  }

  beforeAll(async () => {
    ;[cm, office] = cast('demo-cm')
    market = await addConnection(stage, 'demo-cm', {
      name: 'market',
      adapter: 'mtn-momo',
      aggregator: 'sahel',
    })
    await routes(
      office,
      { ...XAF, operation: 'collect', connection: 'market' },
      { ...XAF, operation: 'disburse', connection: 'market' },
      // nor is there another way to her: her Orange wallet is reached by the same aggregator
      { ...XAF, provider: 'orange-cm', operation: 'collect', connection: 'market' },
    )
  })
  beforeEach(async () => {
    loan += 1
    await addLoans(stage, 'demo-cm', [{ id: loan }, { id: loan + 100, status: 'approved' }])
  })

  it('that is not known refuses either way, and is named', async () => {
    const lack = 'sahel has no code for mtn-cm in force'
    const { first } = office
    const walletId = (await cm.rows('wallets', { msisdn: cm.own }))[0]?.id
    expect(await first.post('/disbursements', { loanId: String(loan + 100) })).toMatchObject({
      status: 409,
      body: { title: 'No road', detail: lack },
    })
    const item = { loanId: String(loan + 100) }
    expect(await first.post('/batches', { title: 'of one', items: [item] })).toMatchObject({
      status: 409,
      body: { errors: [`items.0: ${lack}`] },
    })
    expect(
      (await first.post('/plans', { operation: 'collect', walletId, amount: '100' })).body.plan,
    ).toMatchObject({ connection: null, refused: { why: 'no-road', detail: lack, opensOn: null } })
    expect(
      await first.post('/collection-requests', { loanId: String(loan), amount: '100', mode: 'prompt' }),
    ).toMatchObject({
      status: 409,
      body: { title: 'No road', detail: lack },
    })
    expect(await cm.rows('transactions')).toEqual([])
  })

  it('is that of the day on which the order leaves, not of the day on which it was planned', async () => {
    await codes({ code: 'OLD', from: '2026-01-01' }, { code: 'NEW', from: '2026-03-06' })
    await shut(stage.clock.now(), 24)
    const { id, request_id: request } = await planned(cm, office, String(loan), '300')
    await pass(stage, 25 * HOUR_MS, HOUR_MS / 2)
    await cm.state(String(request), 'paid')
    expect(await cm.rows('transactions', { id })).toMatchObject([{ connection_id: market, code: 'NEW' }])
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('that ended meanwhile is waited for, with one alarm; nothing has failed and nothing rests', async () => {
    await codes({ code: 'NEW', from: '2026-03-06', until: '2026-03-08' })
    await codes({ code: 'OLD', from: '2026-01-01', until: '2026-03-06' })
    await shut(stage.clock.now(), 48)
    const { id, request_id: request } = await planned(cm, office, String(loan), '301')
    await pass(stage, 50 * HOUR_MS, HOUR_MS / 2)
    expect(await cm.rows('transactions', { id })).toMatchObject([{ state: 'logged' }])
    expect(await cm.rows('connections', { state: 'paused' })).toEqual([])
    expect(await cm.rows('cases', { kind: 'no-code' })).toMatchObject([
      { state: 'open', subject: 'connection', subject_id: market },
    ])
    await codes({ code: 'NEWER', from: '2026-03-08' })
    await cm.state(String(request), 'paid', HOUR_MS, 60_000)
    expect(await cm.rows('transactions', { id })).toMatchObject([{ code: 'NEWER' }])
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('that ended meanwhile sends the order by the next route, where there is one', async () => {
    await codes({ code: 'NEWER', from: '2026-03-08', until: '2026-03-10' })
    const { id, request_id: request } = await planned(cm, office, String(loan), '302')
    await codes({ code: 'NEWER', from: '2026-03-08', until: '2026-03-08' })
    await routes(
      office,
      { ...XAF, operation: 'collect', connection: 'market' },
      { ...XAF, operation: 'collect', connection: 'mtn' },
    )
    await cm.state(String(request), 'paid')
    const [mtn] = await cm.rows('connections', { name: 'mtn' })
    expect(await cm.rows('transactions', { id })).toMatchObject([{ connection_id: mtn?.id, code: null }])
    await expectBooksToAgree(stage, 'demo-cm')
  })
})
