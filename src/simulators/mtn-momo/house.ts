import type { Knex } from 'knex'
import type { Callbacks } from '../kit/callbacks.ts'
import type { Faults } from '../kit/faults.ts'
import type { Handset } from '../kit/handset.ts'
import type { Jobs } from '../kit/jobs.ts'
import { TRANSACTION_COLUMNS, type TransactionRow } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

/** The name under which faults, prompts and jobs of this simulator stand. */
export const MTN = 'mtn-momo'

/** What every part of this simulator works with. */
export type House = {
  readonly db: Knex
  readonly clock: { now(): Date }
  readonly faults: Faults
  readonly jobs: Jobs
  readonly callbacks: Callbacks
  readonly handset: Handset
}

/** The environment fixes the currency: the sandbox knows only euros. */
export const CURRENCIES = { mtncameroon: 'XAF', sandbox: 'EUR' } as const
export type Environment = keyof typeof CURRENCIES

/** An API user of one product. */
export type ApiUser = {
  readonly api_user: string
  readonly api_key: string
  readonly subscription_key: string
  readonly product: 'collection'
  readonly provider_callback_host: string
  readonly environment: Environment
}

/** A request to pay. `scripted`: how it will end (a reason, `SUCCESSFUL`, `never`); null: it depends on the customer. */
export type RequestRow = TransactionRow & {
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
}

export const wallets = createWallets('sim_mtn_momo', CURRENCIES.mtncameroon)

export const STATEMENTS: readonly string[] = [
  `create table if not exists sim_mtn_momo.api_users (
     api_user text primary key, api_key text not null, subscription_key text not null,
     product text not null check (product in ('collection')), provider_callback_host text not null,
     environment text not null check (environment in ('mtncameroon', 'sandbox')))`,
  `create table if not exists sim_mtn_momo.tokens (
     token text primary key, api_user text not null references sim_mtn_momo.api_users, ends_at timestamptz not null)`,
  `create table if not exists sim_mtn_momo.transactions (
     ${TRANSACTION_COLUMNS},
     reference text not null unique, api_user text not null, external_id text not null,
     party_id_type text not null, payer_message text not null, payee_note text not null,
     callback_url text, scripted text, tellings text[] not null, reason text)`,
  ...wallets.statements,
]
