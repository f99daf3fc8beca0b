import { setup } from 'xstate'
import type { Deed } from './deeds.ts'

/**
 * One SMS. It is tried until its validity ends; a lost answer is resent at most once, for a doubled text does less harm
 * than a silent one. Reports arrive in any order, so a lower rank never undoes a higher one.
 */
export type MessageContext = {
  readonly expiresAt: string
  /** It tells what became of her money: where it does not reach her, a person is shown so. */
  readonly result: boolean
  readonly tries: number
  readonly lost: number
}

export type MessageEvent =
  | { readonly type: 'SENDING' | 'ACCEPTED' | 'UNKNOWN' | 'SUPPRESSED' | 'REFUSED'; readonly at: string }
  | { readonly type: 'LATER'; readonly at: string }
  | { readonly type: 'DELIVERED' | 'FAILED' | 'EXPIRED'; readonly at: string }

const MAX_PAUSE_MS = 10 * 60_000
/** An answer may be late rather than lost. */
const LOST_MS = 2 * 60_000

const host = setup({
  types: {
    context: {} as MessageContext,
    events: {} as MessageEvent,
    input: {} as { expiresAt: string; result: boolean },
  },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    pause: ({ context }) =>
      context.tries === 0
        ? 0
        : Math.max(context.lost > 0 ? LOST_MS : 0, Math.min(5000 * 2 ** (context.tries - 1), MAX_PAUSE_MS)),
    lost: LOST_MS,
  },
  guards: {
    overdue: ({ context, event }) => Date.parse(event.at) >= Date.parse(context.expiresAt),
    lostBefore: ({ context }) => context.lost > 0,
    overdueResult: ({ context, event }) =>
      context.result && Date.parse(event.at) >= Date.parse(context.expiresAt),
    result: ({ context }) => context.result,
  },
})

/** Resent once after a pause; lost again, it rests, and only a report tells what became of it. */
const lost = [
  { guard: 'lostBefore', target: 'unknown' },
  { target: 'queued', actions: 'lost' },
] as const

const untold = { type: 'do', params: { kind: 'case', about: 'not-told' } } as const
const told = { type: 'do', params: { kind: 'settle', about: 'not-told' } } as const

const failed = [{ guard: 'result', target: 'failed', actions: untold }, { target: 'failed' }] as const
const expired = [{ guard: 'result', target: 'expired', actions: untold }, { target: 'expired' }] as const
const reports = { DELIVERED: 'delivered', FAILED: failed, EXPIRED: expired } as const
const after = {
  DELIVERED: [{ guard: 'result', target: 'delivered', actions: told }, { target: 'delivered' }],
} as const

export const message = host
  .extend({
    actions: {
      tried: host.assign(({ context }) => ({ tries: context.tries + 1 })),
      lost: host.assign(({ context }) => ({ lost: context.lost + 1 })),
    },
  })
  .createMachine({
    id: 'message',
    context: ({ input }) => ({ ...input, tries: 0, lost: 0 }),
    initial: 'queued',
    states: {
      queued: {
        tags: ['send'],
        after: { pause: { target: 'queued', reenter: true } },
        on: {
          SENDING: [
            { guard: 'overdueResult', target: 'expired', actions: untold },
            { guard: 'overdue', target: 'expired' },
            { target: 'sending', actions: 'tried' },
          ],
          SUPPRESSED: 'suppressed',
          // The answer to the first try, later than we waited for it.
          ACCEPTED: 'accepted',
          ...reports,
        },
      },
      sending: {
        after: { lost },
        on: {
          ACCEPTED: 'accepted',
          UNKNOWN: lost,
          SUPPRESSED: 'suppressed',
          REFUSED: failed,
          LATER: 'queued',
          ...reports,
        },
      },
      unknown: { on: { ACCEPTED: 'accepted', ...reports } },
      accepted: { on: reports },
      delivered: {},
      failed: { on: after },
      expired: { on: after },
      suppressed: {},
    },
  })
