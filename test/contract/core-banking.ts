import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type {
  BookingOutcome,
  CoreAnswer,
  CoreBanking,
  Loan,
  Repayment,
} from '../../src/corebanking/core-banking.ts'
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

/** What every core must do, run against a scripted server. */
export type CoreCase = {
  readonly name: string
  readonly create: (baseUrl: string, deadlineMs: number, tools: Tools) => CoreBanking
  readonly secrets: readonly string[]
  readonly on: LocalDate
  readonly loanId: string
  readonly loan: Scripted
  readonly expectedLoan: Partial<Loan>
  readonly absent: Scripted
  readonly repayment: Repayment
  readonly isWrite: (request: Received) => boolean
  /** True where the write carries both guards, the exact amount, the value date and the receipt. */
  readonly carries: (request: Received, order: Repayment) => boolean
  /** Answers to the write, and the row that a look-up then finds (absent: none). */
  readonly bookings: readonly (readonly [
    what: string,
    write: Scripted,
    row: Scripted,
    outcome: Partial<BookingOutcome>,
  ])[]
  readonly lookUps: readonly (readonly [what: string, row: Scripted, outcome: Partial<BookingOutcome>])[]
  readonly booked: Scripted
  readonly row: Scripted
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

export function coreBankingContract(given: CoreCase): void {
  const { on, loanId, repayment } = given
  let server: ScriptedServer
  const tools: Tools = {
    http: createHttp({ maxBytes: 100_000 }),
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
  const writeThenRead =
    (write: Scripted, row: Scripted): Script =>
    request =>
      given.isWrite(request) ? write : row
  const clean = <T>(value: T): T => {
    const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part))
    for (const secret of given.secrets) expect(text).not.toContain(secret)
    return value
  }
  const everyRead = (from: CoreBanking): Promise<CoreAnswer<unknown>>[] => [
    from.findClients(repayment.msisdn),
    from.client('7'),
    from.wallets('7'),
    from.loans('7', on),
    from.loan(loanId, on),
    from.loansDue(on, on),
    from.payments(loanId),
  ]

  describe(`${given.name} keeps the contract of a core`, () => {
    it.each(UNCLEAR)('reads nothing from %s, and says so', async (_, answer) => {
      for (const read of await Promise.all(everyRead(core(() => answer, 300))))
        expect(clean(read).kind).toBe('no-answer')
    })

    it('knows the absent from the unanswered', async () => {
      expect(await core(() => given.absent).loan(loanId, on)).toEqual({ kind: 'value', value: undefined })
      expect(await core(() => given.absent).client('7')).toEqual({ kind: 'value', value: undefined })
    })

    it('reads a loan, exactly', async () => {
      const answer = await core(() => given.loan).loan(loanId, on)
      expect(answer).toMatchObject({ kind: 'value', value: given.expectedLoan })
    })

    it('books with both guards, the exact amount, the value date and the receipt, once', async () => {
      const outcome = await core(writeThenRead(given.booked, given.row)).repay(repayment)
      expect(outcome).toMatchObject({
        kind: 'booked',
        amount: repayment.amount,
        valueDate: repayment.valueDate,
      })
      const writes = server.received.filter(given.isWrite)
      expect(writes).toHaveLength(1)
      expect(writes.every(request => given.carries(request, repayment))).toBe(true)
    })

    it.each(UNCLEAR)('takes %s after a booking as unknown, and books once', async (_, answer) => {
      const outcome = await core(writeThenRead(answer, given.absent), 300).repay(repayment)
      expect(clean(outcome).kind).toBe('unknown')
      expect(server.received.filter(given.isWrite)).toHaveLength(1)
    })

    it.each(UNCLEAR)('takes %s after a look-up as unknown', async (_, answer) => {
      expect(clean(await core(() => answer, 300).lookUp(loanId, repayment.externalId)).kind).toBe('unknown')
    })

    it.each(given.bookings)('booking: %s', async (_, write, row, outcome) => {
      expect(clean(await core(writeThenRead(write, row)).repay(repayment))).toMatchObject(outcome)
      expect(server.received.filter(given.isWrite)).toHaveLength(1)
    })

    it.each(given.lookUps)('looking up: %s', async (_, row, outcome) => {
      expect(clean(await core(() => row).lookUp(loanId, repayment.externalId))).toMatchObject(outcome)
    })

    it('refuses to book what it cannot carry before any call', async () => {
      const from = core(() => given.booked)
      expect((await from.repay({ ...repayment, provider: 'nobody' })).kind).toBe('refused')
      expect((await from.repay({ ...repayment, idempotencyKey: 'x'.repeat(51) })).kind).toBe('refused')
      expect(server.received).toHaveLength(0)
    })

    it('asks for nobody by a number that is not one', async () => {
      expect(await core(() => given.absent).findClients('+254700000099' as Msisdn)).toEqual({
        kind: 'value',
        value: [],
      })
    })
  })
}
