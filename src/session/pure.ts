import { type AnyActorScope, type AnyMachineSnapshot, createActor, createMachine } from 'xstate'
import type { DialogueEvent } from '../../flows/dialogue.ts'
import type { AnyFlow } from '../../flows/index.ts'

/** An action as the pure machine hands it over: data. */
export type Ordered = { readonly type: string; readonly params?: unknown }

export type Step = readonly [AnyMachineSnapshot, readonly Ordered[]]

/**
 * XState's own `transition` and `initialTransition` make a whole actor for each step, which enters the machine once more
 * and throws it away: half the cost of a hop. Dialogues start no actors, so one idle actor can stand in for all.
 */
const idle = createActor(createMachine({}))

function scopeFor(actions: Ordered[]): AnyActorScope {
  return {
    self: idle,
    system: idle.system,
    id: '',
    sessionId: '',
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: action => void actions.push(action),
  }
}

/** What the machine does with an event, and what it orders. */
export function step(machine: AnyFlow['machine'], from: AnyMachineSnapshot, event: DialogueEvent): Step {
  const actions: Ordered[] = []
  return [machine.transition(from, event, scopeFor(actions)), actions]
}

/** How the machine begins with this input, and what it orders. */
export function begin(machine: AnyFlow['machine'], input: object): Step {
  const actions: Ordered[] = []
  return [machine.getInitialSnapshot(scopeFor(actions), input), actions]
}
