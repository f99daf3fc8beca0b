import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { asAdmin, withDatabase } from './cluster.ts'

export type TestDatabase = {
  /** For the server's own pools: a login without rights of its own, so each connection takes its role first. */
  readonly url: string
  /** For what only an administrator may do or see. Superusers pass row-level security: never test rules with it. */
  readonly adminUrl: string
  drop(): Promise<void>
}

/** An empty, migrated database for one test file: a copy of the template. Call `drop()` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const admin = environment('HATUA_TEST_ADMIN_URL')
  const template = environment('HATUA_TEST_RUN')
  const name = `${template}_${randomBytes(4).toString('hex')}`
  await asAdmin(admin, async client => {
    // A database that is being copied cannot be copied by another at the same time.
    await client.query('select pg_advisory_lock(hashtext($1))', [template])
    await client.query(`create database ${name} template ${template}`)
    await copyRights(client, template, name)
  })
  return {
    url: withDatabase(admin, name, { name: template, password: environment('HATUA_TEST_PASSWORD') }),
    adminUrl: withDatabase(admin, name),
    drop: () =>
      asAdmin(
        admin,
        async client => void (await client.query(`drop database if exists ${name} with (force)`)),
      ),
  }
}

/** Rights on a database itself are not part of the copy. */
async function copyRights(client: pg.Client, from: string, to: string): Promise<void> {
  const { rows } = await client.query<{ right: string; role: string }>(
    `select acl.privilege_type as right, quote_ident(pg_get_userbyid(acl.grantee)) as role
       from pg_database, aclexplode(datacl) acl where datname = $1 and acl.grantee <> 0`,
    [from],
  )
  for (const { right, role } of rows) await client.query(`grant ${right} on database ${to} to ${role}`)
}

/** Redis for one jest worker: a database of its own, which the test may fill and empty. */
export function testRedisUrl(): string {
  const url = new URL(environment('HATUA_TEST_REDIS_URL'))
  url.pathname = `/${process.env.JEST_WORKER_ID ?? '0'}`
  return url.href
}

function environment(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing: this runs only under npm test`)
  return value
}
