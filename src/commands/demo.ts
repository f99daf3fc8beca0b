import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { disagreements } from './demo/agree.ts'
import { type Cast, createPlay } from './demo/scenes.ts'
import { demoTenants } from './demo-tenants.ts'
import { openEmbedded } from './embedded.ts'
import { openStage } from './stage.ts'
import { fail, reason } from './support.ts'

/**
 * `npm run demo`: the story for both demo tenants, on a throw-away database and a virtual clock. Exits 0 only where the
 * providers' truth, our tables, the ledger and Fineract's books agree to the last minor unit.
 */
const TIMEOUT_MS = 60_000

const PROVIDERS = { 'demo-ke': 'mpesa', 'demo-cm': 'mtn-momo' } as const

const casts: readonly Cast[] = demoTenants(true).map(({ plan, borrower }) => ({
  id: plan.id,
  lender: plan.settings.lender,
  provider: PROVIDERS[plan.id as keyof typeof PROVIDERS],
  phone: borrower.phone,
  code: plan.channels[0]?.address ?? '',
  pin: borrower.pin,
  key: `${plan.id}-key`,
  patienceMs: 3 * 3_600_000,
}))

async function play(databaseUrl: string): Promise<readonly string[]> {
  const stage = await openStage({ databaseUrl })
  try {
    for (const cast of casts) {
      const scene = createPlay(stage, cast, text => console.log(text))
      await scene.pays()
      await scene.triesTheSecondWallet()
      await scene.survivesALostAnswer()
      await scene.declines()
      await scene.staysUnresolved()
    }
    return await disagreements(stage, casts)
  } finally {
    await stage.close()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'hatua-demo-'))
chmodSync(folder, 0o755) // the database drops from root to an ordinary user, who must get in
setTimeout(() => fail(`the demo took longer than ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS).unref()
try {
  const postgres = await openEmbedded(join(folder, 'data'), false)
  try {
    const found = await play(postgres.url)
    if (found.length > 0)
      throw new Error(`the books do not agree:\n${found.map(text => `  ${text}`).join('\n')}`)
    console.log('\nThe providers, our tables, the ledger and Fineract agree to the last minor unit.')
  } finally {
    await postgres.stop()
  }
} catch (error) {
  process.exitCode = 1
  console.error(`the demo failed: ${reason(error)}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
