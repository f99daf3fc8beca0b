import { directionOf, keepsBack } from '../domain/pause.ts'
import { chooseRoute, codeOf, inForce, type Route, type RouteAsked } from '../domain/route.ts'
import { type LocalDate, localDate } from '../domain/time.ts'
import { type AnyProvider, adapterNamed } from '../providers/index.ts'
import type { Operation, OperationTraits } from '../providers/provider.ts'
import type { Wallet } from '../store/people.ts'
import type { Connection } from '../store/tenants.ts'
import type { Setup } from './step.ts'

/** The adapter that a connection's row names; a row that names none of ours is a fault of the set-up. */
export const adapterOf = ({ adapter }: Pick<Connection, 'adapter'>): AnyProvider => adapterNamed(adapter)

/** A tenant's own connections, in the order in which they were made. */
function directly(setup: Setup, operation: Route['operation']): Route[] {
  return setup.connections
    .filter(({ aggregator }) => aggregator === undefined)
    .map((connection, priority) => ({
      id: connection.id,
      provider: connection.provider,
      currency: connection.currency,
      operation,
      connection: connection.id,
      priority,
      from: '0000-01-01' as Route['from'],
      until: undefined,
    }))
}

/** A fault of one product keeps back what goes by it: an empty float keeps nobody from paying in. */
export const isPausedFor = (
  { state, pausedFor }: { readonly state: string; readonly pausedFor: string | null | undefined },
  operation: Operation,
): boolean => state === 'paused' && keepsBack(pausedFor, directionOf(operation))

export const isWell = (connection: Connection, operation: Operation, at: Date): boolean =>
  !isPausedFor(connection, operation) && (connection.sickUntil === undefined || connection.sickUntil <= at)

/** No connection serves the wallet; `lack` names what is missing. */
export type NoRoad = { readonly kind: 'no-road'; readonly lack: string }
type Served = Pick<Wallet, 'provider' | 'currency'>

/**
 * The road of a new attempt: the first route in force whose connection can serve the wallet and is well; where all are
 * sick, the first, and what is planned waits for it. Where no route is in force the tenant's own connections serve.
 */
export function findRoad(
  setup: Setup,
  { provider, currency }: Served,
  operation: Route['operation'],
  at: Date,
): { readonly kind: 'road'; readonly connection: Connection } | NoRoad {
  const connections = new Map(setup.connections.map(connection => [connection.id, connection]))
  const asked: RouteAsked = {
    provider,
    currency,
    operation,
    on: localDate(at, setup.tenant.zone),
    healthy: id => {
      const connection = connections.get(id)
      return connection !== undefined && isWell(connection, operation, at)
    },
    lacking: route => {
      const connection = connections.get(route.connection)
      if (connection === undefined) return 'its connection is not known yet'
      return lackOf(connection, operation) ?? lackingCode(setup, connection, provider, at)
    },
  }
  const named = chooseRoute(setup.ways.routes, asked)
  const choice =
    named.kind === 'none' && named.lacks.length === 0 ? chooseRoute(directly(setup, operation), asked) : named
  const connection = choice.kind === 'none' ? undefined : connections.get(choice.route.connection)
  if (connection !== undefined) return { kind: 'road', connection }
  const lacks = choice.kind === 'none' ? choice.lacks : []
  const none = `no connection of yours ${operation === 'collect' ? 'collects from' : 'pays out to'} ${provider} in ${currency}`
  return { kind: 'no-road', lack: lacks.length > 0 ? lacks.join('; ') : none }
}

/** {@link findRoad}, for whoever does not ask what is missing. */
export function roadFor(...asked: Parameters<typeof findRoad>): Connection | undefined {
  const road = findRoad(...asked)
  return road.kind === 'road' ? road.connection : undefined
}

/** The routes of a day that go by a connection. */
export const routesOf = ({ ways }: Setup, { id }: Connection, on: LocalDate): Route[] =>
  ways.routes.filter(route => route.connection === id && inForce(route, on))

/** What a connection lacks for an operation on any day. */
const lackOf = (connection: Connection, operation: Route['operation']): string | undefined =>
  offers(connection, operation)
    ? undefined
    : `${connection.name} offers no ${operation === 'collect' ? 'collections' : 'payouts'}, or lacks the credentials for them`

/** What an order by this connection calls the wallet's provider today; undefined where it has no word for it. */
export const codeFor = (
  { ways, tenant }: Setup,
  { aggregator }: Connection,
  provider: string,
  at: Date,
): string | undefined => codeOf(ways.codes, { aggregator, provider }, localDate(at, tenant.zone))

/** Names the code that an order by this connection must carry and that nobody has told; undefined where none is missing. */
export function lackingCode(
  setup: Setup,
  connection: Connection,
  provider: string,
  at: Date,
): string | undefined {
  const { name, aggregator } = connection
  if (aggregator === undefined)
    return adapterOf(connection).can.needsCode
      ? `${name} needs a code for ${provider}, and names no aggregator whose code that is`
      : undefined
  return codeFor(setup, connection, provider, at) === undefined
    ? `${aggregator} has no code for ${provider} in force`
    : undefined
}

type Products = ReturnType<AnyProvider['products']>
/** Read once for as long as the configuration is remembered: a road is looked for at every turn. */
const known = new WeakMap<object, Products>()

/** What a connection's configuration suffices for, in groups that share their credentials. */
export function productsOf(connection: Connection): Products {
  const { config } = connection
  const adapter = adapterOf(connection)
  const products = known.get(config) ?? adapter.products(adapter.config(config))
  known.set(config, products)
  return products
}

export const offers = (connection: Connection, operation: Operation): boolean =>
  productsOf(connection).some(product => product.includes(operation))

/** What the adapter says of an operation; undefined where this connection does not offer it. */
export const traitsOf = (connection: Connection, operation: Operation): OperationTraits | undefined =>
  offers(connection, operation) ? adapterOf(connection).can.operations[operation] : undefined
