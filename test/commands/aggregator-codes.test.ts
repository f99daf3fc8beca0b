import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { historyOf, importCodes, ofProfile, readCodesFile } from '../../src/commands/aggregator-codes.ts'
import { createHouse, createLog, type House } from '../../src/main.ts'
import { adoptProfiles } from '../../src/providers/index.ts'
import { allCodes, readCodes, writeCodes } from '../../src/store/aggregator-codes.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const SHIPPED_PROFILES = join(import.meta.dirname, '../../src/providers/aggregator/profiles')

let database: TestDatabase
let house: House
let now = new Date('2026-03-05T10:00:00Z')
const file = join(tmpdir(), `codes-${randomBytes(4).toString('hex')}.csv`)
beforeAll(async () => {
  database = await createTestDatabase()
  house = await createHouse({
    databaseUrl: database.url,
    secretsKey: randomBytes(32),
    simulators: false,
    role: 'all',
    clock: { now: () => now },
    log: createLog('silent'),
  })
})
afterAll(async () => {
  await rm(file, { force: true })
  await house.close()
  await database.drop()
})

let by = 'awa'
const HEADER = 'aggregator,provider,code,from,until'
async function take(...lines: string[]): Promise<readonly string[]> {
  await writeFile(file, [HEADER, ...lines, ''].join('\n'))
  return importCodes(house, await readCodesFile(file), by)
}
async function takeAll(...lines: string[]): Promise<readonly string[]> {
  await writeFile(file, [HEADER, ...lines, ''].join('\n'))
  return importCodes(house, await readCodesFile(file), by, true)
}
const known = async (): Promise<string[]> =>
  writeCodes(await house.db.knex.transaction(trx => allCodes(trx, 'sahel')))
    .trim()
    .split('\n')
    .slice(1)

describe('the codes of an aggregator', () => {
  it('come in as a file and go out as the same', async () => {
    const lines = [
      'sahel,mtn-cm,MTN,2026-01-01,2026-03-01',
      'sahel,mtn-cm,MTN2,2026-03-01,',
      'sahel,orange-cm,OM,2026-01-01,',
    ]
    expect(await take(...lines)).toHaveLength(3)
    expect(await known()).toEqual(lines)
    expect(await take(...lines)).toEqual([])
  })

  it('are not ended by a list that was cut short', async () => {
    const before = await known()
    await expect(take('sahel,mtn-cm,MTN,2026-01-01,2026-03-01')).rejects.toThrow(
      /sahel calls orange-cm OM from 2026-01-01, which is left out: .*--end-left-out/,
    )
    expect(await known()).toEqual(before)
  })

  it('are followed by others: what is left out ends today, and what has begun stays on record', async () => {
    const done = await takeAll(
      'sahel,mtn-cm,MTN,2026-01-01,2026-03-01',
      'sahel,mtn-cm,MTN2,2026-03-01,2026-04-01',
      'sahel,mtn-cm,MTN3,2026-04-01,',
    )
    expect(done).toEqual([
      'sahel calls mtn-cm MTN2 from 2026-03-01 until 2026-04-01',
      'sahel calls mtn-cm MTN3 from 2026-04-01',
      'sahel calls orange-cm OM no longer, from 2026-03-05',
    ])
    expect((await known()).at(-1)).toBe('sahel,orange-cm,OM,2026-01-01,2026-03-05')
    now = new Date('2026-03-06T10:00:00Z')
    await expect(takeAll('sahel,mtn-cm,OTHER,2026-03-01,')).rejects.toThrow(
      'sahel has called mtn-cm MTN2 since 2026-03-01: end that line with until, and add one for OTHER',
    )
    expect(await known()).toContain('sahel,mtn-cm,MTN3,2026-04-01,')
  })

  it('of a shipped profile are taken from it, and what is known stays', async () => {
    await take('furthermarket,orange-cm,OWN,2026-01-01,')
    const done = await importCodes(house, await ofProfile(house, 'furthermarket'), by)
    expect(done).toEqual(['furthermarket calls mtn-cm MTN from 2026-03-06'])
    expect(await importCodes(house, await ofProfile(house, 'furthermarket'), by)).toEqual([])
    await expect(ofProfile(house, 'nobody')).rejects.toThrow(
      /^no profile is called nobody: one of furthermarket/,
    )
  })

  it('of a profile of one’s own are taken from it, once PROFILES has named its folder', async () => {
    await expect(ofProfile(house, 'zedpay')).rejects.toThrow('where PROFILES names its folder')
    const folder = await mkdtemp(join(tmpdir(), 'profiles-'))
    const kodo = await readFile(join(SHIPPED_PROFILES, 'kodo.yaml'), 'utf8')
    const own = `${kodo.replace('profile: kodo', 'profile: zedpay')}\nproviders: { mtn-zm: MTNZ, airtel-zm: AIRZ }\n`
    await writeFile(join(folder, 'zedpay.yaml'), own)
    adoptProfiles(folder)
    await rm(folder, { recursive: true })
    expect(await importCodes(house, await ofProfile(house, 'zedpay'), by)).toEqual([
      'zedpay calls mtn-zm MTNZ from 2026-03-06',
      'zedpay calls airtel-zm AIRZ from 2026-03-06',
    ])
    await expect(ofProfile(house, 'nobody')).rejects.toThrow('skyburg, zedpay')
  })

  it('are on record: who changed what, when, from which to which, and nobody unwrites it', async () => {
    const before = (await historyOf(house, 'nyota')).split('\n').length
    await take('nyota,mtn-cm,OLD,2026-01-01,', 'nyota,mtn-zm,ZM,2026-04-01,')
    by = 'Bintou, integration'
    now = new Date('2026-03-07T11:30:00Z')
    await take(
      'nyota,mtn-cm,OLD,2026-01-01,2026-04-01',
      'nyota,mtn-cm,NEW,2026-04-01,',
      'nyota,mtn-zm,ZM2,2026-04-01,',
    )
    await expect(take('nyota,mtn-cm,OTHER,2026-01-01,')).rejects.toThrow('nothing was changed')
    const [header, ...lines] = (await historyOf(house, 'nyota')).trim().split('\n')
    expect(before).toBe(2)
    expect(header).toBe('at,by,aggregator,provider,from,code before,until before,code,until')
    expect(lines).toEqual([
      '2026-03-06T10:00:00.000Z,awa,nyota,mtn-cm,2026-01-01,,,OLD,',
      '2026-03-06T10:00:00.000Z,awa,nyota,mtn-zm,2026-04-01,,,ZM,',
      '2026-03-07T11:30:00.000Z,"Bintou, integration",nyota,mtn-cm,2026-01-01,OLD,,OLD,2026-04-01',
      '2026-03-07T11:30:00.000Z,"Bintou, integration",nyota,mtn-cm,2026-04-01,,,NEW,',
      '2026-03-07T11:30:00.000Z,"Bintou, integration",nyota,mtn-zm,2026-04-01,ZM,,ZM2,',
    ])
    expect(await historyOf(house)).toContain(lines[0])
    for (const change of [
      'delete from',
      'truncate',
      "update aggregator_code_changes set changed_by = 'x' --",
    ])
      await expect(house.db.knex.raw(`${change} aggregator_code_changes`)).rejects.toThrow(
        /permission denied/,
      )
  })

  it('in a file with faults are told all at once, each with its line, and nothing is taken', () => {
    const told = readCodes(
      [
        HEADER,
        'Sahel,mtn-cm,MTN,2026-01-01,',
        'sahel,mtn-cm,,2026-02-30,',
        'sahel,mtn-cm,MTN,2026-02-01,2026-01-01',
        'sahel,x1-cm,A,2026-01-01,',
        'sahel,x1-cm,B,2026-01-01,',
      ].join('\n'),
    )
    expect(
      told.kind === 'faults' && told.faults.map(({ line, problem }) => `${line} ${problem.split(':')[0]}`),
    ).toEqual(['2 aggregator', '3 code', '3 from', '4 until', '6 from'])
    expect(readCodes('a,b\n')).toMatchObject({ kind: 'faults', faults: [{ line: 1 }] })
  })
})
