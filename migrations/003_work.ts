import type { Knex } from 'knex'
import { ownedByDispatcher } from './001_foundation.ts'
import { appendOnly, asOwner, byTenant, claimable, DUE, partitioned } from './support/sql.ts'

/** Work that waits: messages, callbacks, schedules, cases; and the one function that hands out due rows. */

const MESSAGES = [
  ...partitioned(
    'messages',
    `tenant_id text not null, id uuid not null, customer_id uuid, channel_id uuid not null, msisdn text not null,
     about text not null, language text not null, body text not null, provider_id text, parts int, cost text,
     created_at timestamptz not null, expires_at timestamptz not null,
     state text not null check (state in ('queued', 'sending', 'accepted', 'delivered', 'failed', 'expired', 'suppressed', 'unknown')),
     snapshot jsonb not null, ${DUE}`,
  ),
  'create index messages_customer on messages (tenant_id, customer_id, id)',
  ...byTenant('messages'),
  ...claimable('messages'),
  `create table message_keys (
     tenant_id text not null, key text not null, message_id uuid not null, primary key (tenant_id, key))`,
  ...appendOnly('message_keys'),
  `create table message_references (
     tenant_id text not null, channel_id uuid not null, provider_id text not null, message_id uuid not null,
     primary key (tenant_id, channel_id, provider_id))`,
  ...appendOnly('message_references'),
]

const WORK = [
  `create table callbacks (
     tenant_id text not null references tenants, id uuid not null, kind text not null check (kind in ('payment', 'delivery', 'inbound')),
     source_id uuid not null, attempt_id uuid, digest text not null, request jsonb not null, received_at timestamptz not null,
     state text not null check (state in ('open', 'settled', 'laid-aside')), tries int not null default 0, fate text, ${DUE},
     primary key (tenant_id, id), unique (tenant_id, source_id, digest))`,
  ...byTenant('callbacks'),
  ...claimable('callbacks'),
  `create table schedules (
     tenant_id text not null references tenants, id uuid not null, job text not null, local_time text not null,
     zone text not null, last_run_on date, ${DUE},
     primary key (tenant_id, id), unique (tenant_id, job))`,
  ...byTenant('schedules'),
  ...claimable('schedules'),
  `create table cases (
     tenant_id text not null references tenants, id uuid not null, kind text not null, key text not null,
     subject text not null, subject_id uuid not null, customer_id uuid, detail jsonb not null,
     state text not null check (state in ('open', 'settled')), opened_at timestamptz not null, settled_at timestamptz,
     primary key (tenant_id, id), unique (tenant_id, key))`,
  ...byTenant('cases'),
  `create table idempotency_keys (
     tenant_id text not null references tenants, key text not null, body_hash text not null, status int not null,
     response jsonb not null, created_at timestamptz not null, primary key (tenant_id, key))`,
  ...appendOnly('idempotency_keys'),
]

/**
 * Claims due rows of one kind for a worker, oldest first, whoever's they are. Time is a parameter; a row in hand stays
 * with its worker until the lease ends, whatever becomes of the worker.
 */
const CLAIM = `
  create function claim_due(p_kind text, p_now timestamptz, p_lease_until timestamptz, p_lease uuid, p_limit int)
  returns table (tenant_id text, id uuid)
  language plpgsql security definer set search_path = public, pg_temp as $$
  declare
    source text := case p_kind
      when 'message' then 'messages' when 'callback' then 'callbacks' when 'schedule' then 'schedules'
      when 'request' then 'collection_requests' when 'transaction' then 'transactions' when 'booking' then 'bookings' end;
  begin
    if source is null then raise exception 'unknown kind of due row: %', p_kind; end if;
    return query execute format(
      'update %1$I t set lease_until = $1, lease_id = $2
         from (select d.tenant_id, d.id from %1$I d
                where d.due_at <= $3 and (d.lease_until is null or d.lease_until <= $3)
                order by d.due_at limit $4 for update skip locked) c
        where t.tenant_id = c.tenant_id and t.id = c.id
        returning t.tenant_id, t.id', source) using p_lease_until, p_lease, p_now, p_limit;
  end $$`

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, [...MESSAGES, ...WORK, CLAIM])
  await ownedByDispatcher(knex, ['claim_due(text, timestamptz, timestamptz, uuid, int)'])
}
