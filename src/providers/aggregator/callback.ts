import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { RawRequest } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading } from '../provider.ts'
import type { AggregatorConfig } from './connection.ts'
import { type Arrived, readWire } from './document.ts'
import { encode } from './made.ts'
import { hear, outcomeOf, type Saying } from './outcome.ts'
import type { Profile } from './profile.ts'
import { fill } from './template.ts'
import { valuesOf } from './values.ts'

/** What a callback says, and whether it proves where it comes from. Both are pure. */

const EPOCH = new Date(0)

const arrivedOf = ({ body, headers, query }: RawRequest): Arrived => ({ body, headers, query })

export function readCallback(
  profile: Profile,
  request: RawRequest,
  config: AggregatorConfig,
  attempt: AttemptRef | undefined,
): CallbackReading {
  const { callback } = profile
  if (callback === undefined) return { kind: 'unreadable', why: 'this aggregator does not call back' }
  if (!(callback.methods as readonly string[]).includes(request.method))
    return { kind: 'unreadable', why: `it calls back by ${callback.methods.join(' or ')}` }
  const saying: Saying = {
    occasion: { profile, config, order: attempt, at: EPOCH },
    operation: attempt?.operation ?? '',
    step: 'callback',
    reads: callback.reads,
    http: undefined,
    arrived: arrivedOf(request),
  }
  const said = hear(saying)
  if (said.code === undefined) return { kind: 'unreadable', why: 'the body says no status' }
  if (said.foreign) return { kind: 'unreadable', why: 'the body is about another request than its URL' }
  const reference = said.reference ?? attempt?.reference
  return {
    kind: 'outcome',
    outcome: outcomeOf(saying, said),
    ...(reference === undefined ? {} : { reference }),
    ...(said.providerReference === undefined ? {} : { providerReference: said.providerReference }),
  }
}

/** Compared by digests, so that neither length nor time tells anything. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

export function proves(profile: Profile, request: RawRequest, config: AggregatorConfig): boolean {
  const proof = profile.callback?.proof
  const wire = profile.callback && readWire(profile.callback.reads.format, arrivedOf(request))
  if (proof === undefined || wire === undefined) return false
  const given = proof.find(wire)
  if (given === undefined) return false
  const values = valuesOf({ profile, config, at: EPOCH })
  if ('equals' in proof) {
    const wanted = fill(proof.equals, values)
    return wanted !== undefined && wanted !== '' && same(given, wanted)
  }
  const secret = fill(proof.secret, values)
  if (secret === undefined || secret === '') return false
  const text =
    proof.over === undefined
      ? request.body
      : proof.over.map(field => field(wire) ?? proof.missing).join(proof.separator)
  const wanted = encode(createHmac(proof.hmac, secret).update(text).digest(), proof.encoding)
  return same(given, wanted)
}
