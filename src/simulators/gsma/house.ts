import type { Knex } from 'knex'
import { TRANSACTION_COLUMNS, type TransactionRow } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

export type { House } from '../kit/house.ts'

/** The name under which faults, prompts and jobs of this simulator stand, and the first part of its paths. */
export const GSMA = 'gsma'

/** A lender: how it shows who it is, its account, and what our callbacks to it carry. */
export type Client = {
  readonly client: string
  readonly api_key: string
  readonly user_name: string | null
  readonly password: string | null
  readonly client_id: string | null
  readonly client_secret: string | null
  readonly account_key: string
  readonly account_value: string
  readonly currency: string
  readonly balance_minor: string
  readonly callback_headers: Readonly<Record<string, string>>
  /** What needs nobody's answer is done at once, and answered with 201. */
  readonly at_once: boolean
}

export type Kind = 'collect' | 'disburse' | 'refund'
export type Code = { readonly category: string; readonly code: string }

/**
 * A request and what came of it. `name`: the transaction's reference; `server_id`: the request's own. `original`: what a
 * reversal gives back; `refunded_by`: what gave this one back. `scripted`: how it ends, if nobody decides.
 */
export type Row = Omit<TransactionRow, 'kind'> & {
  readonly kind: Kind
  readonly client: string
  readonly name: string
  readonly server_id: string
  readonly correlation: string | null
  readonly digest: string
  readonly type: string
  readonly description: string | null
  readonly reference: string | null
  readonly callback_url: string | null
  readonly error: Code | null
  readonly scripted: string | null
  readonly tellings: readonly string[]
  readonly polls: number
  readonly original: string | null
  readonly refunded_by: string | null
  readonly batch: string | null
  readonly modified_at: Date
}

export const TABLE = 'sim_gsma.transactions'
export const CLIENTS = 'sim_gsma.clients'
export const TOKENS = 'sim_gsma.tokens'
export const BATCHES = 'sim_gsma.batches'

export const wallets = createWallets('sim_gsma', 'ZMW')

export const STATEMENTS: readonly string[] = [
  `create table if not exists ${CLIENTS} (
     client text primary key, api_key text not null unique, user_name text, password text, client_id text unique,
     client_secret text, account_key text not null, account_value text not null, currency text not null,
     balance_minor bigint not null, callback_headers jsonb not null, at_once boolean not null)`,
  `create table if not exists ${TOKENS} (
     token text primary key, client text not null references ${CLIENTS}, ends_at timestamptz not null)`,
  `create table if not exists ${TABLE} (
     ${TRANSACTION_COLUMNS.replace("in ('collect', 'disburse')", "in ('collect', 'disburse', 'refund')")},
     client text not null references ${CLIENTS}, name text not null unique, server_id uuid not null unique,
     correlation uuid, digest text not null, type text not null, description text, reference text, callback_url text,
     error jsonb, scripted text, tellings text[] not null default '{}', polls int not null default 0, original text,
     refunded_by text, batch text, modified_at timestamptz not null, unique (client, correlation))`,
  `create table if not exists ${BATCHES} (
     id bigint generated always as identity primary key, batch text not null unique, server_id uuid not null unique,
     client text not null references ${CLIENTS}, correlation uuid, digest text not null, title text,
     items jsonb not null, rejections jsonb not null, status text not null, callback_url text,
     created_at timestamptz not null, approved_at timestamptz, unique (client, correlation))`,
  ...wallets.statements,
]

export const rowOf = (db: Knex, where: Partial<Row>): Promise<Row | undefined> =>
  db(TABLE).where(where).first()

export const lockRow = (trx: Knex.Transaction, name: string): Promise<Row | undefined> =>
  trx(TABLE).where({ name }).forUpdate().first()

export const clientNamed = (db: Knex, client: string): Promise<Client> =>
  db(CLIENTS).where({ client }).first() as Promise<Client>
