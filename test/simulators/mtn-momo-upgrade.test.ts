import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createSimulators } from '../../src/simulators/index.ts'
import { createSimDatabase } from '../../src/simulators/kit/database.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createVirtualClock, listen } from './support.ts'

/** A demo keeps its data from one start to the next: tables as the first release made them, when MTN only collected. */
const FIRST_RELEASE = [
  'create schema sim_mtn_momo',
  `create table sim_mtn_momo.api_users (
     api_user text primary key, api_key text not null, subscription_key text not null,
     product text not null check (product in ('collection')), provider_callback_host text not null,
     environment text not null check (environment in ('mtncameroon', 'sandbox')))`,
  `create table sim_mtn_momo.transactions (
     id bigint generated always as identity primary key,
     kind text not null check (kind in ('collect', 'disburse')),
     msisdn text not null, amount_minor bigint not null check (amount_minor > 0), currency text not null,
     status text not null check (status in ('pending', 'succeeded', 'failed', 'reversed')),
     receipt text unique, created_at timestamptz not null, completed_at timestamptz, reversed_at timestamptz,
     reference text not null unique, api_user text not null, external_id text not null,
     party_id_type text not null, payer_message text not null, payee_note text not null,
     callback_url text, scripted text, tellings text[] not null, reason text)`,
  "insert into sim_mtn_momo.api_users values ('old', 'key', 'sub', 'collection', '127.0.0.1', 'mtncameroon')",
  `insert into sim_mtn_momo.transactions
     (kind, msisdn, amount_minor, currency, status, created_at, reference, api_user, external_id, party_id_type,
      payer_message, payee_note, tellings)
   values ('collect', '237670000001', 500, 'XAF', 'succeeded', '2026-03-01T09:00:00Z', 'r', 'old', 'x', 'MSISDN', '', '', '{}')`,
]

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('brings the tables of an earlier release up to date, twice without harm, and loses nothing', async () => {
  const db = createSimDatabase(database.url)
  for (const statement of FIRST_RELEASE) await db.raw(statement)
  await db.destroy()
  const account = { apiKey: 'key', subscriptionKey: 'sub', providerCallbackHost: '127.0.0.1' }
  for (const float of ['70', '90']) {
    const simulators = await createSimulators({ databaseUrl: database.url, clock: createVirtualClock() })
    const server = await listen(simulators.handle)
    await simulators.seed({
      mtnMomo: {
        users: [
          { ...account, apiUser: 'old', environment: 'mtncameroon' },
          { ...account, apiUser: 'new', environment: 'mtncameroon', product: 'disbursement', float },
        ],
        wallets: [],
      },
    })
    const dataOf = async (what: string) =>
      ((await (await fetch(`${server.url}/providers/mtn-momo/${what}`)).json()) as { data: object[] }).data
    expect(await dataOf('transactions')).toEqual([
      expect.objectContaining({ kind: 'collect', amount: '500', status: 'succeeded' }),
    ])
    expect(await dataOf('accounts')).toEqual([
      { apiUser: 'new', product: 'disbursement', balance: '70', currency: 'XAF' },
      { apiUser: 'old', product: 'collection', balance: '0', currency: 'XAF' },
    ])
    await server.close()
    await simulators.close()
  }
})
