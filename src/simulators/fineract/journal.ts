import type { Command } from './commands.ts'
import { dateArray } from './dates.ts'
import { fieldsOf } from './fields.ts'
import { OFFICE_ID, type Session, todayOf } from './house.ts'
import { amountOf, type Json } from './json.ts'
import { requireOpenBooks } from './loans/checks.ts'
import { currencyJson } from './loans/words.ts'
import { type Currency, parseDecimal, toMinor } from './money.ts'
import { domainRule, notFound } from './refusal.ts'
import { table } from './schema.ts'

/** JournalEntryWritePlatformServiceJpaRepositoryImpl. */

const KEYS = [
  'officeId',
  'transactionDate',
  'currencyCode',
  'comments',
  'referenceNumber',
  'paymentTypeId',
  'debits',
  'credits',
  'locale',
  'dateFormat',
  'accountNumber',
  'checkNumber',
  'routingCode',
  'receiptNumber',
  'bankNumber',
  'accountingRule',
  'amount',
]

const refuse = (why: string, message: string) =>
  domainRule(`error.msg.glJournalEntry.invalid.${why}`, message)

type Line = { readonly account: number; readonly debit: boolean; readonly amount: bigint }

function linesOf(given: unknown, debit: boolean, currency: Currency, locale: string): Line[] {
  if (!Array.isArray(given) || given.length === 0)
    throw refuse('no.debits.or.credits', 'A journal entry must have at least one debit and one credit.')
  return given.map((line: Record<string, unknown>) => {
    const amount = parseDecimal(String(line.amount ?? ''), locale)
    const account = Number(line.glAccountId)
    if (amount === undefined || amount.units <= 0n || !Number.isInteger(account))
      throw refuse('empty.account.or.amount', 'Every line needs an account and an amount above nought.')
    return { account, debit, amount: toMinor(amount, currency.digits) }
  })
}

async function requireAccounts({ trx, tenant }: Session, lines: readonly Line[]): Promise<void> {
  for (const { account } of lines) {
    const row = await trx(table('gl_accounts')).where({ tenant: tenant.id, id: account }).first()
    if (row === undefined)
      throw notFound(
        'error.msg.glaccount.id.invalid',
        `General Ledger account with identifier ${account} does not exist`,
        account,
      )
    if (row.disabled) throw refuse('account.disabled', `Account ${account} is disabled.`)
    if (!row.manual)
      throw refuse('account.manual.adjustments.not.permitted', `Account ${account} takes no manual entries.`)
  }
}

export const SAME_MILLISECOND = 'same-millisecond'

/**
 * Upstream: hex of millis ++ user id ++ office id, so two posts of one user in one millisecond share an id and would
 * be reversed together. With a clock that stands still that would be every post: here the id is moved on, unless the
 * fault `same-millisecond` asks for the accident.
 */
async function transactionIdOf({ trx, tenant, user, house, scripted }: Session): Promise<string> {
  const idAt = (millis: number) => BigInt(`${millis}${user.id}${OFFICE_ID}`).toString(16)
  const accident = scripted === SAME_MILLISECOND
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`sim-fineract-journal:${tenant.id}`])
  let millis = house.clock.now().getTime()
  if (accident) {
    const last = await trx(table('journal'))
      .where({ tenant: tenant.id, manual: true })
      .orderBy('id', 'desc')
      .first('transaction_id')
    if (last !== undefined) return last.transaction_id
  }
  for (;;) {
    const taken = await trx(table('journal'))
      .where({ tenant: tenant.id, transaction_id: idAt(millis) })
      .first('id')
    if (taken === undefined) return idAt(millis)
    millis += 1
  }
}

const MAX_REFERENCE = 100
const MAX_COMMENTS = 500

export const POST_ENTRY: Command = {
  name: 'journal.create',
  action: 'CREATE',
  entity: () => 'JOURNALENTRY',
  async run(session, { body }) {
    const { trx, tenant } = session
    const fields = fieldsOf(body, KEYS, 'glJournalEntry')
    const office = fields.integer('officeId')
    fields.must('officeId')
    fields.must('currencyCode')
    const date = fields.date('transactionDate')
    const reference = fields.text('referenceNumber', MAX_REFERENCE) ?? null
    const comments = fields.text('comments', MAX_COMMENTS) ?? null
    const paymentTypeId = fields.integer('paymentTypeId') ?? null
    const receipt = fields.text('receiptNumber', 50) ?? null
    fields.check()
    if (office !== OFFICE_ID)
      throw notFound(
        'error.msg.office.id.invalid',
        `Office with identifier ${office} does not exist`,
        office ?? 0,
      )
    if (fields.raw.currencyCode !== tenant.currency.code)
      throw notFound('error.msg.currency.code.invalid', 'The currency is not known', tenant.currency.code)
    const locale = String(fields.raw.locale ?? 'en')
    const debits = linesOf(fields.raw.debits, true, tenant.currency, locale)
    const credits = linesOf(fields.raw.credits, false, tenant.currency, locale)
    const today = todayOf(session)
    if (date > today) throw refuse('future.date', 'The journal entry cannot be made for a future date')
    requireOpenBooks(session, date)
    const total = (lines: Line[]) => lines.reduce((sum, { amount }) => sum + amount, 0n)
    if (total(debits) !== total(credits))
      throw refuse(
        'mismatch.debits.credits',
        'Sum of All Credits must equal the sum of all Debits for a Journal Entry',
      )
    await requireAccounts(session, [...debits, ...credits])
    const transactionId = await transactionIdOf(session)
    await trx(table('journal')).insert(
      [...credits, ...debits].map(({ account, debit, amount }) => ({
        tenant: tenant.id,
        gl_account_id: account,
        debit,
        amount: String(amount),
        on_date: date,
        transaction_id: transactionId,
        manual: true,
        comments,
        reference_number: reference,
        payment_type_id: paymentTypeId,
        receipt_number: paymentTypeId === null ? null : receipt,
        submitted_on: today,
      })),
    )
    return { officeId: OFFICE_ID, transactionId }
  },
}

export const REVERSE_ENTRY: Command = {
  name: 'journal.reverse',
  action: 'REVERSE',
  entity: () => 'JOURNALENTRY',
  async run(session, { params, body }) {
    const { trx, tenant } = session
    const fields = fieldsOf(body, ['comments', 'locale', 'dateFormat'], 'glJournalEntry')
    const comments = fields.text('comments', MAX_COMMENTS) ?? null
    fields.check()
    const id = params.transactionId ?? ''
    const living = { tenant: tenant.id, transaction_id: id, manual: true, reversed: false }
    const rows: Record<string, string | boolean | null>[] = await trx(table('journal'))
      .where(living)
      .forUpdate()
    if (rows.length <= 1)
      throw notFound(
        'error.msg.journalEntries.transactionId.invalid',
        `Journal entries with transaction identifier ${id} do not exist`,
        id,
      )
    const transactionId = await transactionIdOf(session)
    await trx(table('journal')).where(living).update({ reversed: true })
    await trx(table('journal')).insert(
      rows.map(({ id: _, ...row }) => ({
        ...row,
        debit: row.debit !== true,
        transaction_id: transactionId,
        comments: comments ?? `Reversal entry for Journal Entry with Entry Id :${id}`,
        submitted_on: todayOf(session),
      })),
    )
    return { officeId: OFFICE_ID, transactionId }
  },
}

export type JournalRow = {
  readonly id: string
  readonly gl_account_id: string
  readonly gl_code: string
  readonly name: string
  readonly type: number
  readonly debit: boolean
  readonly amount: string
  readonly on_date: string
  readonly transaction_id: string
  readonly manual: boolean
  readonly loan_id: string | null
  readonly comments: string | null
  readonly reference_number: string | null
  readonly reversed: boolean
  readonly submitted_on: string
}

const ACCOUNT_TYPES = ['', 'ASSET', 'LIABILITY', 'EQUITY', 'INCOME', 'EXPENSE']

export const accountType = (id: number): Json => ({
  id,
  code: `accountType.${(ACCOUNT_TYPES[id] ?? '').toLowerCase()}`,
  value: ACCOUNT_TYPES[id] ?? '',
})

export const entryJson = (row: JournalRow, currency: Currency): Json => ({
  id: Number(row.id),
  officeId: OFFICE_ID,
  officeName: 'Head Office',
  glAccountId: Number(row.gl_account_id),
  glAccountCode: row.gl_code,
  glAccountName: row.name,
  glAccountType: accountType(row.type),
  transactionDate: dateArray(row.on_date),
  entryType: row.debit
    ? { id: 2, code: 'journalEntryType.debit', value: 'DEBIT' }
    : { id: 1, code: 'journalEntryType.credit', value: 'CREDIT' },
  amount: amountOf(BigInt(row.amount), currency.digits),
  currency: currencyJson(currency),
  transactionId: row.transaction_id,
  manualEntry: row.manual,
  entityType: row.loan_id === null ? undefined : { id: 1, code: 'portfolioProductType.loan', value: 'LOAN' },
  entityId: row.loan_id === null ? undefined : Number(row.loan_id),
  comments: row.comments,
  reversed: row.reversed,
  referenceNumber: row.reference_number,
  submittedOnDate: dateArray(row.submitted_on),
})
