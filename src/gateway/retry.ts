import type { DisbursementContext } from '../../flows/disbursement.ts'
import { exceeds, fromText, toText } from '../domain/money.ts'
import type { Row } from '../store/database.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import type { Act, Stepper } from './step.ts'

/** Entries that the core has refused for good, and a person's word that the reason is mended. No money moves by it. */

export type EntryQuery = {
  readonly state?: readonly string[] | undefined
  readonly after?: string | undefined
  readonly limit: number
}

const OPEN = ['planned', 'sending', 'unknown', 'awaiting-approval']

const entryView = (row: Row): object => ({
  id: row.id,
  state: row.state,
  entry: row.entry,
  ...toText({ minor: row.amount_minor as bigint, currency: String(row.currency) }),
  loanId: row.loan_id,
  savingsId: row.savings_id,
  transactionId: row.transaction_id,
  disbursementId: row.disbursement_id,
  itemId: row.item_id,
  undoes: row.undoes,
  valueDate: row.value_date,
  externalId: row.external_id,
  coreTransactionId: row.core_transaction_id,
  refusedFor: row.state === 'refused' ? row.code : null,
  createdAt: row.created_at,
})

/** With the core's last word, which says what to mend. */
const entries = ({ trx, setup }: Act) =>
  trx('bookings as b')
    .where({ 'b.tenant_id': setup.tenant.id })
    .select(
      'b.*',
      trx.raw(`(select a.outcome ->> 'code' from booking_attempts a
        where a.tenant_id = b.tenant_id and a.booking_id = b.id order by a.ordinal desc limit 1) as code`),
    )

/** The newest first. */
export async function entryPage(
  act: Act,
  { state, after, limit }: EntryQuery,
): Promise<{ readonly data: readonly object[]; readonly next: string | null }> {
  const wanted = entries(act)
    .orderBy('b.id', 'desc')
    .limit(limit + 1)
  if (state !== undefined) void wanted.whereIn('b.state', [...state])
  if (after !== undefined) void wanted.where('b.id', '<', after)
  const rows: Row[] = await wanted
  return {
    data: rows.slice(0, limit).map(entryView),
    next: rows.length > limit ? String(rows[limit - 1]?.id) : null,
  }
}

export async function entryById(act: Act, id: string): Promise<object | undefined> {
  const row: Row | undefined = await entries(act).where({ 'b.id': id }).first()
  return row && entryView(row)
}

export async function entriesOfPayout(act: Act, id: string): Promise<readonly object[]> {
  const rows: Row[] = await entries(act).where({ 'b.disbursement_id': id }).orderBy('b.id')
  return rows.map(entryView)
}

/** Tries a refused entry again, under a fresh key. Why not, where it is not to be made any more. */
export async function retryEntry(stepper: Stepper, act: Act, id: string): Promise<string | undefined> {
  const row = await lockLife(act.trx, 'booking', act.setup.tenant.id, id)
  if (row.state !== 'refused') return `this entry is ${row.state}`
  const no = await against(act, row)
  if (no !== undefined) return no
  const stepped = await stepper.step(act, 'booking', id, { type: 'RETRY', at: act.at.toISOString() })
  return stepped.changed ? undefined : 'its refusal has moved the money on: decide on the board, or the claim'
}

/** The world may have gone on since the refusal: an entry is made only while somebody still waits for it. */
async function against(act: Act, row: LifeRow): Promise<string | undefined> {
  if (
    row.undoes !== null &&
    (await hasOther(act, row, { undoes: row.undoes }, [...OPEN, 'booked', 'undone']))
  )
    return 'another entry undoes the same'
  if (row.disbursement_id === null) return undefined
  const payout = await lockLife(act.trx, 'disbursement', act.setup.tenant.id, String(row.disbursement_id))
  const { amount, confirmed, entered, entering } = (payout.snapshot as { context: DisbursementContext })
    .context
  if (row.undoes !== null)
    return payout.state === 'failed' && entered
      ? undefined
      : `the payout is ${payout.state}: its entry stands`
  const isPaid = !exceeds(fromText(amount), fromText(confirmed))
  if (payout.state !== 'paying' || !isPaid || entered)
    return `the payout is ${payout.state}: this entry is not waited for`
  const same = { disbursement_id: row.disbursement_id, entry: row.entry }
  return entering || (await hasOther(act, row, same, OPEN))
    ? 'another entry of this payout is under way'
    : undefined
}

async function hasOther(
  { trx, setup }: Act,
  row: LifeRow,
  where: object,
  states: readonly string[],
): Promise<boolean> {
  const other = await trx('bookings')
    .where({ tenant_id: setup.tenant.id, ...where })
    .whereNot('id', row.id)
    .whereIn('state', [...states])
    .first('id')
  return other !== undefined
}
