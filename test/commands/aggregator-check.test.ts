import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SHIPPED } from '../../src/providers/aggregator/files.ts'

const ROOT = join(import.meta.dirname, '../..')
const PROFILES = join(ROOT, 'src/providers/aggregator/profiles')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function check(...files: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'aggregator:check', '--', ...files], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

/** A copy of a profile that ships, changed, against the examples of the original. */
function checkChanged(name: (typeof SHIPPED)[number], before: string, after: string) {
  const text = readFileSync(join(PROFILES, `${name}.yaml`), 'utf8')
  expect(text).toContain(before)
  const file = join(folder, `${name}.yaml`)
  writeFileSync(
    file,
    text.replace(before, () => after),
  )
  return check(file, join(PROFILES, `${name}.examples.yaml`))
}

describe('npm run aggregator:check', () => {
  it.each(SHIPPED)('finds that %s keeps the contract, and understands what the other side says', name => {
    const { status, said } = check(join(PROFILES, `${name}.yaml`))
    expect(said).not.toContain('FAIL')
    expect(said).toMatch(/\d\d kept, 0 not/)
    expect(status).toBe(0)
  })

  it.each([
    // a yes for whatever the wallet says
    [
      'kodo',
      "code: 'COMPLETED:000', is: confirmed",
      "match: ':000$', is: confirmed",
      'with an unlisted word: confirmed instead of unknown',
    ],
    // the wrong field for the amount
    ['kodo', '        amount: amount\n', '        amount: fee\n', 'paid: unknown instead of confirmed'],
    // another form of the amount
    ['mosambee', 'amount: decimal', 'amount: minor', 'nothing in the request says "amount":"1500.50"'],
    // a 500 that would be taken for a yes
    [
      'pawapay',
      '{ http: [401], is: our-fault, fault: credentials }',
      '{ on: send, http: [500], is: accepted }',
      'a bare 500 after sending: accepted instead of unknown',
    ],
    // all payouts to one stranger, and all of one amount in another money
    [
      'kodo',
      "'{msisdn}'",
      "'260970000000'",
      "disburse.send: each order's own msisdn: no field says +260763456789",
    ],
    [
      'kodo',
      "'{amount}'\n        currency: '{currency}'",
      "'1.00'\n        currency: USD",
      'body.currency says USD',
    ],
    ['kodo', "'{reference}'\n", 'fixed\n', "collect.send: each order's own reference: no field says"],
    ['wave-soap', 'soapAction: sendPayment', 'soapAction: requestPayment', 'without the header soapaction'],
  ] as const)('finds what is wrong with %s where %s becomes %s', (name, before, after, wrong) => {
    const { status, said } = checkChanged(name, before, after)
    expect(said).toContain(wrong)
    expect(said).toContain('FAIL')
    expect(status).toBe(1)
  })

  it('tells what an order does not carry, and why', () => {
    const { said } = check(join(PROFILES, 'wave-mm.yaml'))
    expect(said).toMatch(/\+ collect.send without msisdn: she opens the link/)
  })

  it('tells faults of a profile and of its examples with file and line, and how it is used', () => {
    expect(checkChanged('kodo', 'msisdn: e164', 'msisdn: e165').said).toMatch(
      /kodo\.yaml, line \d+: formats\.msisdn/,
    )
    const examples = join(folder, 'bad.examples.yaml')
    writeFileSync(examples, 'config: {}\norder: { amount: "1", currency: ZMW, msisdn: "x" }\nexamples: []\n')
    expect(check(join(PROFILES, 'kodo.yaml'), examples).said).toMatch(
      /bad\.examples\.yaml, line 2: order\.msisdn: a phone number/,
    )
    expect(check(join(PROFILES, 'kodo.yaml'), join(folder, 'none.yaml')).said).toContain('no examples')
    expect(check()).toMatchObject({
      status: 1,
      said: expect.stringContaining('use: npm run aggregator:check'),
    })
  })
})
