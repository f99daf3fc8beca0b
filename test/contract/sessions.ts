import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Session, Sessions } from '../../src/store/sessions.ts'

/** One store under test, and how its time passes. */
export type SessionsUnderTest = {
  readonly sessions: Sessions
  /** Lets a kept session run out. */
  expire(key: string): Promise<void>
  close(): Promise<void>
}

/** A turn of a session; `said` tells the two sides of a race apart. */
export const turnOf = (turn: number, said = `turn ${turn}`): Session => ({
  turn,
  phone: '+254700000001',
  code: '*384*100#',
  typed: turn * 2,
  hmac: `hmac-${turn}`,
  reply: { kind: 'con', text: `${said} é\n1 "yes" | no`, label: 'home.menu' },
  misses: 0,
  flow: { v: 1, name: 'home', value: 'menu', context: { me: { firstName: 'Aminata' }, page: turn } },
})

let names = 0

/** What every store of sessions keeps to: both kinds pass the same. */
export function describeSessions(name: string, open: () => Promise<SessionsUnderTest>): void {
  describe(`sessions ${name}`, () => {
    let store: SessionsUnderTest
    let sessions: Sessions
    let key: string
    beforeAll(async () => {
      store = await open()
      sessions = store.sessions
    })
    afterAll(() => store.close())
    beforeEach(() => {
      names += 1
      key = `hatua:test:session:${process.pid}:${names}`
    })

    it('know nothing of a session that was never kept', async () => {
      expect(await sessions.load(key)).toBeUndefined()
    })

    it('keep a session whole, and each under its own key', async () => {
      expect(await sessions.save(key, turnOf(0), undefined)).toBe('saved')
      expect(await sessions.load(key)).toEqual(turnOf(0))
      expect(await sessions.load(`${key}0`)).toBeUndefined()
    })

    it('follow turn by turn, beyond the ninth', async () => {
      for (let turn = 0; turn <= 12; turn++)
        expect(await sessions.save(key, turnOf(turn), turn === 0 ? undefined : turn - 1)).toBe('saved')
      expect(await sessions.load(key)).toEqual(turnOf(12))
      // 1 is not the beginning of 12
      expect(await sessions.save(key, turnOf(2), 1)).toEqual(turnOf(12))
    })

    it('answer the winner to whoever comes second', async () => {
      await sessions.save(key, turnOf(0), undefined)
      expect(await sessions.save(key, turnOf(0, 'late'), undefined)).toEqual(turnOf(0))
      await sessions.save(key, turnOf(1, 'winner'), 0)
      expect(await sessions.save(key, turnOf(1, 'loser'), 0)).toEqual(turnOf(1, 'winner'))
      expect(await sessions.load(key)).toEqual(turnOf(1, 'winner'))
    })

    it('let exactly one of many that come at once win', async () => {
      await sessions.save(key, turnOf(0), undefined)
      const racers = Array.from({ length: 16 }, (_, at) => turnOf(1, `racer ${at}`))
      const ends = await Promise.all(racers.map(racer => sessions.save(key, racer, 0)))
      expect(ends.filter(end => end === 'saved')).toHaveLength(1)
      const winner = racers[ends.indexOf('saved')]
      expect(ends.filter(end => end !== 'saved')).toEqual(Array.from({ length: 15 }, () => winner))
      expect(await sessions.load(key)).toEqual(winner)
    })

    it('follow Postgres without comparing', async () => {
      await sessions.follow(key, turnOf(4))
      await sessions.follow(key, turnOf(3, 'decided'))
      expect(await sessions.load(key)).toEqual(turnOf(3, 'decided'))
      expect(await sessions.save(key, turnOf(4), 3)).toBe('saved')
    })

    it('forget what has run out; a turn that builds on it is not kept', async () => {
      await sessions.save(key, turnOf(0), undefined)
      await store.expire(key)
      expect(await sessions.load(key)).toBeUndefined()
      await expect(sessions.save(key, turnOf(1), 0)).rejects.toThrow('is gone')
      expect(await sessions.save(key, turnOf(0, 'anew'), undefined)).toBe('saved')
    })

    it('tell which was the last of a phone, until that is forgotten', async () => {
      expect(await sessions.recall(key)).toBeUndefined()
      await sessions.remember(key, 'one')
      await sessions.remember(key, 'two')
      expect(await sessions.recall(key)).toBe('two')
      await store.expire(key)
      expect(await sessions.recall(key)).toBeUndefined()
    })
  })
}
