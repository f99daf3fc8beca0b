import type { Knex } from 'knex'
import { asOwner, byTenant } from './support/sql.ts'

/** A wallet that she wants to add: hers once she has typed the code that went to its phone. One at a time. */
const NEW_WALLETS = [
  `create table new_wallets (
     tenant_id text not null, customer_id uuid not null, provider text not null, msisdn text not null,
     currency text not null, code_hash text not null, until timestamptz not null, tries int not null default 0,
     primary key (tenant_id, customer_id), foreign key (tenant_id, customer_id) references customers)`,
  ...byTenant('new_wallets'),
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, NEW_WALLETS)
}
