import type { DueRow } from '../store/due.ts'
import type { Job } from '../store/schedules.ts'
import { act, type GatewayDeps } from './context.ts'

/** What each job does when its hour has come. */
export type Jobs = Readonly<Record<Job, { work(row: DueRow): Promise<void> }>>

/** Leads a due schedule to its job. */
export function createSchedule(deps: GatewayDeps, jobs: Jobs): { work(row: DueRow): Promise<void> } {
  return {
    async work(row) {
      const { job } = await act(deps, row.tenantId, ({ trx }) =>
        trx('schedules').where({ tenant_id: row.tenantId, id: row.id }).first('job'),
      )
      await jobs[job as Job].work(row)
    },
  }
}
