import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Outcome } from '../../src/domain/outcome.ts'
import { airtel } from '../../src/providers/airtel/index.ts'
import { readAsked, readBack, readSent } from '../../src/providers/airtel/outcomes.ts'
import { readSaid } from '../../src/providers/airtel/wire.ts'
import type { Operation } from '../../src/providers/provider.ts'
import { config, ORIGINAL, orderOf, REFERENCE } from './airtel-case.ts'

/** The rule of every adapter, over all the words of this one: only an explicit yes is a yes, only an explicit no a no. */

const operations = fc.constantFrom<Operation>('collect', 'disburse', 'refund')
const numbers = fc.integer({ min: 0, max: 30 }).map(digits => String(digits).padStart(3, '0'))
const codes = fc.oneof(
  fc.tuple(fc.constantFrom('DP00800001', 'DP00900001'), numbers).map(parts => parts.join('')),
  fc.tuple(fc.constantFrom('ROUTER', 'ESB000'), numbers).map(parts => parts.join('')),
  fc.constantFrom('ROUTER112', 'ROUTER115', 'ROUTER117', '0000900', 'toString', '__proto__'),
  fc.string(),
)
const statuses = fc.oneof(
  fc.constantFrom('TS', 'TF', 'TE', 'TIP', 'TA', 'TR', 'Success.', 'ts', 'constructor'),
  fc.string(),
)
const http = fc.constantFrom(200, 201, 202, 302, 400, 404, 408, 429)
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
const answers = fc.record({
  status: http,
  code: maybe(codes),
  result: maybe(codes),
  success: maybe(fc.boolean()),
  word: maybe(statuses),
})
const RUNS = { numRuns: 3_000 }
const known = airtel.config(config('http://127.0.0.1:1', 1_000))

type Told = typeof answers extends fc.Arbitrary<infer T> ? T : never
function answerOf({ status, code, result, success, word }: Told, id = REFERENCE) {
  const transaction = word === undefined ? undefined : { id, status: word }
  const said = readSaid({
    data: { transaction },
    status: { response_code: code, result_code: result, success },
  })
  if (said === undefined) throw new Error('an envelope')
  return { status, said }
}
/** The payment that should go back is called both unknown and done. */
const CONTRADICTION: [Operation, Told] = [
  'refund',
  { status: 200, code: 'DP00800001025', result: undefined, success: undefined, word: 'TS' },
]
const isNo = ({ kind }: Outcome) => kind === 'declined' || kind === 'our-fault'

it('says yes to an order only where a payout or a refund is called done, and no only where a code does', () => {
  fc.assert(
    fc.property(operations, answers, (operation, told) => {
      const answer = answerOf(told)
      const outcome = readSent(orderOf(operation), answer, known)
      expect(outcome.kind).not.toBe('not-found')
      if (outcome.kind === 'accepted' || outcome.kind === 'confirmed') expect(told.status).toBe(200)
      if (outcome.kind === 'confirmed') {
        expect(operation).not.toBe('collect')
        expect(answer.said.code).toMatch(/^(DP00[89]00001001|ESB000010)$/)
        if (operation === 'disburse') expect(told.word).toBe('TS')
        expect(told.success).not.toBe(false)
      }
      if (isNo(outcome)) {
        expect(told.word).not.toBe('TS')
        expect(answer.said.code).toMatch(/^(DP00[89]00001|ROUTER|ESB)\d{3,}$/)
      }
    }),
    { ...RUNS, examples: [CONTRADICTION] },
  )
})

it('says yes to a question only for TS, and no only for TF and TE; a code alone ends nothing', () => {
  fc.assert(
    fc.property(fc.constantFrom<Operation>('collect', 'disburse'), answers, (operation, told) => {
      const outcome = readAsked(orderOf(operation), answerOf(told), known)
      if (outcome.kind === 'confirmed') expect([told.word, told.status]).toEqual(['TS', 200])
      if (outcome.kind === 'reversed') expect(told.word).toBe('TR')
      const ended = outcome.kind === 'declined' || (outcome.kind === 'our-fault' && outcome.ended === true)
      expect(ended).toBe((told.word === 'TF' || told.word === 'TE') && told.status === 200)
      if (outcome.kind === 'not-found') expect(told.word || undefined).toBeUndefined()
    }),
    RUNS,
  )
})

it('knows a refund only by the word for money that went back', () => {
  fc.assert(
    fc.property(answers, told => {
      const outcome = readBack(orderOf('refund'), answerOf(told, ORIGINAL.reference), known)
      expect(outcome.kind === 'confirmed').toBe(told.word === 'TR' && told.status === 200)
      expect(['confirmed', 'accepted', 'unknown', 'our-fault']).toContain(outcome.kind)
    }),
    RUNS,
  )
})

it('never tells somebody who is paid that she had no money, typed a wrong PIN, or came too late', () => {
  fc.assert(
    fc.property(fc.constantFrom<Operation>('disburse', 'refund'), answers, (operation, told) => {
      const order = orderOf(operation)
      const outcomes = [readSent(order, answerOf(told), known)]
      if (operation === 'disburse') outcomes.push(readAsked(order, answerOf(told), known))
      for (const outcome of outcomes)
        if (outcome.kind === 'declined')
          expect(['no-account', 'not-allowed', 'limit', 'failed']).toContain(outcome.reason)
    }),
    RUNS,
  )
})
