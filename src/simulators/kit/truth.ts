import type { Knex } from 'knex'
import type { Route, SimReply } from './http.ts'
import { digitsOnly } from './numbers.ts'
import { page } from './views.ts'

/** A provider's truth, for tests and the demo: what moved, who has how much, and a way for the lender to bring money in. */
export type Truth<Row> = {
  /** `/providers/<name>/…` */
  readonly name: string
  readonly transactions: () => Knex.QueryBuilder
  readonly view: (row: Row) => object
  /** Of one number by its digits; of none: all. */
  readonly wallets: (msisdn: string) => Promise<readonly object[]>
  readonly accounts: () => Promise<readonly object[]>
  readonly topUp: (body: string) => Promise<SimReply>
}

const list = (data: readonly object[]): SimReply => ({ status: 200, body: { data, next: null } })

export function truthRoutes<Row extends { readonly id: string }>(truth: Truth<Row>): Route[] {
  const path = `/providers/${truth.name}`
  return [
    {
      method: 'GET',
      path: `${path}/transactions`,
      handle: ({ query }) => page<Row>(truth.transactions(), query, truth.view),
    },
    {
      method: 'GET',
      path: `${path}/wallets`,
      handle: async ({ query }) => list(await truth.wallets(digitsOnly(query.get('msisdn') ?? ''))),
    },
    { method: 'GET', path: `${path}/accounts`, handle: async () => list(await truth.accounts()) },
    { method: 'POST', path: `${path}/accounts`, handle: ({ body }) => truth.topUp(body) },
  ]
}

/** What there is nothing to say of is left out. */
export const told = (shown: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== null))

export const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })
