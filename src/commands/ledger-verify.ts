import { parseArgs } from 'node:util'
import { verifyLedger } from '../store/ledger.ts'
import { withHouse } from './house.ts'
import { fail, reason } from './support.ts'

/** `npm run ledger:verify -- [tenant…]`: proves the equations of the double entry for every currency of these tenants, or of all. */
try {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} })
  const [tenants, found] = await withHouse(async ({ db, gateway }) => {
    const all = await gateway.deps.tenants.all()
    const nobody = positionals.filter(id => !all.includes(id))
    if (nobody.length > 0) throw new Error(`no tenant ${nobody.join(', ')}: there are ${all.join(', ')}`)
    const ids = positionals.length === 0 ? all : positionals
    return [ids, await verifyLedger(db, ids)] as const
  })
  for (const { tenantId, currency, equation, accounts, rows } of found)
    console.error(`${tenantId} ${currency}: ${equation}: accounts say ${accounts}, rows say ${rows}`)
  if (found.length > 0) fail(`equations that do not hold: ${found.length}`)
  console.log(`the ledger holds for ${tenants.length} tenants: ${tenants.join(', ')}`)
} catch (error) {
  fail(`the ledger could not be verified: ${reason(error)}`)
}
