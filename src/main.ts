import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type DestinationStream, type Logger, pino } from 'pino'
import { v7 } from 'uuid'
import { createFineract, parseFineractConfig } from './corebanking/fineract/index.ts'
import type { Ids } from './domain/ids.ts'
import type { Clock } from './domain/time.ts'
import type { CrashPoint, GatewayDeps } from './gateway/context.ts'
import { createGateway, type Gateway } from './gateway/index.ts'
import { createApp } from './http/app.ts'
import { createHttp } from './http/outbound.ts'
import { createTokens } from './http/tokens.ts'
import { createWorld } from './http/world.ts'
import { createWorker, type Worker } from './jobs/worker.ts'
import { adoptProfiles } from './providers/index.ts'
import { createReplies } from './session/replies.ts'
import { createSessionHost } from './session/turn.ts'
import { createSimulators, type Simulators } from './simulators/index.ts'
import { createSharedTokens } from './store/access-tokens.ts'
import { openClock, type StoredClock } from './store/clock.ts'
import { createDatabase, type Database } from './store/database.ts'
import { createKeys, type Keys } from './store/keys.ts'
import { createRedisSessions } from './store/redis-sessions.ts'
import { createSecrets, type Secrets } from './store/secrets.ts'
import { createMemorySessions, type Sessions } from './store/sessions.ts'
import { createTenants } from './store/tenants.ts'

/** The only place where things are built and joined. */

export type HouseOptions = {
  readonly databaseUrl: string
  readonly redisUrl?: string | undefined
  readonly secretsKey: Buffer
  /** The database is our own, on this machine for this process: its superuser may log in, and works as the app role. */
  readonly embedded?: boolean
  readonly simulators: boolean
  readonly role: 'all' | 'web' | 'worker'
  /** Tenants may name addresses of this machine; absent: where the simulators are on it. */
  readonly loopback?: boolean
  /** Where the outside reaches us; undefined: loopback, at the port that `listen` gets. */
  readonly publicUrl?: string | undefined
  /** Addresses and ranges of the proxies before us; absent: none, and a caller's address is that of the connection. */
  readonly trustedProxies?: readonly string[]
  /** A folder with the integrator's own profiles of aggregators; faulty ones, and nothing is built. */
  readonly profiles?: string | undefined
  readonly clock?: Clock
  readonly log?: Logger
  /** Named places where a test may stop the process. */
  readonly at?: (point: CrashPoint) => Promise<void>
  readonly ids?: Ids
  /** By whose time cached configuration ages, where the clock of the house leaps. */
  readonly configClock?: Clock
  /** How many due rows of a kind a round takes. */
  readonly batch?: number
  /** Milliseconds of a clock that nobody turns; a test may turn it all the same. */
  readonly elapsed?: () => number
  /** Numbers in [0, 1) by which waiting is spread; a test may know them beforehand. */
  readonly draw?: () => number
}

export type House = {
  readonly db: Database
  readonly keys: Keys
  readonly secrets: Secrets
  readonly gateway: Gateway
  readonly worker: Worker
  readonly simulators: Simulators | undefined
  /** Serves on the port (0: any free one) and answers it; due rows and simulators wait to be started, or ticked by hand. */
  serve(port: number, host?: string): Promise<number>
  /** Starts the workers, by role, and the simulators. */
  start(): void
  /** Serves nobody any more and waits for nothing: what is in hand is left as it is, as if the process had died. */
  abandon(): Promise<void>
  /** Takes no more work, ends what is in hand, and lets go of everything. */
  close(): Promise<void>
}

const SIMULATORS_TICK_MS = 200
/** Another process may have set the simulated clock forward: noticed well within a second. */
const CLOCK_LOOK_MS = 500
const MAX_ANSWER_BYTES = 4_000_000
const SIMULATED = 'sim://'
/** It speaks no HTTP, and has a port of its own. */
const SIMULATED_SMSC = 'sim://smsc'

/** Nothing that opens a door may be printed, wherever it stands in a log line. */
const REDACTED = ['*.secrets', '*.password', '*.apiKey', '*.pin', 'req.headers', 'config']

/** `to`: somewhere else than standard output. */
export const createLog = (level: string, to?: DestinationStream): Logger =>
  pino({ level, redact: REDACTED, base: null }, to)

async function openSessions({ redisUrl }: HouseOptions, clock: Clock, log: Logger): Promise<Sessions> {
  if (redisUrl === undefined) return createMemorySessions(() => clock.now().getTime())
  return createRedisSessions(redisUrl, error => log.warn({ error: error.message }, 'redis'))
}

type Opened = { readonly db: Database; readonly clock: Clock; readonly movable: StoredClock | undefined }

/** The database, and the clock: only that of a simulated world can be set forward, and it stands in the database. */
async function openStore({ databaseUrl, embedded, simulators, clock }: HouseOptions): Promise<Opened> {
  const db = createDatabase(databaseUrl)
  const base = clock ?? { now: () => new Date() }
  try {
    await db.assertLeastPrivilege(embedded === true ? undefined : 'login')
    const movable = simulators ? await openClock(db.knex, base) : undefined
    return { db, clock: movable ?? base, movable }
  } catch (error) {
    await db.close()
    throw error
  }
}

/** Every call outside comes by two named points. */
function passing<Order, Answer>(
  call: (order: Order) => Promise<Answer>,
  at: HouseOptions['at'],
): (order: Order) => Promise<Answer> {
  if (at === undefined) return call
  return async order => {
    await at('before-call')
    const answer = await call(order)
    await at('after-call')
    return answer
  }
}

/** Builds the house on a migrated database. Throws where the database login could see more than it should. */
export async function createHouse(options: HouseOptions): Promise<House> {
  if (options.profiles !== undefined) adoptProfiles(options.profiles)
  const log = options.log ?? createLog('info')
  const address = { publicUrl: options.publicUrl ?? 'http://127.0.0.1:0', smsc: '' }
  const { db, clock, movable } = await openStore(options)
  const keys = createKeys(options.secretsKey)
  const secrets = createSecrets(keys)
  /** A simulated party is named by a path, `sim://mpesa`, so that no row holds a port or a host. */
  const resolve = (url: string): string =>
    !options.simulators
      ? url
      : url === SIMULATED_SMSC
        ? address.smsc
        : url.replace(SIMULATED, `${address.publicUrl}/sim/`)
  const world = createWorld({ loopback: options.loopback ?? options.simulators })
  const tools = {
    http: passing(createHttp({ maxBytes: MAX_ANSWER_BYTES, resolve }), options.at),
    tokens: createTokens(() => clock.now(), createSharedTokens(db, keys)),
    now: () => clock.now(),
  }
  const deps: GatewayDeps = {
    db,
    keys,
    secrets,
    clock,
    tools,
    world: { ...world, post: passing(world.post, options.at) },
    log,
    tenants: createTenants(db, secrets, options.configClock ?? clock, resolve),
    ids: options.ids ?? { next: () => v7() },
    coreOf: core => createFineract(parseFineractConfig(core.config), tools),
    publicUrl: () => address.publicUrl,
    elapsed: options.elapsed ?? (() => performance.now()),
    draw: options.draw ?? Math.random,
    ...(options.at === undefined ? {} : { at: options.at }),
  }
  const gateway = createGateway(deps)
  const sessions = await openSessions(options, clock, log)
  const worker = createWorker(gateway, createReplies(gateway), options.batch)
  const simulators =
    options.simulators && options.role !== 'worker'
      ? await createSimulators({ databaseUrl: options.databaseUrl, clock, log })
      : undefined
  if (simulators !== undefined) address.smsc = `smpp://127.0.0.1:${simulators.smscPort}`
  const app = createApp({
    gateway,
    sessions: createSessionHost(gateway, sessions),
    ring: worker.ring,
    role: options.role,
    simulators: simulators?.handle,
    clock: movable,
    trustedProxies: options.trustedProxies ?? [],
  })
  const server: Server = createServer(app)

  async function serve(port: number, host?: string): Promise<number> {
    await new Promise<void>((done, fail) => server.once('error', fail).listen(port, host, done))
    const bound = (server.address() as AddressInfo).port
    if (options.publicUrl === undefined) address.publicUrl = `http://${host ?? 'localhost'}:${bound}`
    return bound
  }

  return {
    db,
    keys,
    secrets,
    gateway,
    worker,
    simulators,
    serve,
    start() {
      movable?.follow(CLOCK_LOOK_MS, worker.ring)
      simulators?.start(SIMULATORS_TICK_MS)
      if (options.role !== 'web') worker.start()
    },
    async abandon() {
      void movable?.stop()
      server.closeAllConnections()
      await new Promise<void>(done => (server.listening ? server.close(() => done()) : done()))
      await sessions.close()
    },
    async close() {
      await movable?.stop()
      simulators?.stop()
      server.closeAllConnections()
      await new Promise<void>(done => (server.listening ? server.close(() => done()) : done()))
      await worker.stop()
      await simulators?.close()
      await sessions.close()
      await db.close()
    },
  }
}
