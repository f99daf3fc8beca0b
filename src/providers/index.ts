import { profilesIn, SHIPPED, shippedProfile } from './aggregator/files.ts'
import { createAggregator, type Profile } from './aggregator/index.ts'
import { airtel } from './airtel/index.ts'
import { ecocashEip } from './ecocash/eip.ts'
import { ecocashOpen } from './ecocash/open.ts'
import { gsma } from './gsma/index.ts'
import { mpesa } from './mpesa/index.ts'
import { mtnMomo } from './mtn-momo/index.ts'
import { orangeMoney } from './orange-money/index.ts'
import type { Provider } from './provider.ts'
import { wave } from './wave/index.ts'

/**
 * Every adapter that ships. A new one is a folder, a name here and a line below; tsc asks for both. A profile of the
 * declarative aggregator is an adapter by its own name.
 */
export const ADAPTER_NAMES = [
  'mtn-momo',
  'mpesa',
  'orange-money',
  'wave',
  'airtel',
  'ecocash-eip',
  'ecocash-open',
  'gsma',
  ...SHIPPED,
] as const
export type AdapterName = (typeof ADAPTER_NAMES)[number]

/** A provider whose configuration is whatever stands in the connection's row: parsed inside, at each call. */
export type AnyProvider = Provider<unknown>

/** Forgets the configuration's type; parsing is repeatable, so a configuration that was parsed before is welcome too. */
function erased<Config>({
  nameOf,
  balances,
  reached,
  statement,
  proves,
  bounds,
  hears,
  answer,
  settle,
  validation,
  register,
  ...provider
}: Provider<Config>): AnyProvider {
  const { config } = provider
  return {
    ...provider,
    ...(nameOf && {
      nameOf: async (msisdn, raw, tools, expected) => nameOf(msisdn, config(raw), tools, expected),
    }),
    ...(balances && {
      balances: async (raw, tools, callbackUrl) => balances(config(raw), tools, callbackUrl),
    }),
    ...(reached && { reached: async (raw, tools) => reached(config(raw), tools) }),
    ...(statement && {
      statement: async (from, to, raw, tools) => statement(from, to, config(raw), tools),
    }),
    ...(bounds && { bounds: (operation, raw) => bounds(operation, config(raw)) }),
    ...(proves && { proves: (request, raw, at) => proves(request, config(raw), at) }),
    ...(hears && { hears: raw => hears(config(raw)) }),
    ...(answer && { answer: (request, raw) => answer(request, config(raw)) }),
    ...(settle && { settle: async (offer, take, raw, tools) => settle(offer, take, config(raw), tools) }),
    ...(validation && {
      validation: {
        read: (request, raw) => validation.read(request, config(raw)),
        answer: (verdict, raw) => validation.answer(verdict, config(raw)),
      },
    }),
    ...(register && { register: async (listeners, raw, tools) => register(listeners, config(raw), tools) }),
    send: async (order, raw, tools) => provider.send(order, provider.config(raw), tools),
    inquire: async (attempt, raw, tools) => provider.inquire(attempt, provider.config(raw), tools),
    readCallback: (request, raw, attempt) => provider.readCallback(request, provider.config(raw), attempt),
  }
}

export const PROVIDERS: Readonly<Record<AdapterName, AnyProvider>> = {
  'mtn-momo': erased(mtnMomo),
  mpesa: erased(mpesa),
  'orange-money': erased(orangeMoney),

  wave: erased(wave),
  airtel: erased(airtel),
  'ecocash-eip': erased(ecocashEip),
  'ecocash-open': erased(ecocashOpen),
  gsma: erased(gsma),
  ...(Object.fromEntries(
    SHIPPED.map(name => [name, erased(createAggregator(shippedProfile(name)))]),
  ) as Record<(typeof SHIPPED)[number], AnyProvider>),
}

/** An integrator's own profiles: read once, at start, and the same in every process. */
const own = new Map<string, { readonly profile: Profile; readonly adapter: AnyProvider }>()

/**
 * Takes the profiles of a folder in as adapters. Throws the faults of all of them, with file and line; a name that ships
 * cannot be taken.
 */
export function adoptProfiles(folder: string): void {
  const profiles = profilesIn(folder)
  const taken = profiles.find(({ profile }) => isAdapterName(profile))
  if (taken !== undefined) throw new Error(`${folder}: an adapter called ${taken.profile} ships already`)
  own.clear()
  for (const profile of profiles)
    own.set(profile.profile, { profile, adapter: erased(createAggregator(profile)) })
}

/** Every adapter that a connection may name: those that ship, and the integrator's own profiles. */
export const adapterNames = (): string[] => [...ADAPTER_NAMES, ...own.keys()]

export const isAdapterName = (name: string): name is AdapterName =>
  (ADAPTER_NAMES as readonly string[]).includes(name)

/** The adapter of that name; undefined where there is none. */
export const providerNamed = (name: string): AnyProvider | undefined =>
  isAdapterName(name) ? PROVIDERS[name] : own.get(name)?.adapter

const hinted = (names: readonly string[]): string =>
  `one of ${names.join(', ')}; a profile of your own is one where PROFILES names its folder, in this process too`

/** Throws a sentence that names them all, where no adapter is so called. */
export function adapterNamed(name: string): AnyProvider {
  const found = providerNamed(name)
  if (found === undefined) throw new Error(`no adapter is called ${name}: ${adapterHint()}`)
  return found
}

/** What may be named instead. */
export const adapterHint = (): string => hinted(adapterNames())

/** A profile that ships, or an integrator's own. Throws a sentence that names them all. */
export function profileNamed(name: string): Profile {
  const shipped = SHIPPED.find(each => each === name)
  const found = shipped === undefined ? own.get(name)?.profile : shippedProfile(shipped)
  if (found === undefined)
    throw new Error(`no profile is called ${name}: ${hinted([...SHIPPED, ...own.keys()])}`)
  return found
}
