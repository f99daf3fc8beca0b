import type { CountryCode } from 'libphonenumber-js/max'
import { type Msisdn, parseMsisdn } from '../../domain/msisdn.ts'
import type { RawRequest } from '../../domain/outside.ts'
import type { Closed, Hop, Unreadable } from '../channel.ts'
import { readDialled } from '../dialled.ts'
import { type Fields, readFields, textOf, unreadable } from './fields.ts'
import type { Profile } from './profile.ts'

/** The channel that a request is read for. */
export type Served = { readonly address: string; readonly country?: CountryCode | undefined }

const SESSION = /^[\x21-\x7e]{1,128}$/
const MAX_INPUT = 4_000

/** Reads one request by the profile: a hop, the word that a session is over, or what is wrong with it. */
export function readHop(profile: Profile, served: Served, request: RawRequest): Hop | Closed | Unreadable {
  const fields = readFields(profile, request)
  if (typeof fields !== 'function') return fields
  const { session, input, code, network } = profile.fields
  const text = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : textOf(fields(name))
  const sessionId = text(session)
  if (sessionId === undefined || !SESSION.test(sessionId)) return missing(session)
  const phone = phoneOf(profile, served, fields)
  const typed = text(input)
  const phase = phaseOf(profile, served, fields, typed)
  if (phase === undefined) return missing(profile.phase.field ?? input)
  if (phase !== 'begin' && phase !== 'input')
    return { kind: 'closed', sessionId, how: phase, ...(phone === undefined ? {} : { phone }) }
  if (phone === undefined) return missing(profile.fields.phone[0] ?? '')
  if (typed === undefined && phase === 'input') return missing(input)
  if ((typed ?? '').length > MAX_INPUT) return missing(input)
  const on = text(network)
  const hop = {
    sessionId,
    phone,
    code: codeTold(text(code), served),
    ...(on === undefined || on === '' ? {} : { network: on }),
  }
  return profile.input === 'cumulative'
    ? { ...hop, transcript: typed ?? '' }
    : lastInput(profile, served, hop, typed ?? '', phase === 'begin', text)
}

const missing = (name: string): Unreadable => unreadable(`send ${name} as documented`)

function phoneOf(
  { fields: { phone }, phone: form }: Profile,
  { country }: Served,
  fields: Fields,
): Msisdn | undefined {
  const text = phone.map(name => textOf(fields(name))).find(value => value !== undefined)
  return text !== undefined && /^[+ ]?\d{6,15}$/.test(text)
    ? parseMsisdn(text, form === 'national' ? country : undefined)
    : undefined
}

function phaseOf(
  { phase: { field, values, closing } }: Profile,
  { address }: Served,
  fields: Fields,
  typed: string | undefined,
) {
  if (closing !== undefined && fields(closing.field) !== undefined) return closing.how
  if (field !== undefined) return values?.get(textOf(fields(field))?.toLowerCase() ?? '')
  return typed !== undefined && readDialled(typed, address).kind === 'ours' ? 'begin' : 'input'
}

/** The channel's own code, where the gateway tells it in whatever form, or none. */
const codeTold = (told: string | undefined, { address }: Served): string =>
  told === undefined || told === '' || readDialled(told, address).kind === 'ours' ? address : told

function lastInput(
  { repeats }: Profile,
  { address }: Served,
  hop: Pick<Hop, 'sessionId' | 'phone' | 'code' | 'network'>,
  input: string,
  begin: boolean,
  text: (name: string | undefined) => string | undefined,
): Hop {
  const dialled = begin ? readDialled(input, address) : undefined
  const sequence = Number(text(repeats.sequence) || Number.NaN)
  const requestId = text(repeats.request)
  return {
    ...hop,
    // what was dialled is not this channel's: who serves the hop sees it and says so
    ...(dialled?.kind === 'foreign' ? { code: input } : {}),
    input,
    begin,
    dialled: dialled?.kind === 'ours' ? dialled.behind : [],
    repeatMs: repeats.withinMs,
    ...(Number.isSafeInteger(sequence) ? { sequence } : {}),
    ...(requestId === undefined || requestId === '' ? {} : { requestId }),
  }
}
