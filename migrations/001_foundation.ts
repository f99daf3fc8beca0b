import type { Knex } from 'knex'
import { APP, asOwner, byTenant, DISPATCHER, OWNER, SIMULATORS } from './support/sql.ts'

/** Roles, tenants and their keys, the people and their wallets, the channels and what was decided on them. */

/** Roles belong to the cluster, and several databases may migrate at once: losing that race is fine. */
const ROLES = `
  do $$
  declare wanted text;
  begin
    foreach wanted in array array['${OWNER}', '${APP}', '${DISPATCHER}', '${SIMULATORS}'] loop
      begin
        if not exists (select from pg_roles where rolname = wanted) then
          execute format('create role %I nologin', wanted);
        end if;
      exception when duplicate_object or unique_violation then null;
      end;
      begin
        if not pg_has_role(session_user, wanted, 'member') then
          execute format('grant %I to %I', wanted, session_user);
        end if;
      exception when unique_violation or invalid_grant_operation then null;
      end;
    end loop;
    execute format('grant create on database %I to ${OWNER}, ${SIMULATORS}', current_database());
  end $$`

const TABLES = [
  `create table tenants (
     id text primary key check (id ~ '^[a-z0-9-]{2,40}$'),
     country text not null check (country ~ '^[A-Z]{2}$'),
     currency text not null check (currency ~ '^[A-Z]{3}$'),
     zone text not null,
     settings jsonb not null,
     created_at timestamptz not null)`,
  `grant select, insert, update on tenants to ${APP}`,
  `create table virtual_clock (id int primary key check (id = 1), offset_ms bigint not null)`,
  `grant select, insert, update on virtual_clock to ${APP}`,
  `create table data_keys (
     tenant_id text not null references tenants, version int not null, wrapped text not null, created_at timestamptz not null,
     primary key (tenant_id, version))`,
  ...byTenant('data_keys', 'select, insert'),
  `create table api_keys (
     tenant_id text not null references tenants, id uuid not null, name text not null,
     key_hash text not null, key_version int not null, scopes text[] not null,
     created_at timestamptz not null, revoked_at timestamptz,
     primary key (tenant_id, id), unique (key_hash))`,
  ...byTenant('api_keys'),
  `create table channels (
     tenant_id text not null references tenants, id uuid not null, kind text not null check (kind in ('ussd', 'sms')),
     adapter text not null, token text not null, address text not null, config jsonb not null, secrets text,
     created_at timestamptz not null,
     primary key (tenant_id, id), unique (kind, token))`,
  ...byTenant('channels'),
  `create table cores (
     tenant_id text primary key references tenants, adapter text not null, config jsonb not null, secrets text)`,
  ...byTenant('cores'),
  `create table connections (
     tenant_id text not null references tenants, id uuid not null, name text not null, adapter text not null,
     provider text not null, currency text not null, token text not null unique, config jsonb not null, secrets text,
     state text not null check (state in ('active', 'paused')), paused_for text, paused_at timestamptz,
     created_at timestamptz not null,
     primary key (tenant_id, id), unique (tenant_id, name))`,
  ...byTenant('connections'),
  `create table float_accounts (
     tenant_id text not null, connection_id uuid not null, account text not null check (account in ('collect', 'pay', 'charges')),
     currency text not null,
     primary key (tenant_id, connection_id, account),
     foreign key (tenant_id, connection_id) references connections)`,
  ...byTenant('float_accounts'),
  `create table customers (
     tenant_id text not null references tenants, id uuid not null, core_client_id text not null,
     first_name text not null, display_name text not null, phone text, language text not null,
     consent_at timestamptz, pin_hash text, pin_version int, pin_tries int not null default 0, pin_locked_at timestamptz,
     created_at timestamptz not null,
     primary key (tenant_id, id), unique (tenant_id, core_client_id))`,
  'create index customers_phone on customers (tenant_id, phone)',
  ...byTenant('customers'),
  `create table wallets (
     tenant_id text not null, id uuid not null, customer_id uuid not null, provider text not null, msisdn text not null,
     currency text not null, may_dial boolean not null, is_default boolean not null default false,
     last_worked_at timestamptz, created_at timestamptz not null,
     primary key (tenant_id, id), unique (tenant_id, customer_id, provider, msisdn, currency),
     foreign key (tenant_id, customer_id) references customers)`,
  'create index wallets_msisdn on wallets (tenant_id, msisdn)',
  ...byTenant('wallets'),
  `create table phone_locks (
     tenant_id text not null references tenants, msisdn text not null, tries int not null, locked_at timestamptz,
     primary key (tenant_id, msisdn))`,
  ...byTenant('phone_locks'),
  `create table turns (
     tenant_id text not null, channel_id uuid not null, session_id text not null, turn int not null,
     key_version int not null, transcript_hmac text not null, session jsonb, at timestamptz not null,
     primary key (tenant_id, channel_id, session_id, turn),
     foreign key (tenant_id, channel_id) references channels)`,
  ...byTenant('turns'),
  `create table decisions (
     tenant_id text not null, channel_id uuid not null, session_id text not null, turn int not null, ordinal int not null,
     kind text not null, answer jsonb not null, at timestamptz not null,
     primary key (tenant_id, channel_id, session_id, turn, ordinal),
     foreign key (tenant_id, channel_id, session_id, turn) references turns)`,
  ...byTenant('decisions', 'select, insert'),
]

/** The few questions that come before a tenant is known, answered by the dispatcher for exactly one secret each. */
const RESOLVERS = [
  `create policy dispatch on channels to ${DISPATCHER} using (true)`,
  `create policy dispatch on connections to ${DISPATCHER} using (true)`,
  `create policy dispatch on api_keys to ${DISPATCHER} using (true)`,
  `grant select on channels, connections, api_keys to ${DISPATCHER}`,
  `create function resolve_channel(p_kind text, p_token text) returns table (tenant_id text, id uuid)
     language sql stable security definer set search_path = public, pg_temp as
     $$ select c.tenant_id, c.id from channels c where c.kind = p_kind and c.token = p_token $$`,
  `create function resolve_connection(p_token text) returns table (tenant_id text, id uuid)
     language sql stable security definer set search_path = public, pg_temp as
     $$ select c.tenant_id, c.id from connections c where c.token = p_token $$`,
  `create function resolve_api_key(p_hash text) returns table (tenant_id text, id uuid, name text, scopes text[])
     language sql stable security definer set search_path = public, pg_temp as
     $$ select k.tenant_id, k.id, k.name, k.scopes from api_keys k where k.key_hash = p_hash and k.revoked_at is null $$`,
]

export async function up(knex: Knex): Promise<void> {
  await knex.raw(ROLES)
  await knex.raw(`grant usage, create on schema public to ${OWNER}`)
  await knex.raw(`grant usage on schema public to ${APP}, ${DISPATCHER}`)
  await asOwner(knex, [...TABLES, ...RESOLVERS])
  await ownedByDispatcher(knex, [
    'resolve_channel(text, text)',
    'resolve_connection(text)',
    'resolve_api_key(text)',
  ])
}

/** Hands functions to the dispatcher and opens them to the app role alone. */
export async function ownedByDispatcher(knex: Knex, functions: readonly string[]): Promise<void> {
  await knex.raw(`grant create on schema public to ${DISPATCHER}`)
  for (const name of functions) {
    await knex.raw(`revoke all on function ${name} from public`)
    await knex.raw(`grant execute on function ${name} to ${APP}`)
    await knex.raw(`alter function ${name} owner to ${DISPATCHER}`)
  }
  await knex.raw(`revoke create on schema public from ${DISPATCHER}`)
}
