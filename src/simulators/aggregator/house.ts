import type { Knex } from 'knex'
import { TRANSACTION_COLUMNS, type TransactionRow } from '../kit/views.ts'
import { createWallets, type Wallet } from '../kit/wallets.ts'

export type { House } from '../kit/house.ts'

export type Kind = 'collect' | 'disburse' | 'refund'

/** Why something failed, before the aggregator puts it into its own word. */
export type Why =
  | 'no-account'
  | 'insufficient-funds'
  | 'wrong-pin'
  | 'cancelled'
  | 'expired'
  | 'unreachable'
  | 'no-float'
  | 'payee-refused'
  | 'payer-limit'
  | 'cannot-go-back'

/** `reference`: the client's own, where the aggregator takes one; `provider_reference`: the aggregator's. */
export type Row = Omit<TransactionRow, 'kind'> & {
  readonly kind: Kind
  readonly vendor: string
  readonly account: string
  readonly reference: string | null
  readonly provider_reference: string
  readonly provider: string | null
  readonly callback_url: string | null
  /** How it will end; null: as customer and money decide. `never`: not at all. */
  readonly scripted: string | null
  readonly tellings: readonly string[]
  readonly reason: Why | null
  readonly original: string | null
  readonly refunded_by: string | null
  /** What the client sent, and the aggregator tells again. */
  readonly details: Readonly<Record<string, string>>
}

export type Account = {
  readonly vendor: string
  readonly account: string
  readonly secrets: Readonly<Record<string, string>>
  readonly currency: string
  readonly balance_minor: string
}

export const wallets = createWallets('sim_aggregator', 'XAF')
export type { Wallet }

export const TABLE = 'sim_aggregator.transactions'
export const ACCOUNTS = 'sim_aggregator.accounts'

export const STATEMENTS: readonly string[] = [
  `create table if not exists ${ACCOUNTS} (
     vendor text not null, account text not null, secrets jsonb not null, currency text not null,
     balance_minor bigint not null, primary key (vendor, account, currency))`,
  `create table if not exists sim_aggregator.tokens (
     token text primary key, vendor text not null, account text not null, ends_at timestamptz not null)`,
  `create table if not exists ${TABLE} (
     ${TRANSACTION_COLUMNS.replace("in ('collect', 'disburse')", "in ('collect', 'disburse', 'refund')")},
     vendor text not null, account text not null, reference text, provider_reference text not null,
     provider text, callback_url text, scripted text, tellings text[] not null, reason text,
     original text, refunded_by text, details jsonb not null,
     unique (vendor, reference), unique (vendor, provider_reference))`,
  ...wallets.statements,
]

export const accountOf = (db: Knex, vendor: string, account: string): Promise<Account | undefined> =>
  db(ACCOUNTS).where({ vendor, account }).first()

/** Adds, or takes with a minus; false, and nothing moved, where less than nothing would be left. */
export async function moveFloat(
  trx: Knex.Transaction,
  row: Pick<Row, 'vendor' | 'account' | 'currency'>,
  minor: bigint,
): Promise<boolean> {
  const { vendor, account, currency } = row
  const moved = await trx(ACCOUNTS)
    .where({ vendor, account, currency })
    .andWhereRaw('balance_minor + ?::bigint >= 0', [minor.toString()])
    .update({ balance_minor: trx.raw('balance_minor + ?::bigint', [minor.toString()]) })
  return moved > 0
}
