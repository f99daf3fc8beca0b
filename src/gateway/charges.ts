import type { Ids } from '../domain/ids.ts'
import { add, type Money } from '../domain/money.ts'
import type { Outcome } from '../domain/outcome.ts'
import { type PricedOperation, type Quote, quote } from '../domain/tariff.ts'
import { localDate } from '../domain/time.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import { floatOf } from './movement.ts'
import type { Act, Setup } from './step.ts'

/** What moving an amount over a connection costs, by the tenant's tariffs; unknown is never nothing. */
export const quoteFor = (
  { ways, tenant }: Setup,
  connection: Connection,
  operation: PricedOperation,
  amount: Money,
  at: Date,
): Quote =>
  quote(ways.tariffs, { connection: connection.name, operation, amount, on: localDate(at, tenant.zone) })

/** Whether the tenant has said anything of what this connection charges; where it has not, no amount has a price. */
export const isPriced = ({ ways }: Setup, connection: Connection, operation: PricedOperation): boolean =>
  ways.tariffs.some(row => row.connection === connection.name && row.operation === operation)

/** The lender's own charge leaves the float when the money moves: what the provider told, else what its tariff says. */
export async function bearCharge(
  ids: Ids,
  act: Act,
  row: LifeRow,
  outcome: Extract<Outcome, { kind: 'confirmed' }>,
): Promise<void> {
  const { trx, setup, at } = act
  const connection = setup.connections.find(({ id }) => id === row.connection_id)
  if (connection === undefined) return
  const operation = row.operation as PricedOperation
  const quoted = quoteFor(setup, connection, operation, outcome.amount, at)
  const borne =
    quoted.kind === 'known' && quoted.bearer === 'lender' ? add(quoted.charge, quoted.tax) : undefined
  const charge = outcome.charge ?? borne
  if (charge === undefined || charge.minor === 0n) return
  await trx('transactions')
    .where({ tenant_id: setup.tenant.id, id: row.id })
    .update({ charge_minor: charge.minor })
  await trx('transfers').insert({
    tenant_id: setup.tenant.id,
    id: ids.next(),
    event_id: ids.next(),
    transaction_id: row.id,
    subject_id: row.id,
    debit: `fees:${connection.name}`,
    credit: floatOf(connection.name, row.kind as 'collect' | 'disburse' | 'return'),
    amount_minor: charge.minor,
    currency: charge.currency,
    at,
  })
}
