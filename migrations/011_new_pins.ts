import type { Knex } from 'knex'
import { asOwner } from './support/sql.ts'

/** A PIN that was proposed and waits to be typed once more: its hash, and until when. */
const NEW_PINS = [
  'alter table customers add column new_pin_hash text',
  'alter table customers add column new_pin_until timestamptz',
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, NEW_PINS)
}
