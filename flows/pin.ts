import { assign } from 'xstate'
import { type Answer, dialogue, type Person, type Screen } from './dialogue.ts'
import { entering, toFirstPin } from './enter.ts'
import type { Handover, Shortcut } from './handover.ts'
import { refusalText } from './refusal.ts'

/**
 * She changes our own PIN: the old one, or the code that an officer had sent to her, a new one, the new one again. Who
 * was linked to this phone just now chooses her first one, and goes on. Nothing that she types is kept between the
 * screens: the desk keeps the hash of what she proposed, and compares.
 */
type Input = { readonly me: Person; readonly by?: 'code' | 'link'; readonly shortcut?: Shortcut }
type Context = Input & {
  readonly hasNew: boolean
  readonly left: number | null
  readonly hint: 'weak-pin' | 'pin-differs' | null
  readonly refused?: Extract<Answer, { type: 'REFUSED' }> | undefined
}

/** Her lender guards something by it. */
const isAskedFor = ({ askPin }: Person): boolean => askPin.toEnter || askPin.toRead || askPin.toPay

/**
 * Back from the code: she may know her PIN after all; who shares the phone shows it before anything else. After the link
 * she goes on, with her PIN or without; and who has none yet to change shows who she is first.
 */
function backOf({ me, by, hasNew, ...input }: Context): Handover {
  if (by === undefined) return me.hasPin ? { to: 'home', me, fresh: false } : toFirstPin(me)
  if (by === 'code') return entering(me, {})
  const { mayChoosePin: _, ...linked } = me
  return entering(
    {
      ...linked,
      ...(hasNew ? { hasPin: true, askPin: { ...me.askPin, toEnter: false, toRead: false } } : {}),
    },
    input,
  )
}

const host = dialogue<Context, Input>()

const machine = host
  .extend({
    guards: { isPin: ({ event }) => event.type === 'INPUT' && /^\d{4,6}$/.test(event.text) },
    actions: {
      keepRefusal: host.assign(({ event }) => (event.type === 'REFUSED' ? { refused: event } : {})),
    },
  })
  .createMachine({
    id: 'pin',
    context: ({ input }) => ({ ...input, hasNew: false, left: null, hint: null }),
    initial: 'old',
    states: {
      old: {
        tags: ['sensitive'],
        meta: { screen: 'old', hint: 'badPin', secret: true },
        always: [
          { guard: ({ context }) => context.by === 'code', target: 'code' },
          { guard: ({ context }) => context.by === 'link', target: 'fresh' },
          { guard: ({ context: { me } }) => !me.hasPin && !isAskedFor(me), target: 'pinless' },
          { guard: ({ context }) => !context.me.hasPin, target: 'left' },
        ],
        on: { INPUT: { guard: 'isPin', target: 'checking' }, BACK: 'left' },
      },
      checking: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'check-pin',
            customerId: context.me.customerId,
            pin: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          DONE: 'fresh',
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'wrong-pin',
              target: 'old',
              actions: assign({ left: ({ event }) => event.left ?? null }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      code: {
        tags: ['sensitive'],
        meta: { screen: 'code', hint: 'badDigits', secret: true },
        on: { INPUT: { guard: 'isPin', target: 'checkingCode' }, BACK: 'left' },
      },
      checkingCode: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'check-code',
            customerId: context.me.customerId,
            pin: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          DONE: { target: 'fresh', actions: assign({ left: null }) },
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'wrong-pin',
              target: 'code',
              actions: assign({ left: ({ event }) => event.left ?? null }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      fresh: {
        tags: ['sensitive'],
        meta: { screen: 'fresh', hint: 'badPin', secret: true },
        on: { INPUT: { guard: 'isPin', target: 'proposing' }, BACK: 'left' },
      },
      proposing: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'propose-pin',
            customerId: context.me.customerId,
            pin: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          DONE: { target: 'again', actions: assign({ hint: null }) },
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'weak-pin',
              target: 'fresh',
              actions: assign({ hint: 'weak-pin' }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: 'sorry',
        },
      },
      again: {
        tags: ['sensitive'],
        meta: { screen: 'again', hint: 'badPin', secret: true },
        on: { INPUT: { guard: 'isPin', target: 'confirming' }, BACK: 'fresh' },
      },
      confirming: {
        entry: {
          type: 'ask',
          params: ({ context, event }) => ({
            kind: 'confirm-pin',
            customerId: context.me.customerId,
            pin: event.type === 'INPUT' ? event.text : '',
          }),
        },
        on: {
          DONE: [
            {
              guard: ({ context }) => context.by === 'link',
              target: 'left',
              actions: assign({ hasNew: true }),
            },
            { target: 'changed' },
          ],
          REFUSED: [
            {
              guard: ({ event }) => event.why === 'pin-differs',
              target: 'fresh',
              actions: assign({ hint: 'pin-differs' }),
            },
            { target: 'refused', actions: 'keepRefusal' },
          ],
          NO_ANSWER: [{ guard: 'surelyNot', target: 'sorry' }, { target: 'unsure' }],
        },
      },
      left: { type: 'final' },
      changed: { type: 'final', meta: { screen: 'changed' } },
      pinless: { type: 'final', meta: { screen: 'pinless' } },
      refused: { type: 'final', meta: { screen: 'refused' } },
      unsure: { type: 'final', meta: { screen: 'unsure' } },
      sorry: { type: 'final', meta: { screen: 'sorry' } },
    },
    output: ({ context }) => backOf(context),
  })

const screens: Record<string, Screen<Context>> = {
  old: ({ left }, words, house) =>
    [...(left === null ? [] : [words.wrongPin(left)]), words.enterPin(house.lender), words.back].join('\n'),
  code: ({ left }, words, house) =>
    [
      ...(left === null ? [] : [words.pinCode.wrong(left)]),
      words.pinCode.enter(house.lender),
      words.back,
    ].join('\n'),
  fresh: ({ hint }, words, house) =>
    [...(hint === null ? [] : [words.pinHints[hint]]), words.newPin(house.lender), words.back].join('\n'),
  again: (_, words) => `${words.newPinAgain}\n${words.back}`,
  changed: (_, words, house) => words.pinChanged(house.lenderPhone),
  pinless: (_, words, house) => words.noPin(house.lenderPhone),
  refused: ({ refused }, words, house) => refusalText(refused, words, house),
  unsure: (_, words) => words.unsure(),
  sorry: (_, words, house) => words.sorry(house.lenderPhone),
}

export const pin = { machine, screens }
