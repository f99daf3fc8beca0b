import type { TransactionRow } from '../kit/views.ts'
import { TRANSACTION_COLUMNS } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

export type { House } from '../kit/house.ts'

/** The name under which faults, prompts and jobs of this simulator stand. */
export const MPESA = 'mpesa'
export const KES = 'KES'

export type App = {
  readonly consumer_key: string
  readonly consumer_secret: string
  readonly shortcode: string
  readonly passkey: string
  readonly environment: 'production' | 'sandbox'
  readonly refuses_twins: boolean
  /** The API operator who may pay out, ask and send back; null: the organisation has none. */
  readonly initiator: string | null
  readonly initiator_password: string | null
  readonly token: string | null
  readonly token_ends_at: Date | null
}

/** A movement of money, and what became of it. `scripted`: the result it will have, or `never`; null: it depends. */
export type Row = Omit<TransactionRow, 'kind'> & {
  readonly kind: 'collect' | 'disburse' | 'refund' | 'c2b'
  readonly shortcode: string
  readonly scripted: string | null
  readonly tellings: readonly string[]
  readonly result_code: string | null
  readonly checkout_request_id: string | null
  readonly merchant_request_id: string | null
  readonly account_reference: string | null
  readonly originator_id: string | null
  readonly conversation_id: string | null
  /** Where the result is told; of an operator's order, its `ResultURL`. */
  readonly callback_url: string | null
  readonly timeout_url: string | null
  /** The request as it came: only where it will be handed back as timed out. */
  readonly request: string | null
  /** Of a refund: the receipt of the payment that goes back. */
  readonly original_receipt: string | null
}

/** An STK push. */
export type PushRow = Row & {
  readonly checkout_request_id: string
  readonly merchant_request_id: string
  readonly account_reference: string
  readonly callback_url: string
  readonly prompted: boolean
  readonly ends_at: Date
}

/** What an operator ordered: a payout or a reversal. */
export type OrderRow = Row & {
  readonly originator_id: string
  readonly conversation_id: string
  readonly callback_url: string
  readonly timeout_url: string
}

export const wallets = createWallets('sim_mpesa', KES)

export const STATEMENTS: readonly string[] = [
  `create table if not exists sim_mpesa.apps (
     consumer_key text primary key, consumer_secret text not null, shortcode text not null,
     passkey text not null, environment text not null check (environment in ('production', 'sandbox')),
     refuses_twins boolean not null default true, token text, token_ends_at timestamptz)`,
  'alter table sim_mpesa.apps add column if not exists initiator text, add column if not exists initiator_password text',
  'create index if not exists apps_token on sim_mpesa.apps (token)',
  `create table if not exists sim_mpesa.accounts (
     shortcode text primary key, working_minor bigint not null, utility_minor bigint not null check (utility_minor >= 0))`,
  `create table if not exists sim_mpesa.c2b_urls (
     shortcode text primary key, response_type text not null, confirmation_url text not null,
     validation_url text)`,
  'alter table sim_mpesa.c2b_urls alter validation_url drop not null',
  'create table if not exists sim_mpesa.pulls (shortcode text primary key)',
  `create table if not exists sim_mpesa.transactions (
     ${TRANSACTION_COLUMNS},
     checkout_request_id text unique, merchant_request_id text, shortcode text not null,
     account_reference text, callback_url text, scripted text, tellings text[] not null,
     prompted boolean, ends_at timestamptz, result_code text)`,
  // tables of the first release knew pushes only
  `alter table sim_mpesa.transactions drop constraint if exists transactions_kind_check,
     alter checkout_request_id drop not null, alter merchant_request_id drop not null,
     alter account_reference drop not null, alter callback_url drop not null,
     alter prompted drop not null, alter ends_at drop not null,
     add column if not exists originator_id text unique, add column if not exists conversation_id text,
     add column if not exists timeout_url text, add column if not exists request text,
     add column if not exists original_receipt text`,
  'create index if not exists transactions_customer on sim_mpesa.transactions (msisdn, created_at)',
  ...wallets.statements,
]
