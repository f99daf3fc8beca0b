import type { Knex } from 'knex'
import { DISPATCHER } from './sql.ts'

/** Kinds of due rows, and the table of each, as one migration knows them. */
export type ClaimTables = Readonly<Record<string, string>>

/**
 * A claim never takes more rows than it was asked for. The rows are chosen in a part of their own, run once: where they
 * stood as a subquery of the update, a plan of nested loops chose anew for each row, and passed over what it had locked.
 */
const claimOf = ([kind, table]: readonly [string, string]): string =>
  `when '${kind}' then
     return query with c as materialized (
         select d.tenant_id, d.id from ${table} d
          where d.due_at <= p_now and (d.lease_until is null or d.lease_until <= p_now)
          order by d.due_at, d.id limit p_limit for update skip locked)
       update ${table} t set lease_until = p_lease_until, lease_id = p_lease
         from c where t.tenant_id = c.tenant_id and t.id = c.id
       returning t.tenant_id, t.id;`

/** Makes the function by which workers claim due rows of these kinds. Released migrations call it: it never changes. */
export async function makeClaims(knex: Knex, tables: ClaimTables): Promise<void> {
  await knex.raw(`grant create on schema public to ${DISPATCHER}`)
  await knex.raw(`set local role ${DISPATCHER}`)
  await knex.raw(`
    create or replace function claim_due(p_kind text, p_now timestamptz, p_lease_until timestamptz, p_lease uuid, p_limit int)
    returns table (tenant_id text, id uuid)
    language plpgsql security definer set search_path = public, pg_temp as $$
    #variable_conflict use_column
    begin
      case p_kind
        ${Object.entries(tables).map(claimOf).join('\n')}
        else raise exception 'unknown kind of due row: %', p_kind;
      end case;
    end $$`)
  await knex.raw('reset role')
  await knex.raw(`revoke create on schema public from ${DISPATCHER}`)
}
