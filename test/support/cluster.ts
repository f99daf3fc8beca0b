import pg from 'pg'
import type { TestEnvironment } from './services.ts'

/** One connection as the administrator of the cluster. */
export async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'hatua-test' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The same server, another database, and where given another login. */
export function withDatabase(
  url: string,
  database: string,
  login?: { name: string; password: string },
): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  if (login !== undefined) {
    other.username = login.name
    other.password = login.password
  }
  return other.href
}

/** Takes away what a run left: its databases, then the login that the tests used. */
export async function dropAll(environment: TestEnvironment): Promise<void> {
  const { HATUA_TEST_ADMIN_URL: admin, HATUA_TEST_RUN: run } = environment
  await asAdmin(admin, async client => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [run],
    )
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`)
    await client.query(`drop role if exists ${run}`)
  })
}
