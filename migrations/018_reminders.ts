import type { Knex } from 'knex'
import { makeClaims } from './support/claims.ts'
import { asOwner, byTenant, claimable, DUE } from './support/sql.ts'

/**
 * Reminders before and after a due date, each a row that waits for its hour; the hour that she chose for them; and which
 * request a message is about, so that it is not sent once the request has ended.
 */
const REMINDERS = [
  'alter table messages add column request_id uuid',
  'alter table customers add column prompt_hour int check (prompt_hour between 0 and 23)',
  // days: before the due date below nothing, after it above
  `create table reminders (
     tenant_id text not null references tenants, id uuid not null, customer_id uuid not null, loan_id text not null,
     due_on date not null, days int not null check (days <> 0), planned_on date not null,
     state text not null check (state in ('waiting', 'sent', 'dropped')), fate text, ${DUE},
     primary key (tenant_id, id), unique (tenant_id, loan_id, due_on, days))`,
  ...byTenant('reminders'),
  ...claimable('reminders'),
]

/** As before, with one kind more. */
const TABLES = {
  message: 'messages',
  callback: 'callbacks',
  schedule: 'schedules',
  request: 'collection_requests',
  transaction: 'transactions',
  booking: 'bookings',
  disbursement: 'disbursements',
  batch: 'batches',
  webhook: 'webhook_deliveries',
  reminder: 'reminders',
}

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, REMINDERS)
  await makeClaims(knex, TABLES)
}
