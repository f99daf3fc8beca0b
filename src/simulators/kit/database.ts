import knex, { type Knex } from 'knex'

/** The role that owns every simulator's schema; the first migration makes it. It cannot see the product's tables. */
const ROLE = 'hatua_sim'

/** The simulators' own pool on the same Postgres: their truth survives a crash as long as ours does. */
export function createSimDatabase(url: string): Knex {
  return knex({
    client: 'pg',
    connection: { connectionString: url, application_name: 'hatua-sim' },
    // what fails is thrown to whoever asked, and told there
    log: { warn() {}, error() {}, debug() {}, deprecate() {} },
    pool: {
      min: 0,
      max: 4,
      afterCreate: (
        connection: { query(sql: string, done: (error: Error | null) => void): void },
        done: (error: Error | null, connection: unknown) => void,
      ) => connection.query(`set role ${ROLE}`, error => done(error, connection)),
    },
  })
}

/** Makes a simulator's schema if it is not there; `statements` must be repeatable (`create table if not exists …`). */
export async function ensureSchema(db: Knex, schema: string, statements: readonly string[]): Promise<void> {
  await db.transaction(async trx => {
    await trx.raw('select pg_advisory_xact_lock(hashtext(?))', ['hatua-sim-schema'])
    await trx.raw('create schema if not exists ??', [schema])
    for (const statement of statements) await trx.raw(statement)
  })
}
