import type { Knex } from 'knex'
import { TRANSACTION_COLUMNS, type TransactionRow } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

export type { House } from '../kit/house.ts'

/** The name under which faults, prompts, callbacks and jobs of this simulator stand, whichever API was called. */
export const ECOCASH = 'ecocash'

/** EIP's gateway, EIP as the developer portal has it, and the Open API: three wires, and the same wallets behind them. */
export type Edition = 'payonline' | 'portal' | 'open'

/** In the sandbox a PIN decides how a payment ends; in production her own PIN and her money do. */
export type Environment = 'production' | 'sandbox'

/** `username` and `password` open EIP, `api_key` the Open API. */
export type Merchant = {
  readonly merchant_code: string
  readonly merchant_pin: string
  readonly merchant_number: string
  readonly merchant_name: string
  readonly username: string
  readonly password: string
  readonly api_key: string
  readonly environment: Environment
}

/** Why something failed, before an edition puts it into its own words. */
export type Why =
  | 'insufficient-funds'
  | 'wrong-pin'
  | 'limit'
  | 'cancelled'
  | 'expired'
  | 'unreachable'
  | 'no-account'
  | 'no-float'
  | 'cannot-go-back'

/** `reference`: the merchant's own; `server_reference`: EcoCash's from the start; `original`: what a refund gives back. */
export type Row = Omit<TransactionRow, 'kind'> & {
  readonly kind: 'collect' | 'refund'
  readonly edition: Edition
  readonly merchant_code: string
  readonly reference: string
  readonly server_reference: string
  readonly reference_code: string
  readonly notify_url: string | null
  /** How it will end; null: as customer and money decide. `never`: not at all. */
  readonly scripted: string | null
  readonly tellings: readonly string[]
  readonly reason: Why | null
  readonly original: string | null
  readonly refunded_by: string | null
}

export const wallets = createWallets('sim_ecocash', 'USD')
export const TABLE = 'sim_ecocash.transactions'
export const MERCHANTS = 'sim_ecocash.merchants'
export const ACCOUNTS = 'sim_ecocash.accounts'

export const STATEMENTS: readonly string[] = [
  `create table if not exists ${MERCHANTS} (
     merchant_code text primary key, merchant_pin text not null, merchant_number text not null,
     merchant_name text not null, username text not null unique, password text not null,
     api_key text not null unique, environment text not null check (environment in ('production', 'sandbox')))`,
  `create table if not exists ${ACCOUNTS} (
     merchant_code text not null references ${MERCHANTS}, currency text not null,
     balance_minor bigint not null check (balance_minor >= 0), primary key (merchant_code, currency))`,
  `create table if not exists ${TABLE} (
     ${TRANSACTION_COLUMNS.replace("in ('collect', 'disburse')", "in ('collect', 'refund')")},
     edition text not null, merchant_code text not null references ${MERCHANTS}, reference text not null,
     server_reference text not null unique, reference_code text not null, notify_url text, scripted text,
     tellings text[] not null, reason text, original text, refunded_by text, unique (merchant_code, reference))`,
  ...wallets.statements,
]

/** Adds, or takes with a minus; false, and nothing moved, where there is no such account or less than nothing would be left. */
export async function moveAccount(
  trx: Knex,
  { merchant_code, currency }: Pick<Row, 'merchant_code' | 'currency'>,
  minor: bigint,
): Promise<boolean> {
  const moved = await trx(ACCOUNTS)
    .where({ merchant_code, currency })
    .andWhereRaw('balance_minor + ?::bigint >= 0', [minor.toString()])
    .update({ balance_minor: trx.raw('balance_minor + ?::bigint', [minor.toString()]) })
  return moved > 0
}

/** The merchant's own transaction under this reference. */
export const rowOf = (
  db: Knex,
  { merchant_code }: Pick<Merchant, 'merchant_code'>,
  where: Partial<Row>,
): Promise<Row | undefined> =>
  db(TABLE)
    .where({ merchant_code, ...where })
    .first()
