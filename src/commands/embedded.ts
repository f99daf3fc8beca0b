import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../store/embedded/postgres.ts'
import { readMasterKey } from '../store/keys.ts'
import { migrate } from '../store/migrate.ts'

/** Where the embedded database and its secrets live, kept between starts. */
export const DATA_DIR = resolve(import.meta.dirname, '../../.data')

/** The embedded master key: made once, readable by its owner alone. */
export function embeddedKey(dir: string): Buffer {
  const file = join(dir, 'secrets-key')
  if (!existsSync(file)) {
    // written aside and renamed: a crash leaves a whole key or none
    writeFileSync(`${file}.new`, randomBytes(32).toString('base64'), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  const key = readMasterKey(readFileSync(file, 'utf8').trim())
  if (key === undefined)
    throw new Error(`${file} does not hold 32 bytes as base64: restore it, or remove ${dir} to start anew`)
  return key
}

const urlFile = (dir: string): string => join(dir, 'server-url')

/** Where the server of this folder listens, for the commands beside it; a killed one leaves it behind. */
export const recordUrl = (dir: string, url: string): void => writeFileSync(urlFile(dir), `${url}\n`)
export const forgetUrl = (dir: string): void => rmSync(urlFile(dir), { force: true })
export const recordedUrl = (dir: string): string | undefined =>
  existsSync(urlFile(dir)) ? readFileSync(urlFile(dir), 'utf8').trim() : undefined

/** The embedded database, up and migrated. */
export async function openEmbedded(
  dir: string,
  durable = true,
): Promise<EmbeddedPostgres & { readonly secretsKey: Buffer }> {
  const postgres = await startEmbeddedPostgres({ dir, durable })
  try {
    await migrate(postgres.url)
    return { ...postgres, secretsKey: embeddedKey(dir) }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}
