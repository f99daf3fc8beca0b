import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readYaml } from '../../src/domain/yaml-file.ts'
import { checkProfile } from '../../src/providers/aggregator/check.ts'
import { Examples } from '../../src/providers/aggregator/examples.ts'
import { SHIPPED } from '../../src/providers/aggregator/files.ts'
import { Profile } from '../../src/providers/aggregator/profile.ts'

const FOLDER = join(import.meta.dirname, '../../src/providers/aggregator/profiles')
const textOf = (name: string): string => readFileSync(join(FOLDER, `${name}.yaml`), 'utf8')

function readExamples(text: string): Examples {
  const read = readYaml(text, Examples)
  if (read.kind === 'faults') throw new Error(JSON.stringify(read.faults))
  return read.value
}

/** What is not kept, of the checks that need no expectation of the author's. */
async function broken(profile: string, examples: string): Promise<string[]> {
  const [read, beside] = [readYaml(profile, Profile), readExamples(examples)]
  if (read.kind === 'faults') throw new Error(JSON.stringify(read.faults))
  // the author expects nothing: the check alone has to find it
  const silent = {
    ...beside,
    examples: beside.examples.map(({ asks: _, ...example }) => example),
  }
  const found = await checkProfile(read.value, silent)
  return found.flatMap(({ what, wrong }) => (wrong === undefined ? [] : [`${what}: ${wrong}`]))
}

/** Every place below `operations` where an order's own value stands: fixed, also as the author's order has it, and dropped. */
function mutations(text: string, order: Examples['order']): [string, string][] {
  const from = text.indexOf('\noperations:')
  const to = text.search(/\ncodes:/)
  return [...text.matchAll(/\{(amount|msisdn|reference)(:\w+)?\}/g)]
    .filter(({ index }) => index > from && (to < from || index < to))
    .flatMap(({ 0: slot, 1: name = '', index }): [string, string][] =>
      [
        { amount: '1', msisdn: '970000000', reference: 'fixed' }[name] ?? '',
        { amount: order.amount, msisdn: order.msisdn.slice(1) }[name] ?? '',
        '',
      ].map(value => [
        `${slot} of line ${text.slice(0, index).split('\n').length}, ${value || 'dropped'}`,
        text.slice(0, index) + value + text.slice(index + slot.length),
      ]),
    )
}

describe('each order says what is its own', () => {
  it.each(SHIPPED)(
    '%s: with any amount, number or reference fixed or dropped, not everything is kept',
    async name => {
      const [text, examples] = [textOf(name), textOf(`${name}.examples`)]
      expect(await broken(text, examples)).toEqual([])
      const { order } = readExamples(examples)
      const tried = mutations(text, order)
      expect(tried.length).toBeGreaterThanOrEqual(4)
      const missed: string[] = []
      for (const [what, mutated] of tried)
        if ((await broken(mutated, examples)).length === 0) missed.push(what)
      expect(missed).toEqual([])
    },
  )
})

const OWN = `
profile: own
about: A profile of one's own.
level: simulated
transport: json
currencies: { KES: {} }
formats: { msisdn: e164, amount: decimal }
timing: { callMs: 20000, firstInquiryMs: 15000, inquiryEveryMs: 20000, promptLifeMs: 300000, giveUpMs: 1200000 }
`
const CODES = `
codes:
  - { on: init, code: OK, is: accepted }
  - { on: send, code: OK, is: accepted }
`
const EXAMPLES = `
config: { baseUrl: 'https://own.example' }
order: { amount: '1500.50', currency: KES, msisdn: '+254700000001', code: B1 }
init: { body: { state: OK, token: ABC } }
examples:
  - { says: taken, on: collect.send, answer: { body: { state: OK } }, outcome: { is: accepted } }
`
const collecting = (operation: string, rest = ''): string =>
  `${OWN}${rest}\noperations:\n  collect:\n    ${operation.trim().replaceAll('\n', '\n    ')}\n${CODES}`
const sending = (body: string, rest?: string): string =>
  collecting(`send: { path: /pay, body: ${body}, answer: { code: state } }`, rest)
const wrongOf = async (profile: string): Promise<string> => (await broken(profile, EXAMPLES)).join('\n')

describe('where a value may stand', () => {
  it.each([
    ['as it is', `{ a: '{amount}', m: '{msisdn}', r: '{reference}' }`],
    ['in another form', `{ a: '{amount:minor}', m: '{msisdn:local}', r: 'HT-{reference}' }`],
    ['as a number', `{ a: '{amount:number}', m: ['{msisdn}'], r: { deep: '{reference}' } }`],
    ['as base64', `{ a: '{amount:base64}', m: '{msisdn:base64}', r: '{reference:base64}' }`],
    ['in a text that is a whole order', `{ data: '{{"a":"{amount}","m":"{msisdn}","r":"{reference}"}}' }`],
    ['in XML within a field', `{ data: '<o><a>{amount}</a><m>{msisdn}</m><r x="{reference}"/></o>' }`],
  ])('%s', async (_, body) => {
    expect(await wrongOf(sending(body))).toBe('')
  })

  it('is no sentence, no signature, no address of ours, and no list of goods', async () => {
    const hash = `made: { hash: { hash: sha256, over: ['{amount}', '{reference}'] } }`
    const rest = `m: '{msisdn}', back: 'https://lender.example/{reference}', hash: '{made.hash}'`
    const told = await wrongOf(
      sending(`{ note: 'Loan {amount}', ${rest}, goods: '[{{"price":{amount}}}]' }`, hash),
    )
    expect(told).toMatch(
      /own amount: no field says 1500.50 for one and \S+ for the other: write \{amount\} where/,
    )
    expect(told).toMatch(/own reference: no field says .*say why in operations.collect.without.reference/)
    expect(told).not.toContain('msisdn: no field')
  })

  it('is what is sealed under the vendor’s key, before it is sealed', async () => {
    const { publicKey } = readExamples(textOf('skyburg.examples')).config
    const seal = (text: string) =>
      sending(
        `{ a: '{amount}', r: '{reference}', sealed: '{made.sealed}' }`,
        `made: { sealed: { rsa: '${publicKey}', text: '${text}' } }`,
      )
    expect(await wrongOf(seal('{msisdn}'))).toBe('')
    expect(await wrongOf(seal('254700000009'))).toMatch(/^collect.send: each order's own msisdn/)
  })

  it('is what the step before carried, for an order that says what that step brought', async () => {
    const twoSteps = (token: string) =>
      collecting(`init: { path: /init, body: { a: '{amount}', r: '{reference}' }, answer: { code: state, take: { token: token } } }
send: { path: '/pay/${token}', body: { m: '{msisdn}' }, answer: { code: state } }`)
    expect(await wrongOf(twoSteps('{init.token}'))).toBe('')
    expect(await wrongOf(twoSteps('ABC'))).toMatch(/own amount: .*\n.*own reference: /)
  })
})

describe('what else must differ', () => {
  const ALL = `a: '{amount}', m: '{msisdn}', r: '{reference}'`

  it('is the code, by itself or by a table’s word for it, where the profile serves several', async () => {
    const rest = `providers: { one-ke: B1, two-ke: B2 }\ntables: { word: { B1: first, B2: second } }`
    expect(await wrongOf(sending(`{ ${ALL}, p: '{code}' }`, rest))).toBe('')
    expect(await wrongOf(sending(`{ ${ALL}, p: '{table.word}' }`, rest))).toBe('')
    expect(await wrongOf(sending(`{ ${ALL}, p: first }`, rest))).toContain(
      "each order's own code: an order for B1 looks like one for B2: write {code}",
    )
    expect(
      await wrongOf(sending(`{ ${ALL}, p: '{table.word}' }`, rest.replace('second', 'first'))),
    ).toContain('own code')
    // without a word for it, nothing goes out for that one
    expect(await wrongOf(sending(`{ ${ALL}, p: '{table.word}' }`, rest.replace(', B2: second', '')))).toBe('')
  })

  it('is the currency, by its name on the wire, where the profile serves several', async () => {
    const several = (body: string) =>
      sending(body).replace('{ KES: {} }', '{ KES: {}, XAF: { wire: CFA, minimum: "100" } }')
    const inKes = EXAMPLES.replace("example' }", "example', currency: KES }")
    expect(await broken(several(`{ ${ALL}, c: '{currency}' }`), inKes)).toEqual([])
    expect((await broken(several(`{ ${ALL}, c: KES }`), inKes)).join()).toContain(
      'own currency: an order in KES looks like one in XAF: write {currency}',
    )
  })

  it('and a field may say nothing else: another currency, a second amount, half a list', async () => {
    expect(await wrongOf(sending(`{ ${ALL}, currency: USD }`))).toContain('body.currency says USD')
    expect(await wrongOf(sending(`{ ${ALL}, deep: { a: '1.00' } }`))).toContain('body.deep.a says 1.00')
    expect(await wrongOf(sending(`{ ${ALL}, goods: '[1' }`))).toContain(
      'body.goods begins as JSON and is none',
    )
  })

  it('is what a status is asked by, and the number in a question for a name', async () => {
    const asking = (path: string, read: string, ask: string) =>
      `${collecting(
        `send: { path: /pay, body: { ${ALL} }, answer: { code: state${read} } }
status: { path: '${path}', answer: { code: state } }`,
      )}`.replace(
        '\ncodes:',
        `  nameCheck: { path: '/who/${ask}', answer: { code: state, name: name } }\ncodes:`,
      )
    const known = ', providerReference: id'
    const examples = `${EXAMPLES}  - { says: nothing, on: collect.status, answer: { body: {} }, outcome: { is: unknown } }\n`
    expect(await broken(asking('/ask/{reference}', '', '{msisdn}'), examples)).toEqual([])
    expect(await broken(asking('/ask/{providerReference}', known, '{msisdn}'), examples)).toEqual([])
    const told = async (...given: Parameters<typeof asking>) =>
      (await broken(asking(...given), examples)).join()
    expect(await told('/ask/{providerReference}', '', '{msisdn}')).toContain('no answer tells that number')
    expect(await told('/ask/all', '', '{msisdn}')).toContain(
      'two orders are asked about alike: write {reference}',
    )
    expect(await told('/ask/{reference}', '', '254700000009')).toContain('everybody has the same name')
  })

  it('is excused by a reason, which is told, and only where it is true', async () => {
    const excused = (field: string) =>
      collecting(`without: { ${field}: the vendor asks her for it by itself }
send: { path: /pay, body: { a: '{amount}', r: '{reference}' }, answer: { code: state } }`)
    expect(await wrongOf(excused('msisdn'))).toBe('')
    expect(await wrongOf(excused('reference'))).toContain(
      'collect.send without reference: the vendor asks her for it by itself: it is carried: take operations.collect.without.reference out',
    )
    await expect(
      broken(excused('msisdn').replace('the vendor asks her for it by itself', 'no'), EXAMPLES),
    ).rejects.toThrow('a whole sentence')
  })

  it('is in a refund the payment that goes back, and its amount', async () => {
    const refund = (body: string) =>
      sending(`{ ${ALL} }`).replace(
        '\ncodes:',
        `  refund: { send: { path: /back, body: ${body}, answer: { code: state } } }\ncodes:`,
      )
    const examples = `${EXAMPLES}  - { says: taken, on: refund.send, answer: { body: { state: OK } }, outcome: { is: accepted } }\n`
    const back = `r: '{reference}', of: '{original.receipt}'`
    expect(await broken(refund(`{ a: '{amount}', ${back} }`), examples)).toEqual([])
    expect((await broken(refund(`{ ${back} }`), examples)).join()).toContain('refund.send: each order')
    const told = (await broken(refund(`{ a: '{amount}', r: '{reference}', of: R-1 }`), examples)).join('\n')
    expect(told).toMatch(/own msisdn: [^\n]*\n.*own original: .*write \{original.reference\}/)
  })
})
