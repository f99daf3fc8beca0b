import { type Approval, amountLeft, type CollectionContext } from '../../flows/collection.ts'
import { type Money, toText } from '../domain/money.ts'
import type { LifeRow } from '../store/lives.ts'
import { type Wallet, walletsById } from '../store/people.ts'
import { type PlanView, viewApproved } from './plan-view.ts'
import type { Act, Setup } from './step.ts'

/** Our rows as the outside sees them, in the API and in web hooks: amounts as text beside their currency, no secrets. */

type Row = Readonly<Record<string, unknown>>

/** What a life's machine remembers. */
const contextOf = <Context>(row: Row): Context => (row.snapshot as { context: Context }).context

const amountOf = (row: Row): object =>
  toText({ minor: row.amount_minor as bigint, currency: String(row.currency) })

/** Collection requests, each with its movements of money. */
export async function requestViews({ trx, setup }: Act, rows: readonly LifeRow[]): Promise<object[]> {
  const movements: Row[] = await trx('transactions')
    .where({ tenant_id: setup.tenant.id })
    .whereIn(
      'request_id',
      rows.map(({ id }) => id),
    )
    .orderBy('id')
    .select('id', 'request_id', 'state', 'receipt', 'provider', 'amount_minor', 'currency', 'connection_id')
  const byRequest = Map.groupBy(movements, movement => movement.request_id)
  const lines: Row[] = await trx('request_lines')
    .where({ tenant_id: setup.tenant.id })
    .whereIn(
      'request_id',
      rows.filter(({ loan_id }) => loan_id === null).map(({ id }) => id),
    )
    .orderBy('ordinal')
  const linesByRequest = Map.groupBy(lines, line => line.request_id)
  const payers = await walletsById(
    trx,
    setup.tenant.id,
    rows.flatMap(row => approvalOf(row)?.walletId ?? []),
  )
  return rows.map(row => {
    const own = byRequest.get(row.id) ?? []
    return requestView(row, own, linesByRequest.get(row.id) ?? [], planOf(setup, row, own, payers))
  })
}

const approvalOf = (row: LifeRow): Approval | null => contextOf<CollectionContext>(row).approval

/** What was approved, until all of it is answered: by which road its last movement goes, and at what price. */
function planOf(
  setup: Setup,
  row: LifeRow,
  movements: readonly Row[],
  payers: readonly Wallet[],
): PlanView | null {
  const approval = approvalOf(row)
  const payer = payers.find(({ id }) => id === approval?.walletId)
  if (approval === null || payer === undefined) return null
  const connection = setup.connections.find(({ id }) => id === movements.at(-1)?.connection_id)
  return connection === undefined ? null : viewApproved(setup, approval, payer, connection)
}

const requestView = (
  row: LifeRow,
  movements: readonly Row[],
  lines: readonly Row[],
  plan: PlanView | null,
): object => ({
  id: row.id,
  state: row.state,
  ...amountOf(row),
  left: amountLeft(contextOf<CollectionContext>(row)).amount,
  loanId: row.loan_id,
  customerId: row.customer_id,
  walletId: row.wallet_id,
  mode: row.mode,
  dueOn: row.due_on,
  createdAt: row.created_at,
  plan,
  lines: lines.map(line => ({ loanId: line.loan_id, customerId: line.customer_id, ...amountOf(line) })),
  transactions: movements.map(movement => ({
    id: movement.id,
    state: movement.state,
    receipt: movement.receipt,
    provider: movement.provider,
    ...amountOf(movement),
  })),
})

export async function requestById(act: Act, id: string): Promise<object | undefined> {
  const row: LifeRow | undefined = await act
    .trx('collection_requests')
    .where({ tenant_id: act.setup.tenant.id, id })
    .first()
  return row && (await requestViews(act, [row]))[0]
}

/**
 * What a view of a transaction is made of: its row, the event `e` by which it reached its state, who took note of that,
 * and why it is there: the provider's or the core's word, else that of the suspense item or the case opened with it.
 */
export const TRANSACTION_COLUMNS = `
  t.id, t.kind, t.origin, t.state, t.amount_minor, t.currency, t.loan_id, t.customer_id, t.request_id,
  t.disbursement_id, t.msisdn,
  t.provider, t.receipt, t.provider_reference, t.confirmed_at, t.value_date, t.created_at,
  e.id as event_id, e.at as reached_at,
  coalesce(e.event->>'reason', e.event->>'fault', e.event->>'code',
    (select i.reason from suspense_items i
      where i.tenant_id = t.tenant_id and i.transaction_id = t.id and i.opened_at = e.at order by i.id limit 1),
    (select c.kind from cases c where c.tenant_id = t.tenant_id and c.subject_id = t.id and c.opened_at = e.at
      order by c.id limit 1),
    case when e.event->>'type' in ('CANCEL', 'RECALL') then 'cancelled' end,
    case when t.state = 'failed' then 'failed' end) as reason,
  (select a.at from acknowledgements a where a.tenant_id = t.tenant_id and a.event_id = e.id) as acknowledged_at`

export const transactionView = (row: Row): object => ({
  id: row.id,
  kind: row.kind,
  origin: row.origin,
  state: row.state,
  reason: row.reason,
  ...amountOf(row),
  loanId: row.loan_id,
  customerId: row.customer_id,
  requestId: row.request_id,
  disbursementId: row.disbursement_id,
  phone: row.msisdn,
  provider: row.provider,
  receipt: row.receipt,
  providerReference: row.provider_reference,
  confirmedAt: row.confirmed_at,
  valueDate: row.value_date,
  createdAt: row.created_at,
  reachedAt: row.reached_at ?? row.created_at,
  eventId: row.event_id,
  acknowledgedAt: row.acknowledged_at,
})

/** A transaction that has not moved yet has no event. */
export async function transactionById({ trx, setup }: Act, id: string): Promise<object | undefined> {
  const { rows } = await trx.raw(
    `select ${TRANSACTION_COLUMNS} from transactions t
       left join lateral (
         select * from events e where e.tenant_id = t.tenant_id and e.subject_id = t.id and e.subject = 'transaction'
            and e.state_from is distinct from e.state_to and e.state_to = t.state
          order by e.id desc limit 1) e on true
      where t.tenant_id = ? and t.id = ?`,
    [setup.tenant.id, id],
  )
  return rows[0] && transactionView(rows[0])
}

async function rowOf({ trx, setup }: Act, table: string, id: string): Promise<Row | undefined> {
  return trx(table).where({ tenant_id: setup.tenant.id, id }).first()
}

/** A disbursement that people ended is called by what they did. */
function reasonOf(row: Row): string | null {
  const { reason } = contextOf<{ reason?: string | null }>(row)
  if (reason == null) return null
  return ({ cancel: 'cancelled', give_up: 'given-up' } as Record<string, string>)[reason] ?? reason
}

/** What was ordered, where two people agreed on less. */
const orderedOf = (row: Row): Money => ({
  minor: row.ordered_minor as bigint,
  currency: String(row.currency),
})

export const disbursementView = (row: Row): object => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  reason: reasonOf(row),
  ...amountOf(row),
  ordered: row.ordered_minor === null ? null : toText(orderedOf(row)).amount,
  loanId: row.loan_id,
  programme: row.programme,
  customerId: row.customer_id,
  batchId: row.batch_id,
  provider: row.provider,
  phone: row.msisdn,
  createdBy: row.created_by,
  approvedBy: row.approved_by,
  createdAt: row.created_at,
})

export async function disbursementById(act: Act, id: string): Promise<object | undefined> {
  const row = await rowOf(act, 'disbursements', id)
  return row && disbursementView(row)
}

export const batchView = (row: Row): object => ({
  id: row.id,
  title: row.title,
  state: row.state,
  items: row.items,
  createdBy: row.created_by,
  approvedBy: row.approved_by,
  createdAt: row.created_at,
})

export async function batchById(act: Act, id: string): Promise<object | undefined> {
  const row = await rowOf(act, 'batches', id)
  return row && batchView(row)
}

export async function suspenseItemById(act: Act, id: string): Promise<object | undefined> {
  const row = await rowOf(act, 'suspense_items', id)
  return (
    row && {
      id: row.id,
      state: row.state,
      reason: row.reason,
      ...amountOf(row),
      transactionId: row.transaction_id,
      owner: row.owner,
      way: row.way,
      openedAt: row.opened_at,
      settledAt: row.settled_at,
    }
  )
}

export async function caseById(act: Act, id: string): Promise<object | undefined> {
  const row = await rowOf(act, 'cases', id)
  return (
    row && {
      id: row.id,
      state: row.state,
      about: row.kind,
      subject: row.subject,
      subjectId: row.subject_id,
      customerId: row.customer_id,
      openedAt: row.opened_at,
      settledAt: row.settled_at,
    }
  )
}
