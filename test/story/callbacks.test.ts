import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { booksOf, expectBooksToAgree } from '../support/books.ts'
import { callBack, insideSimulators, lastPush, stkCallbackOf } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let cm: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  cm = createStory(stage, 'demo-cm')
})
afterAll(() => stage.close())

const url = (path: string): string => `${stage.url}/providers/${path}`
const fates = async (story: Story): Promise<string[]> =>
  (await story.rows('callbacks', { kind: 'payment' }))
    .sort((a, b) => String(a.id).localeCompare(String(b.id)))
    .map(({ fate }) => String(fate))

const mtnStatus = (externalId: string, amount: string): object => ({
  amount,
  currency: 'XAF',
  financialTransactionId: '199999999999',
  externalId,
  payer: { partyIdType: 'MSISDN', partyId: '237670000001' },
  status: 'SUCCESSFUL',
})

/** Her request is approved and its prompt is on her phone, which somebody holds: nobody answers it. */
async function untilPrompted(story: Story, amount: string): Promise<{ id: string; transactionId: string }> {
  const { body } = await story.ask(amount)
  await fetch(`${stage.url}/sim/phones/${story.own.slice(1)}/attach`, { method: 'POST' })
  await story.approve('own')
  const row = await story.movement(String(body.id), 'pending')
  return { id: row.id, transactionId: String(row.transactions.at(-1)?.id) }
}

const letGo = (story: Story): Promise<unknown> =>
  fetch(`${stage.url}/sim/phones/${story.own.slice(1)}/attach`, { method: 'DELETE' })

/** Her own answer to the prompt, at last. */
async function enterPin(story: Story): Promise<void> {
  const screen = (await stage.get(`/sim/phones/${story.own.slice(1)}/screen`)) as unknown as {
    prompts: { promptId: string }[]
  }
  const answer = await fetch(`${stage.url}/sim/phones/${story.own.slice(1)}/answer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ promptId: screen.prompts[0]?.promptId, pin: '1111' }),
  })
  expect(answer.ok).toBe(true)
  await letGo(story)
}

describe('a callback', () => {
  it.each(['duplicate-callback', 'callback-first', 'forged', 'wrong-amount'])(
    '%s: both providers pay exactly once, the true amount',
    async kind => {
      for (const [story, amount] of [
        [ke, '10.00'],
        [cm, '10'],
      ] as const) {
        const { body } = await story.ask(amount)
        const before = (await story.truth()).length
        await stage.fault({ simulator: story.provider, kind, msisdn: story.own })
        await story.approve('own')
        const paid = await story.state(String(body.id), 'paid')
        const truth = (await story.truth()).slice(before)
        expect(truth).toEqual([expect.objectContaining({ status: 'succeeded', amount })])
        expect(paid.transactions).toHaveLength(1)
        await pass(stage, 600_000, 60_000)
        await expectBooksToAgree(stage, story.tenant)
        expect((await story.booked()).at(-1)).toMatchObject({ amount })
      }
    },
  )

  it('that claims success before she has answered makes us ask, and is not believed', async () => {
    const [push, before] = [await untilPrompted(ke, '10.00'), await booksOf(stage, 'demo-ke')]
    const real = await lastPush(stage)
    const lie = { amount: 10, receipt: 'XFORGED001', at: '20260305110000' }
    // on its own address, on none, with a wrong secret, with another amount, about a push that nobody knows
    for (const address of [
      real.callback_url,
      url('demo-ke-daraja/callback'),
      url('demo-ke-daraja/callback/wrong'),
    ])
      expect(await callBack(address, stkCallbackOf(real, lie))).toBe(200)
    expect(await callBack(real.callback_url, stkCallbackOf(real, { ...lie, amount: 9 }))).toBe(200)
    const unknown = { ...real, checkout_request_id: 'ws_CO_unknown' }
    expect(await callBack(url('demo-ke-daraja/callback'), stkCallbackOf(unknown, lie))).toBe(200)
    // another push's result on this one's address
    expect(await callBack(real.callback_url, stkCallbackOf(unknown, lie))).toBe(200)
    await stage.settle()
    expect((await ke.request(push.id)).transactions[0]?.state).toBe('pending')
    expect(await booksOf(stage, 'demo-ke')).toEqual(before)
    expect(await fates(ke)).toEqual(
      expect.arrayContaining(['asked: accepted', 'unreadable: the body is about another push than its URL']),
    )
    await enterPin(ke)
    const paid = await ke.state(push.id, 'paid')
    // the forged receipt on her own address must not have become hers
    expect(paid.transactions[0]?.receipt).toBe((await ke.truth()).at(-1)?.receipt)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('of MTN, forged by POST and by PUT, only makes us ask', async () => {
    const { id, transactionId } = await untilPrompted(cm, '10')
    const before = await booksOf(stage, 'demo-cm')
    const [attempt] = await cm.rows('attempts', { transaction_id: transactionId })
    const reference = String(attempt?.reference)
    for (const method of ['POST', 'PUT'] as const)
      for (const [path, body] of [
        ['demo-cm-mtn/callback', mtnStatus(reference, '10')],
        ['demo-cm-mtn/callback/some-secret', mtnStatus(reference, '99')],
        ['demo-cm-mtn/callback', mtnStatus('0b2f7c3e-1111-4222-8333-444455556666', '10')],
      ] as const)
        expect(await callBack(url(path), body, method)).toBe(200)
    await stage.settle()
    expect((await cm.request(id)).transactions.at(-1)?.state).toBe('pending')
    expect(await booksOf(stage, 'demo-cm')).toEqual(before)
    await enterPin(cm)
    await cm.state(id, 'paid')
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('to an unknown token is nobody’s, and nonsense is taken and settled', async () => {
    expect(await callBack(url('no-such-token/callback'), {})).toBe(404)
    expect(await callBack(url('no-such-token/callback/secret'), {}, 'PUT')).toBe(404)
    expect(await callBack(url('demo-ke-daraja/callback'), 'x'.repeat(64_000))).toBe(413)
    for (const body of ['', 'not json', '[]', '{"Body":null}', '{"a":"\u0000"}', '\u0000'])
      expect(await callBack(url('demo-ke-daraja/callback'), body)).toBe(200)
    await stage.settle()
    expect((await ke.rows('callbacks', { state: 'open', attempt_id: null })).length).toBeLessThan(2)
    await pass(stage, 1_200_000, 60_000)
    expect(await ke.rows('callbacks', { state: 'open' })).toEqual([])
    expect(await fates(ke)).toContain('unknown reference')
  })

  it('a day late, or after the end, changes nothing twice', async () => {
    const { body } = await ke.ask('10.00')
    await ke.approve('own')
    await ke.state(String(body.id), 'paid')
    const [push, before] = [await lastPush(stage), await booksOf(stage, 'demo-ke')]
    await pass(stage, 24 * 3_600_000, 3_600_000)
    const again = stkCallbackOf(push, { amount: 10, receipt: String(push.receipt), at: '20260305110001' })
    expect(await callBack(push.callback_url, again)).toBe(200)
    await stage.settle()
    // somebody who knows the address names another receipt: that is no other money
    const forged = stkCallbackOf(push, { amount: 10, receipt: 'XFORGED777', at: '20260305110001' })
    expect(await callBack(push.callback_url, forged)).toBe(200)
    const declined = {
      Body: { stkCallback: { CheckoutRequestID: push.checkout_request_id, ResultCode: 1032 } },
    }
    expect(await callBack(push.callback_url, declined)).toBe(200)
    await stage.settle()
    expect(await booksOf(stage, 'demo-ke')).toEqual(before)
    expect(await ke.cases()).toEqual([])
    expect((await ke.request(String(body.id))).state).toBe('paid')
  })
})

describe('a yes after our no', () => {
  it('waits in suspense, is an item of the board, and she is told that it is being checked', async () => {
    const { body } = await cm.ask('10')
    await stage.fault({ simulator: 'mtn-momo', kind: 'cancelled', msisdn: cm.own })
    await cm.approve('own')
    const failed = await cm.movement(String(body.id), 'failed')
    expect(failed.state).toBe('asked')
    const last = (await cm.truth()).at(-1)
    await insideSimulators(stage, db =>
      db('sim_mtn_momo.transactions')
        .where({ reference: last?.reference })
        .update({ status: 'succeeded', receipt: '188888888888', reason: null }),
    )
    await callBack(url('demo-cm-mtn/callback'), mtnStatus(String(last?.reference), '10'), 'PUT')
    await stage.settle()
    expect((await cm.request(failed.id)).transactions[0]).toMatchObject({ state: 'suspense' })
    expect(await cm.rows('suspense_items')).toEqual([
      expect.objectContaining({
        transaction_id: failed.transactions[0]?.id,
        reason: 'late-confirmation',
        state: 'open',
        amount_minor: 10n,
        currency: 'XAF',
      }),
    ])
    expect(await cm.cases()).toEqual([])
    expect((await cm.sms(cm.own)).at(-1)).toContain('en vérification')
    expect(await expectBooksToAgree(stage, 'demo-cm')).toMatchObject({ held: 10n })
  })
})

describe('a success without a receipt', () => {
  it('is booked under the CheckoutRequestID, and the receipt joins when a late callback brings it', async () => {
    const { body } = await ke.ask('10.00')
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback', msisdn: ke.own })
    await ke.approve('own')
    const paid = await ke.state(String(body.id), 'paid', 120_000)
    const push = await lastPush(stage)
    expect(paid.transactions[0]?.receipt).toBeNull()
    expect((await ke.booked()).at(-1)).toMatchObject({ receiptNumber: push.checkout_request_id })
    expect((await ke.sms(ke.own)).at(-1)).toContain(push.checkout_request_id)

    const messages = (await ke.sms(ke.own)).length
    const late = stkCallbackOf(push, { amount: 10, receipt: String(push.receipt), at: '20260305110000' })
    await callBack(push.callback_url, late)
    await stage.settle()
    expect((await ke.request(paid.id)).transactions[0]).toMatchObject({
      state: 'booked',
      receipt: push.receipt,
    })
    expect(await ke.sms(ke.own)).toHaveLength(messages)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('does not take a receipt that another payment has', async () => {
    const taken = String((await ke.rows('receipts'))[0]?.receipt)
    const { body } = await ke.ask('10.00')
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback', msisdn: ke.own })
    await ke.approve('own')
    await ke.movement(String(body.id), 'pending')
    const push = await lastPush(stage)
    await callBack(
      push.callback_url,
      stkCallbackOf(push, { amount: 10, receipt: taken, at: '20260305110000' }),
    )
    const paid = await ke.state(String(body.id), 'paid', 120_000)
    expect(paid.transactions[0]?.receipt).toBeNull()
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('of a provider that names a receipt twice is a doubt, and a case', async () => {
    const taken = String((await cm.rows('receipts'))[0]?.receipt)
    const { id, transactionId } = await untilPrompted(cm, '10')
    await letGo(cm)
    await insideSimulators(stage, async db => {
      // the simulator itself would never: its own column is unique
      await db.raw('alter table sim_mtn_momo.transactions drop constraint transactions_receipt_key')
      await db('sim_mtn_momo.transactions')
        .where({ status: 'pending' })
        .update({ status: 'succeeded', receipt: taken, completed_at: stage.clock.now() })
    })
    await pass(stage, 60_000, 5000)
    expect((await cm.request(id)).transactions.at(-1)?.state).toBe('pending')
    expect(await cm.cases()).toEqual(['receipt-taken'])
    expect(await cm.rows('suspense_items', { transaction_id: transactionId })).toEqual([])
    expect(await cm.rows('allocations', { transaction_id: transactionId })).toEqual([])
    await expectBooksToAgree(stage, 'demo-cm', '10')
  })
})
