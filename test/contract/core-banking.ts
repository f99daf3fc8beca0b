import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type {
  BookingOutcome,
  CoreAnswer,
  CoreBanking,
  CoreEntry,
  Loan,
} from '../../src/corebanking/core-banking.ts'
import type { Money } from '../../src/domain/money.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Tools } from '../../src/domain/outside.ts'
import type { LocalDate } from '../../src/domain/time.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import {
  type Received,
  type Script,
  type Scripted,
  type ScriptedServer,
  startScripted,
} from './scripted-server.ts'

/** An answer to every read, or one for each. */
export type Reads = Scripted | Script

/** One kind of entry, on the wire. */
export type EntryCase = {
  readonly entry: CoreEntry
  /** True where the write carries its guards, the exact amount, the day and the receipt, as far as its kind has them. */
  readonly carries: (request: Received) => boolean
  /** Reads as they are before the entry is there, and when it is. */
  readonly before: Reads
  readonly after: Reads
  /** True where it is read before anything is written: then an unclear read writes nothing. */
  readonly readsFirst: boolean
  /** The answer to the write that was done. */
  readonly done: Scripted
  readonly booked: BookingOutcome
  /** Answers to the write, and what reads bring after it (`before` and `after` where they are like these). */
  readonly writes: readonly (readonly [
    what: string,
    write: Scripted,
    reads: Reads,
    outcome: Partial<BookingOutcome>,
  ])[]
  /** Answered without a write, by what is read first. */
  readonly unwritten?: readonly (readonly [what: string, reads: Reads, outcome: Partial<BookingOutcome>])[]
  readonly lookUps: readonly (readonly [what: string, reads: Reads, outcome: Partial<BookingOutcome>])[]
  /** Entries of this kind that it cannot carry, refused before any call. */
  readonly unfit: readonly CoreEntry[]
}

/** What every core must do, run against a scripted server. */
export type CoreCase = {
  readonly name: string
  readonly create: (baseUrl: string, deadlineMs: number, tools: Tools) => CoreBanking
  readonly secrets: readonly string[]
  readonly on: LocalDate
  readonly loanId: string
  readonly loan: Scripted
  readonly expectedLoan: Partial<Loan>
  readonly payOff: readonly [Scripted, Money]
  readonly absent: Scripted
  readonly phone: Msisdn
  readonly isWrite: (request: Received) => boolean
  readonly entries: readonly EntryCase[]
}

const UNCLEAR: readonly (readonly [string, Scripted])[] = [
  ['a time-out', 'hang'],
  ['a body that never ends', 'drip'],
  ['a reset connection', 'reset'],
  ['a bare 500', { status: 500, body: { Exception: 'x' } }],
  ['a 502 page', { status: 502, body: '<html>Bad Gateway</html>' }],
  ['HTML with 200', { status: 200, body: '<html/>' }],
  ['cut JSON', { status: 200, body: '{"loanId":1' }],
  ['a 404 page of somebody else', { status: 404, body: '<html/>' }],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
]

/** A call that is never answered is waited for; the others are not rushed. */
const patienceFor = (answer: Scripted): number => (answer === 'hang' || answer === 'drip' ? 250 : 3_000)

export function coreBankingContract(given: CoreCase): void {
  const { on, loanId, phone } = given
  let server: ScriptedServer
  const tools: Tools = {
    http: createHttp({ maxBytes: 1_000_000 }),
    tokens: createTokens(() => new Date()),
    now: () => new Date(),
  }
  beforeAll(async () => {
    server = await startScripted()
  })
  afterAll(() => server.close())
  const core = (script: Script, deadlineMs = 3_000) => {
    server.script(script)
    return given.create(server.url, deadlineMs, tools)
  }
  const answer = (reads: Reads, request: Received): Scripted =>
    typeof reads === 'function' ? reads(request) : reads
  const always =
    (reads: Reads): Script =>
    request =>
      answer(reads, request)
  /** Reads bring `before` until the write came, and then `after`. */
  const around = (before: Reads, write: Scripted, after: Reads): Script => {
    let isWritten = false
    return request => {
      if (!given.isWrite(request)) return answer(isWritten ? after : before, request)
      isWritten = true
      return write
    }
  }
  const written = () => server.received.filter(given.isWrite)
  const clean = <T>(value: T): T => {
    const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part))
    for (const secret of given.secrets) expect(text).not.toContain(secret)
    return value
  }
  const everyRead = (from: CoreBanking): Promise<CoreAnswer<unknown>>[] => [
    from.findClients(phone),
    from.client('7'),
    from.wallets('7'),
    from.loans('7', on),
    from.loan(loanId, on),
    from.payOff(loanId, on),
    from.loansDue(on, on),
    from.payments(loanId),
    from.savings('7'),
    from.groupsLedBy('7'),
  ]

  describe(`${given.name} keeps the contract of a core`, () => {
    it.each(UNCLEAR)('reads nothing from %s, and says so', async (_, unclear) => {
      for (const read of await Promise.all(everyRead(core(() => unclear, patienceFor(unclear)))))
        expect(clean(read).kind).toBe('no-answer')
    })

    it('knows the absent from the unanswered', async () => {
      expect(await core(() => given.absent).loan(loanId, on)).toEqual({ kind: 'value', value: undefined })
      expect(await core(() => given.absent).client('7')).toEqual({ kind: 'value', value: undefined })
      expect(await core(() => given.absent).savings('7')).toEqual({ kind: 'value', value: [] })
      expect(await core(() => given.absent).groupsLedBy('7')).toEqual({ kind: 'value', value: [] })
    })

    it('reads a loan, exactly', async () => {
      const read = await core(() => given.loan).loan(loanId, on)
      expect(read).toMatchObject({ kind: 'value', value: given.expectedLoan })
    })

    it('reads what pays a loan off, exactly', async () => {
      const [answer, value] = given.payOff
      expect(await core(() => answer).payOff(loanId, on)).toEqual({ kind: 'value', value })
      expect(await core(() => given.absent).payOff(loanId, on)).toEqual({ kind: 'value', value: undefined })
    })

    it('asks for nobody by a number that is not one', async () => {
      expect(await core(() => given.absent).findClients('+254700000099' as Msisdn)).toEqual({
        kind: 'value',
        value: [],
      })
    })
  })

  describe.each(given.entries.map(one => [one.entry.kind, one] as const))(
    `${given.name} enters: %s`,
    (_, one) => {
      const { entry, before, after, done, booked } = one

      it('with its guards, the exact amount, the day and the receipt, once', async () => {
        expect(clean(await core(around(before, done, after)).enter(entry))).toEqual(booked)
        expect(written()).toHaveLength(1)
        expect(written()[0]?.headers['idempotency-key']).toBe(entry.idempotencyKey)
        expect(written().every(one.carries)).toBe(true)
      })

      it.each(UNCLEAR)(
        '%s instead of an answer is unknown, and nothing is sent again',
        async (__, unclear) => {
          const outcome = await core(around(before, unclear, before), patienceFor(unclear)).enter(entry)
          expect(clean(outcome).kind).toBe('unknown')
          expect(written()).toHaveLength(1)
        },
      )

      it.each(UNCLEAR)('%s to the reads about it is unknown', async (__, unclear) => {
        const outcome = await core(around(unclear, done, unclear), patienceFor(unclear)).enter(entry)
        expect(clean(outcome).kind).toBe('unknown')
        expect(written()).toHaveLength(one.readsFirst ? 0 : 1)
      })

      it.each(UNCLEAR)('%s to a look-up is unknown, and writes nothing', async (__, unclear) => {
        const outcome = await core(() => unclear, patienceFor(unclear)).lookUp(entry)
        expect(clean(outcome).kind).toBe('unknown')
        expect(written()).toHaveLength(0)
      })

      it('is found when it is there, and not when it is not', async () => {
        expect(await core(always(after)).lookUp(entry)).toEqual(booked)
        expect(await core(always(before)).lookUp(entry)).toEqual({ kind: 'not-found' })
        expect(written()).toHaveLength(0)
      })

      it.each([...one.writes])('written: %s', async (__, write, reads, outcome) => {
        expect(clean(await core(around(before, write, reads)).enter(entry))).toMatchObject(outcome)
        expect(written()).toHaveLength(1)
      })

      if (one.unwritten !== undefined)
        it.each([...one.unwritten])('not written: %s', async (__, reads, outcome) => {
          expect(clean(await core(around(reads, done, after)).enter(entry))).toMatchObject(outcome)
          expect(written()).toHaveLength(0)
        })

      it.each([...one.lookUps])('looked up: %s', async (__, reads, outcome) => {
        expect(clean(await core(always(reads)).lookUp(entry))).toMatchObject(outcome)
      })

      it('refuses what it cannot carry before any call', async () => {
        const from = core(always(before))
        for (const unfit of [...one.unfit, { ...entry, idempotencyKey: 'x'.repeat(51) }])
          expect((await from.enter(unfit)).kind).toBe('refused')
        expect(server.received).toHaveLength(0)
      })
    },
  )
}
