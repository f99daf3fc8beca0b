import { add, type Currency, type Money, sum, zero } from '../../domain/money.ts'
import { addDays, type LocalDate } from '../../domain/time.ts'
import type { CoreAnswer, CorePayment, DueLoan, Instalment, Loan, LoanStatus } from '../core-banking.ts'
import { type Api, all, mapValue } from './call.ts'
import { readPhone } from './phones.ts'
import { isUndone } from './transactions.ts'
import { readAmount, readDate } from './values.ts'
import * as wire from './wire.ts'
import { WORDS } from './writes.ts'

/** A disbursal is news for so long: after it nobody asks any more who made it. */
const NEWS_DAYS = 7
/** More active loans than this of one client are not read in one go. */
const MAX_LOANS = 20

/** LoanStatus.java; 303 and 304 are active loans on their way to another office. */
export const APPROVED = '200'
const STATUS: Readonly<Record<string, LoanStatus>> = {
  '100': 'pending',
  [APPROVED]: 'approved',
  '300': 'active',
  '303': 'active',
  '304': 'active',
  '600': 'closed',
  '601': 'closed',
  '602': 'closed',
  '700': 'overpaid',
}
/** LoanTransactionType: disbursement; and what are payments: repayment, recovery, charge payment, down payment. */
export const DISBURSEMENT = '1'
const PAYMENTS: ReadonlySet<string> = new Set(['2', '8', '17', '28'])

const unreadable = (what: string): CoreAnswer<never> => ({ kind: 'no-answer', why: `cannot read ${what}` })

export async function loans(api: Api, clientId: string, on: LocalDate): Promise<CoreAnswer<readonly Loan[]>> {
  const accounts = await api.get(`clients/${encodeURIComponent(clientId)}/accounts`, {}, wire.Accounts)
  if (accounts.kind === 'no-answer') return accounts
  const active = (accounts.value?.loanAccounts ?? []).filter(
    ({ status }) => STATUS[status?.id ?? ''] === 'active',
  )
  const read = await Promise.all(active.slice(0, MAX_LOANS).map(({ id }) => loan(api, id, on)))
  return mapValue(all(read), found => found.filter(one => one !== undefined))
}

export const readLoan = (api: Api, loanId: string, associations: string) =>
  api.get(`loans/${encodeURIComponent(loanId)}`, { associations }, wire.Loan)

/**
 * A loan and its schedule. What is due is summed from the schedule: Fineract's own overdue figures come from a table
 * that a nightly job fills (LoanSummaryData, job "Update Loan Arrears Ageing").
 */
export async function loan(api: Api, loanId: string, on: LocalDate): Promise<CoreAnswer<Loan | undefined>> {
  const answer = await readLoan(api, loanId, 'repaymentSchedule')
  if (answer.kind === 'no-answer') return answer
  if (answer.value === undefined) return { kind: 'value', value: undefined }
  const found = toLoan(answer.value, on)
  if (found === undefined) return unreadable('the amounts or days of a loan')
  const day = readDate(answer.value.timeline?.actualDisbursementDate)
  if (day === undefined || day < addDays(on, -NEWS_DAYS)) return { kind: 'value', value: found }
  return withDisbursement(api, found, day)
}

/** Whose disbursement it was, only the loan's transactions tell: a second read, made while that is still of interest. */
async function withDisbursement(api: Api, found: Loan, day: LocalDate): Promise<CoreAnswer<Loan>> {
  const answer = await readLoan(api, found.id, 'transactions')
  const row = (value: wire.Loan | undefined) =>
    value?.transactions?.find(({ type, ...one }) => type?.id === DISBURSEMENT && !isUndone(one))
  return mapValue(answer, value => ({
    ...found,
    disbursed: { on: day, externalId: row(value)?.externalId ?? undefined },
  }))
}

function toLoan(found: wire.Loan, on: LocalDate): Loan | undefined {
  const currency: Currency = found.currency.code
  const outstanding = readAmount(found.summary?.totalOutstanding ?? '0', currency)
  const schedule = readSchedule(found, currency)
  if (outstanding === undefined || schedule === undefined) return undefined
  const disbursal = readDisbursal(found, currency)
  if (found.status.id === APPROVED && disbursal === undefined) return undefined
  const unpaid = schedule.filter(instalment => instalment.outstanding.minor > 0n)
  const sumOf = (instalments: readonly Instalment[]): Money =>
    sum(
      instalments.map(instalment => instalment.outstanding),
      currency,
    )
  return {
    id: found.id,
    accountNo: found.accountNo,
    clientId: found.clientId ?? '',
    product: found.loanProductName,
    status: STATUS[found.status.id] ?? 'other',
    currency,
    outstanding,
    due: sumOf(unpaid.filter(({ due }) => due <= on)),
    arrears: sumOf(unpaid.filter(({ due }) => due < on)),
    nextDue: unpaid.find(({ due }) => due >= on),
    schedule,
    disbursal,
    disbursed: undefined,
  }
}

/** By the template of an early repayment: LoanTransactionsApiResource.retrieveTransactionTemplate, command prepayLoan. */
export async function payOff(
  api: Api,
  loanId: string,
  on: LocalDate,
): Promise<CoreAnswer<Money | undefined>> {
  const answer = await api.get(
    `loans/${encodeURIComponent(loanId)}/transactions/template`,
    { command: 'prepayLoan', transactionDate: on, ...WORDS },
    wire.PayOff,
  )
  if (answer.kind === 'no-answer') return answer
  if (answer.value === undefined) return { kind: 'value', value: undefined }
  const amount = readAmount(answer.value.amount, answer.value.currency.code)
  return amount === undefined ? unreadable('what pays a loan off') : { kind: 'value', value: amount }
}

/** What an approved loan will pay out: the charges due at disbursement are kept back. */
function readDisbursal(found: wire.Loan, currency: Currency): Loan['disbursal'] {
  if (found.status.id !== APPROVED) return undefined
  const net = readAmount(found.netDisbursalAmount, currency)
  const approved = readAmount(found.approvedPrincipal, currency)
  const from = readDate(found.timeline?.approvedOnDate)
  return net === undefined || from === undefined ? undefined : { net, approved, from }
}

/** The instalments; the disbursement that leads the list has no number. Undefined where one cannot be read. */
function readSchedule(found: wire.Loan, currency: Currency): Instalment[] | undefined {
  const schedule: Instalment[] = []
  for (const period of found.repaymentSchedule?.periods ?? []) {
    if (period.period === undefined) continue
    const due = readDate(period.dueDate)
    const total = readAmount(period.totalDueForPeriod ?? '0', currency)
    const outstanding: Money | undefined =
      period.complete === true
        ? zero(currency)
        : readAmount(period.totalOutstandingForPeriod ?? '0', currency)
    if (due === undefined || total === undefined || outstanding === undefined) return undefined
    schedule.push({ number: Number(period.period), due, total, outstanding })
  }
  return schedule
}

/** Payments on a loan, the latest first; what a replay reversed is not listed by Fineract, what a person undid is. */
export async function payments(api: Api, loanId: string): Promise<CoreAnswer<readonly CorePayment[]>> {
  const answer = await readLoan(api, loanId, 'transactions')
  if (answer.kind === 'no-answer') return answer
  const currency = answer.value?.currency.code ?? ''
  const listed = (answer.value?.transactions ?? []).filter(({ type }) => PAYMENTS.has(type?.id ?? ''))
  const read = listed.map(one => toPayment(one, currency))
  const whole = read.filter(one => one !== undefined)
  if (whole.length < read.length) return unreadable('the payments of a loan')
  return { kind: 'value', value: whole.sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0)) }
}

function toPayment(one: wire.Transaction, currency: Currency): CorePayment | undefined {
  const date = readDate(one.date)
  const amount = readAmount(one.amount, currency)
  if (date === undefined || amount === undefined) return undefined
  return {
    id: one.id,
    date,
    amount,
    receipt: one.paymentDetailData?.receiptNumber ?? undefined,
    externalId: one.externalId ?? undefined,
    reversed: one.manuallyReversed === true,
  }
}

/** Loans due on a day, by the tenant's own report: no endpoint of Fineract answers this (LoansApiResource). */
export async function loansDue(
  api: Api,
  from: LocalDate,
  to: LocalDate,
): Promise<CoreAnswer<readonly DueLoan[]>> {
  const path = `runreports/${encodeURIComponent(api.config.dueReport)}`
  const query = {
    R_startDate: from,
    R_endDate: to,
    genericResultSet: 'false',
    locale: 'en',
    dateFormat: 'yyyy-MM-dd',
  }
  const answer = await api.get(path, query, wire.Report)
  if (answer.kind === 'no-answer') return answer
  if (answer.value === undefined)
    return { kind: 'no-answer', why: `there is no report "${api.config.dueReport}"` }
  return all(answer.value.map(row => toDueLoan(api, row)))
}

/** The report tells what falls due on the day beside what was due before it; our `due` is both, as everywhere. */
function toDueLoan(api: Api, raw: Record<string, unknown>): CoreAnswer<DueLoan> {
  const row = wire.DueRow.safeParse(raw)
  if (!row.success) return unreadable('a row of the report of loans due')
  const { loan_id: loanId, client_id: clientId, mobile_no: mobile, currency_code: currency } = row.data
  const due = readAmount(row.data.due, currency)
  const overdue = readAmount(row.data.overdue ?? '0', currency)
  if (due === undefined || overdue === undefined) return unreadable('an amount in the report of loans due')
  const phone = readPhone(mobile, api.config.country)
  return { kind: 'value', value: { loanId, clientId, phone, due: add(due, overdue) } }
}
