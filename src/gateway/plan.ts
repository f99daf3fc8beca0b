import type { TransactionTiming } from '../../flows/transaction.ts'
import type { Ids } from '../domain/ids.ts'
import { isWhole, type Money, toText } from '../domain/money.ts'
import { type AnyProvider, providerNamed } from '../providers/index.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Wallet } from '../store/people.ts'
import type { Connection } from '../store/tenants.ts'
import type { Act, Setup, Stepper } from './step.ts'

/** The adapter that a connection's row names; a row that names none of ours is a fault of the set-up. */
export function adapterOf({ adapter }: Pick<Connection, 'adapter'>): AnyProvider {
  const found = providerNamed(adapter)
  if (found === undefined) throw new Error(`no adapter is called ${adapter}`)
  return found
}

/** The connection that serves this wallet's provider in its currency, if the tenant has one that can collect. */
export function connectionFor(
  setup: Setup,
  wallet: Pick<Wallet, 'provider' | 'currency'>,
): Connection | undefined {
  return setup.connections.find(
    connection =>
      connection.provider === wallet.provider &&
      connection.currency === wallet.currency &&
      adapterOf(connection).can.operations.includes('collect'),
  )
}

/** True where the connection's wire can carry the amount as it is. */
export const carries = (connection: Connection, amount: Money): boolean =>
  isWhole(amount) || !adapterOf(connection).can.wholeUnitsOnly

/** True where a connection serves the wallet, and can carry the amount. */
export function canPay(setup: Setup, wallet: Pick<Wallet, 'provider' | 'currency'>, amount: Money): boolean {
  const connection = connectionFor(setup, wallet)
  return connection !== undefined && carries(connection, amount)
}

/** Timing of the adapter, where the connection's configuration says nothing else. */
function timingOf(setup: Setup, connection: Connection): TransactionTiming {
  const { firstInquiryMs, inquiryEveryMs, giveUpMs, graceMs } = {
    ...adapterOf(connection).timing,
    ...(connection.config.timing as Partial<TransactionTiming> | undefined),
  }
  return { pushDelayMs: setup.tenant.settings.pushDelayMs, firstInquiryMs, inquiryEveryMs, giveUpMs, graceMs }
}

/** Writes the movement of money that an approved request asks for; the push follows when it is due. */
export async function planTransaction(
  act: Act,
  ids: Ids,
  stepper: Stepper,
  request: LifeRow,
  wallet: Wallet,
  amount: Money,
): Promise<void> {
  const { trx, setup, at } = act
  const connection = connectionFor(setup, wallet)
  if (connection === undefined)
    throw new Error(`no connection collects from ${wallet.provider} in ${wallet.currency}`)
  if (!carries(connection, amount)) throw new Error(`${connection.name} carries whole units only`)
  const earlier = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, request_id: request.id })
    .count({ count: '*' })
    .first()
  await trx('transactions').insert({
    tenant_id: setup.tenant.id,
    id: ids.next(),
    kind: 'collect',
    intent_id: request.id,
    part: Number(earlier?.count ?? 0) + 1,
    origin: 'push',
    request_id: request.id,
    customer_id: request.customer_id,
    loan_id: request.loan_id,
    loan_account: request.loan_account,
    wallet_id: wallet.id,
    connection_id: connection.id,
    provider: wallet.provider,
    msisdn: wallet.msisdn,
    amount_minor: amount.minor,
    currency: amount.currency,
    created_at: at,
    ...stepper.start(
      'transaction',
      {
        amount: toText(amount),
        float: `float:${connection.name}:collect`,
        timing: timingOf(setup, connection),
      },
      at,
    ),
  })
}
