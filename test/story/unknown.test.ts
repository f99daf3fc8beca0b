import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { WORDS } from '../../flows/words/index.ts'
import { act } from '../../src/gateway/context.ts'
import { wallet } from '../../src/store/people.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { callBack, insideSimulators, lastPush, stkCallbackOf } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, hurry, pass, type Row, type Story, type TenantName } from '../support/story.ts'

let stage: TestStage
/** What happens in the moment after a provider has answered, before we have kept it. */
let afterSend: (() => Promise<void>) | undefined
beforeAll(async () => {
  stage = await openTestStage({
    at: async point => {
      if (point !== 'after-send') return
      const happens = afterSend
      afterSend = undefined
      await happens?.()
    },
  })
  await stage.settle()
})
afterAll(() => stage.close())

const attemptsOf = (story: Story, transactionId: string): Promise<Row[]> =>
  story.rows('attempts', { transaction_id: transactionId })

const beingChecked = (story: Story, amount: string, currency: string): string =>
  asSms(
    WORDS[story.language].sms.beingChecked(
      story.tenant === 'demo-ke' ? 'Umoja Credit' : 'Espoir Finance',
      WORDS[story.language].money({ amount, currency }),
    ),
  )

describe('an answer that was lost', () => {
  it.each([
    { tenant: 'demo-cm', kind: 'lost-answer' },
    { tenant: 'demo-cm', kind: 'server-error-after' },
    { tenant: 'demo-ke', kind: 'lost-answer' },
    { tenant: 'demo-ke', kind: 'cut-json' },
    { tenant: 'demo-ke', kind: 'server-error-after' },
  ] as const)(
    '$kind at $tenant comes good: paid once, asked for or called back, never sent again',
    async ({ tenant, kind }) => {
      const story = createStory(stage, tenant)
      const { body } = await story.ask(tenant === 'demo-ke' ? '20.00' : '20')
      const before = (await story.truth()).length
      await stage.fault({ simulator: story.provider, kind, msisdn: story.own })
      await story.approve('own')
      const paid = await story.state(String(body.id), 'paid')
      expect((await story.truth()).slice(before)).toEqual([expect.objectContaining({ status: 'succeeded' })])
      const attempts = await attemptsOf(story, String(paid.transactions[0]?.id))
      expect(attempts).toEqual([expect.objectContaining({ state: 'closed', ordinal: 1 })])
      expect(paid.transactions[0]?.receipt).toBe((await story.truth()).at(-1)?.receipt)
      await expectBooksToAgree(stage, tenant)
    },
  )

  it('a request that MTN never heard of goes out again under the same reference, after the grace', async () => {
    const story = createStory(stage, 'demo-cm')
    const { body } = await story.ask('20')
    const before = (await story.truth()).length
    await stage.fault({ simulator: 'mtn-momo', kind: 'lost-request', msisdn: story.own })
    await story.approve('own')
    await pass(stage, 110_000, 10_000)
    expect((await story.truth()).slice(before)).toEqual([])
    const paid = await story.state(String(body.id), 'paid', 120_000)
    expect((await story.truth()).slice(before)).toEqual([expect.objectContaining({ status: 'succeeded' })])
    const attempts = await attemptsOf(story, String(paid.transactions[0]?.id))
    expect(attempts).toHaveLength(2)
    expect(new Set(attempts.map(({ reference }) => reference)).size).toBe(1)
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('is not dropped because the database was away when it came', async () => {
    const story = createStory(stage, 'demo-ke')
    const { body } = await story.ask('20.00')
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback', msisdn: story.own })
    afterSend = async () => {
      const client = new pg.Client({ connectionString: stage.databaseUrl })
      await client.connect()
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'hatua' and datname = current_database()`,
      )
      await client.end()
    }
    await story.approve('own')
    // without a callback only the CheckoutRequestID of that answer finds the payment again
    await story.state(String(body.id), 'paid', 120_000)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it.each(['query-server-error', 'query-cut-json', 'query-lost-answer'])(
    '%s says nothing: asked again',
    async kind => {
      const story = createStory(stage, 'demo-cm')
      const { body } = await story.ask('20')
      await stage.fault({ simulator: 'mtn-momo', kind: 'no-callback', msisdn: story.own })
      await stage.fault({ simulator: 'mtn-momo', kind, msisdn: story.own })
      await story.approve('own')
      const paid = await story.state(String(body.id), 'paid', 120_000)
      expect(await attemptsOf(story, String(paid.transactions[0]?.id))).toHaveLength(1)
      await expectBooksToAgree(stage, 'demo-cm')
    },
  )
})

describe('an answer that does not come', () => {
  /** She approves, and after the provider's time nobody knows. */
  async function untilUnresolved(tenant: TenantName, amount: string, faults: readonly string[]) {
    const story = createStory(stage, tenant)
    const { body } = await story.ask(amount)
    for (const kind of faults) await stage.fault({ simulator: story.provider, kind, msisdn: story.own })
    await story.approve('own')
    const held = await story.movement(String(body.id), 'unresolved', 1_200_000, 10_000)
    return { story, id: held.id, transactionId: String(held.transactions[0]?.id), held }
  }

  it('of M-Pesa: she is told once, nothing is sent again for a day, and a late callback books it', async () => {
    const { story, id, transactionId, held } = await untilUnresolved('demo-ke', '30.00', [
      'lost-answer',
      'no-callback',
    ])
    const pushes = (await story.truth()).length
    expect(held.state).toBe('approved')
    expect(await story.cases()).toEqual(['unresolved'])

    // neither she nor an officer can start a second payment of it
    expect((await stage.phone('demo-ke').dial()).text).not.toContain('KES 30')
    expect(await story.ask('40.00')).toMatchObject({ status: 409 })
    const again = await act(stage.house.gateway.deps, 'demo-ke', async commit => {
      const [row] = await story.rows('collection_requests', { id })
      const payer = await wallet(commit.trx, 'demo-ke', String(row?.wallet_id))
      if (row === undefined || payer === undefined) throw new Error('no such request')
      const wanted = {
        customerId: payer.customerId,
        loanId: '1',
        loanAccount: '000000011',
        amount: { minor: 3000n, currency: 'KES' },
        dueOn: '2026-03-05' as never,
        mode: 'dial',
        basis: 'named',
      } as const
      return stage.house.gateway.requests.approve(commit, wanted, id, payer, wanted.amount, 'ussd')
    })
    expect(again).toEqual({ kind: 'refused', why: 'being-checked' })

    await pass(stage, 24 * 3_600_000, 3_600_000)
    const told = (await story.sms(story.own)).filter(text => text === beingChecked(story, '30.00', 'KES'))
    expect(told).toHaveLength(1)
    expect(await story.truth()).toHaveLength(pushes)
    await expectBooksToAgree(stage, 'demo-ke', '30.00')

    const push = await lastPush(stage)
    const receipt = String(push.receipt)
    const paidAt = '20260305120500'
    expect(await callBack(push.callback_url, stkCallbackOf(push, { amount: 30, receipt, at: paidAt }))).toBe(
      200,
    )
    const paid = await story.state(id, 'paid')
    expect(paid.transactions).toEqual([
      expect.objectContaining({ id: transactionId, state: 'booked', receipt }),
    ])
    // the provider's day in the tenant's zone, not ours
    expect((await story.booked()).at(-1)).toMatchObject({ date: '2026-03-05', receiptNumber: receipt })
    expect(await story.cases()).toEqual([])
    expect((await story.sms(story.own)).at(-1)).toContain(receipt)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('of MTN: still asked about, slowly, until it is confirmed', async () => {
    const { story, id } = await untilUnresolved('demo-cm', '30', ['no-answer-ever'])
    const pushes = (await story.truth()).length
    const approvedOn = new Intl.DateTimeFormat('en-CA', { timeZone: 'Africa/Douala' }).format(
      stage.clock.now(),
    )
    expect((await story.request(id)).state).toBe('approved')
    await pass(stage, 26 * 3_600_000, 3_600_000)
    const told = (await story.sms(story.own)).filter(text => text === beingChecked(story, '30', 'XAF'))
    expect(told).toHaveLength(1)
    expect(await story.cases()).toEqual(['unresolved'])
    expect(await story.truth()).toHaveLength(pushes)

    await insideSimulators(stage, db =>
      db('sim_mtn_momo.transactions')
        .where({ status: 'pending' })
        .update({ status: 'succeeded', receipt: '190000000001', completed_at: stage.clock.now() }),
    )
    await story.state(id, 'paid', 3_600_000, 60_000)
    // MTN names no time: the day on which she approved
    expect((await story.booked()).at(-1)).toMatchObject({ date: approvedOn, receiptNumber: '190000000001' })
    expect(await story.cases()).toEqual([])
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('and at last was a no: the request is hers to answer again, nobody has to look', async () => {
    const { story, id } = await untilUnresolved('demo-cm', '30', ['no-answer-ever'])
    await insideSimulators(stage, db =>
      db('sim_mtn_momo.transactions')
        .where({ status: 'pending' })
        .update({ status: 'failed', reason: 'EXPIRED', completed_at: stage.clock.now() }),
    )
    await story.movement(id, 'failed', 3_600_000, 60_000)
    expect((await story.request(id)).state).toBe('asked')
    expect(await story.cases()).toEqual([])
    await story.approve('payer')
    await story.state(id, 'paid')
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('and was never heard of: no prompt comes out of the blue, she is told and may ask again', async () => {
    const story = createStory(stage, 'demo-cm')
    const { body } = await story.ask('30')
    const pushes = (await story.truth()).length
    await stage.fault({ simulator: 'mtn-momo', kind: 'lost-request', msisdn: story.own })
    await stage.fault({ simulator: 'mtn-momo', kind: 'query-server-error', times: 1000 })
    await story.approve('own')
    await story.movement(String(body.id), 'unresolved', 1_200_000, 10_000)
    await stage.house.simulators?.faults.clear()
    await hurry(
      stage,
      async () => (await story.request(String(body.id))).state === 'asked',
      3_600_000,
      'asked',
      60_000,
    )
    expect(await story.truth()).toHaveLength(pushes)
    await expectBooksToAgree(stage, 'demo-cm')
  })
})
