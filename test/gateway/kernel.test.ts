import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AnyStateMachine } from 'xstate'
import { ENTRIES } from '../../flows/booking.ts'
import { SUSPENSE_REASONS, WAYS } from '../../flows/deeds.ts'
import { act } from '../../src/gateway/context.ts'
import { MACHINES } from '../../src/gateway/lives.ts'
import { createDatabase, type Database } from '../../src/store/database.ts'
import { claimDue, keepLease, LEASE_MS, pushBack } from '../../src/store/due.ts'
import { LIFE_TABLES, type LifeKind } from '../../src/store/lives.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Row, type Story } from '../support/story.ts'
import { statesOf, waitsFor } from '../support/walk-machine.ts'

/** When a row wakes next; a row that is not there, or does not wait, fails the test. */
const dueOf = (row: Row | undefined): Date => {
  if (!(row?.due_at instanceof Date)) throw new Error('the row does not wait')
  return row.due_at
}

const KINDS = Object.keys(LIFE_TABLES) as LifeKind[]

let stage: TestStage
let story: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  story = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())

/** Words that a table knows and no machine writes yet: a word is added in one release and written in the next. */
const RESERVED: Partial<Record<LifeKind, readonly string[]>> = {}

/** The words that a column's CHECK allows, as Postgres has them. */
async function wordsOf(table: string, column = 'state'): Promise<string[]> {
  const { rows } = await stage.house.db.knex.raw(
    `select pg_get_constraintdef(c.oid) as text from pg_constraint c
      where c.conrelid = to_regclass(?) and c.contype = 'c' and pg_get_constraintdef(c.oid) ~ ?`,
    [`public.${table}`, `^CHECK \\(\\(${column} = ANY`],
  )
  expect(rows).toHaveLength(1)
  return [...String(rows[0].text).matchAll(/'([a-z-]+)'/g)].map(match => String(match[1])).sort()
}

const variantsOf = (kind: LifeKind): AnyStateMachine[] => Object.values(MACHINES[kind])

describe('the machines and their tables', () => {
  it.each(KINDS)('the state words of every %s are those of its column, no more and no less', async kind => {
    const words = new Set(variantsOf(kind).flatMap(statesOf))
    for (const word of RESERVED[kind] ?? []) {
      expect(words).not.toContain(word)
      words.add(word)
    }
    expect([...words].sort()).toEqual(await wordsOf(LIFE_TABLES[kind]))
  })

  it('the kinds of movements and entries, and the reasons and ways of items, are those of their columns', async () => {
    expect(await wordsOf('transactions', 'kind')).toEqual(Object.keys(MACHINES.transaction).sort())
    expect(await wordsOf('bookings', 'entry')).toEqual([...ENTRIES].sort())
    expect(await wordsOf('suspense_items')).toEqual(['open', 'settled'])
    expect(await wordsOf('suspense_items', 'reason')).toEqual([...SUSPENSE_REASONS].sort())
    expect(await wordsOf('suspense_items', 'way')).toEqual([...WAYS].sort())
  })

  it.each(KINDS)('a %s waits for one thing at a time, and no state of it is final', kind => {
    for (const machine of variantsOf(kind))
      for (const state of statesOf(machine)) {
        expect(waitsFor(machine, state).length).toBeLessThanOrEqual(1)
        expect(machine.states[state]?.type).toBe('atomic')
      }
  })
})

describe('rows that wait', () => {
  const ROWS = 60
  let workers: readonly Database[]
  beforeAll(async () => {
    workers = [createDatabase(stage.databaseUrl), createDatabase(stage.databaseUrl)]
    const { clock, ids } = stage.house.gateway.deps
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('callbacks').insert(
        Array.from({ length: ROWS }, (_, at) => ({
          tenant_id: 'demo-ke',
          id: ids.next(),
          kind: 'payment',
          source_id: ids.next(),
          digest: `row-${at}`,
          request: '{}',
          received_at: clock.now(),
          state: 'open',
          due_at: clock.now(),
        })),
      ),
    )
  })
  afterAll(async () => {
    await story.change('callbacks', {}, { state: 'settled', due_at: null })
    await Promise.all(workers.map(worker => worker.close()))
  })

  it('go to one worker each, however many race for them', async () => {
    const claimed = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        claimDue((workers[at % 2] ?? stage.house.db).knex, stage.clock, 'callback', 7),
      ),
    )
    const ids = claimed.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(ROWS)
    expect(await claimDue(stage.house.db.knex, stage.clock, 'callback', ROWS)).toEqual([])
  })

  it('come back when their worker is dead, and no longer listen to it', async () => {
    stage.clock.advance(LEASE_MS - 1)
    expect(await claimDue(stage.house.db.knex, stage.clock, 'callback', ROWS)).toEqual([])
    stage.clock.advance(1)
    const [first] = await claimDue(stage.house.db.knex, stage.clock, 'callback', ROWS)
    if (first === undefined) throw new Error('nothing was claimed')
    const dead = { ...first, leaseId: '00000000-0000-4000-8000-000000000000' }
    const { clock } = stage.house.gateway.deps
    await stage.house.db.asTenant('demo-ke', async trx => {
      await pushBack(trx, dead, new Date('2030-01-01'))
      expect(await keepLease(trx, clock, dead)).toBe(false)
      expect(await keepLease(trx, clock, first)).toBe(true)
    })
    expect(await story.rows('callbacks', { id: first.id })).toEqual([
      expect.objectContaining({ lease_id: first.leaseId, due_at: expect.any(Date) }),
    ])
    const [row] = await story.rows('callbacks', { id: first.id })
    expect(dueOf(row).getFullYear()).toBe(2026)
  })
})

describe('a row that is due without reason', () => {
  it('is put back, changed in nothing, and never a loop', async () => {
    const { body } = await story.ask('10.00')
    await story.approve('own')
    const paid = await story.state(String(body.id), 'paid')
    await stage.settle()
    const tables = ['collection_requests', 'transactions', 'bookings', 'messages'] as const
    const events = (await story.rows('events')).length
    const before = await Promise.all(tables.map(table => story.rows(table)))
    for (const table of tables)
      await stage.house.db.asTenant('demo-ke', trx =>
        trx(table).whereNull('due_at').update({ due_at: stage.clock.now() }),
      )
    await stage.settle()
    for (const [at, table] of tables.entries()) {
      const rows = await story.rows(table)
      for (const row of rows) {
        const was = before[at]?.find(({ id }) => id === row.id)
        expect({ state: row.state, snapshot: row.snapshot }).toEqual({
          state: was?.state,
          snapshot: was?.snapshot,
        })
        expect((row.due_at as Date).getTime()).toBeGreaterThan(stage.clock.now().getTime())
      }
      await story.change(table, {}, { due_at: null })
    }
    expect(await story.rows('events')).toHaveLength(events)
    expect((await story.request(paid.id)).state).toBe('paid')
  })

  it('an event that changes nothing writes nothing', async () => {
    const [transaction] = await story.rows('transactions', { state: 'booked' })
    const events = (await story.rows('events')).length
    const stepped = await act(stage.house.gateway.deps, 'demo-ke', commit =>
      stage.house.gateway.stepper.step(commit, 'transaction', String(transaction?.id), {
        type: 'DECLINED',
        at: commit.at.toISOString(),
        reason: 'failed',
      }),
    )
    expect(stepped).toEqual({ changed: false, from: 'booked', to: 'booked' })
    expect(await story.rows('events')).toHaveLength(events)
    expect(await story.rows('transactions', { id: transaction?.id })).toEqual([transaction])
  })
})

describe('a money row that cannot be read', () => {
  it('is left untouched, alarmed and put back, and stops nobody else', async () => {
    const { body } = await story.ask('10.00')
    await story.approve('own')
    const [transaction] = await story.rows('transactions', { state: 'logged' })
    const broken = { v: 99, context: { anything: true } }
    await story.change('transactions', { id: transaction?.id }, { snapshot: JSON.stringify(broken) })
    stage.clock.advance(10_000)
    await stage.settle()
    const [row] = await story.rows('transactions', { id: transaction?.id })
    expect(row).toMatchObject({ state: 'logged', snapshot: broken, lease_id: null })
    expect(dueOf(row).getTime() - stage.clock.now().getTime()).toBe(600_000)
    expect(await story.cases()).toEqual(['unreadable'])

    const cm = createStory(stage, 'demo-cm')
    const other = await cm.ask('10')
    await cm.approve('own')
    await cm.state(String(other.body.id), 'paid')

    await story.change(
      'transactions',
      { id: transaction?.id },
      { snapshot: JSON.stringify(transaction?.snapshot) },
    )
    await story.state(String(body.id), 'paid', 660_000, 10_000)
  })
})
