import type { Words } from '../../flows/words/words.ts'
import type { Connection } from '../store/tenants.ts'
import { hears } from './origin.ts'
import type { Setup } from './step.ts'

/**
 * The other way to pay this loan, as a sentence; nothing where the lender has not named one. To a paybill she is sent only
 * where a connection hears of what customers pay by themselves: elsewhere her money would come and nobody would know. The
 * operator's own menu answers the prompt that was pushed to her.
 */
export function otherWay(
  { tenant, connections }: Pick<Setup, 'tenant' | 'connections'>,
  provider: string,
  account: string,
  words: Words,
): string {
  const way = tenant.settings.otherWays[provider]
  if (way === undefined || (way.kind === 'paybill' && !isHeard(connections, provider))) return ''
  return words.otherWay(way, account)
}

/** After the operator's no: its own menu has no prompt of ours any more. */
export const wayAfterNo = (...of: Parameters<typeof otherWay>): string => {
  const [{ tenant }, provider] = of
  return tenant.settings.otherWays[provider]?.kind === 'menu' ? '' : otherWay(...of)
}

/** The lender's paybill as a sentence, whichever wallet she will choose; nothing where it has none that we hear of. */
export function paybillWay(
  { tenant, connections }: Pick<Setup, 'tenant' | 'connections'>,
  reference: string,
  words: Words,
): string {
  for (const [provider, way] of Object.entries(tenant.settings.otherWays))
    if (way.kind === 'paybill' && isHeard(connections, provider)) return words.otherWay(way, reference)
  return ''
}

const isHeard = (connections: readonly Connection[], provider: string): boolean =>
  connections.some(connection => connection.provider === provider && hears(connection))
