import { simulatedCore } from '../../src/commands/demo-parties.ts'
import { type DemoTenant, demoTenants } from '../../src/commands/demo-tenants.ts'
import { seedBorrower } from '../../src/commands/seed-demo.ts'
import { offers } from '../../src/gateway/road.ts'
import type { SimulatorSeed } from '../../src/simulators/index.ts'
import { createTenant, type TenantPlan } from '../../src/store/tenancy.ts'
import type { TestStage } from './stage.ts'
import { type Cast, storyOf } from './story.ts'

/** A country with a lender, a borrower and one way to her money. */
export type Market = Omit<Cast, 'connection'> & {
  readonly country: string
  readonly currency: string
  readonly zone: string
  /** The operator of her wallet, by our name. */
  readonly operator: string
  /** Where it is an aggregator's, its code for the operator. */
  readonly aggregator?: string
  readonly aggregatorCode?: string
  readonly adapter: string
  readonly config: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, unknown>>
  readonly firstName?: string
}

/** Sets the lender up on the stage, as the demo's are, and tells the simulators; answers her story. */
export async function openMarket(stage: TestStage, market: Market, simulators: SimulatorSeed) {
  const { house } = stage
  const { ids, tenants } = house.gateway.deps
  const tenant = tenantOf(market)
  await house.simulators?.seed({
    ...simulators,
    sms: {
      accounts: [
        {
          username: market.tenant,
          apiKey: `${market.tenant}-sms-key`,
          senders: ['LENDER'],
          deliveryUrl: `${stage.url}/sms/${market.tenant}/delivery`,
        },
      ],
    },
    fineract: { tenants: [simulatedCore(tenant)] },
  })
  const { aggregator, aggregatorCode: code, operator: provider } = market
  if (aggregator !== undefined) {
    await house.db.knex('aggregators').insert({ name: aggregator, title: aggregator }).onConflict().ignore()
    await house.db.knex('aggregator_codes').insert({ aggregator, provider, code, valid_from: '2026-01-01' })
  }
  await createTenant({ ...house, ids }, tenant.plan, stage.clock.now())
  await seedBorrower(house, tenant)
  if (aggregator !== undefined) await routeBy(stage, market)
  tenants.forget(market.tenant)
  await stage.settle()
  return storyOf(stage, { ...market, connection: 'way' })
}

/** An aggregator's connection is used where a route says so. */
async function routeBy(stage: TestStage, { tenant, operator, currency }: Market): Promise<void> {
  const [way] = await stage.house.gateway.deps.tenants.connections(tenant)
  if (way === undefined) throw new Error(`${tenant} has no connection`)
  const data = (['collect', 'disburse'] as const)
    .filter(operation => offers(way, operation))
    .map(operation => ({
      ...{ provider: operator, currency, operation, connection: 'way', priority: 0, from: '2026-03-05' },
    }))
  const answer = await fetch(`${stage.url}/api/v1/routes`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${tenant}-key`,
      'content-type': 'application/json',
      'idempotency-key': 'routes',
    },
    body: JSON.stringify({ data }),
  })
  if (!answer.ok) throw new Error(`routes: ${answer.status} ${await answer.text()}`)
}

/** The demo's lender in another country. */
function tenantOf(market: Market): DemoTenant {
  const [model] = demoTenants(true)
  if (model === undefined) throw new Error('the demo has no tenant')
  const { tenant: id, country, currency, zone, operator, language, code } = market
  const token = (what: string) => `${id}${what}`
  const plan: TenantPlan = {
    ...model.plan,
    ...{ id, country, currency, zone },
    settings: {
      ...model.plan.settings,
      lender: 'Lender',
      languages: [language],
      otherWays: {},
      payouts: { secondPersonAbove: '1000000' },
      suspense: { secondPersonAbove: '0' },
      books: { ...model.plan.settings.books, floats: { [operator]: '104' } } as never,
    },
    core: {
      ...model.plan.core,
      config: { ...model.plan.core.config, tenantId: id, zone, country, paymentTypes: { [operator]: '4' } },
    },
    channels: model.plan.channels.map(channel => ({
      ...channel,
      token: id,
      address: channel.kind === 'ussd' ? code : 'LENDER',
      secrets: channel.kind === 'ussd' ? {} : { username: id, apiKey: `${id}-sms-key` },
    })),
    connections: [
      {
        name: 'way',
        adapter: market.adapter,
        ...(market.aggregator === undefined ? { provider: operator } : { aggregator: market.aggregator }),
        currency,
        token: token('-way'),
        config: { callbackFrom: ['127.0.0.1', '::1'], ...market.config },
        secrets: market.secrets,
      },
    ],
    apiKeys: ['', '-2'].map(which => ({
      ...{ name: `clerk${which}`, key: `${id}-key${which}`, scopes: model.plan.apiKeys[0]?.scopes ?? [] },
    })),
  }
  return {
    plan,
    officer: model.officer,
    aggregators: [],
    collects: {},
    borrower: {
      ...model.borrower,
      ...{ phone: market.own, payer: market.payer, language: language === 'sw' ? 'en' : language },
      firstName: market.firstName ?? 'Amina',
      provider: operator,
    },
  }
}
