import type { Knex } from 'knex'
import type { Callbacks } from '../kit/callbacks.ts'
import type { Faults } from '../kit/faults.ts'
import type { Inbox } from '../kit/inbox.ts'

/** The name under which faults of this simulator stand, and the first part of its paths. */
export const TWILIO = 'twilio'

/** What every part of this simulator works with. */
export type House = {
  readonly db: Knex
  readonly clock: { now(): Date }
  readonly faults: Faults
  readonly callbacks: Callbacks
  readonly inbox: Inbox
}

/** `test`: test credentials, which send nothing and know the magic numbers. `inbound_url`: where what people write goes. */
export type Account = {
  readonly sid: string
  readonly auth_token: string
  readonly senders: readonly string[]
  readonly services: readonly string[]
  readonly inbound_url: string | null
  readonly test: boolean
}

export type MessageRow = {
  readonly id: string
  readonly sid: string
  readonly account: string
  readonly msisdn: string
  readonly sender: string
  readonly service: string | null
  readonly text: string
  readonly status: 'accepted' | 'failed'
  readonly status_url: string | null
  readonly validity_seconds: number
  readonly created_at: Date
}

export const ACCOUNTS = 'sim_twilio.accounts'
export const MESSAGES = 'sim_twilio.messages'
export const OPT_OUTS = 'sim_twilio.opt_outs'

export const STATEMENTS: readonly string[] = [
  `create table if not exists ${ACCOUNTS} (
     sid text primary key, auth_token text not null, senders text[] not null, services text[] not null,
     inbound_url text, test boolean not null)`,
  `create table if not exists ${OPT_OUTS} (account text not null, msisdn text not null, primary key (account, msisdn))`,
  `create table if not exists ${MESSAGES} (
     id bigint generated always as identity primary key,
     sid text not null unique, account text not null, msisdn text not null, sender text not null, service text,
     text text not null, status text not null check (status in ('accepted', 'failed')), status_url text,
     validity_seconds int not null, created_at timestamptz not null)`,
  `create index if not exists messages_msisdn on ${MESSAGES} (msisdn, id)`,
]

/** `MessageSid` and the like: two letters and 32 hexadecimal digits. */
export const SID = (kind: string): RegExp => new RegExp(`^${kind}[0-9a-f]{32}$`)
