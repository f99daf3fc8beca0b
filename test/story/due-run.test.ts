import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { claimDue, LEASE_MS } from '../../src/store/due.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Row, type Story } from '../support/story.ts'

const DAY_MS = 24 * 3_600_000
const PROMPT = 'to pay or answer'

let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())

const requestsOf = async (loanId: string): Promise<Row[]> =>
  (await ke.rows('collection_requests', { loan_id: loanId })).sort((a, b) =>
    String(a.id).localeCompare(String(b.id)),
  )
const prompts = async (): Promise<string[]> => (await ke.sms(ke.own)).filter(text => text.includes(PROMPT))
const dueNow = (): Promise<unknown> =>
  ke.change('schedules', { job: 'due-run' }, { due_at: stage.clock.now(), lease_until: null })

describe('the due-date run', () => {
  it('asks once for each loan that is due, in each tenant, by SMS and in the menu', async () => {
    await stage.settle()
    expect(await requestsOf('1')).toEqual([
      expect.objectContaining({
        state: 'asked',
        mode: 'ask',
        basis: 'due',
        amount_minor: 130_000n,
        due_on: '2026-03-05',
      }),
    ])
    expect(await prompts()).toEqual([expect.stringContaining('KES 1,300')])
    expect((await stage.phone('demo-ke').dial()).text).toContain('KES 1,300')
    const cm = createStory(stage, 'demo-cm')
    expect(await cm.rows('collection_requests')).toHaveLength(1)
    expect(await cm.sms(cm.own)).toHaveLength(1)
    const [schedule] = await ke.rows('schedules')
    // midnight of the next day in Nairobi
    expect(schedule).toMatchObject({ last_run_on: '2026-03-05', due_at: new Date('2026-03-05T21:00:00Z') })
  })

  it('run again on the same day asks nobody twice', async () => {
    await dueNow()
    await stage.settle()
    expect(await requestsOf('1')).toHaveLength(1)
    expect(await prompts()).toHaveLength(1)
  })

  it('whose core falls silent on the way asks the others, and those who are left a minute later', async () => {
    await addLoans(stage, 'demo-ke', [
      { id: 2, firstDue: '2026-03-05' },
      { id: 3, firstDue: '2026-03-05' },
    ])
    await dueNow()
    await stage.fault({ simulator: 'fineract', kind: 'query-server-error', msisdn: ke.own })
    await stage.settle()
    expect((await requestsOf('2')).length + (await requestsOf('3')).length).toBe(1)
    stage.clock.advance(60_000)
    await stage.settle()
    expect([...(await requestsOf('2')), ...(await requestsOf('3'))]).toHaveLength(2)
    expect(await prompts()).toHaveLength(3)
  })

  it('whose worker died in the middle is taken over: one request and one SMS a loan, and the dead one asks no more', async () => {
    await addLoans(stage, 'demo-ke', [
      { id: 4, firstDue: '2026-03-05' },
      { id: 5, firstDue: '2026-03-05' },
    ])
    await dueNow()
    const [mine] = (await claimDue(stage.house.db.knex, stage.clock, 'schedule', 16)).filter(
      ({ tenantId }) => tenantId === 'demo-ke',
    )
    if (mine === undefined) throw new Error('the run was not claimed')
    stage.clock.advance(LEASE_MS)
    await stage.settle()
    expect([...(await requestsOf('4')), ...(await requestsOf('5'))]).toHaveLength(2)
    await expect(stage.house.gateway.dueRun.work(mine)).rejects.toThrow('the lease ran out')
    expect(await prompts()).toHaveLength(5)
  })

  it('worked on by two at once, as after a long pause, asks once', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 6, firstDue: '2026-03-05' }])
    await dueNow()
    const [row] = await claimDue(stage.house.db.knex, stage.clock, 'schedule', 16)
    if (row === undefined) throw new Error('the run was not claimed')
    await Promise.allSettled([stage.house.gateway.dueRun.work(row), stage.house.gateway.dueRun.work(row)])
    await stage.settle()
    expect(await requestsOf('6')).toHaveLength(1)
    expect(await prompts()).toHaveLength(6)
  })

  it('after three days of silence asks once a loan, for all that fell due, and sends nothing stale', async () => {
    await addLoans(stage, 'demo-ke', [
      { id: 7, monthly: undefined, everyDays: 1, firstDue: '2026-03-06', instalments: 30 } as never,
      { id: 8, firstDue: '2026-03-07' },
    ])
    const before = await prompts()
    stage.clock.advance(3 * DAY_MS)
    await stage.settle()
    const [daily, ...others] = await requestsOf('7')
    expect(others).toEqual([])
    // three instalments of 4,000 and 300 interest
    expect(daily).toMatchObject({ state: 'asked', amount_minor: 1_290_000n, due_on: '2026-03-08' })
    expect(await requestsOf('8')).toEqual([expect.objectContaining({ amount_minor: 1_030_000n })])
    const told = (await prompts()).slice(before.length)
    expect(told.filter(text => text.includes('000000107'))).toEqual([expect.stringContaining('KES 12,900')])
    // each once; what fell due before is not asked for again by itself
    expect(told).toHaveLength(2)
  })

  it('asks the open request again on the next day, with the amount of that day', async () => {
    const [first] = await requestsOf('7')
    const before = (await prompts()).length
    stage.clock.advance(DAY_MS)
    await stage.settle()
    expect(await requestsOf('7')).toEqual([
      expect.objectContaining({ id: first?.id, amount_minor: 1_720_000n, due_on: '2026-03-09' }),
    ])
    expect(await prompts()).toHaveLength(before + 1)
  })

  it('is put off while the core is away, and made up for', async () => {
    await ke.core({ down: true })
    stage.clock.advance(DAY_MS)
    await stage.settle()
    const [put] = await ke.rows('schedules')
    expect(put).toMatchObject({
      last_run_on: '2026-03-09',
      due_at: new Date(stage.clock.now().getTime() + 60_000),
    })
    expect((await requestsOf('7'))[0]).toMatchObject({ due_on: '2026-03-09' })
    await ke.core({ down: false })
    stage.clock.advance(60_000)
    await stage.settle()
    expect((await requestsOf('7'))[0]).toMatchObject({ due_on: '2026-03-10', amount_minor: 2_150_000n })
  })

  it('lets an old request lapse, and never leaves two open on one loan', async () => {
    for (let day = 0; day < 8; day++) {
      stage.clock.advance(DAY_MS)
      await stage.settle()
    }
    expect(await requestsOf('8')).toEqual([expect.objectContaining({ state: 'lapsed' })])
    for (const loan of ['1', '2', '3', '4', '5', '6', '7']) {
      const open = (await requestsOf(loan)).filter(({ state }) =>
        ['scheduled', 'asked', 'reminded', 'approved', 'part-paid'].includes(String(state)),
      )
      expect(open.length).toBeLessThanOrEqual(1)
    }
  })
})
