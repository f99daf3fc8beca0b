import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type {
  DeliveryReport,
  InboundSms,
  LinedSms,
  SmsGateway,
  SmsOrder,
  SmsOutcome,
} from '../../src/channels/channel.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type Received, type Scripted, startScripted } from './scripted-server.ts'

/** A server on loopback that answers by a script, whatever it speaks; `received`: since the last script was set. */
export type Outside<Got, Said> = {
  readonly url: string
  readonly received: readonly Got[]
  script(script: (request: Got) => Said): void
  close(): Promise<void>
}

/** What every SMS gateway must do, run against a scripted server. */
export type SmsCase<Config, Got = Received, Said = Scripted> = {
  readonly name: string
  readonly gateway: SmsGateway<Config>
  readonly config: (baseUrl: string, callMs: number) => Record<string, unknown>
  readonly secrets: readonly string[]
  readonly order: SmsOrder
  readonly outside: {
    readonly start: () => Promise<Outside<Got, Said>>
    /** What says neither yes nor no. */
    readonly unclear: readonly (readonly [what: string, answer: Said])[]
  }
  readonly accepted: Said
  readonly acceptedOutcome: SmsOutcome
  readonly outcomes: readonly (readonly [what: string, answer: Said, outcome: Partial<SmsOutcome>])[]
  /** Number, text and sender, as they stood on the wire. */
  readonly readWire: (request: Got) => unknown
  readonly wire: unknown
  readonly reports: readonly (readonly [what: string, request: RawRequest, report: DeliveryReport])[]
  readonly badReports: readonly (readonly [what: string, request: RawRequest])[]
  readonly inbound: readonly (readonly [what: string, request: RawRequest, sms: InboundSms])[]
  readonly badInbound: readonly (readonly [what: string, request: RawRequest])[]
}

/** Of gateways that are called by HTTP. */
const UNCLEAR: readonly (readonly [string, Scripted])[] = [
  ['a time-out', 'hang'],
  ['a body that never ends', 'drip'],
  ['a reset connection', 'reset'],
  ['a bare 500', { status: 500 }],
  ['a 502 page', { status: 502, body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } }],
  ['HTML with 201', { status: 201, body: '<html/>', headers: { 'content-type': 'text/html' } }],
  ['cut JSON', { status: 201, body: '{"SMSMessageData":{"Mess' }],
  ['a 200 where 201 is the rule', { status: 200, body: {} }],
]

export const byHttp = { start: startScripted, unclear: UNCLEAR }

/** So late a deadline of 300 ms may be noticed on a busy machine. */
const BUSY_MS = 2_500

async function sendByLine<Config>(
  gateway: LinedSms<Config>,
  order: SmsOrder,
  config: Config,
): Promise<SmsOutcome> {
  const line = gateway.open(config, () => Promise.reject(new Error('nothing is told here')))
  try {
    return await line.send(order)
  } finally {
    await line.close()
  }
}

export function smsContract<Config, Got, Said>(given: SmsCase<Config, Got, Said>): void {
  let server: Outside<Got, Said>
  const logged: string[] = []
  const tools: Tools = {
    http: createHttp({ maxBytes: 100_000 }),
    tokens: createTokens(() => new Date()),
    now: () => new Date(),
  }
  beforeAll(async () => {
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
      jest
        .spyOn(console, method)
        .mockImplementation((...args) => void logged.push(args.map(String).join(' ')))
    server = await given.outside.start()
  })
  afterAll(async () => {
    await server.close()
    jest.restoreAllMocks()
    for (const secret of given.secrets) expect(logged.join('\n')).not.toContain(secret)
  })
  const send = async (callMs = 3_000) => {
    const { gateway, order } = given
    const config = gateway.config(given.config(server.url, callMs))
    const outcome =
      'send' in gateway ? await gateway.send(order, config, tools) : await sendByLine(gateway, order, config)
    for (const secret of given.secrets) expect(JSON.stringify(outcome)).not.toContain(secret)
    return outcome
  }

  const reading = () => given.gateway.config(given.config(server.url, 3_000))

  describe(`${given.name} keeps the contract of an SMS gateway`, () => {
    it('sends one message, whole, and is told its id', async () => {
      server.script(() => given.accepted)
      expect(await send()).toEqual(given.acceptedOutcome)
      expect(server.received.map(given.readWire)).toEqual([given.wire])
    })

    it.each(given.outcomes)('understands %s', async (_, answer, outcome) => {
      server.script(() => answer)
      expect(await send()).toMatchObject(outcome)
      expect(server.received).toHaveLength(1)
    })

    it.each(given.outside.unclear)('takes %s as unknown, and sends once', async (_, answer) => {
      server.script(() => answer)
      const startMs = performance.now()
      expect((await send(300)).kind).toBe('unknown')
      expect(performance.now() - startMs).toBeLessThan(BUSY_MS)
      expect(server.received).toHaveLength(1)
    })

    it.each(given.reports)('reads a delivery report: %s', (_, request, report) => {
      expect(given.gateway.readDelivery(request, reading())).toEqual(report)
    })

    it.each(given.badReports)('refuses a delivery report: %s', (_, request) => {
      expect(given.gateway.readDelivery(request, reading())).toMatchObject({ kind: 'unreadable' })
    })

    it.each(given.inbound)('reads an inbound message: %s', (_, request, sms) => {
      expect(given.gateway.readInbound(request, reading())).toEqual(sms)
    })

    it.each(given.badInbound)('refuses an inbound message: %s', (_, request) => {
      expect(given.gateway.readInbound(request, reading())).toMatchObject({ kind: 'unreadable' })
    })

    it('tells all faults of a configuration at once, and no secret with them', () => {
      const read = () => given.gateway.config({ ...given.config('nowhere', -1) })
      expect(read).toThrow(/baseUrl[\s\S]*callMs/)
      for (const secret of given.secrets) expect(read).not.toThrow(secret)
    })
  })
}
