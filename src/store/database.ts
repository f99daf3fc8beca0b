import type { Socket } from 'node:net'
import knex, { type Knex } from 'knex'
import pg from 'pg'

export type Trx = Knex.Transaction
export type Row = Record<string, unknown>

/** The product's database, always as the app role, always one tenant at a time. */
export type Database = {
  readonly knex: Knex
  /** One transaction as one tenant; row-level security sees nothing of another. */
  asTenant<T>(tenantId: string, work: (trx: Trx) => Promise<T>): Promise<T>
  /**
   * One statement that only reads, as one tenant, in a single round trip: what a first screen needs comes by here.
   * `:name` stands for a value.
   */
  read(tenantId: string, sql: string, values: Readonly<Record<string, string>>): Promise<Row[]>
  /** Throws where the connections, or (`login`) whoever logged in for them, could see more than a tenant's rows. */
  assertLeastPrivilege(login?: 'login'): Promise<void>
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

/** No statement of ours takes this long; a connection that is silent for longer leads nowhere any more. */
const STATEMENT_MS = 15_000
const SILENT_MS = 30_000

/** More connections than this are slower on two cores, not faster. */
const POOL_SIZE = 8

/** A hop has seconds, not minutes: a database that is gone must be noticed within its time budget. */
const CONNECT_MS = 1500

type RawConnection = {
  query(sql: string, done: (error: Error | null, results?: unknown) => void): void
  readonly connection: { readonly stream: Socket }
}

/** Makes a new connection ours: a network that drops without a word ends it, and it sees what the role may see. */
function prepare(
  role: string,
  connection: RawConnection,
  done: (error: Error | null, connection: RawConnection) => void,
): void {
  const { stream } = connection.connection
  stream.setTimeout(SILENT_MS, () => stream.destroy(new Error('the database has gone silent')))
  connection.query(`set role ${role}`, error => done(error, connection))
}

/** The statement with its values as literals: only the simple protocol takes two statements at once. */
const written = (sql: string, values: Readonly<Record<string, string>>): string =>
  sql.replace(/(?<!:):(\w+)/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`a statement lacks its value ${name}`)
    return pg.escapeLiteral(value)
  })

/** Two statements sent at once are one transaction, so the tenant is set for the second and for nothing after it. */
async function readAs(db: Knex, tenantId: string, sql: string): Promise<Row[]> {
  const text = `select set_config('app.tenant_id', ${pg.escapeLiteral(tenantId)}, true); ${sql}`
  const connection: RawConnection = await db.client.acquireConnection()
  try {
    return await new Promise((resolve, reject) => {
      connection.query(text, (error, results) =>
        error === null || error === undefined
          ? resolve((results as { rows: Row[] }[])[1]?.rows ?? [])
          : reject(error),
      )
    })
  } finally {
    await db.client.releaseConnection(connection)
  }
}

/** `role` is another one only where a test proves that it is refused. */
export function createDatabase(url: string, poolSize = POOL_SIZE, role = APP_ROLE): Database {
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: new URL(url).searchParams.get('application_name') ?? 'hatua',
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      keepAlive: true,
      types,
    },
    acquireConnectionTimeout: 2 * CONNECT_MS,
    // what fails is thrown to whoever asked, and told there
    log: { warn() {}, error() {}, debug() {}, deprecate() {} },
    pool: {
      min: 0,
      max: poolSize,
      afterCreate: (
        connection: RawConnection,
        done: (error: Error | null, connection: RawConnection) => void,
      ) => prepare(role, connection, done),
    },
  })
  return {
    knex: db,
    asTenant: (tenantId, work) =>
      db.transaction(async trx => {
        await trx.raw("select set_config('app.tenant_id', ?, true)", [tenantId])
        return work(trx)
      }),
    read: (tenantId, sql, values) => readAs(db, tenantId, written(sql, values)),
    async assertLeastPrivilege(login) {
      const { rows } = await db.raw(
        `select r.rolname, r.rolsuper, r.rolbypassrls,
                exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')) as owner
           from pg_roles r where r.rolname in (current_user, ${login === undefined ? 'current_user' : 'session_user'})`,
      )
      const role = rows.find(
        (row: { rolsuper: boolean; rolbypassrls: boolean; owner: boolean }) =>
          row.rolsuper || row.rolbypassrls || row.owner,
      )
      if (role !== undefined)
        throw new Error(
          `refusing to work as ${role.rolname}: a superuser, an owner of tables or a role with BYPASSRLS sees every tenant`,
        )
    },
    close: () => db.destroy(),
  }
}
