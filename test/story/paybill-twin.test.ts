import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { registerConnection } from '../../src/gateway/register.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { booksOf, expectBooksToAgree } from '../support/books.ts'
import { callBack, lastPush, stkCallbackOf } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Story } from '../support/story.ts'

/** Where the paybill's confirmations reach us: the connection's own address, for they know nothing of a push. */
const LISTENER = '/providers/demo-ke-daraja/callback'

let stage: TestStage
let story: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-ke')
  expect(await registerConnection(stage.house.gateway.deps, 'demo-ke', 'daraja')).toMatchObject({
    done: true,
  })
})
afterAll(() => stage.close())

const confirm = (body: object): Promise<Response> =>
  fetch(stage.url + LISTENER, { method: 'POST', body: JSON.stringify(body) })

const told = (TransID: string, TransAmount: string, BillRefNumber: string) => ({
  TransactionType: 'Pay Bill',
  TransID,
  TransTime: '20260305110000',
  TransAmount,
  BusinessShortCode: '600638',
  BillRefNumber,
  MSISDN: '25470****001',
})

describe("the paybill's own confirmation of a push", () => {
  it('proves the push whose answer and callback were lost, and it is paid once', async () => {
    const { body } = await story.ask('30.00')
    for (const kind of ['lost-answer', 'no-callback', 'c2b-twin'])
      await stage.fault({ simulator: 'mpesa', kind })
    await story.approve('own')
    const paid = await story.state(String(body.id), 'paid', 120_000)
    expect(paid.transactions).toEqual([
      expect.objectContaining({ state: 'booked', receipt: (await story.truth()).at(-1)?.receipt }),
    ])
    // the callback of the push, hours late: the same money
    const push = await lastPush(stage)
    const callback = stkCallbackOf(push, { amount: 30, receipt: String(push.receipt), at: '20260305110000' })
    await pass(stage, 2 * 3_600_000, 600_000)
    expect(await callBack(push.callback_url, callback)).toBe(200)
    await pass(stage, 3_600_000, 600_000)
    expect((await story.booked()).map(({ amount }) => amount)).toEqual(['30.00'])
    expect(await story.rows('transactions')).toHaveLength(1)
    expect(await story.cases()).toEqual([])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('that comes hours after the push was booked is known', async () => {
    const { body } = await story.ask('32.00')
    await story.approve('own')
    await story.state(String(body.id), 'paid')
    const { receipt } = (await story.truth()).at(-1) ?? {}
    expect(receipt).toBeDefined()
    await pass(stage, 2 * 3_600_000, 600_000)
    expect((await confirm(told(String(receipt), '32.00', '000000011'))).status).toBe(200)
    await pass(stage, 3_600_000, 600_000)
    expect(await story.rows('callbacks', { fate: 'known' })).toHaveLength(1)
    expect((await story.booked()).filter(({ amount }) => amount === '32.00')).toHaveLength(1)
    expect(await story.rows('transactions', { receipt: String(receipt) })).toHaveLength(1)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('changes nothing where the push is known to be paid', async () => {
    const { body } = await story.ask('31.00')
    await stage.fault({ simulator: 'mpesa', kind: 'c2b-twin' })
    await story.approve('own')
    await story.state(String(body.id), 'paid')
    await pass(stage, 60_000, 5000)
    expect((await story.booked()).filter(({ amount }) => amount === '31.00')).toHaveLength(1)
    expect(await story.rows('callbacks', { state: 'open' })).toEqual([])
    expect(await story.rows('cases', {})).toEqual([])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('of money that nobody asked for is a payment of its own on the board, once', async () => {
    const before = await booksOf(stage, 'demo-ke')
    const stray = told('TSTRAY0001', '77.00', 'SOMEBODY')
    for (const OrgAccountBalance of ['1.00', '2.00'])
      expect((await confirm({ ...stray, OrgAccountBalance })).status).toBe(200)
    await pass(stage, 20 * 60_000, 60_000)
    const own = await story.rows('transactions', { receipt: 'TSTRAY0001' })
    expect(own).toEqual([
      expect.objectContaining({ origin: 'c2b', state: 'suspense', request_id: null, amount_minor: 7700n }),
    ])
    expect(await story.rows('suspense_items')).toEqual([
      expect.objectContaining({
        transaction_id: own[0]?.id,
        reason: 'unknown-account',
        state: 'open',
        amount_minor: 7700n,
        currency: 'KES',
      }),
    ])
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
    expect(await booksOf(stage, 'demo-ke')).toMatchObject({ float: before.float + 7700n, held: 7700n })
  })

  it('for another shortcode is not ours', async () => {
    expect(
      (
        await confirm({
          TransID: 'TOTHER0001',
          TransTime: '20260305110000',
          TransAmount: '5.00',
          BusinessShortCode: '111111',
          BillRefNumber: 'X',
        })
      ).status,
    ).toBe(200)
    await stage.settle()
    expect(
      await story.rows('callbacks', { fate: 'unreadable: a confirmation for another shortcode' }),
    ).toHaveLength(1)
  })
})
