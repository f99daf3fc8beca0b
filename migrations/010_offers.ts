import type { Knex } from 'knex'
import { asOwner, byTenant } from './support/sql.ts'

/**
 * Payments of customers that a provider holds until we have said whether we take them. What we say of one is written
 * before it is said, and never changes; the callback that brought it first carries it on.
 */
const OFFERS = [
  `create table offers (
     tenant_id text not null references tenants, connection_id uuid not null, receipt text not null,
     callback_id uuid not null, take boolean not null, created_at timestamptz not null, taken_at timestamptz,
     primary key (tenant_id, connection_id, receipt))`,
  ...byTenant('offers'),
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, OFFERS)
}
