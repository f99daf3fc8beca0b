import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, type Row, type Story } from '../support/story.ts'

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

const PROGRAMME = '11'
const SUSPENSE = '7'

/** An accountant takes an account out of the core's general ledger, or puts it back. */
const account = (id: string, gone: boolean): Promise<unknown> =>
  insideSimulators(stage, db =>
    db('sim_fineract.gl_accounts')
      .where({ tenant: 'demo-ke', id: gone ? id : `9${id}` })
      .update({ id: gone ? `9${id}` : id }),
  )
const refused = (entry: string): Promise<Row> =>
  hurry(
    stage,
    async () => (await office.first.list('/bookings')).find(row => row.entry === entry),
    600_000,
    `a refused ${entry}`,
  )
const reaches = (path: string, state: string): Promise<unknown> =>
  hurry(stage, async () => (await office.first.get(path)).state === state, 600_000, `${path} ${state}`)
const retry = (id: unknown, who = office.first, key?: string) => who.post(`/bookings/${id}/retry`, {}, key)

/** A voucher is paid, and its programme's account is gone since it was ordered: she has the money, the core does not know. */
async function refusedVoucher(amount: string): Promise<{ readonly payoutId: string; readonly entry: Row }> {
  const { body } = await office.first.post('/disbursements', {
    customerId: String((await ke.rows('customers'))[0]?.id),
    walletId: String((await ke.rows('wallets', { msisdn: ke.own }))[0]?.id),
    amount,
    programme: PROGRAMME,
  })
  await account(PROGRAMME, true)
  return { payoutId: String(body.id), entry: await refused('voucher') }
}

describe('an entry that the core has refused', () => {
  it('is tried again when the reason is mended, and made once', async () => {
    const { payoutId, entry } = await refusedVoucher('300.00')
    expect(entry).toMatchObject({ state: 'refused', amount: '300.00', disbursementId: payoutId })
    expect(entry.refusedFor).toEqual(expect.stringContaining('error.msg'))
    expect(await ke.cases()).toEqual(['paid-not-disbursed'])
    // not mended yet: refused once more, and nothing else
    expect((await retry(entry.id)).status).toBe(202)
    await reaches(`/bookings/${entry.id}`, 'refused')

    await account(PROGRAMME, false)
    const again = await retry(entry.id, office.first, 'mended')
    expect(again).toMatchObject({ status: 202, body: { id: entry.id, state: 'planned', refusedFor: null } })
    expect(await retry(entry.id, office.first, 'mended')).toEqual(again)
    expect((await retry(entry.id)).body.title).toBe('Not to retry')
    await reaches(`/disbursements/${payoutId}`, 'paid')
    expect(await office.first.get(`/disbursements/${payoutId}`)).toMatchObject({
      entries: [{ id: entry.id, state: 'booked', coreTransactionId: expect.any(String) }],
    })
    expect(await ke.cases()).toEqual([])
    expect((await retry(entry.id)).body.detail).toBe('this entry is booked')
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
  })

  it('is not made any more once its payout has come back', async () => {
    const { payoutId, entry } = await refusedVoucher('310.00')
    const { parts } = await office.first.get(`/disbursements/${payoutId}`)
    const [part] = parts as Row[]
    await act(stage.house.gateway.deps, 'demo-ke', commit =>
      stage.house.gateway.stepper.step(commit, 'transaction', String(part?.id), {
        type: 'REVERSED',
        at: commit.at.toISOString(),
        amount: { amount: '310.00', currency: 'KES' },
      }),
    )
    await account(PROGRAMME, false)
    expect(await retry(entry.id)).toMatchObject({
      status: 409,
      body: { title: 'Not to retry', detail: 'the payout is failed: this entry is not waited for' },
    })
    expect(await office.first.list('/bookings')).toMatchObject([{ id: entry.id, state: 'refused' }])
  })

  it('of the journal, whose account was missing, is made when it is there', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 12 }])
    await account(SUSPENSE, true)
    await office.first.post('/collection-requests', { loanId: '12', amount: '10.00', mode: 'prompt' })
    await ke.core({ writeOffLoan: 12 })
    const mirror = await refused('journal')
    expect(await ke.cases()).toContain('mirror-refused')
    await account(SUSPENSE, false)
    expect((await retry(mirror.id)).status).toBe(202)
    await reaches(`/bookings/${mirror.id}`, 'booked')
  })

  it('of a payment that has moved on to the board is decided there', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 13 }])
    const paid = { loanId: '13', amount: '11.00', mode: 'prompt' }
    const { body } = await office.first.post('/collection-requests', paid)
    await ke.movement(String(body.id), 'booked')
    await ke.change('bookings', { loan_id: '13' }, { state: 'refused' })
    const repayment = await refused('repayment')
    expect(await retry(repayment.id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('decide on the board') },
    })
    await ke.change('bookings', { loan_id: '13' }, { state: 'booked' })
  })

  it('of another lender, or none, is not there; a key that may only read tries nothing', async () => {
    const [entry] = await office.first.list('/bookings')
    const theirs = createOffice(stage, 'demo-cm').first
    expect(await theirs.list('/bookings')).toEqual([])
    expect((await theirs.call('GET', `/bookings/${entry?.id}`)).status).toBe(404)
    for (const [id, who] of [
      [entry?.id, theirs],
      ['01890000-0000-7000-8000-000000000000', office.first],
      ['nonsense', office.first],
    ] as const)
      expect((await retry(id, who)).status).toBe(404)
    expect((await office.first.call('GET', '/bookings?state=half')).status).toBe(400)
    await ke.change('api_keys', { name: 'demo-2' }, { scopes: ['transactions:read'] })
    expect((await office.second.call('GET', `/bookings/${entry?.id}`)).status).toBe(200)
    expect((await retry(entry?.id, office.second)).status).toBe(403)
  })
})
