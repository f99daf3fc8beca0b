import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { NoToken, Token } from '../../src/domain/outside.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { createSharedTokens } from '../../src/store/access-tokens.ts'
import { createDatabase, type Database } from '../../src/store/database.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** Two processes with one credential, at a provider that ends the earlier token with each new one, as Daraja does. */

const HOUR_MS = 3_600_000
let database: TestDatabase
let db: Database
const clock = { ms: Date.parse('2026-03-05T08:00:00Z') }
const now = () => new Date(clock.ms)
const keys = createKeys(randomBytes(32))
beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.url)
})
afterAll(async () => {
  await db.close()
  await database.drop()
})

const aProcess = () => createTokens(now, createSharedTokens(db, keys))
function provider() {
  const state = { made: 0, good: '' }
  const issue = async (): Promise<Token> => {
    state.good = `token-${++state.made}`
    return { value: state.good, livesMs: HOUR_MS }
  }
  return { state, issue }
}

describe('tokens of several processes', () => {
  it('are one token, renewed by one of them', async () => {
    const { state, issue } = provider()
    const processes = Array.from({ length: 6 }, aProcess)
    const got = await Promise.all(processes.map(process => process.get('a', issue)))
    expect(new Set(got)).toEqual(new Set(['token-1']))
    clock.ms += HOUR_MS
    const later = await Promise.all(processes.map(process => process.get('a', issue)))
    expect(new Set(later)).toEqual(new Set(['token-2']))
    expect(state.made).toBe(2)
  })

  it('follow the one that renewed: a dead token is dropped, and the living one found', async () => {
    const { state, issue } = provider()
    const [one, two] = [aProcess(), aProcess()]
    expect(await one.get('b', issue)).toBe('token-1')
    expect(await two.get('b', issue)).toBe('token-1')
    // refused at one of them: that one renews, which ends the token of the other
    one.drop('b', 'token-1')
    expect(await one.get('b', issue)).toBe('token-2')
    two.drop('b', 'token-1')
    expect(await two.get('b', issue)).toBe('token-2')
    expect(state.made).toBe(2)
  })

  it('outlive a restart, sealed: what stands in the table is no token', async () => {
    const { issue } = provider()
    expect(await aProcess().get('c', issue)).toBe('token-1')
    expect(await aProcess().get('c', issue)).toBe('token-1')
    const rows = JSON.stringify(await db.knex('access_tokens'))
    expect(rows).not.toContain('token-1')
    expect(rows).not.toContain('"c"')
  })

  it('are renewed by another where one died over it, and by the next where one got nothing', async () => {
    const { issue } = provider()
    const refuse = async (): Promise<NoToken> => ({ noToken: 'refused' })
    expect(await aProcess().get('d', refuse)).toEqual({ noToken: 'refused' })
    const never = new Promise<Token>(() => undefined)
    const dying = new Promise<void>(asked => {
      void aProcess().get('d', () => {
        asked()
        return never
      })
    })
    await dying
    // while it may still be at it, nobody renews beside it: a call is rather not made yet
    expect(await aProcess().get('d', issue)).toEqual({ noToken: 'no-answer' })
    clock.ms += 61_000
    expect(await aProcess().get('d', issue)).toBe('token-1')
  })
})
