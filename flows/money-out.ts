import { untilAnswered } from './answer.ts'
import type { Deed, DisbursementTold } from './deeds.ts'
import {
  claimReceipt,
  deed,
  initially,
  movement,
  type Now,
  openCase,
  reasonOf,
  settle,
  transfer,
} from './transaction.ts'

/**
 * Money from us to a wallet: a part of a disbursement, or a suspense item that goes back to who paid it. What is on its
 * way stands in `clearing-out` from the first attempt until it is booked or refused; an unresolved payout stays there.
 */

const out = transfer('clearing-out', 'float')
const back = transfer('float', 'clearing-out')

/** A payout of another amount than ordered is nobody's to book: it stays unresolved, with a person. */
const toPerson = ['differ', openCase('other-amount'), openCase('unresolved')] as const
const otherwise = { target: 'unresolved', reenter: true, actions: toPerson } as const

const CONFIRMED = [
  { guard: 'receiptJoins', actions: ['keepReceipt', claimReceipt] },
  { guard: 'otherReceipt', actions: openCase('second-receipt') },
] as const

const reversedInPart = { actions: openCase('reversed') } as const

type Told = Extract<DisbursementTold, { type: `PART_${string}` }>['type']

const tellDisbursement = (type: Told, late: { late?: true } = {}) =>
  deed(({ context, event }) => ({
    kind: 'tell',
    to: 'disbursement',
    event: {
      type,
      at: event.at,
      amount: context.amount,
      ...(type === 'PART_FAILED' ? { reason: reasonOf(event) } : late),
    } as Extract<DisbursementTold, { type: Told }>,
  }))

const tellOriginal = (type: 'RETURNED' | 'RETURN_FAILED') =>
  deed(({ context, event }) => ({
    kind: 'tell',
    to: 'original',
    event: {
      type,
      at: event.at,
      itemId: context.itemId ?? '',
      amount: context.amount,
      ...(context.apart ? { apart: true } : {}),
    },
  }))

type Order = { readonly type: 'do'; readonly params: (now: Now) => Deed }

/** Payouts and returns move the same accounts; they differ in whom they tell. */
function movingOut<const Id extends string>(
  id: Id,
  tell: Record<'paid' | 'late' | 'failed' | 'reversed', Order>,
) {
  const fail = [settle, back, tell.failed] as const
  const yes = [settle, 'keepReceipt', claimReceipt, tell.paid] as const
  return movement.createMachine({
    id,
    context: initially,
    initial: 'logged',
    states: {
      ...untilAnswered({
        start: [out],
        held: [back],
        confirmed: [{ guard: 'asAsked', target: 'confirmed', actions: yes }, otherwise],
        early: [
          { guard: 'asAsked', target: 'confirmed', actions: [out, ...yes] },
          // something moved, though we thought that nothing did: it is not sent again
          { target: 'unresolved', actions: [out, ...toPerson] },
        ],
        cancelled: { target: 'failed', actions: tell.failed },
        declined: { target: 'failed', actions: fail },
        reversed: { target: 'failed', actions: fail },
        lost: [openCase('unresolved')],
        never: { target: 'failed', actions: fail },
      }),
      confirmed: {
        on: {
          CONFIRMED,
          BOOKED: 'booked',
          REVERSED: [{ guard: 'wholly', target: 'returned', actions: [back, tell.reversed] }, reversedInPart],
        },
      },
      booked: {
        on: {
          CONFIRMED,
          REVERSED: [{ guard: 'wholly', target: 'reversed', actions: [back, tell.reversed] }, reversedInPart],
        },
      },
      failed: {
        on: {
          CONFIRMED: [
            { guard: 'asAsked', target: 'confirmed', actions: ['keepReceipt', claimReceipt, out, tell.late] },
            { actions: openCase('other-amount') },
          ],
          REVERSED: {},
        },
      },
      returned: { on: { CONFIRMED, REVERSED: {} } },
      reversed: { on: { CONFIRMED, REVERSED: {} } },
    },
  })
}

export const paying = movingOut('paying', {
  paid: tellDisbursement('PART_CONFIRMED'),
  late: tellDisbursement('PART_CONFIRMED', { late: true }),
  failed: tellDisbursement('PART_FAILED'),
  reversed: tellDisbursement('PART_REVERSED'),
})

/** A return that the provider reverses leaves money of hers with us, and the item closed: a person decides. */
export const givingBack = movingOut('giving-back', {
  paid: tellOriginal('RETURNED'),
  late: tellOriginal('RETURNED'),
  failed: tellOriginal('RETURN_FAILED'),
  reversed: openCase('reversed'),
})
