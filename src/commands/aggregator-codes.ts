import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import type { AggregatorCode } from '../domain/route.ts'
import { localDate } from '../domain/time.ts'
import type { House } from '../main.ts'
import { profileNamed } from '../providers/index.ts'
import { allCodes, readCodes, replaceCodes, writeCodes } from '../store/aggregator-codes.ts'
import { changesCsv, changeText } from '../store/code-changes.ts'
import type { Trx } from '../store/database.ts'
import { withHouse } from './house.ts'
import { fail, reason } from './support.ts'

/**
 * `npm run aggregator:codes`: what aggregators call providers, as CSV. `export` writes all that are known, `import` brings
 * them up to a file, `profile` to what a profile lists, from today on; `history` tells who changed what.
 */
const USAGE =
  'use: npm run aggregator:codes -- export [<aggregator>] | import <file.csv> [--end-left-out] [--by <name>] | profile <aggregator> [--by <name>] | history [<aggregator>]'

/** Codes are no tenant's: a commit without one. */
const inCommit = <T>({ db }: House, work: (trx: Trx) => Promise<T>): Promise<T> =>
  db.knex.transaction(trx => work(trx))

/** Says what was done, a line each. `by`: whoever answers for it. */
export async function importCodes(
  house: House,
  codes: readonly AggregatorCode[],
  by: string,
  endsLeftOut = false,
): Promise<readonly string[]> {
  const { clock, ids } = house.gateway.deps
  return inCommit(house, async trx => {
    const done = await replaceCodes(trx, codes, { at: clock.now(), by, ids }, endsLeftOut)
    if ('refused' in done)
      throw new Error(`nothing was changed\n${done.refused.map(line => `  ${line}`).join('\n')}`)
    return done.map(changeText)
  })
}

/** What is known of a profile's aggregator, and from today on what the profile lists besides. */
export async function ofProfile(house: House, name: string): Promise<readonly AggregatorCode[]> {
  const { providers } = profileNamed(name)
  const from = localDate(house.gateway.deps.clock.now(), 'UTC')
  const known = await inCommit(house, trx => allCodes(trx, name))
  const listed = Object.entries(providers).map(
    ([provider, code]): AggregatorCode => ({ aggregator: name, provider, code, from, until: undefined }),
  )
  const isKnown = ({ provider }: AggregatorCode): boolean => known.some(each => each.provider === provider)
  return [...known, ...listed.filter(each => !isKnown(each))]
}

/** The codes of a file; throws an error that tells all its faults, a line each. */
export async function readCodesFile(path: string): Promise<readonly AggregatorCode[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path} cannot be read: name a file, as in npm run aggregator:codes -- import codes.csv`)
  })
  const read = readCodes(text)
  if (read.kind === 'codes') return read.codes
  const lines = read.faults.map(({ line, problem }) => `  line ${line}: ${problem}`)
  throw new Error(`${path}: nothing was changed\n${lines.join('\n')}`)
}

/** Who changed what, as CSV. */
export const historyOf = (house: House, aggregator?: string): Promise<string> =>
  inCommit(house, trx => changesCsv(trx, aggregator))

/** Who runs this, by the name that the machine has for him; in a container that may be a number. */
function operator(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}

async function run(
  verb: string | undefined,
  what: string | undefined,
  by: string,
  endsLeftOut: boolean,
): Promise<void> {
  if (verb === 'import' && what !== undefined) {
    const codes = await readCodesFile(what)
    return withHouse(async house => tell(await importCodes(house, codes, by, endsLeftOut)))
  }
  if (verb === 'profile' && what !== undefined)
    return withHouse(async house => tell(await importCodes(house, await ofProfile(house, what), by)))
  if (verb !== 'export' && verb !== 'history') throw new Error(USAGE)
  return withHouse(async house => {
    const text =
      verb === 'history'
        ? await historyOf(house, what)
        : writeCodes(await inCommit(house, trx => allCodes(trx, what)))
    process.stdout.write(text)
  })
}

function tell(done: readonly string[]): void {
  for (const line of done.length === 0 ? ['nothing differs'] : done) console.log(line)
}

if (import.meta.main) {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { by: { type: 'string' }, 'end-left-out': { type: 'boolean', default: false } },
    })
    const [verb, what] = positionals
    const by = values.by?.trim() ?? operator()
    if (by === '') throw new Error('--by names whoever answers for the change')
    await run(verb, what, by, values['end-left-out'])
  } catch (error) {
    fail(reason(error))
  }
}
