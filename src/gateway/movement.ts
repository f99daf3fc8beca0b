import type { Ids } from '../domain/ids.ts'
import { type Money, toText } from '../domain/money.ts'
import { later, localDate } from '../domain/time.ts'
import type { Operation } from '../providers/provider.ts'
import type { Connection } from '../store/tenants.ts'
import type { Act, Stepper } from './step.ts'
import { movementTiming } from './timing.ts'

/** One movement of money to be written: whose, which way, by which road, and what it is part of. */
export type Movement = {
  readonly kind: 'collect' | 'disburse' | 'return'
  readonly operation: Operation
  readonly origin: 'push' | 'c2b' | 'statement' | 'typed'
  /** The request, disbursement or item that it serves, else itself. */
  readonly intentId?: string
  readonly part: number
  readonly requestId?: string | null
  readonly disbursementId?: string
  readonly originalId?: string
  readonly itemId?: string
  readonly customerId: string | null
  readonly loanId: string | null
  readonly loanAccount: string | null
  readonly walletId: string | null
  readonly provider: string
  readonly msisdn: string
  readonly amount: Money
  readonly connection: Connection
  readonly startsAfterMs: number
}

/** Which of a connection's float accounts a movement touches. */
export const floatOf = (connection: string, kind: Movement['kind']): string =>
  `float:${connection}:${kind === 'collect' ? 'collect' : 'pay'}`

/** Writes a movement in its first state; it is sent when it is due. The row itself reserves the wallet's limits. */
export async function writeMovement(
  { ids, stepper }: { readonly ids: Ids; readonly stepper: Stepper },
  { trx, setup, at }: Act,
  movement: Movement,
): Promise<string> {
  const id = ids.next()
  const { connection } = movement
  await trx('transactions').insert({
    tenant_id: setup.tenant.id,
    id,
    kind: movement.kind,
    operation: movement.operation,
    intent_id: movement.intentId ?? id,
    part: movement.part,
    origin: movement.origin,
    request_id: movement.requestId ?? null,
    disbursement_id: movement.disbursementId ?? null,
    original_id: movement.originalId ?? null,
    item_id: movement.itemId ?? null,
    customer_id: movement.customerId,
    loan_id: movement.loanId,
    loan_account: movement.loanAccount,
    wallet_id: movement.walletId,
    connection_id: connection.id,
    provider: movement.provider,
    msisdn: movement.msisdn,
    amount_minor: movement.amount.minor,
    currency: movement.amount.currency,
    starts_on: localDate(later(at, movement.startsAfterMs), setup.tenant.zone),
    created_at: at,
    ...stepper.start(
      'transaction',
      {
        amount: toText(movement.amount),
        float: floatOf(connection.name, movement.kind),
        timing: movementTiming(connection, movement.startsAfterMs),
        ...(movement.itemId === undefined
          ? {}
          : { itemId: movement.itemId, apart: movement.operation === 'disburse' }),
      },
      at,
      movement.kind,
    ),
  })
  return id
}
