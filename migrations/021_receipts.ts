import type { Knex } from 'knex'
import { asOwner } from './support/sql.ts'

/**
 * The loan that a receipt is about: what is left on it is told as it is when the SMS leaves. And since when an operator has
 * refused a wallet as one that is none, or may not pay.
 */
export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, [
    'alter table messages add column loan_id text',
    'alter table wallets add column refused_at timestamptz',
  ])
}
