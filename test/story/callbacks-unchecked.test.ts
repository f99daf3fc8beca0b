import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { resumeConnection } from '../../src/gateway/resume.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans, callBack, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/** What a callback tells of money whose end is known already, while the provider answers no question: nobody else would ask. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MANY = 1000

let stage: TestStage
let cm: Story
let office: Office
let loan = 450
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  cm = createStory(stage, 'demo-cm')
  office = createOffice(stage, 'demo-cm')
})
afterAll(() => stage.close())
beforeEach(async () => {
  loan += 1
  await addLoans(stage, 'demo-cm', [{ id: loan }])
})
afterEach(async () => {
  await soundAgain()
  expect(await verifyLedger(stage.house.db, ['demo-cm', 'demo-ke'])).toEqual([])
})

const soundAgain = (): Promise<unknown> => fetch(`${stage.url}/sim/faults`, { method: 'DELETE' })
/** From now on MTN answers no question. */
const silent = (): Promise<void> =>
  stage.fault({ simulator: 'mtn-momo', kind: 'query-server-error', times: MANY })
const questions = (): Promise<number> =>
  insideSimulators(stage, async db => {
    const { strikes_left: left } = await db('sim_kit.faults').where({ kind: 'query-server-error' }).first()
    return MANY - left
  })

type Payment = { readonly id: string; readonly request: string; readonly reference: string }

/** A prompt to her phone, and its movement in that state. */
async function prompted(state: string): Promise<Payment> {
  const { body } = await office.first.post('/collection-requests', {
    loanId: String(loan),
    amount: '15',
    mode: 'prompt',
  })
  const { id: request } = await cm.movement(String(body.id), state, 5 * MINUTE)
  const [movement] = await cm.rows('transactions', { request_id: request })
  const [attempt] = await cm.rows('attempts', { transaction_id: movement?.id })
  return { id: String(movement?.id), request, reference: String(attempt?.reference) }
}

const stateOf = async (payment: Payment): Promise<unknown> =>
  (await cm.rows('transactions', { id: payment.id }))[0]?.state
const reaches = (payment: Payment, state: string, withinMs: number): Promise<unknown> =>
  hurry(stage, async () => (await stateOf(payment)) === state, withinMs, state, 5 * MINUTE)
const bodyOf = (request: unknown): string => (request as { body: string }).body
/** The callbacks about a payment, the oldest first. */
const heard = async ({ reference }: Payment): Promise<Row[]> =>
  (await cm.rows('callbacks'))
    .filter(({ request }) => bodyOf(request).includes(reference))
    .sort((a, b) => String(a.id).localeCompare(String(b.id)))
const booked = async (): Promise<Row[]> => cm.booked(String(loan))

/** What stands in MTN's own books. */
const inMtnsBooks = (payment: Payment, values: object): Promise<unknown> =>
  insideSimulators(stage, db =>
    db('sim_mtn_momo.transactions').where({ reference: payment.reference }).update(values),
  )
/** A callback at the connection's own address, as MTN would make it, or anybody. */
async function tells(payment: Payment, words: object): Promise<void> {
  const body = {
    amount: '15',
    currency: 'XAF',
    externalId: payment.reference,
    status: 'SUCCESSFUL',
    ...words,
  }
  expect(await callBack(`${stage.url}/providers/demo-cm-mtn/callback`, body, 'PUT')).toBe(200)
  await stage.settle()
}

/** MTN takes it back by hand, as `reversed-later` has it, a minute after it was paid. */
async function takenBackUnanswered(): Promise<Payment> {
  await stage.fault({ simulator: 'mtn-momo', kind: 'reversed-later', msisdn: cm.own })
  const payment = await prompted('booked')
  await silent()
  await pass(stage, 2 * MINUTE, 10_000)
  expect((await cm.truth()).find(({ reference }) => reference === payment.reference)?.status).toBe('reversed')
  expect(await stateOf(payment)).toBe('booked')
  return payment
}

describe('a reversal of which MTN told while it answered no question', () => {
  it('is asked about until it is answered, and then undone', async () => {
    const payment = await takenBackUnanswered()
    await pass(stage, 2 * HOUR, 15 * MINUTE)
    expect(await stateOf(payment)).toBe('booked')
    expect(await cm.cases()).toEqual([])
    await soundAgain()
    await reaches(payment, 'reversed', 3 * HOUR)
    await cm.state(payment.request, 'asked')
    expect((await booked()).filter(({ reversed }) => reversed !== true)).toEqual([])
    expect((await heard(payment)).at(-1)).toMatchObject({ state: 'settled', fate: 'asked: reversed' })
    expect(await cm.cases()).toEqual([])
  })

  it('for a day is a case, after few questions; the same callback once more is checked, and settles it', async () => {
    const payment = await takenBackUnanswered()
    await pass(stage, 30 * HOUR, HOUR)
    expect(await questions()).toBeLessThan(20)
    expect(await cm.rows('cases', { subject_id: payment.id })).toEqual([
      expect.objectContaining({
        kind: 'unchecked-callback',
        state: 'open',
        detail: { told: 'reversed', answer: 'unknown', state: 'booked' },
      }),
    ])
    const told = (await heard(payment)).at(-1)
    expect(told).toMatchObject({ state: 'laid-aside', due_at: null })

    await soundAgain()
    const [sent] = await insideSimulators(stage, db =>
      db('sim_kit.callbacks').where({ reference: payment.reference }).orderBy('id', 'desc').limit(1),
    )
    expect(await callBack(sent.url, sent.body, sent.method)).toBe(200)
    await reaches(payment, 'reversed', MINUTE)
    expect((await heard(payment)).at(-1)).toMatchObject({ id: told?.id, state: 'settled' })
    expect(await cm.cases()).toEqual([])
  })

  it('for a day is asked about at a word of a person', async () => {
    const payment = await takenBackUnanswered()
    await pass(stage, 30 * HOUR, 6 * HOUR)
    expect(await cm.cases()).toEqual(['unchecked-callback'])
    await soundAgain()
    expect(await office.first.post(`/transactions/${payment.id}/inquire`)).toMatchObject({ status: 202 })
    await reaches(payment, 'reversed', MINUTE)
    expect(await cm.cases()).toEqual([])
    expect(await office.first.post(`/transactions/${payment.id}/inquire`)).toMatchObject({ status: 409 })
  })

  it('before its own books say so is asked about once more', async () => {
    const payment = await prompted('booked')
    await tells(payment, { status: 'REVERSED' })
    expect((await heard(payment)).at(-1)).toMatchObject({ state: 'open', fate: 'asked: confirmed' })
    await inMtnsBooks(payment, { status: 'reversed' })
    await reaches(payment, 'reversed', 10 * MINUTE)
    expect((await heard(payment)).at(-1)).toMatchObject({ state: 'settled', fate: 'asked: reversed' })
  })

  it('though it never was one is asked about for an hour, and is no case', async () => {
    const payment = await prompted('booked')
    await tells(payment, { status: 'REVERSED' })
    await pass(stage, 3 * HOUR, 20 * MINUTE)
    expect((await heard(payment)).at(-1)).toMatchObject({ state: 'laid-aside', fate: 'asked: confirmed' })
    expect(await stateOf(payment)).toBe('booked')
    expect(await cm.cases()).toEqual([])
  })
})

describe('a yes of which MTN told while it answered no question', () => {
  it('after the movement had failed is found, and waits in suspense', async () => {
    await stage.fault({ simulator: 'mtn-momo', kind: 'cancelled', msisdn: cm.own })
    const payment = await prompted('failed')
    await inMtnsBooks(payment, { status: 'succeeded', receipt: '187777777777', reason: null })
    await silent()
    await tells(payment, { financialTransactionId: '187777777777' })
    await pass(stage, 20 * MINUTE, 5 * MINUTE)
    expect(await stateOf(payment)).toBe('failed')
    await soundAgain()
    await reaches(payment, 'suspense', HOUR)
  })

  it('before the movement failed is left to its own clock, and checked when it is told again', async () => {
    await stage.fault({ simulator: 'mtn-momo', kind: 'no-answer-ever', msisdn: cm.own })
    const payment = await prompted('pending')
    await silent()
    await tells(payment, { financialTransactionId: '186666666666' })
    expect((await heard(payment)).at(-1)).toMatchObject({ state: 'laid-aside', fate: 'asked: unknown' })
    await soundAgain()
    await inMtnsBooks(payment, { status: 'failed', reason: 'EXPIRED' })
    await reaches(payment, 'failed', HOUR)
    await inMtnsBooks(payment, { status: 'succeeded', receipt: '186666666666', reason: null })
    await tells(payment, { financialTransactionId: '186666666666' })
    expect(await stateOf(payment)).toBe('suspense')
    expect(await heard(payment)).toEqual([expect.objectContaining({ state: 'settled' })])
  })

  it('that says no more than is known is no case', async () => {
    const payment = await prompted('booked')
    const [{ receipt }] = (await cm.rows('transactions', { id: payment.id })) as [Row]
    await silent()
    await tells(payment, { financialTransactionId: receipt, more: 'words' })
    expect((await heard(payment)).at(-1)).toMatchObject({
      state: 'settled',
      fate: 'asked: unknown, nothing new',
    })
    expect(await questions()).toBe(1)
  })

  it('of an order that another has followed may be other money, and is not taken for known', async () => {
    await addLoans(stage, 'demo-cm', [{ id: loan + 1000, principal: '4000', status: 'approved' }])
    await stage.fault({ simulator: 'mtn-momo', kind: 'payer-limit', msisdn: cm.own })
    const { body } = await office.first.post('/disbursements', { loanId: String(loan + 1000) })
    const rests = async () => (await cm.rows('connections', { state: 'paused' })).length > 0
    await hurry(stage, rests, 5 * MINUTE, 'a rest')
    const { deps } = stage.house.gateway
    await act(deps, 'demo-cm', commit => resumeConnection(deps.ids, commit, 'mtn'))
    const part = async () => (await cm.rows('transactions', { disbursement_id: body.id }))[0]
    await hurry(stage, async () => (await part())?.state === 'booked', 10 * MINUTE, 'booked')
    const [first] = (await cm.rows('attempts', { transaction_id: (await part())?.id, ordinal: 1 })) as [Row]
    await silent()
    const hint = { id: String((await part())?.id), request: '', reference: String(first.reference) }
    await tells(hint, { amount: '4000' })
    expect((await heard(hint)).at(-1)).toMatchObject({ state: 'open', fate: 'asked: unknown' })
    await soundAgain()
    await pass(stage, 3 * HOUR, 20 * MINUTE)
    // what MTN says of it: it never paid
    expect((await heard(hint)).at(-1)).toMatchObject({ state: 'laid-aside', fate: 'asked: our-fault' })
    expect(await part()).toMatchObject({ state: 'booked' })
    expect(await cm.cases()).toEqual([])
  })
})

describe("Safaricom's queue that gives a payout back after its end, where questions are answered by callback", () => {
  it.each([
    ['is checked by one question', undefined, 1],
    ['is asked about again where the answer is lost', 'query-no-callback', 2],
  ] as const)('%s', async (_, fault, asked) => {
    const ke = createStory(stage, 'demo-ke')
    const id = loan + 2000
    await addLoans(stage, 'demo-ke', [{ id, principal: '4000', status: 'approved' }])
    const { body } = await createOffice(stage, 'demo-ke').first.post('/disbursements', { loanId: String(id) })
    const part = async () => (await ke.rows('transactions', { disbursement_id: body.id }))[0]
    await hurry(stage, async () => (await part())?.state === 'booked', 10 * MINUTE, 'booked')
    const drawn = async () =>
      (await ke.rows('attempt_references', { kind: 'asked', transaction_id: (await part())?.id })).length
    const before = await drawn()
    const [attempt] = (await ke.rows('attempts', { transaction_id: (await part())?.id })) as [Row]
    if (fault !== undefined) await stage.fault({ simulator: 'mpesa', kind: fault })
    const timedOut = { CommandID: 'BusinessPayment', OriginatorConversationID: attempt.reference }
    expect(await callBack(`${stage.url}/providers/demo-ke-daraja/callback`, timedOut)).toBe(200)
    await pass(stage, 3 * MINUTE, 5000)
    expect(await drawn()).toBe(before + asked)
    const hints = await ke.rows('callbacks', { attempt_id: null })
    expect(hints.filter(({ request }) => bodyOf(request).includes(String(attempt.reference)))).toEqual([
      expect.objectContaining({ state: 'settled', fate: 'asked: confirmed' }),
    ])
    expect(await ke.rows('callbacks', { state: 'open' })).toEqual([])
    expect(await ke.cases()).toEqual([])
  })
})
