import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { SurplusWord } from '../../src/domain/tenant.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { addLoans, addSavings, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/** She pays more than is due on the loan that she names: where the rest goes is the lender's order, and hers. */

let stage: TestStage
let ke: Story
let loan = 40

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  await addSavings(stage, 'demo-ke', 77)
})
afterAll(() => stage.close())
beforeEach(async () => {
  loan += 1
  await addLoan()
})

/** A loan of 1,200 with 110 due today, and an open request for it, so that its account is known to us. */
async function addLoan(): Promise<void> {
  await addLoans(stage, 'demo-ke', [
    { id: loan, principal: '1200', interestPerPeriod: '10', firstDue: '2026-03-05' },
  ])
  expect((await ke.ask('110.00', String(loan))).status).toBe(201)
}

async function order(...surplus: readonly SurplusWord[]): Promise<void> {
  await stage.house.db.asTenant('demo-ke', trx =>
    trx('tenants')
      .where({ id: 'demo-ke' })
      .update({
        settings: trx.raw(`jsonb_set(settings, '{suspense,surplus}', ?::jsonb)`, [JSON.stringify(surplus)]),
      }),
  )
  stage.house.gateway.deps.tenants.forget('demo-ke')
}
const consent = (at: Date | null) => ke.change('customers', { core_client_id: '1' }, { consent_at: at })

/** She pays the paybill of her own accord, and names the account of the loan. */
async function sends(amount: string): Promise<string> {
  const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn: ke.own, amount, billRefNumber: `00000010${loan}` }),
  })
  expect(answer.status).toBe(201)
  return String(((await answer.json()) as Row).receipt)
}
const paymentOf = async (receipt: string) => (await ke.rows('transactions', { receipt }))[0]
/** Where the money of a receipt is by now: on accounts of the core, and on the board. */
async function whereabouts(receipt: string): Promise<string[]> {
  const payment = await hurry(
    stage,
    async () => {
      const row = await paymentOf(receipt)
      return row?.state === 'booked' || row?.state === 'suspense' ? row : undefined
    },
    3_600_000,
    'a home',
    30_000,
  )
  const where = { transaction_id: payment.id }
  const [booked, items] = [await ke.rows('bookings', where), await ke.rows('suspense_items', where)]
  return [
    ...booked
      .filter(({ entry, state }) => entry !== 'journal' && state === 'booked')
      .map(
        row =>
          `${row.loan_id === null ? `savings ${row.savings_id}` : `loan ${row.loan_id}`}: ${row.amount_minor}`,
      ),
    ...items.map(row => `${row.reason}: ${row.amount_minor}`),
  ].sort()
}
const agree = async () => expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
const named = (minor: number) => `loan ${loan}: ${minor}`

describe('money beyond the dues of the loan that was named', () => {
  it('pays that loan before it is due, where the lender says nothing else', async () => {
    expect((await stage.house.gateway.deps.tenants.tenant('demo-ke')).settings.suspense.surplus).toEqual([
      'prepay',
    ])
    expect(await whereabouts(await sends('300.00'))).toEqual([named(30_000)])
    await agree()
  })

  it('waits on the board where the lender wants nothing paid before it is due', async () => {
    await order()
    expect(await whereabouts(await sends('300.00'))).toEqual([named(11_000), 'surplus: 19000'])
    await agree()
  })

  it('pays what is due on her other loans where she has consented', async () => {
    await order('arrears', 'prepay')
    await consent(stage.clock.now())
    expect(await whereabouts(await sends('300.00'))).toEqual(['loan 1: 19000', named(11_000)])
    await agree()
  })

  it('goes on to the next word where she has not consented to that', async () => {
    await order('arrears', 'prepay')
    await consent(null)
    expect(await whereabouts(await sends('300.00'))).toEqual([named(30_000)])
    await order('arrears')
    loan += 1
    await addLoan()
    expect(await whereabouts(await sends('300.00'))).toEqual([named(11_000), 'surplus: 19000'])
    await agree()
  })

  it('is saved', async () => {
    await order('savings')
    expect(await whereabouts(await sends('300.00'))).toEqual([named(11_000), 'savings 77: 19000'])
    await agree()
  })

  it('stays on the loan as a credit balance, beyond all that it owes', async () => {
    await order('credit-balance')
    expect(await whereabouts(await sends('2000.00'))).toEqual([named(200_000)])
    await agree()
  })

  it('waits whole while the core tells of the loan and not of her other accounts', async () => {
    await order('savings')
    const rename = (from: string, to: string) =>
      insideSimulators(stage, db => db.raw(`alter table sim_fineract.${from} rename to ${to}`))
    await rename('savings', 'savings_away')
    const receipt = await sends('300.00')
    await pass(stage, 20 * 60_000, 60_000)
    const payment = await paymentOf(receipt)
    expect(payment?.state).toBe('confirmed')
    expect(await ke.rows('allocations', { transaction_id: payment?.id })).toEqual([])
    await agree()
    await rename('savings_away', 'savings')
    expect(await whereabouts(receipt)).toEqual([named(11_000), 'savings 77: 19000'])
    await agree()
  })
})

describe('what she approved on a loan', () => {
  it('goes there whole, whatever the lender does with a surplus', async () => {
    await order()
    await consent(stage.clock.now())
    const { status, body } = await stage.post(
      '/api/v1/collection-requests',
      { loanId: String(loan), amount: '250.00', mode: 'prompt' },
      { key: ke.key, idempotencyKey: 'asked-for-more' },
    )
    expect(status).toBeLessThan(300)
    const row = await ke.movement(String(body.id), 'booked', 300_000)
    expect(await whereabouts(String(row.transactions.at(-1)?.receipt))).toEqual([named(25_000)])
    await agree()
  })
})
