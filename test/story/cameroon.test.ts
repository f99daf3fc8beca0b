import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { seedDemo } from '../../src/commands/seed-demo.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { withHer } from '../support/other-phone.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

/** The demo's lender in Cameroon as it ships: MTN and Orange directly, and Furthermarket where MTN does not answer. */

let stage: TestStage
let cm: Story
let office: Office['first']
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  cm = createStory(stage, 'demo-cm')
  office = createOffice(stage, 'demo-cm').first
})
afterAll(() => stage.close())

const truth = async (provider: string): Promise<Row[]> =>
  (await stage.get(`/sim/providers/${provider}/transactions`)).data
const connection = async (name: string): Promise<Row> => (await cm.rows('connections', { name }))[0] as Row
const ORANGE = '+237690000001'

describe('she pays by her Orange wallet', () => {
  it('which she chooses among her three', async () => {
    const { body } = await cm.ask('2000')
    const phone = stage.phone('demo-cm')
    await phone.dial()
    const first = await phone.answer('1')
    expect(first.text).toMatch(/^1 MTN MoMo 670000001.*\n2 MTN MoMo 670000002/m)
    expect((await phone.answer('98')).text).toMatch(/^1 Orange Money 690000001/m)
    await withHer(phone, await phone.answer('1'))
    expect((await phone.answer('2580')).kind).toBe('END')
    await cm.state(String(body.id), 'paid')
    const [movement] = await cm.rows('transactions', { request_id: body.id })
    const [paid] = await truth('orange-money')
    expect(paid).toMatchObject({ kind: 'collect', msisdn: ORANGE, amount: '2000', status: 'succeeded' })
    expect(movement).toMatchObject({
      ...{ state: 'booked', connection_id: (await connection('orange')).id, receipt: paid?.receipt },
    })
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('and is paid out to there', async () => {
    await addLoans(stage, 'demo-cm', [{ id: 150, status: 'approved' }])
    const walletId = (await cm.rows('wallets', { msisdn: ORANGE }))[0]?.id
    const { status, body } = await office.post('/disbursements', { loanId: '150', walletId })
    expect({ status, body }).toMatchObject({ status: 201 })
    await pass(stage, 60_000)
    expect(await office.get(`/disbursements/${body.id}`)).toMatchObject({ state: 'paid' })
    expect((await truth('orange-money'))[1]).toMatchObject({ kind: 'disburse', msisdn: ORANGE })
    expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])
  })
})

describe('where MTN does not answer', () => {
  it('what has not left yet is collected by Furthermarket, and no payout is: it collects only', async () => {
    await addLoans(stage, 'demo-cm', [{ id: 160 }])
    const [wallet] = await cm.rows('wallets', { msisdn: cm.own })
    await stage.fault({ simulator: 'mtn-momo', kind: 'lost-answer', times: 5 })
    for (const amount of ['501', '502', '503', '504', '505'])
      await office.post('/disbursements', {
        ...{ customerId: wallet?.customer_id, walletId: wallet?.id, amount, programme: '11' },
      })
    await stage.settle()
    expect((await connection('mtn')).sick_since).not.toBeNull()

    const { body } = await cm.ask('600', '160')
    await cm.approve('own')
    await pass(stage, 30_000, 5000)
    const [movement] = await cm.rows('transactions', { request_id: body.id })
    expect(movement).toMatchObject({ connection_id: (await connection('furthermarket')).id, code: 'MTN' })
    await cm.state(String(body.id), 'paid', 900_000, 30_000)
    expect(await truth('furthermarket')).toMatchObject([
      { msisdn: cm.own, amount: '600', status: 'succeeded', provider: 'MTN' },
    ])
    const plan = { operation: 'disburse', walletId: wallet?.id, amount: '1000' }
    expect((await office.post('/plans', plan)).body.plan).toMatchObject({ connection: 'mtn' })
  })
})

describe('a demo that an earlier edition made', () => {
  const named = async () => (await cm.rows('connections')).map(({ name }) => String(name)).sort()

  it('gets what has come since, and what an officer has made of it stays', async () => {
    const { tenants } = stage.house.gateway.deps
    await stage.house.db.asTenant('demo-cm', trx =>
      trx.raw(`update tenants set settings = settings #- '{books,floats,orange-cm}' where id = 'demo-cm'`),
    )
    await cm.change('connections', { name: 'orange' }, { name: 'before', token: 'before' })
    await seedDemo(stage.house, true)
    expect(await named()).toEqual(['before', 'furthermarket', 'mtn', 'orange'])
    expect((await tenants.tenant('demo-cm')).settings.books?.floats).toHaveProperty('orange-cm')

    expect((await office.put('/routes', { data: [] })).status).toBe(200)
    await seedDemo(stage.house, true)
    expect(await office.list('/routes')).toEqual([])
  })
})
