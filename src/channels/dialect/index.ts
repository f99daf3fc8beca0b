import { isSupportedCountry } from 'libphonenumber-js/max'
import * as z from 'zod'
import type { RawRequest } from '../../domain/outside.ts'
import type { Reply, UssdDialect, WireReply } from '../channel.ts'
import { Screens } from '../screens.ts'
import { readFields, unreadable } from './fields.ts'
import { SHIPPED, shippedProfile } from './files.ts'
import { readHop, type Served } from './hop.ts'
import type { Answer, Profile } from './profile.ts'
import { fill } from './template.ts'

export { SHIPPED }

/** What stands in the configuration of a channel that speaks by a profile. */
const Config = Screens.extend({
  profile: z.enum(SHIPPED),
  /** Whose numbers come without their country. */
  country: z.string().refine(isSupportedCountry, 'an ISO 3166 code, such as GH').optional(),
}).refine(({ profile, country }) => shippedProfile(profile).phone !== 'national' || country !== undefined, {
  path: ['country'],
  message: 'this gateway sends numbers without their country: say whose they are',
})

/** A dialect by its profile, for a channel of this code. Throws a ZodError where the configuration is none. */
export function dialectBy(address: string, raw: unknown): UssdDialect {
  const { profile: name, country, budget, networks } = Config.parse(raw)
  const profile = shippedProfile(name)
  return createDialect(profile, { address, country }, { budget: budget ?? profile.budget.septets, networks })
}

export function createDialect(
  profile: Profile,
  served: Served,
  { budget, networks }: Pick<UssdDialect, 'budget' | 'networks'>,
): UssdDialect {
  return {
    name: profile.profile,
    budget,
    networks: { ...profile.budget.networks, ...networks },
    prefix: profile.budget.prefix,
    readHop: request => readHop(profile, served, request),
    writeReply: (reply, request) => write(profile.reply, reply, profile, request),
    writeClosed: request => write(profile.closed, { kind: 'end', text: '' }, profile, request),
    readEnd: () => unreadable('send it where the hops go: this gateway has no address of its own for it'),
  }
}

function write(
  { json, text, headers }: Answer,
  reply: Reply,
  profile: Profile,
  request: RawRequest,
): WireReply {
  const fields = readFields(profile, request)
  const filling = {
    kind: reply.kind,
    text: reply.text,
    request: (name: string) => (typeof fields === 'function' ? fields(name) : undefined),
  }
  return {
    contentType: json === undefined ? 'text/plain; charset=utf-8' : 'application/json',
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(fill(value, filling) ?? '')]),
    ),
    body: json === undefined ? String(fill(text ?? '', filling) ?? '') : JSON.stringify(fill(json, filling)),
  }
}
