import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { createDialect, dialectBy } from '../../src/channels/dialect/index.ts'
import { Profile } from '../../src/channels/dialect/profile.ts'
import { dialectOf } from '../../src/channels/index.ts'
import { faultText, readYaml } from '../../src/domain/yaml-file.ts'

const FOLDER = join(import.meta.dirname, '../../src/channels/dialect/profiles')
const text = (name: string) => readFileSync(join(FOLDER, `${name}.yaml`), 'utf8')

/** A profile that ships, with some words of it changed. */
function changed(name: string, ...changes: readonly (readonly [from: string, to: string])[]) {
  const all = changes.reduce((now, [from, to]) => {
    expect(now).toContain(from)
    return now.replace(from, to)
  }, text(name))
  return readYaml(all, Profile)
}
const faultsOf = (...args: Parameters<typeof changed>): string[] => {
  const reading = changed(...args)
  return reading.kind === 'faults' ? reading.faults.map(faultText) : []
}
function dialect(...args: Parameters<typeof changed>) {
  const reading = changed(...args)
  if (reading.kind === 'faults') throw new Error(reading.faults.map(faultText).join('\n'))
  const served = { address: '*384*100#', country: 'KE' } as const
  return createDialect(reading.value, served, { budget: 160, networks: {} })
}

describe('a faulty profile is told with its lines', () => {
  const lineOf = (name: string, words: string) =>
    text(name)
      .split('\n')
      .findIndex(line => line.includes(words)) + 1

  it.each([
    ['a transport that is none', 'nalo', ['transport: json', 'transport: soap'], 'transport: soap'],
    ['a word that is no phase', 'nalo', ["'false': input", "'false': onwards"], 'values:'],
    ['a budget that holds no menu', 'nalo', ['septets: 120', 'septets: 12'], 'budget:'],
    ['less time than we need', 'hubtel', ['answerWithinMs: 7000', 'answerWithinMs: 700'], 'answerWithinMs'],
    ['a part of the path that is not there', 'infobip', ['path: [session, phase]', 'path: [phase]'], 'path:'],
    ['a placeholder in the middle of a text', 'nalo', ["'{text}'", "'Hi {name}'"], 'reply:'],
    [
      'a key that nobody knows',
      'beem',
      ['phone: international', 'phone: international\nfax: 1'],
      'phone: international',
    ],
  ] as const)('%s', (_, name, change, near) => {
    const faults = faultsOf(name, change)
    const line = lineOf(name, near.replace('soap', 'json'))
    expect(faults.length).toBeGreaterThan(0)
    for (const fault of faults)
      expect(Math.abs(Number(/^line (\d+)/.exec(fault)?.[1]) - line)).toBeLessThan(3)
  })

  it('all at once', () => {
    const both = [
      ['transport: json', 'transport: soap'],
      ['septets: 120', 'septets: 12'],
    ] as const
    expect(faultsOf('nalo', ...both)).toHaveLength(2)
  })

  it('a phase by two rules, or by none', () => {
    expect(faultsOf('comviva', ['dialledCode: true', 'dialledCode: true\n  field: Type'])).not.toEqual([])
    expect(faultsOf('comviva', ['  dialledCode: true\n', ''])).not.toEqual([])
  })
})

describe('a profile may also say', () => {
  const form = (fields: Record<string, string>) => ({
    method: 'POST',
    headers: {},
    query: {},
    body: new URLSearchParams(fields).toString(),
    from: '127.0.0.1',
  })

  it('a form, numbers without their country, all that was typed so far, and the words CON and END', () => {
    const gateway = dialect(
      'arkesel',
      ['transport: json', 'transport: form'],
      ['phone: international', 'phone: national'],
      ['input: last', 'input: cumulative'],
      [
        '  json:\n    sessionID',
        "  text: { con: 'CON {text}', end: 'END {text}' }\n  headers:\n    sessionID",
      ],
      ['continueSession: { con: true, end: false }', "continueSession: { con: 'yes', end: 'no' }"],
    )
    const request = form({ sessionID: 's1', msisdn: '0700000001', newSession: 'false', userData: '1*2' })
    expect(gateway.readHop(request)).toEqual({
      sessionId: 's1',
      phone: '+254700000001',
      code: '*384*100#',
      transcript: '1*2',
    })
    expect(gateway.writeReply({ kind: 'end', text: 'Bye' }, request)).toMatchObject({
      contentType: 'text/plain; charset=utf-8',
      body: 'END Bye',
      headers: { continueSession: 'no', sessionID: 's1' },
    })
    expect(gateway.readHop({ ...request, body: `${request.body}&userData=2` })).toMatchObject({
      why: 'send each field once',
    })
  })
})

describe('a channel', () => {
  it('may be given more or fewer septets than its gateway says, and by network', () => {
    expect(dialectBy('*1#', { profile: 'nalo' })).toMatchObject({ budget: 120, networks: {} })
    const own = { profile: 'nalo', budget: 140, networks: { AIRTELTIGO: 182 } }
    expect(dialectBy('*1#', own)).toMatchObject({ budget: 140, networks: { AIRTELTIGO: 182 } })
  })

  it("of Africa's Talking may be given them too", () => {
    const of = (config: object) => dialectOf({ adapter: 'africastalking', address: '*1#', config })
    expect(of({})).toMatchObject({ budget: 160, networks: {}, prefix: 'CON ' })
    expect(of({ networks: { '63903': 184 } })).toMatchObject({ budget: 160, networks: { '63903': 184 } })
    expect(() => of({ budget: 500 })).toThrow()
  })

  it('is refused a profile that nobody knows, and a screen that holds nothing', () => {
    for (const config of [{}, { profile: 'nobody' }, { profile: 'nalo', budget: 3 }])
      expect(() => dialectBy('*1#', config)).toThrow()
  })
})
