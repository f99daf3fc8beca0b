import { describe, expect, it } from '@jest/globals'
import { createTokens } from '../../src/http/tokens.ts'

describe('tokens', () => {
  const clock = { ms: 0 }
  const now = () => new Date(clock.ms)
  const maker = (livesMs = 3_600_000) => {
    let made = 0
    return async () => ({ value: `token-${++made}`, livesMs })
  }

  it('are renewed once for all who wait, and kept until shortly before their end', async () => {
    const tokens = createTokens(now)
    const renew = maker()
    expect(await Promise.all([tokens.get('a', renew), tokens.get('a', renew)])).toEqual([
      'token-1',
      'token-1',
    ])
    clock.ms += 3_539_999
    expect(await tokens.get('a', renew)).toBe('token-1')
    clock.ms += 1
    expect(await tokens.get('a', renew)).toBe('token-2')
    expect(await tokens.get('b', renew)).toBe('token-3')
  })

  it('are dropped only by who holds them', async () => {
    const tokens = createTokens(now)
    const renew = maker()
    await tokens.get('a', renew)
    tokens.drop('a', 'another')
    expect(await tokens.get('a', renew)).toBe('token-1')
    tokens.drop('a', 'token-1')
    expect(await tokens.get('a', renew)).toBe('token-2')
  })

  it('tell a refusal to all who wait, and ask again next time', async () => {
    const tokens = createTokens(now)
    const refuse = async () => ({ noToken: 'refused' }) as const
    expect(await Promise.all([tokens.get('a', refuse), tokens.get('a', refuse)])).toEqual([
      { noToken: 'refused' },
      { noToken: 'refused' },
    ])
    expect(await tokens.get('a', maker())).toBe('token-1')
    const fail = () => {
      throw new Error('a bug')
    }
    await expect(tokens.get('c', fail)).rejects.toThrow('a bug')
    expect(await tokens.get('c', maker())).toBe('token-1')
  })
})
