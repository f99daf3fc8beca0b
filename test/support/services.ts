import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { asAdmin, dropAll, withDatabase } from './cluster.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'
import { startRedis, type TestRedis } from './redis.ts'

const run = promisify(execFile)
const MIGRATE = resolve(import.meta.dirname, '..', '..', 'src', 'commands', 'migrate.ts')

/** What the tests read from `process.env`. */
export type TestEnvironment = {
  /** Superuser, or at least the right to make databases and roles. */
  readonly HATUA_TEST_ADMIN_URL: string
  readonly HATUA_TEST_REDIS_URL: string
  /** Leads the names of this run's databases and roles; two runs may share a server. */
  readonly HATUA_TEST_RUN: string
  readonly HATUA_TEST_PASSWORD: string
}

export type Services = { readonly environment: TestEnvironment; stop(): Promise<void> }

/** PostgreSQL with a migrated template database, and Redis: those of DATABASE_URL and REDIS_URL, else our own. */
export async function startServices(): Promise<Services> {
  const started = await Promise.allSettled([postgres(), redis()])
  const [database, sessions] = started
  const environment = {
    HATUA_TEST_ADMIN_URL: database.status === 'fulfilled' ? database.value.adminUrl : '',
    HATUA_TEST_REDIS_URL: sessions.status === 'fulfilled' ? sessions.value.url : '',
    HATUA_TEST_RUN: `hatua_test_${randomBytes(4).toString('hex')}`,
    HATUA_TEST_PASSWORD: randomBytes(16).toString('hex'),
  }
  const stop = async () => {
    if (database.status === 'fulfilled') await dropAll(environment).finally(database.value.stop)
    if (sessions.status === 'fulfilled') await sessions.value.stop()
  }
  try {
    for (const service of started) if (service.status === 'rejected') throw service.reason
    await makeTemplate(environment)
    return { environment, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function postgres(): Promise<TestPostgres> {
  const given = process.env.DATABASE_URL
  return given === undefined ? await startPostgres() : { adminUrl: given, stop: async () => {} }
}

async function redis(): Promise<TestRedis> {
  const given = process.env.REDIS_URL
  return given === undefined ? await startRedis() : { url: given, stop: async () => {} }
}

/** Migrated once; each test file copies it. Nobody may connect to it, since a database in use cannot be copied. */
async function makeTemplate(environment: TestEnvironment): Promise<void> {
  const { HATUA_TEST_ADMIN_URL: admin, HATUA_TEST_RUN: name, HATUA_TEST_PASSWORD: password } = environment
  await asAdmin(admin, async client => void (await client.query(`create database ${name}`)))
  await migrate(withDatabase(admin, name))
  await asAdmin(admin, async client => {
    await client.query(`alter database ${name} allow_connections false`)
    // Without inheritance a connection that forgets `set role` may do nothing, in the tests as in a cluster.
    await client.query(`create role ${name} login noinherit password '${password}'`)
    await client.query(`grant hatua_app, hatua_sim to ${name}`)
  })
}

/** As an operator does it: by the command, in a process of its own. */
async function migrate(url: string): Promise<void> {
  const env = { ...process.env, DATABASE_URL: url, MIGRATE_DATABASE_URL: url }
  try {
    await run(process.execPath, [MIGRATE], { env })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? `${String(error.stderr)}` : String(error)
    throw new Error(`the migrations of the tests' template database failed:\n${said.trim()}`, {
      cause: error,
    })
  }
}
