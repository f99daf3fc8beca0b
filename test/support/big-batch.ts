import { createBatch } from '../../src/gateway/batches.ts'
import { act } from '../../src/gateway/context.ts'
import type { House } from '../../src/main.ts'
import { insideSimulators } from './sim.ts'
import type { TestStage } from './stage.ts'

/** A lender that pays by two operators, each with a float of its own, and a batch as large as a pay day. */

const TENANT = 'demo-cm'
export const OPERATORS = ['mtn-cm', 'orange-cm'] as const
export type Operator = (typeof OPERATORS)[number]

const ORANGE = {
  apiUser: '0d5c1d52-6d0e-4a58-9f6b-0c9a5a1f2e79',
  apiKey: 'second-operator-key-000000000000',
  subscriptionKey: 'second-operator-subscription',
  product: 'disbursement' as const,
}

const numberOf = (operator: Operator, index: number): string =>
  `+237${operator === 'mtn-cm' ? '671' : '691'}${String(index).padStart(6, '0')}`

/** The second operator speaks as MTN does, and has an account and people of its own. */
export async function addOperator(stage: TestStage): Promise<void> {
  const { house, url } = stage
  await house.simulators?.seed({
    mtnMomo: {
      users: [
        {
          ...ORANGE,
          providerCallbackHost: new URL(url).hostname,
          environment: 'mtncameroon',
          partner: 'orange',
          float: '10000000',
        },
      ],
      wallets: [],
    },
  })
  const { product, ...keys } = ORANGE
  const now = house.gateway.deps.clock.now()
  await house.db.asTenant(TENANT, async trx => {
    const mtn = await trx('connections').where({ tenant_id: TENANT, name: 'mtn' }).first()
    const known = await house.secrets.open(trx, TENANT, mtn.secrets)
    const secrets = await house.secrets.seal(trx, TENANT, { ...known, [product]: keys }, now)
    await trx('connections')
      .where({ tenant_id: TENANT, name: 'orange' })
      .update({ adapter: mtn.adapter, config: JSON.stringify(mtn.config), secrets })
  })
  house.gateway.deps.tenants.forget(TENANT)
}

export async function setting(house: House, path: readonly string[], value: unknown): Promise<void> {
  await house.db.asTenant(TENANT, trx =>
    trx.raw('update tenants set settings = jsonb_set(settings, ?, ?::jsonb) where id = ?', [
      `{${path.join(',')}}`,
      JSON.stringify(value),
      TENANT,
    ]),
  )
  house.gateway.deps.tenants.forget(TENANT)
}

/** So many people of each operator, whom nobody has ever paid, and one order to pay each of them 1,000 francs. */
export async function orderPayDay(
  stage: TestStage,
  first: number,
  counts: Readonly<Record<Operator, number>>,
): Promise<string> {
  const { house } = stage
  const { deps, stepper } = house.gateway
  const people = OPERATORS.flatMap(provider =>
    Array.from({ length: counts[provider] }, (_, index) => ({
      provider,
      msisdn: numberOf(provider, first + index),
      customerId: deps.ids.next(),
      walletId: deps.ids.next(),
    })),
  )
  const key = { tenant_id: TENANT, created_at: deps.clock.now() }
  await insideSimulators(stage, db =>
    db('sim_mtn_momo.wallets').insert(
      people.map(({ msisdn }) => ({
        msisdn: msisdn.slice(1),
        currency: 'XAF',
        pin: '1111',
        name: 'Worker',
        balance_minor: 0,
      })),
    ),
  )
  return act(deps, TENANT, async commit => {
    await commit.trx('customers').insert(
      people.map(({ customerId, msisdn }) => ({
        ...key,
        id: customerId,
        core_client_id: `worker-${msisdn}`,
        first_name: 'Worker',
        display_name: 'Worker',
        language: 'fr',
      })),
    )
    await commit.trx('wallets').insert(
      people.map(({ provider, msisdn, customerId, walletId }) => ({
        ...key,
        id: walletId,
        customer_id: customerId,
        provider,
        msisdn,
        currency: 'XAF',
        may_dial: true,
      })),
    )
    const items = people.map(({ customerId, walletId }) => ({
      customerId,
      walletId,
      loanId: null,
      loanAccount: null,
      programme: '11',
      amount: { minor: 1000n, currency: 'XAF' },
    }))
    return createBatch({ ids: deps.ids, stepper }, commit, 'Pay day', items, 'demo')
  })
}

/** What the operator of the first connection has of the lender's for payouts from now on. */
export const setFloat = (stage: TestStage, francs: number): Promise<number> =>
  insideSimulators(stage, db =>
    db('sim_mtn_momo.accounts')
      .whereIn(
        'api_user',
        db('sim_mtn_momo.api_users').where({ partner: 'espoir', product: 'disbursement' }).select('api_user'),
      )
      .update({ balance_minor: francs }),
  )
