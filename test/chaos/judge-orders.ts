import type { Lender } from './cast.ts'
import { GONE } from './judge-provider.ts'
import type { Orders } from './judge-waits.ts'
import { type Movement, minor, rowsOf, type Truth } from './truth.ts'
import type { World } from './world.ts'

/** What was taken back and told to nobody stands as it was told, until a question or the statement finds it. */
const arrived = (mine: Movement, { status }: Truth): boolean =>
  status === 'succeeded' || (status === 'reversed' && GONE[mine.kind]?.includes(mine.state) !== true)

/** Nobody was debited more than she approved, or paid more than was ordered; what is called paid was paid. */
export async function withOrders(
  { admin }: World,
  { id: tenant }: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
  { disbursements, cases }: Orders,
): Promise<string[]> {
  const found: string[] = []
  const rows = rowsOf(movements, truth)
  const movedOf = (mine: Movement): bigint =>
    (rows.get(mine.id) ?? [])
      .filter(row => arrived(mine, row))
      .reduce((sum, row) => sum + minor(row.amount), 0n)
  const loans = new Map<string, bigint>()
  for (const { id, state, amount, loan_id: loan } of disbursements) {
    const parts = movements.filter(({ disbursement_id }) => disbursement_id === id)
    const paid = parts.reduce((sum, part) => sum + movedOf(part), 0n)
    if (paid > BigInt(amount)) found.push(`disbursement ${id} of loan ${loan} paid ${paid} of ${amount}`)
    loans.set(loan, (loans.get(loan) ?? 0n) + paid)
    if ((loans.get(loan) ?? 0n) > BigInt(amount))
      found.push(`loan ${loan} was paid out ${loans.get(loan)} in all, of ${amount}`)
    if (state === 'paid' && paid !== BigInt(amount))
      found.push(`disbursement ${id} is called paid: ${paid} of ${amount} arrived`)
    if (
      ['failed', 'rolled-back'].includes(state) &&
      paid > 0n &&
      parts.every(part => part.state !== 'unresolved') &&
      // what was left at a part is hers until it has come back, and somebody looks after it
      !cases.get(id)?.includes('part-paid-disbursement')
    )
      found.push(`disbursement ${id} is ${state}, and ${paid} arrived`)
  }
  const { approvals, plans } = await plannedOf(admin, tenant)
  const approved = new Map<string, bigint>()
  for (const { id, amount, parts } of approvals) {
    approved.set(id, (approved.get(id) ?? 0n) + minor(amount.amount))
    if (sumOf(parts) !== minor(amount.amount))
      found.push(`request ${id}: parts of ${sumOf(parts)} for ${amount.amount} approved`)
  }
  for (const { id, parts } of plans.filter(
    ({ id: each }, at) => plans.findIndex(p => p.id === each) === at,
  )) {
    const { amount } = disbursements.find(payout => payout.id === id) ?? {}
    if (`${sumOf(parts)}` !== amount) found.push(`disbursement ${id}: parts of ${sumOf(parts)} for ${amount}`)
  }
  for (const [id, sum] of written(movements, ({ request_id: request }) => request))
    if (sum !== (approved.get(id) ?? 0n))
      found.push(`request ${id}: ${sum} pushed in all, ${approved.get(id) ?? 0n} approved`)
  for (const [id, sum] of written(movements, ({ disbursement_id: payout }) => payout)) {
    const all = plans.filter(plan => plan.id === id).reduce((total, { parts }) => total + sumOf(parts), 0n)
    if (sum !== all) found.push(`disbursement ${id}: ${sum} ordered in all, ${all} planned`)
  }
  for (const mine of movements.filter(({ kind }) => kind === 'collect')) {
    const back = movements
      .filter(({ original_id: from }) => from === mine.id)
      .filter(({ kind }) => kind === 'return')
      .reduce((sum, each) => sum + movedOf(each), 0n)
    if (back > BigInt(mine.confirmed ?? mine.amount))
      found.push(`payment ${mine.id} of ${mine.confirmed ?? mine.amount}: ${back} was given back`)
  }
  const debited = new Map<string, bigint>()
  for (const movement of movements)
    if (movement.request_id !== null)
      debited.set(movement.request_id, (debited.get(movement.request_id) ?? 0n) + movedOf(movement))
  for (const [id, sum] of debited)
    if (sum > (approved.get(id) ?? 0n))
      found.push(`request ${id}: ${sum} debited, ${approved.get(id) ?? 0n} approved`)
  return found
}

type Amount = { readonly amount: string }
type Planned = { readonly id: string; readonly parts: readonly { readonly amount: Amount }[] }

const sumOf = (parts: Planned['parts']): bigint =>
  parts.reduce((sum, { amount }) => sum + minor(amount.amount), 0n)

/** Every plan that was agreed to, as it was told then. */
async function plannedOf(admin: World['admin'], tenant: string) {
  const { rows } = await admin.query(
    `select subject, subject_id as id, event from events
      where tenant_id = $1 and ((subject = 'request' and event ->> 'type' = 'APPROVE' and state_to = 'approved')
         or (subject = 'disbursement' and event ->> 'type' = 'READY'))
      order by events.id`,
    [tenant],
  )
  const approvals: (Planned & { readonly amount: Amount })[] = rows
    .filter(({ subject }) => subject === 'request')
    .map(({ id, event }) => ({ id, ...event.approval }))
  const plans: Planned[] = rows
    .filter(({ subject }) => subject === 'disbursement')
    .map(({ id, event }) => ({ id, parts: event.parts }))
  return { approvals, plans }
}

/** What all movements of each intent were written for. */
function written(
  movements: readonly Movement[],
  intentOf: (movement: Movement) => string | null,
): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const movement of movements) {
    const intent = intentOf(movement)
    if (intent !== null) sums.set(intent, (sums.get(intent) ?? 0n) + BigInt(movement.amount))
  }
  return sums
}

/** One open booking a loan: no two attempts of one slot may have been out at the same time. */
export async function withSlots({ admin }: World, tenant: string): Promise<string[]> {
  const { rows } = await admin.query(
    `select b.loan_id, count(*) as times from booking_attempts a
       join bookings b on b.tenant_id = a.tenant_id and b.id = a.booking_id
       join booking_attempts o on o.tenant_id = a.tenant_id and o.id <> a.id
       join bookings c on c.tenant_id = o.tenant_id and c.id = o.booking_id and c.loan_id = b.loan_id and c.id <> b.id
      where a.tenant_id = $1 and a.id < o.id and o.sent_at < a.answered_at
      group by b.loan_id`,
    [tenant],
  )
  return rows.map(
    ({ loan_id: loan, times }) => `loan ${loan} had ${times} entries on their way beside another`,
  )
}
