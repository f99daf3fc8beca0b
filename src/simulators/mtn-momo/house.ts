import { TRANSACTION_COLUMNS, type TransactionRow } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

export type { House } from '../kit/house.ts'

/** The name under which faults, prompts and jobs of this simulator stand. */
export const MTN = 'mtn-momo'

/** The environment fixes the currency: the sandbox knows only euros. */
export const CURRENCIES = { mtncameroon: 'XAF', sandbox: 'EUR' } as const
export type Environment = keyof typeof CURRENCIES

/** Each with API users, keys and tokens of its own: what one may do, the other may not. */
export const PRODUCTS = ['collection', 'disbursement'] as const
export type Product = (typeof PRODUCTS)[number]

/** An API user of one product. `partner`: the business that it belongs to; its products share their payments. */
export type ApiUser = {
  readonly api_user: string
  readonly api_key: string
  readonly subscription_key: string
  readonly product: Product
  readonly provider_callback_host: string
  readonly environment: Environment
  readonly partner: string
}

/** What the lender asks for; what a customer pays by herself is of the kind `c2b`, and nobody's order. */
export type Kind = 'collect' | 'disburse' | 'refund'

/**
 * A request to pay, a transfer or a refund. `scripted`: how it will end (a reason, `SUCCESSFUL`, `never`); null: it depends
 * on the customer and the money that is there. `original`: the collection that a refund gives back; `refunded_by`: the
 * refund that gave this collection back.
 */
export type RequestRow = Omit<TransactionRow, 'kind'> & {
  readonly kind: Kind
  readonly reference: string
  readonly api_user: string
  readonly external_id: string
  readonly party_id_type: string
  readonly payer_message: string
  readonly payee_note: string
  readonly callback_url: string | null
  readonly scripted: string | null
  readonly tellings: readonly string[]
  readonly reason: string | null
  readonly original: string | null
  readonly refunded_by: string | null
}

/** What a customer pays by herself: `reference` is MTN's own name for it, `external_id` the account that she gave. */
export type PaybillRow = Omit<RequestRow, 'kind'> & {
  readonly kind: 'c2b'
  readonly service_provider: string
  /** The lender's name for it. */
  readonly payee_reference: string | null
  /** How often it was offered. */
  readonly sendings: number
}

export const wallets = createWallets('sim_mtn_momo', CURRENCIES.mtncameroon)

/** Tables of an earlier release are brought up to date: a demo keeps its data from one start to the next. */
export const STATEMENTS: readonly string[] = [
  `create table if not exists sim_mtn_momo.api_users (
     api_user text primary key, api_key text not null, subscription_key text not null,
     product text not null, provider_callback_host text not null,
     environment text not null check (environment in ('mtncameroon', 'sandbox')))`,
  `alter table sim_mtn_momo.api_users
     drop constraint if exists api_users_product_check,
     add constraint api_users_product_check check (product in ('collection', 'disbursement')),
     add column if not exists partner text not null default ''`,
  `create table if not exists sim_mtn_momo.subscriptions (
     subscription_key text primary key, product text not null check (product in ('collection', 'disbursement')))`,
  `create table if not exists sim_mtn_momo.tokens (
     token text primary key, api_user text not null references sim_mtn_momo.api_users, ends_at timestamptz not null)`,
  `create table if not exists sim_mtn_momo.accounts (
     api_user text not null references sim_mtn_momo.api_users, currency text not null,
     balance_minor bigint not null, primary key (api_user, currency))`,
  `create table if not exists sim_mtn_momo.transactions (
     ${TRANSACTION_COLUMNS},
     reference text not null unique, api_user text not null, external_id text not null,
     party_id_type text not null, payer_message text not null, payee_note text not null,
     callback_url text, scripted text, tellings text[] not null, reason text)`,
  `alter table sim_mtn_momo.transactions
     drop constraint if exists transactions_kind_check,
     add constraint transactions_kind_check check (kind in ('collect', 'disburse', 'refund', 'c2b')),
     add column if not exists original text, add column if not exists refunded_by text,
     add column if not exists service_provider text, add column if not exists payee_reference text,
     add column if not exists sendings int not null default 0`,
  `create table if not exists sim_mtn_momo.service_providers (
     name text primary key, api_user text not null references sim_mtn_momo.api_users,
     information_url text not null, payment_url text not null, shows text, wants text not null)`,
  ...wallets.statements,
]
