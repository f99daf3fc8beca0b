import type { Route } from '../kit/http.ts'
import { commandRoute } from './command-route.ts'
import type { Command } from './commands.ts'
import { fieldsOf } from './fields.ts'
import { apiRoute } from './gate.ts'
import type { HookRow } from './hooks.ts'
import { type House, requireRead } from './house.ts'
import type { Json } from './json.ts'
import { invalid, reply } from './refusal.ts'
import { table } from './schema.ts'

const CREATE_HOOK: Command = {
  name: 'hook.create',
  action: 'CREATE',
  entity: () => 'HOOK',
  async run({ trx, tenant }, { body }) {
    const allowed = ['name', 'displayName', 'isActive', 'events', 'config', 'templateId']
    const { raw } = fieldsOf(body, allowed, 'hook')
    const url = (raw.config as Record<string, unknown> | undefined)?.['Payload URL']
    if (raw.name !== 'Web' || typeof url !== 'string' || !Array.isArray(raw.events))
      throw invalid(
        'validation.msg.hook.config.cannot.be.blank',
        'A Web hook needs events and a Payload URL.',
      )
    const row = {
      tenant: tenant.id,
      display_name: String(raw.displayName ?? 'Web'),
      url,
      events: JSON.stringify(raw.events),
      active: raw.isActive === true || raw.isActive === 'true',
    }
    const [made] = await trx(table('hooks')).insert(row).returning('id')
    return { resourceId: Number(made.id) }
  },
}

export const HOOK_COMMANDS: readonly Command[] = [CREATE_HOOK]

const view = ({ id, display_name, url, events, active }: HookRow): Json => ({
  id: Number(id),
  name: 'Web',
  displayName: display_name,
  isActive: active,
  events: events.map(({ entityName, actionName }) => ({ entityName, actionName })),
  config: [
    { fieldName: 'Payload URL', fieldValue: url },
    { fieldName: 'Content Type', fieldValue: 'json' },
  ],
})

export function hookRoutes(house: House): Route[] {
  return [
    commandRoute(house, 'POST', '/hooks', () => CREATE_HOOK),
    apiRoute(house, 'GET', '/hooks', async ({ tenant, user }) => {
      requireRead(user, 'HOOK')
      const rows: HookRow[] = await house.db(table('hooks')).where({ tenant: tenant.id }).orderBy('id')
      return reply(200, rows.map(view))
    }),
  ]
}
