import { describe, expect, it } from '@jest/globals'
import { demoTenants } from '../../src/commands/demo-tenants.ts'
import { offers, productsOf, traitsOf } from '../../src/gateway/road.ts'
import { ADAPTER_NAMES, PROVIDERS } from '../../src/providers/index.ts'
import type { Connection } from '../../src/store/tenants.ts'

/** The demo's connection by that adapter, its configuration with those secrets. */
function connectionBy(adapter: string, change: object = {}): Connection {
  const plan = demoTenants(true)
    .flatMap(tenant => tenant.plan.connections)
    .find(each => each.adapter === adapter)
  if (plan === undefined) throw new Error(`the demo has no ${adapter}`)
  const config = { ...plan.config, ...plan.secrets, baseUrl: 'http://127.0.0.1/sim', ...change }
  return {
    ...plan,
    id: 'c',
    tenantId: 't',
    provider: plan.provider ?? '',
    aggregator: undefined,
    state: 'active',
    pausedFor: undefined,
    sickUntil: undefined,
    config,
  }
}

describe('a connection', () => {
  it.each([
    ['mtn-momo', { disbursement: undefined }],
    ['mpesa', { payout: undefined }],
  ])('by %s without the credentials for payouts collects, and offers nothing else', (adapter, lacking) => {
    const connection = connectionBy(adapter, lacking)
    expect(productsOf(connection).flat()).toEqual(['collect'])
    expect(offers(connection, 'collect')).toBe(true)
    for (const operation of ['disburse', 'refund'] as const) {
      expect(offers(connection, operation)).toBe(false)
      expect(traitsOf(connection, operation)).toBeUndefined()
    }
  })

  it.each(ADAPTER_NAMES)('by %s with all its credentials offers what the adapter can do', adapter => {
    const connection = connectionBy(adapter)
    const offered = productsOf(connection).flat()
    expect([...offered].sort()).toEqual(Object.keys(PROVIDERS[adapter].can.operations).sort())
    for (const operation of offered) expect(traitsOf(connection, operation)).toBeDefined()
  })
})
