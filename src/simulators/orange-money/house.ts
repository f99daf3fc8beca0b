import { TRANSACTION_COLUMNS, type TransactionRow } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

export type { House } from '../kit/house.ts'

/** The name under which faults, prompts and jobs of this simulator stand. */
export const ORANGE = 'orange-money'
export const CURRENCY = 'XAF'

/** Merchant payment, and cash-in: what one line may do, the other may not. */
export const PRODUCTS = ['mp', 'cashin'] as const
export type Product = (typeof PRODUCTS)[number]

/** An application at the API manager, and the user of the API behind it. */
export type App = {
  readonly client_id: string
  readonly client_secret: string
  readonly api_user: string
  readonly api_password: string
}

/** A line of the lender's: its number without the country's code, its money, and what Orange lets it move at once. */
export type Line = {
  readonly msisdn: string
  readonly client_id: string
  readonly product: Product
  readonly pin: string
  readonly balance_minor: string
  readonly min_minor: string
  readonly max_minor: string
  readonly multiple_minor: string
}

export type PayToken = {
  readonly pay_token: string
  readonly client_id: string
  readonly product: Product
  readonly made_at: Date
  readonly used_at: Date | null
}

/**
 * A payment or a cash-in. `word`: its status as Orange says it. `code`: why it failed, at once or (`confirmed`) as she
 * confirmed. `scripted`: how it will end, if neither she nor the money decides.
 */
export type Payment = TransactionRow & {
  readonly pay_token: string
  readonly client_id: string
  readonly line: string
  readonly order_id: string
  readonly description: string
  readonly notif_url: string | null
  readonly txnid: string | null
  readonly word: string
  readonly code: string | null
  readonly confirmed: boolean
  readonly scripted: string | null
  readonly tellings: readonly string[]
}

export const wallets = createWallets('sim_orange_money', CURRENCY)

export const STATEMENTS: readonly string[] = [
  `create table if not exists sim_orange_money.apps (
     client_id text primary key, client_secret text not null, api_user text not null, api_password text not null)`,
  `create table if not exists sim_orange_money.lines (
     msisdn text primary key, client_id text not null references sim_orange_money.apps,
     product text not null check (product in ('mp', 'cashin')), pin text not null,
     balance_minor bigint not null, min_minor bigint not null, max_minor bigint not null,
     multiple_minor bigint not null check (multiple_minor > 0))`,
  `create table if not exists sim_orange_money.tokens (
     token text primary key, client_id text not null references sim_orange_money.apps, ends_at timestamptz not null)`,
  `create table if not exists sim_orange_money.pay_tokens (
     pay_token text primary key, client_id text not null references sim_orange_money.apps, product text not null,
     made_at timestamptz not null, used_at timestamptz)`,
  `create table if not exists sim_orange_money.transactions (
     ${TRANSACTION_COLUMNS},
     pay_token text not null unique references sim_orange_money.pay_tokens, client_id text not null, line text not null,
     order_id text not null, description text not null, notif_url text, txnid text, word text not null, code text,
     confirmed boolean not null default false, scripted text, tellings text[] not null)`,
  ...wallets.statements,
]
