import knex, { type Knex } from 'knex'
import pg from 'pg'

export type Trx = Knex.Transaction

/** The product's database, always as the app role, always one tenant at a time. */
export type Database = {
  readonly knex: Knex
  /** One transaction as one tenant; row-level security sees nothing of another. */
  asTenant<T>(tenantId: string, work: (trx: Trx) => Promise<T>): Promise<T>
  /** Throws where the connections could see more than a tenant's rows. */
  assertLeastPrivilege(): Promise<void>
  close(): Promise<void>
}

const APP_ROLE = 'hatua_app'
const INT8 = 20
const DATE = 1082

/** bigint columns as bigint, dates as the text they are; the rest as the driver reads it. */
const types = {
  getTypeParser: (oid: number, format: string) => {
    if (oid === INT8) return BigInt
    if (oid === DATE) return (text: string) => text
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

/** More connections than this are slower on two cores, not faster. */
const POOL_SIZE = 8

/** A hop has seconds, not minutes: a database that is gone must be noticed within its time budget. */
const CONNECT_MS = 1500

type RawConnection = { query(sql: string, done: (error: Error | null) => void): void }

export function createDatabase(url: string, poolSize = POOL_SIZE): Database {
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'hatua',
      connectionTimeoutMillis: CONNECT_MS,
      types,
    },
    acquireConnectionTimeout: 2 * CONNECT_MS,
    pool: {
      min: 0,
      max: poolSize,
      afterCreate: (
        connection: RawConnection,
        done: (error: Error | null, connection: RawConnection) => void,
      ) => connection.query(`set role ${APP_ROLE}`, error => done(error, connection)),
    },
  })
  return {
    knex: db,
    asTenant: (tenantId, work) =>
      db.transaction(async trx => {
        await trx.raw("select set_config('app.tenant_id', ?, true)", [tenantId])
        return work(trx)
      }),
    async assertLeastPrivilege() {
      const { rows } = await db.raw(
        `select r.rolname, r.rolsuper, r.rolbypassrls,
                exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')) as owner
           from pg_roles r where r.rolname = current_user`,
      )
      const role = rows[0]
      if (role.rolsuper || role.rolbypassrls || role.owner)
        throw new Error(
          `refusing to work as ${role.rolname}: a superuser, an owner of tables or a role with BYPASSRLS sees every tenant`,
        )
    },
    close: () => db.destroy(),
  }
}
