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
  /** Whose codes the order must carry, where the connection is an aggregator's. */
  readonly aggregator: string | undefined
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
  /** False where the connection's adapter does not offer the operation. */
  readonly capable: (connection: string) => boolean
}

/** Why a route that was set up cannot be taken, however long one waits. */
export type WhyUnusable = 'not-in-force' | 'not-capable' | 'no-code'

export type RouteChoice =
  | { readonly kind: 'route'; readonly route: Route; readonly code: string | undefined }
  /** Routes there are, but all of their connections are sick: what waits stays planned. In order of priority. */
  | { readonly kind: 'sick'; readonly candidates: readonly Route[] }
  | {
      readonly kind: 'none'
      readonly why: 'no-route' | WhyUnusable
      readonly unusable: readonly { readonly route: Route; readonly why: WhyUnusable }[]
    }

type Dated = { readonly from: LocalDate; readonly until: LocalDate | undefined }
const inForce = ({ from, until }: Dated, on: LocalDate): boolean =>
  from <= on && (until === undefined || on < until)

/** The code in force, of several the newest: a later one supersedes an open one. */
function codeOf(codes: readonly AggregatorCode[], route: Route, on: LocalDate): string | undefined {
  const known = codes.filter(
    each => each.aggregator === route.aggregator && each.provider === route.provider && inForce(each, on),
  )
  return known.sort((a, b) => b.from.localeCompare(a.from))[0]?.code
}

/** By priority; of two alike, the one in force longer, then by name, so that every process chooses the same. */
const byOrder = (a: Route, b: Route): number =>
  a.priority - b.priority || a.from.localeCompare(b.from) || a.connection.localeCompare(b.connection)

type Looked = {
  readonly route: Route
  readonly code: string | undefined
  readonly why: WhyUnusable | undefined
}

function look(route: Route, codes: readonly AggregatorCode[], { on, capable }: RouteAsked): Looked {
  const code = codeOf(codes, route, on)
  if (!inForce(route, on)) return { route, code, why: 'not-in-force' }
  if (!capable(route.connection)) return { route, code, why: 'not-capable' }
  const isMissing = route.aggregator !== undefined && code === undefined
  return { route, code, why: isMissing ? 'no-code' : undefined }
}

/**
 * Chooses the road for a *new* attempt: the first by priority that is in force, offers the operation, has the
 * aggregator's code if it needs one, and whose connection is well. An attempt that may have arrived stays with the
 * connection that it was sent by, however sick that is.
 */
export function chooseRoute(
  routes: readonly Route[],
  codes: readonly AggregatorCode[],
  asked: RouteAsked,
): RouteChoice {
  const looked = routes
    .filter(
      ({ provider, currency, operation }) =>
        provider === asked.provider && currency === asked.currency && operation === asked.operation,
    )
    .sort(byOrder)
    .map(route => look(route, codes, asked))
  const usable = looked.filter(({ why }) => why === undefined)
  const well = usable.find(({ route }) => asked.healthy(route.connection))
  if (well !== undefined) return { kind: 'route', route: well.route, code: well.code }
  if (usable.length > 0) return { kind: 'sick', candidates: usable.map(({ route }) => route) }

  const unusable = looked.flatMap(({ route, why }) => (why === undefined ? [] : [{ route, why }]))
  // A route of another day says least about today.
  const telling = unusable.find(({ why }) => why !== 'not-in-force') ?? unusable[0]
  return { kind: 'none', why: telling?.why ?? 'no-route', unusable }
}
