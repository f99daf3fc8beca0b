import { setup } from 'xstate'
import type { Deed } from './deeds.ts'

/**
 * One event on its way to one URL of a tenant. Only a 2xx is a yes; everything else is tried again by the schedule that
 * Standard Webhooks gives as its example, beyond the first day, and then the delivery is dead until somebody replays it.
 * A lost answer is tried again too: the receiver knows the repetition by its `webhook-id`.
 */
export type WebhookContext = { readonly tries: number }

export type WebhookEvent = {
  /** `GONE`: the receiver wants no more. `STOPPED`: its endpoint is disabled. `REPLAY`: somebody wants it sent again. */
  readonly type: 'SENDING' | 'DELIVERED' | 'FAILED' | 'GONE' | 'STOPPED' | 'REPLAY'
  readonly at: string
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Pauses after each failed try. */
export const RETRIES_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
] as const

/** A call that has brought nothing after this has lost its worker: longer than any call's deadline. */
const LOST_MS = 2 * MINUTE_MS

const host = setup({
  types: { context: {} as WebhookContext, events: {} as WebhookEvent },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    pause: ({ context }) => (context.tries === 0 ? 0 : (RETRIES_MS[context.tries - 1] ?? 0)),
    lost: LOST_MS,
  },
  guards: { exhausted: ({ context }) => context.tries > RETRIES_MS.length },
})

const failed = [{ guard: 'exhausted', target: 'dead' }, { target: 'queued' }] as const
const replay = { target: 'queued', actions: 'forget' } as const

export const webhook = host
  .extend({
    actions: {
      tried: host.assign(({ context }) => ({ tries: context.tries + 1 })),
      forget: host.assign({ tries: 0 }),
    },
  })
  .createMachine({
    id: 'webhook',
    context: { tries: 0 },
    initial: 'queued',
    states: {
      queued: {
        tags: ['send'],
        after: { pause: { target: 'queued', reenter: true } },
        on: {
          SENDING: { target: 'sending', actions: 'tried' },
          STOPPED: 'dead',
          // the answer to an earlier try, later than we waited for it
          DELIVERED: 'delivered',
        },
      },
      sending: {
        after: { lost: failed },
        on: { DELIVERED: 'delivered', FAILED: failed, GONE: 'dead' },
      },
      delivered: { on: { REPLAY: replay } },
      dead: { on: { DELIVERED: 'delivered', REPLAY: replay } },
    },
  })
