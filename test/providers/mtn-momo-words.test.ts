import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Outcome } from '../../src/domain/outcome.ts'
import { readSent, toOutcome } from '../../src/providers/mtn-momo/outcomes.ts'
import { readCode } from '../../src/providers/mtn-momo/wire.ts'
import type { Operation } from '../../src/providers/provider.ts'

/** The rule of every adapter, over all the words of this one: only an explicit yes is a yes, only an explicit no a no. */

const operations = fc.constantFrom<Operation>('collect', 'disburse', 'refund')
const codes = fc.oneof(
  fc.constantFrom(
    ...['PAYER_NOT_FOUND', 'PAYEE_NOT_FOUND', 'NOT_ENOUGH_FUNDS', 'PAYER_LIMIT_REACHED', 'NOT_ALLOWED'],
    ...['PAYEE_NOT_ALLOWED_TO_RECEIVE', 'EXPIRED', 'INTERNAL_PROCESSING_ERROR', 'INVALID_CURRENCY'],
    ...['RESOURCE_NOT_FOUND', 'RESOURCE_ALREADY_EXIST', 'SERVICE_UNAVAILABLE', 'toString', '__proto__'],
  ),
  fc.string(),
)
const statuses = fc.oneof(
  fc.constantFrom('PENDING', 'CREATED', 'ONGOING', 'DELAYED', 'SUCCESSFUL', 'FAILED', 'REJECTED'),
  fc.constantFrom('TIMEOUT', 'EXPIRED', 'REVERSED', 'successful', 'COMPLETED', 'constructor'),
  fc.string(),
)
const RUNS = { numRuns: 5_000 }

const isNo = ({ kind }: Outcome) => kind === 'declined' || kind === 'our-fault'

it('says yes to a request never, "taken" only for a 202, and no only where MTN refuses', () => {
  fc.assert(
    fc.property(operations, fc.integer({ min: 100, max: 599 }), codes, (operation, status, word) => {
      const outcome = readSent(operation, status, readCode(JSON.stringify({ code: word })))
      expect(outcome.kind === 'accepted').toBe(status === 202)
      expect(['accepted', 'unknown', 'declined', 'our-fault']).toContain(outcome.kind)
      if (isNo(outcome)) expect([400, 404, 500]).toContain(status)
      if (status === 404 && isNo(outcome)) expect([operation, word]).toEqual(['refund', 'RESOURCE_NOT_FOUND'])
    }),
    RUNS,
  )
})

it('says yes to a status only where it is SUCCESSFUL with the amount, and no only to a final failure', () => {
  const reasons = fc.option(codes, { nil: undefined })
  const amounts = fc.option(fc.constantFrom('5000', '5000.5', '-1', 'x', 5000), { nil: undefined })
  fc.assert(
    fc.property(operations, statuses, reasons, amounts, (operation, status, reason, amount) => {
      const outcome = toOutcome({ status, reason, amount, currency: 'XAF' }, operation, ['REVERSED'])
      const readable = amount === '5000' || amount === 5000
      expect(outcome.kind === 'confirmed').toBe(status === 'SUCCESSFUL' && readable)
      expect(outcome.kind === 'reversed').toBe(status === 'REVERSED' && readable)
      expect(isNo(outcome)).toBe(['FAILED', 'REJECTED', 'TIMEOUT', 'EXPIRED'].includes(status))
      if (operation === 'collect') expect(outcome.kind).not.toBe('our-fault')
    }),
    RUNS,
  )
})

it('never tells somebody who is paid that she had no money, cancelled, or came too late', () => {
  const payouts = fc.constantFrom<Operation>('disburse', 'refund')
  const failed = fc.constantFrom('FAILED', 'REJECTED', 'TIMEOUT', 'EXPIRED')
  fc.assert(
    fc.property(payouts, failed, codes, (operation, status, reason) => {
      const outcome = toOutcome({ status, reason }, operation, [])
      if (outcome.kind !== 'declined') return
      expect(['no-account', 'not-allowed', 'limit', 'busy', 'failed']).toContain(outcome.reason)
    }),
    RUNS,
  )
})
