import type { Knex } from 'knex'
import { DISPATCHER } from './support/sql.ts'

/**
 * A claim never takes more rows than it was asked for. The rows are chosen in a part of their own, run once: where they
 * stood as a subquery of the update, a plan of nested loops chose anew for each row, and passed over what it had locked.
 */

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
  await knex.raw(`grant create on schema public to ${DISPATCHER}`)
  await knex.raw(`set local role ${DISPATCHER}`)
  await knex.raw(CLAIM)
  await knex.raw('reset role')
  await knex.raw(`revoke create on schema public from ${DISPATCHER}`)
}
