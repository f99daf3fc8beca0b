import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { createOffice } from '../support/board.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { addConnection } from '../support/connections.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/**
 * She pays the lender from MTN's own menu. MTN holds her money and offers it; it is ours when MTN has answered our yes,
 * and not before.
 */

const HOUR = 3_600_000
let stage: TestStage
let cm: Story
let reference: string
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  cm = createStory(stage, 'demo-cm')
  reference = String((await cm.rows('pay_references', { loan_id: '1' }))[0]?.value)
  expect(reference).toMatch(/^\d{8}$/)
})
afterAll(() => stage.close())
let francs = 500
beforeEach(() => {
  francs += 7
})
afterEach(async () => {
  await fetch(`${stage.url}/sim/faults`, { method: 'DELETE' })
})

/** MTN's name for her payment, or why MTN has not let her make it. */
async function pays(account: string, msisdn: string = cm.own): Promise<string> {
  const answer = await fetch(`${stage.url}/sim/providers/mtn-momo/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn, amount: String(francs), account }),
  })
  const body = (await answer.json()) as Row
  return String(answer.status === 201 ? body.reference : body.detail)
}
const truthOf = async (receipt: string): Promise<Row | undefined> =>
  (await cm.truth()).find(row => row.reference === receipt)
const end = (receipt: string): Promise<Row> =>
  hurry(
    stage,
    async () =>
      (await cm.rows('transactions', { receipt })).find(
        ({ state }) => state === 'booked' || state === 'suspense',
      ),
    HOUR,
    `payment ${receipt}`,
    30_000,
  )
const bookedOf = async (receipt: string): Promise<Row[]> =>
  (await cm.booked()).filter(({ receiptNumber }) => receiptNumber === receipt)
const fatesOf = async (receipt: string): Promise<unknown[]> =>
  (await cm.rows('callbacks'))
    .filter(({ request }) => (request as { body: string }).body.includes(`>${receipt}<`))
    .map(({ fate }) => fate)
    .sort()

async function unknownIs(rule: 'suspense' | 'reject'): Promise<void> {
  await stage.house.db.asTenant('demo-cm', trx =>
    trx('tenants')
      .where({ id: 'demo-cm' })
      .update({
        settings: trx.raw(`jsonb_set(settings, '{inbound}', ?::jsonb)`, [JSON.stringify({ unknown: rule })]),
      }),
  )
  stage.house.gateway.deps.tenants.forget('demo-cm')
}

describe('a borrower who pays by her pay-reference', () => {
  it('pays once, and reads of it', async () => {
    const receipt = await pays(reference)
    expect(await end(receipt)).toMatchObject({ state: 'booked', origin: 'c2b', loan_id: '1', msisdn: cm.own })
    expect(await bookedOf(receipt)).toHaveLength(1)
    expect(await truthOf(receipt)).toMatchObject({ status: 'succeeded', sendings: 1 })
    expect(await fatesOf(receipt)).toEqual(['a payment of its own'])
    const sms = (await cm.sms(cm.own)).at(-1)
    expect(sms).toContain(receipt)
    expect(sms).toContain(String(francs))
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('may let another pay, who is told too, and no more than that', async () => {
    const receipt = await pays(reference, cm.payer)
    await end(receipt)
    await pass(stage, 60_000)
    const amount = WORDS.fr.money({ amount: String(francs), currency: 'XAF' })
    expect((await cm.sms(cm.payer)).at(-1)).toBe(
      asSms(WORDS.fr.sms.paidFor('Espoir Finance', amount, 'Aminata', receipt)),
    )
  })

  it.each([
    ['MTN never heard our answer', 'offer-lost-answer', 1],
    ['MTN says everything twice', 'offer-duplicate', 1],
    ['what MTN says gets lost', 'offer-lost-request', 2],
    ['our yes gets lost', 'completed-lost-request', 1],
    ['the answer to our yes gets lost', 'completed-lost-answer', 1],
    ['MTN answers our yes with a page of errors', 'completed-server-error-after', 1],
  ])('pays once where %s', async (_, kind, sendings) => {
    await stage.fault({ simulator: 'mtn-momo', kind })
    const receipt = await pays(reference)
    expect(await end(receipt)).toMatchObject({ state: 'booked' })
    await pass(stage, HOUR, 60_000)
    expect(await truthOf(receipt)).toMatchObject({ status: 'succeeded', sendings })
    expect(await bookedOf(receipt)).toHaveLength(1)
    expect(await cm.rows('transactions', { receipt })).toHaveLength(1)
    expect(await fatesOf(receipt)).toEqual(['a payment of its own'])
    expect(await cm.cases()).toEqual([])
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('pays once where MTN tells it again while our yes is on its way', async () => {
    await stage.fault({ simulator: 'mtn-momo', kind: 'offer-lost-answer' })
    await stage.fault({ simulator: 'mtn-momo', kind: 'completed-lost-request', times: 3 })
    const receipt = await pays(reference)
    await end(receipt)
    expect(await truthOf(receipt)).toMatchObject({ status: 'succeeded', sendings: 2 })
    expect(await bookedOf(receipt)).toHaveLength(1)
    expect(await fatesOf(receipt)).toEqual(['a payment of its own', 'told again'])
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('pays once where both tellings are read at the same moment', async () => {
    await stage.fault({ simulator: 'mtn-momo', kind: 'offer-lost-answer' })
    const receipt = await pays(reference)
    await stage.house.simulators?.tick()
    stage.clock.advance(5_000)
    await stage.house.simulators?.tick()
    await end(receipt)
    expect(await fatesOf(receipt)).toEqual(['a payment of its own', 'told again'])
    expect(await cm.rows('transactions', { receipt })).toHaveLength(1)
  })

  it('has not paid before MTN says so, and keeps her money where it never does', async () => {
    const before = await cm.rows('transactions')
    await stage.fault({ simulator: 'mtn-momo', kind: 'completed-lost-request', times: 1_000 })
    const receipt = await pays(reference)
    await pass(stage, 2 * HOUR, 60_000)
    expect(await cm.rows('transactions')).toEqual(before)
    expect(await truthOf(receipt)).toMatchObject({ status: 'failed', reason: 'TIMEOUT' })
    await pass(stage, 30 * HOUR, HOUR)
    expect(await cm.rows('cases', { state: 'open' })).toMatchObject([
      {
        kind: 'unchecked-callback',
        subject: 'callback',
        detail: { told: 'offer', receipt, connection: 'mtn', answer: 'unknown' },
      },
    ])
    const [found] = await cm.rows('cases', { state: 'open' })
    await createOffice(stage, 'demo-cm').first.post(`/cases/${found?.id}/settle`, {
      note: 'MTN has no such payment',
    })
    expect(await cm.cases()).toEqual([])
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('pays beside a push that looks the same, and that MTN says was never paid', async () => {
    const { body } = await cm.ask(String(francs))
    await stage.fault({ simulator: 'mtn-momo', kind: 'expired', msisdn: cm.own })
    await cm.approve('own')
    await pass(stage, 10_000)
    const receipt = await pays('000000011')
    expect(await end(receipt)).toMatchObject({ state: 'booked', origin: 'c2b', loan_id: '1' })
    await cm.movement(String(body.id), 'failed', HOUR)
    expect(await bookedOf(receipt)).toHaveLength(1)
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('pays on the day on which she did, however late MTN’s yes is heard', async () => {
    const eve = new Date(stage.clock.now())
    eve.setUTCDate(eve.getUTCDate() + 1)
    // two seconds before midnight in Douala
    eve.setUTCHours(22, 59, 58, 0)
    await pass(stage, eve.getTime() - stage.clock.now().getTime(), HOUR)
    await stage.fault({ simulator: 'mtn-momo', kind: 'completed-lost-answer', times: 2 })
    expect(await end(await pays(reference))).toMatchObject({ value_date: eve.toISOString().slice(0, 10) })
  })

  it('has not paid where MTN has given up meanwhile', async () => {
    await stage.fault({ simulator: 'mtn-momo', kind: 'completed-lost-request', times: 8 })
    const receipt = await pays(reference)
    await pass(stage, HOUR, 30_000)
    expect(await fatesOf(receipt)).toEqual(['the customer keeps it'])
    expect(await cm.rows('transactions', { receipt })).toEqual([])
    expect(await cm.rows('cases', { state: 'open' })).toEqual([])
  })
})

describe('a reference that nobody knows', () => {
  it('is taken, and waits on the board with the number that paid', async () => {
    const receipt = await pays('SHOP')
    expect(await end(receipt)).toMatchObject({ state: 'suspense', loan_id: null, msisdn: cm.own })
    expect(await bookedOf(receipt)).toEqual([])
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('goes back to who paid, as a payout: MTN refunds only what was asked for', async () => {
    const receipt = await pays('SHOP', cm.payer)
    const { id } = await end(receipt)
    const [item] = await cm.rows('suspense_items', { transaction_id: id })
    const office = createOffice(stage, 'demo-cm').first
    expect(await office.post(`/suspense/${item?.id}/settle`, { way: 'return' })).toMatchObject({
      status: 200,
    })
    await hurry(
      stage,
      async () => (await cm.rows('suspense_items', { id: item?.id, state: 'settled' })).length > 0,
      HOUR,
      'return',
    )
    expect(await cm.rows('transactions', { original_id: id })).toMatchObject([
      { kind: 'return', operation: 'disburse', msisdn: cm.payer, amount_minor: BigInt(francs) },
    ])
  })

  describe('is refused by the tenant’s rule', () => {
    beforeEach(() => unknownIs('reject'))
    afterAll(() => unknownIs('suspense'))

    it('before her money moves', async () => {
      const [truth, callbacks] = [await cm.truth(), await cm.rows('callbacks')]
      expect(await pays('SHOP')).toBe('the lender refused it')
      expect(await cm.truth()).toEqual(truth)
      expect(await cm.rows('callbacks')).toEqual(callbacks)
    })

    it('also where the question before it was answered otherwise, and then the answer stays the same', async () => {
      await unknownIs('suspense')
      const receipt = await pays('SHOP')
      await unknownIs('reject')
      await stage.fault({ simulator: 'mtn-momo', kind: 'completed-lost-request' })
      await stage.settle()
      // what was decided is said again, whatever the rule has become
      await unknownIs('suspense')
      await pass(stage, 60_000)
      expect(await truthOf(receipt)).toMatchObject({ status: 'failed', reason: 'REFUSED_BY_PAYEE' })
      expect(await fatesOf(receipt)).toEqual(['the customer keeps it'])
      expect(await cm.rows('transactions', { receipt })).toEqual([])
    })
  })
})

describe('who may offer money', () => {
  const WORDS_WITH_MTN = {
    completedUrl: 'sim://mtn-momo/serviceprovider/paymentcompleted',
    account: { username: 'espoir', password: 'demo-mtn-wants' },
    serviceProvider: 'espoir.sp',
  }

  /** One more connection to MTN, and somebody who offers a payment to it. */
  async function connected(name: string, callbackFrom: readonly string[], paybill: object | undefined) {
    const [own] = await stage.house.gateway.deps.tenants.connections('demo-cm')
    await addConnection(stage, 'demo-cm', {
      name,
      adapter: 'mtn-momo',
      provider: 'mtn-cm',
      config: { callbackFrom },
      secrets: { collection: own?.config.collection, ...(paybill && { paybill }) },
    })
    const post = (path: string, body: string, headers = {}) =>
      fetch(`${stage.url}/providers/demo-cm-${name}/${path}`, { method: 'POST', body, headers })
    return {
      ask: (headers?: object) =>
        post(
          'validation',
          `<q:getfinancialresourceinformationrequest xmlns:q="http://www.ericsson.com/em/emm/serviceprovider/v1_0/backend/client"><resource>FRI:SHOP@espoir.sp/SP</resource></q:getfinancialresourceinformationrequest>`,
          headers,
        ),
      offer: (receipt: string, headers?: object) =>
        post(
          'callback',
          `<p:paymentrequest xmlns:p="http://www.ericsson.com/em/emm/serviceprovider/v1_1/backend/client"><transactionid>${receipt}</transactionid><receivingfri>FRI:${reference}@espoir.sp/SP</receivingfri><amount><amount>900000</amount><currency>XAF</currency></amount></p:paymentrequest>`,
          headers,
        ),
    }
  }

  it('is told at the door that it is not MTN, and nothing is kept', async () => {
    const before = await cm.rows('callbacks')
    const answer = await fetch(`${stage.url}/providers/demo-cm-mtn/callback`, {
      method: 'POST',
      body: '<p/>',
    })
    expect(answer.status).toBe(401)
    expect(await cm.rows('callbacks')).toEqual(before)
  })

  it('is nobody where no customer pays by herself', async () => {
    const closed = await connected('closed', ['127.0.0.1'], undefined)
    expect((await closed.ask()).status).toBe(404)
    expect((await closed.offer('7001')).status).toBe(404)
  })

  it('proves nothing by offering: a stranger is a case, and MTN hears nothing of it', async () => {
    const open = await connected('open', ['203.0.113.0/24'], WORDS_WITH_MTN)
    expect((await open.offer('7002')).status).toBe(202)
    await unknownIs('reject')
    expect((await open.ask()).status).toBe(200)
    await unknownIs('suspense')
    await pass(stage, HOUR, 60_000)
    expect(await cm.rows('offers', { receipt: '7002' })).toEqual([])
    expect(await cm.rows('cases', { state: 'open' })).toMatchObject([
      { kind: 'unproven-callback', detail: { from: '127.0.0.1', receipt: '7002' } },
    ])
    expect(await cm.rows('transactions', { receipt: '7002' })).toEqual([])
  })

  it('is whoever shows what was agreed, from wherever', async () => {
    const inbound = { username: 'mtn', password: 'agreed' }
    const agreed = await connected('agreed', ['203.0.113.0/24'], { ...WORDS_WITH_MTN, inbound })
    const shown = { authorization: `Basic ${Buffer.from('mtn:agreed').toString('base64')}` }
    await unknownIs('reject')
    expect([(await agreed.ask()).status, (await agreed.ask(shown)).status]).toEqual([200, 404])
    await unknownIs('suspense')
    expect([(await agreed.offer('7004')).status, (await agreed.offer('7004', shown)).status]).toEqual([
      401, 202,
    ])
    await stage.settle()
    // MTN has no such payment: nothing comes of it
    expect(await cm.rows('offers', { receipt: '7004' })).toMatchObject([{ take: true, taken_at: null }])
    expect(await cm.rows('transactions', { receipt: '7004' })).toEqual([])
  })

  it('waits, and a person is told at once, where MTN does not know us', async () => {
    const account = { username: 'espoir', password: 'wrong' }
    const strange = await connected('strange', ['127.0.0.1'], { ...WORDS_WITH_MTN, account })
    expect((await strange.offer('7003')).status).toBe(202)
    await stage.settle()
    expect(await cm.rows('cases', { kind: 'unchecked-callback', state: 'open' })).toMatchObject([
      { subject: 'callback', detail: { receipt: '7003', connection: 'strange', answer: 'our-fault' } },
    ])
    const open = await cm.rows('callbacks', { state: 'open' })
    expect(open.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1))).toMatchObject([
      { request: { body: expect.stringContaining('7002') } },
      { request: { body: expect.stringContaining('7004') } },
      { request: { body: expect.stringContaining('7003') } },
    ])
    expect(await cm.rows('transactions', { receipt: '7003' })).toEqual([])
  })
})
