import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { EipConfig } from '../../src/providers/ecocash/eip-config.ts'
import { readAsked, readSent } from '../../src/providers/ecocash/eip-outcomes.ts'

/** The rule of every adapter, over all the words of EIP: only an explicit yes is a yes, only an explicit no a no. */

const PIN = '73519042'
const config = EipConfig.parse({
  ...{ baseUrl: 'http://e', currency: 'USD', username: 'u', password: 'p', merchantCode: '1' },
  ...{ merchantPin: PIN, merchantNumber: '2', merchantName: 'n', terminalId: 't' },
})
const orderOf = (operation: 'collect' | 'refund') => ({
  ...{ operation, reference: 'our-reference', msisdn: '+263770000111' as Msisdn, shownReference: 'LN1' },
  ...{ amount: { minor: 100n, currency: 'USD' }, callbackUrl: 'http://h', original: { reference: 'x' } },
})

const operations = fc.constantFrom('collect' as const, 'refund' as const)
const words = fc.oneof(
  fc.constantFrom('COMPLETED', 'SUCCESS', 'FAILED', 'REFUNDED', 'PENDING', 'CHARGED', 'Processing Charge'),
  fc.constantFrom('toString', '__proto__', 'COMPLETE', 'REVERSED', PIN),
  fc.string(),
)
const texts = fc.oneof(
  fc.constantFrom(
    'E001',
    'E002',
    'E005',
    'E009',
    'E010',
    'E013',
    'Insufficient Balance',
    'Duplicate correlator',
  ),
  fc.constantFrom(PIN, `wrong PIN ${PIN}`, 'constructor'),
  fc.string(),
)
const statuses = fc.constantFrom(200, 201, 202, 302, 400, 402, 404, 409, 422, 429, 500, 503)
const bodies = fc.record({
  transactionOperationStatus: words,
  clientCorrelator: fc.constantFrom('our-reference', 'else', null),
  amount: fc.constantFrom(1, '1.00', '1.005', null, 'x'),
  currency: fc.constantFrom('USD', 'ZWG'),
  ecocashReference: fc.constantFrom('MP1.1', PIN, null),
  statusCode: texts,
  statusMessage: texts,
  merchantPin: fc.constant(PIN),
})
const RUNS = { numRuns: 5_000 }

const asWord = (word: string): string => word.trim().toUpperCase().replaceAll('_', ' ')

it('says yes, no and "not yet" of what was asked only for the documented words about our request', () => {
  fc.assert(
    fc.property(operations, statuses, bodies, (operation, status, body) => {
      const outcome = readAsked(orderOf(operation), status, JSON.stringify(body), config)
      const word = asWord(body.transactionOperationStatus)
      const isOurs =
        body.clientCorrelator === 'our-reference' || (operation === 'collect' && !body.clientCorrelator)
      const readable = (body.amount === 1 || body.amount === '1.00') && body.currency === 'USD'
      const yes = ['COMPLETED', 'SUCCESS', ...(operation === 'refund' ? ['REFUNDED'] : [])].includes(word)
      const heard = status === 200 && isOurs
      expect(outcome.kind === 'confirmed').toBe(heard && yes && readable)
      expect(outcome.kind === 'accepted').toBe(
        heard && ['PENDING', 'CHARGED', 'PROCESSING CHARGE'].includes(word),
      )
      expect(outcome.kind === 'declined' || outcome.kind === 'our-fault').toBe(heard && word === 'FAILED')
      expect(outcome.kind === 'not-found').toBe(status === 404 && operation === 'collect')
    }),
    RUNS,
  )
})

it('refuses an order at once only where EcoCash names why, and never because it was there before', () => {
  fc.assert(
    fc.property(operations, statuses, bodies, (operation, status, body) => {
      const outcome = readSent(orderOf(operation), status, JSON.stringify(body), config)
      const isNo = outcome.kind === 'declined' || outcome.kind === 'our-fault'
      if (isNo) expect([200, 400, 404, 422]).toContain(status)
      if (isNo && status === 404) expect(operation).toBe('refund')
      if (status !== 200) expect(['unknown', 'declined', 'our-fault']).toContain(outcome.kind)
      if (body.statusCode === 'E005' && body.statusMessage === 'Duplicate correlator' && status === 400)
        expect(outcome.kind).toBe('unknown')
    }),
    RUNS,
  )
})

it('lets the merchant’s PIN out in no outcome, whichever field it came in', () => {
  fc.assert(
    fc.property(operations, statuses, bodies, (operation, status, body) => {
      for (const read of [readAsked, readSent]) {
        const outcome = read(orderOf(operation), status, JSON.stringify(body), config)
        const text = JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? '' : value))
        expect(text).not.toContain(PIN)
      }
    }),
    RUNS,
  )
})
