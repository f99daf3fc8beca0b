import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { v7 } from 'uuid'
import { parseMsisdn } from '../../src/domain/msisdn.ts'
import type { CrashPoint } from '../../src/gateway/context.ts'
import { createHouse, createLog, type House } from '../../src/main.ts'
import { createSimulators, type Simulators } from '../../src/simulators/index.ts'
import { type DueKind, LEASE_MS, TABLES } from '../../src/store/due.ts'
import { saveCustomer, saveWallet } from '../../src/store/people.ts'
import { createTenant } from '../../src/store/tenancy.ts'
import { castLenders, castSimulators, type Lender } from './cast.ts'
import { createDice, type Dice } from './dice.ts'

/** A real Postgres and Redis, the simulators beside them, and our application, which may die and be composed anew. */
export type World = {
  readonly clock: ChaosClock
  readonly simulators: Simulators
  readonly simUrl: string
  readonly admin: pg.Client
  readonly lenders: readonly Lender[]
  /** The application that serves and works now. */
  app(): House
  /** Does something with the application; `crashed` where it died meanwhile, and another was composed. */
  attempt<T>(work: (house: House) => Promise<T>): Promise<{ readonly done: T } | 'crashed'>
  /** All that is due now, of ours and of the simulators', until nothing is left. */
  settle(): Promise<void>
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
  readonly pauses: ReadonlySet<number>
  readonly start: Date
  readonly floats: { readonly ke: string; readonly cm: string }
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

const DUE_NOW = [
  ...Object.entries(TABLES).map(
    ([kind, table]) => `select '${kind}' as kind where exists (select from ${table}
       where due_at <= $1 and (lease_until is null or lease_until <= $1))`,
  ),
  `select 'simulators' where exists (select from sim_kit.jobs where due_at <= $1)`,
].join(' union all ')

const forever = (): Promise<never> => new Promise(() => undefined)

export async function openWorld({ adminUrl, url, redisUrl }: Services): Promise<World> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  const clock = createClock()
  const simulators = await createSimulators({ databaseUrl: url, clock, inTurn: true })
  const sims: Server = createServer((request, response) => {
    request.url = (request.url ?? '').replace(/^\/sim/, '')
    void simulators.handle(request, response)
  })
  const simPort = await listen(sims)
  const simUrl = `http://127.0.0.1:${simPort}/sim`
  const appPort = await freePort()
  const appUrl = `http://127.0.0.1:${appPort}`
  const secretsKey = randomBytes(32)
  const tables = await tablesOf(admin)

  let schedule: Schedule | undefined
  let lenders: readonly Lender[] = []
  let dice: Dice = createDice(0)
  let house: House | undefined
  let generation = 0
  let hooks = 0
  let depth = 0
  let die: (() => void) | undefined
  let notes: string[] = []
  let ids = 0
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
    if (schedule.pauses.has(hooks) && PAUSABLE.has(point)) {
      note(`hook ${hooks}: a worker is held up ${point} for longer than its lease; another works`)
      depth += 1
      clock.advance(LEASE_MS + 1_000)
      await work()
      depth -= 1
    }
  }

  async function compose(): Promise<House> {
    generation += 1
    const own = generation
    const composed = await createHouse({
      databaseUrl: `${url}${url.includes('?') ? '&' : '?'}application_name=chaos-${own}`,
      redisUrl,
      secretsKey,
      simulators: false,
      role: 'all',
      publicUrl: appUrl,
      clock,
      log: createLog('silent'),
      batch: 1,
      configClock: { now: () => new Date() },
      elapsed: () => clock.now().getTime(),
      ids: {
        next: () => {
          ids += 1
          return v7({ msecs: clock.now().getTime(), seq: ids, random: bytes(dice) })
        },
      },
      at: point => at(point, own),
    })
    await composed.serve(appPort, '127.0.0.1')
    return composed
  }

  /** The application is gone as after `kill -9`: what it had in hand hangs for ever, its connections are cut by the server. */
  async function bury(dead: House): Promise<void> {
    const name = `chaos-${generation}`
    generation += 1
    await dead.abandon()
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
      name,
    ])
    // its pool lets go of what the server has cut; what hangs in it hangs for ever, and nobody waits for it
    void dead.db.close().catch(() => undefined)
  }

  const app = (): House => {
    if (house === undefined) throw new Error('no application is composed')
    return house
  }

  async function attempt<T>(work: (house: House) => Promise<T>): Promise<{ done: T } | 'crashed'> {
    const alive = app()
    const death = new Promise<'crashed'>(resolve => {
      die = () => resolve('crashed')
    })
    const ended = await Promise.race([work(alive).then(done => ({ done })), death])
    if (ended !== 'crashed') return ended
    await bury(alive)
    house = await compose()
    return 'crashed'
  }

  /** Due rows of ours only, in the pause of another worker. */
  async function work(): Promise<void> {
    for (;;) {
      const kinds = (await dueKinds()).filter(kind => kind !== 'simulators')
      if (kinds.length === 0) return
      await app().worker.tick(kinds as DueKind[])
    }
  }

  /** What can be claimed now; asked once, not kind by kind, for a campaign asks often. */
  async function dueKinds(): Promise<(DueKind | 'simulators')[]> {
    const { rows } = await admin.query(DUE_NOW, [clock.now()])
    return rows.map(({ kind }) => kind)
  }

  async function settle(): Promise<void> {
    for (;;) {
      const kinds = await dueKinds()
      if (kinds.length === 0) return
      const ours = kinds.filter(kind => kind !== 'simulators') as DueKind[]
      if (ours.length > 0) await attempt(alive => alive.worker.tick(ours))
      if (kinds.includes('simulators')) await simulators.tick()
    }
  }

  return {
    clock,
    simulators,
    simUrl,
    admin,
    get lenders() {
      return lenders
    },
    app,
    attempt,
    settle,
    note,
    get notes() {
      return notes
    },
    async reset(next) {
      schedule = undefined
      await house?.close()
      notes = []
      hooks = 0
      ids = 0
      dice = createDice(next.seed)
      await admin.query(tables)
      clock.set(next.start)
      lenders = castLenders(dice, simUrl)
      await simulators.seed(castSimulators(lenders, appUrl, next.floats))
      house = await compose()
      for (const lender of lenders) await enrol(house, lender)
      schedule = next
      hooks = 0
    },
    async flushRedis() {
      const { createClient } = await import('redis')
      const client = createClient({ url: redisUrl })
      await client.connect()
      await client.flushDb()
      await client.quit()
    },
    async close() {
      schedule = undefined
      await house?.close()
      await simulators.close()
      sims.closeAllConnections()
      await new Promise<void>(done => sims.close(() => done()))
      await admin.end()
    },
  }
}

const bytes = (dice: Dice): Uint8Array => Uint8Array.from({ length: 16 }, () => dice.int(0, 255))

/** One statement that empties every table but those that the migrations fill. */
async function tablesOf(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where (schemaname = 'public' or schemaname like 'sim\\_%')
        and tablename not like 'knex\\_%' and tablename not like '%\\_default'`,
  )
  const deletes = rows.map(({ name }) => `delete from ${name};`).join(' ')
  return `set session_replication_role = replica; ${deletes} set session_replication_role = origin;`
}

async function enrol({ db, secrets, keys, gateway }: House, lender: Lender): Promise<void> {
  const { ids, clock } = gateway.deps
  const at = clock.now()
  await createTenant({ db, secrets, keys, ids }, lender.plan, at)
  await db.asTenant(lender.id, async trx => {
    // nobody is asked by the due-date run: the schedule of the campaign decides
    await trx('schedules').where({ tenant_id: lender.id }).update({ due_at: null })
    for (const person of lender.people) {
      const phone = parseMsisdn(person.phone)
      const other = parseMsisdn(person.other)
      if (phone === undefined || other === undefined) throw new Error(`no phone: ${person.phone}`)
      const { id } = await saveCustomer(trx, lender.id, {
        id: ids.next(),
        coreClientId: person.clientId,
        firstName: person.firstName,
        displayName: `${person.firstName} Borrower`,
        phone,
        language: 'en',
        consentAt: at,
        createdAt: at,
      })
      const wallet = { customerId: id, provider: lender.provider, currency: lender.currency, createdAt: at }
      await saveWallet(trx, lender.id, {
        ...wallet,
        id: ids.next(),
        msisdn: phone,
        mayDial: true,
        isDefault: true,
      })
      await saveWallet(trx, lender.id, {
        ...wallet,
        id: ids.next(),
        msisdn: other,
        mayDial: false,
        isDefault: false,
      })
    }
  })
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
