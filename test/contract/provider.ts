import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import type { AttemptRef, Order, Provider } from '../../src/providers/provider.ts'
import { type Received, type Scripted, type ScriptedServer, startScripted } from './scripted-server.ts'

/** What every payment adapter must do, run by each adapter's test against a scripted server. */
export type ProviderCase<Config> = {
  readonly name: string
  readonly adapter: Provider<Config>
  /** The raw configuration for a server at this address; `callMs` is asked for by the deadline tests. */
  readonly config: (baseUrl: string, callMs: number) => Record<string, unknown>
  /** Words that may appear in no outcome, error or log. */
  readonly secrets: readonly string[]
  readonly order: Order
  /** What the provider named the attempt in its `accepted` answer, where it does. */
  readonly providerReference?: string
  /** What an inquiry must carry, where that is neither our reference nor the provider's. */
  readonly askedBy?: string
  /** Where calls carry a token: which request asks for one, its answer, and how a call is told that its token is no good. */
  readonly tokens?: {
    readonly isToken: (request: Received) => boolean
    readonly token: Scripted
    readonly badToken: Scripted
  }
  /** How a call is told that its credentials are refused; the answer to whoever asks for a token, where there are tokens. */
  readonly refused: Scripted
  /** A call that must come before the order itself and moves nothing, such as one that fetches the order's own token. */
  readonly before?: { readonly is: (request: Received) => boolean; readonly answer: Scripted }
  readonly isInquiry: (request: Received) => boolean
  /** Where the provider cannot be asked at all: its callback is the only answer. */
  readonly asks?: false
  readonly accepted: Scripted
  readonly pending: Scripted
  readonly paid: Scripted
  readonly confirmed: Outcome
  readonly sendOutcomes: readonly (readonly [what: string, answer: Scripted, outcome: Outcome | 'unknown'])[]
  readonly inquiryOutcomes: readonly (readonly [
    what: string,
    answer: Scripted,
    outcome: Outcome | 'unknown',
  ])[]
  /** True where the request lets the provider tell this attempt from all others. */
  readonly carriesReference: (request: Received, order: Order) => boolean
  readonly wireAmount: (request: Received) => unknown
  readonly amounts: readonly (readonly [order: Order, wire: unknown])[]
  /** A currency that the connection does not carry; US dollars, where it does not say. */
  readonly foreign?: string
  /** Absent: nobody calls back, and whatever comes is unreadable. */
  readonly callbacks?: {
    readonly good: RawRequest
    readonly goodOutcome: Outcome
    readonly otherAmount: RawRequest
    readonly otherAttempt: RawRequest
    readonly unlisted: RawRequest
    /** Where callbacks prove their origin: such as do not, a signature one byte off and six minutes old among them. */
    readonly forged?: readonly RawRequest[]
  }
}

/** The time at which callbacks are looked at. */
export const NOW = new Date('2026-01-15T07:15:30Z')

/** Answers that are neither yes nor no, whatever was asked. */
const UNCLEAR: readonly (readonly [string, Scripted])[] = [
  ['a time-out', 'hang'],
  ['a body that never ends', 'drip'],
  ['a reset connection', 'reset'],
  ['a bare 500', { status: 500 }],
  [
    'a 502 page',
    { status: 502, body: '<html><h1>Bad Gateway</h1></html>', headers: { 'content-type': 'text/html' } },
  ],
  ['HTML with 200', { status: 200, body: '<html>Please log in</html>' }],
  ['cut JSON', { status: 200, body: '{"status":"SUCC' }],
  ['an empty 200', { status: 200 }],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
  ['a page that was not found', { status: 404, body: '<html>no such page</html>' }],
  ['an answer larger than the limit', { status: 200, body: 'x'.repeat(200_000) }],
]

/** Whether only the deadline ends such an answer. */
const isSilent = (answer: Scripted): boolean => answer === 'hang' || answer === 'drip'

const CALL_MS = 400
/** A deadline before which a call has surely left, on a busy machine too. */
const SENT_MS = 900
/** So late a deadline of 400 ms may be noticed on a busy machine; less than the deadline of any adapter left to itself. */
const BUSY_MS = 4_000

export function providerContract<Config>(given: ProviderCase<Config>): void {
  const { adapter, order } = given
  const attempt: AttemptRef = {
    ...order,
    ...(given.providerReference === undefined ? {} : { providerReference: given.providerReference }),
  }
  let server: ScriptedServer
  const logged: string[] = []
  beforeAll(async () => {
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
      jest
        .spyOn(console, method)
        .mockImplementation((...args) => void logged.push(args.map(String).join(' ')))
    server = await startScripted()
  })
  afterAll(async () => {
    await server.close()
    jest.restoreAllMocks()
    for (const secret of given.secrets) expect(logged.join('\n')).not.toContain(secret)
  })

  const config = (callMs = 5_000): Config => adapter.config(given.config(server.url, callMs))
  const freshTools = (): Tools => {
    const now = () => NOW
    return { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
  }
  const isToken = (request: Received): boolean => given.tokens?.isToken(request) === true
  const isBefore = (request: Received): boolean => given.before?.is(request) === true
  const calls = () => server.received.filter(request => !isToken(request) && !isBefore(request))
  const script = (answer: Scripted | ((request: Received) => Scripted)) =>
    server.script(request => {
      if (given.tokens !== undefined && isToken(request)) return given.tokens.token
      if (given.before !== undefined && isBefore(request)) return given.before.answer
      return typeof answer === 'function' ? answer(request) : answer
    })
  const clean = (outcome: Outcome): Outcome => {
    const text = JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
    for (const secret of given.secrets) expect(text).not.toContain(secret)
    return outcome
  }
  const send = async (tools = freshTools(), what = order, callMs = 5_000) =>
    clean(await adapter.send(what, config(callMs), tools))
  const inquire = async (tools = freshTools(), callMs = 5_000) =>
    clean(await adapter.inquire(attempt, config(callMs), tools))

  const told = (): Outcome | undefined => {
    const reading = given.callbacks && adapter.readCallback(given.callbacks.good, config(), attempt)
    return reading?.kind === 'outcome' ? clean(reading.outcome) : undefined
  }

  describe(`${given.name} keeps the contract of a provider`, () => {
    it('is accepted, still pending when asked, then confirmed with amount and receipt', async () => {
      const tools = freshTools()
      script(given.accepted)
      expect(await send(tools)).toMatchObject({
        kind: 'accepted',
        ...(given.providerReference === undefined ? {} : { providerReference: given.providerReference }),
      })
      script(given.pending)
      expect((await inquire(tools)).kind).toBe(given.asks === false ? 'unknown' : 'accepted')
      script(given.paid)
      expect(await (given.asks === false ? told() : inquire(tools))).toEqual(given.confirmed)
    })

    it.each(UNCLEAR)('takes %s after sending as unknown, and sends once', async (_, answer) => {
      // the token is at hand, so that a short deadline is spent on the call alone
      const tools = freshTools()
      script(given.accepted)
      await send(tools)
      script(answer)
      // a vendor may accept without a word: an acceptance only, which is asked about like the rest
      const kind = isDeepStrictEqual(answer, given.accepted) ? 'accepted' : 'unknown'
      expect((await send(tools, order, isSilent(answer) ? SENT_MS : undefined)).kind).toBe(kind)
      expect(calls()).toHaveLength(1)
    })

    it.each(UNCLEAR)('takes %s after asking as unknown', async (_, answer) => {
      script(answer)
      expect((await inquire(freshTools(), isSilent(answer) ? CALL_MS : undefined)).kind).toBe('unknown')
    })

    it.each(given.sendOutcomes)('sending: %s', async (_, answer, outcome) => {
      script(answer)
      const got = await send()
      if (outcome === 'unknown') expect(got.kind).toBe('unknown')
      else expect(got).toMatchObject(outcome)
      expect(calls()).toHaveLength(1)
    })

    it.each(given.inquiryOutcomes)('asking: %s', async (_, answer, outcome) => {
      script(answer)
      const got = await inquire()
      if (outcome === 'unknown') expect(got.kind).toBe('unknown')
      else expect(got).toMatchObject(outcome)
    })

    it('tells the provider our reference, and asks with what it knows the attempt by', async () => {
      script(given.accepted)
      await send()
      expect(calls().filter(request => given.carriesReference(request, order))).toHaveLength(1)
      script(given.paid)
      await inquire()
      if (given.asks === false) return expect(calls()).toEqual([])
      expect(calls().every(given.isInquiry)).toBe(true)
      const named =
        adapter.can.operations[order.operation]?.askByOurReference === true
          ? order.reference
          : (given.providerReference ?? '?')
      const known = given.askedBy ?? named
      expect(calls().every(request => (request.url + request.body).includes(known))).toBe(true)
    })

    it('makes references that are new each time', () => {
      expect(new Set(Array.from({ length: 100 }, () => adapter.newReference())).size).toBe(100)
    })

    it('writes the exact amount', async () => {
      for (const [what, wire] of given.amounts) {
        script(given.accepted)
        expect((await send(freshTools(), what)).kind).toBe('accepted')
        expect(calls().map(given.wireAmount)).toEqual([wire])
      }
    })

    it('keeps its deadline when nobody answers, token included', async () => {
      server.script(() => 'hang')
      const startMs = performance.now()
      expect((await send(freshTools(), order, CALL_MS)).kind).not.toBe('confirmed')
      expect(performance.now() - startMs).toBeLessThan(BUSY_MS)
    })

    it('says that a refused credential is our fault', async () => {
      if (given.tokens === undefined) script(given.refused)
      else server.script(request => (isToken(request) ? given.refused : given.accepted))
      expect(await send()).toMatchObject({ kind: 'our-fault', fault: 'credentials' })
      expect(calls().length).toBeLessThanOrEqual(given.tokens === undefined ? 1 : 0)
    })

    it('refuses what it cannot carry before any call', async () => {
      script(given.accepted)
      const foreign = { ...order, amount: { minor: 100n, currency: given.foreign ?? 'USD' } }
      expect(await send(freshTools(), foreign)).toMatchObject({ kind: 'our-fault', fault: 'configuration' })
      const { original: _, ...nothingToRefund } = { ...order, operation: 'refund' as const }
      expect(await send(freshTools(), nothingToRefund)).toMatchObject({ kind: 'our-fault' })
      expect(server.received).toHaveLength(0)
    })

    it('tells all faults of a configuration at once, and no secret with them', () => {
      const raw = { ...given.config('not a url', 1), callMs: -1 }
      const error = (() => {
        try {
          return adapter.config(raw)
        } catch (thrown) {
          return thrown
        }
      })()
      expect(error).toMatchObject({ name: 'ZodError' })
      const text = JSON.stringify(error) + String(error)
      expect(text).toContain('baseUrl')
      expect(text).toContain('callMs')
      for (const secret of given.secrets) expect(text).not.toContain(secret)
    })
  })

  if (given.tokens !== undefined) tokenContract(given.name, given.tokens)
  if (given.callbacks !== undefined) callbackContract(given.callbacks)
  else
    it(`${given.name} is never called back: whatever comes is unreadable`, () => {
      for (const body of ['', '{}', '<html/>', '{"status":"SUCCESSFUL"}']) {
        const request: RawRequest = { method: 'POST', headers: {}, query: {}, body, from: '127.0.0.1' }
        expect(adapter.readCallback(request, config(), attempt).kind).toBe('unreadable')
      }
    })

  function tokenContract(name: string, { badToken }: NonNullable<typeof given.tokens>): void {
    describe(`${name} carries tokens`, () => {
      it('renews a refused one once and sends again; a second refusal is our fault', async () => {
        let refusals = 1
        const answer = () => (refusals-- > 0 ? badToken : given.accepted)
        script(answer)
        expect((await send()).kind).toBe('accepted')
        expect(calls()).toHaveLength(2)
        expect(server.received.filter(isToken)).toHaveLength(2)
        refusals = 9
        script(answer)
        expect(await send()).toMatchObject({ kind: 'our-fault', fault: 'credentials' })
        expect(calls()).toHaveLength(2)
      })

      it('shares one between calls at once', async () => {
        const tools = freshTools()
        script(given.accepted)
        await Promise.all([send(tools), send(tools), send(tools)])
        expect(server.received.filter(isToken)).toHaveLength(1)
      })
    })
  }

  function callbackContract(callbacks: NonNullable<typeof given.callbacks>): void {
    describe(`${given.name} reads callbacks`, () => {
      const read = (request: RawRequest, known: AttemptRef | undefined = attempt) =>
        adapter.readCallback(request, config(), known)
      it('translates a good one, the same each time', () => {
        const reading = read(callbacks.good)
        expect(reading).toMatchObject({ kind: 'outcome', outcome: callbacks.goodOutcome })
        expect(read(callbacks.good)).toEqual(reading)
      })

      it('believes its origin only where it is proven, whole and in time', () => {
        const proves = (request: RawRequest) => adapter.proves?.(request, config(), NOW) === true
        expect(proves(callbacks.good)).toBe(callbacks.forged !== undefined)
        for (const request of callbacks.forged ?? []) expect(proves(request)).toBe(false)
      })

      it('tells a forged amount as it stands, for the gateway to compare', () => {
        const reading = read(callbacks.otherAmount)
        expect(reading).toMatchObject({ kind: 'outcome', outcome: { kind: 'confirmed' } })
        expect(reading.kind === 'outcome' && reading.outcome).not.toMatchObject({ amount: order.amount })
      })

      it('refuses one about another attempt than its own URL', () => {
        expect(read(callbacks.otherAttempt).kind).toBe('unreadable')
      })

      it('takes an unlisted status as unknown, and no status as unreadable', () => {
        expect(read(callbacks.unlisted)).toMatchObject({ kind: 'outcome', outcome: { kind: 'unknown' } })
        for (const body of ['', '{}', 'null', '[]', '<html/>', callbacks.good.body.slice(0, -5)])
          expect(read({ ...callbacks.good, body }).kind).toBe('unreadable')
        expect(read({ ...callbacks.good, method: 'GET' }).kind).toBe('unreadable')
      })
    })
  }
}
