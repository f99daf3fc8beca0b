import { X509Certificate } from 'node:crypto'

/** When credentials end: their owner must renew them with the operator, which takes days, and nothing goes without them. */

export type Expiry = { readonly credential: string; readonly at: Date }

/** Days before its end at which somebody is told, once each. */
export const EXPIRY_ALARM_DAYS = [30, 7, 1] as const
export type ExpiryAlarm = (typeof EXPIRY_ALARM_DAYS)[number]

const DAY_MS = 86_400_000
const BEGIN = '-----BEGIN CERTIFICATE-----'

/** A certificate says it itself; one that cannot be read is the adapter's to refuse. */
function endOf(pem: string): Date | undefined {
  try {
    return new X509Certificate(pem).validToDate
  } catch {
    return undefined
  }
}

function certificatesIn(value: unknown, path: readonly string[]): Expiry[] {
  if (typeof value === 'string') {
    const at = value.includes(BEGIN) ? endOf(value) : undefined
    return at === undefined ? [] : [{ credential: path.join('.'), at }]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => certificatesIn(inner, [...path, key]))
}

/**
 * The ends that a connection's configuration tells: `expiresAt`, a day for each credential by name, and every certificate
 * in it. The soonest first.
 */
export function expiriesOf(config: Readonly<Record<string, unknown>>): Expiry[] {
  const named = typeof config.expiresAt === 'object' ? Object.entries(config.expiresAt ?? {}) : []
  const said = named.map(([credential, day]) => ({ credential, at: new Date(String(day)) }))
  return [...said, ...certificatesIn(config, [])]
    .filter(({ at }) => !Number.isNaN(at.getTime()))
    .sort((one, other) => one.at.getTime() - other.at.getTime())
}

/** Whole days that are left; negative once it is over. */
export const daysLeft = ({ at }: Expiry, now: Date): number =>
  Math.floor((at.getTime() - now.getTime()) / DAY_MS)

/** Which alarm is due by now: the nearest to its end; undefined while there is time. */
export const expiryAlarm = (expiry: Expiry, now: Date): ExpiryAlarm | undefined =>
  EXPIRY_ALARM_DAYS.findLast(days => expiry.at.getTime() - now.getTime() <= days * DAY_MS)
