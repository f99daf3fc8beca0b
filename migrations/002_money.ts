import type { Knex } from 'knex'
import { AMOUNT, appendOnly, asOwner, byTenant, claimable, DUE, partitioned } from './support/sql.ts'

/** Money: what was asked, what moved, what was booked, and the double entry of each step. */

/** A life: the machine's state word in a column, the rest of its snapshot beside it, and when it wakes. */
const life = (states: string): string =>
  `state text not null check (state in (${states})), snapshot jsonb not null, ${DUE}`

const REQUESTS = [
  `create table collection_requests (
     tenant_id text not null, id uuid not null, customer_id uuid not null, loan_id text not null,
     loan_account text not null, ${AMOUNT},
     code text not null, due_on date not null, mode text not null check (mode in ('ask', 'prompt', 'dial')),
     basis text not null check (basis in ('due', 'named')), message text,
     wallet_id uuid, created_at timestamptz not null, asked_on date not null, decided_at timestamptz,
     ${life("'scheduled', 'asked', 'reminded', 'approved', 'part-paid', 'paid', 'declined', 'lapsed', 'cancelled'")},
     primary key (tenant_id, id), check (amount_minor > 0),
     foreign key (tenant_id, customer_id) references customers, foreign key (tenant_id, wallet_id) references wallets)`,
  `create unique index one_open_request on collection_requests (tenant_id, loan_id)
     where state in ('scheduled', 'asked', 'reminded', 'approved', 'part-paid')`,
  'create index requests_customer on collection_requests (tenant_id, customer_id, created_at)',
  ...byTenant('collection_requests'),
  ...claimable('collection_requests'),
]

const TRANSACTIONS = [
  ...partitioned(
    'transactions',
    `tenant_id text not null, id uuid not null, kind text not null check (kind in ('collect', 'disburse', 'return')),
     intent_id uuid not null, part int not null check (part > 0),
     origin text not null check (origin in ('push', 'c2b', 'statement', 'typed')),
     request_id uuid, customer_id uuid, loan_id text, loan_account text, wallet_id uuid, connection_id uuid not null, provider text not null,
     msisdn text not null, ${AMOUNT}, receipt text, provider_reference text, confirmed_at timestamptz, value_date date,
     created_at timestamptz not null,
     ${life("'logged', 'sending', 'pending', 'confirmed', 'booked', 'failed', 'unresolved', 'suspense', 'returning', 'returned', 'reversed', 'written-off'")},
     check (amount_minor > 0), foreign key (tenant_id, connection_id) references connections,
     foreign key (tenant_id, request_id) references collection_requests`,
  ),
  'create index transactions_request on transactions (tenant_id, request_id)',
  `create index transactions_prompted on transactions (tenant_id, msisdn)
     where state in ('sending', 'pending', 'unresolved')`,
  'create index transactions_customer on transactions (tenant_id, customer_id, id)',
  ...byTenant('transactions'),
  ...claimable('transactions'),
  ...partitioned(
    'attempts',
    `tenant_id text not null, id uuid not null, transaction_id uuid not null, ordinal int not null,
     connection_id uuid not null, reference text not null, provider_reference text, receipt text,
     secret_hash text, key_version int,
     state text not null check (state in ('planned', 'sent', 'answered', 'closed')),
     outcome jsonb, planned_at timestamptz not null, sent_at timestamptz, answered_at timestamptz`,
  ),
  'create index attempts_transaction on attempts (tenant_id, transaction_id)',
  ...byTenant('attempts'),
  `create table attempt_references (
     tenant_id text not null, connection_id uuid not null, kind text not null check (kind in ('ours', 'theirs', 'url')),
     value text not null, attempt_id uuid not null, transaction_id uuid not null,
     primary key (tenant_id, connection_id, kind, value))`,
  ...appendOnly('attempt_references'),
  `create table receipts (
     tenant_id text not null, issuer text not null, receipt text not null, transaction_id uuid not null,
     primary key (tenant_id, issuer, receipt))`,
  ...appendOnly('receipts'),
]

const BOOKINGS = [
  `create table allocations (
     tenant_id text not null, id uuid not null, transaction_id uuid not null, ordinal int not null,
     target text not null check (target in ('loan', 'savings', 'charge')), target_id text not null, ${AMOUNT},
     primary key (tenant_id, id), unique (tenant_id, transaction_id, ordinal), check (amount_minor > 0))`,
  ...byTenant('allocations'),
  `create table bookings (
     tenant_id text not null, id uuid not null, allocation_id uuid not null, transaction_id uuid not null,
     loan_id text not null, ${AMOUNT}, value_date date not null, external_id text not null, core_transaction_id text,
     created_at timestamptz not null,
     ${life("'planned', 'sending', 'awaiting-approval', 'booked', 'refused', 'unknown', 'undone'")},
     primary key (tenant_id, id), foreign key (tenant_id, allocation_id) references allocations)`,
  `create unique index one_open_booking on bookings (tenant_id, loan_id)
     where state in ('sending', 'awaiting-approval', 'unknown')`,
  'create index bookings_transaction on bookings (tenant_id, transaction_id)',
  ...byTenant('bookings'),
  ...claimable('bookings'),
  `create table booking_attempts (
     tenant_id text not null, id uuid not null, booking_id uuid not null, ordinal int not null,
     idempotency_key text not null, state text not null check (state in ('planned', 'sent', 'answered', 'closed')),
     outcome jsonb, planned_at timestamptz not null, sent_at timestamptz, answered_at timestamptz,
     primary key (tenant_id, id), unique (tenant_id, booking_id, ordinal),
     foreign key (tenant_id, booking_id) references bookings)`,
  ...byTenant('booking_attempts'),
  `create table external_ids (
     tenant_id text not null, external_id text not null, booking_id uuid not null,
     primary key (tenant_id, external_id))`,
  ...appendOnly('external_ids'),
]

const BOOKS = [
  ...partitioned(
    'events',
    `tenant_id text not null, id uuid not null, subject text not null, subject_id uuid not null,
     event jsonb not null, state_from text, state_to text not null, at timestamptz not null`,
  ),
  'create index events_subject on events (tenant_id, subject_id, id)',
  ...appendOnly('events'),
  ...partitioned(
    'transfers',
    `tenant_id text not null, id uuid not null, transaction_id uuid not null, event_id uuid not null,
     debit text not null, credit text not null, ${AMOUNT}, at timestamptz not null,
     check (amount_minor > 0), check (debit <> credit),
     check (debit ~ '^(float:[a-z0-9-]+:(collect|pay|charges)|bank:[a-z0-9-]+|fees:[a-z0-9-]+|clearing-in|clearing-out|core|suspense|owed-back|write-off)$'),
     check (credit ~ '^(float:[a-z0-9-]+:(collect|pay|charges)|bank:[a-z0-9-]+|fees:[a-z0-9-]+|clearing-in|clearing-out|core|suspense|owed-back|write-off)$')`,
  ),
  'create index transfers_transaction on transfers (tenant_id, transaction_id)',
  ...appendOnly('transfers'),
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, [...REQUESTS, ...TRANSACTIONS, ...BOOKINGS, ...BOOKS])
}
