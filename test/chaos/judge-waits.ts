import type { Entry, Movement } from './truth.ts'
import type { World } from './world.ts'

/**
 * What was ordered has ended, or something of it is on its way, or it waits for a day, or a person has a case of it: an
 * order that nobody will take up again is money forgotten.
 */
export type Orders = {
  readonly disbursements: readonly Payout[]
  readonly requests: readonly Ordered[]
  readonly batches: readonly Ordered[]
  /** Kinds of open cases, by what they are about. */
  readonly cases: ReadonlyMap<string, readonly string[]>
}

type Ordered = {
  readonly id: string
  readonly state: string
  readonly due_at: Date | null
}
type Payout = Ordered & {
  readonly batch_id: string | null
  readonly loan_id: string
  readonly amount: string
}

export async function ordersOf({ admin }: World, tenant: string): Promise<Orders> {
  const read = async (sql: string) => (await admin.query(`${sql} where tenant_id = $1`, [tenant])).rows
  const cases = new Map<string, string[]>()
  for (const { subject_id: id, kind } of await read(
    "select subject_id, kind from (select * from cases where state = 'open') c",
  ))
    cases.set(id, [...(cases.get(id) ?? []), kind])
  return {
    disbursements: await read(
      'select id, state, due_at, batch_id, loan_id, amount_minor::text as amount from disbursements',
    ),
    requests: await read('select id, state, due_at from collection_requests'),
    batches: await read('select id, state, due_at from batches'),
    cases,
  }
}

const MOVING = ['logged', 'sending', 'pending', 'unresolved']
const OPEN = ['planned', 'sending', 'awaiting-approval', 'unknown']
/** A payout that is not over and done with. */
const UNENDED = ['planned', 'approved', 'paying', 'part-paid']

/** With whom what is paid and not entered in the core may be. */
const PAID_CASES = ['paid-not-disbursed', 'part-paid-disbursement', 'late-confirmation', 'second-receipt']

export function withOrdersEnded(
  orders: Orders,
  movements: readonly Movement[],
  entries: readonly Entry[],
): string[] {
  return [
    ...payouts(orders, movements, entries),
    ...returns(orders, movements),
    ...requests(orders, movements),
    ...batches(orders),
  ]
}

function payouts(
  { disbursements, cases }: Orders,
  movements: readonly Movement[],
  entries: readonly Entry[],
): string[] {
  const found: string[] = []
  for (const { id, state, due_at: due } of disbursements) {
    const parts = movements.filter(part => part.disbursement_id === id)
    const own = entries.filter(entry => entry.disbursement_id === id)
    const about = cases.get(id) ?? []
    const entering = own.some(entry => OPEN.includes(entry.state))
    const moving = parts.some(part => MOVING.includes(part.state))
    const withPerson = PAID_CASES.some(kind => about.includes(kind))
    for (const part of parts)
      if (part.state === 'confirmed' && !entering && !moving && !withPerson)
        found.push(`payout ${part.id} reached her, and disbursement ${id} is ${state}: nobody will enter it`)
    if (state === 'paying' && !entering && !moving && !withPerson)
      found.push(`disbursement ${id} is paying: nothing of it is on its way, and no person knows`)
    if (state === 'part-paid' && !withPerson)
      found.push(`disbursement ${id} is part-paid, and no person knows`)
    if (UNENDED.includes(state) && due === null)
      found.push(`disbursement ${id} is ${state}, and nothing will wake it`)
    const entered = own.some(entry => entry.entry === 'disbursal' && entry.state === 'booked')
    if (['failed', 'rolled-back'].includes(state) && entered && !entering && !about.includes('undo-refused'))
      found.push(`disbursement ${id} is ${state}: it stands in Fineract, and no person knows`)
    if (state === 'paid' && !entered) found.push(`disbursement ${id} is called paid, and is not entered`)
  }
  return found
}

/** What was given back is told to the payment that it came from; where that was too late, to a person. */
function returns({ cases }: Orders, movements: readonly Movement[]): string[] {
  return movements
    .filter(({ kind, state }) => kind === 'return' && state === 'confirmed')
    .filter(({ id, original_id: from }) => !cases.has(id) && !cases.has(from ?? ''))
    .map(({ id }) => `return ${id} has gone, and its item and no person know of it`)
}

function requests({ requests: asked }: Orders, movements: readonly Movement[]): string[] {
  const found: string[] = []
  for (const { id, state, due_at: due } of asked) {
    const parts = movements.filter(part => part.request_id === id)
    const going = parts.some(part => [...MOVING, 'confirmed', 'suspense', 'returning'].includes(part.state))
    if (state === 'approved' && !going)
      found.push(`request ${id} is approved, and nothing of it is on its way`)
    if (['asked', 'reminded', 'part-paid', 'declined'].includes(state) && due === null)
      found.push(`request ${id} is ${state}, and nothing will wake it`)
  }
  return found
}

function batches({ batches: all, disbursements }: Orders): string[] {
  const found: string[] = []
  for (const { id, state, due_at: due } of all) {
    const items = disbursements.filter(({ batch_id: batch }) => batch === id)
    if (['approved', 'running'].includes(state) && due === null)
      found.push(`batch ${id} is ${state}, and nothing will wake it`)
    if (state === 'running' && items.every(item => !UNENDED.includes(item.state)))
      found.push(`batch ${id} is running, and all of it has ended`)
    if (['done', 'stopped'].includes(state) && items.some(item => item.state === 'planned'))
      found.push(`batch ${id} is ${state}, and an item of it still waits for it`)
  }
  return found
}
