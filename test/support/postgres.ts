import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataOf } from '../../src/store/embedded/folder.ts'
import { lockFolder } from '../../src/store/embedded/lock.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded/postgres.ts'
import { clearTheWay } from '../../src/store/embedded/postmaster.ts'

const PREFIX = 'hatua-test-'

export type TestPostgres = { readonly adminUrl: string; stop(): Promise<void> }

/** A throw-away server of our own: quick, and gone when it stops. */
export async function startPostgres(): Promise<TestPostgres> {
  await removeAbandoned()
  const dir = temporaryFolder()
  const server = await startEmbeddedPostgres({ dir, durable: false })
  const stop = async () => {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  return { adminUrl: server.url, stop }
}

/** As root the server runs as another user, who must be able to enter. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), PREFIX))
  chmodSync(dir, 0o711)
  return dir
}

/** A run that was killed leaves its server behind. A folder with an access file that nobody holds is such a one. */
async function removeAbandoned(): Promise<void> {
  const dirs = readdirSync(tmpdir()).filter(name => name.startsWith(PREFIX))
  for (const dir of dirs.map(name => join(tmpdir(), name))) {
    try {
      if (!existsSync(join(dir, 'server.json'))) continue
      const release = lockFolder(dir)
      if (release === undefined) continue
      await clearTheWay(dataOf(dir))
      release()
      rmSync(dir, { recursive: true, force: true })
    } catch {
      // Another user's, or another run is removing it at this moment.
    }
  }
}
