import type { Command, CommandResult } from '../commands.ts'
import { fieldsOf, parseObject } from '../fields.ts'
import { OFFICE_ID, type Session, todayOf } from '../house.ts'
import {
  changesOf,
  DETAIL_KEYS,
  MAX_NOTE,
  paymentDetail,
  readDetail,
  requireActiveClient,
  requireOpenBooks,
} from '../loans/checks.ts'
import { isId } from '../loans/rows.ts'
import { toMinor } from '../money.ts'
import { domainRule, invalid, notFound } from '../refusal.ts'
import { table } from '../schema.ts'
import { postSavings } from './books.ts'
import {
  balanceOf,
  findSavings,
  listTransactions,
  SAVINGS,
  SAVINGS_TYPE,
  type SavingsRow,
  type SavingsTransactionRow,
} from './rows.ts'

/** SavingsAccountTransactionDataValidator: no externalId among them, and the payment type is a must. */
const KEYS = ['transactionDate', 'transactionAmount', 'note', 'locale', 'dateFormat', ...DETAIL_KEYS]

const resultOf = (savings: SavingsRow, resourceId: string, more: CommandResult = {}): CommandResult => ({
  officeId: OFFICE_ID,
  clientId: Number(savings.client_id),
  savingsId: Number(savings.id),
  resourceId: Number(resourceId),
  ...more,
})

/** SavingsAccount.deposit and withdraw: dates are faults of validation here, not of the domain as on loans. */
function requireDay(session: Session, savings: SavingsRow, date: string): void {
  const refuse = (why: string, message: string) =>
    invalid(`error.msg.savingsaccount.transaction.${why}`, message, 'transactionDate')
  if (savings.status !== SAVINGS.active)
    throw refuse('account.is.not.active', 'Transaction is not allowed. Account is not active.')
  if (date > todayOf(session)) throw refuse('in.the.future', 'Transaction date cannot be in the future.')
  if (date < savings.activated_on)
    throw refuse('before.activation.date', 'Transaction date cannot be before accounts activation date.')
}

export type NewSavingsTransaction = {
  readonly type: number
  readonly on_date: string
  readonly amount: bigint
  readonly payment_type_id: number | null
  readonly note?: string | null
}

export async function insertSavingsTransaction(
  session: Session,
  savings: SavingsRow,
  made: NewSavingsTransaction,
): Promise<SavingsTransactionRow> {
  const { trx, tenant } = session
  const [row]: SavingsTransactionRow[] = await trx(table('savings_transactions'))
    .insert({
      ...made,
      amount: String(made.amount),
      tenant: tenant.id,
      savings_id: savings.id,
      submitted_on: todayOf(session),
    })
    .returning('*')
  if (row === undefined) throw new Error('no row came back')
  await postSavings(session, row)
  return row
}

function movement(name: 'deposit' | 'withdrawal'): Command {
  return {
    name: `savings.${name}`,
    action: name.toUpperCase(),
    entity: () => 'SAVINGSACCOUNT',
    async run(session, { params, body }) {
      const { trx, tenant } = session
      const fields = fieldsOf(body, KEYS, 'savingsaccount.transaction')
      const date = fields.date('transactionDate')
      const given = fields.amount('transactionAmount', 'positive')
      const note = fields.text('note', MAX_NOTE) ?? null
      const read = readDetail(fields)
      fields.must('paymentTypeId')
      fields.check()
      const savings = await findSavings(trx, tenant.id, params.id ?? '', true)
      await requireActiveClient(session, { clientId: savings.client_id })
      const detail = await paymentDetail(session, read)
      requireDay(session, savings, date)
      requireOpenBooks(session, date)
      const amount = toMinor(given, tenant.currency.digits)
      const made = { type: SAVINGS_TYPE[name], on_date: date, amount, note, ...detail }
      const row = await insertSavingsTransaction(session, savings, made)
      if (balanceOf(await listTransactions(trx, tenant.id, savings.id)).lowest < 0n)
        throw domainRule(
          'error.msg.savingsaccount.transaction.insufficient.account.balance',
          'Insufficient account balance.',
        )
      return resultOf(savings, row.id, { changes: changesOf(fields.raw, KEYS, true) })
    },
  }
}

export const DEPOSIT = movement('deposit')
export const WITHDRAWAL = movement('withdrawal')

/**
 * SavingsAccountWritePlatformServiceJpaRepositoryImpl.undoTransaction: the row stays, reversed; the account must not have
 * fallen below nought without it. The answer names the account, not the transaction.
 */
export const UNDO_SAVINGS: Command = {
  name: 'savings.undo',
  action: 'UNDOTRANSACTION',
  entity: () => 'SAVINGSACCOUNT',
  async run(session, { params: { id = '', txId = '' }, body }) {
    const { trx, tenant } = session
    parseObject(body)
    const savings = await findSavings(trx, tenant.id, id, true)
    await requireActiveClient(session, { clientId: savings.client_id })
    const rows = await listTransactions(trx, tenant.id, savings.id)
    const row = rows.find(one => isId(txId) && one.id === txId)
    if (row === undefined)
      throw notFound(
        'error.msg.saving.account.trasaction.id.invalid',
        `Savings account transaction with identifier ${txId} does not exist`,
        txId,
      )
    if (savings.status !== SAVINGS.active)
      throw invalid('validation.msg.savingsaccount.undotransaction.account.is.not.active', 'Not active.')
    if (!row.reversed) {
      if (balanceOf(rows.filter(one => one !== row)).lowest < 0n)
        throw invalid(
          'validation.msg.savingsaccount.undotransaction.results.in.balance.going.negative',
          'The balance would fall below nought.',
        )
      requireOpenBooks(session, row.on_date)
      await trx(table('savings_transactions'))
        .where({ tenant: tenant.id, id: row.id })
        .update({ reversed: true })
      await postSavings(session, row, true)
    }
    return resultOf(savings, savings.id)
  },
}
