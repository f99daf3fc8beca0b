import type { Outcome } from '../../domain/outcome.ts'
import { type Calls, take } from './caller.ts'
import type { StepName } from './codes.ts'
import type { Saying } from './outcome.ts'
import type { Step } from './step.ts'
import type { Occasion } from './values.ts'

/** Takes a step and gives what was said; an outcome where nothing was, or where the call was our own fault. */
export async function heard(
  step: Step,
  occasion: Occasion,
  operation: string,
  name: StepName,
  calls: Calls,
): Promise<Saying | { outcome: Outcome }> {
  const answer = await take(step, occasion, calls)
  if ('outcome' in answer) return answer
  const { body, headers, status } = answer
  return {
    occasion,
    operation,
    step: name,
    reads: step.answer,
    http: status,
    arrived: { body, headers },
    link: step.link,
  }
}
