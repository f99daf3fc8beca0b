import { BadConfig, readConfig } from '../config.ts'
import { createHouse, createLog, type House } from '../main.ts'
import { banner } from './banner.ts'
import { DATA_DIR, forgetUrl, openEmbedded, recordUrl } from './embedded.ts'
import { seedDemo } from './seed-demo.ts'
import { fail, reason } from './support.ts'

/**
 * `npm start`: with DATABASE_URL an ordinary server; without, everything embedded: PostgreSQL under `.data/`, sessions in
 * memory, simulators on, the demo tenants set up.
 */
try {
  await start()
} catch (error) {
  fail(explain(error))
}

function explain(error: unknown): string {
  if ((error as { code?: string }).code === 'EADDRINUSE')
    return `port ${process.env.PORT ?? 8080} is taken: set PORT to a free one`
  const text = reason(error)
  return error instanceof BadConfig || text.startsWith('Hatua ') ? text : `Hatua did not start: ${text}`
}

async function start(): Promise<void> {
  const config = readConfig(process.env)
  const embedded = config.databaseUrl === undefined ? await openEmbedded(DATA_DIR) : undefined
  const databaseUrl = embedded?.url ?? config.databaseUrl
  const secretsKey = config.secretsKey ?? embedded?.secretsKey
  if (databaseUrl === undefined || secretsKey === undefined)
    throw new BadConfig('DATABASE_URL and SECRETS_KEY must be set')
  let house: House | undefined
  const stop = async (): Promise<void> => {
    if (embedded !== undefined) forgetUrl(DATA_DIR)
    await house?.close()
    await embedded?.stop()
  }
  try {
    const log = createLog(
      embedded !== undefined && process.env.LOG_LEVEL === undefined ? 'warn' : config.logLevel,
    )
    house = await createHouse({
      ...config,
      databaseUrl,
      secretsKey,
      log,
      embedded: embedded !== undefined,
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void stop().then(() => process.exit(0)))
    await house.secrets.assertKey(house.db, await house.gateway.deps.tenants.all())
    const port = await house.serve(config.port)
    if (embedded !== undefined && config.simulators) await seedDemo(house, true)
    if (embedded !== undefined) while ((await house.worker.tick()) > 0); // the due-date run of a first start
    house.start()
    if (embedded !== undefined) recordUrl(DATA_DIR, `http://127.0.0.1:${port}`)
    if (embedded !== undefined) console.log(banner(house.gateway.deps.publicUrl()))
    else log.info({ role: config.role, port, simulators: config.simulators }, 'hatua is up')
  } catch (error) {
    await stop()
    throw error
  }
}
