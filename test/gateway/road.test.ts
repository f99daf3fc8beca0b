import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { demoTenants } from '../../src/commands/demo-tenants.ts'
import type { AggregatorCode, Route } from '../../src/domain/route.ts'
import type { LocalDate } from '../../src/domain/time.ts'
import { codeFor, findRoad, offers, productsOf, roadFor, traitsOf } from '../../src/gateway/road.ts'
import type { Setup } from '../../src/gateway/step.ts'
import { ADAPTER_NAMES, PROVIDERS } from '../../src/providers/index.ts'
import type { Capabilities } from '../../src/providers/provider.ts'
import { type Connection, tenantSettings } from '../../src/store/tenants.ts'

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
    pausedAt: undefined,
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

  const shown = ADAPTER_NAMES.filter(adapter =>
    demoTenants(true).some(({ plan }) => plan.connections.some(each => each.adapter === adapter)),
  )
  it.each(shown)('by %s with all its credentials offers what the adapter can do', adapter => {
    const connection = connectionBy(adapter)
    const offered = productsOf(connection).flat()
    expect([...offered].sort()).toEqual(Object.keys(PROVIDERS[adapter].can.operations).sort())
    for (const operation of offered) expect(traitsOf(connection, operation)).toBeDefined()
  })
})

const AT = new Date('2026-03-05T08:00:00Z')
const TODAY = '2026-03-05' as LocalDate
const WALLET = { provider: 'mtn-cm', currency: 'XAF' }

const mtn = (more: Partial<Connection> = {}): Connection => ({
  ...connectionBy('mtn-momo'),
  id: 'mtn',
  name: 'mtn',
  ...more,
})
const market = mtn({ id: 'market', name: 'market', provider: '', aggregator: 'furthermarket' })
const route = (connection: string, more: Partial<Route> = {}): Route => ({
  ...WALLET,
  id: connection,
  operation: 'collect',
  connection,
  priority: 0,
  from: TODAY,
  until: undefined,
  ...more,
})
const code = (text: string, from: string): AggregatorCode => ({
  aggregator: 'furthermarket',
  provider: 'mtn-cm',
  code: text,
  from: from as LocalDate,
  until: undefined,
})
const OLD_AND_NEW = [code('OLD', '2026-01-01'), code('NEW', '2026-03-01')]

/** The lender in Cameroon, with these connections and ways. */
function setupOf(connections: readonly Connection[], ways: Partial<Setup['ways']> = {}): Setup {
  const lender = demoTenants(true).find(({ plan }) => plan.id === 'demo-cm')
  if (lender === undefined) throw new Error('no tenant demo-cm')
  const { id, country, currency, zone, settings } = lender.plan
  return {
    tenant: { id, country, currency, zone, settings: tenantSettings.parse(settings) },
    channels: [],
    connections,
    ways: { routes: [], codes: [], limits: [], tariffs: [], maintenance: [], ...ways },
  }
}

describe('the road to a wallet', () => {
  it.each([
    ['has not begun', { from: '2027-01-01' as LocalDate }],
    ['was withdrawn before it began', { from: '2027-01-01' as LocalDate, until: '2027-01-01' as LocalDate }],
    ['is over', { from: '2026-01-01' as LocalDate, until: TODAY }],
  ])('is the tenant’s own connection where its one route %s', (_, dates) => {
    const setup = setupOf([mtn(), market], { routes: [route('market', dates)], codes: OLD_AND_NEW })
    expect(roadFor(setup, WALLET, 'collect', AT)?.name).toBe('mtn')
  })

  it('is the route’s from its first day, and the tenant’s own again after its last', () => {
    const routes = [route('market', { until: '2026-03-07' as LocalDate })]
    const setup = setupOf([mtn(), market], { routes, codes: OLD_AND_NEW })
    const on = (day: string) => roadFor(setup, WALLET, 'collect', new Date(`${day}T08:00:00Z`))?.name
    expect(['2026-03-04', '2026-03-05', '2026-03-06', '2026-03-07'].map(on)).toEqual([
      'mtn',
      'market',
      'market',
      'mtn',
    ])
  })

  it('is the first whose code is known, well or sick, by the newest code', () => {
    const sickUntil = new Date(AT.getTime() + 60_000)
    const routes = [route('market'), route('mtn', { priority: 1 })]
    for (const [connections, name] of [
      [[mtn(), market], 'market'],
      [[mtn(), { ...market, sickUntil }], 'mtn'],
      [[mtn({ sickUntil }), { ...market, sickUntil }], 'market'],
    ] as const) {
      const setup = setupOf(connections, { routes, codes: OLD_AND_NEW })
      const road = roadFor(setup, WALLET, 'collect', AT)
      expect(road?.name).toBe(name)
      expect(road && codeFor(setup, road, 'mtn-cm', AT)).toBe(name === 'market' ? 'NEW' : undefined)
    }
    expect(roadFor(setupOf([mtn(), market], { routes }), WALLET, 'collect', AT)?.name).toBe('mtn')
  })
})

describe('where there is no road', () => {
  afterEach(() => {
    jest.restoreAllMocks()
  })
  /** The same adapter, were its provider another. */
  const were = (can: Partial<Capabilities>) =>
    jest.replaceProperty(PROVIDERS['mtn-momo'], 'can', { ...PROVIDERS['mtn-momo'].can, ...can })
  const lack = (setup: Setup, operation: 'collect' | 'disburse' = 'collect') => {
    const road = findRoad(setup, WALLET, operation, AT)
    return road.kind === 'no-road' ? road.lack : road.connection.name
  }

  it('says that nothing was set up', () => {
    expect(lack(setupOf([]))).toBe('no connection of yours collects from mtn-cm in XAF')
    // an aggregator serves by a route only
    expect(lack(setupOf([market], { codes: OLD_AND_NEW }), 'disburse')).toBe(
      'no connection of yours pays out to mtn-cm in XAF',
    )
  })

  it('names the code that is missing, and what is missing on every other road', () => {
    const later = [code('NEXT', '2026-04-01')]
    const routes = [route('market', { operation: 'disburse' }), route('mtn', { operation: 'disburse' })]
    const noPayouts = mtn({ config: connectionBy('mtn-momo', { disbursement: undefined }).config })
    const setup = setupOf([noPayouts, market], { routes, codes: later })
    expect(lack(setup, 'disburse')).toBe(
      'furthermarket has no code for mtn-cm in force; mtn offers no payouts, or lacks the credentials for them',
    )
  })

  it('names the code of an adapter that needs one, where its connection names no aggregator', () => {
    were({ needsCode: true })
    const setup = setupOf([mtn()], { codes: OLD_AND_NEW })
    expect(lack(setup)).toBe('mtn needs a code for mtn-cm, and names no aggregator whose code that is')
  })
})
