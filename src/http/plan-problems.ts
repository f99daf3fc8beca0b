import type { PlanRefusal } from '../gateway/plan-refusal.ts'
import type { Problem } from './problem.ts'

/** Each reason why an amount cannot move as an RFC 9457 problem. */
export const PLAN_PROBLEMS: Readonly<Record<PlanRefusal['why'], Pick<Problem, 'status' | 'title'>>> = {
  'no-road': { status: 409, title: 'No road' },
  'over-limit': { status: 409, title: 'Over a limit' },
  fraction: { status: 409, title: 'Whole amounts only' },
  'not-a-multiple': { status: 409, title: 'Not a multiple' },
  'below-minimum': { status: 409, title: 'Below the minimum' },
}
