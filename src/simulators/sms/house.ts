import type { Knex } from 'knex'
import type { Callbacks } from '../kit/callbacks.ts'
import type { Faults } from '../kit/faults.ts'
import type { Inbox } from '../kit/inbox.ts'

/** The name under which faults of this simulator stand. */
export const SMS = 'sms'

/** What every part of this simulator works with. */
export type House = {
  readonly db: Knex
  readonly clock: { now(): Date }
  readonly faults: Faults
  readonly callbacks: Callbacks
  readonly inbox: Inbox
}

export type Account = {
  readonly username: string
  readonly api_key: string
  readonly senders: readonly string[]
  readonly delivery_url: string | null
}

/** `rejected`: the gateway would not take it; `failed`: it was taken and never reached the phone. */
export type MessageRow = {
  readonly id: string
  readonly message_id: string
  readonly username: string
  readonly msisdn: string
  readonly sender: string
  readonly text: string
  readonly status: 'accepted' | 'failed' | 'rejected'
  readonly status_code: number
  readonly created_at: Date
}

export const STATEMENTS: readonly string[] = [
  `create table if not exists sim_sms.accounts (
     username text primary key, api_key text not null, senders text[] not null, delivery_url text)`,
  'create table if not exists sim_sms.blacklist (msisdn text primary key)',
  `create table if not exists sim_sms.messages (
     id bigint generated always as identity primary key,
     message_id text not null, username text not null, msisdn text not null, sender text not null,
     text text not null, status text not null check (status in ('accepted', 'failed', 'rejected')),
     status_code int not null, created_at timestamptz not null)`,
  'create index if not exists messages_msisdn on sim_sms.messages (msisdn, id)',
]
