import { setup } from 'xstate'
import type { Deed } from './deeds.ts'

/**
 * One SMS. It is tried until its validity ends; a lost answer is resent at most once, for a doubled text does less harm
 * than a silent one. Reports arrive in any order, so a lower rank never undoes a higher one. A lender may have several ways
 * to a phone, in order: where one cannot take the message just now, or has no route for it, the next one is asked. Never
 * where she wants no messages or the number is none.
 */
export type MessageContext = {
  readonly expiresAt: string
  /** It tells what became of her money: where it does not reach her, a person is shown so. */
  readonly result: boolean
  readonly tries: number
  readonly lost: number
  /** How many ways there are, which one is next, and which have no route for this message. */
  readonly ways: number
  readonly way: number
  readonly barred: readonly number[]
  /** How long a way that took it may be silent about what became of it; null: for ever. */
  readonly unheardMs: number | null
  /** It goes by another way since the first was silent: once. The first may have brought it all the same. */
  readonly again: boolean
  /** The try that a gateway took last. */
  readonly taken: number
}

export type MessageEvent =
  | { readonly type: 'SENDING' | 'ACCEPTED' | 'UNKNOWN' | 'SUPPRESSED' | 'REFUSED'; readonly at: string }
  /** What it says is true no more. */
  | { readonly type: 'MOOT'; readonly at: string }
  | { readonly type: 'LATER' | 'NO_ROUTE'; readonly at: string }
  /** `of`: the try that is reported on, the first being 1. */
  | { readonly type: 'DELIVERED' | 'FAILED' | 'EXPIRED'; readonly at: string; readonly of?: number }

const MAX_PAUSE_MS = 10 * 60_000
/** An answer may be late rather than lost. */
const LOST_MS = 2 * 60_000

const open = ({ ways, barred }: MessageContext): number[] =>
  [...Array(ways).keys()].filter(way => !barred.includes(way))

/** The way after this one, the first again after the last; this one where there is no other. */
function nextWay(context: MessageContext): number {
  const others = open(context)
  return others.find(way => way > context.way) ?? others[0] ?? context.way
}

/** The first way is asked again after a pause; another one at once, unless the answer of the last may still come. */
function pauseOf(context: MessageContext): number {
  const { tries, lost, way, ways } = context
  if (tries === 0) return 0
  const isAnother = tries < ways || way !== (open(context)[0] ?? way)
  return Math.max(lost > 0 ? LOST_MS : 0, isAnother ? 0 : Math.min(5000 * 2 ** (tries - 1), MAX_PAUSE_MS))
}

/** Whether the silence of the way that has it is a reason to go by another. */
const mayGoAgain = (context: MessageContext): boolean =>
  context.unheardMs !== null && !context.again && open(context).length > 1

/** Infinite where it is not sent again, or would come too late. */
function unheard({ context, event }: { context: MessageContext; event: MessageEvent }): number {
  const unheardMs = mayGoAgain(context) ? (context.unheardMs ?? 0) : Number.POSITIVE_INFINITY
  const isLate = Date.parse(event.at) + unheardMs >= Date.parse(context.expiresAt)
  return isLate ? Number.POSITIVE_INFINITY : unheardMs
}

const host = setup({
  types: {
    context: {} as MessageContext,
    events: {} as MessageEvent,
    input: {} as { expiresAt: string; result: boolean; ways?: number; unheardMs?: number | null },
  },
  actions: { do: (_, _deed: Deed) => {} },
  delays: {
    pause: ({ context }) => pauseOf(context),
    lost: LOST_MS,
    unheard,
  },
  guards: {
    overdue: ({ context, event }) => Date.parse(event.at) >= Date.parse(context.expiresAt),
    lostBefore: ({ context }) => context.lost > 0,
    overdueAgain: ({ context, event }) =>
      context.again && Date.parse(event.at) >= Date.parse(context.expiresAt),
    overdueResult: ({ context, event }) =>
      context.result && Date.parse(event.at) >= Date.parse(context.expiresAt),
    result: ({ context }) => context.result,
    otherWay: ({ context }) => open(context).some(way => way !== context.way),
    again: ({ context }) => context.again,
    mayGoAgain: ({ context }) => mayGoAgain(context),
    /** Of a try that another one has followed: only that she has it counts. */
    overtaken: ({ context, event }) => 'of' in event && event.of !== undefined && event.of < context.taken,
  },
})

/** Resent once after a pause; lost again, it rests, and only a report tells what became of it. */
const lost = [
  { guard: 'lostBefore', target: 'unknown' },
  { target: 'queued', actions: ['lost', 'turn'] },
] as const

const untold = { type: 'do', params: { kind: 'case', about: 'not-told' } } as const
const told = { type: 'do', params: { kind: 'settle', about: 'not-told' } } as const

const failed = [{ guard: 'result', target: 'failed', actions: untold }, { target: 'failed' }] as const
const expired = [{ guard: 'result', target: 'expired', actions: untold }, { target: 'expired' }] as const
/** While another way is being tried, what the first one could not do ends nothing. */
const reports = {
  DELIVERED: 'delivered',
  FAILED: [{ guard: 'again' }, ...failed],
  EXPIRED: [{ guard: 'again' }, ...expired],
} as const
const reportsOnTaken = {
  DELIVERED: 'delivered',
  FAILED: [{ guard: 'overtaken' }, ...failed],
  EXPIRED: [{ guard: 'overtaken' }, ...expired],
} as const
/** The first way has it still. */
const stillTaken = { guard: 'again', target: 'accepted' } as const
const taken = { target: 'accepted', actions: 'taken' } as const
const after = {
  DELIVERED: [{ guard: 'result', target: 'delivered', actions: told }, { target: 'delivered' }],
} as const

export const message = host
  .extend({
    actions: {
      tried: host.assign(({ context }) => ({ tries: context.tries + 1 })),
      lost: host.assign(({ context }) => ({ lost: context.lost + 1 })),
      turn: host.assign(({ context }) => ({ way: nextWay(context) })),
      bar: host.assign(({ context }) => ({ barred: [...context.barred, context.way] })),
      again: host.assign({ again: true }),
      taken: host.assign(({ context }) => ({ taken: context.tries })),
    },
  })
  .createMachine({
    id: 'message',
    context: ({ input: { ways = 1, unheardMs = null, ...input } }) => ({
      ...{ ...input, ways, unheardMs, tries: 0, lost: 0 },
      ...{ way: 0, barred: [], again: false, taken: 0 },
    }),
    initial: 'queued',
    states: {
      queued: {
        tags: ['send'],
        after: { pause: { target: 'queued', reenter: true } },
        on: {
          SENDING: [
            { guard: 'overdueAgain', target: 'accepted' },
            { guard: 'overdueResult', target: 'expired', actions: untold },
            { guard: 'overdue', target: 'expired' },
            { target: 'sending', actions: 'tried' },
          ],
          SUPPRESSED: 'suppressed',
          MOOT: [{ guard: 'again', target: 'accepted' }, { target: 'expired' }],
          // The answer to the first try, later than we waited for it.
          ACCEPTED: taken,
          ...reports,
        },
      },
      sending: {
        after: { lost },
        on: {
          ACCEPTED: taken,
          UNKNOWN: lost,
          SUPPRESSED: 'suppressed',
          REFUSED: [stillTaken, ...failed],
          LATER: { target: 'queued', actions: 'turn' },
          NO_ROUTE: [
            { guard: 'otherWay', target: 'queued', actions: ['bar', 'turn'] },
            stillTaken,
            ...failed,
          ],
          ...reports,
        },
      },
      unknown: { on: { ACCEPTED: taken, ...reports } },
      accepted: {
        after: { unheard: { guard: 'mayGoAgain', target: 'queued', actions: ['again', 'turn'] } },
        on: reportsOnTaken,
      },
      delivered: {},
      failed: { on: after },
      expired: { on: after },
      suppressed: {},
    },
  })
