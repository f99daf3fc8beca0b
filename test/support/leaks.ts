import { expect } from '@jest/globals'
import pg from 'pg'
import { createClient } from 'redis'
import { asAdmin, withDatabase } from './cluster.ts'
import { testRedisUrl } from './database.ts'
import type { TestStage } from './stage.ts'

/** Every column of every table, of ours and of the simulators', in which a secret stands, as text. */
export async function leaks(stage: TestStage, secret: RegExp): Promise<string[]> {
  const admin = process.env.HATUA_TEST_ADMIN_URL ?? ''
  const name = new URL(stage.databaseUrl).pathname.slice(1)
  const found: string[] = []
  await asAdmin(withDatabase(admin, name), async client => {
    const { rows: columns } = await client.query(
      `select table_schema, table_name, column_name from information_schema.columns
        where table_schema not in ('pg_catalog', 'information_schema')`,
    )
    expect(columns.length).toBeGreaterThan(100)
    for (const { table_schema, table_name, column_name } of columns) {
      const [schema, table, column] = [table_schema, table_name, column_name].map(pg.escapeIdentifier)
      const { rowCount } = await client.query(
        `select from ${schema}.${table} where ${column}::text ~ $1 limit 1`,
        [secret.source],
      )
      if (rowCount !== 0) found.push(`${table_name}.${column_name}`)
    }
  })
  return found
}

/** Every key of Redis in whose name or value a secret stands, whatever kind of value that is. */
export async function leaksOfRedis(secret: RegExp): Promise<string[]> {
  const redis = await createClient({ url: testRedisUrl() }).connect()
  const heldBy = async (key: string): Promise<unknown> => {
    switch (await redis.type(key)) {
      case 'string':
        return redis.get(key)
      case 'hash':
        return redis.hGetAll(key)
      case 'list':
        return redis.lRange(key, 0, -1)
      case 'set':
        return redis.sMembers(key)
      case 'zset':
        return redis.zRange(key, 0, -1)
      case 'stream':
        return redis.xRange(key, '-', '+')
      default:
        throw new Error(`nobody can read what ${key} is`)
    }
  }
  try {
    const found: string[] = []
    for await (const keys of redis.scanIterator())
      for (const key of keys) if (secret.test(`${key}\n${JSON.stringify(await heldBy(key))}`)) found.push(key)
    return found
  } finally {
    await redis.close()
  }
}
