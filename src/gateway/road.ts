import { directionOf, keepsBack } from '../domain/pause.ts'
import { localDate } from '../domain/time.ts'
import { chooseRoute, type Route } from '../domain/route.ts'
import { type AnyProvider, providerNamed } from '../providers/index.ts'
import type { Operation, OperationTraits } from '../providers/provider.ts'
import type { Wallet } from '../store/people.ts'
import type { Connection } from '../store/tenants.ts'
import type { Setup } from './step.ts'

/** The adapter that a connection's row names; a row that names none of ours is a fault of the set-up. */
export function adapterOf({ adapter }: Pick<Connection, 'adapter'>): AnyProvider {
  const found = providerNamed(adapter)
  if (found === undefined) throw new Error(`no adapter is called ${adapter}`)
  return found
}

/** Which connection a movement takes, and what an aggregator calls the wallet's provider there. */
export type Road = { readonly connection: Connection; readonly code: string | undefined }

/** A tenant that has set up no routes pays by its own connections, in the order in which they were made. */
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
      aggregator: undefined,
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

/**
 * The road of a new attempt: the first route whose connection offers the operation and is well; where all are sick, the
 * first, and what is planned waits for it. Undefined where no connection of the tenant serves the wallet.
 */
export function roadFor(
  setup: Setup,
  wallet: Pick<Wallet, 'provider' | 'currency'>,
  operation: Route['operation'],
  at: Date,
  well: (connection: Connection) => boolean = connection => isWell(connection, operation, at),
): Road | undefined {
  const { ways, connections, tenant } = setup
  const { provider, currency } = wallet
  const find = (id: string): Connection | undefined => connections.find(connection => connection.id === id)
  const on = localDate(at, tenant.zone)
  // what a tenant has closed again keeps nobody from its own connections
  const named = ways.routes.filter(
    route =>
      route.provider === provider &&
      route.currency === currency &&
      route.operation === operation &&
      (route.until === undefined || on < route.until),
  )
  const choice = chooseRoute(named.length > 0 ? named : directly(setup, operation), ways.codes, {
    provider,
    currency,
    operation,
    on,
    healthy: id => {
      const connection = find(id)
      return connection !== undefined && well(connection)
    },
    capable: id => {
      const connection = find(id)
      return connection !== undefined && offers(connection, operation)
    },
  })
  if (choice.kind === 'none') return undefined
  const route = choice.kind === 'route' ? choice.route : choice.candidates[0]
  const connection = route === undefined ? undefined : find(route.connection)
  if (connection === undefined) return undefined
  return { connection, code: choice.kind === 'route' ? choice.code : codeOf(setup, route, at) }
}

const codeOf = (setup: Setup, route: Route | undefined, at: Date): string | undefined => {
  const on = localDate(at, setup.tenant.zone)
  return setup.ways.codes.find(
    ({ aggregator, provider, from, until }) =>
      aggregator === route?.aggregator &&
      provider === route?.provider &&
      from <= on &&
      (until === undefined || on < until),
  )?.code
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
