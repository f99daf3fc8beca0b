import type { Knex } from 'knex'
import type { Route } from '../kit/http.ts'
import { type ClientRow, clientView } from './clients.ts'
import { dateArray } from './dates.ts'
import { apiRoute } from './gate.ts'
import { type House, OFFICE_ID, requireRead } from './house.ts'
import type { Json } from './json.ts'
import { isId } from './loans/rows.ts'
import { notFound, reply } from './refusal.ts'
import { table } from './schema.ts'

/** GroupsApiResource: a group, and what is asked for with it: `?associations=activeClientMembers,groupRoles`, or `all`. */

const ACTIVE = 300

type GroupRow = {
  readonly id: string
  readonly account_no: string
  readonly name: string
  readonly status: number
  readonly activated_on: string
}

const view = (row: GroupRow): Json => ({
  id: Number(row.id),
  accountNo: row.account_no,
  name: row.name,
  status:
    row.status === ACTIVE
      ? { id: row.status, code: 'groupingStatusType.active', value: 'Active' }
      : { id: row.status, code: 'groupingStatusType.closed', value: 'Closed' },
  active: row.status === ACTIVE,
  activationDate: dateArray(row.activated_on),
  officeId: OFFICE_ID,
  officeName: 'Head Office',
  hierarchy: `.${row.id}.`,
  groupLevel: '2',
})

async function find(db: Knex, tenant: string, id: string): Promise<GroupRow> {
  const row = isId(id) ? await db(table('groups')).where({ tenant, id }).first() : undefined
  if (row === undefined)
    throw notFound('error.msg.group.id.invalid', `Group with identifier ${id} does not exist`, id)
  return row
}

async function membersOf(db: Knex, tenant: string, groupId: string): Promise<readonly ClientRow[]> {
  return db(table('clients'))
    .where({ tenant })
    .whereIn('id', db(table('group_members')).where({ tenant, group_id: groupId }).select('client_id'))
    .orderBy('id')
}

/** GroupRoleData. */
async function rolesOf(db: Knex, tenant: string, groupId: string): Promise<Json[]> {
  const rows = await db(`${table('group_roles')} as r`)
    .join(`${table('clients')} as c`, on => on.on('c.tenant', 'r.tenant').andOn('c.id', 'r.client_id'))
    .where({ 'r.tenant': tenant, 'r.group_id': groupId })
    .orderBy('r.id')
    .select('r.id', 'r.role_id', 'r.role', 'r.client_id', 'c.display_name')
  return rows.map(row => ({
    id: Number(row.id),
    role: { id: Number(row.role_id), name: row.role },
    clientId: Number(row.client_id),
    clientName: row.display_name,
  }))
}

const ASSOCIATIONS = ['clientMembers', 'activeClientMembers', 'groupRoles'] as const

/** What nobody is or has is left out, as an empty collection is there. */
async function associations(
  db: Knex,
  tenant: string,
  { id }: GroupRow,
  asked: readonly string[],
): Promise<Record<string, Json>> {
  const wanted = ASSOCIATIONS.filter(name => asked.includes('all') || asked.includes(name))
  const found: Record<string, Json> = {}
  for (const name of wanted) {
    const members = name === 'groupRoles' ? [] : await membersOf(db, tenant, id)
    const list =
      name === 'groupRoles'
        ? await rolesOf(db, tenant, id)
        : members
            .filter(({ status }) => name === 'clientMembers' || status === ACTIVE)
            .map(row => clientView(row))
    if (list.length > 0) found[name] = list
  }
  return found
}

export function groupRoutes(house: House): Route[] {
  const { db } = house
  return [
    apiRoute(house, 'GET', '/groups/:id', async ({ tenant, user }, { params, query }) => {
      requireRead(user, 'GROUP')
      const group = await find(db, tenant.id, params.id ?? '')
      const asked = (query.get('associations') ?? '').split(',').map(name => name.trim())
      return reply(200, { ...(view(group) as object), ...(await associations(db, tenant.id, group, asked)) })
    }),
  ]
}

/** ClientData's `groups`: all that she is a member of, closed ones too. */
export async function groupsOf(db: Knex, tenant: string, clientId: string): Promise<Json[]> {
  const rows: GroupRow[] = await db(table('groups'))
    .where({ tenant })
    .whereIn('id', db(table('group_members')).where({ tenant, client_id: clientId }).select('group_id'))
    .orderBy('id')
  return rows.map(row => ({ id: Number(row.id), accountNo: row.account_no, name: row.name }))
}

export type GroupSeed = {
  readonly id: number
  readonly name: string
  readonly members: readonly number[]
  /** Code values of `GROUPROLE`, as the lender has them; Fineract comes with `Leader` alone. */
  readonly roles: readonly { readonly clientId: number; readonly role: string }[]
  readonly closed?: true
}

const GROUP_CLOSED = 600
const ROLES_START = 7

export async function seedGroup(trx: Knex, tenant: string, seed: GroupSeed, on: string): Promise<void> {
  const put = (name: string, row: object) =>
    trx(table(name))
      .insert({ tenant, ...row })
      .onConflict()
      .ignore()
  await put('groups', {
    id: seed.id,
    account_no: String(seed.id).padStart(9, '0'),
    name: seed.name,
    status: seed.closed === true ? GROUP_CLOSED : ACTIVE,
    activated_on: on,
  })
  for (const client_id of seed.members) await put('group_members', { group_id: seed.id, client_id })
  for (const { clientId: client_id, role } of seed.roles)
    await put('group_roles', { group_id: seed.id, client_id, role, role_id: ROLES_START })
}
