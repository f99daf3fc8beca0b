import type { Knex } from 'knex'
import { APP, asOwner } from './support/sql.ts'

/**
 * Who changed what aggregators call providers. Codes are no tenant's, and neither is their record; the server adds to it
 * and reads it, and changes nothing of it.
 */
const CODE_CHANGES = [
  `create table aggregator_code_changes (
     id uuid primary key, changed_at timestamptz not null, changed_by text not null check (changed_by <> ''),
     aggregator text not null references aggregators, provider text not null, valid_from date not null,
     code_before text, until_before date, code text not null, valid_until date)`,
  `create index on aggregator_code_changes (aggregator, id)`,
  `grant select, insert on aggregator_code_changes to ${APP}`,
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, CODE_CHANGES)
}
