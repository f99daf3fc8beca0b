import type { Route, SimRequest } from '../kit/http.ts'
import { type Call, type Command, permissionOf, process } from './commands.ts'
import { parseObject } from './fields.ts'
import { apiRoute } from './gate.ts'
import { tellHooks } from './hooks.ts'
import { bypassesLocks, FINERACT, type House, requireWrite } from './house.ts'
import { POST_ENTRY, SAME_MILLISECOND } from './journal.ts'
import { lockedByCob, unavailable } from './refusal.ts'
import { table } from './schema.ts'

/** Faults inside Fineract, beside those of the line: a running job, a lost race, a key still (or for ever) at work. */
export const COMMAND_FAULTS = ['busy', 'conflict', 'under-processing', 'stuck'] as const

const faultsOf = (command: Command): readonly string[] =>
  command === POST_ENTRY ? [...COMMAND_FAULTS, SAME_MILLISECOND] : COMMAND_FAULTS

/** The phone of the client whom a path is about, so that a fault scripted for one number spares the others. */
export async function mobileOf(house: House, { path, headers }: SimRequest): Promise<string | undefined> {
  const found = /\/(loans|savingsaccounts|clients|datatables\/[^/]+)\/(\d{1,18})(?:\/|$)/.exec(path)
  if (found === null) return undefined
  const tenant = headers['fineract-platform-tenantid'] ?? ''
  const [, kind, id = ''] = found
  const query = house.db(`${table('clients')} as c`).where({ 'c.tenant': tenant })
  const accounts = kind === 'loans' ? 'loans' : kind === 'savingsaccounts' ? 'savings' : undefined
  const row = await (accounts === undefined
    ? query.where('c.id', id)
    : query
        .join(`${table(accounts)} as a`, join => join.on('a.tenant', 'c.tenant').andOn('a.client_id', 'c.id'))
        .where('a.id', id)
  ).first('c.mobile_no')
  return row?.mobile_no ?? undefined
}

async function isLocked(house: House, tenant: string, loanId: string): Promise<boolean> {
  if (!/^\d{1,18}$/.test(loanId)) return false
  const row = await house.db(table('loans')).where({ tenant, id: loanId }).first('locked')
  return row?.locked ?? false
}

/**
 * A write. The order is upstream's: COB lock (a filter), command word, permission, running job, body, key, handler.
 * The first five leave no command row, so the same key may be used again.
 */
export function commandRoute(
  house: House,
  method: string,
  path: string,
  select: (call: Call) => Command,
): Route {
  return apiRoute(house, method, path, async (caller, request) => {
    const call: Call = { params: request.params, query: request.query, body: request.body }
    const loanId = path.startsWith('/loans/') ? (request.params.id ?? '') : ''
    if (!bypassesLocks(caller.user) && (await isLocked(house, caller.tenant.id, loanId)))
      return lockedByCob(loanId)
    const command = select(call)
    requireWrite(caller.user, permissionOf(command, call))
    const about = await mobileOf(house, request)
    const scripted = await house.faults.strike(FINERACT, faultsOf(command), about)
    if (scripted === 'busy')
      throw unavailable('error.msg.sheduler.job.currently.running', 'Currently running scheduled jobs.')
    if (method !== 'DELETE') parseObject(request.body)
    const key = request.headers['idempotency-key']
    return process(house, caller, command, call, key, scripted, execution =>
      tellHooks(house, caller, command, call, execution),
    )
  })
}
