import { verifyLedger } from '../../src/store/ledger.ts'
import type { Lender } from './cast.ts'
import type { World } from './world.ts'

/** Compares what really happened, by the simulators' own books, with what we believe. Each disagreement is a sentence. */

type Truth = {
  readonly reference: string | null
  readonly kind: 'collect' | 'disburse' | 'refund' | 'c2b'
  readonly msisdn?: string
  readonly amount: string
  readonly status: 'pending' | 'succeeded' | 'failed' | 'reversed'
  readonly receipt?: string
  readonly createdAt: string
  readonly completedAt?: string
  readonly reversedAt?: string
  readonly conversationId?: string
  readonly originalReceipt?: string
}

type Movement = {
  readonly id: string
  readonly kind: 'collect' | 'disburse' | 'return'
  readonly state: string
  readonly amount: string
  readonly confirmed: string | null
  readonly receipt: string | null
  readonly value_date: string | null
  readonly due_at: Date | null
  readonly request_id: string | null
  readonly disbursement_id: string | null
  readonly references: readonly string[]
  /** Those of the last attempt. */
  readonly last: readonly string[]
}

type Entry = {
  readonly id: string
  readonly entry: string
  readonly state: string
  readonly amount: string
  readonly external_id: string
  readonly core_transaction_id: string | null
  readonly value_date: string
  readonly transaction_id: string | null
  readonly disbursement_id: string | null
  readonly loan_id: string | null
  readonly due_at: Date | null
}

type CoreRow = {
  readonly id: string
  readonly loanId: string
  readonly type: string
  readonly amount: string
  readonly net?: string
  readonly externalId: string | null
  readonly receiptNumber: string | null
  readonly date: string
  readonly reversed: boolean
}

/** A simulator's amount in minor units, read without the product's own codec. */
const minor = (amount: string): bigint => {
  const [whole = '0', fraction] = amount.split('.')
  return BigInt(fraction === undefined ? whole : whole + fraction.padEnd(2, '0'))
}

async function pages<T>(url: string): Promise<T[]> {
  const found: T[] = []
  let after = '0'
  for (;;) {
    const answer = await fetch(`${url}${url.includes('?') ? '&' : '?'}limit=1000&after=${after}`)
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
    const { data, next } = (await answer.json()) as { data: T[]; next: string | null }
    found.push(...data)
    if (next === null) return found
    after = next
  }
}

const dayIn = (zone: string, at: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(at))

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
    ...withEnds(movements, entries),
    ...withCap(lender, truth, movements),
    ...(await withOrders(world, lender, truth, movements)),
    ...(await withSlots(world, lender.id)),
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

/** Receipts of customers' own payments that we have answered for: a paybill tells once, and the statement finds the rest. */
async function confirmationsHeard({ admin }: World): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query(
    `select (body::jsonb) ->> 'TransID' as receipt from sim_kit.callbacks
      where simulator = 'mpesa' and answer_status = 200 and body like '%TransID%'`,
  )
  return new Set(rows.map(({ receipt }) => receipt))
}

/** Ours of a movement at the provider: by a reference of ours, by its own name for it, or by its receipt. */
const oursOf = (movements: readonly Movement[], { reference, receipt, conversationId }: Truth): Movement[] =>
  movements.filter(
    ({ references, receipt: known }) =>
      (reference !== null && references.includes(reference)) ||
      (conversationId !== undefined && references.includes(conversationId)) ||
      (receipt !== undefined && known === receipt),
  )

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
    if (row.status === 'succeeded' && !HOMES[kind]?.includes(mine.state))
      found.push(`${name} succeeded: ours ${mine.id} is ${mine.state}`)
    // Daraja tells nobody that a push was taken back later: that is found by the statement
    if (row.status === 'reversed' && simulator === 'mtn-momo' && !GONE[kind]?.includes(mine.state))
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

function withCore(
  { zone, simulator }: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
  entries: readonly Entry[],
  core: readonly CoreRow[],
): string[] {
  const found: string[] = []
  const byId = new Map(movements.map(movement => [movement.id, movement]))
  const standing = core.filter(({ reversed }) => !reversed)
  for (const row of core.filter(({ externalId }) => externalId?.startsWith('hatua-'))) {
    const entry = entries.find(({ external_id }) => external_id === row.externalId)
    if (entry === undefined) {
      found.push(`Fineract has ${row.type} ${row.externalId}, we have no such entry`)
      continue
    }
    if (!row.reversed && entry.state !== 'booked')
      found.push(`Fineract has ${row.externalId}: our entry is ${entry.state}`)
    if (row.reversed && entry.state === 'booked')
      found.push(`Fineract has undone ${row.externalId}: our entry is booked`)
    if (minor(row.net ?? row.amount) !== BigInt(entry.amount))
      found.push(`${row.externalId}: ${row.net ?? row.amount} in Fineract, ${entry.amount} here`)
  }
  for (const entry of entries.filter(({ state }) => state === 'booked')) {
    if (entry.entry !== 'repayment' && entry.entry !== 'disbursal') continue
    const row = standing.find(
      ({ externalId, id }) => externalId === entry.external_id || id === entry.core_transaction_id,
    )
    if (row === undefined)
      found.push(`our ${entry.entry} ${entry.external_id} is booked, Fineract has no such row`)
    const movement = entry.transaction_id === null ? undefined : byId.get(entry.transaction_id)
    if (movement === undefined || row === undefined) continue
    const paid = truth.find(each => oursOf([movement], each).length > 0 && each.completedAt !== undefined)
    const typed = row.externalId !== entry.external_id
    if (
      paid?.completedAt !== undefined &&
      simulator === 'mpesa' &&
      paid.receipt !== undefined &&
      !typed &&
      row.date !== dayIn(zone, paid.completedAt)
    )
      if (movement.value_date !== row.date)
        // an STK query tells no time: then the day she approved counts
        found.push(
          `${entry.external_id} counts from ${row.date}, the money came on ${dayIn(zone, paid.completedAt)}`,
        )
  }
  // one payment, one repayment for each allocation: receipts on standing rows
  const receipts = new Map<string, CoreRow[]>()
  for (const row of standing)
    if (row.type === 'repayment' && row.receiptNumber !== null)
      receipts.set(`${row.loanId} ${row.receiptNumber}`, [
        ...(receipts.get(`${row.loanId} ${row.receiptNumber}`) ?? []),
        row,
      ])
  for (const [name, rows] of receipts)
    if (rows.length > 1) found.push(`receipt ${name} was booked ${rows.length} times`)
  const disbursed = new Map<string, number>()
  for (const row of standing)
    if (row.type === 'disbursement') disbursed.set(row.loanId, (disbursed.get(row.loanId) ?? 0) + 1)
  for (const [loan, times] of disbursed)
    if (times > 1) found.push(`loan ${loan} was disbursed ${times} times`)
  return found
}

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

const RESTING = ['booked', 'failed', 'suspense', 'returned', 'reversed', 'written-off']

/** Every movement has ended, or something will wake it. */
function withEnds(movements: readonly Movement[], entries: readonly Entry[]): string[] {
  const found = movements
    .filter(({ state, due_at }) => !RESTING.includes(state) && due_at === null)
    .filter(({ kind, state }) => !(kind !== 'collect' && state === 'confirmed'))
    .map(({ id, kind, state }) => `${kind} ${id} is ${state}, and nothing will wake it`)
  const open = ['planned', 'sending', 'awaiting-approval', 'unknown']
  for (const { id, entry, state, due_at } of entries)
    if (open.includes(state) && due_at === null)
      found.push(`entry ${entry} ${id} is ${state}, and nothing will wake it`)
  for (const { id, state, confirmed, kind } of movements)
    if (kind === 'collect' && state === 'confirmed')
      found.push(`collect ${id} of ${confirmed} is confirmed and was not booked in hours`)
  for (const { id, entry, state } of entries)
    if (open.includes(state)) found.push(`entry ${entry} ${id} is ${state} after hours`)
  return found
}

/** Daraja tells nobody of what was taken back later: until a question or the statement does, it stands as it was told. */
const arrived = (simulator: Lender['simulator'], mine: Movement, { status }: Truth): boolean =>
  status === 'succeeded' ||
  (status === 'reversed' && simulator === 'mpesa' && GONE[mine.kind]?.includes(mine.state) !== true)

/** Nobody was debited more than she approved, or paid more than was ordered; what is called paid was paid. */
async function withOrders(
  { admin }: World,
  { id: tenant, simulator }: Lender,
  truth: readonly Truth[],
  movements: readonly Movement[],
): Promise<string[]> {
  const found: string[] = []
  const movedOf = (mine: Movement): bigint =>
    truth
      .filter(row => arrived(simulator, mine, row))
      .filter(row => oursOf([mine], row).length > 0)
      .reduce((sum, row) => sum + minor(row.amount), 0n)
  const { rows: disbursements } = await admin.query(
    'select id, loan_id, state, amount_minor::text as amount from disbursements where tenant_id = $1',
    [tenant],
  )
  for (const { id, state, amount, loan_id: loan } of disbursements) {
    const parts = movements.filter(({ disbursement_id }) => disbursement_id === id)
    const paid = parts.reduce((sum, part) => sum + movedOf(part), 0n)
    if (paid > BigInt(amount)) found.push(`disbursement ${id} of loan ${loan} paid ${paid} of ${amount}`)
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
      where a.tenant_id = $1 and a.sent_at < o.sent_at and o.sent_at < a.answered_at
      group by b.loan_id`,
    [tenant],
  )
  return rows.map(
    ({ loan_id: loan, times }) => `loan ${loan} had ${times} entries on their way beside another`,
  )
}
