import { isWithin } from '../domain/address-range.ts'
import type { Connection } from '../store/tenants.ts'
import { adapterOf } from './road.ts'

/** The addresses that a connection's callbacks may come from; a list that is not configured allows none. */
export function isListed(connection: Connection, from: string): boolean {
  const list = connection.config.callbackFrom
  return Array.isArray(list) && isWithin(from, list)
}

/** Whether a connection is told of what customers pay by themselves. */
export function hears(connection: Connection): boolean {
  const { can, hears: isToldBy } = adapterOf(connection)
  return can.customerInitiated && (isToldBy === undefined || isToldBy(connection.config))
}
