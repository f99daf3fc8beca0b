import { deed, each, pause, sendLink, settle } from './transaction.ts'

/** How a movement of money comes to its answer; what a yes and a no mean for the books is told by each direction. */

type Rules<Start, Held, Yes, Early, Off, No, Back, Lost, Never> = {
  /** Ordered with the first attempt. */
  readonly start: Start
  /** Ordered when the lender's fault is found before anything moved. */
  readonly held: Held
  readonly confirmed: Yes
  /** A yes before anything was sent, as far as we know: a payment found by other roads, or one thought not to have left. */
  readonly early: Early
  /** Given up before anything was sent. */
  readonly cancelled: Off
  readonly declined: No
  readonly reversed: Back
  /** Ordered when it has been asked about for long enough. */
  readonly lost: Lost
  /** The provider never heard of it, after the last attempt or after people were told to wait. */
  readonly never: Never
}

/** From the log to an answer: the same road for money in both directions. */
export function untilAnswered<
  const Start extends readonly unknown[],
  const Held extends readonly unknown[],
  const Yes,
  const Early,
  const Off,
  const No extends { readonly actions: readonly unknown[] },
  const Back,
  const Lost extends readonly unknown[],
  const Never extends object,
>(rules: Rules<Start, Held, Yes, Early, Off, No, Back, Lost, Never>) {
  const { start, held, confirmed, early, cancelled, declined, reversed, lost, never } = rules
  const answers = { CONFIRMED: confirmed, DECLINED: declined, REVERSED: reversed } as const
  const tooLong = { guard: 'tooOld', target: 'unresolved', actions: [...lost] } as const
  const again = { target: 'pending', reenter: true, actions: 'inquired' } as const
  // the provider's explicit no to this attempt, and the lender's to mend: another attempt, when the float is filled
  const ended = { guard: 'ended', target: 'logged', actions: ['hold', pause, settle, ...held] } as const
  const slowly = { target: 'unresolved', reenter: true } as const
  // recalled, the lender's fault ends it: there is no other attempt
  const over = { ...declined, actions: [pause, ...declined.actions] } as const
  const RECALL = { actions: 'recall' } as const
  return {
    logged: {
      after: { push: { target: 'sending', actions: [...start] } },
      on: {
        ROUTED: { actions: 'route' },
        ...each(['CANCEL', 'RECALL'], cancelled),
        CONFIRMED: early,
        REVERSED: {},
      },
    },
    sending: {
      tags: ['send'],
      entry: ['attempted', deed(({ context }) => ({ kind: 'attempt', fresh: !context.reuse }))],
      on: {
        ...answers,
        SENT: { actions: 'mark' },
        ACCEPTED: [{ guard: 'byLink', target: 'pending', actions: sendLink }, { target: 'pending' }],
        UNKNOWN: 'pending',
        NOT_FOUND: 'pending',
        OUR_FAULT: [
          { guard: 'recalled', ...over },
          { target: 'logged', actions: ['hold', pause, ...held] },
        ],
        RECALL: [{ guard: 'unsent', ...declined }, RECALL],
      },
    },
    pending: {
      tags: ['inquire'],
      after: { inquiry: { target: 'pending', reenter: true } },
      on: {
        ...answers,
        NOT_FOUND: [
          { guard: 'neverHeardAgain', ...never },
          { guard: 'neverHeard', target: 'sending', actions: 'reuse' },
          again,
        ],
        ACCEPTED: [tooLong, { ...again, guard: 'byLink', actions: ['inquired', sendLink] }, again],
        UNKNOWN: [tooLong, again],
        OUR_FAULT: [
          { guard: 'endedRecalled', ...over },
          ended,
          { ...tooLong, actions: [pause, ...lost] },
          { ...again, actions: [pause, 'inquired'] },
        ],
        RECALL,
      },
    },
    unresolved: {
      tags: ['inquire'],
      after: { slowly },
      on: {
        ...answers,
        // People were told to wait: a prompt hours later would come without her answer.
        NOT_FOUND: [{ guard: 'neverHeard', ...never }, slowly],
        ACCEPTED: slowly,
        UNKNOWN: slowly,
        OUR_FAULT: [
          // a no that contradicts the yes of another amount decides nothing
          { guard: 'endedOtherwise', ...slowly },
          { guard: 'endedRecalled', ...over },
          ended,
          { ...slowly, actions: pause },
        ],
        RECALL,
      },
    },
  } as const
}
