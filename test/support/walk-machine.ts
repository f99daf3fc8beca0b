import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  transition,
} from 'xstate'
import type { Deed } from '../../flows/deeds.ts'

export type Walked = {
  readonly from: string
  readonly to: string
  readonly event: AnyEventObject
  readonly deeds: readonly Deed[]
  readonly changed: boolean
  /** For how long the state now waits; undefined where this step began no waiting. */
  readonly waitMs: number | undefined
}

type Action = { readonly type: string; readonly params?: unknown }

/** A pure machine taken through events as the gateway would; `wake` stands for the delayed event of its state. */
export function createWalk(
  machine: AnyStateMachine,
  input: object,
  startMs = Date.parse('2026-03-05T08:00:00Z'),
) {
  let snapshot: AnyMachineSnapshot = initialTransition(machine, input as never)[0]
  let nowMs = startMs
  const steps: Walked[] = []
  return {
    steps,
    get state(): string {
      return String(snapshot.value)
    },
    get context(): Record<string, unknown> {
      return snapshot.context as Record<string, unknown>
    },
    step(event: AnyEventObject & { readonly afterMs?: number }): Walked {
      nowMs += event.afterMs ?? 0
      const wake = machine.getStateNodeById(`${machine.id}.${String(snapshot.value)}`).after[0]?.eventType
      const named = { ...event, type: event.type === 'wake' ? (wake ?? 'nothing') : event.type }
      const [next, actions] = transition(machine, snapshot, { ...named, at: new Date(nowMs).toISOString() })
      const all: readonly Action[] = actions
      const waits = all.filter(({ type }) => type === 'xstate.raise').at(-1)?.params
      const walked: Walked = {
        from: String(snapshot.value),
        to: String(next.value),
        event,
        deeds: all.flatMap(({ type, params }) => (type === 'do' ? [params as Deed] : [])),
        changed: next !== snapshot || all.length > 0,
        waitMs: (waits as { readonly delay?: number } | undefined)?.delay,
      }
      snapshot = next
      steps.push(walked)
      return walked
    },
  }
}

export const statesOf = (machine: AnyStateMachine): string[] => Object.keys(machine.states)

/** Whether a state names an event at all, be it to leave things as they are. */
export const hears = (machine: AnyStateMachine, state: string, event: string): boolean =>
  Object.hasOwn(machine.getStateNodeById(`${machine.id}.${state}`).config.on ?? {}, event)

/** The delayed events that a state waits for. */
export const waitsFor = (machine: AnyStateMachine, state: string): string[] => [
  ...new Set(machine.getStateNodeById(`${machine.id}.${state}`).after.map(({ eventType }) => eventType)),
]
