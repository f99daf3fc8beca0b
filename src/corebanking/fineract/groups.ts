import type { CoreAnswer, CoreGroup } from '../core-banking.ts'
import { type Api, all, mapValue } from './call.ts'
import { Client, Group } from './wire.ts'

/** GroupingTypeStatus. */
const ACTIVE = '300'
/** More groups of one client than this are not read. */
const MAX_GROUPS = 5

/**
 * The active groups in which a client has the leader's role, by the name of the code value in `GROUPROLE`: Fineract
 * comes with `Leader`, and a lender may call it otherwise.
 */
export async function groupsLedBy(api: Api, clientId: string): Promise<CoreAnswer<readonly CoreGroup[]>> {
  const client = await api.get(`clients/${encodeURIComponent(clientId)}`, {}, Client)
  if (client.kind === 'no-answer') return client
  const ids = (client.value?.groups ?? []).slice(0, MAX_GROUPS).map(({ id }) => id)
  const query = { associations: 'activeClientMembers,groupRoles' }
  const read = all(
    await Promise.all(ids.map(id => api.get(`groups/${encodeURIComponent(id)}`, query, Group))),
  )
  const role = api.config.leaderRole.toLowerCase()
  return mapValue(read, groups =>
    groups
      .filter(group => group !== undefined)
      .filter(({ status }) => status?.id === ACTIVE)
      .filter(({ groupRoles }) =>
        groupRoles.some(held => held.clientId === clientId && held.role.name.toLowerCase() === role),
      )
      .map(({ id, name, activeClientMembers }) => ({
        id,
        name,
        clientIds: activeClientMembers.map(member => member.id),
      })),
  )
}
