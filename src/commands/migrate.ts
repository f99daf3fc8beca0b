import { migrate } from '../store/migrate.ts'
import { fail } from './support.ts'

/** `npm run migrate`: brings the database of MIGRATE_DATABASE_URL (else DATABASE_URL) up to date. */
const url = process.env.MIGRATE_DATABASE_URL ?? process.env.DATABASE_URL
if (url === undefined)
  fail(
    'set DATABASE_URL (or MIGRATE_DATABASE_URL) to the database to migrate; the embedded one migrates itself at start',
  )

try {
  const names = await migrate(url)
  console.log(names.length === 0 ? 'the database is up to date' : `migrated: ${names.join(', ')}`)
} catch (error) {
  fail(`migration failed: ${error instanceof Error ? error.message : String(error)}`)
}
