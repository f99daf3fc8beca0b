import { mpesa } from './mpesa/index.ts'
import { mtnMomo } from './mtn-momo/index.ts'
import type { Provider } from './provider.ts'

/** Every adapter that ships. A new one is a folder, a name here and a line below; tsc asks for both. */
export const ADAPTER_NAMES = ['mtn-momo', 'mpesa'] as const
export type AdapterName = (typeof ADAPTER_NAMES)[number]

/** A provider whose configuration is whatever stands in the connection's row: parsed inside, at each call. */
export type AnyProvider = Provider<unknown>

/** Forgets the configuration's type; parsing is repeatable, so a configuration that was parsed before is welcome too. */
function erased<Config>({ nameOf, balances, statement, proves, ...provider }: Provider<Config>): AnyProvider {
  const { config } = provider
  return {
    ...provider,
    ...(nameOf && { nameOf: async (msisdn, raw, tools) => nameOf(msisdn, config(raw), tools) }),
    ...(balances && { balances: async (raw, tools) => balances(config(raw), tools) }),
    ...(statement && {
      statement: async (from, to, raw, tools) => statement(from, to, config(raw), tools),
    }),
    ...(proves && { proves: (request, raw, at) => proves(request, config(raw), at) }),
    send: async (order, raw, tools) => provider.send(order, provider.config(raw), tools),
    inquire: async (attempt, raw, tools) => provider.inquire(attempt, provider.config(raw), tools),
    readCallback: (request, raw, attempt) => provider.readCallback(request, provider.config(raw), attempt),
  }
}

export const PROVIDERS: Readonly<Record<AdapterName, AnyProvider>> = {
  'mtn-momo': erased(mtnMomo),
  mpesa: erased(mpesa),
}

export const isAdapterName = (name: string): name is AdapterName =>
  (ADAPTER_NAMES as readonly string[]).includes(name)

/** The adapter of that name; undefined where no such adapter ships. */
export const providerNamed = (name: string): AnyProvider | undefined =>
  isAdapterName(name) ? PROVIDERS[name] : undefined
