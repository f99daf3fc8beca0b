import type { z } from 'zod'
import { formatMoney } from '../../domain/money.ts'
import { digitsOf } from '../../domain/msisdn.ts'
import type { HttpAnswer } from '../../domain/outside.ts'
import type { BookingOutcome, Repayment } from '../core-banking.ts'
import type { Api } from './call.ts'
import { codeOf, isExternalIdUsed, type Retry, retryOf } from './refusals.ts'
import { parseJson, readAmount, readDate } from './values.ts'
import { CommandResult, Failure, Transaction } from './wire.ts'

type Answer = Extract<HttpAnswer, { kind: 'answer' }>

/** The column of idempotency keys (m_portfolio_command_source), and that of external ids. */
const MAX_KEY = 50
const MAX_EXTERNAL_ID = 100
const MAX_DETAIL = 50
const MAX_NOTE = 1000

const refused = (code: string, retry: Retry): BookingOutcome => ({
  kind: 'refused',
  code,
  retry,
})
const unknown = (why: string): BookingOutcome => ({ kind: 'unknown', why })

/**
 * Books a repayment behind two guards: the key makes Fineract answer a repeat from its store, the external id keeps a
 * second row out for ever. What it answers is checked against the row it wrote, because it rounds amounts silently.
 */
export async function repay(api: Api, order: Repayment): Promise<BookingOutcome> {
  const paymentTypeId = api.config.paymentTypes[order.provider]
  if (paymentTypeId === undefined) return refused('payment-type-not-configured', 'same-key')
  if (order.idempotencyKey.length > MAX_KEY) return refused('idempotency-key-too-long', 'never')
  if (order.externalId.length > MAX_EXTERNAL_ID) return refused('external-id-too-long', 'never')
  const path = `loans/${encodeURIComponent(order.loanId)}/transactions?command=repayment`
  const body = {
    transactionDate: order.valueDate,
    transactionAmount: formatMoney(order.amount),
    paymentTypeId: Number(paymentTypeId),
    externalId: order.externalId,
    receiptNumber: order.receipt.slice(0, MAX_DETAIL),
    accountNumber: digitsOf(order.msisdn),
    note: order.note.slice(0, MAX_NOTE),
    locale: 'en',
    dateFormat: 'yyyy-MM-dd',
  }
  const answer = await api.raw('POST', path, body, { 'idempotency-key': order.idempotencyKey })
  if (answer.kind === 'no-answer') return unknown(answer.why)
  return answer.status === 200 ? readBooked(api, order, answer) : readRefused(api, order, answer)
}

/**
 * A 200 is not yet a booking: under maker-checker it was rolled back (1.10.1 says so, 1.9.0 only by its commandId), and a
 * key that was used before brings another loan's answer. The row under our external id decides.
 */
async function readBooked(api: Api, order: Repayment, answer: Answer): Promise<BookingOutcome> {
  const parsed = CommandResult.safeParse(parseJson(answer.body))
  const result: z.infer<typeof CommandResult> | undefined = parsed.data
  const waiting: BookingOutcome | undefined =
    result?.commandId === undefined ? undefined : { kind: 'awaiting-approval', commandId: result.commandId }
  if (result?.rollbackTransaction === true && waiting !== undefined) return waiting
  const found = await lookUp(api, order.loanId, order.externalId)
  if (found.kind !== 'not-found') return found
  // The store knows keys only, not what was asked under them: this is the answer to another repayment.
  if (result !== undefined && isForeign(result, order))
    return refused('idempotency-key-used-elsewhere', 'new-key')
  return waiting ?? unknown('answered as booked, but there is no such transaction')
}

const isForeign = (
  { loanId, resourceExternalId }: z.infer<typeof CommandResult>,
  order: Repayment,
): boolean =>
  (loanId !== undefined && loanId !== order.loanId) ||
  (typeof resourceExternalId === 'string' && resourceExternalId !== order.externalId)

async function readRefused(api: Api, order: Repayment, answer: Answer): Promise<BookingOutcome> {
  // The same key is still being worked on, by an earlier call or for ever after a crash: the row tells.
  if (answer.status === 425) {
    const found = await lookUp(api, order.loanId, order.externalId)
    return found.kind === 'booked' ? found : refused('under-processing', 'same-key')
  }
  if (answer.status === 401) return refused('error.msg.not.authenticated', 'same-key')
  const parsed = Failure.safeParse(parseJson(answer.body))
  if (!parsed.success) return unknown(`answer ${answer.status}`)
  const code = codeOf(parsed.data)
  if (isExternalIdUsed(answer.status, parsed.data)) {
    const found = await lookUp(api, order.loanId, order.externalId)
    return found.kind === 'not-found' ? refused(code, 'never') : found
  }
  const retry = retryOf(answer.status, code)
  if (retry === undefined) return unknown(`answer ${answer.status} ${code}`)
  // A refusal that came out of the store will come again under this key.
  const stored = answer.headers['x-served-from-cache'] === 'true'
  return refused(code, stored && retry === 'same-key' ? 'new-key' : retry)
}

/** The row under our external id: ids of transactions change when an earlier one is booked later, external ids do not. */
export async function lookUp(api: Api, loanId: string, externalId: string): Promise<BookingOutcome> {
  const path = `loans/${encodeURIComponent(loanId)}/transactions/external-id/${encodeURIComponent(externalId)}`
  const answer = await api.raw('GET', path)
  if (answer.kind === 'no-answer') return unknown(answer.why)
  const json = parseJson(answer.body)
  if (answer.status === 404) {
    const failure = Failure.safeParse(json)
    const code = failure.success ? codeOf(failure.data) : ''
    if (code === 'error.msg.loan.transaction.external.id.invalid') return { kind: 'not-found' }
    // It exists, on another loan.
    if (code === 'error.msg.loan.transaction.id.invalid') return refused(code, 'never')
  }
  if (answer.status !== 200) return unknown(`answer ${answer.status}`)
  const parsed = Transaction.safeParse(json)
  if (!parsed.success) return unknown('a transaction that cannot be read')
  return readRow(parsed.data, externalId)
}

function readRow(row: Transaction, externalId: string): BookingOutcome {
  if (row.externalId != null && row.externalId !== externalId)
    return unknown('another transaction was answered')
  // Undone by a person: the external id stays on the row, the money is not booked.
  if (row.manuallyReversed === true || row.reversedOnDate != null) return { kind: 'not-found' }
  const valueDate = readDate(row.date)
  const amount = row.currency === undefined ? undefined : readAmount(row.amount, row.currency.code)
  if (valueDate === undefined || amount === undefined) return unknown('a transaction that cannot be read')
  return { kind: 'booked', coreTransactionId: row.id, amount, valueDate }
}
