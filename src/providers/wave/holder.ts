import type { Msisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { NameAnswer } from '../provider.ts'
import { call, unclear, unknown } from './access.ts'
import type { WaveConfig } from './config.ts'
import { Verified } from './wire.ts'

const MAX_NAME = 255

/**
 * Wave tells no names; it says whether one fits, within some fuzziness of its own. `NAME_NOT_KNOWN` is a number without a
 * wallet as well as a wallet without a verified name, so it tells nothing. Source: docs.wave.com, "Payout API",
 * verify_recipient; at most 30 questions about a number in five minutes.
 */
export async function nameOf(
  msisdn: Msisdn,
  config: WaveConfig,
  tools: Tools,
  expected: string | undefined,
): Promise<NameAnswer> {
  const name = expected?.trim().slice(0, MAX_NAME) ?? ''
  if (name === '') return unknown('Wave compares names, and there is none to compare')
  const body = { mobile: msisdn, name, currency: config.currency }
  const said = await call({ method: 'POST', path: '/v1/verify_recipient/', body }, config, tools)
  if (said.kind === 'refused') return unclear(said.refused)
  if (said.kind === 'outcome')
    return unknown('why' in said.outcome ? said.outcome.why : (said.outcome.detail ?? said.outcome.fault))
  const match = Verified.safeParse(said.value).data?.name_match
  if (match === 'MATCH') return { kind: 'name', name }
  return match === 'NO_MATCH' ? { kind: 'other-name' } : unknown('no name is known for this number')
}
