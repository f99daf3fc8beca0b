import { ensureSchema } from '../kit/database.ts'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { batchRoutes } from './batch.ts'
import { clientRoutes } from './clients.ts'
import { COMMAND_FAULTS, mobileOf } from './command-route.ts'
import type { Command } from './commands.ts'
import { controlRoutes } from './controls.ts'
import { datatableRoutes } from './datatable-api.ts'
import { DATATABLE } from './datatables.ts'
import { unknownRoutes } from './gate.ts'
import { groupRoutes } from './groups.ts'
import { HOOK_COMMANDS, hookRoutes } from './hook-api.ts'
import { registerHookJob } from './hooks.ts'
import type { House } from './house.ts'
import { POST_ENTRY, REVERSE_ENTRY, SAME_MILLISECOND } from './journal.ts'
import { journalRoutes } from './journal-api.ts'
import { READ_FAULTS, spoilable, WRITE_FAULTS } from './line.ts'
import { LOAN_COMMANDS, loanRoutes } from './loans/api.ts'
import { makerCheckerRoutes } from './makercheckers.ts'
import { CREATE_REPORT, reportRoutes } from './reports.ts'
import { SAVINGS_COMMANDS, savingsRoutes } from './savings/api.ts'
import { SCHEMA, STATEMENTS } from './schema.ts'
import { searchRoutes } from './search.ts'
import { type FineractSeed, seedAll } from './seed.ts'
import { settingsRoutes } from './settings-api.ts'
import { truthRoutes } from './truth.ts'

export type { FineractControls } from './controls.ts'
export type { GroupSeed } from './groups.ts'
export type { ClientSeed, FineractSeed, LoanSeed, SavingsSeed, TenantSeed } from './seed.ts'

const COMMANDS: readonly Command[] = [
  ...LOAN_COMMANDS,
  ...SAVINGS_COMMANDS,
  ...Object.values(DATATABLE),
  ...HOOK_COMMANDS,
  POST_ENTRY,
  REVERSE_ENTRY,
  CREATE_REPORT,
]

/** Every fault this simulator knows; those of `query-…` strike reads, the others writes. */
export const FINERACT_FAULTS: readonly string[] = [
  ...WRITE_FAULTS,
  ...READ_FAULTS,
  ...COMMAND_FAULTS,
  'no-hook',
  SAME_MILLISECOND,
]

function resources(house: House): Route[] {
  return [
    ...settingsRoutes(house),
    ...clientRoutes(house),
    ...groupRoutes(house),
    ...searchRoutes(house),
    ...loanRoutes(house),
    ...savingsRoutes(house),
    ...datatableRoutes(house),
    ...reportRoutes(house),
    ...journalRoutes(house),
    ...hookRoutes(house),
    ...makerCheckerRoutes(house, COMMANDS),
  ]
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, part] of wanted.entries()) {
    const segment = given[at] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(segment)
    else if (part !== segment) return undefined
  }
  return params
}

/** A batch's inner call, on the batch's own transaction where it has one. */
async function dispatch(house: House, request: Omit<SimRequest, 'params'>): Promise<SimReply> {
  for (const route of resources(house)) {
    const params = route.method === request.method ? paramsOf(route.path, request.path) : undefined
    if (params !== undefined) return route.handle({ ...request, params })
  }
  return { status: 404, body: '' }
}

/** Apache Fineract as the gateway meets it, kept in `sim_fineract`; every write is committed before it is answered. */
export async function createFineractSimulator(house: House) {
  await ensureSchema(house.db, SCHEMA, STATEMENTS)
  registerHookJob(house)
  const spoilt = [...resources(house), ...batchRoutes(house, dispatch)].map(route =>
    spoilable(house.faults, request => mobileOf(house, request), route),
  )
  return {
    routes: [...spoilt, ...unknownRoutes(house), ...truthRoutes(house), ...controlRoutes(house)] as Route[],
    kinds: FINERACT_FAULTS,
    seed: (data: FineractSeed): Promise<void> => seedAll(house, data),
  }
}
