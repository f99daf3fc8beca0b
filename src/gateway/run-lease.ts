import { type DueRow, keepLease } from '../store/due.ts'
import { act, type GatewayDeps } from './context.ts'
import type { Act } from './step.ts'

/** Another worker has taken the run over. */
export class RunLost extends Error {
  override readonly name = 'RunLost'
}

/** One commit of a run of many, which renews the lease: fails where the run is another worker's by now. */
export const commitOfRun = <T>(
  deps: GatewayDeps,
  row: DueRow,
  work: (commit: Act) => Promise<T>,
): Promise<T> =>
  act(deps, row.tenantId, async commit => {
    if (!(await keepLease(commit.trx, deps.clock, row))) throw new RunLost('the lease ran out')
    return work(commit)
  })
