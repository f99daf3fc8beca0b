import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addConnection } from '../support/connections.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, type Row, type Story } from '../support/story.ts'

/** A lender who pays out by Wave: the name is compared before, the money is there at once, and no hook tells of it. */

let stage: TestStage
let cm: Story
let office: Office
let loan = 160

const wallet = (name: string) => ({ msisdn: cm.own, pin: '1111', balance: '0', currency: 'XAF', name })
const business = {
  business: 'Espoir',
  apiKeys: [{ apiKey: 'espoir-wave' }],
  launchUrl: 'http://localhost/sim/wave',
  float: '900000',
  currency: 'XAF',
  country: '237',
}

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  cm = createStory(stage, 'demo-cm')
  office = createOffice(stage, 'demo-cm')
  const seed = { businesses: [business], wallets: [wallet('NGONO Aminata')] }
  await stage.house.simulators?.seed({ wave: seed })
  await addConnection(stage, 'demo-cm', {
    ...{ name: 'wave', adapter: 'wave', provider: 'mtn-cm' },
    config: {
      baseUrl: 'sim://wave',
      currency: 'XAF',
      successUrl: 'https://espoir.example/merci',
      errorUrl: 'https://espoir.example/encore',
    },
    secrets: { apiKey: 'espoir-wave' },
  })
  await stage.house.db.asTenant('demo-cm', trx =>
    trx('tenants')
      .where({ id: 'demo-cm' })
      .update({ settings: trx.raw(`jsonb_set(settings, '{payouts,nameCheck}', '"block"')`) }),
  )
  stage.house.gateway.deps.tenants.forget('demo-cm')
  const way = { provider: 'mtn-cm', currency: 'XAF', connection: 'wave', priority: 0, from: '2026-03-05' }
  expect((await office.first.put('/routes', { data: [{ ...way, operation: 'disburse' }] })).status).toBe(200)
})
afterAll(() => stage.close())
beforeEach(async () => {
  loan += 1
  await addLoans(stage, 'demo-cm', [{ id: loan, status: 'approved' }])
})

async function ordered(): Promise<unknown> {
  const { status, body } = await office.first.post('/disbursements', { loanId: String(loan) })
  expect({ status, body }).toMatchObject({ status: 201 })
  return body.id
}
const reaches = (id: unknown, state: string): Promise<Row> =>
  hurry(
    stage,
    async () => {
      const row = await office.first.get(`/disbursements/${id}`)
      return row.state === state ? row : undefined
    },
    900_000,
    `disbursement ${state}`,
  )
const movements = async () => (await stage.get('/sim/providers/wave/transactions?limit=1000')).data
const expectLedgerToHold = async () => expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])

/** The name that Wave has of her. */
const called = (name: string) =>
  stage.house.simulators?.seed({ wave: { businesses: [], wallets: [{ ...wallet(name), msisdn: cm.payer }] } })

describe('by Wave', () => {
  it('she is paid where the name fits, and the fee is booked as Wave told it', async () => {
    const before = (await movements()).length
    const paid = await reaches(await ordered(), 'paid')
    const [movement, ...more] = (await movements()).slice(before)
    expect(more).toEqual([])
    expect(movement).toMatchObject({ kind: 'disburse', status: 'succeeded', msisdn: cm.own })
    expect(paid.parts).toMatchObject([{ state: 'booked', receipt: movement?.conversationId }])
    await expectLedgerToHold()
  })

  it('a lost answer is found by asking, and nothing is paid twice', async () => {
    const before = (await movements()).length
    await stage.fault({ simulator: 'wave', kind: 'lost-answer' })
    await reaches(await ordered(), 'paid')
    expect((await movements()).slice(before)).toHaveLength(1)
    await expectLedgerToHold()
  })

  it('what is decided later is heard of by asking', async () => {
    await stage.fault({ simulator: 'wave', kind: 'unreachable' })
    expect(await reaches(await ordered(), 'failed')).toMatchObject({ reason: 'no-account' })
    await expectLedgerToHold()
  })

  it('nobody is paid whose name does not fit: a person asks whose number it is', async () => {
    const before = (await movements()).length
    await called('Paul Biyong')
    const [payer] = await cm.rows('wallets', { msisdn: cm.payer, provider: 'mtn-cm' })
    const { status, body } = await office.first.post('/disbursements', {
      loanId: String(loan),
      walletId: payer?.id,
    })
    expect({ status, body }).toMatchObject({ status: 201 })
    if (body.state === 'planned') await office.second.post(`/disbursements/${body.id}/approve`, {})
    expect(await reaches(body.id, 'failed')).toMatchObject({ reason: 'other-name' })
    expect(await cm.cases()).toContain('other-name')
    expect((await movements()).slice(before)).toEqual([])
  })
})
