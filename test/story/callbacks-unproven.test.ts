import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { PROVIDERS } from '../../src/providers/index.ts'
import { createOffice } from '../support/board.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { withoutSecret } from '../support/connections.ts'
import { callBack, lastPush, stkCallbackOf } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

/** What comes from a sender that is on no list, or by a road that nobody declares, is not believed; nor is it forgotten. */

const HOUR = 3_600_000
const LISTENER = '/providers/demo-ke-daraja/callback'
const LOOPBACK = ['127.0.0.1', '::1']
/** Addresses of Safaricom's of yesterday: today it calls from another, which here is this machine. */
const YESTERDAY = ['196.201.214.200']

let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())
afterEach(async () => {
  jest.restoreAllMocks()
  await listed(LOOPBACK)
  await ke.change('cases', {}, { state: 'settled' })
})

/** The lender enters from where the provider calls. */
async function listed(callbackFrom: readonly string[]): Promise<void> {
  const [{ config }] = (await ke.rows('connections')) as [Row]
  await ke.change('connections', {}, { config: JSON.stringify({ ...(config as object), callbackFrom }) })
  stage.house.gateway.deps.tenants.forget('demo-ke')
}

/** She pays the paybill from her operator's own menu. */
async function pays(amount: string): Promise<string> {
  const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn: ke.own, amount, billRefNumber: '000000011' }),
  })
  expect(answer.status).toBe(201)
  await pass(stage, 20_000, 10_000)
  return String(((await answer.json()) as Row).receipt)
}

const confirmation = (receipt: string): object => ({
  TransactionType: 'Pay Bill',
  TransID: receipt,
  TransTime: '20260305110000',
  TransAmount: '77.00',
  BusinessShortCode: '600638',
  BillRefNumber: '000000011',
  MSISDN: '25470****001',
})
const fatesOf = async (receipt: string): Promise<Row[]> =>
  (await ke.rows('callbacks'))
    .filter(({ request }) => (request as { body: string }).body.includes(receipt))
    .map(({ state, fate }) => ({ state, fate }))

describe('a paybill confirmation from an address that is not listed', () => {
  it('is a case at once and no money; when the list is mended it is read, and booked for its own day', async () => {
    await listed(YESTERDAY)
    const receipt = await pays('120.00')
    expect(await ke.rows('transactions', { receipt })).toEqual([])
    const [connection] = (await ke.rows('connections')) as [Row]
    expect(await ke.rows('cases', { state: 'open' })).toEqual([
      expect.objectContaining({
        kind: 'unproven-callback',
        subject: 'connection',
        subject_id: connection.id,
        detail: { from: '127.0.0.1', receipt },
      }),
    ])
    const [{ id }] = (await ke.rows('cases', { state: 'open' })) as [Row]
    const office = createOffice(stage, 'demo-ke').first
    await office.post(`/cases/${id}/settle`, { note: 'Safaricom has a new address: it is entered on Monday' })
    await pass(stage, 52 * HOUR, 4 * HOUR)
    // what somebody has looked into is not opened again by the next reading
    expect(await ke.cases()).toEqual([])
    expect(await fatesOf(receipt)).toEqual([{ state: 'open', fate: 'not proven' }])

    await listed(['127.0.0.0/8'])
    await pass(stage, 4 * HOUR, HOUR)
    // then it waits a little, for the push to which it may belong
    await pass(stage, HOUR, HOUR / 12)
    expect(await ke.rows('transactions', { receipt })).toMatchObject([
      { origin: 'c2b', state: 'booked', value_date: '2026-03-05' },
    ])
    expect(await fatesOf(receipt)).toEqual([{ state: 'settled', fate: 'a payment of its own' }])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('is laid aside after a week, and read anew when it is told again', async () => {
    await listed(YESTERDAY)
    const told = confirmation('TWEEK00001')
    expect(await callBack(stage.url + LISTENER, told)).toBe(200)
    await pass(stage, 8 * 24 * HOUR, 12 * HOUR)
    expect(await fatesOf('TWEEK00001')).toEqual([{ state: 'laid-aside', fate: 'not proven' }])
    await listed(LOOPBACK)
    expect(await callBack(stage.url + LISTENER, told)).toBe(200)
    await pass(stage, HOUR, HOUR / 12)
    expect(await ke.rows('transactions', { receipt: 'TWEEK00001' })).toHaveLength(1)
    expect(await fatesOf('TWEEK00001')).toEqual([{ state: 'settled', fate: 'a payment of its own' }])
  })

  it('does not stand in the way of the same words from a listed one', async () => {
    await listed(LOOPBACK)
    const [connection] = (await ke.rows('connections')) as [Row]
    await stage.house.gateway.callbacks.keep(
      { kind: 'payment', sourceId: String(connection.id), tenantId: 'demo-ke' },
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        query: {},
        body: JSON.stringify(confirmation('TTWICE0001')),
        from: '203.0.113.7',
      },
    )
    expect(await callBack(stage.url + LISTENER, confirmation('TTWICE0001'))).toBe(200)
    await pass(stage, HOUR, HOUR / 12)
    expect(await ke.rows('transactions', { receipt: 'TTWICE0001' })).toHaveLength(1)
    expect(await ke.rows('cases', { state: 'open' })).toMatchObject([
      { kind: 'unproven-callback', detail: { from: '203.0.113.7', receipt: 'TTWICE0001' } },
    ])
    await pass(stage, 5 * HOUR, HOUR)
    expect(await ke.rows('transactions', { receipt: 'TTWICE0001' })).toHaveLength(1)
  })
})

describe("a push's result at its own address, from a sender that is not listed", () => {
  it('is a case, and counts as soon as the list is mended', async () => {
    const { body } = await ke.ask('10.00')
    for (const kind of ['lost-answer', 'no-callback']) await stage.fault({ simulator: 'mpesa', kind })
    await listed(YESTERDAY)
    await ke.approve('own')
    await ke.movement(String(body.id), 'pending')
    await pass(stage, 20_000, 5000)
    const push = await lastPush(stage)
    const paid = stkCallbackOf(push, { amount: 10, receipt: String(push.receipt), at: '20260305110000' })
    expect(await callBack(push.callback_url, paid)).toBe(200)
    await pass(stage, 20 * 60_000, 60_000)
    const { transactions } = await ke.movement(String(body.id), 'unresolved')
    expect(await ke.cases()).toEqual(['unproven-callback', 'unresolved'])
    expect(await ke.rows('cases', { kind: 'unproven-callback', state: 'open' })).toMatchObject([
      { detail: { from: '127.0.0.1', transaction: transactions.at(-1)?.id } },
    ])
    await listed(LOOPBACK)
    await ke.state(String(body.id), 'paid', HOUR, 60_000)
  })
})

describe('a connection whose customers cannot pay by themselves', () => {
  it('has no such payment, whoever tells of one', async () => {
    const { can } = PROVIDERS.mpesa
    jest.replaceProperty(PROVIDERS.mpesa, 'can', { ...can, customerInitiated: false })
    expect(await callBack(stage.url + LISTENER, confirmation('TNOBODY001'))).toBe(200)
    await pass(stage, HOUR, HOUR / 12)
    expect(await ke.rows('transactions', { receipt: 'TNOBODY001' })).toEqual([])
    expect(await fatesOf('TNOBODY001')).toEqual([
      { state: 'settled', fate: 'no customer pays by herself here' },
    ])
  })
})

describe('a paybill that the lender has named', () => {
  it.each([
    ['is told her where its connection hears of what is paid there', 'demo-ke', 'mpesa-ke', '10.00', true],
    ['is not told her where nobody would hear of it', 'demo-cm', 'mtn-cm', '10', false],
  ] as const)('%s', async (_, tenant, provider, amount, offered) => {
    if (!offered) await withoutSecret(stage, tenant, 'mtn', 'paybill')
    const story = createStory(stage, tenant)
    await stage.house.db.asTenant(tenant, trx =>
      trx('tenants')
        .where({ id: tenant })
        .update({
          settings: trx.raw(`jsonb_set(settings, '{otherWays}', ?::jsonb)`, [
            JSON.stringify({ [provider]: { kind: 'paybill', number: '600638' } }),
          ]),
        }),
    )
    stage.house.gateway.deps.tenants.forget(tenant)
    const { body } = await story.ask(amount)
    await stage.fault({ simulator: story.provider, kind: 'cancelled', msisdn: story.own })
    const screen = await story.approve('own')
    await story.movement(String(body.id), 'failed', 120_000)
    const failed = (await story.sms(story.own)).at(-1) ?? ''
    expect([screen.includes('600638'), failed.includes('600638')]).toEqual([offered, offered])
  })
})

describe('a secret that a caller puts into the address', () => {
  it('is not kept', async () => {
    const secrets = '?pin=4711&SecurityCredential=c2VjcmV0&access_token=t0ken&inquiry=1'
    expect(await callBack(stage.url + LISTENER + secrets, { about: 'nothing' })).toBe(200)
    await stage.settle()
    const [row] = (await ke.rows('callbacks', {
      fate: 'unreadable: the body is nothing that Daraja sends',
    })) as [Row]
    expect((row.request as Row).query).toEqual({
      pin: '***',
      SecurityCredential: '***',
      access_token: '***',
      inquiry: '1',
    })
    expect(JSON.stringify(row)).not.toMatch(/4711|c2VjcmV0|t0ken/)
  })
})
