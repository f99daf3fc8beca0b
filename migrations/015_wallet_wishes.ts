import type { Knex } from 'knex'
import { asOwner } from './support/sql.ts'

/** Which of her wallets she wants to be asked first, and which no more. */
const WALLET_WISHES = [
  'alter table wallets add column preferred_at timestamptz',
  'alter table wallets add column removed_at timestamptz',
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, WALLET_WISHES)
}
