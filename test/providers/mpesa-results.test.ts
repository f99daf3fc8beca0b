import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { mpesa } from '../../src/providers/mpesa/index.ts'
import type { AttemptRef } from '../../src/providers/provider.ts'
import {
  CONVERSATION,
  config,
  confirmed,
  INQUIRY,
  ORIGINAL,
  operator,
  paidOut,
  parsed,
  payout,
  QUESTION,
  RECEIPT,
  REFERENCE,
  refund,
  result,
  sentBack,
  status,
  type Values,
} from './mpesa-bodies.ts'

const read = (request: RawRequest, attempt?: AttemptRef) => mpesa.readCallback(request, parsed, attempt)
const outcomeOf = (request: RawRequest, attempt?: AttemptRef): Outcome | string => {
  const reading = read(request, attempt)
  return reading.kind === 'outcome' ? reading.outcome : reading.kind
}

describe('the result of a payout', () => {
  const declined = (reason: string, again: string) => ({ kind: 'declined', reason, again })
  const ours = (fault: string) => ({ kind: 'our-fault', fault, ended: true })
  it.each([
    ['1', ours('no-float')],
    ['2', declined('below-minimum', 'never')],
    ['3', declined('limit', 'never')],
    ['4', declined('limit', 'later')],
    ['8', declined('limit', 'later')],
    ['11', ours('configuration')],
    ['21', ours('credentials')],
    ['2001', ours('credentials')],
    ['2006', ours('configuration')],
    ['2028', ours('configuration')],
    ['2040', declined('no-account', 'other-wallet')],
    ['8006', ours('credentials')],
    ['SFC_IC0003', ours('configuration')],
    ...['5', '6', '7', '12', '13', '14', '15', '17', '20', '26', '9999', 'toString', ''].map(
      code => [code, { kind: 'unknown' }] as const,
    ),
  ])('%s', (code, outcome) => {
    for (const wire of Number.isNaN(Number.parseInt(code, 10)) ? [code] : [code, Number(code)])
      expect(read(result(wire), payout)).toMatchObject({
        kind: 'outcome',
        reference: REFERENCE,
        providerReference: CONVERSATION,
        outcome,
      })
  })

  it('names payout and provider also where the URL told of no attempt', () => {
    expect(read(result(0, paidOut(1500)))).toMatchObject({
      reference: REFERENCE,
      providerReference: CONVERSATION,
      outcome: confirmed,
    })
  })

  it('is no success without its amount, and reads it exactly', () => {
    for (const amount of [undefined, '', 'much', '1,500', '15.005', 0, -1, null, {}])
      expect(outcomeOf(result(0, paidOut(amount)), payout)).toMatchObject({ kind: 'unknown' })
    expect(outcomeOf(result(0, paidOut(1500.5)), payout)).toMatchObject({
      amount: { minor: 150_050n, currency: 'KES' },
    })
  })

  it('reads a parameter that stands alone, a masked number, and no name at all', () => {
    const one = JSON.parse(result(0).body)
    one.Result.ResultParameters = { ResultParameter: { Key: 'TransactionAmount', Value: '1500.00' } }
    expect(outcomeOf({ ...result(0), body: JSON.stringify(one) }, payout)).toEqual({
      kind: 'confirmed',
      amount: payout.amount,
      receipt: RECEIPT,
    })
    const named = (party: string) =>
      outcomeOf(result(0, { ...paidOut(1500), ReceiverPartyPublicName: party }), payout)
    expect(named('2547*****001 - Amina - Otieno ')).toMatchObject({ name: 'Amina - Otieno' })
    expect(named('254700000001')).not.toHaveProperty('name')
  })

  it('is never taken for the result of a push or a refund, nor theirs for it', () => {
    expect(outcomeOf(result(1), { ...payout, operation: 'collect' })).toBe('unreadable')
    expect(
      outcomeOf(result(0, sentBack(1500, 'UAF9OTHER0')), { ...refund, providerReference: CONVERSATION }),
    ).toBe('unreadable')
    const pushed = { Body: { stkCallback: { CheckoutRequestID: 'ws_CO_1', ResultCode: 1032 } } }
    expect(outcomeOf({ ...result(0), body: JSON.stringify(pushed) }, payout)).toBe('unreadable')
  })
})

describe('the result of a refund', () => {
  const attempt: AttemptRef = { ...refund, providerReference: CONVERSATION }
  it('says who paid, and what it cost', () => {
    const values = { ...sentBack(1500), Charge: '5.50' }
    expect(outcomeOf(result(0, values, { ours: 'theirs' }), attempt)).toEqual({
      ...confirmed,
      charge: { minor: 550n, currency: 'KES' },
    })
  })

  it('"already reversed" is no yes to this attempt, and no "no" that would invite a second payment', () => {
    expect(outcomeOf(result('R000001'), attempt)).toMatchObject({ kind: 'unknown' })
    expect(outcomeOf(result('R000002'), attempt)).toMatchObject({ kind: 'declined', again: 'never' })
    expect(outcomeOf(result(1), attempt)).toMatchObject({ kind: 'our-fault', fault: 'no-float' })
  })
})

describe('the answer to a status query', () => {
  const answer = (values: Values) => result(0, values, QUESTION, INQUIRY)

  it('tells a payout by its own identifiers, not by those of the question', () => {
    expect(read(answer(status('Completed')), payout)).toEqual({
      kind: 'outcome',
      reference: REFERENCE,
      outcome: confirmed,
    })
    expect(read(answer(status('Completed')))).toMatchObject({ reference: REFERENCE })
    expect(outcomeOf(answer(status('Completed', { OriginatorConversationID: 'else' })), payout)).toBe(
      'unreadable',
    )
  })

  it.each([
    ['Failed', { kind: 'declined', reason: 'failed', again: 'later' }],
    ['Cancelled', { kind: 'declined', reason: 'failed' }],
    ['Expired', { kind: 'declined', reason: 'failed' }],
    ['Reversed', { kind: 'reversed', amount: payout.amount }],
    ['Pending', { kind: 'unknown' }],
    ['toString', { kind: 'unknown' }],
  ])('%s', (word, outcome) => {
    expect(outcomeOf(answer(status(word)), payout)).toMatchObject(outcome)
  })

  it('reads the words of the configuration', () => {
    const own = mpesa.config({
      ...config('http://127.0.0.1'),
      payout: { ...operator, statusWords: { Done: 'confirmed', Waiting: 'pending' } },
    })
    const reading = (word: string) => mpesa.readCallback(answer(status(word)), own, payout)
    expect(reading('Done')).toMatchObject({ outcome: { kind: 'confirmed' } })
    expect(reading('Waiting')).toMatchObject({ outcome: { kind: 'accepted' } })
    expect(reading('Completed')).toMatchObject({ outcome: { kind: 'unknown' } })
  })

  it('a question that failed says nothing of the payment, except that there is none', () => {
    const failed = (code: string) => result(code, undefined, QUESTION, INQUIRY)
    for (const code of ['1', '21', '2001', 'R000001'])
      expect(outcomeOf(failed(code), payout)).toMatchObject({ kind: 'unknown' })
    expect(outcomeOf(failed('R000009'), payout)).toEqual({ kind: 'not-found' })
    expect(outcomeOf(failed('R000009'), refund)).toMatchObject({ kind: 'unknown' })
    // where the mark was lost on the way, the identifiers still tell
    expect(outcomeOf(result('2001', undefined, QUESTION), payout)).toBe('unreadable')
    expect(outcomeOf(result('2001', status('Completed'), QUESTION, INQUIRY), payout)).toMatchObject({
      kind: 'unknown',
    })
  })

  it('a refund is made when its original is reversed, and not refused while it is not', () => {
    const original = (word: string, more: Values = {}) =>
      answer(status(word, { ReceiptNo: ORIGINAL, OriginatorConversationID: undefined, ...more }))
    expect(outcomeOf(original('Reversed'), refund)).toEqual({ kind: 'confirmed', amount: refund.amount })
    for (const word of ['Completed', 'Failed', 'Else'])
      expect(outcomeOf(original(word), refund)).toMatchObject({ kind: 'unknown' })
    expect(outcomeOf(original('Reversed', { Amount: 0 }), refund)).toMatchObject({ kind: 'unknown' })
    expect(outcomeOf(original('Reversed', { ReceiptNo: 'UAF9OTHER0' }), refund)).toBe('unreadable')
  })
})

describe("a time-out of Safaricom's queue", () => {
  const request = {
    OriginatorConversationID: REFERENCE,
    InitiatorName: 'apiop',
    SecurityCredential: 'U0VDUkVU',
    CommandID: 'BusinessPayment',
    Amount: 1500,
  }
  const posted = (body: unknown, query: Record<string, string> = { timeout: '1' }) => ({
    ...result(0, undefined, {}, query),
    body: JSON.stringify(body),
  })

  it('is unknown, with the mark in its URL or without, and never failed', () => {
    for (const query of [{ timeout: '1' }, {}])
      expect(read(posted(request, query), payout)).toEqual({
        kind: 'outcome',
        outcome: { kind: 'unknown', why: expect.any(String) },
        reference: REFERENCE,
      })
    expect(read(posted(request))).toMatchObject({ reference: REFERENCE, outcome: { kind: 'unknown' } })
    expect(outcomeOf(result(2001, undefined, {}, { timeout: '1' }), payout)).toMatchObject({
      kind: 'unknown',
    })
  })

  it('is not about another payout, and not any body', () => {
    expect(outcomeOf(posted({ ...request, OriginatorConversationID: 'else' }), payout)).toBe('unreadable')
    for (const body of [null, [], 'text', {}]) expect(outcomeOf(posted(body), payout)).toBe('unreadable')
  })
})

it('reads a customer’s own payment without her number, which is masked', () => {
  const body = {
    TransID: 'TGH9',
    TransTime: '20260115101530',
    TransAmount: '100.00',
    BusinessShortCode: '600638',
    BillRefNumber: 'LOAN77',
    MSISDN: '25470****149',
  }
  const reading = read({ ...result(0), body: JSON.stringify(body) })
  expect(reading).toMatchObject({ kind: 'payment', receipt: 'TGH9', shownReference: 'LOAN77' })
  expect(JSON.stringify(reading, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toMatch(
    /25470|\*\*\*\*/,
  )
})

it('is never paid by a body that does not say so in full, and never throws', () => {
  const word = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constantFrom('0', 0, 'Completed', 'Reversed', '1500.00'),
  )
  const keys = ['TransactionAmount', 'Amount', 'TransactionStatus', 'OriginatorConversationID', 'ReceiptNo']
  const values = fc.dictionary(fc.constantFrom(...keys), word)
  const marks = fc.constantFrom({}, { inquiry: '1' }, { timeout: '1' }, { inquiry: '1', timeout: '1' })
  fc.assert(
    fc.property(word, fc.option(values, { nil: undefined }), marks, (code, told, query) => {
      for (const attempt of [payout, refund, undefined]) {
        const outcome = outcomeOf(result(code, told, {}, query), attempt)
        if (typeof outcome === 'string' || outcome.kind !== 'confirmed') continue
        expect(String(code)).toBe('0')
        expect(query).not.toHaveProperty('timeout')
        expect(outcome.amount.minor).toBeGreaterThan(0n)
      }
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(fc.json(), body => {
      expect(outcomeOf({ ...result(0), body }, payout)).toBe('unreadable')
    }),
  )
})
