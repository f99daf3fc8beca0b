import type { RawRequest } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading } from '../provider.ts'
import type { OrangeConfig } from './config.ts'
import { toOutcome } from './outcomes.ts'
import { codeOf, parseJson, readTold } from './wire.ts'

const unreadable = (why: string): CallbackReading => ({ kind: 'unreadable', why })

/**
 * Orange signs nothing, and nobody has written down what it sends to `notifUrl`: it is a hint that makes us ask. Of an
 * attempt whose pay token was never heard it brings the token, and so the way to ask; that is all that is taken from it.
 */
export function readCallback(
  request: RawRequest,
  config: OrangeConfig,
  attempt?: AttemptRef,
): CallbackReading {
  if (request.method !== 'POST') return unreadable('Orange calls back by POST')
  if (attempt !== undefined && attempt.operation !== 'collect')
    return unreadable('Orange calls back about collections only')
  const told = readTold(parseJson(request.body))
  if (told === undefined) return unreadable('the body has neither a pay token nor a status')
  const { payToken, txnmode } = told
  const known = attempt?.providerReference
  if (known !== undefined && payToken != null && payToken !== known)
    return unreadable('the body is about another payment than its URL')
  const reference = attempt?.reference ?? txnmode
  return {
    kind: 'outcome',
    outcome:
      attempt !== undefined && known === undefined && payToken != null
        ? { kind: 'unknown', why: 'its pay token is heard now: to be asked', providerReference: payToken }
        : toOutcome({ payment: told, code: codeOf(told) }, 'collect', config),
    ...(reference == null ? {} : { reference }),
    ...(payToken == null ? {} : { providerReference: payToken }),
  }
}
