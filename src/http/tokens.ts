import { setTimeout as pause } from 'node:timers/promises'
import type { NoToken, Token, Tokens } from '../domain/outside.ts'
import type { SharedTokens } from '../store/access-tokens.ts'

/** A token is renewed this long before its end, or at nine tenths of a short life. */
const EARLY_MS = 60_000
/** While another process renews: how often to look, and how long a call waits before it is better not made yet. */
const LOOK_MS = 50
const PATIENCE_MS = 3_000

type Held = { readonly value: string; readonly renewAt: Date }

/**
 * Keeps access tokens in memory and, where there is one, in the store that all processes share: one renewal at a time for
 * each key, because Safaricom ends the earlier token with each new one. A refusal is told to all who waited and not kept:
 * the next caller asks again.
 */
export function createTokens(now: () => Date, shared?: SharedTokens): Tokens {
  const held = new Map<string, Held>()
  const refused = new Map<string, string>()
  const renewals = new Map<string, Promise<string | NoToken>>()

  const live = ({ livesMs }: Token): Date =>
    new Date(now().getTime() + Math.max(livesMs - EARLY_MS, livesMs * 0.9))

  function hold(key: string, token: Held): string {
    held.set(key, token)
    refused.delete(key)
    return token.value
  }

  async function renewed(
    key: string,
    renew: () => Promise<Token | NoToken>,
    keep: (token: Held) => Promise<void>,
  ): Promise<string | NoToken> {
    const token = await renew()
    if ('noToken' in token) return token
    const fresh = { value: token.value, renewAt: live(token) }
    await keep(fresh)
    return hold(key, fresh)
  }

  async function together(
    store: SharedTokens,
    key: string,
    renew: () => Promise<Token | NoToken>,
  ): Promise<string | NoToken> {
    for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs; ) {
      const taken = await store.take(key, refused.get(key), now())
      if (taken.kind === 'token') return hold(key, taken)
      if (taken.kind === 'renew')
        try {
          return await renewed(key, renew, token => store.put(key, taken.lease, token))
        } finally {
          await store.release(key, taken.lease)
        }
      await pause(LOOK_MS)
    }
    return { noToken: 'no-answer' }
  }

  async function renewal(key: string, renew: () => Promise<Token | NoToken>): Promise<string | NoToken> {
    try {
      return await (shared === undefined
        ? renewed(key, renew, async () => undefined)
        : together(shared, key, renew))
    } finally {
      renewals.delete(key)
    }
  }

  return {
    async get(key, renew) {
      const known = held.get(key)
      if (known !== undefined && now() < known.renewAt) return known.value
      const waiting = renewals.get(key) ?? Promise.resolve().then(() => renewal(key, renew))
      renewals.set(key, waiting)
      return waiting
    },
    drop(key, token) {
      if (held.get(key)?.value !== token) return
      held.delete(key)
      refused.set(key, token)
    },
  }
}
