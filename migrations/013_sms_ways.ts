import type { Knex } from 'knex'
import { ownedByDispatcher } from './001_foundation.ts'
import { asOwner, byTenant } from './support/sql.ts'

/** Who wants no reminders, which process holds the lines that stay open to an SMS gateway, and which try a report is about. */
const SMS_WAYS = [
  `create table suppressions (
     tenant_id text not null references tenants, msisdn text not null, told_by text not null check (told_by in ('her', 'gateway')),
     since timestamptz not null, lifted_at timestamptz, primary key (tenant_id, msisdn))`,
  ...byTenant('suppressions'),
  `create table lines (
     tenant_id text not null, channel_id uuid not null, slot int not null, holder uuid not null, held_until timestamptz not null,
     primary key (tenant_id, channel_id, slot), foreign key (tenant_id, channel_id) references channels)`,
  ...byTenant('lines'),
  'alter table message_references add column attempt int not null default 1',
  `create function lined_channels(p_adapters text[]) returns table (tenant_id text, id uuid)
     language sql stable security definer set search_path = public, pg_temp as
     $$ select c.tenant_id, c.id from channels c where c.kind = 'sms' and c.adapter = any(p_adapters) order by c.id $$`,
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, SMS_WAYS)
  await ownedByDispatcher(knex, ['lined_channels(text[])'])
}
