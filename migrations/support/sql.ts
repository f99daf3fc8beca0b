import type { Knex } from 'knex'

/** The product's roles, none of which can log in; a server's login is granted `hatua_app` and takes it at connect. */
export const OWNER = 'hatua_owner'
export const APP = 'hatua_app'
export const DISPATCHER = 'hatua_dispatcher'
export const SIMULATORS = 'hatua_sim'

/** Runs the statements as the owner, so that every object belongs to a role that nobody logs in as. */
export async function asOwner(knex: Knex, statements: readonly string[]): Promise<void> {
  await knex.raw(`set local role ${OWNER}`)
  for (const statement of statements) await knex.raw(statement)
  await knex.raw('reset role')
}

/** Columns of a row that waits: when it is due, and the lease of the worker that has it in hand. */
export const DUE = 'due_at timestamptz, lease_until timestamptz, lease_id uuid'

/** Amounts are whole minor units beside their ISO 4217 currency. */
export const AMOUNT = "amount_minor bigint not null, currency text not null check (currency ~ '^[A-Z]{3}$')"

/** Row-level security by tenant, forced: even the owner sees one tenant at a time. The server deletes no row. */
export function byTenant(table: string, rights = 'select, insert, update'): string[] {
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant on ${table} using (tenant_id = nullif(current_setting('app.tenant_id', true), ''))`,
    `grant ${rights} on ${table} to ${APP}`,
  ]
}

/** A tenant's table that only grows: rows are added and read, never changed by the server. */
export const appendOnly = (table: string): string[] => byTenant(table, 'select, insert')

/** What the dispatcher needs to claim due rows of every tenant, and nothing more. */
export function claimable(table: string): string[] {
  const name = table.replace(/\W/g, '_')
  return [
    `create index ${name}_due on ${table} (due_at) where due_at is not null`,
    `create policy dispatch on ${table} to ${DISPATCHER} using (true)`,
    `grant select, update (lease_until, lease_id) on ${table} to ${DISPATCHER}`,
  ]
}

/** A large table: range-partitioned by its UUIDv7 id from the start, with one default partition. */
export function partitioned(table: string, columns: string): string[] {
  return [
    `create table ${table} (${columns}, primary key (tenant_id, id)) partition by range (id)`,
    `create table ${table}_default partition of ${table} default`,
    // nobody reads a partition past its table's policies
    `alter table ${table}_default enable row level security`,
    `alter table ${table}_default force row level security`,
  ]
}
