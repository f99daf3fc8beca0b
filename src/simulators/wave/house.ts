import type { Knex } from 'knex'
import { TRANSACTION_COLUMNS, type TransactionRow } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

export type { House } from '../kit/house.ts'

/** The name under which faults, prompts and jobs of this simulator stand, and the first part of its paths. */
export const WAVE = 'wave'

/** What a key may be used for, as it was ticked in the portal when it was made. */
export const RIGHTS = ['checkout', 'payout', 'balance'] as const
export type Right = (typeof RIGHTS)[number]

/** A lender's wallet. `strategy`: how its web hooks prove where they come from. */
export type Business = {
  readonly business: string
  readonly currency: string
  readonly country: string
  readonly balance_minor: string
  readonly fee_basis_points: number
  readonly aggregator: boolean
  readonly disabled: boolean
  readonly hook_url: string | null
  readonly hook_secret: string | null
  readonly strategy: 'signature' | 'shared-secret'
  readonly launch_url: string
}
export type Key = { readonly api_key: string; readonly rights: readonly string[]; readonly revoked: boolean }

export type Kind = 'collect' | 'disburse' | 'refund'

/**
 * A session, a payout, or a refund or reversal of one. `provider_reference` is Wave's own name, `reference` the client's.
 * `scripted`: a fault that decides it, until it has struck. `attempts`: how often her phone was asked. `reason`: why the
 * last payment, or the payout, failed. `original`: what a refund gives back; `refunded_by`: what gave this one back.
 */
export type Row = Omit<TransactionRow, 'kind'> & {
  readonly kind: Kind
  readonly business: string
  readonly provider_reference: string
  readonly reference: string | null
  readonly fee_minor: string
  readonly restricted: boolean
  readonly success_url: string | null
  readonly error_url: string | null
  readonly expires_at: Date | null
  readonly attempts: number
  readonly scripted: string | null
  readonly tellings: readonly string[]
  readonly reason: string | null
  readonly idempotency_key: string | null
  readonly digest: string | null
  readonly name: string | null
  readonly original: string | null
  readonly refunded_by: string | null
}

export const TABLE = 'sim_wave.transactions'
export const BUSINESSES = 'sim_wave.businesses'
export const KEYS = 'sim_wave.keys'
export const ENTRIES = 'sim_wave.entries'

export const wallets = createWallets('sim_wave', 'XOF')

export const STATEMENTS: readonly string[] = [
  `create table if not exists ${BUSINESSES} (
     business text primary key, currency text not null, country text not null, balance_minor bigint not null,
     fee_basis_points int not null, aggregator boolean not null, disabled boolean not null,
     hook_url text, hook_secret text, strategy text not null, launch_url text not null)`,
  `create table if not exists ${KEYS} (
     api_key text primary key, business text not null references ${BUSINESSES}, rights text[] not null,
     revoked boolean not null)`,
  `create table if not exists ${TABLE} (
     ${TRANSACTION_COLUMNS.replace("in ('collect', 'disburse')", "in ('collect', 'disburse', 'refund')")},
     business text not null references ${BUSINESSES}, provider_reference text not null unique, reference text,
     fee_minor bigint not null, restricted boolean not null default false, success_url text, error_url text,
     expires_at timestamptz, attempts int not null default 0, scripted text, tellings text[] not null default '{}',
     reason text, idempotency_key text, digest text, name text, original text, refunded_by text,
     unique (business, idempotency_key))`,
  `create index if not exists transactions_reference on ${TABLE} (reference)`,
  `create table if not exists ${ENTRIES} (
     id bigint generated always as identity primary key, business text not null references ${BUSINESSES},
     at timestamptz not null, transaction_id text not null, type text not null, change_minor bigint not null,
     fee_minor bigint not null, balance_minor bigint not null, currency text not null, is_reversal boolean not null,
     name text, mobile text not null, reference text, session text)`,
  `create index if not exists entries_day on ${ENTRIES} (business, at, id)`,
  `create table if not exists sim_wave.checks (
     id bigint generated always as identity primary key, msisdn text not null, at timestamptz not null)`,
  ...wallets.statements,
]

export const rowBy = (db: Knex, providerReference: string): Promise<Row | undefined> =>
  db(TABLE).where({ provider_reference: providerReference }).first()

export const lockRow = (trx: Knex.Transaction, providerReference: string): Promise<Row | undefined> =>
  trx(TABLE).where({ provider_reference: providerReference }).forUpdate().first()
