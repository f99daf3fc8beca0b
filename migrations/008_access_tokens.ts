import type { Knex } from 'knex'
import { APP, asOwner } from './support/sql.ts'

/**
 * Access tokens, shared by all processes: a provider may end the earlier token with each new one. No tenant owns a row:
 * its key is a digest of the credentials, and the token is sealed under the master key.
 */
const ACCESS_TOKENS = [
  `create table access_tokens (
     key text primary key, sealed text, renew_at timestamptz, lease_until timestamptz, lease_id uuid,
     check ((sealed is null) = (renew_at is null)), check ((lease_until is null) = (lease_id is null)))`,
  `grant select, insert, update on access_tokens to ${APP}`,
]

export async function up(knex: Knex): Promise<void> {
  await asOwner(knex, ACCESS_TOKENS)
}
