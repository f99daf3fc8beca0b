import type { Knex } from 'knex'
import type { Callbacks } from '../kit/callbacks.ts'
import type { Faults } from '../kit/faults.ts'
import type { Handset } from '../kit/handset.ts'
import type { Jobs } from '../kit/jobs.ts'
import type { TransactionRow } from '../kit/views.ts'
import { TRANSACTION_COLUMNS } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

/** The name under which faults, prompts and jobs of this simulator stand. */
export const MPESA = 'mpesa'
export const KES = 'KES'

/** What every part of this simulator works with. */
export type House = {
  readonly db: Knex
  readonly clock: { now(): Date }
  readonly faults: Faults
  readonly jobs: Jobs
  readonly callbacks: Callbacks
  readonly handset: Handset
}

export type App = {
  readonly consumer_key: string
  readonly consumer_secret: string
  readonly shortcode: string
  readonly passkey: string
  readonly environment: 'production' | 'sandbox'
  readonly refuses_twins: boolean
  readonly token: string | null
  readonly token_ends_at: Date | null
}

/** An STK push and what became of it. `scripted`: the result it will have, or `never`; null: it depends on the customer. */
export type PushRow = TransactionRow & {
  readonly checkout_request_id: string
  readonly merchant_request_id: string
  readonly shortcode: string
  readonly account_reference: string
  readonly callback_url: string
  readonly scripted: string | null
  readonly tellings: readonly string[]
  readonly prompted: boolean
  readonly ends_at: Date
  readonly result_code: string | null
}

export const wallets = createWallets('sim_mpesa', KES)

export const STATEMENTS: readonly string[] = [
  `create table if not exists sim_mpesa.apps (
     consumer_key text primary key, consumer_secret text not null, shortcode text not null,
     passkey text not null, environment text not null check (environment in ('production', 'sandbox')),
     refuses_twins boolean not null default true, token text, token_ends_at timestamptz)`,
  'create index if not exists apps_token on sim_mpesa.apps (token)',
  `create table if not exists sim_mpesa.c2b_urls (
     shortcode text primary key, response_type text not null, confirmation_url text not null,
     validation_url text not null)`,
  `create table if not exists sim_mpesa.transactions (
     ${TRANSACTION_COLUMNS},
     checkout_request_id text not null unique, merchant_request_id text not null, shortcode text not null,
     account_reference text not null, callback_url text not null, scripted text, tellings text[] not null,
     prompted boolean not null, ends_at timestamptz not null, result_code text)`,
  'create index if not exists transactions_customer on sim_mpesa.transactions (msisdn, created_at)',
  ...wallets.statements,
]
