import type { CoreBanking } from '../corebanking/core-banking.ts'
import type { Ids } from '../domain/ids.ts'
import type { Tools } from '../domain/outside.ts'
import type { Clock } from '../domain/time.ts'
import type { Database, Trx } from '../store/database.ts'
import type { Keys } from '../store/keys.ts'
import type { Core, Tenants } from '../store/tenants.ts'
import type { Act, Setup } from './step.ts'

/** Places in the life of a payment where a test may stop the process; in service nothing happens there. */
export type CrashPoint = 'before-send' | 'after-send' | 'before-booking' | 'after-booking'

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
  readonly ids: Ids
  readonly clock: Clock
  readonly tools: Tools
  readonly coreOf: (core: Core) => CoreBanking
  /** Where providers reach us, without a trailing slash. */
  publicUrl(): string
  readonly log: Log
  readonly at?: (point: CrashPoint) => Promise<void>
}

export async function readSetup(tenants: Tenants, tenantId: string): Promise<Setup> {
  const [tenant, channels, connections] = await Promise.all([
    tenants.tenant(tenantId),
    tenants.channels(tenantId),
    tenants.connections(tenantId),
  ])
  return { tenant, channels, connections }
}

/** One commit as one tenant, with its configuration and the time. */
export async function act<T>(
  { db, tenants, clock }: Pick<GatewayDeps, 'db' | 'tenants' | 'clock'>,
  tenantId: string,
  work: (act: Act) => Promise<T>,
): Promise<T> {
  const setup = await readSetup(tenants, tenantId)
  return db.asTenant(tenantId, (trx: Trx) => work({ trx, setup, at: clock.now() }))
}
