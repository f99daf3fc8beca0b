import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { localDate } from '../../src/domain/time.ts'
import { act } from '../../src/gateway/context.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
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

const order = (body: object, who = office.first) => who.post('/disbursements', body)
const reaches = (office: Office, id: unknown, state: string): Promise<Row> =>
  hurry(
    stage,
    async () => {
      const row = await office.first.get(`/disbursements/${id}`)
      return row.state === state ? row : undefined
    },
    600_000,
    `disbursement ${state}`,
  )
const walletOf = async (story: Story, msisdn: string): Promise<string> =>
  String((await story.rows('wallets', { msisdn }))[0]?.id)

describe('a voucher', () => {
  const voucher = async (more: object = {}) => ({
    customerId: String((await ke.rows('customers'))[0]?.id),
    walletId: await walletOf(ke, ke.own),
    amount: '500.00',
    programme: '11',
    ...more,
  })

  it('is paid without a loan, and entered against its programme', async () => {
    const { status, body } = await order(await voucher())
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { kind: 'voucher', loanId: null, programme: '11' },
    })
    await reaches(office, body.id, 'paid')
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
  })

  it('that is taken back after its entry is rolled back: the programme bears nothing, and may pay again', async () => {
    const { body } = await order(await voucher({ amount: '510.00' }))
    const { parts } = await reaches(office, body.id, 'paid')
    const [made] = await ke.rows('bookings', { disbursement_id: body.id })
    await pass(stage, 24 * 3_600_000, 3_600_000)
    const today = stage.clock.now()
    await act(stage.house.gateway.deps, 'demo-ke', commit =>
      stage.house.gateway.stepper.step(commit, 'transaction', String((parts as Row[])[0]?.id), {
        type: 'REVERSED',
        at: commit.at.toISOString(),
        amount: { amount: '510.00', currency: 'KES' },
      }),
    )
    await reaches(office, body.id, 'rolled-back')
    const entries = await ke.rows('bookings', { disbursement_id: body.id })
    expect(entries.map(({ entry, state }) => [entry, state]).sort()).toEqual([
      ['undo-voucher', 'booked'],
      ['voucher', 'undone'],
    ])
    const counter = entries.find(({ entry }) => entry === 'undo-voucher')
    expect(counter).toMatchObject({
      debit_account: made?.credit_account,
      credit_account: made?.debit_account,
      value_date: localDate(today, 'Africa/Nairobi'),
    })
    expect(made?.value_date).not.toBe(counter?.value_date)
    const { data: lines } = await stage.get('/sim/fineract/demo-ke/journal?limit=1000')
    const marks = entries.map(row => row.external_id)
    const ours = lines.filter(({ referenceNumber }) => marks.includes(referenceNumber))
    for (const account of [made?.debit_account, made?.credit_account])
      expect(
        ours
          .filter(line => String(line.glAccountId) === account)
          .map(({ side }) => side)
          .sort(),
      ).toEqual(['credit', 'debit'])
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
    const again = await order(await voucher({ amount: '510.00' }))
    await reaches(office, again.body.id, 'paid')
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
  })

  it('is refused for a programme that the core does not know, before anything is paid', async () => {
    const before = (await ke.rows('disbursements')).length
    expect(await order(await voucher({ programme: '999' }))).toMatchObject({
      status: 409,
      body: { title: 'No accounts', detail: expect.stringContaining('no account 999') },
    })
    expect(await ke.rows('disbursements')).toHaveLength(before)
  })

  it('is refused to another’s wallet, in no amount, or over every cap', async () => {
    const theirs = await walletOf(createStory(stage, 'demo-cm'), '+237670000001')
    expect((await order(await voucher({ walletId: theirs }))).body.title).toBe('No wallet')
    for (const amount of ['0', '-5', '5.001', 'five'])
      expect((await order(await voucher({ amount }))).status).toBe(400)
    expect((await order(await voucher({ amount: '90000000.00' }))).body.title).toBe('Over a limit')
  })

  it('that no wire or limit carries as it is is refused by the name of that, alone and in a batch', async () => {
    const limit = (measure: string, value: string) => ({
      provider: 'mpesa-ke',
      tier: '*',
      operation: 'disburse',
      window: 'transaction',
      measure,
      value,
      currency: 'KES',
      source: 'our own contract of 2026',
      from: '2026-03-05',
    })
    const limits = { data: [limit('minimum', '100.00'), limit('multiple', '50.00')] }
    expect((await office.first.put('/limits', limits)).status).toBe(200)
    const before = (await ke.rows('disbursements')).length
    for (const [amount, title, detail] of [
      ['500.50', 'Whole amounts only', 'the provider of the wallet carries whole amounts only'],
      ['525.00', 'Not a multiple', 'only multiples move to or from the wallet: 50.00 KES'],
      ['50.00', 'Below the minimum', 'it is less than may move to or from the wallet at once: 100.00 KES'],
    ] as const) {
      const item = await voucher({ amount })
      expect(await order(item)).toMatchObject({ status: 409, body: { title, detail } })
      expect((await office.first.post('/batches', { title: 'of one', items: [item] })).body.errors).toEqual([
        `items.0: ${detail}`,
      ])
    }
    expect(await ke.rows('disbursements')).toHaveLength(before)
    expect((await order(await voucher({ amount: '550.00' }))).status).toBe(201)
    expect((await office.first.put('/limits', { data: [] })).status).toBe(200)
  })
})
