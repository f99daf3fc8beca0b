import { digitsOf, type Msisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { NameAnswer } from '../provider.ts'
import { type Answer, authorized } from './access.ts'
import type { MtnConfig } from './config.ts'
import { readActive, readCode, readName } from './wire.ts'

/**
 * Whose wallet a number is, asked before paying: first whether it works at all, then for the name, both within one call's
 * deadline. Source: MoMo developer portal, `ValidateAccountHolderStatus` and `GetBasicUserinfo`.
 */
export async function nameOf(msisdn: Msisdn, config: MtnConfig, tools: Tools): Promise<NameAnswer> {
  const product = config.disbursement === undefined ? 'collection' : 'disbursement'
  const endMs = performance.now() + config.callMs
  const ask = async (what: 'active' | 'basicuserinfo'): Promise<Answer | NameAnswer> => {
    const url = `${config.baseUrl}/${product}/v1_0/accountholder/msisdn/${digitsOf(msisdn)}/${what}`
    const answer = await authorized(
      config,
      product,
      tools,
      (headers, deadlineMs) => tools.http({ method: 'GET', url, headers, deadlineMs }),
      endMs,
    )
    if ('outcome' in answer) return unknown(whyOf(answer.outcome))
    if (answer.status === 404 && readCode(answer.body) === 'RESOURCE_NOT_FOUND') return { kind: 'no-account' }
    return answer.status === 200 ? answer : unknown(`answer ${answer.status}`)
  }
  const active = await ask('active')
  if (active.kind !== 'answer') return active
  const works = readActive(active.body)
  if (works === undefined) return unknown('the answer is neither yes nor no')
  if (!works) return { kind: 'no-account' }
  const info = await ask('basicuserinfo')
  // A wallet that works and has no name to tell is a wallet.
  if (info.kind === 'no-account') return unknown('a wallet without a name')
  if (info.kind !== 'answer') return info
  const name = readName(info.body)
  return name === undefined ? unknown('the answer has no name') : { kind: 'name', name }
}

const unknown = (why: string): NameAnswer => ({ kind: 'unknown', why })

const whyOf = (outcome: object): string =>
  'why' in outcome ? String(outcome.why) : 'detail' in outcome ? String(outcome.detail) : 'no answer'
