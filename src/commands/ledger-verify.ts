import { verifyLedger } from '../store/ledger.ts'
import { withHouse } from './house.ts'
import { fail, reason } from './support.ts'

/** `npm run ledger:verify`: proves the equations of the double entry for every tenant and currency. */
try {
  const [tenants, found] = await withHouse(async ({ db, gateway }) => {
    const ids = await gateway.deps.tenants.all()
    return [ids, await verifyLedger(db, ids)] as const
  })
  for (const { tenantId, currency, equation, accounts, rows } of found)
    console.error(`${tenantId} ${currency}: ${equation}: accounts say ${accounts}, rows say ${rows}`)
  if (found.length > 0) fail(`equations that do not hold: ${found.length}`)
  console.log(`the ledger holds for ${tenants.length} tenants: ${tenants.join(', ')}`)
} catch (error) {
  fail(`the ledger could not be verified: ${reason(error)}`)
}
