import type { Msisdn } from '../domain/msisdn.ts'
import { inTime } from '../domain/time.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { adapterOf, roadFor } from '../gateway/road.ts'
import type { NameAnswer } from '../providers/provider.ts'
import { customer } from '../store/people.ts'
import type { Caller } from './desk.ts'
import { mayPropose, type Propose } from './new-wallets.ts'

/** Her hop has one more thing to do afterwards: a provider that is slower tells nothing. */
const LOOK_MS = 1_500

/**
 * Whose wallet the provider says it is, asked before the code goes out and outside any commit; undefined where it tells
 * none. Only of a wallet that could be proposed now, so that nobody looks up the names of one number after another.
 */
export async function lookAtHolder(
  { deps }: Gateway,
  { tenantId }: Caller,
  wanted: Propose,
): Promise<NameAnswer | undefined> {
  const asked = await act(deps, tenantId, async commit => {
    if (!(await mayPropose(commit, wanted))) return undefined
    const { trx, setup, at } = commit
    const { currency } = setup.tenant
    const road = roadFor(setup, { provider: wanted.provider, currency }, 'collect', at)
    const her = await customer(trx, tenantId, wanted.customerId)
    return road && { road, expected: her?.displayName }
  })
  if (asked === undefined) return undefined
  const { road, expected } = asked
  const work = adapterOf(road).nameOf?.(wanted.number as Msisdn, road.config, deps.tools, expected)
  return work && inTime(work, LOOK_MS, () => undefined)
}
