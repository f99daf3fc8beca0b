import { toText } from '../domain/money.ts'
import type { Row } from '../store/database.ts'
import { act, type GatewayDeps } from './context.ts'
import { askedMatches, knownLoans, matchesOf, type OpenItem } from './matching.ts'
import { proposalView } from './proposals.ts'
import type { Act } from './step.ts'

/** What a person has to look at: money without a home, and money of which nobody knows what became. */

export type BoardQuery = {
  readonly state?: 'open' | 'settled' | undefined
  readonly reason?: string | undefined
  readonly owner?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}

export type Page = { readonly data: readonly object[]; readonly next: string | null }

const PAYMENT = ['id', 'state', 'receipt', 'provider', 'msisdn', 'customer_id', 'loan_id', 'loan_account']

const amountOf = (row: Row): object =>
  toText({ minor: row.amount_minor as bigint, currency: String(row.currency) })

const ageOf = (since: unknown, { at }: Act): number =>
  Math.max(0, Math.floor((at.getTime() - (since as Date).getTime()) / 1000))

/** Open proposals, by what they are about. */
async function proposalsFor(
  { trx, setup }: Act,
  subjects: readonly unknown[],
): Promise<ReadonlyMap<unknown, object>> {
  const rows: Row[] = await trx('proposals')
    .where({ tenant_id: setup.tenant.id, state: 'open' })
    .whereIn('subject_id', subjects as string[])
  return new Map(rows.map(row => [row.subject_id, proposalView(row)]))
}

async function withPayments({ trx, setup }: Act, rows: readonly Row[]): Promise<OpenItem[]> {
  const payments: Row[] = await trx('transactions')
    .where({ tenant_id: setup.tenant.id })
    .whereIn(
      'id',
      rows.map(row => String(row.transaction_id)),
    )
    .select(PAYMENT)
  const byId = new Map(payments.map(payment => [payment.id, payment]))
  return rows.map(row => ({ row, payment: byId.get(row.transaction_id) ?? {} }))
}

const itemView = (commit: Act, { row, payment }: OpenItem): object => ({
  id: row.id,
  state: row.state,
  reason: row.reason,
  ...amountOf(row),
  ageSeconds: ageOf(row.opened_at, commit),
  owner: row.owner,
  way: row.way,
  transactionId: row.transaction_id,
  transactionState: payment.state,
  receipt: payment.receipt,
  provider: payment.provider,
  payer: payment.msisdn === '' ? null : payment.msisdn,
  customerId: payment.customer_id,
  loanId: payment.loan_id,
  account: payment.loan_account,
  openedAt: row.opened_at,
  settledAt: row.settled_at,
})

/** Suspense items, the oldest first, each with what is proposed for it: by a person, and by the matching rules. */
export async function suspensePage(commit: Act, query: BoardQuery): Promise<Page> {
  const { state, reason, owner, after, limit } = query
  const wanted = commit
    .trx('suspense_items')
    .where({ tenant_id: commit.setup.tenant.id })
    .orderBy('id')
    .limit(limit + 1)
  if (state !== undefined) wanted.where({ state })
  if (reason !== undefined) wanted.where({ reason })
  if (owner !== undefined) wanted.where({ owner })
  if (after !== undefined) wanted.where('id', '>', after)
  const rows: Row[] = await wanted
  const items = await withPayments(commit, rows.slice(0, limit))
  const open = items.filter(({ row }) => row.state === 'open')
  const found = await matchesOf(commit, open)
  const proposals = await proposalsFor(
    commit,
    open.map(({ row }) => row.id),
  )
  const data = items.map(item => ({
    ...itemView(commit, item),
    proposal: proposals.get(item.row.id) ?? null,
    matches: found[open.indexOf(item)] ?? [],
  }))
  return { data, next: rows.length > limit ? String(rows[limit - 1]?.id) : null }
}

/** One item; an open one with what the core says of the loans that it may be for. */
export async function suspenseItem(
  deps: GatewayDeps,
  tenantId: string,
  id: string,
): Promise<object | undefined> {
  const found = await act(deps, tenantId, async commit => {
    const row: Row | undefined = await commit.trx('suspense_items').where({ tenant_id: tenantId, id }).first()
    const [item] = row === undefined ? [] : await withPayments(commit, [row])
    if (item === undefined) return undefined
    const proposal = (await proposalsFor(commit, [id])).get(id) ?? null
    const loans = item.row.state === 'open' ? await knownLoans(commit, [item.payment]) : []
    return { item, loans, view: { ...itemView(commit, item), proposal } }
  })
  return found && { ...found.view, matches: await askedMatches(deps, tenantId, found.item, found.loans) }
}

/** Who looks after an item; false where it is not open. */
export async function ownItem({ trx, setup }: Act, id: string, owner: string | null): Promise<boolean> {
  const owned = await trx('suspense_items')
    .where({ tenant_id: setup.tenant.id, id, state: 'open' })
    .update({ owner })
  return owned > 0
}

/** The case of each, which says whose it is. */
async function casesFor({ trx, setup }: Act, ids: readonly string[]): Promise<ReadonlyMap<unknown, Row>> {
  const rows: Row[] = await trx('cases')
    .where({ tenant_id: setup.tenant.id })
    .whereIn(
      'key',
      ids.map(id => `unresolved:${id}`),
    )
  return new Map(rows.map(row => [row.subject_id, row]))
}

/** Transactions of which nobody knows what became, the oldest first. */
export async function unresolvedPage(commit: Act, query: Pick<BoardQuery, 'after' | 'limit'>): Promise<Page> {
  const { after, limit } = query
  const wanted = commit
    .trx('transactions')
    .where({ tenant_id: commit.setup.tenant.id, state: 'unresolved' })
    .orderBy('id')
    .limit(limit + 1)
  if (after !== undefined) wanted.where('id', '>', after)
  const rows: Row[] = await wanted
  const shown = rows.slice(0, limit)
  const proposals = await proposalsFor(
    commit,
    shown.map(({ id }) => id),
  )
  const cases = await casesFor(
    commit,
    shown.map(({ id }) => String(id)),
  )
  const ownerOf = (of: Row | undefined): unknown => (of?.detail as Row | undefined)?.owner ?? null
  const data = shown.map(row => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    ...amountOf(row),
    ageSeconds: ageOf(row.created_at, commit),
    provider: row.provider,
    phone: row.msisdn,
    customerId: row.customer_id,
    loanId: row.loan_id,
    requestId: row.request_id,
    disbursementId: row.disbursement_id,
    providerReference: row.provider_reference,
    createdAt: row.created_at,
    inquiredNextAt: row.due_at,
    caseId: cases.get(row.id)?.id ?? null,
    owner: ownerOf(cases.get(row.id)),
    proposal: proposals.get(row.id) ?? null,
  }))
  return { data, next: rows.length > limit ? String(rows[limit - 1]?.id) : null }
}
