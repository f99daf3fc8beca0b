import type { Knex } from 'knex'
import { asOwner, byTenant } from './support/sql.ts'

/**
 * Loan officers who work by phone: whose number it is, and the hash of the staff PIN. Who leaves stays in the table, for
 * what was done is told by id; the number may then be another officer's.
 */
const STAFF = [
  `create table staff (
     tenant_id text not null references tenants, id uuid not null, msisdn text not null, name text not null,
     language text not null, login text, pin_hash text not null, pin_version int not null,
     pin_tries int not null default 0, pin_locked_at timestamptz, since timestamptz not null, left_at timestamptz,
     primary key (tenant_id, id))`,
  'create unique index staff_msisdn on staff (tenant_id, msisdn) where left_at is null',
  ...byTenant('staff'),
  // what was asked for on a day is looked at by officers
  'create index requests_asked on collection_requests (tenant_id, asked_on)',
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, STAFF)
}
