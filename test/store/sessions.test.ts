import { describe, expect, it } from '@jest/globals'
import { createClient } from 'redis'
import { createRedisSessions } from '../../src/store/redis-sessions.ts'
import { createMemorySessions, SESSION_MS } from '../../src/store/sessions.ts'
import { describeSessions, turnOf } from '../contract/sessions.ts'
import { testRedisUrl } from '../support/database.ts'
import { startRedis } from '../support/redis.ts'

const quiet = (): void => {}

describeSessions('in the memory of one process', async () => {
  let now = 0
  const sessions = createMemorySessions(() => now)
  return {
    sessions,
    async expire() {
      now += SESSION_MS
    },
    close: () => sessions.close(),
  }
})

describeSessions('in Redis', async () => {
  const sessions = await createRedisSessions(testRedisUrl(), quiet)
  const redis = createClient({ url: testRedisUrl() })
  await redis.connect()
  return {
    sessions,
    async expire(key) {
      // Redis keeps its own time: it is told to end now what it was told to end in ten minutes
      expect(await redis.pTTL(key)).toBeGreaterThan(SESSION_MS - 60_000)
      await redis.pExpire(key, 0)
    },
    async close() {
      await redis.close()
      await sessions.close()
    },
  }
})

describe('sessions in memory', () => {
  it('make room for the newest: the oldest go first', async () => {
    const sessions = createMemorySessions(() => 0, 3)
    for (const name of ['a', 'b', 'c']) await sessions.save(name, turnOf(0), undefined)
    await sessions.save('a', turnOf(1), 0)
    await sessions.save('d', turnOf(0), undefined)
    const left = await Promise.all(['a', 'b', 'c', 'd'].map(name => sessions.load(name)))
    expect(left.map(session => session?.turn)).toEqual([1, undefined, 0, 0])
  })
})

describe('sessions in a Redis that goes away', () => {
  it('fail at once, rather than keep a phone waiting', async () => {
    const redis = await startRedis()
    const errors: string[] = []
    const sessions = await createRedisSessions(redis.url, error => void errors.push(error.message))
    try {
      await sessions.save('kept', turnOf(0), undefined)
      await redis.stop()
      const began = performance.now()
      await expect(sessions.load('kept')).rejects.toThrow()
      await expect(sessions.save('kept', turnOf(1), 0)).rejects.toThrow()
      expect(performance.now() - began).toBeLessThan(2000)
    } finally {
      await redis.stop()
      await sessions.close()
    }
  })

  it('that was never there does not keep the house from opening', async () => {
    const sessions = await createRedisSessions('redis://127.0.0.1:1', quiet)
    await expect(sessions.load('any')).rejects.toThrow()
    await sessions.close()
  })
})
