import type { Knex } from 'knex'
import { asOwner, byTenant, claimable, DISPATCHER, DUE } from './support/sql.ts'

/**
 * Reminders before and after a due date, each a row that waits for its hour; the hour that she chose for them; and which
 * request a message is about, so that it is not sent once the request has ended.
 */
const REMINDERS = [
  'alter table messages add column request_id uuid',
  'alter table customers add column prompt_hour int check (prompt_hour between 0 and 23)',
  // days: before the due date below nothing, after it above
  `create table reminders (
     tenant_id text not null references tenants, id uuid not null, customer_id uuid not null, loan_id text not null,
     due_on date not null, days int not null check (days <> 0), planned_on date not null,
     state text not null check (state in ('waiting', 'sent', 'dropped')), fate text, ${DUE},
     primary key (tenant_id, id), unique (tenant_id, loan_id, due_on, days))`,
  ...byTenant('reminders'),
  ...claimable('reminders'),
]

const TABLES = {
  message: 'messages',
  callback: 'callbacks',
  schedule: 'schedules',
  request: 'collection_requests',
  transaction: 'transactions',
  booking: 'bookings',
  disbursement: 'disbursements',
  batch: 'batches',
  webhook: 'webhook_deliveries',
  reminder: 'reminders',
}

const claimOf = ([kind, table]: readonly [string, string]): string =>
  `when '${kind}' then
     return query with c as materialized (
         select d.tenant_id, d.id from ${table} d
          where d.due_at <= p_now and (d.lease_until is null or d.lease_until <= p_now)
          order by d.due_at, d.id limit p_limit for update skip locked)
       update ${table} t set lease_until = p_lease_until, lease_id = p_lease
         from c where t.tenant_id = c.tenant_id and t.id = c.id
       returning t.tenant_id, t.id;`

/** As before, with one kind more. */
const CLAIM = `
  create or replace function claim_due(p_kind text, p_now timestamptz, p_lease_until timestamptz, p_lease uuid, p_limit int)
  returns table (tenant_id text, id uuid)
  language plpgsql security definer set search_path = public, pg_temp as $$
  #variable_conflict use_column
  begin
    case p_kind
      ${Object.entries(TABLES).map(claimOf).join('\n')}
      else raise exception 'unknown kind of due row: %', p_kind;
    end case;
  end $$`

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, REMINDERS)
  await knex.raw(`grant create on schema public to ${DISPATCHER}`)
  await knex.raw(`set local role ${DISPATCHER}`)
  await knex.raw(CLAIM)
  await knex.raw('reset role')
  await knex.raw(`revoke create on schema public from ${DISPATCHER}`)
}
