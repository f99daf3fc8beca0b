import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { inTime } from '../../src/domain/time.ts'
import type { CrashPoint } from '../../src/gateway/context.ts'
import type { House } from '../../src/main.ts'
import { createSimulators, type Simulators } from '../../src/simulators/index.ts'
import { createDatabase, type Database } from '../../src/store/database.ts'
import { type DueKind, TABLES } from '../../src/store/due.ts'
import { type App, appOf, forkApp } from './app.ts'
import { castLenders, castSimulators, type Lender } from './cast.ts'
import { createDice } from './dice.ts'
import { enrol, tablesOf } from './enrol.ts'
import { composeHouse, createRace, type Place, urlOf } from './house.ts'

/** A real Postgres and Redis, the simulators beside them, and our application, which may die and be composed anew. */
export type World = {
  readonly clock: ChaosClock
  readonly simulators: Simulators
  readonly simUrl: string
  readonly appUrl: string
  readonly admin: pg.Client
  /** As the application sees its database, for whoever judges it. */
  readonly db: Database
  readonly lenders: readonly Lender[]
  /** What the lenders' own systems were told, by its `webhook-id`. */
  readonly told: ReadonlySet<string>
  /**
   * Does something with the application that serves and works now; `crashed` where it died meanwhile, and another was
   * composed. `visit`: somebody else's work, that ends by itself when the application is gone; `hop`: a phone waits, and
   * not for long.
   */
  attempt<T>(work: (app: App) => Promise<T>, how?: 'visit' | 'hop'): Promise<{ readonly done: T } | 'crashed'>
  /** All that is due now, of ours and of the simulators', until nothing is left; answers when the next thing is due. */
  settle(): Promise<number>
  /** What people do by now, also while a worker is held up; answers when they do the next thing. */
  people: () => Promise<number>
  /** Who looks at what the providers have done before our worker does. */
  watch: () => Promise<void>
  /** Wipes the slate, and sets up the cast of another schedule. */
  reset(schedule: Schedule): Promise<void>
  flushRedis(): Promise<void>
  note(line: string): void
  readonly notes: readonly string[]
  close(): Promise<void>
}

/** Stands still until it is moved; each schedule begins at its own time, whatever was played before. */
type ChaosClock = { now(): Date; advance(ms: number): void; set(at: Date): void }

function createClock(): ChaosClock {
  let now = 0
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms
    },
    set(at) {
      now = at.getTime()
    },
  }
}

/** What a schedule does to the application, by the number of the hook at which it happens. */
export type Schedule = {
  readonly seed: number
  readonly crashes: ReadonlySet<number>
  /** The application is a process of its own, and a crash is `kill -9`. */
  readonly process: boolean
  /** For how long a worker is held up, by the number of the hook at which it happens. */
  readonly pauses: ReadonlyMap<number, number>
  /** The same by the number of the entry in the core that has just been made, and is not recorded yet. */
  readonly heldEntries: ReadonlyMap<number, number>
  readonly start: Date
  /** Borrowers of each lender. */
  readonly people: number
  /** What payout accounts open with; ten times as much where money has no smaller coin. */
  readonly float: number
  /** The one way that is played; absent: the seed draws. */
  readonly only?: string | undefined
}

export type Services = { readonly adminUrl: string; readonly url: string; readonly redisUrl: string }

/** Points at which no lock is held: there a worker may be paused, and another runs past it. */
const PAUSABLE: ReadonlySet<CrashPoint> = new Set([
  'claimed',
  'after-commit',
  'before-send',
  'after-send',
  'before-booking',
  'after-booking',
])

/** When each kind of row can next be claimed; planned once, for a campaign asks often. */
const NEXT_DUE = {
  name: 'next-due',
  text: [
    ...Object.entries(TABLES).map(
      ([kind, table]) =>
        `select '${kind}' as kind, min(greatest(due_at, lease_until)) as at from ${table} where due_at is not null`,
    ),
    `select 'simulators', min(due_at) from sim_kit.jobs`,
  ].join(' union all '),
}

/** Where the lenders' own systems hear of their money. */
const HOOK = '/hook'
/** So long at most a process that was killed is on its way out. */
const EXIT_MS = 2_000

const forever = (): Promise<never> => new Promise(() => undefined)

export async function openWorld({ adminUrl, url, redisUrl }: Services): Promise<World> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  const clock = createClock()
  const simulators = await createSimulators({ databaseUrl: url, clock, inTurn: true })
  const sims: Server = createServer((request, response) => {
    if (request.url === HOOK) return hear(request, response)
    request.url = (request.url ?? '').replace(/^\/sim/, '')
    void simulators.handle(request, response)
  })
  const told = new Set<string>()
  const hear = (request: IncomingMessage, response: ServerResponse): void => {
    told.add(String(request.headers['webhook-id']))
    request.resume()
    response.writeHead(204).end()
  }
  const simUrl = `http://127.0.0.1:${await listen(sims)}/sim`
  const place: Place = {
    databaseUrl: url,
    redisUrl,
    secretsKey: randomBytes(32).toString('hex'),
    port: await freePort(),
  }
  const appUrl = urlOf(place)
  const db = createDatabase(url, 2)
  const tables = await tablesOf(admin)

  let schedule: Schedule | undefined
  let lenders: readonly Lender[] = []
  let app: App | undefined
  let generation = 0
  let hooks = 0
  let entries = 0
  let depth = 0
  let deaths = 0
  /** The last generation whose process was killed. */
  let killed = 0
  let visiting = false
  let hurried = 0
  let die: (() => void) | undefined
  let notes: string[] = []
  const note = (line: string): void => void notes.push(`${clock.now().toISOString().slice(5, 19)} ${line}`)

  /** Every named point of the application comes by here; what the seed says for it happens. */
  async function at(point: CrashPoint, own: number): Promise<void> {
    if (own !== generation) return forever()
    hooks += 1
    if (schedule === undefined || depth > 0) return
    if (schedule.crashes.has(hooks)) {
      note(`hook ${hooks}: the application dies ${point}`)
      die?.()
      return forever()
    }
    if (point === 'after-booking') entries += 1
    const held = point === 'after-booking' ? schedule.heldEntries.get(entries) : undefined
    const pause = held ?? schedule.pauses.get(hooks)
    if (pause === undefined || !PAUSABLE.has(point) || hurried > 0) return
    note(`hook ${hooks}: a worker is held up ${point} for ${pause / 1000} s; another works`)
    depth += 1
    await workBeside(pause)
    depth -= 1
  }

  const nameOf = (own: number): string => `chaos-${own}`
  const seedNow = (): number => (schedule?.seed ?? 0) ^ (deaths << 8)

  async function compose(seed: number): Promise<House> {
    generation += 1
    const own = generation
    const race = createRace()
    const house = await composeHouse(place, {
      name: nameOf(own),
      clock,
      dice: createDice(seed),
      born: deaths,
      at: async point => ((await race.at(point)) ? undefined : at(point, own)),
    })
    app = appOf(house, lenders, race)
    return house
  }

  /** The next process dies so many named points after its start as the schedule's next crash is from the one before. */
  async function start(): Promise<void> {
    if (schedule?.process !== true) return void (await compose(seedNow()))
    generation += 1
    const own = generation
    const crashes = [0, ...[...schedule.crashes].sort((a, b) => a - b)]
    const [from, to] = crashes.slice(deaths)
    app = await forkApp(
      {
        place,
        name: nameOf(generation),
        seed: seedNow(),
        born: deaths + 1,
        lenders,
        now: clock.now().getTime(),
        dieAt: from === undefined || to === undefined ? undefined : to - from,
      },
      clock,
      () => {
        note('the process of the application is killed')
        killed = own
        die?.()
      },
    )
  }

  /** The application is gone as after `kill -9`: what it had in hand hangs for ever, its connections are cut by the server. */
  async function bury(dead: App): Promise<void> {
    const name = nameOf(generation)
    generation += 1
    deaths += 1
    await dead.bury()
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = $1 and datname = current_database()`,
      [name],
    )
  }

  const alive = (): App => {
    if (app === undefined) throw new Error('no application is composed')
    return app
  }

  async function attempt<T>(
    work: (app: App) => Promise<T>,
    how: 'visit' | 'hop' | undefined = undefined,
  ): Promise<{ done: T } | 'crashed'> {
    const tried = alive()
    const outer = die
    const death = new Promise<'crashed'>(resolve => {
      die = () => resolve('crashed')
      // it may have died when nobody asked it anything
      if (killed === generation) die()
    })
    hurried += how === 'hop' ? 1 : 0
    const worked = work(tried).then(done => ({ done }))
    // who talks to a process that was killed hears of it before we do
    const failed = worked.catch(async error => {
      await inTime(death, EXIT_MS, () => undefined)
      throw error
    })
    const ended = await Promise.race([failed, death])
    hurried -= how === 'hop' ? 1 : 0
    die = outer
    if (ended !== 'crashed') return ended
    await bury(tried)
    if (how === 'visit') await worked
    await start()
    return 'crashed'
  }

  /** What falls due while one worker is held up: another does it. The simulators wait where it is they who wait for the worker. */
  async function workBeside(ms: number): Promise<void> {
    const until = clock.now().getTime() + ms
    for (;;) {
      const found = await look()
      const kinds = found.kinds.filter(kind => kind !== 'simulators' || !visiting)
      const ours = kinds.filter(kind => kind !== 'simulators') as DueKind[]
      if (ours.length > 0) await alive().tick(ours)
      if (kinds.includes('simulators')) await simulators.tick().then(() => world.watch())
      if (kinds.length > 0) continue
      const next = Math.min(found.next, await world.people())
      if (next >= until || visiting) return clock.set(new Date(until))
      clock.set(new Date(Math.max(next, clock.now().getTime() + 1)))
    }
  }

  /** What can be claimed now, and when the next of all can be. */
  async function look(): Promise<{ readonly kinds: (DueKind | 'simulators')[]; readonly next: number }> {
    const { rows } = await admin.query<{ kind: DueKind | 'simulators'; at: Date | null }>(NEXT_DUE)
    const now = clock.now().getTime()
    const waiting = rows.flatMap(({ kind, at }) => (at === null ? [] : [{ kind, at: at.getTime() }]))
    return {
      kinds: waiting.filter(({ at }) => at <= now).map(({ kind }) => kind),
      next: Math.min(...waiting.map(({ at }) => at)),
    }
  }

  async function settle(): Promise<number> {
    for (;;) {
      const { kinds, next } = await look()
      if (kinds.length === 0) return next
      const ours = kinds.filter(kind => kind !== 'simulators') as DueKind[]
      if (ours.length > 0) await attempt(app => app.tick(ours))
      if (!kinds.includes('simulators')) continue
      visiting = true
      await attempt(() => simulators.tick(), 'visit')
      visiting = false
      await world.watch()
    }
  }

  async function flushRedis(): Promise<void> {
    const { createClient } = await import('redis')
    const client = createClient({ url: redisUrl })
    await client.connect()
    await client.flushDb()
    await client.quit()
  }

  const world: World = {
    people: async () => Number.POSITIVE_INFINITY,
    watch: async () => undefined,
    clock,
    simulators,
    simUrl,
    appUrl,
    admin,
    db,
    get lenders() {
      return lenders
    },
    told,
    attempt,
    settle,
    note,
    get notes() {
      return notes
    },
    async reset(next) {
      schedule = undefined
      await app?.close()
      notes = []
      told.clear()
      deaths = 0
      await admin.query(tables)
      // what was dialled in another schedule is not gone on with
      await flushRedis()
      clock.set(next.start)
      lenders = castLenders({ seed: next.seed, simUrl, count: next.people, only: next.only })
      for (const { id, way } of lenders) note(`${id} has ${way.adapter}`)
      await simulators.seed(castSimulators(lenders, appUrl, simUrl, next.float))
      const house = await compose(next.seed)
      for (const lender of lenders) await enrol(house, lender, `${simUrl.replace('/sim', HOOK)}`)
      schedule = next
      hooks = 0
      entries = 0
      if (!next.process) return
      await house.close()
      await start()
    },
    flushRedis,
    async close() {
      schedule = undefined
      await app?.close()
      await simulators.close()
      sims.closeAllConnections()
      await new Promise<void>(done => sims.close(() => done()))
      await db.close()
      await admin.end()
    },
  }
  return world
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise<void>(done => server.close(() => done()))
  return port
}
