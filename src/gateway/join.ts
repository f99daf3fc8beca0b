import type { Ids } from '../domain/ids.ts'
import { accountForms } from '../domain/match.ts'
import { later } from '../domain/time.ts'
import type { InboundPayment, Question } from '../providers/provider.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import { receive } from './inbound.ts'
import { type AttemptRow, applyOutcome } from './outcomes.ts'
import { byPayReference, type Payable } from './pay-references.ts'
import { traitsOf } from './road.ts'
import { shownReference } from './send.ts'
import type { Act, Stepper } from './step.ts'
import { timingOf } from './timing.ts'

/** Clocks of two houses may differ by this. */
const SKEW_MS = 60_000

/** States of a push in which its money may have come, or has come without a receipt. */
const OPEN = ['sending', 'pending', 'unresolved', 'confirmed', 'booked'] as const

/**
 * Money that came to the lender's number, told without a word about the push behind it, joins that push: by the receipt,
 * else by amount, account and time where exactly one push fits. It is proof for it, also where its answer was lost.
 */
export async function joinPayment(
  act: Act,
  deps: { readonly ids: Ids; readonly stepper: Stepper },
  connection: Connection,
  payment: InboundPayment,
): Promise<'known' | 'joined' | 'nobody'> {
  const { trx, setup } = act
  const known = await trx('receipts')
    .where({ tenant_id: setup.tenant.id, issuer: connection.provider, receipt: payment.receipt })
    .first('transaction_id')
  if (known !== undefined) return 'known'
  const fitting = await attemptsFitting(act, connection, payment)
  const [attempt] = fitting
  if (attempt === undefined || fitting.length > 1) return 'nobody'
  const { amount, receipt, at } = payment
  await applyOutcome(act, deps, attempt, { kind: 'confirmed', amount, receipt, at }, 'callback')
  return 'joined'
}

/** Money that nobody asked for: she paid of her own accord. The account that she typed says for which loan, if we know it. */
export async function receivePayment(
  act: Act,
  deps: { readonly ids: Ids; readonly stepper: Stepper },
  connection: Connection,
  { receipt, amount, at, shownReference: account, msisdn }: InboundPayment,
  origin: 'c2b' | 'statement' = 'c2b',
): Promise<void> {
  const loan = await knownLoan(act, account, amount.currency)
  await receive(deps, act, {
    origin,
    receipt,
    amount,
    at,
    provider: connection.provider,
    // some wires mask the number
    msisdn: msisdn ?? '',
    connection,
    customerId: loan?.customerId ?? null,
    loanId: loan?.loanId ?? null,
    loanAccount: loan?.loanAccount ?? account,
  })
}

/** Whether our own rows know what a payment would be for: a push of ours, or a loan that we have asked for. */
export async function isAwaited(act: Act, connection: Connection, asked: Question): Promise<boolean> {
  const pushes = asked.kind === 'payment' ? await attemptsFitting(act, connection, asked) : []
  return pushes.length > 0 || (await knownLoan(act, asked.shownReference, currencyOf(asked))) !== undefined
}

export const currencyOf = (asked: Question): string =>
  asked.kind === 'payment' ? asked.amount.currency : asked.currency

/**
 * A loan that we have asked for, by its pay-reference, else by its account: who types eight digits with the right check
 * digit means what her SMS said.
 */
async function knownLoan(act: Act, typed: string, currency: string): Promise<Payable | undefined> {
  const { trx, setup } = act
  const referred = await byPayReference(act, typed)
  if (referred?.currency === currency) return referred
  const row = await trx('collection_requests')
    .where({ tenant_id: setup.tenant.id, currency })
    .whereIn('loan_account', accountForms(typed))
    .orderBy('id', 'desc')
    .first('customer_id', 'loan_id', 'loan_account')
  return (
    row && {
      loanId: row.loan_id,
      loanAccount: row.loan_account,
      customerId: row.customer_id,
      currency,
    }
  )
}

async function attemptsFitting(
  { trx, setup }: Act,
  connection: Connection,
  payment: InboundPayment,
): Promise<AttemptRow[]> {
  const key = { tenant_id: setup.tenant.id, connection_id: connection.id }
  const { promptLifeMs } = timingOf(connection)
  const sent: AttemptRow[] = await trx('attempts')
    .where(key)
    .whereBetween('sent_at', [later(payment.at, -promptLifeMs - SKEW_MS), later(payment.at, SKEW_MS)])
    .limit(1000)
  const told = sent.filter(({ receipt }) => receipt === payment.receipt)
  // a push that can be asked about learns its own receipt: what only looks like it may be other money
  if (told.length > 0 || traitsOf(connection, 'collect')?.askByOurReference === true) return told
  const rows: LifeRow[] = await trx('transactions')
    .where({ ...key, kind: 'collect', amount_minor: payment.amount.minor, currency: payment.amount.currency })
    .whereIn(
      'id',
      sent.map(attempt => attempt.transaction_id),
    )
    .whereIn('state', OPEN)
    .whereNull('receipt')
  // a prompt is paid by the phone that showed it; some wires mask who paid
  const fits = (row: LifeRow): boolean =>
    shownReference(row) === payment.shownReference && (payment.msisdn ?? row.msisdn) === row.msisdn
  const ids = new Set(rows.filter(fits).map(row => row.id))
  // a push that told its own receipt is not this payment, though it looks like it
  return sent.filter(({ transaction_id: id, receipt }) => ids.has(id) && receipt === null)
}
