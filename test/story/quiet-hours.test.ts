import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { localDate, localTime } from '../../src/domain/time.ts'
import { act } from '../../src/gateway/context.ts'
import { TOPICS, type Topic } from '../../src/gateway/topics.ts'
import { changeSettings } from '../support/reminders.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

/** Nobody is written to unasked by night; at which hour of the day she is asked, she may choose herself. */

const HOUR = 3_600_000
/** Written to somebody who has done nothing for it just now. */
const UNASKED: readonly Topic[] = ['prompt', 'reminder', 'may-pay']
const HALF = HOUR / 2
const ZONES = { 'demo-ke': 'Africa/Nairobi', 'demo-cm': 'Africa/Douala' } as const

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

describe.each(['demo-ke', 'demo-cm'] as const)('by night, %s', tenant => {
  const zone = ZONES[tenant]
  let story: Story
  beforeAll(async () => {
    story = createStory(stage, tenant)
    await changeSettings(stage, tenant, { quiet: { from: '20:00', until: '08:00' } })
  })

  const wall = (): string => localTime(stage.clock.now(), zone)
  const today = (): string => localDate(stage.clock.now(), zone)
  async function untilWall(time: string): Promise<void> {
    do await pass(stage, HALF, HALF)
    while (wall().slice(0, 2) !== time.slice(0, 2))
  }
  const messages = async (where: object): Promise<Row[]> =>
    (await story.rows('messages', where)).sort((a, b) => String(a.id).localeCompare(String(b.id)))
  const hour = (at: unknown): string => localTime(at as Date, zone).slice(0, 2)

  it.each(Object.keys(TOPICS) as Topic[])(
    'a message about "%s" waits for the morning only where she has not asked for it',
    async about => {
      if (wall() < '22:00') await untilWall('22:00')
      const { deps, messenger } = stage.house.gateway
      await act(deps, tenant, commit =>
        messenger.tell(commit, {
          ...{ key: `night:${about}`, to: story.payer as never, customerId: null, about },
          ...{ language: story.language, text: `about ${about}` },
        }),
      )
      await stage.settle()
      const read = await story.sms(story.payer)
      const waits = UNASKED.includes(about)
      expect(read.includes(`about ${about}`)).toBe(!waits)
      const [message] = await messages({ about, msisdn: story.payer, body: `about ${about}` })
      if (!waits) return expect(message?.due_at).toBeNull()
      expect(hour(message?.due_at)).toBe('08')
      return expect(localTime(message?.due_at as Date, zone) < '08:30').toBe(true)
    },
  )

  it('in the morning they are sent, and what has been decided meanwhile is not', async () => {
    const { body } = await story.ask('100.00')
    const id = String(body.id)
    const prompt = (await messages({ request_id: id, about: 'prompt' })).at(-1)
    expect(prompt).toMatchObject({ state: 'queued' })
    const before = (await story.sms(story.own)).length
    const [row] = await story.rows('collection_requests', { id })
    const { deps, requests } = stage.house.gateway
    await act(deps, tenant, commit => requests.decline(commit, String(row?.customer_id), id, 'no-money'))
    await untilWall('09:00')
    const [after] = await messages({ id: prompt?.id })
    expect(after).toMatchObject({ state: 'expired', provider_id: null })
    expect(await story.sms(story.own)).toHaveLength(before)
    const read = await story.sms(story.payer)
    expect(read).toEqual(expect.arrayContaining(['about prompt', 'about reminder']))
  })

  it('a prompt that only an officer wanted waits for the morning; one that she wants herself does not', async () => {
    await untilWall('22:00')
    const { status, body } = await stage.post(
      '/api/v1/collection-requests',
      { loanId: '1', amount: '60.00', mode: 'prompt' },
      { key: story.key, idempotencyKey: `night-${tenant}` },
    )
    expect(status).toBe(201)
    const id = String(body.id)
    await untilWall('06:00')
    const [waiting] = await story.rows('transactions', { request_id: id })
    expect(waiting).toMatchObject({ state: 'logged' })
    expect(localTime(waiting?.due_at as Date, zone)).toMatch(/^08:[0-2]/)
    await untilWall('09:00')
    expect(await story.rows('attempts', { transaction_id: waiting?.id })).toHaveLength(1)
    await untilWall('22:00')
    await story.ask('70.00')
    await story.approve('own')
    await pass(stage, 60_000, 5_000)
    const { id: asked } = await story.request()
    expect(await story.rows('transactions', { request_id: asked })).not.toMatchObject([{ state: 'logged' }])
  })

  it('at the hour she chose she is asked for what falls due, and at once for what an officer asks', async () => {
    await story.change('customers', {}, { prompt_hour: 15 })
    const due = new Date(stage.clock.now().getTime() + 24 * HOUR)
    await addLoans(stage, tenant, [
      { id: 2, firstDue: localDate(due, zone) },
      { id: 3, firstDue: localDate(due, zone) },
    ])
    await untilWall('01:00')
    expect(today()).toBe(localDate(due, zone))
    const ofLoan = async (loan: string): Promise<Row[]> => {
      const [request] = await story.rows('collection_requests', { loan_id: loan })
      return messages({ request_id: String(request?.id), about: 'prompt' })
    }
    const waiting = [...(await ofLoan('2')), ...(await ofLoan('3'))]
    expect(waiting.map(({ state, due_at: at }) => [state, hour(at)])).toEqual([
      ['queued', '15'],
      ['queued', '15'],
    ])
    await untilWall('10:00')
    expect((await ofLoan('2')).map(({ state }) => state)).toEqual(['queued'])
    const read = (await story.sms(story.own)).length
    expect((await story.ask('50.00')).status).toBe(201)
    expect(await story.sms(story.own)).toHaveLength(read + 1)
    await untilWall('16:00')
    expect(await story.sms(story.own)).toHaveLength(read + 3)
  })
})
