import type { Call, Command, Execution } from './commands.ts'
import { type Caller, FINERACT, type House } from './house.ts'
import { write } from './json.ts'
import { table } from './schema.ts'

/**
 * Web hooks: told once, unsigned, never again, and for failed commands too
 * (org.apache.fineract.infrastructure.hooks.processor.WebHookService and ProcessorHelper).
 */

export type HookRow = {
  readonly id: string
  readonly display_name: string
  readonly url: string
  readonly events: readonly { readonly entityName: string; readonly actionName: string }[]
  readonly active: boolean
}

const TIMEOUT_MS = 10_000

function bodyOf(
  { user }: Caller,
  command: Command,
  call: Call,
  { status, body, failed }: Execution,
  timestamp: string,
): string {
  return write({
    entityName: command.entity(call),
    actionName: command.action,
    createdBy: user.id,
    createdByName: user.username,
    createdByFullName: user.username,
    request: { rawNumber: call.body === '' ? '{}' : call.body },
    officeId: 1,
    ...(failed ? { status: 'Exception', statusCode: status } : {}),
    response: { rawNumber: body },
    timestamp,
  })
}

export async function tellHooks(
  house: House,
  caller: Caller,
  command: Command,
  call: Call,
  execution: Execution,
): Promise<void> {
  const hooks: HookRow[] = await house.db(table('hooks')).where({ tenant: caller.tenant.id, active: true })
  const [entity, action] = [command.entity(call), command.action]
  const due = hooks.filter(
    ({ url, events }) =>
      // Retrofit takes only a base URL that ends with a slash; the failure is logged and nobody hears of it.
      url.endsWith('/') && events.some(event => event.entityName === entity && event.actionName === action),
  )
  if (due.length === 0 || call.body === '') return
  if ((await house.faults.strike(FINERACT, ['no-hook'])) !== undefined) return
  const at = house.clock.now()
  for (const { url } of due)
    await house.jobs.plan({
      simulator: FINERACT,
      kind: 'hook',
      dueAt: at,
      payload: {
        url,
        entity,
        action,
        tenant: caller.tenant.id,
        body: bodyOf(caller, command, call, execution, at.toISOString()),
      },
    })
}

export function registerHookJob({ jobs }: House): void {
  jobs.on(FINERACT, 'hook', async ({ url, entity, action, tenant, body }) => {
    try {
      await fetch(String(url), {
        method: 'POST',
        body: String(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          'content-type': 'application/json',
          'x-fineract-entity': String(entity),
          'x-fineract-action': String(action),
          'x-fineract-endpoint': 'http://simulator/fineract-provider/api/v1',
          'fineract-platform-tenantid': String(tenant),
        },
      })
    } catch {
      // Fire and forget: upstream logs the failure and goes on.
    }
  })
}
