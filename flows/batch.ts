import { setup } from 'xstate'
import type { Deed } from './deeds.ts'

/**
 * Thousands of disbursements as one order. It lets so many of them go at a time, and lets no more go while it is paused;
 * what has gone ends by itself. Between a batch and its items there is a due row: no item's commit waits for the batch.
 */
export type BatchContext = {
  readonly items: number
  readonly ended: number
  /** Looks in a row that found nothing new: each waits twice as long as the one before. */
  readonly quiet: number
}

export type BatchEvent =
  | { readonly type: 'APPROVE' | 'PAUSE' | 'RESUME' | 'STOP'; readonly at: string }
  /** What its look at the items found: how many have ended, how many it let go, and whether any can still move. */
  | {
      readonly type: 'LOOKED'
      readonly at: string
      readonly ended: number
      readonly released: number
      readonly open: boolean
    }

/** How often a running batch looks at its items while they move, and how rarely while all of them wait. */
const LOOK_MS = 5_000
const MAX_DOUBLINGS = 6
/** So long nobody has decided about it: a person is shown that it waits. */
const CHASE_MS = 24 * 3_600_000

const host = setup({
  types: { context: {} as BatchContext, events: {} as BatchEvent, input: {} as { items: number } },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    look: ({ context }) => LOOK_MS * 2 ** Math.min(context.quiet, MAX_DOUBLINGS),
    chase: CHASE_MS,
  },
  guards: { allEnded: ({ event }) => event.type === 'LOOKED' && !event.open },
})

const waits = { type: 'do', params: { kind: 'case', about: 'disbursement-waits' } } as const
const decided = { type: 'do', params: { kind: 'settle', about: 'disbursement-waits' } } as const

export const batch = host
  .extend({
    actions: {
      look: host.assign(({ context, event }) => {
        if (event.type !== 'LOOKED') return { quiet: 0 }
        const moved = event.ended !== context.ended || event.released > 0
        return { ended: event.ended, quiet: moved ? 0 : context.quiet + 1 }
      }),
    },
  })
  .createMachine({
    id: 'batch',
    context: ({ input }) => ({ items: input.items, ended: 0, quiet: 0 }),
    initial: 'checked',
    states: {
      /** Waits for a second person. */
      checked: {
        after: { chase: { target: 'checked', reenter: true, actions: waits } },
        on: {
          APPROVE: { target: 'approved', actions: decided },
          STOP: { target: 'stopped', actions: decided },
        },
      },
      /** The first look lets the first items go. */
      approved: {
        tags: ['look'],
        after: { look: 'running' },
        on: { LOOKED: { target: 'running', actions: 'look' }, PAUSE: 'paused', STOP: 'stopped' },
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
      paused: {
        after: { chase: { target: 'paused', reenter: true, actions: waits } },
        on: {
          RESUME: { target: 'running', actions: ['look', decided] },
          STOP: { target: 'stopped', actions: decided },
        },
      },
      /** What had gone ends by itself; what had not is made due by the host in this commit, and cancelled item by item. */
      stopped: {},
      done: {},
    },
  })
