import type { Operation } from './limits.ts'
import type { Currency } from './money.ts'
import type { LocalDate } from './time.ts'

/** Which connection serves a provider, currency and operation of a tenant, from one day up to, not including, another. */
export type Route = {
  readonly id: string
  readonly provider: string
  readonly currency: Currency
  readonly operation: Operation
  readonly connection: string
  /** The lowest goes first. */
  readonly priority: number
  readonly from: LocalDate
  readonly until: LocalDate | undefined
}

/** What an aggregator calls a provider, from one day up to, not including, another. */
export type AggregatorCode = {
  readonly aggregator: string
  readonly provider: string
  readonly code: string
  readonly from: LocalDate
  readonly until: LocalDate | undefined
}

export type RouteAsked = {
  readonly provider: string
  readonly currency: Currency
  readonly operation: Operation
  readonly on: LocalDate
  /** False while a connection is paused or does not answer. */
  readonly healthy: (connection: string) => boolean
  /** What is missing for a route to be taken at all, however long one waits; undefined where nothing is. */
  readonly lacking: (route: Route) => string | undefined
}

export type RouteChoice =
  | { readonly kind: 'route'; readonly route: Route }
  /** Routes there are, but all of their connections are sick: what waits stays planned for the first of them. */
  | { readonly kind: 'sick'; readonly route: Route }
  /** What each route in force lacks, by priority; empty where none is in force. */
  | { readonly kind: 'none'; readonly lacks: readonly string[] }

type Dated = { readonly from: LocalDate; readonly until: LocalDate | undefined }
export const inForce = ({ from, until }: Dated, on: LocalDate): boolean =>
  from <= on && (until === undefined || on < until)

/** What an aggregator calls a provider on a day; of several codes in force the newest: it supersedes an open one. */
export function codeOf(
  codes: readonly AggregatorCode[],
  of: { readonly aggregator: string | undefined; readonly provider: string },
  on: LocalDate,
): string | undefined {
  const known = codes.filter(
    each => each.aggregator === of.aggregator && each.provider === of.provider && inForce(each, on),
  )
  return known.sort((a, b) => b.from.localeCompare(a.from))[0]?.code
}

/** By priority; of two alike, the one in force longer, then by name, so that every process chooses the same. */
const byOrder = (a: Route, b: Route): number =>
  a.priority - b.priority || a.from.localeCompare(b.from) || a.connection.localeCompare(b.connection)

/**
 * Chooses the road for a *new* attempt: the first by priority that is in force, lacks nothing, and whose connection is
 * well. An attempt that may have arrived stays with the connection that it was sent by, however sick that is.
 */
export function chooseRoute(routes: readonly Route[], asked: RouteAsked): RouteChoice {
  const looked = routes
    .filter(
      route =>
        route.provider === asked.provider &&
        route.currency === asked.currency &&
        route.operation === asked.operation &&
        inForce(route, asked.on),
    )
    .sort(byOrder)
    .map(route => ({ route, lack: asked.lacking(route) }))
  const usable = looked.filter(({ lack }) => lack === undefined).map(({ route }) => route)
  const well = usable.find(({ connection }) => asked.healthy(connection))
  if (well !== undefined) return { kind: 'route', route: well }
  if (usable[0] !== undefined) return { kind: 'sick', route: usable[0] }
  return { kind: 'none', lacks: looked.flatMap(({ lack }) => lack ?? []) }
}
