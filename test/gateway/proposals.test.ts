import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { act } from '../../src/gateway/context.ts'
import type { Proposals } from '../../src/gateway/proposals.ts'
import type { Act } from '../../src/gateway/step.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let proposals: Proposals
let drawn = 0

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  proposals = stage.house.gateway.proposals
})
afterAll(() => stage.close())

const within = <T>(work: (commit: Act) => Promise<T>): Promise<T> =>
  act(stage.house.gateway.deps, 'demo-ke', work)

/** A treasury move: what always needs two. */
async function proposed(by = 'ann', reference = `REF-${++drawn}`): Promise<string> {
  const terms = {
    kind: 'top-up',
    connection: 'daraja',
    account: 'pay',
    bank: 'main',
    amount: '10.00',
    reference,
    movedOn: '2026-03-05',
    resume: false,
  }
  const subjectId = stage.house.gateway.deps.ids.next()
  const id = await within(commit =>
    proposals.propose(commit, { action: 'treasury-move', subjectId, terms }, by),
  )
  if (typeof id !== 'string') throw new Error(id.detail)
  return id
}
const approve = (id: string, by: string) => within(commit => proposals.approve(commit, id, by))
const withdraw = (id: string, by: string) => within(commit => proposals.withdraw(commit, id, by))
const rowOf = async (id: string): Promise<Row> => (await ke.rows('proposals', { id }))[0] ?? {}
const movesOf = async (id: string): Promise<Row[]> =>
  ke.rows('treasury_moves', { id: String((await rowOf(id)).subject_id) })

describe('a proposal', () => {
  it('is decided once, whoever of several comes first', async () => {
    const id = await proposed()
    const answers = await Promise.all(['bob', 'cem', 'dan'].map(by => approve(id, by)))
    expect(answers.filter(no => no === undefined)).toHaveLength(1)
    expect(await movesOf(id)).toHaveLength(1)
    expect(await ke.rows('transfers', { subject_id: (await rowOf(id)).subject_id })).toHaveLength(1)
  })

  it('withdrawn and approved at the same moment ends one way', async () => {
    const id = await proposed()
    const answers = await Promise.all([approve(id, 'bob'), withdraw(id, 'ann')])
    expect(answers.filter(no => no === undefined)).toHaveLength(1)
    const isDone = (await rowOf(id)).state === 'carried-out'
    expect(await movesOf(id)).toHaveLength(isDone ? 1 : 0)
  })

  it('is never decided by who made it, in whatever order people come', async () => {
    const people = fc.constantFrom('ann', 'bob', 'cem')
    const what = fc.record({ by: people, what: fc.constantFrom('approve', 'withdraw') })
    await fc.assert(
      fc.asyncProperty(people, fc.array(what, { minLength: 1, maxLength: 5 }), async (author, steps) => {
        const id = await proposed(author)
        for (const step of steps) await (step.what === 'approve' ? approve : withdraw)(id, step.by)
        const first = steps.find(step => step.what === 'withdraw' || step.by !== author)
        const row = await rowOf(id)
        if (first === undefined) expect(row).toMatchObject({ state: 'open', decided_by: null })
        else
          expect(row).toMatchObject({
            state: first.what === 'approve' ? 'carried-out' : 'withdrawn',
            decided_by: first.by,
          })
        expect(await movesOf(id)).toHaveLength(row.state === 'carried-out' ? 1 : 0)
      }),
      { numRuns: 25 },
    )
  })

  it('that the database would not take leaves nothing behind', async () => {
    const id = await proposed()
    await expect(
      within(async commit => {
        await proposals.approve(commit, id, 'bob')
        throw new Error('the power went')
      }),
    ).rejects.toThrow('the power went')
    expect(await rowOf(id)).toMatchObject({ state: 'open', decided_by: null })
    expect(await movesOf(id)).toEqual([])
    expect(await approve(id, 'bob')).toBeUndefined()
  })
})
