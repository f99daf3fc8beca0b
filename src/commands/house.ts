import { BadConfig, readConfig } from '../config.ts'
import { createHouse, createLog, type House } from '../main.ts'
import { attachEmbedded } from '../store/embedded/postgres.ts'
import { DATA_DIR, embeddedKey, openEmbedded, recordedUrl } from './embedded.ts'

/**
 * The house for a command's own duration: on DATABASE_URL, else on the embedded database, which is joined where it runs
 * and started where it does not. It serves nothing and works on nothing by itself.
 */
export async function withHouse<T>(work: (house: House) => Promise<T>): Promise<T> {
  const read = readConfig(process.env)
  const beside = read.databaseUrl === undefined ? recordedUrl(DATA_DIR) : undefined
  const config = { ...read, publicUrl: read.publicUrl ?? beside ?? `http://localhost:${read.port}` }
  const log = createLog(process.env.LOG_LEVEL ?? 'error')
  const { databaseUrl, secretsKey } = config
  if (databaseUrl !== undefined) {
    if (secretsKey === undefined) throw new BadConfig('SECRETS_KEY must be set beside DATABASE_URL')
    return using(await createHouse({ ...config, databaseUrl, secretsKey, log }), work)
  }
  const running = await attachEmbedded(DATA_DIR)
  if (running !== undefined)
    return using(
      await createHouse({
        ...config,
        databaseUrl: running,
        secretsKey: embeddedKey(DATA_DIR),
        log,
        embedded: true,
      }),
      work,
    )
  const embedded = await openEmbedded(DATA_DIR)
  try {
    return await using(
      await createHouse({
        ...config,
        databaseUrl: embedded.url,
        secretsKey: embedded.secretsKey,
        log,
        embedded: true,
      }),
      work,
    )
  } finally {
    await embedded.stop()
  }
}

async function using<T>(house: House, work: (house: House) => Promise<T>): Promise<T> {
  try {
    return await work(house)
  } finally {
    await house.close()
  }
}
