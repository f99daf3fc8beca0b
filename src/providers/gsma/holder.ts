import type { Msisdn } from '../../domain/msisdn.ts'
import type { Tools } from '../../domain/outside.ts'
import type { NameAnswer } from '../provider.ts'
import { call, isNotThere, type NoValue, unclear, unknown } from './access.ts'
import type { GsmaConfig } from './config.ts'
import { AccountName, AccountStatus } from './wire.ts'

const MAX_NAME = 100

/**
 * Whose wallet a number is: first whether it is one, then the name, both within one call's deadline.
 * Source: GSMA Mobile Money API 1.2, `/accounts/{identifierType}/{identifier}/status` and `/accountname`.
 */
export async function nameOf(msisdn: Msisdn, config: GsmaConfig, tools: Tools): Promise<NameAnswer> {
  const endMs = performance.now() + config.callMs
  const ask = (what: 'status' | 'accountname') =>
    call(
      { method: 'GET', path: `/accounts/msisdn/${encodeURIComponent(msisdn)}/${what}` },
      config,
      tools,
      endMs,
    )
  const status = await ask('status')
  if (isNotThere(status)) return { kind: 'no-account' }
  if (status.kind !== 'value') return unread(status)
  const word = AccountStatus.safeParse(status.value).data?.accountStatus
  if (word === 'unregistered') return { kind: 'no-account' }
  if (word !== 'available') return unknown('the wallet is not available now')
  const said = await ask('accountname')
  if (said.kind !== 'value') return unread(said)
  const { name } = AccountName.safeParse(said.value).data ?? {}
  const parts = [name?.firstName, name?.middleName, name?.lastName].filter(Boolean).join(' ')
  const told = (name?.fullName || parts)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME)
  return told === '' ? unknown('a wallet without a name') : { kind: 'name', name: told }
}

function unread(said: NoValue): NameAnswer {
  if (said.kind === 'refused') return unclear(said.refused)
  const { outcome } = said
  return unknown('why' in outcome ? outcome.why : (outcome.detail ?? outcome.fault))
}
