import type { Knex } from 'knex'
import { appendOnly, asOwner, byTenant } from './support/sql.ts'

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
  // who let whose PIN be tried again, or sent whom a code for a new one
  `create table staff_deeds (
     tenant_id text not null, id uuid not null, staff_id uuid not null,
     deed text not null check (deed in ('unlocked', 'code-sent')),
     subject text not null check (subject in ('customer', 'staff')), subject_id uuid not null, at timestamptz not null,
     primary key (tenant_id, id), foreign key (tenant_id, staff_id) references staff)`,
  'create index staff_deeds_subject on staff_deeds (tenant_id, subject_id, at)',
  ...appendOnly('staff_deeds'),
  // a code by which she may set a new PIN: its hash, until when, and wrong tries
  `alter table customers
     add pin_code_hash text, add pin_code_until timestamptz, add pin_code_tries int not null default 0`,
  // what was asked for on a day is looked at by officers
  'create index requests_asked on collection_requests (tenant_id, asked_on)',
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, STAFF)
}
