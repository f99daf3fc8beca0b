import { verifyLedger } from '../../src/store/ledger.ts'
import type { Lender } from './cast.ts'
import { type Marked, withCore, withMarks } from './judge-core.ts'
import { type CoreRow, dayIn, type Entry, minor, type Movement, oursOf, pages, type Truth } from './truth.ts'
import type { World } from './world.ts'

/** Compares what really happened, by the simulators' own books, with what we believe. Each disagreement is a sentence. */

export async function judge(world: World): Promise<string[]> {
  const found: string[] = []
  for (const lender of world.lenders)
    found.push(...(await judgeLender(world, lender)).map(text => `${lender.id}: ${text}`))
  const broken = await verifyLedger(
    world.db,
    world.lenders.map(({ id }) => id),
  )
  for (const { tenantId, equation, accounts, rows, currency } of broken)
    found.push(`${tenantId}: ${equation}: ${accounts} ${currency} in the accounts, ${rows} in the rows`)
  return found
}

async function judgeLender(world: World, lender: Lender): Promise<string[]> {
  const truth = await pages<Truth>(`${world.simUrl}/providers/${lender.simulator}/transactions`)
  const movements = await movementsOf(world, lender.id)
  const entries = await entriesOf(world, lender.id)
  const core = await pages<CoreRow>(`${world.simUrl}/fineract/${lender.id}/transactions`)
  return [
    ...withProvider(lender, truth, movements, await confirmationsHeard(world)),
    ...withCore(lender, truth, movements, entries, core),
    ...withMarks(entries, await marked(world, lender.id)),
    ...withEnds(movements, entries, await heldByPeople(world, lender.id)),
    ...withCap(lender, truth, movements),
    ...(await withOrders(world, lender, truth, movements)),
    ...(await withSlots(world, lender.id)),
  ]
}

async function marked({ simUrl }: World, tenant: string): Promise<Marked[]> {
  type Deposit = { readonly id: string; readonly checkNumber: string | null; readonly reversed: boolean }
  type Line = {
    readonly transactionId: string
    readonly referenceNumber: string | null
    readonly reversed: boolean
  }
  const deposits = await pages<Deposit>(`${simUrl}/fineract/${tenant}/savings-transactions`)
  const lines = await pages<Line>(`${simUrl}/fineract/${tenant}/journal`)
  return [
    ...deposits.map(({ id, checkNumber, reversed }) => ({ transactionId: id, mark: checkNumber, reversed })),
    ...lines.map(({ transactionId, referenceNumber, reversed }) => ({
      transactionId,
      mark: referenceNumber,
      reversed,
    })),
  ]
}

async function movementsOf({ admin }: World, tenant: string): Promise<Movement[]> {
  const { rows } = await admin.query(
    `select t.id, t.kind, t.state, t.amount_minor::text as amount, t.confirmed_minor::text as confirmed, t.receipt,
            t.value_date::text, t.due_at, t.request_id, t.disbursement_id,
            array_remove(array(select unnest(array[a.reference, a.provider_reference]) from attempts a
                   where a.tenant_id = t.tenant_id and a.transaction_id = t.id), null) as references,
            array_remove(array(select unnest(array[a.reference, a.provider_reference]) from attempts a
                   where a.tenant_id = t.tenant_id and a.transaction_id = t.id
                     and a.ordinal = (select max(ordinal) from attempts l
                                       where l.tenant_id = t.tenant_id and l.transaction_id = t.id)), null) as last
       from transactions t where t.tenant_id = $1 order by t.id`,
    [tenant],
  )
  return rows
}

async function entriesOf({ admin }: World, tenant: string): Promise<Entry[]> {
  const { rows } = await admin.query(
    `select id, entry, state, amount_minor::text as amount, external_id, core_transaction_id, value_date::text,
            transaction_id, disbursement_id, loan_id, due_at
       from bookings where tenant_id = $1 order by id`,
    [tenant],
  )
  return rows
}

/** What we have answered for of what is told once: receipts of customers' own payments, and references of what MTN took back. The statement finds the rest. */
async function confirmationsHeard({ admin }: World): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query(
    `select (body::jsonb) ->> 'TransID' as receipt from sim_kit.callbacks
      where simulator = 'mpesa' and answer_status = 200 and body like '%TransID%'
     union all
     select 'back:' || reference from sim_kit.callbacks
      where simulator = 'mtn-momo' and answer_status between 200 and 299 and body like '%REVERSED%'`,
  )
  return new Set(rows.map(({ receipt }) => receipt))
}

/** Where confirmed money of each kind may rest. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  collect: ['booked', 'suspense', 'returned', 'reversed', 'returning', 'written-off'],
  disburse: ['confirmed', 'booked'],
  return: ['booked'],
}
const GONE: Readonly<Record<string, readonly string[]>> = {
  collect: ['returned', 'reversed'],
  disburse: ['returned', 'reversed', 'failed'],
  return: ['returned', 'reversed', 'failed'],
}

function withProvider(
  { simulator }: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
  heard: ReadonlySet<string>,
): string[] {
  const found: string[] = []
  // a push whose answer was lost has no name that both know: only who may not be asked may stay unresolved
  const unresolved = movements.filter(({ state }) => state === 'unresolved')
  const matched = new Map<string, Truth[]>()
  for (const row of truth) {
    const name = `${row.kind} ${row.reference ?? row.receipt} of ${row.amount}`
    const ours = oursOf(movements, row)
    if (ours.length > 1) found.push(`${name} stands for ${ours.length} movements of ours`)
    const [mine] = ours
    if (mine === undefined) {
      const lost = unresolved.some(
        ({ amount, kind }) => kind === 'collect' && amount === `${minor(row.amount)}`,
      )
      const unheard = row.kind === 'c2b' && !heard.has(row.receipt ?? '')
      if (row.status !== 'failed' && !unheard && !(simulator === 'mpesa' && lost))
        found.push(`${name} ${row.status}: we do not know it`)
      continue
    }
    matched.set(mine.id, [...(matched.get(mine.id) ?? []), row])
    const askable = simulator === 'mtn-momo' || row.kind !== 'collect'
    const kind = mine.kind
    if (mine.state === 'unresolved') {
      const asked = mine.last.some(name => name === row.reference || name === row.conversationId)
      if (askable && asked && row.status !== 'pending' && !isAmountDoubt(mine, row))
        found.push(`${name} ${row.status}: ours is unresolved though it could be asked`)
      continue
    }
    // what is confirmed and not booked is told below
    if (row.status === 'succeeded' && mine.state !== 'confirmed' && !HOMES[kind]?.includes(mine.state))
      found.push(`${name} succeeded: ours ${mine.id} is ${mine.state}`)
    // Daraja tells nobody that a push was taken back later, and MTN tells it once: the rest is found by the statement
    if (row.status === 'reversed' && heard.has(`back:${row.reference}`) && !GONE[kind]?.includes(mine.state))
      found.push(`${name} went back: ours ${mine.id} is ${mine.state}`)
    if (row.status === 'succeeded' && minor(row.amount) !== BigInt(mine.confirmed ?? mine.amount))
      found.push(`${name}: ours ${mine.id} is ${mine.confirmed ?? mine.amount} minor units`)
  }
  for (const movement of movements) {
    const rows = matched.get(movement.id) ?? []
    const moved = rows.filter(({ status }) => status === 'succeeded' || status === 'reversed')
    if (moved.length > 1) found.push(`${movement.kind} ${movement.id} moved money ${moved.length} times`)
    const claims = HOMES[movement.kind]?.includes(movement.state) === true
    if (claims && moved.length === 0 && !rows.some(({ status }) => status === 'pending'))
      found.push(`${movement.kind} ${movement.id} is ${movement.state}, and the provider moved nothing`)
  }
  return found
}

/** A provider that tells another amount than was ordered leaves a payout with a person. */
const isAmountDoubt = (mine: Movement, row: Truth): boolean => BigInt(mine.amount) !== minor(row.amount)

/** Nobody was asked for more in a day than the limit allows, however many asked at once. */
function withCap(
  { dayCap, zone, currency }: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
): string[] {
  if (dayCap === undefined) return []
  const cap = minor(currency === 'KES' ? `${dayCap}.00` : dayCap)
  const asked = new Map<string, bigint>()
  for (const row of truth) {
    const [mine] = oursOf(movements, row)
    if (row.kind !== 'collect' || mine === undefined || !['pending', 'succeeded'].includes(row.status))
      continue
    const day = `${row.msisdn} on ${dayIn(zone, row.createdAt)}`
    asked.set(day, (asked.get(day) ?? 0n) + BigInt(mine.amount))
  }
  return [...asked]
    .filter(([, sum]) => sum > cap)
    .map(([day, sum]) => `${day} was asked for ${sum} minor units: the limit is ${cap}`)
}

const OPEN = ['planned', 'sending', 'awaiting-approval', 'unknown']
const RESTING = ['booked', 'failed', 'suspense', 'returned', 'reversed', 'written-off']

/**
 * Loans on which a teller typed a receipt with another amount than ours: nothing is entered there until a person has
 * mended it, and there is a case that says so.
 */
async function heldByPeople({ admin }: World, tenant: string): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query(
    `select b.loan_id from cases c join bookings b on b.tenant_id = c.tenant_id and b.id = c.subject_id
      where c.tenant_id = $1 and c.kind = 'booked-otherwise' and c.settled_at is null and b.loan_id is not null`,
    [tenant],
  )
  return new Set(rows.map(({ loan_id: loan }) => loan))
}

/** Every movement has ended, or something will wake it; and what can be booked is booked. */
function withEnds(
  movements: readonly Movement[],
  entries: readonly Entry[],
  held: ReadonlySet<string>,
): string[] {
  const found = movements
    .filter(({ state, due_at }) => !RESTING.includes(state) && due_at === null)
    .filter(({ kind, state }) => !(kind !== 'collect' && state === 'confirmed'))
    .map(({ id, kind, state }) => `${kind} ${id} is ${state}, and nothing will wake it`)
  const open = entries.filter(({ state }) => OPEN.includes(state))
  for (const { id, entry, state, due_at } of open)
    if (due_at === null) found.push(`entry ${entry} ${id} is ${state}, and nothing will wake it`)
  const waiting = new Set(open.filter(({ loan_id: loan }) => loan !== null && held.has(loan)))
  for (const { id, entry, state, ...row } of open)
    if (row.loan_id === null || !held.has(row.loan_id))
      found.push(`entry ${entry} ${id} is ${state} after hours`)
  for (const { id, state, confirmed, kind } of movements) {
    const waits = [...waiting].some(({ transaction_id }) => transaction_id === id)
    if (kind === 'collect' && state === 'confirmed' && !waits)
      found.push(`collect ${id} of ${confirmed} is confirmed and was not booked in hours`)
  }
  return found
}

/** What was taken back and told to nobody stands as it was told, until a question or the statement finds it. */
const arrived = (mine: Movement, { status }: Truth): boolean =>
  status === 'succeeded' || (status === 'reversed' && GONE[mine.kind]?.includes(mine.state) !== true)

/** Nobody was debited more than she approved, or paid more than was ordered; what is called paid was paid. */
async function withOrders(
  { admin }: World,
  { id: tenant }: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
): Promise<string[]> {
  const found: string[] = []
  const movedOf = (mine: Movement): bigint =>
    truth
      .filter(row => arrived(mine, row))
      .filter(row => oursOf([mine], row).length > 0)
      .reduce((sum, row) => sum + minor(row.amount), 0n)
  const { rows: disbursements } = await admin.query(
    'select id, loan_id, state, amount_minor::text as amount from disbursements where tenant_id = $1',
    [tenant],
  )
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
      parts.every(part => part.state !== 'unresolved')
    )
      found.push(`disbursement ${id} is ${state}, and ${paid} arrived`)
  }
  const { rows: approvals } = await admin.query(
    `select subject_id as id, event from events where tenant_id = $1 and subject = 'request' and event ->> 'type' = 'APPROVE'
       and state_to = 'approved'`,
    [tenant],
  )
  const approved = new Map<string, bigint>()
  for (const { id, event } of approvals)
    approved.set(id, (approved.get(id) ?? 0n) + minor(event.approval.amount.amount))
  const debited = new Map<string, bigint>()
  for (const movement of movements)
    if (movement.request_id !== null)
      debited.set(movement.request_id, (debited.get(movement.request_id) ?? 0n) + movedOf(movement))
  for (const [id, sum] of debited)
    if (sum > (approved.get(id) ?? 0n))
      found.push(`request ${id}: ${sum} debited, ${approved.get(id) ?? 0n} approved`)
  return found
}

/** One open booking a loan: no two attempts of one slot may have been out at the same time. */
async function withSlots({ admin }: World, tenant: string): Promise<string[]> {
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
