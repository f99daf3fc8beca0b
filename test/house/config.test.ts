import { describe, expect, it } from '@jest/globals'
import { BadConfig, readConfig } from '../../src/config.ts'

const key = Buffer.alloc(32, 7).toString('base64')

describe('the configuration', () => {
  it('of nothing is the embedded demo', () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      role: 'all',
      simulators: true,
      databaseUrl: undefined,
    })
  })

  it('with a database has no simulators, unless they are wanted', () => {
    const server = { DATABASE_URL: 'postgres://x@y/z', SECRETS_KEY: key }
    expect(readConfig(server).simulators).toBe(false)
    expect(readConfig({ ...server, SIMULATORS: 'on' }).simulators).toBe(true)
  })

  it('takes a key as base64 or hex, and no other', () => {
    const hex = Buffer.alloc(32, 7).toString('hex')
    expect(readConfig({ SECRETS_KEY: hex }).secretsKey).toEqual(readConfig({ SECRETS_KEY: key }).secretsKey)
    expect(() => readConfig({ SECRETS_KEY: 'short' })).toThrow(/SECRETS_KEY: must be 32 bytes/)
  })

  it('takes proxies as addresses and ranges', () => {
    expect(readConfig({}).trustedProxies).toEqual([])
    expect(readConfig({ TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7' }).trustedProxies).toEqual([
      '10.0.0.0/8',
      '192.0.2.7',
    ])
    expect(() => readConfig({ TRUSTED_PROXIES: 'true' })).toThrow(/TRUSTED_PROXIES: must be addresses/)
    expect(() => readConfig({ TRUSTED_PROXIES: '0.0.0.0/0' })).toThrow(/TRUSTED_PROXIES: must be addresses/)
  })

  it('tells all its faults at once, and no secret', () => {
    const environment = {
      PORT: '99999',
      ROLE: 'worker',
      DATABASE_URL: 'mysql://secret@y',
      REDIS_URL: 'x',
      SECRETS_KEY: 'hush',
    }
    let told = ''
    try {
      readConfig(environment)
    } catch (error) {
      expect(error).toBeInstanceOf(BadConfig)
      told = String(error)
    }
    for (const name of ['PORT', 'DATABASE_URL', 'REDIS_URL', 'SECRETS_KEY', 'PUBLIC_URL'])
      expect(told).toContain(`${name}:`)
    expect(told).not.toMatch(/hush|secret@/)
  })
})
