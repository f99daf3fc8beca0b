import type { CoreBanking } from '../corebanking/core-banking.ts'
import type { Ids } from '../domain/ids.ts'
import type { Tools } from '../domain/outside.ts'
import type { Clock } from '../domain/time.ts'
import type { Database, Trx } from '../store/database.ts'
import type { Keys } from '../store/keys.ts'
import type { Secrets } from '../store/secrets.ts'
import type { Core, Tenants } from '../store/tenants.ts'
import type { Act, Setup } from './step.ts'
import type { World } from './webhooks.ts'

/**
 * Places in the life of a payment where a test may stop the process, or hold a worker for longer than its lease; in
 * service nothing happens there.
 */
export type CrashPoint =
  | 'claimed'
  | 'before-commit'
  | 'after-commit'
  /** Any call outside: of a provider, the core, an SMS gateway, a web hook. */
  | 'before-call'
  | 'after-call'
  | 'before-send'
  | 'after-send'
  | 'before-booking'
  | 'after-booking'

export type Log = {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

/** What the gateway is made of. */
export type GatewayDeps = {
  readonly db: Database
  readonly tenants: Tenants
  readonly keys: Keys
  readonly secrets: Secrets
  readonly ids: Ids
  readonly clock: Clock
  readonly tools: Tools
  /** The way to addresses that tenants name. */
  readonly world: World
  readonly coreOf: (core: Core) => CoreBanking
  /** Where providers reach us, without a trailing slash. */
  publicUrl(): string
  readonly log: Log
  readonly at?: (point: CrashPoint) => Promise<void>
  /** Milliseconds of a clock that nobody turns: how long a worker has had a row in hand. */
  readonly elapsed: () => number
  /** A number in [0, 1): the machines throw no dice, what they spread is drawn for them. */
  readonly draw: () => number
}

export async function readSetup(tenants: Tenants, tenantId: string): Promise<Setup> {
  // one after the other: together they would take four of the pool's few connections
  const tenant = await tenants.tenant(tenantId)
  const channels = await tenants.channels(tenantId)
  const connections = await tenants.connections(tenantId)
  const ways = await tenants.ways(tenantId)
  return { tenant, channels, connections, ways }
}

/** One commit as one tenant, with its configuration and the time. */
export async function act<T>(
  { db, tenants, clock, at }: Pick<GatewayDeps, 'db' | 'tenants' | 'clock' | 'at'>,
  tenantId: string,
  work: (act: Act) => Promise<T>,
): Promise<T> {
  const setup = await readSetup(tenants, tenantId)
  const done = await db.asTenant(tenantId, async (trx: Trx) => {
    const worked = await work({ trx, setup, at: clock.now() })
    await at?.('before-commit')
    return worked
  })
  await at?.('after-commit')
  return done
}
