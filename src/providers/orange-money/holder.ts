import type { Msisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { NameAnswer } from '../provider.ts'
import { call } from './access.ts'
import type { OrangeConfig } from './config.ts'
import { nationalOf } from './pay.ts'
import { readName, readSaid } from './wire.ts'

const unknown = (why: string): NameAnswer => ({ kind: 'unknown', why })

/**
 * Whose wallet a number is, asked before paying. That there is none is believed only of a code that says so: one client
 * takes any refusal for it.
 */
export async function nameOf(msisdn: Msisdn, config: OrangeConfig, tools: Tools): Promise<NameAnswer> {
  const number = nationalOf(msisdn)
  if (number === undefined) return { kind: 'no-account' }
  const { channelUserMsisdn, pin } = config.disbursement ?? config.collection
  const path = `/infos/subscriber/customer/${number}`
  const body = { pin, channelMsisdn: channelUserMsisdn }
  const endMs = performance.now() + config.callMs
  const answer = await call({ method: 'POST', path, body }, config, tools, endMs)
  if (answer.kind === 'no-answer') return unknown(answer.why)
  if (answer.kind === 'not-sent') return unknown('the question did not get through')
  const { code } = readSaid(answer.body)
  if (answer.status === 417 && code !== undefined && config.codes[code] === 'no-account')
    return { kind: 'no-account' }
  if (answer.status !== 200) return unknown(`answer ${answer.status}`)
  const name = readName(answer.body)
  return name === undefined ? unknown('the answer has no name') : { kind: 'name', name }
}
