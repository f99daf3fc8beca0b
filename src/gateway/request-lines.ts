import { type Money, money, zero } from '../domain/money.ts'
import { linesWithin } from '../domain/request-lines.ts'
import type { Row } from '../store/database.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Act } from './step.ts'

/** Whose loans a payer pays who pays for others, and how much on each: written once, with the request. */
export type RequestLine = {
  readonly loanId: string
  readonly account: string
  /** The borrower. */
  readonly customerId: string
  readonly amount: Money
}

export async function saveLines(
  { trx, setup }: Act,
  requestId: string,
  lines: readonly RequestLine[],
): Promise<void> {
  await trx('request_lines').insert(
    lines.map(({ loanId, account, customerId, amount }, at) => ({
      tenant_id: setup.tenant.id,
      request_id: requestId,
      ordinal: at + 1,
      loan_id: loanId,
      loan_account: account,
      customer_id: customerId,
      amount_minor: amount.minor,
      currency: amount.currency,
    })),
  )
}

/** The lines behind a request or one of its movements; none where a borrower pays her own loan. */
export async function linesBehind(
  { trx, setup }: Act,
  row: Readonly<Record<string, unknown>>,
): Promise<readonly RequestLine[]> {
  const requestId = row.request_id === undefined ? row.id : row.request_id
  if (row.loan_id !== null || requestId === null) return []
  const rows: Row[] = await trx('request_lines')
    .where({ tenant_id: setup.tenant.id, request_id: requestId })
    .orderBy('ordinal')
  return rows.map(line => ({
    loanId: String(line.loan_id),
    account: String(line.loan_account),
    customerId: String(line.customer_id),
    amount: money(line.amount_minor as bigint, String(line.currency)),
  }))
}

/** What of its request's lines this movement pays: the others of the request pay the rest. */
export async function ownLines(act: Act, life: LifeRow): Promise<readonly RequestLine[]> {
  const lines = await linesBehind(act, life)
  if (lines.length === 0) return lines
  const currency = String(life.currency)
  const before = await act
    .trx('transactions')
    .where({ tenant_id: act.setup.tenant.id, request_id: String(life.request_id) })
    .where('part', '<', Number(life.part))
    .sum({ minor: 'amount_minor' })
    .first()
  const already = before?.minor == null ? zero(currency) : money(BigInt(before.minor), currency)
  return linesWithin(lines, already, money(life.amount_minor as bigint, currency))
}
