import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SHIPPED, shippedProfile } from '../../src/providers/aggregator/files.ts'
import {
  ADAPTER_NAMES,
  adapterNamed,
  adapterNames,
  adoptProfiles,
  providerNamed,
} from '../../src/providers/index.ts'

const PROFILES = join(import.meta.dirname, '../../src/providers/aggregator/profiles')
const furthermarket = readFileSync(join(PROFILES, 'furthermarket.yaml'), 'utf8')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profiles-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The faults of a folder that holds this one profile. */
function faultsOf(text: string, name = 'own-one'): string {
  const file = join(folder, `${name}.yaml`)
  writeFileSync(file, text)
  try {
    adoptProfiles(folder)
    return ''
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, '')
  } finally {
    rmSync(file)
  }
}

const own = (change: (text: string) => string = text => text): string =>
  change(furthermarket.replace('profile: furthermarket', 'profile: own-one'))
/** The line in the file where a text stands. */
const lineOf = (text: string, what: string): number => text.slice(0, text.indexOf(what)).split('\n').length

describe('the profiles that ship', () => {
  it('are the files of their folder, by their names', () => {
    const files = readdirSync(PROFILES).filter(name => !name.endsWith('.examples.yaml'))
    expect(files.sort()).toEqual([...SHIPPED].sort().map(name => `${name}.yaml`))
    for (const name of SHIPPED) expect(ADAPTER_NAMES).toContain(name)
  })

  it.each(SHIPPED)('%s says of what level it is, and a template what it assumes', name => {
    const { level, assumptions, sources } = shippedProfile(name)
    expect(assumptions?.length).toBeGreaterThan(50)
    if (level === 'simulated') expect(sources.length).toBeGreaterThan(0)
  })
})

describe('a profile of an integrator', () => {
  it('is an adapter by its name, as long as its folder is named', () => {
    writeFileSync(join(folder, 'own-one.yaml'), own())
    adoptProfiles(folder)
    expect(providerNamed('own-one')?.can.needsCode).toBe(true)
    expect(adapterNames()).toEqual([...ADAPTER_NAMES, 'own-one'])
    rmSync(join(folder, 'own-one.yaml'))
    adoptProfiles(folder)
    expect(providerNamed('own-one')).toBeUndefined()
    expect(() => adapterNamed('own-one')).toThrow(
      /^no adapter is called own-one: one of mtn-momo, .*; a profile of your own is one where PROFILES names/,
    )
  })

  it('cannot take a name that ships, nor have another name than its file', () => {
    expect(faultsOf(furthermarket, 'furthermarket')).toContain(
      'an adapter called furthermarket ships already',
    )
    expect(faultsOf(own(), 'another')).toContain('the profile is called own-one, so its file is own-one.yaml')
  })

  it('tells all its faults at once, each with file and line', () => {
    const text = own(yaml =>
      yaml
        .replace("Amount: '{amount}'", "Amount: '{amonut}'")
        .replace('msisdn: e164', 'msisdn: e165')
        .replace('callMs: 30000', 'callMs: 90000'),
    )
    const told = faultsOf(text)
    for (const what of ['{amonut}', 'msisdn: e165', 'callMs: 90000'])
      expect(told).toContain(`own-one.yaml, line ${lineOf(text, what)}:`)
    expect(told).toContain('no placeholder is called {amonut}')
  })

  it.each([
    ["'{config.accountId}'", "'{config.accuontId}'", "the profile's config has no accuontId"],
    ["paymentID: '{providerReference}'", "paymentID: '{init.payToken}'", 'the init step takes no payToken'],
    ["Amount: '{amount}'", "Amount: '{amount:cents}'", 'no such form'],
    ["Amount: '{amount}'", "Amount: '{made.hash}'", 'nothing of that name is made'],
    ["Amount: '{amount}'", "Amount: '{amount'", 'a brace that stands alone'],
    ['amount: asked', 'amount: 77', 'expected number to be <=49'],
    ['join: [0, 1, 2]', "join: ['status']", 'a cell is named by its number'],
    ["match: '^0,0,'", "match: '^(?=0),0,'", 'invalid'],
    ["match: '^0,0,'", "match: '(a'", 'missing closing'],
    [
      "{ on: send, http: [200], match: '^1,[1-9][0-9]*,.', is: accepted }",
      '{ on: send, http: [200], is: accepted }',
      'a login page is a 200 too',
    ],
    [
      '{ http: [401], is: our-fault, fault: credentials }',
      '{ http: [404], is: not-found }',
      "a status number alone is nobody's word",
    ],
    ['{ http: [401], is: our-fault, fault: credentials }', '{ is: unknown }', 'a row for everything'],
    [
      '{ http: [401], is: our-fault, fault: credentials }',
      '{ code: 00, is: accepted }',
      'put it between quotes',
    ],
    ['secret: true', "secret: true\n    default: 'x'", 'a secret has no default'],
    ['accountId:\n', 'baseUrl:\n', 'every connection has a baseUrl already'],
    ['level: simulated\nassumptions: |', 'level: template\nabout2: |', 'about2'],
    ['graceMs: 150000', 'graceMs: 1000', 'longer than a lease and a call'],
    ['transport: query', 'transport: query\nrun: "rm -rf /"', 'run'],
  ])('is refused with %s as %s', (before, after, fault) => {
    expect(furthermarket).toContain(before)
    expect(faultsOf(own(text => text.replace(before, () => after)))).toContain(fault)
  })

  it('runs no code, and nothing that has no end', () => {
    const json = own(text =>
      text.replace('transport: query', 'transport: json').replaceAll('format: csv', 'format: json'),
    )
    const expressions = [
      'function($x){$x}(1)',
      '($f := function(){$f()}; $f())',
      '$eval("1")',
      '$match(status, /a+/)',
      '[1..9999999]',
      '**.status',
      '$map(x, function($v){$v})',
      'x ~> $string()',
      '$$.x ~> |x|{}|',
      'x^(y)',
    ]
    for (const expression of expressions) {
      const text = json.replaceAll(/code: \{ join: [^}]+\}/g, `code: ${JSON.stringify(expression)}`)
      expect(faultsOf(text)).toMatch(/code: (not allowed in a profile|not an expression)/)
    }
  })
})
