import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { en } from '../../flows/words/en.ts'
import { fr } from '../../flows/words/fr.ts'
import { localDate, localTime } from '../../src/domain/time.ts'
import { act } from '../../src/gateway/context.ts'
import { claimDue, LEASE_MS } from '../../src/store/due.ts'
import { changeSettings } from '../support/reminders.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, pass, type Row, type Story } from '../support/story.ts'

/** Reminders by a lender's own days: true when they are read, at her hour, and never too many. */

const HOUR = 3_600_000
const LIVES = {
  'demo-ke': { words: en, zone: 'Africa/Nairobi', lender: 'Umoja Credit', code: '*384*100#' },
  'demo-cm': { words: fr, zone: 'Africa/Douala', lender: 'Espoir Finance', code: '*126*200#' },
} as const

describe.each(['demo-ke', 'demo-cm'] as const)('reminders of %s', tenant => {
  const { words, zone, lender, code } = LIVES[tenant]
  let stage: TestStage
  let story: Story
  beforeAll(async () => {
    stage = await openTestStage()
    await stage.settle()
    story = createStory(stage, tenant)
    await changeSettings(stage, tenant, {
      reminders: { before: [2, 1], after: [1], aDay: 1, aWeek: 7, at: '10:00' },
    })
  })
  afterAll(() => stage.close())

  const days = (count: number): Promise<void> => pass(stage, count * 24 * HOUR, HOUR)
  const today = (): string => localDate(stage.clock.now(), zone)
  const reminders = async (): Promise<Row[]> =>
    (await story.rows('messages', { about: 'reminder' })).sort((a, b) =>
      String(a.id).localeCompare(String(b.id)),
    )
  const fates = async (loanId: string): Promise<unknown[][]> =>
    (await story.rows('reminders', { loan_id: loanId }))
      .sort((a, b) => Number(a.days) - Number(b.days))
      .map(({ days: day, state, fate }) => [day, fate ?? state])

  it('before the due date she hears what will be due, and after it what is still due, within the lender’s hour', async () => {
    const paid = tenant === 'demo-ke' ? '1300' : '13000'
    await story.core({ tellerRepayment: { loanId: 1, amount: paid, date: '2026-03-05' } })
    await addLoans(stage, tenant, [{ id: 2, firstDue: '2026-03-08' }])
    await days(4.5)
    expect(today()).toBe('2026-03-09')
    expect(await fates('2')).toEqual([
      [-2, 'sent'],
      [-1, 'sent'],
      [1, 'sent'],
    ])
    const amount = words.money({
      amount: tenant === 'demo-ke' ? '10300.00' : '10300',
      currency: tenant === 'demo-ke' ? 'KES' : 'XAF',
    })
    const due = { lender, amount, loan: '000000102', date: words.date('2026-03-08') }
    const said = await reminders()
    expect(said.map(({ body }) => body)).toEqual([
      expect.stringContaining(asSms(words.sms.reminder(due, code))),
      expect.stringContaining(asSms(words.sms.reminder(due, code))),
      expect.stringContaining(asSms(words.sms.overdue(due, code))),
    ])
    // the clock of this story moves by whole hours, and a core that is slow to answer costs one more
    for (const { created_at: at } of said) expect(localTime(at as Date, zone)).toMatch(/^1[012]:/)
    expect(said.map(({ created_at: at }) => localDate(at as Date, zone))).toEqual([
      '2026-03-06',
      '2026-03-07',
      '2026-03-09',
    ])
  })

  it('of several loans she gets no more than the lender’s cap, a prompt of the day counted', async () => {
    await addLoans(stage, tenant, [
      { id: 3, firstDue: '2026-03-11' },
      { id: 4, firstDue: '2026-03-11' },
      { id: 5, firstDue: '2026-03-12' },
    ])
    const before = (await reminders()).length
    await days(1)
    const all = [...(await fates('3')), ...(await fates('4')), ...(await fates('5'))]
    expect(all.map(([, fate]) => fate).sort()).toEqual(['enough', 'enough', 'sent'])
    expect(await reminders()).toHaveLength(before + 1)
    await days(1)
    // two prompts on the eleventh: no reminder of the third loan besides
    expect((await fates('5')).at(-1)).toEqual([-1, 'enough'])
    expect(await reminders()).toHaveLength(before + 1)
  })

  it('what she has paid, declined or put off is not reminded of', async () => {
    await addLoans(stage, tenant, [
      { id: 6, firstDue: '2026-03-20' },
      { id: 7, firstDue: '2026-03-20' },
      { id: 8, firstDue: '2026-03-20' },
      { id: 10, firstDue: '2026-03-20' },
    ])
    await changeSettings(stage, tenant, {
      reminders: { before: [], after: [1], aDay: 3, aWeek: 7, at: '10:00' },
    })
    while (today() < '2026-03-20') await days(1)
    const open = async (loanId: string): Promise<{ id: string; customerId: string }> => {
      const [row] = await story.rows('collection_requests', { loan_id: loanId })
      return { id: String(row?.id), customerId: String(row?.customer_id) }
    }
    const { gateway } = stage.house
    await act(gateway.deps, tenant, async commit => {
      const [declined, later] = [await open('6'), await open('7')]
      await gateway.requests.decline(commit, declined.customerId, declined.id, 'no-money')
      const until = new Date(stage.clock.now().getTime() + 5 * 24 * HOUR)
      await gateway.requests.postpone(commit, later.customerId, later.id, until)
    })
    // planned in the morning of the next day; then one is paid at the counter, and one is written off
    while ((await story.rows('reminders', { loan_id: '8' })).length === 0) await pass(stage, HOUR, HOUR)
    await story.core({ tellerRepayment: { loanId: 8, amount: '10300', date: '2026-03-21' } })
    await story.core({ writeOffLoan: 10 })
    const before = (await reminders()).length
    await days(1)
    expect(await fates('8')).toEqual([[1, 'not due']])
    expect(await fates('10')).toEqual([[1, 'not due']])
    expect(await reminders()).toHaveLength(before)
    expect(await fates('6')).toEqual([[1, 'declined']])
    expect(await fates('7')).toEqual([[1, 'put off']])
  })

  it('a run whose worker died in the middle is taken over, and sends none twice', async () => {
    await addLoans(stage, tenant, [{ id: 9, firstDue: '2026-04-02' }])
    await changeSettings(stage, tenant, {
      reminders: { before: [3], after: [], aDay: 3, aWeek: 7, at: '10:00' },
    })
    while (today() < '2026-03-29') await days(1)
    const before = (await reminders()).length
    await story.change('schedules', { job: 'reminders' }, { due_at: new Date('2026-03-30T03:00:00Z') })
    stage.clock.advance(new Date('2026-03-30T03:00:00Z').getTime() - stage.clock.now().getTime())
    const claimed = await claimDue(stage.house.db.knex, stage.clock, 'schedule', 16)
    const [mine] = claimed.filter(({ tenantId }) => tenantId === tenant)
    if (mine === undefined) throw new Error('the run was not claimed')
    stage.clock.advance(LEASE_MS)
    await stage.settle()
    await expect(stage.house.gateway.schedule.work(mine)).rejects.toThrow('the lease ran out')
    // and of two workers with one reminder in hand, the one that lost it says nothing
    await story.change('reminders', { loan_id: '9' }, { due_at: stage.clock.now() })
    const [first] = await claimDue(stage.house.db.knex, stage.clock, 'reminder', 16)
    if (first === undefined) throw new Error('the reminder was not claimed')
    stage.clock.advance(LEASE_MS)
    const [second] = await claimDue(stage.house.db.knex, stage.clock, 'reminder', 16)
    if (second === undefined) throw new Error('the reminder was not taken over')
    await Promise.all([stage.house.gateway.reminders.work(first), stage.house.gateway.reminders.work(second)])
    await days(1)
    expect(await reminders()).toHaveLength(before + 1)
  })
})
