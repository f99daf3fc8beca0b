import type { NoToken, Token, Tokens } from '../domain/outside.ts'

/** A token is renewed this long before its end, or at nine tenths of a short life. */
const EARLY_MS = 60_000

type Held = { readonly value: string; readonly renewAtMs: number }

/**
 * Keeps access tokens in memory: one renewal at a time for each key, because Safaricom ends the earlier token with each
 * new one. A refusal is told to all who waited and not kept: the next caller asks again.
 */
export function createTokens(now: () => Date): Tokens {
  const held = new Map<string, Held>()
  const renewals = new Map<string, Promise<string | NoToken>>()

  async function renewal(key: string, renew: () => Promise<Token | NoToken>): Promise<string | NoToken> {
    try {
      const token = await renew()
      if ('noToken' in token) return token
      const lifeMs = Math.max(token.livesMs - EARLY_MS, token.livesMs * 0.9)
      held.set(key, { value: token.value, renewAtMs: now().getTime() + lifeMs })
      return token.value
    } finally {
      renewals.delete(key)
    }
  }

  return {
    async get(key, renew) {
      const known = held.get(key)
      if (known !== undefined && now().getTime() < known.renewAtMs) return known.value
      const waiting = renewals.get(key) ?? Promise.resolve().then(() => renewal(key, renew))
      renewals.set(key, waiting)
      return waiting
    },
    drop(key, token) {
      if (held.get(key)?.value === token) held.delete(key)
    },
  }
}
