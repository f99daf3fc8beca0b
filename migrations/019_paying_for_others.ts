import type { Knex } from 'knex'
import { AMOUNT, appendOnly, asOwner, byTenant } from './support/sql.ts'

/**
 * A request that its payer makes for other people's loans has no loan of its own, but lines: whose loan, and how much of
 * what she pays. They sum to its amount.
 */
const LINES = [
  'alter table collection_requests alter column loan_id drop not null, alter column loan_account drop not null',
  `alter table collection_requests add check ((loan_id is null) = (loan_account is null)),
     add check (loan_id is not null or mode = 'dial')`,
  `create table request_lines (
     tenant_id text not null, request_id uuid not null, ordinal int not null check (ordinal > 0),
     loan_id text not null, loan_account text not null, customer_id uuid not null, ${AMOUNT},
     primary key (tenant_id, request_id, ordinal), unique (tenant_id, request_id, loan_id), check (amount_minor > 0),
     foreign key (tenant_id, request_id) references collection_requests,
     foreign key (tenant_id, customer_id) references customers)`,
  ...appendOnly('request_lines'),
]

/** Who tries numbers of loans that are nobody's is stopped for a while. */
const MISSES = [
  `create table reference_misses (
     tenant_id text not null references tenants, id uuid not null, msisdn text not null, at timestamptz not null,
     primary key (tenant_id, id))`,
  'create index reference_misses_phone on reference_misses (tenant_id, msisdn, at)',
  ...appendOnly('reference_misses'),
]

/** Phones that a borrower has named: they find her without her pay-reference, until she takes it back. */
const PERMISSIONS = [
  `create table pay_permissions (
     tenant_id text not null references tenants, id uuid not null, customer_id uuid not null, msisdn text not null,
     shows_due boolean not null, created_at timestamptz not null, ended_at timestamptz,
     primary key (tenant_id, id), foreign key (tenant_id, customer_id) references customers)`,
  `create unique index one_permission on pay_permissions (tenant_id, customer_id, msisdn) where ended_at is null`,
  'create index permissions_phone on pay_permissions (tenant_id, msisdn) where ended_at is null',
  ...byTenant('pay_permissions'),
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, [...LINES, ...MISSES, ...PERMISSIONS])
}
