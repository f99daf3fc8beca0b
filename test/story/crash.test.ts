import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { expectBooksToAgree } from '../support/books.ts'
import { type CrashHouse, eventually, openCrashHouse } from '../support/crash.ts'
import { createStory, type RequestView, type Row, type Story, type TenantName } from '../support/story.ts'

const SOON_MS = 12_000

let house: CrashHouse
beforeAll(async () => {
  house = await openCrashHouse()
})
afterAll(() => house.close())

const until = (story: Story, id: string, state: string): Promise<RequestView> =>
  eventually(
    async () => {
      const row = await story.request(id)
      return row.state === state && row
    },
    SOON_MS,
    `request ${state}`,
  )

/** A request that she is about to approve, and what the provider and the core knew before. */
async function asked(tenant: TenantName) {
  const story = createStory(house, tenant)
  const { body } = await story.ask(tenant === 'demo-ke' ? '10.00' : '10')
  const before = { pushes: (await story.truth()).length, booked: (await story.booked()).length }
  const since = async (): Promise<{ pushes: Row[]; booked: Row[] }> => ({
    pushes: (await story.truth()).slice(before.pushes),
    booked: (await story.booked()).slice(before.booked),
  })
  return { story, id: String(body.id), since }
}

async function expectPaidOnce(
  story: Story,
  id: string,
  since: () => Promise<{ pushes: Row[]; booked: Row[] }>,
) {
  const paid = await until(story, id, 'paid')
  expect(paid.transactions).toEqual([expect.objectContaining({ state: 'booked' })])
  const { pushes, booked } = await since()
  expect(pushes).toEqual([expect.objectContaining({ status: 'succeeded' })])
  expect(booked).toHaveLength(1)
  await expectBooksToAgree(house, story.tenant)
}

describe('kill -9', () => {
  it('after the approval, before the push is committed: paid exactly once', async () => {
    const { story, id, since } = await asked('demo-ke')
    await story.approve('own')
    await house.kill()
    expect(await story.rows('attempts')).toEqual([])
    expect(await story.rows('transactions', { request_id: id })).toEqual([
      expect.objectContaining({ state: 'logged' }),
    ])
    await house.restart()
    await expectPaidOnce(story, id, since)
  })

  it.each(['before-send', 'after-send'] as const)(
    '%s at MTN: asked for, and paid exactly once',
    async point => {
      const { story, id, since } = await asked('demo-cm')
      await house.crashAt(point)
      await story.approve('own')
      await house.dead()
      expect(await story.rows('transactions', { request_id: id })).toEqual([
        expect.objectContaining({ state: 'sending' }),
      ])
      await house.restart()
      expect((await since()).pushes).toHaveLength(point === 'before-send' ? 0 : 1)
      // "never heard of it" is believed when no worker can have it in hand any more
      await house.later('PT150S')
      await expectPaidOnce(story, id, since)
    },
  )

  it('after M-Pesa took the push: its callback finds the attempt, paid exactly once', async () => {
    const { story, id, since } = await asked('demo-ke')
    await house.crashAt('after-send')
    await story.approve('own')
    await house.dead()
    await house.restart()
    await expectPaidOnce(story, id, since)
  })

  it.each([
    ['before-booking', 'demo-ke'],
    ['after-booking', 'demo-cm'],
  ] as const)('%s at %s: booked exactly once', async (point, tenant) => {
    const { story, id, since } = await asked(tenant)
    await house.crashAt(point)
    await story.approve('own')
    await house.dead()
    expect((await story.rows('bookings', { state: 'sending' })).length).toBe(1)
    await house.restart()
    expect((await since()).pushes).toHaveLength(1)
    await expectPaidOnce(story, id, since)
  })

  it('before M-Pesa is called, which cannot be asked: never two payments, unresolved, and told so', async () => {
    const { story, id, since } = await asked('demo-ke')
    await house.crashAt('before-send')
    await story.approve('own')
    await house.dead()
    await house.restart()
    await eventually(
      async () => (await story.request(id)).transactions[0]?.state === 'unresolved',
      SOON_MS,
      'unresolved',
    )
    await eventually(
      async () => (await story.sms(story.own)).some(text => text.includes('being checked')),
      SOON_MS,
      'she is told',
    )
    expect(await since()).toEqual({ pushes: [], booked: [] })
    expect(await story.cases()).toEqual(['unresolved'])
    await expectBooksToAgree(house, 'demo-ke')
  })
})
