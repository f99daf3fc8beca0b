import { createHouse, createLog, type House } from '../../main.ts'
import { attachEmbedded } from '../../store/embedded/postgres.ts'
import { DATA_DIR, forgetUrl, openEmbedded, recordedUrl, recordUrl } from '../embedded.ts'
import { seedDemo } from '../seed-demo.ts'

export type FoundServer = { readonly url: string; leave(): Promise<void> }

const HEALTH_MS = 3000

/** The server to dial: of PUBLIC_URL, else the one that runs on the embedded database, else one for our own duration. */
export async function findServer(): Promise<FoundServer> {
  const named = process.env.PUBLIC_URL?.replace(/\/$/, '')
  if (named) {
    if (!(await answers(named)))
      throw new Error(`no server answers at ${named}: start it, or set PUBLIC_URL to where it is`)
    return { url: named, leave: async () => {} }
  }
  if (process.env.DATABASE_URL) throw new Error('set PUBLIC_URL to the address of the server to dial')
  const running = (await attachEmbedded(DATA_DIR)) === undefined ? undefined : recordedUrl(DATA_DIR)
  if (running !== undefined && (await answers(running))) return { url: running, leave: async () => {} }
  return ownServer()
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(HEALTH_MS) })).ok
  } catch {
    return false
  }
}

/** The embedded house on a free port, as `npm start` would start it, until we leave. */
async function ownServer(): Promise<FoundServer> {
  const embedded = await openEmbedded(DATA_DIR)
  let house: House | undefined
  const leave = async (): Promise<void> => {
    await house?.close()
    await embedded.stop()
  }
  try {
    house = await createHouse({
      embedded: true,
      databaseUrl: embedded.url,
      secretsKey: embedded.secretsKey,
      simulators: true,
      role: 'all',
      log: createLog(process.env.LOG_LEVEL || 'error'),
    })
    const url = `http://127.0.0.1:${await house.serve(0, '127.0.0.1')}`
    await seedDemo(house, true)
    while ((await house.worker.tick()) > 0); // the due-date run of a first start
    house.start()
    recordUrl(DATA_DIR, url)
    return {
      url,
      leave: async () => {
        forgetUrl(DATA_DIR)
        await leave()
      },
    }
  } catch (error) {
    await leave()
    throw error
  }
}
