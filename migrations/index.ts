import type { Knex } from 'knex'
import * as foundation from './001_foundation.ts'
import * as money from './002_money.ts'
import * as work from './003_work.ts'
import * as engine from './004_engine.ts'
import * as webhooks from './006_webhooks.ts'
import * as claims from './007_claims.ts'
import * as accessTokens from './008_access_tokens.ts'
import * as payReferences from './009_pay_references.ts'
import * as offers from './010_offers.ts'
import * as newPins from './011_new_pins.ts'
import * as codeChanges from './012_code_changes.ts'
import * as smsWays from './013_sms_ways.ts'
import * as staff from './014_staff.ts'
import * as walletWishes from './015_wallet_wishes.ts'
import * as claimsOnce from './016_claims_once.ts'
import * as firstContact from './017_first_contact.ts'
import * as reminders from './018_reminders.ts'
import * as payingForOthers from './019_paying_for_others.ts'
import * as newWallets from './020_new_wallets.ts'
import * as receipts from './021_receipts.ts'

type Migration = { up(knex: Knex): Promise<void> }

/** Every migration, oldest first. Forward only: a released file never changes, and there is no way down. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001_foundation': foundation,
  '002_money': money,
  '003_work': work,
  '004_engine': engine,
  '006_webhooks': webhooks,
  '007_claims': claims,
  '008_access_tokens': accessTokens,
  '009_pay_references': payReferences,
  '010_offers': offers,
  '011_new_pins': newPins,
  '012_code_changes': codeChanges,
  '013_sms_ways': smsWays,
  '014_staff': staff,
  '015_wallet_wishes': walletWishes,
  '016_claims_once': claimsOnce,
  '017_first_contact': firstContact,
  '018_reminders': reminders,
  '019_paying_for_others': payingForOthers,
  '020_new_wallets': newWallets,
  '021_receipts': receipts,
}

export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(MIGRATIONS),
  getMigrationName: name => name,
  getMigration: async name => {
    const migration = MIGRATIONS[name]
    if (migration === undefined) throw new Error(`unknown migration ${name}`)
    return { up: migration.up, down: () => Promise.reject(new Error('migrations go forward only')) }
  },
}
