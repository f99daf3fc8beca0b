import knex from 'knex'
import { migrationSource } from '../../migrations/index.ts'

/** One number for "somebody migrates this database": advisory locks are given up with the connection, whatever happens. */
const LOCK = 4_816_001

/**
 * Brings a database up to date; answers the names of the migrations that ran. Several may start at once: one works, the
 * others wait. The login needs CREATEROLE (or the roles made beforehand) and CREATE on the database.
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const db = knex({
    client: 'pg',
    connection: { connectionString: url, application_name: 'hatua-migrate' },
    pool: { min: 0, max: 2 },
    // what fails is thrown to whoever asked, and told there
    log: { warn() {}, error() {}, debug() {}, deprecate() {} },
    migrations: { migrationSource, tableName: 'migrations' },
  })
  try {
    return await db.transaction(async holder => {
      await holder.raw('select pg_advisory_xact_lock(?)', [LOCK])
      // knex's own lock row outlives a crash; we hold the lock that counts, so a row that is left over is stale
      if (await db.schema.hasTable('migrations_lock')) await db.migrate.forceFreeMigrationsLock()
      const [, names] = await db.migrate.latest()
      return names as string[]
    })
  } finally {
    await db.destroy()
  }
}
