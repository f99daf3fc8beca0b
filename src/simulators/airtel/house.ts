import type { Knex } from 'knex'
import { TRANSACTION_COLUMNS, type TransactionRow } from '../kit/views.ts'
import { createWallets } from '../kit/wallets.ts'

export type { House } from '../kit/house.ts'

/** The name under which faults, prompts and jobs of this simulator stand, and the first part of its paths. */
export const AIRTEL = 'airtel'

/**
 * An application of the lender's in one country, with one wallet: collections fill it, payouts and refunds empty it. `pin`:
 * what pays out; null: it may not. `signed`: message signing is switched on. `hash_over`: of a callback, under its key.
 */
export type App = {
  readonly client_id: string
  readonly client_secret: string
  readonly business: string
  readonly country: string
  readonly calling_code: string
  readonly currency: string
  readonly pin: string | null
  readonly padding: 'pkcs1' | 'oaep'
  readonly signed: boolean
  readonly callback_url: string | null
  readonly callback_key: string | null
  readonly hash_over: 'body' | 'transaction'
  readonly balance_minor: string
  readonly min_minor: string
  readonly max_minor: string | null
}

export type Kind = 'collect' | 'disburse' | 'refund'

/**
 * `reference`: the client's id. `word`: the status as Airtel says it, and `code` beside it. `scripted`: what it ends as, if
 * neither she nor the money decides. `original`: what a refund gives back; `refunded_by`: what gave this one back.
 */
export type Row = Omit<TransactionRow, 'kind'> & {
  readonly kind: Kind
  readonly client_id: string
  readonly reference: string
  readonly shown: string
  readonly word: string
  readonly code: string
  readonly scripted: string | null
  readonly tellings: readonly string[]
  readonly original: string | null
  readonly refunded_by: string | null
}

export const APPS = 'sim_airtel.apps'
export const TABLE = 'sim_airtel.transactions'
export const TOKENS = 'sim_airtel.tokens'

export const wallets = createWallets('sim_airtel', 'ZMW')

export const STATEMENTS: readonly string[] = [
  `create table if not exists ${APPS} (
     client_id text primary key, client_secret text not null, business text not null unique, country text not null,
     calling_code text not null, currency text not null, pin text,
     padding text not null check (padding in ('pkcs1', 'oaep')), signed boolean not null,
     callback_url text, callback_key text, hash_over text not null check (hash_over in ('body', 'transaction')),
     balance_minor bigint not null, min_minor bigint not null, max_minor bigint)`,
  `create table if not exists ${TOKENS} (
     token text primary key, client_id text not null references ${APPS}, ends_at timestamptz not null)`,
  `create table if not exists ${TABLE} (
     ${TRANSACTION_COLUMNS.replace("in ('collect', 'disburse')", "in ('collect', 'disburse', 'refund')")},
     client_id text not null references ${APPS}, reference text not null, shown text not null, word text not null,
     code text not null, scripted text, tellings text[] not null default '{}', original text, refunded_by text,
     unique (client_id, reference))`,
  ...wallets.statements,
]

/** Adds to the lender's wallet, or takes with a minus whatever is there: the operator's own corrections ask nobody. */
export async function credit(db: Knex, client_id: string, minor: bigint): Promise<void> {
  await db(APPS)
    .where({ client_id })
    .update({ balance_minor: db.raw('balance_minor + ?::bigint', [minor.toString()]) })
}

/** Takes the amount if all of it is there; false, and nothing taken, where it is not. */
export async function debit(trx: Knex.Transaction, client_id: string, minor: bigint): Promise<boolean> {
  const taken = await trx(APPS)
    .where({ client_id })
    .andWhere('balance_minor', '>=', minor.toString())
    .update({ balance_minor: trx.raw('balance_minor - ?::bigint', [minor.toString()]) })
  return taken > 0
}
