import { type AnyStateMachine, createMachine } from 'xstate'
import { dialogue, type Meta, type Person } from '../../flows/dialogue.ts'
import type { AnyFlow, FlowName } from '../../flows/index.ts'
import { SCRIPT, type Script } from '../../src/session/run.ts'

/** A state as it stands in a flow's file. */
export type StateConfig = {
  readonly meta?: Meta
  readonly type?: 'final'
  readonly tags?: readonly string[]
  readonly entry?: unknown
  readonly on?: Readonly<Record<string, unknown>>
}

type MachineConfig = { readonly states: Readonly<Record<string, StateConfig>> }

const configOf = ({ machine }: AnyFlow): MachineConfig => machine.config as MachineConfig

/** Every state of every dialogue: `flow`, `state`, and how it is written. */
export const everyState = (): readonly (readonly [flow: FlowName, state: string, config: StateConfig])[] =>
  Object.entries(SCRIPT.flows).flatMap(([name, flow]) =>
    Object.entries(configOf(flow).states).map(
      ([state, config]) => [name as FlowName, state, config] as const,
    ),
  )

/** The same dialogues, with some states written otherwise. */
export function changedFlows(
  change: (config: StateConfig, flow: FlowName, state: string) => StateConfig,
): Script['flows'] {
  const changed = Object.entries(SCRIPT.flows).map(([name, flow]) => {
    const { states, ...config } = configOf(flow)
    const written = Object.entries(states).map(([state, one]) => [
      state,
      change(one, name as FlowName, state),
    ])
    const machine: AnyStateMachine = createMachine(
      { ...config, states: Object.fromEntries(written) },
      flow.machine.implementations,
    )
    return [name, { ...flow, machine }]
  })
  return Object.fromEntries(changed) as Script['flows']
}

const over = dialogue<{ me?: Person }, object>().createMachine({
  id: 'pay',
  context: {},
  initial: 'over',
  states: { over: { type: 'final', meta: { screen: 'over' } } },
})

/** The payment alone has most of the paths; without it a walk is done at once. */
export const withoutPaying = (flows: Script['flows']): Script['flows'] => ({
  ...flows,
  pay: { machine: over, screens: { over: () => 'Over.' } },
})
