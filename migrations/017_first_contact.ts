import type { Knex } from 'knex'
import { appendOnly, asOwner, byTenant } from './support/sql.ts'

/**
 * Phones as we have met them: the language that was chosen on one, when its SIM was changed, whose it is beside what the
 * core knows, and what was agreed to on it.
 */
const FIRST_CONTACT = [
  `create table phones (
     tenant_id text not null references tenants, msisdn text not null, language text, sim_changed_at timestamptz,
     primary key (tenant_id, msisdn))`,
  ...byTenant('phones'),
  // `core`: the core says that she dials from it; the others were linked here, and count without the core
  `create table phone_links (
     tenant_id text not null, msisdn text not null, customer_id uuid not null,
     way text not null check (way in ('core', 'code', 'facts')), since timestamptz not null,
     seen_at timestamptz not null, proven_at timestamptz,
     primary key (tenant_id, msisdn, customer_id), foreign key (tenant_id, customer_id) references customers)`,
  'create index phone_links_customer on phone_links (tenant_id, customer_id)',
  ...byTenant('phone_links'),
  // an officer's one-time code for a phone: one is good at a time
  `create table link_codes (
     tenant_id text not null, msisdn text not null, customer_id uuid not null, code_hash text, until timestamptz not null,
     primary key (tenant_id, msisdn), foreign key (tenant_id, customer_id) references customers)`,
  ...byTenant('link_codes'),
  // wrong codes and facts, by the phone that typed them and by the core's client they were about
  `create table link_tries (
     tenant_id text not null references tenants, kind text not null check (kind in ('phone', 'client')), subject text not null,
     tries int not null, locked_at timestamptz, primary key (tenant_id, kind, subject))`,
  ...byTenant('link_tries'),
  // what she was asked, word for word, and what she said; the last one counts
  `create table consents (
     tenant_id text not null, id uuid not null, customer_id uuid not null, msisdn text not null,
     agreed boolean not null, text text not null, language text not null, flow text not null, at timestamptz not null,
     primary key (tenant_id, id), foreign key (tenant_id, customer_id) references customers)`,
  'create index consents_customer on consents (tenant_id, customer_id, at)',
  ...appendOnly('consents'),
  `alter table staff_deeds drop constraint staff_deeds_deed_check`,
  `alter table staff_deeds add constraint staff_deeds_deed_check check (deed in ('unlocked', 'code-sent', 'link-code-sent'))`,
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, FIRST_CONTACT)
}
