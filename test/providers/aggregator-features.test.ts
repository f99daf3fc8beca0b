import { constants, createHash, createHmac, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { HttpAnswer, HttpRequest, RawRequest, Tools } from '../../src/domain/outside.ts'
import { readYaml } from '../../src/domain/yaml-file.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { createAggregator, Profile } from '../../src/providers/aggregator/index.ts'
import { orderOf, REFERENCE } from './aggregator-case.ts'

/** What profiles can say that none of those that ship does. */

const AT = new Date('2026-01-15T07:15:30.250Z')

const HEAD = (transport: string) => `
profile: own-one
about: made up
level: simulated
transport: ${transport}
currencies: { KES: { minimum: '10', maximum: '150000', multiple: '5' } }
formats: { msisdn: local, amount: minor, reference: { letters: 20 }, zone: Africa/Nairobi }
timing: { callMs: 900, firstInquiryMs: 10000, inquiryEveryMs: 10000, promptLifeMs: 60000, giveUpMs: 600000 }
`
const CODES = `
codes:
  - { on: init, code: OK, is: accepted }
  - { on: init, code: DENIED, is: our-fault, fault: credentials }
  - { on: send, code: OK, is: accepted }
  - { on: status, code: OK, is: confirmed }
`

function adapterOf(text: string) {
  const reading = readYaml(text, Profile)
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults, null, 1))
  return createAggregator(reading.value)
}

const order = orderOf('collect', {
  amount: { minor: 150_000n, currency: 'KES' },
  msisdn: '+254700000001' as Msisdn,
})
const json = (body: unknown, status = 200): HttpAnswer => ({
  kind: 'answer',
  status,
  headers: {},
  body: JSON.stringify(body),
})

/** Answers in turn, and keeps what was asked. */
function outside(...answers: readonly (HttpAnswer | ((request: HttpRequest) => HttpAnswer))[]) {
  const heard: HttpRequest[] = []
  const tools: Tools = {
    http: async request => {
      const answer = answers[heard.length] ?? json({}, 500)
      heard.push(request)
      return typeof answer === 'function' ? answer(request) : answer
    },
    tokens: createTokens(() => AT),
    now: () => AT,
  }
  return { heard, tools, body: (at: number) => JSON.parse(heard[at]?.body ?? 'null') }
}

describe('an order in two steps', () => {
  const adapter = adapterOf(`${HEAD('json')}
operations:
  collect:
    init:
      path: /init
      answer: { code: message, take: { payToken: data.payToken }, providerReference: data.payToken }
    send:
      path: /pay/{init.payToken}
      body: { token: '{init.payToken}', amount: '{amount:number}', when: '{timestamp:yyyy-MM-dd HH:mm:ss}', unix: '{timestamp:unix}', to: '{msisdn}', plus: '{msisdn:plus}', whole: '{amount:whole}', id: '{uuid}', list: ['{reference}', { deep: '{config.extra?}', kept: true }], extra: '{config.extra?}' }
      answer: { code: status }
    status:
      path: /status/{providerReference}
      answer: { code: status, amount: amount, amountIn: minor, charge: fee, at: time, atForm: unix }
config: { extra: { about: more, optional: true } }
${CODES}`)
  const config = adapter.config({ baseUrl: 'https://x.example' })
  const ready = json({ message: 'OK', data: { payToken: 'P/1' } })

  it('fetches the order’s token first, and is known by it whatever became of the answer', async () => {
    const { tools, heard, body } = outside(ready, json({ status: 'OK' }))
    expect(await adapter.send(order, config, tools)).toEqual({ kind: 'accepted', providerReference: 'P/1' })
    expect(heard.map(({ url }) => url)).toEqual(['https://x.example/init', 'https://x.example/pay/P%2F1'])
    expect(heard[1]?.body).toContain('"amount":150000,')
    expect(body(1)).toMatchObject({
      token: 'P/1',
      when: '2026-01-15 10:15:30',
      unix: '1768461330',
      to: '0700000001',
      plus: '+254700000001',
      whole: '1500',
      list: [REFERENCE, { kept: true }],
    })
    expect(Object.keys(body(1))).not.toContain('extra')
    const lost = outside(ready, { kind: 'no-answer', why: 'timeout' })
    expect(await adapter.send(order, config, lost.tools)).toMatchObject({
      kind: 'unknown',
      providerReference: 'P/1',
    })
    const asked = outside(json({ status: 'OK', amount: 150_000, fee: '500', time: 1_768_461_400 }))
    expect(await adapter.inquire({ ...order, providerReference: 'P/1' }, config, asked.tools)).toEqual({
      kind: 'confirmed',
      amount: order.amount,
      charge: { minor: 500n, currency: 'KES' },
      at: new Date('2026-01-15T07:16:40Z'),
    })
  })

  it('sends nothing where the first step brings no token', async () => {
    for (const [answer, kind] of [
      [json({ message: 'OK', data: {} }), 'unknown'],
      [json({ message: 'WHO', data: { payToken: 'P' } }), 'unknown'],
      [json({ message: 'DENIED' }), 'our-fault'],
      [{ kind: 'no-answer', why: 'reset' } as const, 'unknown'],
    ] as const) {
      const { tools, heard } = outside(answer)
      expect((await adapter.send(order, config, tools)).kind).toBe(kind)
      expect(heard).toHaveLength(1)
    }
  })

  it('keeps one deadline over both steps', async () => {
    const { tools, heard } = outside(ready, json({ status: 'OK' }))
    const slow: Tools = {
      ...tools,
      http: async request => {
        const answer = await tools.http(request)
        const untilMs = performance.now() + 100
        while (performance.now() < untilMs);
        return answer
      },
    }
    await adapter.send(order, config, slow)
    const [first = 0, second = 0] = heard.map(({ deadlineMs }) => deadlineMs)
    expect(second).toBeGreaterThan(0)
    expect(second).toBeLessThanOrEqual(first - 100)
  })

  it('refuses what the aggregator’s own bounds refuse, and makes references as long as it wants', async () => {
    const { tools, heard } = outside()
    const sent = (minor: bigint) =>
      adapter.send({ ...order, amount: { minor, currency: 'KES' } }, config, tools)
    expect(await sent(900n)).toMatchObject({ kind: 'declined', reason: 'below-minimum' })
    expect(await sent(15_000_500n)).toMatchObject({ kind: 'declined', reason: 'limit' })
    expect(await sent(150_100n)).toMatchObject({ kind: 'our-fault', fault: 'configuration' })
    expect(heard).toEqual([])
    expect(adapter.newReference()).toMatch(/^[A-Z2-9]{20}$/)
  })
})

describe('other transports and proofs', () => {
  it('XML by Basic: values cannot leave their place', async () => {
    const adapter = adapterOf(`${HEAD('xml')}
operations:
  collect:
    send:
      path: /xml?op=pay
      query: { again: '{reference}' }
      body: <pay name="{config.name}"><ref>{reference}</ref></pay>
      answer: { code: /answer/@code, providerReference: /answer/id }
auth: { basic: { user: '{config.name}', password: '{config.password}' } }
config: { name: { about: name }, password: { about: password, secret: true } }
${CODES}`)
    const config = adapter.config({ baseUrl: 'https://x.example', name: '"/><evil>&', password: 'p:w' })
    const answer: HttpAnswer = {
      kind: 'answer',
      status: 200,
      headers: {},
      body: '<answer code="OK"><id> 7 </id></answer>',
    }
    const { tools, heard } = outside(answer)
    expect(await adapter.send(order, config, tools)).toEqual({ kind: 'accepted', providerReference: '7' })
    expect(heard[0]).toMatchObject({
      url: `https://x.example/xml?op=pay&again=${REFERENCE}`,
      body: `<pay name="&#34;/&#62;&#60;evil&#62;&#38;"><ref>${REFERENCE}</ref></pay>`,
      headers: { authorization: `Basic ${Buffer.from('"/><evil>&:p:w').toString('base64')}` },
    })
  })

  it('SOAP 1.2 with a password as text, a PIN under an RSA key, and a hash over fields', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const adapter = adapterOf(`${HEAD('soap12')}
namespaces: { e: 'http://www.w3.org/2003/05/soap-envelope' }
operations:
  collect:
    send:
      path: /soap
      soapAction: urn:pay
      body: <p><pin>{made.pin}</pin><sum>{made.sum}</sum></p>
      answer: { code: { first: ['//result', '//e:Fault/e:Code/e:Value'] } }
auth: { usernameToken: { user: me, password: '{config.password}' } }
made:
  pin: { rsa: '{config.key}', text: '{config.pin}', padding: pkcs1 }
  sum: { hash: sha512, over: ['{reference}', '{amount}'], separator: '&', encoding: HEX }
config: { password: { about: password, secret: true }, key: { about: key, kind: rsa-key }, pin: { about: pin, secret: true } }
${CODES}`)
    const raw = { baseUrl: 'https://x.example', password: 'a<b', pin: '7391' }
    expect(() => adapter.config({ ...raw, key: 'no key' })).toThrow('a public RSA key')
    const config = adapter.config({
      ...raw,
      key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    })
    const { tools, heard } = outside({
      kind: 'answer',
      status: 200,
      headers: {},
      body: '<r><result>OK</result></r>',
    })
    expect(await adapter.send(order, config, tools)).toEqual({ kind: 'accepted' })
    const { body = '', headers } = heard[0] ?? {}
    expect(headers?.['content-type']).toBe('application/soap+xml; charset=utf-8; action="urn:pay"')
    expect(body).toContain('<wsse:Username>me</wsse:Username>')
    expect(body).toMatch(/#PasswordText">a&#60;b</)
    const sealed = Buffer.from(/<pin>([^<]+)</.exec(body)?.[1] ?? '', 'base64')
    expect(privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, sealed).toString()).toBe(
      '7391',
    )
    expect(body).toContain(
      `<sum>${createHash('sha512').update(`${REFERENCE}&150000`).digest('hex').toUpperCase()}</sum>`,
    )
  })

  it('a token by JSON or by a query, in a header of the vendor’s own, renewed once', async () => {
    for (const send of ['json', 'query'] as const) {
      const adapter = adapterOf(`${HEAD('json')}
operations: { collect: { send: { path: /pay, body: { r: '{reference}' }, answer: { code: status } } } }
auth:
  token: { url: '{config.baseUrl}/token', send: ${send}, body: { id: '{config.id}' }, value: data.token, livesSeconds: data.ttl, header: X-Token, prefix: '' }
config: { id: { about: id } }
${CODES}`)
      const config = adapter.config({ baseUrl: 'https://x.example', id: 'i d' })
      const token = (value: string) => json({ data: { token: value, ttl: 600 } })
      const { tools, heard } = outside(token('one'), json({}, 401), token('two'), json({ status: 'OK' }))
      expect(await adapter.send(order, config, tools)).toEqual({ kind: 'accepted' })
      expect(heard.map(({ headers }) => headers?.['x-token'])).toEqual([undefined, 'one', undefined, 'two'])
      expect(heard[0]).toMatchObject(
        send === 'json'
          ? { method: 'POST', url: 'https://x.example/token', body: '{"id":"i d"}' }
          : { method: 'GET', url: 'https://x.example/token?id=i+d' },
      )
    }
  })

  it('callbacks by GET or by form, proven by a header over the body or by equality', () => {
    const callback = (proof: string, format: string) =>
      adapterOf(`${HEAD('json')}
operations: { collect: { send: { path: /pay, answer: { code: status } } } }
config: { secret: { about: secret, secret: true } }
callback:
  methods: [${format === 'query' ? 'GET' : 'POST'}]
  reads: { format: ${format}, code: status, reference: ref, amount: asked }
  proof: ${proof}
codes: [{ on: callback, code: OK, is: confirmed }, { on: send, code: OK, is: accepted }]
`)
    const request = (change: Partial<RawRequest>): RawRequest => ({
      method: 'POST',
      headers: {},
      query: {},
      body: '',
      from: '127.0.0.1',
      ...change,
    })
    const signed = callback(
      "{ hmac: sha512, secret: '{config.secret}', in: { header: x-signature, match: '^v1=(.+)$' }, over: body, encoding: base64 }",
      'form',
    )
    const config = signed.config({ baseUrl: 'https://x.example', secret: 'hush' })
    const body = `status=OK&ref=${REFERENCE}`
    const signature = createHmac('sha512', 'hush').update(body).digest('base64')
    const good = request({ body, headers: { 'x-signature': `v1=${signature}` } })
    expect(signed.proves?.(good, config, AT)).toBe(true)
    expect(signed.proves?.({ ...good, body: `${body}&x=1` }, config, AT)).toBe(false)
    expect(signed.proves?.({ ...good, headers: {} }, config, AT)).toBe(false)
    expect(signed.readCallback(good, config, order)).toEqual({
      kind: 'outcome',
      reference: REFERENCE,
      outcome: { kind: 'confirmed', amount: order.amount },
    })
    // without the attempt nobody knows what was asked, so a yes is none
    expect(signed.readCallback(good, config, undefined)).toMatchObject({
      reference: REFERENCE,
      outcome: { kind: 'unknown' },
    })

    const equal = callback("{ equals: '{config.secret}', in: token }", 'query')
    const there = request({ method: 'GET', query: { status: 'OK', ref: REFERENCE, token: 'hush' } })
    expect(equal.proves?.(there, config, AT)).toBe(true)
    expect(equal.proves?.({ ...there, query: { ...there.query, token: 'hush2' } }, config, AT)).toBe(false)
    expect(equal.readCallback(there, config, order)).toMatchObject({ outcome: { kind: 'confirmed' } })
    expect(equal.readCallback({ ...there, method: 'POST' }, config, order).kind).toBe('unreadable')
  })
})

it('bounds what an answer can cost: a long body, a deep one, a pattern that others explode on', async () => {
  const adapter = adapterOf(`${HEAD('json')}
operations:
  collect:
    send:
      path: /pay
      answer: { code: { of: status, match: '^(a+)+$' } }
codes: [{ match: '^a+$', is: accepted }]
`)
  const config = adapter.config({ baseUrl: 'https://x.example' })
  const startMs = performance.now()
  const long = json({ status: `${'a'.repeat(5_000)}!` })
  const deep: HttpAnswer = {
    kind: 'answer',
    status: 200,
    headers: {},
    body: `${'[{"status":'.repeat(9_000)}1${'}]'.repeat(9_000)}`,
  }
  const huge = json({ status: 'a', rest: 'x'.repeat(300_000) })
  for (const answer of [long, deep, huge])
    expect((await adapter.send(order, config, outside(answer).tools)).kind).toBe('unknown')
  expect(performance.now() - startMs).toBeLessThan(10_000)
})
