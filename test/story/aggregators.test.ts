import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { importCodes, ofProfile } from '../../src/commands/aggregator-codes.ts'
import { checkConnection } from '../../src/gateway/check-connection.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addConnection } from '../support/connections.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

/** A lender in Cameroon who reaches MTN's customers by an aggregator: a profile, its codes, a route, and nothing else. */

let stage: TestStage
let cm: Story
let office: Office
let loan = 60

/** The demo has an account at Furthermarket; this lender has one at pawaPay besides. */
const PAWAPAY = {
  ...{ name: 'pawapay', adapter: 'pawapay', aggregator: 'pawapay' },
  config: { baseUrl: 'sim://pawapay', currency: 'XAF' },
  secrets: { apiToken: 'espoir-token' },
} as const
const ESPOIR = {
  ...{ vendor: 'pawapay', account: 'espoir', currency: 'XAF', float: '500000' },
  secrets: { apiToken: 'espoir-token' },
} as const
type Market = 'furthermarket' | 'pawapay'

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  cm = createStory(stage, 'demo-cm')
  office = createOffice(stage, 'demo-cm')
  await stage.house.simulators?.seed({
    aggregators: {
      accounts: [ESPOIR],
      wallets: [],
    },
  })
  await addConnection(stage, 'demo-cm', PAWAPAY)
  await importCodes(stage.house, await ofProfile(stage.house, 'pawapay'), 'a test')
  stage.house.gateway.deps.tenants.forget('demo-cm')
})
afterAll(() => stage.close())
beforeEach(async () => {
  loan += 1
  await addLoans(stage, 'demo-cm', [{ id: loan }, { id: loan + 100, status: 'approved' }])
})

async function by(connection: Market, ...operations: readonly ('collect' | 'disburse')[]): Promise<void> {
  const data = operations.map(operation => ({
    provider: 'mtn-cm',
    currency: 'XAF',
    operation,
    connection,
    priority: 0,
    from: '2026-03-05',
  }))
  expect((await office.first.put('/routes', { data })).status).toBe(200)
}

async function prompted(amount: string): Promise<Row> {
  const { status, body } = await office.first.post('/collection-requests', {
    loanId: String(loan),
    amount,
    mode: 'prompt',
  })
  expect({ status, body }).toMatchObject({ status: 201 })
  return body
}
const expectLedgerToHold = async () => expect(await verifyLedger(stage.house.db, ['demo-cm'])).toEqual([])
const movements = async (market: Market) => (await stage.get(`/sim/providers/${market}/transactions`)).data

describe('by Furthermarket', () => {
  beforeEach(() => by('furthermarket', 'collect'))

  it('she pays, it is asked about only when her prompt is over, and the loan is booked', async () => {
    const { id } = await prompted('1500')
    await cm.state(String(id), 'paid', 900_000, 30_000)
    expect(await cm.rows('transactions', { request_id: String(id) })).toMatchObject([
      { state: 'booked', code: 'MTN' },
    ])
    expect(await movements('furthermarket')).toMatchObject([
      { status: 'succeeded', amount: '1500', provider: 'MTN' },
    ])
    await expectLedgerToHold()
  })

  it('a lost answer stays unresolved, whatever really happened: nobody can be asked, and nothing is sent again', async () => {
    const before = (await movements('furthermarket')).length
    await stage.fault({ simulator: 'furthermarket', kind: 'lost-answer' })
    const { id } = await prompted('1600')
    await pass(stage, 3_600_000, 60_000)
    expect(await cm.rows('transactions', { request_id: String(id) })).toMatchObject([{ state: 'unresolved' }])
    expect((await movements('furthermarket')).slice(before)).toMatchObject([
      { status: 'succeeded', amount: '1600' },
    ])
  })
})

describe('by pawaPay', () => {
  beforeEach(() => by('pawapay', 'collect', 'disburse'))

  it('she pays, and what a lost answer hid is found by asking', async () => {
    await stage.fault({ simulator: 'pawapay', kind: 'lost-answer' })
    const { id } = await prompted('1700')
    await cm.state(String(id), 'paid', 900_000, 15_000)
    const [movement] = await cm.rows('transactions', { request_id: String(id) })
    const [paid] = await movements('pawapay')
    expect(movement).toMatchObject({ state: 'booked', receipt: paid?.receipt })
    await expectLedgerToHold()
  })

  it('its keeper is told whom it reaches, and which route by it cannot be taken', async () => {
    const told = async (more: object) => {
      const { account, ...known } = ESPOIR
      await stage.house.simulators?.seed({
        aggregators: {
          accounts: [{ ...known, account, secrets: { ...known.secrets, ...more } }],
          wallets: [],
        },
      })
      const findings = await checkConnection(stage.house.gateway.deps, 'demo-cm', 'pawapay')
      return findings.map(({ kind, text }) => `${kind} ${text}`).filter(text => /operators|route/.test(text))
    }
    const all = [
      'works operators: MTN_MOMO_CMR, collect, from XAF 2 up to XAF 500000, open',
      'works operators: MTN_MOMO_CMR, disburse, from XAF 2 up to XAF 500000, open',
    ]
    expect(await told({})).toEqual([
      ...all,
      'works operators: ORANGE_CMR, collect, from XAF 1 up to XAF 500000, open',
      'works operators: ORANGE_CMR, disburse, from XAF 1 up to XAF 500000, open',
      'works route of mtn-cm, collect: by MTN_MOMO_CMR',
      'works route of mtn-cm, disburse: by MTN_MOMO_CMR',
    ])
    expect(await told({ active: 'ORANGE_CMR' })).toContain(
      'fails route of mtn-cm, collect: MTN_MOMO_CMR is not switched on for this account',
    )
    expect(await told({ closed: 'MTN_MOMO_CMR' })).toContain(
      'fails route of mtn-cm, disburse: MTN_MOMO_CMR is closed just now',
    )
    expect(await told({ delayed: 'MTN_MOMO_CMR' })).toContain(
      'note route of mtn-cm, disburse: MTN_MOMO_CMR is delayed just now',
    )
    expect(await told({})).toEqual(expect.arrayContaining(all))
  })

  it('she is paid', async () => {
    const { status, body } = await office.first.post('/disbursements', { loanId: String(loan + 100) })
    expect({ status, body }).toMatchObject({ status: 201 })
    await pass(stage, 120_000, 10_000)
    expect(await movements('pawapay')).toContainEqual(
      expect.objectContaining({ kind: 'disburse', status: 'succeeded' }),
    )
    await expectLedgerToHold()
  })
})
