import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let office: Office

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
})
afterAll(() => stage.close())

let entered = 0
const move = (more: object = {}) => ({
  kind: 'top-up',
  connection: 'daraja',
  account: 'pay',
  bank: 'kcb-main',
  amount: '50000.00',
  reference: `FT26064-${++entered}`,
  movedOn: '2026-03-05',
  ...more,
})
const enter = (body: object, who = office.first) => who.post('/treasury/moves', body)
const transfersOf = (move: unknown): Promise<Row[]> => ke.rows('transfers', { subject_id: move })

describe('a treasury move', () => {
  it.each([
    ['top-up', 'pay', 'float:daraja:pay', 'bank:kcb-main'],
    ['sweep', 'collect', 'bank:kcb-main', 'float:daraja:collect'],
    ['settlement', 'collect', 'bank:kcb-main', 'float:daraja:collect'],
  ])(
    '%s is entered by one person, and counts when another has confirmed it',
    async (kind, account, debit, credit) => {
      const { status, body } = await enter(move({ kind, account }))
      expect({ status, state: body.state }).toEqual({ status: 202, state: 'open' })
      expect(await transfersOf(body.subjectId)).toEqual([])
      expect((await office.first.post(`/proposals/${body.id}/approve`)).body.title).toBe('Own proposal')
      expect((await office.second.post(`/proposals/${body.id}/approve`)).status).toBe(200)
      expect(await transfersOf(body.subjectId)).toMatchObject([{ debit, credit, amount_minor: 5_000_000n }])
      expect((await office.first.list('/treasury/moves'))[0]).toMatchObject({
        id: body.subjectId,
        kind,
        account,
        amount: '50000.00',
        currency: 'KES',
        enteredBy: 'demo',
        confirmedBy: 'demo-2',
      })
      expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
    },
  )

  it('refused to the one who entered it is not refused to the other by the same Idempotency-Key', async () => {
    const { body } = await enter(move())
    const path = `/proposals/${body.id}/approve`
    expect((await office.first.post(path, {}, 'the-same-key')).body.title).toBe('Own proposal')
    expect((await office.second.post(path, {}, 'the-same-key')).body.title).toBe('Key used before')
    expect((await office.first.post(path, {}, 'the-same-key')).body.title).toBe('Own proposal')
    expect((await office.second.post(path)).status).toBe(200)
  })

  it('is entered once: its reference is taken', async () => {
    const body = move()
    const [one, two] = [await enter(body), await enter(body, office.second)]
    expect([one.status, two.status]).toEqual([202, 202])
    expect((await office.second.post(`/proposals/${one.body.id}/approve`)).status).toBe(200)
    expect((await office.first.post(`/proposals/${two.body.id}/approve`)).body.title).toBe('Reference taken')
    expect((await enter(body)).body.title).toBe('Reference taken')
    expect(await ke.rows('treasury_moves', { reference: body.reference })).toHaveLength(1)
  })

  it.each([
    ['of a connection that is not there', { connection: 'mtn' }],
    ['of nothing', { amount: '0' }],
    ['of more digits than the currency has', { amount: '1.001' }],
    ['from tomorrow', { movedOn: '2026-03-06' }],
    ['without a reference', { reference: '' }],
    ['to a bank with a long name', { bank: 'Kenya Commercial' }],
    ['that settles what was not collected', { kind: 'settlement', account: 'pay' }],
    ['that empties a float and would wake it', { kind: 'sweep', resume: true }],
  ])('%s is refused', async (_, wrong) => {
    expect((await enter(move(wrong))).status).toBe(400)
  })

  it('of another lender is not seen', async () => {
    expect(await createOffice(stage, 'demo-cm').first.list('/treasury/moves')).toEqual([])
  })
})

describe('an empty float', () => {
  it('holds payouts back without failing them, until a top-up that was confirmed lets them go', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 301, principal: '5000', status: 'approved' }])
    await stage.fault({ simulator: 'mpesa', kind: 'no-float', msisdn: ke.own })
    const { body: payout } = await office.first.post('/disbursements', { loanId: '301' })
    await pass(stage, 600_000, 60_000)
    expect(await ke.rows('connections')).toMatchObject([{ state: 'paused', paused_for: 'no-float' }])
    expect((await office.first.get(`/disbursements/${payout.id}`)).state).toBe('paying')
    const { body } = await enter(move({ resume: true }))
    expect((await office.second.post(`/proposals/${body.id}/approve`)).status).toBe(200)
    await hurry(
      stage,
      async () => (await office.first.get(`/disbursements/${payout.id}`)).state === 'paid',
      600_000,
      'paid',
    )
    expect(await ke.cases()).not.toContain('our-fault')
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
  })
})
