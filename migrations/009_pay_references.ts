import type { Knex } from 'knex'
import { appendOnly, asOwner } from './support/sql.ts'

/** The number by which anybody can pay a loan: one for each, for ever. */
const PAY_REFERENCES = [
  `create table pay_references (
     tenant_id text not null references tenants, value text not null check (value ~ '^[0-9]{8}$'), loan_id text not null,
     loan_account text not null, customer_id uuid not null, currency text not null check (currency ~ '^[A-Z]{3}$'),
     created_at timestamptz not null, primary key (tenant_id, value), unique (tenant_id, loan_id),
     foreign key (tenant_id, customer_id) references customers)`,
  ...appendOnly('pay_references'),
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, PAY_REFERENCES)
}
