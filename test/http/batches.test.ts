import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let office: Office
let walletId: string
let customerId: string

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
  const loans = [401, 402, 403, 404, 405, 406].map(id => ({
    id,
    principal: '1000',
    status: 'approved' as const,
  }))
  await addLoans(stage, 'demo-ke', loans)
  const [wallet] = await ke.rows('wallets', { msisdn: ke.own })
  walletId = String(wallet?.id)
  customerId = String(wallet?.customer_id)
})
afterAll(() => stage.close())

const voucher = (more: object = {}) => ({ customerId, walletId, amount: '250.00', programme: '11', ...more })
const create = (items: object[], title = 'March') => office.first.post('/batches', { title, items })
const order = (id: unknown, what: string, who = office.first) => who.post(`/batches/${id}/${what}`)

describe('a batch', () => {
  it('is written by one person, approved by another, and paid item by item', async () => {
    const { status, body } = await create([{ loanId: '401' }, { loanId: 402, walletId }, voucher()])
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        state: 'checked',
        items: 3,
        createdBy: 'demo',
        approvedBy: null,
        counts: [{ state: 'planned', items: 3, amount: '2250.00', currency: 'KES' }],
      },
    })
    await pass(stage, 60_000)
    expect((await office.first.get(`/batches/${body.id}`)).state).toBe('checked')
    expect((await order(body.id, 'approve')).body.title).toBe('Own order')
    expect(await order(body.id, 'approve', office.second)).toMatchObject({
      status: 200,
      body: { approvedBy: 'demo-2' },
    })
    const done = await hurry(
      stage,
      async () => {
        const batch = await office.first.get(`/batches/${body.id}`)
        return batch.state === 'done' ? batch : undefined
      },
      600_000,
      'done',
    )
    expect(done.counts).toEqual([{ state: 'paid', items: 3, amount: '2250.00', currency: 'KES' }])
    expect(await office.first.list(`/disbursements?batch=${body.id}`)).toHaveLength(3)
    expect((await order(body.id, 'approve', office.second)).body.title).toBe('Too late')
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
  })

  it('that is stopped lets nothing go any more', async () => {
    const { body } = await create([{ loanId: '403' }, { loanId: '404' }])
    const [item] = await office.first.list(`/disbursements?batch=${body.id}`)
    expect((await office.second.post(`/disbursements/${item?.id}/approve`)).body.title).toBe('In a batch')
    await order(body.id, 'approve', office.second)
    expect((await order(body.id, 'pause')).body.state).toBe('paused')
    await pass(stage, 60_000)
    expect((await order(body.id, 'resume')).body.state).toBe('running')
    expect(await order(body.id, 'stop')).toMatchObject({ status: 200, body: { state: 'stopped' } })
    await pass(stage, 60_000)
    const { counts } = await office.first.get(`/batches/${body.id}`)
    expect(counts).toMatchObject([{ state: 'failed', items: 2 }])
  })

  it('tells all that is wrong at once, and writes nothing', async () => {
    const before = (await ke.rows('disbursements')).length
    const theirs = (await createStory(stage, 'demo-cm').rows('wallets'))[0]?.id
    const { status, body } = await create([
      { loanId: '4711' },
      { loanId: '1' },
      { loanId: '405' },
      { loanId: '405' },
    ])
    expect({ status, errors: body.errors }).toEqual({
      status: 409,
      errors: ['items.0', 'items.1', 'items.3'].map(at => expect.stringContaining(at)),
    })
    const wrong = await create([
      { loanId: '405', walletId: theirs },
      voucher({ walletId: theirs }),
      voucher({ amount: '90000000.00' }),
      voucher({ amount: 'a lot' }),
      voucher(),
    ])
    expect({
      status: wrong.status,
      faults: (wrong.body.errors as string[]).map(text => text.slice(0, 7)),
    }).toEqual({
      status: 409,
      faults: ['items.0', 'items.1', 'items.2', 'items.3'],
    })
    expect((await create([])).status).toBe(400)
    expect((await create([{ loanId: '406', surprise: 1 }])).status).toBe(400)
    expect(await ke.rows('disbursements')).toHaveLength(before)
  })

  it('is nobody else’s, and waits for the core', async () => {
    const [batch] = await office.first.list('/batches')
    const others = createOffice(stage, 'demo-cm').first
    expect(await others.list('/batches')).toEqual([])
    expect((await others.call('GET', `/batches/${batch?.id}`)).status).toBe(404)
    for (const what of ['approve', 'pause', 'resume', 'stop'])
      expect((await order(batch?.id, what, others)).status).toBe(404)
    await ke.core({ down: true })
    expect((await create([{ loanId: '406' }])).status).toBe(503)
    await ke.core({ down: false })
  })
})
