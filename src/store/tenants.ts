import { z } from 'zod'
import { SURPLUS_WORDS, type Tenant } from '../domain/tenant.ts'
import { type Clock, inTime } from '../domain/time.ts'
import type { Database, Trx } from './database.ts'
import type { Secrets } from './secrets.ts'
import { readWays, type Ways } from './ways.ts'

const isEachOnce = (words: readonly string[]): boolean => new Set(words).size === words.length

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a local time, such as "07:00"')

const days = z
  .array(z.number().int().min(1).max(30))
  .max(5)
  .refine(each => new Set(each).size === each.length, 'names a day twice')
  .default([])

/** A tenant's settings, as they stand in the database; all that is wrong is told at once. */
export const tenantSettings = z.object({
  lender: z.string().min(1).max(20),
  lenderPhone: z.string().max(16),
  languages: z.array(z.enum(['en', 'fr', 'sw'])).min(1),
  pinFor: z.object({ reading: z.boolean(), paying: z.boolean() }),
  firstScreen: z.enum(['open', 'discreet']).default('open'),
  silentDays: z.number().int().min(1).max(3650).default(90),
  pushDelayMs: z.number().int().min(0),
  later: z.object({ hours: z.number().int().min(1).max(12), until: time }),
  /** What `*384*100*1#` and the like lead to; four digits are the code of a request. */
  shortcuts: z
    .record(
      z.string().regex(/^\d{1,3}$/, 'one to three digits'),
      z.enum(['pay', 'loans', 'wallets', 'payments']),
    )
    .default({ 1: 'pay', 2: 'loans' }),
  requestDays: z.number().int().min(1).max(60),
  dueRunAt: time,
  fractions: z.enum(['round-up', 'refuse']),
  /** The KYC tier of a wallet whose own is not known. */
  tier: z.string().max(20).optional(),
  /** How long a fault of the lender's own may hold money back before the second alarm. */
  faultPatienceHours: z.number().int().min(1).max(720).default(24),
  payouts: z
    .object({
      order: z.enum(['pay-first', 'core-first']).default('pay-first'),
      secondPersonAbove: z.string().optional(),
      coolOffHours: z.number().int().min(0).max(720).default(0),
      nameCheck: z.enum(['off', 'warn', 'block']).default('off'),
      days: z.enum(['same', 'spread']).default('same'),
      bookLower: z.boolean().default(false),
    })
    .prefault({}),
  suspense: z
    .object({
      surplus: z
        .array(z.enum(SURPLUS_WORDS))
        .max(SURPLUS_WORDS.length)
        .refine(isEachOnce, 'names a word twice')
        .default(['prepay']),
      secondPersonAbove: z.string().optional(),
      lockedAfterHours: z.number().int().min(1).max(720).default(72),
      reversalHours: z.number().int().min(0).default(24),
    })
    .prefault({}),
  quiet: z.union([z.object({ from: time, until: time }), z.literal('none')]).optional(),
  reminders: z
    .object({
      before: days,
      after: days,
      aDay: z.number().int().min(1).max(3).default(1),
      aWeek: z.number().int().min(1).max(7).default(3),
      at: time.default('10:00'),
    })
    .prefault({}),
  sms: z
    .object({
      /** After so long without a report a message goes out by the next way too, once. */
      unheardMinutes: z.number().int().min(1).max(1440).optional(),
    })
    .prefault({}),
  staff: z
    .object({
      /** The local time of the officers' morning SMS; absent: none. */
      morning: time.optional(),
    })
    .prefault({}),
  inbound: z.object({ unknown: z.enum(['suspense', 'reject']).default('suspense') }).prefault({}),
  books: z
    .object({
      officeId: z.string(),
      suspense: z.string(),
      writeOff: z.string(),
      floats: z.record(z.string(), z.string()),
    })
    .optional(),
  otherWays: z
    .record(
      z.string(),
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('paybill'), number: z.string().max(10) }),
        z.object({ kind: z.literal('menu'), dial: z.string().max(12) }),
      ]),
    )
    .default({}),
})

/** Settings as somebody writes them: what has a default may be left out. */
export type SettingsInput = z.input<typeof tenantSettings>

/** A USSD code or an SMS sender of a tenant. `config` holds the opened secrets: it is never logged. */
export type Channel = {
  readonly id: string
  readonly tenantId: string
  readonly kind: 'ussd' | 'sms'
  readonly adapter: string
  /** The USSD code, or the sender. */
  readonly address: string
  /** The part of our own address by which its gateway reaches it. */
  readonly token: string
  readonly config: Record<string, unknown>
}

/** A tenant's account at a provider. `config` holds the opened secrets: it is never logged. */
export type Connection = {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly adapter: string
  /** Empty for an aggregator's connection, which reaches several. */
  readonly provider: string
  readonly aggregator: string | undefined
  readonly currency: string
  readonly token: string
  readonly state: 'active' | 'paused'
  /** The lender's own fault that keeps it paused. */
  readonly pausedFor: string | undefined
  readonly pausedAt: Date | undefined
  /** Until then it is thought unwell, from what became of our own calls. */
  readonly sickUntil: Date | undefined
  readonly config: Record<string, unknown>
}

export type Core = {
  readonly tenantId: string
  readonly adapter: string
  readonly config: Record<string, unknown>
}

export type Tenants = {
  tenant(id: string): Promise<Tenant>
  all(): Promise<readonly string[]>
  channelByToken(kind: 'ussd' | 'sms', token: string): Promise<Channel | undefined>
  channels(tenantId: string): Promise<readonly Channel[]>
  connectionByToken(token: string): Promise<Connection | undefined>
  connections(tenantId: string): Promise<readonly Connection[]>
  core(tenantId: string): Promise<Core>
  ways(tenantId: string): Promise<Ways>
  /** Forgets what is cached of a tenant in this process: its configuration was changed here. */
  forget(tenantId: string): void
}

/** Configuration may be this old in another process; what money depends on (a paused connection) is read in its commit. */
const CACHE_MS = 5_000
/** While the database is away an old answer is better than none: a hop must still be answered. */
const STALE_MS = 30 * 60_000
/** A hop reads several of these: none may wait long for a database that hangs while an old answer is at hand. */
const REFRESH_MS = 300

/** A transaction is not older than this while its age still counts. */
const MAINTENANCE_MS = 7 * 86_400_000

type Rows = { config: Record<string, unknown>; secrets: string | null } & Record<string, unknown>

/** One after the other: a transaction is one connection, and takes one query at a time. */
async function inTurn<From, To>(items: readonly From[], work: (item: From) => Promise<To>): Promise<To[]> {
  const done: To[] = []
  for (const item of items) done.push(await work(item))
  return done
}

/** `resolve` turns a configured `baseUrl` into the one to call. */
export function createTenants(
  db: Database,
  secrets: Secrets,
  clock: Clock,
  resolve: (url: string) => string,
): Tenants {
  const cache = new Map<string, { at: number; value: unknown }>()

  async function cached<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = cache.get(key)
    const now = clock.now().getTime()
    if (known !== undefined && now - known.at < CACHE_MS) return known.value as T
    const fresh = read().then(value => {
      if (value !== undefined) cache.set(key, { at: now, value })
      return value
    })
    if (known === undefined || now - known.at >= STALE_MS) return fresh
    const old = known.value as T
    return inTime(
      fresh.catch(() => old),
      REFRESH_MS,
      () => old,
    )
  }

  async function opened(trx: Trx, tenantId: string, row: Rows): Promise<Record<string, unknown>> {
    const config: Record<string, unknown> = {
      ...row.config,
      ...(await secrets.open(trx, tenantId, row.secrets)),
    }
    return typeof config.baseUrl === 'string' ? { ...config, baseUrl: resolve(config.baseUrl) } : config
  }

  const channelOf = async (trx: Trx, row: Rows): Promise<Channel> => ({
    id: String(row.id),
    tenantId: String(row.tenant_id),
    kind: row.kind as Channel['kind'],
    adapter: String(row.adapter),
    address: String(row.address),
    token: String(row.token),
    config: await opened(trx, String(row.tenant_id), row),
  })

  const connectionOf = async (trx: Trx, row: Rows): Promise<Connection> => ({
    id: String(row.id),
    tenantId: String(row.tenant_id),
    name: String(row.name),
    adapter: String(row.adapter),
    provider: String(row.provider ?? ''),
    aggregator: (row.aggregator ?? undefined) as string | undefined,
    currency: String(row.currency),
    token: String(row.token),
    state: row.state as Connection['state'],
    pausedFor: (row.paused_for ?? undefined) as string | undefined,
    pausedAt: (row.paused_at ?? undefined) as Date | undefined,
    sickUntil: (row.sick_until ?? undefined) as Date | undefined,
    config: await opened(trx, String(row.tenant_id), row),
  })

  const channels = (tenantId: string): Promise<Channel[]> =>
    cached(`channels:${tenantId}`, () =>
      db.asTenant(tenantId, async trx => {
        const rows: Rows[] = await trx('channels')
          .where({ tenant_id: tenantId })
          .orderBy(['created_at', 'id'])
        return inTurn(rows, row => channelOf(trx, row))
      }),
    )

  const connections = (tenantId: string): Promise<Connection[]> =>
    cached(`connections:${tenantId}`, () =>
      db.asTenant(tenantId, async trx => {
        const rows: Rows[] = await trx('connections')
          .where({ tenant_id: tenantId })
          .orderBy(['created_at', 'id'])
        return inTurn(rows, row => connectionOf(trx, row))
      }),
    )

  const tenant = (id: string): Promise<Tenant> =>
    cached(`tenant:${id}`, async () => {
      const row = await db.knex('tenants').where({ id }).first()
      if (row === undefined) throw new Error(`no tenant ${id}`)
      return {
        id: row.id,
        country: row.country,
        currency: row.currency,
        zone: row.zone,
        settings: tenantSettings.parse(row.settings),
      }
    })

  return {
    channels,
    connections,
    tenant,
    ways: tenantId =>
      cached(`ways:${tenantId}`, async () => {
        const of = await tenant(tenantId)
        const since = new Date(clock.now().getTime() - MAINTENANCE_MS)
        return db.asTenant(tenantId, trx => readWays(trx, of, since))
      }),
    forget(tenantId) {
      for (const key of cache.keys()) if (key.endsWith(`:${tenantId}`)) cache.delete(key)
    },
    all: async () => (await db.knex('tenants').select('id').orderBy('id')).map(row => row.id as string),
    channelByToken: (kind, token) =>
      cached(`channel:${kind}:${token}`, async () => {
        const { rows } = await db.knex.raw('select tenant_id, id from resolve_channel(?, ?)', [kind, token])
        return rows[0] && (await channels(rows[0].tenant_id)).find(channel => channel.id === rows[0].id)
      }),
    connectionByToken: token =>
      cached(`connection:${token}`, async () => {
        const { rows } = await db.knex.raw('select tenant_id, id from resolve_connection(?)', [token])
        return (
          rows[0] && (await connections(rows[0].tenant_id)).find(connection => connection.id === rows[0].id)
        )
      }),
    core: tenantId =>
      cached(`core:${tenantId}`, () =>
        db.asTenant(tenantId, async trx => {
          const row: Rows | undefined = await trx('cores').where({ tenant_id: tenantId }).first()
          if (row === undefined) throw new Error(`no core banking system for ${tenantId}`)
          return { tenantId, adapter: String(row.adapter), config: await opened(trx, tenantId, row) }
        }),
      ),
  }
}
