import type { Knex } from 'knex'
import type { Faults } from '../kit/faults.ts'
import type { Jobs } from '../kit/jobs.ts'
import { type Clock, dateIn } from './dates.ts'
import { type Json, NULL } from './json.ts'
import { type Currency, currencyOf } from './money.ts'
import { notAuthorized } from './refusal.ts'
import { table } from './schema.ts'

export const FINERACT = 'fineract'
export const OFFICE_ID = 1

export type House = {
  readonly db: Knex
  readonly clock: Clock
  readonly faults: Faults
  readonly jobs: Jobs
}

/** What an operator can set on a tenant (`POST /sim/fineract/:tenant/controls`). */
export type Settings = {
  /** Global configuration `maker-checker`, with `can_maker_checker` on every permission, or on those named. */
  readonly makerChecker?: boolean | readonly string[]
  readonly holidays?: readonly string[]
  /** The office's books are closed up to and including this day (a GL closure). */
  readonly booksClosedUntil?: string | null
  /** Present: `enable-business-date` is on and this is the BUSINESS_DATE. */
  readonly businessDate?: string | null
  /** The whole instance is down: every call is cut. */
  readonly down?: boolean
}

export type Tenant = {
  readonly id: string
  readonly zone: string
  readonly currency: Currency
  readonly settings: Settings
}

export type User = {
  readonly id: number
  readonly username: string
  readonly permissions: 'ALL_FUNCTIONS' | readonly string[]
}

export type Caller = { readonly tenant: Tenant; readonly user: User }

/** Inside a command's transaction. */
export type Session = Caller & {
  readonly house: House
  readonly trx: Knex
  /** The fault scripted for this command: taken before its transaction, which must need no second connection. */
  readonly scripted?: string | undefined
}

export async function findTenant(db: Knex, id: string): Promise<Tenant | undefined> {
  const row = await db(table('tenants')).where({ id }).first()
  if (row === undefined) return undefined
  return { id: row.id, zone: row.zone, currency: currencyOf(row.currency), settings: row.settings }
}

/**
 * The business date: the tenant's own date unless a business date is set, as
 * org.apache.fineract.infrastructure.businessdate.service.BusinessDateReadPlatformServiceImpl has it.
 */
export function businessDate(tenant: Tenant, clock: Clock): string {
  return tenant.settings.businessDate ?? dateIn(tenant.zone, clock.now())
}

export const todayOf = ({ tenant, house }: Session): string => businessDate(tenant, house.clock)

const has = ({ permissions }: User, code: string): boolean =>
  permissions === 'ALL_FUNCTIONS' || permissions.includes('ALL_FUNCTIONS') || permissions.includes(code)

/** AppUser.hasPermissionTo: ALL_FUNCTIONS has every one, so such a user is a checker super user too. */
export const mayDo = has

/** AppUser.isBypassUser looks at the permission itself: ALL_FUNCTIONS does not imply it. */
export const bypassesLocks = ({ permissions }: User): boolean =>
  permissions !== 'ALL_FUNCTIONS' && permissions.includes('BYPASS_LOAN_WRITE_PROTECTION')

export function requireWrite(user: User, permission: string): void {
  if (!has(user, permission)) throw notAuthorized(`User has no authority to: ${permission}`)
}

export function requireRead(user: User, entity: string): void {
  if (!has(user, `READ_${entity}`) && !has(user, 'ALL_FUNCTIONS_READ'))
    throw notAuthorized(`User has no authority to READ ${entity.toLowerCase()}s`)
}

/** A nullable column in a generic result set, where nulls are printed. */
export const kept = (value: Json): Json => value ?? NULL
