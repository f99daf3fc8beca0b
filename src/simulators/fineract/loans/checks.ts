import type { Fields } from '../fields.ts'
import { type Session, todayOf } from '../house.ts'
import type { Json } from '../json.ts'
import { domainRule, notFound } from '../refusal.ts'
import { table } from '../schema.ts'
import type { PaymentDetail } from './life.ts'
import type { Loan } from './rows.ts'

/** Checks that repaying, undoing and disbursing share. */

export const DETAIL_KEYS = [
  'paymentTypeId',
  'accountNumber',
  'checkNumber',
  'routingCode',
  'receiptNumber',
  'bankNumber',
]
const MAX_DETAIL = 50
export const MAX_NOTE = 1000
export const MAX_EXTERNAL_ID = 100

export async function requireActiveClient(
  { trx, tenant }: Session,
  { clientId }: Pick<Loan, 'clientId'>,
): Promise<void> {
  const client = await trx(table('clients')).where({ tenant: tenant.id, id: clientId }).first('status')
  if (client?.status === 300) return
  throw domainRule(
    'error.msg.client.not.active.exception',
    `The Client with id ${clientId} is not active.`,
    clientId,
  )
}

/** Configuration `allow-transactions-on-holiday` is off, as in a fresh Fineract. */
export function requireNoHoliday(
  { tenant }: Session,
  date: string,
  deed: 'repayment' | 'disbursement',
): void {
  if (!tenant.settings.holidays?.includes(date)) return
  const code = `error.msg.loan.application.${deed}.date.on.holiday`
  throw domainRule(code, `The ${deed} date should not be on a holiday.`, date)
}

/** AccountingProcessorHelper.checkForBranchClosures: nothing is booked on or before the day of the last closure. */
export function requireOpenBooks({ tenant }: Session, date: string): void {
  const until = tenant.settings.booksClosedUntil
  if (until == null || date > until) return
  throw domainRule(
    'error.msg.glJournalEntry.invalid.accounting.closed',
    `Journal entry cannot be made prior to last account closing date: ${until}`,
    until,
  )
}

/** Against the business date of the tenant, never the server's clock (DateUtils.isDateInTheFuture). */
export function requireNotFuture(session: Session, date: string, code: string): void {
  if (date > todayOf(session)) throw domainRule(code, 'The transaction date cannot be in the future.', date)
}

export type ReadDetail = {
  readonly paymentTypeId: number | undefined
  readonly columns: Omit<PaymentDetail, 'payment_type_id'>
}

export function readDetail(fields: Fields): ReadDetail {
  const text = (name: string) => fields.text(name, MAX_DETAIL) ?? null
  return {
    paymentTypeId: fields.integer('paymentTypeId'),
    columns: {
      account_number: text('accountNumber'),
      check_number: text('checkNumber'),
      routing_code: text('routingCode'),
      receipt_number: text('receiptNumber'),
      bank_number: text('bankNumber'),
    },
  }
}

/** PaymentDetailWritePlatformService: without a payment type the receipt and its like are dropped without a word. */
export async function paymentDetail(
  { trx, tenant }: Session,
  { paymentTypeId, columns }: ReadDetail,
): Promise<PaymentDetail> {
  if (paymentTypeId === undefined) return { payment_type_id: null }
  const known = await trx(table('payment_types')).where({ tenant: tenant.id, id: paymentTypeId }).first()
  if (known === undefined)
    throw notFound(
      'error.msg.payment.type.invalid',
      `Payment Type with identifier ${paymentTypeId} does not exist`,
      paymentTypeId,
    )
  return { payment_type_id: paymentTypeId, ...columns }
}

/** `changes` repeats what was sent, as text; details only where a payment type made them count. */
export function changesOf(raw: Fields['raw'], names: readonly string[], withDetail: boolean): Json {
  const shown = names.filter(name => raw[name] !== undefined && raw[name] !== null)
  const kept = shown.filter(name => withDetail || !DETAIL_KEYS.includes(name))
  return Object.fromEntries(
    kept.map(name => [name, name === 'paymentTypeId' ? Number(raw[name]) : String(raw[name])]),
  )
}
