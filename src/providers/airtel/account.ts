import type { Msisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { BalanceAnswer, NameAnswer } from '../provider.ts'
import { call, unclear, unknown } from './access.ts'
import type { AirtelConfig } from './config.ts'
import { nationalOf } from './pay.ts'
import { readBalance, readUser } from './wire.ts'
import { faultOf } from './words.ts'

/** What is asked and moves nothing. Source: Airtel developer portal, "KYC" (User Enquiry) and "Account" (Balance Enquiry). */

const NO_SUCH_USER = 'DP02200000002'

/** Whose wallet a number is. One that is barred can be paid as little as one that is not there. */
export async function nameOf(msisdn: Msisdn, config: AirtelConfig, tools: Tools): Promise<NameAnswer> {
  const national = nationalOf(msisdn, config)
  if (national === undefined) return { kind: 'no-account' }
  const answer = await call({ method: 'GET', path: `/standard/v1/users/${national}` }, config, tools)
  if ('outcome' in answer)
    return answer.outcome.kind === 'unknown' ? answer.outcome : unknown(answer.outcome.fault)
  const { status, said } = answer
  if (said.code === NO_SUCH_USER) return { kind: 'no-account' }
  const user = status === 200 && said.success === true ? readUser(said.data) : undefined
  if (user === undefined) return unclear(status, said.code)
  if (user.barred) return { kind: 'no-account' }
  return user.name === undefined ? unknown('the answer has no name') : { kind: 'name', name: user.name }
}

export async function balances(config: AirtelConfig, tools: Tools): Promise<BalanceAnswer> {
  const answer = await call({ method: 'GET', path: '/standard/v1/users/balance' }, config, tools)
  if ('outcome' in answer) return answer.outcome
  const { status, said } = answer
  const fault = faultOf(said.code)
  if (fault !== undefined) return { kind: 'our-fault', fault, ...(said.code && { detail: said.code }) }
  const amount = status === 200 && said.success === true ? readBalance(said.data) : undefined
  return amount === undefined
    ? unclear(status, said.code)
    : { kind: 'balances', balances: [{ account: 'wallet', amount }] }
}
