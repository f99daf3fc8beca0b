import { setup } from 'xstate'
import type { Deed } from './deeds.ts'

/**
 * Thousands of disbursements as one order. It lets so many of them go at a time, and lets no more go while it is paused;
 * what has gone ends by itself. Between a batch and its items there is a due row: no item's commit waits for the batch.
 */
export type BatchContext = { readonly items: number; readonly ended: number }

export type BatchEvent =
  | { readonly type: 'APPROVE' | 'PAUSE' | 'RESUME' | 'STOP'; readonly at: string }
  /** What its look at the items found: how many have ended, and whether any can still move. */
  | { readonly type: 'LOOKED'; readonly at: string; readonly ended: number; readonly open: boolean }

/** How often a running batch looks at its items. */
const LOOK_MS = 5_000

const host = setup({
  types: { context: {} as BatchContext, events: {} as BatchEvent, input: {} as { items: number } },
  actions: { do: (_, _deed: Deed) => {} },
  delays: { look: LOOK_MS },
  guards: { allEnded: ({ event }) => event.type === 'LOOKED' && !event.open },
})

export const batch = host
  .extend({
    actions: {
      look: host.assign(({ event }) => (event.type === 'LOOKED' ? { ended: event.ended } : {})),
    },
  })
  .createMachine({
    id: 'batch',
    context: ({ input }) => ({ items: input.items, ended: 0 }),
    initial: 'checked',
    states: {
      checked: { on: { APPROVE: 'approved', STOP: 'stopped' } },
      /** The first look lets the first items go. */
      approved: {
        tags: ['look'],
        after: { look: 'running' },
        on: { LOOKED: 'running', PAUSE: 'paused', STOP: 'stopped' },
      },
      running: {
        tags: ['look'],
        after: { look: { target: 'running', reenter: true } },
        on: {
          LOOKED: [
            { guard: 'allEnded', target: 'done', actions: 'look' },
            { target: 'running', reenter: true, actions: 'look' },
          ],
          PAUSE: 'paused',
          STOP: 'stopped',
        },
      },
      paused: { on: { RESUME: 'running', STOP: 'stopped' } },
      /** What had gone ends by itself; what had not is cancelled by the host in this commit. */
      stopped: {},
      done: {},
    },
  })
