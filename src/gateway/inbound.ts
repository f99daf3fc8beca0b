import type { DeedOf } from '../../flows/deeds.ts'
import type { Ids } from '../domain/ids.ts'
import { fromText, type Money, toText } from '../domain/money.ts'
import { localDate } from '../domain/time.ts'
import type { Connection } from '../store/tenants.ts'
import { writeMovement } from './movement.ts'
import type { Act, Stepper, Subject } from './step.ts'

/** Money that came without a push of ours: a payment of its own, known by its receipt alone. */

type Deps = { readonly ids: Ids; readonly stepper: Stepper }

export type Inbound = {
  readonly origin: 'push' | 'c2b' | 'statement' | 'typed'
  readonly receipt: string
  readonly amount: Money
  readonly at: Date
  readonly provider: string
  readonly msisdn: string
  readonly connection: Connection
  readonly customerId: string | null
  readonly walletId?: string | null
  readonly loanId: string | null
  readonly loanAccount: string | null
  readonly originalId?: string
}

/** Writes it as confirmed, on the day on which it came; allocating it is the next step. Answers its id. */
export async function receive(deps: Deps, act: Act, payment: Inbound): Promise<string> {
  const { trx, setup, at } = act
  const { connection, amount, receipt } = payment
  const id = await writeMovement(deps, act, {
    kind: 'collect',
    operation: 'collect',
    origin: payment.origin,
    part: 1,
    customerId: payment.customerId,
    loanId: payment.loanId,
    loanAccount: payment.loanAccount,
    walletId: payment.walletId ?? null,
    provider: payment.provider,
    msisdn: payment.msisdn,
    amount,
    connection,
    startsAfterMs: 0,
    ...(payment.originalId === undefined ? {} : { originalId: payment.originalId }),
  })
  await trx('transactions')
    .where({ tenant_id: setup.tenant.id, id })
    .update({
      confirmed_at: payment.at,
      value_date: localDate(payment.at, setup.tenant.zone),
      confirmed_minor: amount.minor,
    })
  await deps.stepper.step(act, 'transaction', id, {
    type: 'CONFIRMED',
    at: at.toISOString(),
    amount: toText(amount),
    receipt,
  })
  return id
}

/** Other money that came in a push's name: nobody asked for it, so a person finds out whose and for what it is. */
export async function receiveOther(
  deps: Deps,
  act: Act,
  { row }: Subject,
  deed: DeedOf<'inbound'>,
): Promise<void> {
  const { trx, setup, at } = act
  const known = await trx('receipts')
    .where({ tenant_id: setup.tenant.id, issuer: row.provider, receipt: deed.receipt })
    .first('transaction_id')
  if (known !== undefined) return
  const connection = setup.connections.find(({ id }) => id === row.connection_id)
  if (connection === undefined) throw new Error(`transaction ${row.id} has no connection`)
  const id = await receive(deps, act, {
    origin: 'push',
    receipt: deed.receipt,
    amount: fromText(deed.amount),
    at,
    provider: String(row.provider),
    msisdn: String(row.msisdn),
    connection,
    customerId: row.customer_id as string | null,
    walletId: row.wallet_id as string | null,
    loanId: row.loan_id as string | null,
    loanAccount: row.loan_account as string | null,
    originalId: row.id,
  })
  await deps.stepper.step(act, 'transaction', id, {
    type: 'ALLOCATED',
    at: at.toISOString(),
    allocations: [],
    surplus: deed.amount,
    reason: 'second-receipt',
  })
}
