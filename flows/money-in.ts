import { untilAnswered } from './answer.ts'
import {
  book,
  CONFIRMED,
  confirmed,
  fail,
  giveBack,
  notBooked,
  owed,
  paid,
  rebook,
  recallReturn,
  returned,
  returnedAfterAll,
  returnedLast,
  returnedLate,
  returnedTwice,
  reversedInPart,
  reversedWholly,
  surplus,
  surplusTransfer,
  suspend,
  takenBack,
  takenBackAfterAll,
  tellFailed,
  UNDONE,
  undo,
  undoNew,
  undoneToBoard,
  writeOff,
} from './money-in-ways.ts'
import { claimReceipt, initially, movement, openCase, say, transfer } from './transaction.ts'

/**
 * Money from a customer's wallet to us, be it pushed or of her own accord. Confirmed, it is allocated, and each
 * allocation is booked in the core; what no account takes waits in suspense until a person finds its way.
 */

const incoming = movement.extend({
  actions: {
    /** The item that was given back last has left the board: what comes of it now is no news of an open item. */
    forget: movement.assign(({ context, event }) =>
      'itemId' in event && event.itemId !== context.itemId ? {} : { itemId: null },
    ),
  },
})

export const collecting = incoming.createMachine({
  id: 'collecting',
  context: initially,
  initial: 'logged',
  states: {
    ...untilAnswered({
      start: [],
      held: [],
      confirmed,
      early: confirmed,
      cancelled: { target: 'failed', actions: fail },
      declined: { target: 'failed', actions: fail },
      reversed: { target: 'returned', actions: [openCase('reversed'), ...fail] },
      lost: [say('being-checked'), openCase('unresolved')],
      never: { target: 'failed', actions: fail },
    }),
    confirmed: {
      tags: ['allocate'],
      after: { allocate: { target: 'confirmed', reenter: true } },
      on: {
        CONFIRMED,
        REVERSED: reversedWholly,
        ALLOCATED: [
          {
            guard: 'nothingAllocated',
            target: 'suspense',
            actions: [transfer('clearing-in', 'suspense'), 'itemOpened', surplus(), say('being-checked')],
          },
          {
            guard: 'withSurplus',
            target: 'confirmed',
            reenter: true,
            actions: [...book, surplusTransfer(), 'itemOpened', surplus()],
          },
          { target: 'confirmed', reenter: true, actions: book },
        ],
        BOOKED: [{ guard: 'last', target: 'booked', actions: ['booked', ...paid] }, { actions: 'booked' }],
        NOT_BOOKABLE: [
          { guard: 'lastOfNone', target: 'suspense', actions: [...notBooked, say('being-checked')] },
          { guard: 'last', target: 'booked', actions: [...notBooked, ...paid] },
          { actions: notBooked },
        ],
        UNDONE,
        UNDO_REFUSED: [
          { guard: 'released', target: 'booked', actions: ['kept', openCase('undo-refused')] },
          { actions: openCase('undo-refused') },
        ],
        RETURNED: returnedAfterAll,
      },
    },
    booked: {
      on: {
        CONFIRMED,
        REVERSED: reversedWholly,
        RELEASE: { target: 'confirmed', actions: ['release', undo] },
        REBOOK: rebook,
        GIVE_BACK: { target: 'returning', actions: ['giving', giveBack] },
        WRITE_OFF: { actions: writeOff },
        // of several undoings one was refused before the others were made
        UNDONE,
        UNDO_REFUSED: { actions: openCase('undo-refused') },
        RETURNED: returnedAfterAll,
      },
    },
    failed: {
      on: {
        CONFIRMED: {
          target: 'suspense',
          actions: [
            'keepReceipt',
            'takeAmount',
            claimReceipt,
            transfer('float', 'suspense'),
            ...suspend('late-confirmation', 'whole'),
            say('being-checked'),
          ],
        },
        REVERSED: reversedInPart,
      },
    },
    suspense: {
      on: {
        CONFIRMED,
        REVERSED: reversedWholly,
        REBOOK: rebook,
        GIVE_BACK: { target: 'returning', actions: ['giving', giveBack] },
        WRITE_OFF: [
          { guard: 'lastItemSpoken', target: 'written-off', actions: writeOff },
          { guard: 'lastItem', target: 'written-off', actions: [...writeOff, tellFailed, 'told'] },
          { actions: writeOff },
        ],
        RETURNED: [{ guard: 'otherItem', ...returnedLate }, ...returnedLast, { actions: returned }],
      },
    },
    /**
     * One item at a time; the others wait. So does a reversal of the whole, for the money may be on its way to her twice:
     * it recalls the return, and is taken when that has ended.
     */
    returning: {
      on: {
        CONFIRMED,
        REVERSED: [
          { guard: 'inPart', ...reversedInPart },
          { guard: 'goesOn', actions: ['recall', recallReturn] },
        ],
        RETURNED: [
          { guard: 'otherItem', ...returnedLate },
          ...returnedTwice,
          { guard: 'madeSome', target: 'booked', actions: returned },
          ...returnedLast,
          { target: 'suspense', actions: returned },
        ],
        RETURN_FAILED: [
          { guard: 'otherItem' },
          { guard: 'madeSomeGoesOn', target: 'booked' },
          { guard: 'goesOn', target: 'suspense' },
          ...takenBack,
        ],
        UNDONE: { actions: undoneToBoard },
        UNDO_REFUSED: { actions: openCase('undo-refused') },
      },
    },
    returned: {
      on: {
        CONFIRMED: [CONFIRMED[0], CONFIRMED[1], { actions: openCase('late-confirmation') }],
        REVERSED: takenBackAfterAll,
        // The booking was on its way when the money went back: it is to be undone.
        BOOKED: { target: 'reversed', actions: ['booked', undoNew] },
        RETURNED: returnedLate,
      },
    },
    reversed: {
      on: {
        CONFIRMED,
        REVERSED: {},
        BOOKED: { actions: ['booked', undoNew] },
        UNDONE: { actions: 'undone' },
        UNDO_REFUSED: { actions: [owed(), openCase('undo-refused')] },
        RETURNED: returnedLate,
      },
    },
    'written-off': { on: { CONFIRMED, REVERSED: takenBackAfterAll, RETURNED: returnedLate } },
  },
})
