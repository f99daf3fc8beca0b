import { expect, it } from '@jest/globals'
import { initialTransition, transition } from 'xstate'
import { type DisbursementEvent, disbursement } from '../../flows/disbursement.ts'

const NET = { amount: '100', currency: 'XAF' }
const at = '2026-03-05T08:00:00.000Z'

/** What the last of these events orders to be told. */
function told(...events: readonly DisbursementEvent[]): readonly unknown[] {
  let [snapshot, actions] = initialTransition(disbursement, { amount: NET, order: 'pay-first' })
  for (const event of events) [snapshot, actions] = transition(disbursement, snapshot, event)
  return actions.flatMap(({ type, params }) =>
    type === 'do' && (params as { kind: string }).kind === 'message' ? [params] : [],
  )
}

const part = { amount: NET, afterMs: 0, walletId: 'w1' }
const sent: readonly DisbursementEvent[] = [
  { type: 'APPROVE', at },
  { type: 'READY', at, parts: [part] },
]

it('a payout that was not paid carries the reason of its part, and none where the lender’s side refused it', () => {
  const failed = { kind: 'message', about: 'payout-failed', amount: NET }
  expect(told(...sent, { type: 'PART_FAILED', at, amount: NET, reason: 'limit' })).toEqual([
    { ...failed, reason: 'limit' },
  ])
  expect(told({ type: 'APPROVE', at }, { type: 'REFUSED', at, why: 'not-approved' })).toEqual([failed])
  expect(
    told({ type: 'APPROVE', at }, { type: 'ENTER', at }, { type: 'NOT_BOOKABLE', at, code: 'closed' }),
  ).toEqual([failed])
})
