import type { Knex } from 'knex'
import type { Faults } from '../kit/faults.ts'
import type { Inbox } from '../kit/inbox.ts'
import type { Jobs } from '../kit/jobs.ts'

/** The name under which faults of this simulator stand, and the first part of its paths. */
export const SMSC = 'smsc'

/** What every part of this simulator works with. */
export type House = {
  readonly db: Knex
  readonly clock: { now(): Date }
  readonly faults: Faults
  readonly jobs: Jobs
  readonly inbox: Inbox
}

/** `window`: messages that may be without an answer; `receipt_ids`: their base, where answers are hexadecimal. */
export type Account = {
  readonly system_id: string
  readonly password: string
  readonly senders: readonly string[]
  readonly window_size: number
  readonly binds: number
  readonly receipt_ids: 'same' | 'decimal'
  readonly registration: Registration | null
}

/** What stands on the ledger of an Indian operator: an entity, and its texts by their ids. */
export type Registration = { readonly entityId: string; readonly templates: Readonly<Record<string, string>> }

/** One submit_sm that was taken. `octets`: what stood on the wire, in hexadecimal; `reference`: of a part of a long text. */
export type MessageRow = {
  readonly id: string
  readonly system_id: string
  readonly msisdn: string
  readonly sender: string
  readonly coding: number
  readonly octets: string
  readonly text: string
  readonly reference: number | null
  readonly part: number
  readonly parts: number
  readonly status: 'accepted' | 'failed'
  readonly validity: string
  readonly created_at: Date
}

export const ACCOUNTS = 'sim_smsc.accounts'
export const MESSAGES = 'sim_smsc.messages'
export const DELIVERIES = 'sim_smsc.deliveries'

export const STATEMENTS: readonly string[] = [
  `create table if not exists ${ACCOUNTS} (
     system_id text primary key, password text not null, senders text[] not null, window_size int not null,
     binds int not null, receipt_ids text not null check (receipt_ids in ('same', 'decimal')))`,
  `alter table ${ACCOUNTS} add column if not exists registration jsonb`,
  `create table if not exists ${MESSAGES} (
     id bigint generated always as identity (start with 1000) primary key,
     system_id text not null, msisdn text not null, sender text not null, coding int not null, octets text not null,
     text text not null, reference int, part int not null, parts int not null,
     status text not null check (status in ('accepted', 'failed')), validity text not null, created_at timestamptz not null)`,
  `create index if not exists messages_msisdn on ${MESSAGES} (msisdn, id)`,
  `create table if not exists ${DELIVERIES} (
     id bigint generated always as identity primary key,
     system_id text not null, body text not null, due_at timestamptz not null, taken_at timestamptz)`,
  `create index if not exists deliveries_open on ${DELIVERIES} (system_id, id) where taken_at is null`,
]

/** As an answer names it. */
export const messageId = (row: Pick<MessageRow, 'id'>): string => BigInt(row.id).toString(16).toUpperCase()
