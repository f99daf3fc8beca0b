import { expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { airtel } from '../../src/providers/airtel/index.ts'
import { NOW, providerContract } from '../contract/provider.ts'
import {
  amountsOf,
  callback,
  config,
  hasHeaders,
  hashOf,
  legacy,
  orderOf,
  RECEIPT,
  REFERENCE,
  refused,
  said,
  shared,
  signed,
  stands,
  wireAmount,
} from './airtel-case.ts'

/** Airtel's collection: a USSD push. */

const order = orderOf('collect')
const confirmed: Outcome = { kind: 'confirmed', amount: order.amount, receipt: RECEIPT }
const configuration: Outcome = { kind: 'our-fault', fault: 'configuration' }
const credentials: Outcome = { kind: 'our-fault', fault: 'credentials' }
const taken = (id: unknown = REFERENCE) => ({ id, status: 'Success.' })
const paid = stands('TS', { airtel_money_id: RECEIPT })
const C = (digits: string) => `DP00800001${digits}`

/** As the portal's sample has it. */
const told = {
  id: REFERENCE,
  message: 'Paid ZMW 50.50 to SOPE LIMITED Charge ZMW 0, Trans ID MP260115.0715.A12345.',
  status_code: 'TS',
  airtel_money_id: RECEIPT,
}
const good = signed(told)
const declined = (reason: string, again: string, code: string) =>
  ({ kind: 'declined', reason, again, code }) as Outcome

providerContract({
  ...shared,
  name: 'airtel collect',
  order,
  isInquiry: request =>
    request.method === 'GET' && request.url === `/standard/v1/payments/${REFERENCE}` && hasHeaders(request),
  accepted: said(C('006'), taken()),
  pending: said(C('006'), stands('TIP')),
  paid: said(C('001'), paid),
  confirmed,
  sendOutcomes: [
    ['"Success." is only acceptance', said(C('001'), taken()), { kind: 'accepted' }],
    ['also with an id that is none', said(C('006'), taken(false)), { kind: 'accepted' }],
    ['an older answer', said(null, taken()), { kind: 'accepted' }],
    ['an older answer that calls itself none', legacy('ESB000010', taken()), 'unknown'],
    ['an ambiguous one', refused(C('000')), 'unknown'],
    ['a wrong PIN', refused(C('002')), declined('wrong-pin', 'later', C('002'))],
    ['her limit', refused(C('003')), declined('limit', 'other-wallet', C('003'))],
    ['too little', refused(C('004')), declined('below-minimum', 'never', C('004'))],
    ['no PIN', refused(C('005')), declined('expired', 'later', C('005'))],
    ['no money', refused(C('007')), declined('insufficient-funds', 'other-wallet', C('007'))],
    ['refused', refused(C('008')), declined('failed', 'later', C('008'))],
    ['not honoured', refused(C('009')), declined('failed', 'later', C('009'))],
    ['barred', refused(C('010')), declined('not-allowed', 'other-wallet', C('010'))],
    ['expired', refused(C('029')), declined('expired', 'later', C('029'))],
    ['timed out', refused(C('024')), 'unknown'],
    ['not found, of an order', refused(C('025')), 'unknown'],
    ['a signature that does not fit', refused(C('026')), { ...configuration, detail: C('026') }],
    ['an id that was used', legacy('ESB000041'), 'unknown'],
    ['something wrong somewhere', legacy('ESB000001'), 'unknown'],
    ['a field error, which may be ambiguous', legacy('ESB000008'), 'unknown'],
    ['a number of no length', legacy('ESB000033'), declined('no-account', 'other-wallet', 'ESB000033')],
    ['no such country', legacy('ESB000034'), configuration],
    ['the router: no wallet', { ...refused('ROUTER001'), status: 400 }, configuration],
    ['the router: a header', { ...refused('ROUTER003'), status: 400 }, configuration],
    ['the router: a country', { ...refused('ROUTER007'), status: 403 }, configuration],
    ['the router: a time-out', { ...refused('ROUTER117'), status: 408 }, 'unknown'],
    [
      'a refused address',
      { status: 403, body: '<html>Forbidden</html>' },
      { kind: 'our-fault', fault: 'address-refused' },
    ],
    ['too many calls', { status: 429 }, 'unknown'],
    ['a no behind a server error', { ...refused(C('007')), status: 500 }, 'unknown'],
    ['an acceptance with 202', { ...said(C('006'), taken()), status: 202 }, 'unknown'],
    ['an unlisted code', refused(C('099')), 'unknown'],
    ['a code of a payout', refused('DP00900001007'), 'unknown'],
    ['a code of an object', refused('constructor'), 'unknown'],
    ['no code', said(null, taken(), { result_code: null }), 'unknown'],
    ['a code as a number', said(8 as never, taken()), 'unknown'],
    ['a text for yes', said(C('006'), taken(), { success: 'true' }), 'unknown'],
    ['another transaction', said(C('006'), taken('else')), 'unknown'],
    ['a yes with the code of a no', said(C('007'), stands('TS')), 'unknown'],
  ],
  inquiryOutcomes: [
    [
      'paid, a number for a name',
      said(C('001'), stands('TS', { airtel_money_id: 133410367531 })),
      { ...confirmed, receipt: '133410367531' } as Outcome,
    ],
    ['paid, by an older answer', said(null, paid), confirmed],
    ['paid, and no success', refused(C('001'), paid), 'unknown'],
    ['paid, with the code of a no', refused(C('007'), paid), 'unknown'],
    ['paid, without a code', said(null, paid, { result_code: null }), 'unknown'],
    [
      'paid, with a name that lost digits',
      said(C('001'), stands('TS', { airtel_money_id: 1e17 })),
      'unknown',
    ],
    ['paid, behind a 201', { ...said(C('001'), paid), status: 201 }, 'unknown'],
    ['a yes without a transaction', said(C('001')), 'unknown'],
    [
      'failed, and why',
      refused(C('007'), stands('TF')),
      declined('insufficient-funds', 'other-wallet', C('007')),
    ],
    ['failed, without why', said(C('001'), stands('TF')), declined('failed', 'later', C('001'))],
    ['failed, by an unlisted code', refused(C('099'), stands('TF')), declined('failed', 'later', C('099'))],
    ['failed, timed out', refused(C('024'), stands('TF')), declined('failed', 'later', C('024'))],
    ['expired', said(C('029'), stands('TE')), declined('expired', 'later', C('029'))],
    [
      'expired, without why',
      said(null, stands('TE'), { result_code: null }),
      { kind: 'declined', reason: 'expired' } as Outcome,
    ],
    ['ambiguous', refused(C('000'), stands('TA')), 'unknown'],
    ['in process, by its code alone', said(C('006')), { kind: 'accepted' }],
    ['gone back', said(C('001'), stands('TR')), { kind: 'reversed', amount: order.amount }],
    ['an unlisted status', said(C('001'), stands('TX')), 'unknown'],
    ['a number for a status', said(C('001'), { ...stands('TS'), status: 1 }), 'unknown'],
    ['a no without a transaction may be about the question', refused(C('008')), 'unknown'],
    ['never heard of it', refused(C('025')), { kind: 'not-found' }],
    ['never heard of it, with 404', { ...refused(C('025')), status: 404 }, { kind: 'not-found' }],
    ['never heard of it, in older words', legacy('ESB000045'), { kind: 'not-found' }],
    ['another transaction', said(C('001'), { ...paid, id: 'else' }), 'unknown'],
    ['a question that the router refuses', { ...refused('ROUTER006'), status: 400 }, configuration],
    ['a PIN that was not asked for', { ...refused('ROUTER116'), status: 400 }, credentials],
  ],
  carriesReference: request => {
    const { reference, subscriber, transaction } = JSON.parse(request.body)
    return (
      `${request.method} ${request.url}` === 'POST /merchant/v1/payments/' &&
      hasHeaders(request) &&
      reference === 'LN77' &&
      JSON.stringify(subscriber) === '{"country":"ZM","currency":"ZMW","msisdn":"971000111"}' &&
      transaction.id === REFERENCE &&
      transaction.country === 'ZM' &&
      transaction.currency === 'ZMW'
    )
  },
  wireAmount,
  amounts: amountsOf('collect'),
  callbacks: {
    good,
    goodOutcome: confirmed,
    otherAmount: signed({ ...told, message: 'Paid ZMW 5,000 to SOPE LIMITED' }),
    otherAttempt: signed({ ...told, id: 'else' }),
    unlisted: signed({ ...told, status_code: 'TX' }),
    forged: [
      callback(told),
      callback(told, { hash: '' }),
      callback(told, { hash: `${hashOf({ transaction: told }).slice(0, -3)}AA=` }),
      callback(told, { hash: hashOf({ transaction: told }, 'another key') }),
      callback(
        { ...told, message: 'Paid ZMW 50.51 to SOPE LIMITED' },
        { hash: hashOf({ transaction: told }) },
      ),
      callback(told, { hash: hashOf({ transaction: told }), more: 1 }),
      { ...good, method: 'PUT' },
      { ...good, body: `${good.body} x` },
    ],
  },
})

const parsed = (change: object = {}) => airtel.config({ ...config('http://127.0.0.1:1', 1_000), ...change })
const proves = (request: typeof good, change?: object) => airtel.proves?.(request, parsed(change), NOW)
const read = (request: typeof good, attempt = true) =>
  airtel.readCallback(request, parsed(), attempt ? order : undefined)

it('believes a hash as it is configured, and none without a key', () => {
  expect(proves(good, { callback: undefined })).toBe(false)
  const other = { key: 'k', algorithm: 'sha512', over: 'transaction' }
  expect(proves(callback(told, { hash: hashOf(told, 'k', 'sha512') }), { callback: other })).toBe(true)
  expect(
    proves(callback(told, { hash: hashOf({ transaction: told }, 'k', 'sha512') }), { callback: other }),
  ).toBe(false)
  // a hash has no hour: an old one says what it said, and changes nothing twice
  expect(airtel.proves?.(good, parsed(), new Date(NOW.getTime() + 360_000))).toBe(true)
})

it('asks about a callback that does not tell how much, and about a no, whose reason it does not tell', () => {
  for (const message of [
    'Success',
    'Paid USD 50.50 to X',
    'Paid ZMW 0 to X',
    'Paid ZMW 50.555 to X',
    'Paid ZMW 50.50x',
    null,
  ])
    expect(proves(signed({ ...told, message }))).toBe(false)
  expect(proves(signed({ ...told, status_code: 'TF' }))).toBe(false)
  expect(read(signed({ ...told, message: 'Success' }))).toMatchObject({ outcome: confirmed })
  expect(read(signed({ ...told, message: 'Success' }), false)).toMatchObject({
    outcome: { kind: 'unknown' },
    reference: REFERENCE,
  })
})

it('reads the amount in the portal’s own words, and finds the attempt by our reference', () => {
  const outcome = (change: object) => {
    const reading = read(signed({ ...told, ...change }), false)
    return reading.kind === 'outcome' ? reading.outcome : reading
  }
  expect(outcome({ message: 'PAID ZMW 14,000 to AAR Charge ZMW 0. Bal ZMW 14,000.' })).toMatchObject({
    amount: { minor: 1_400_000n },
  })
  expect(outcome({})).toEqual(confirmed)
  expect(outcome({ status_code: 'TF' })).toEqual({ kind: 'declined', reason: 'failed', again: 'later' })
  expect(outcome({ status_code: 'TE' })).toEqual({ kind: 'declined', reason: 'expired', again: 'later' })
  expect(outcome({ status_code: 'TIP' })).toEqual({ kind: 'accepted' })
  expect(outcome({ status_code: 'TA' }).kind).toBe('unknown')
  expect(outcome({ status_code: 'TR' })).toMatchObject({ kind: 'reversed', amount: order.amount })
  expect(outcome({ status_code: 'TR', message: null }).kind).toBe('unknown')
})

it('sends no number of another country, and nothing for nothing', async () => {
  const tools = {
    http: () => Promise.reject(new Error('unused')),
    tokens: { get: () => Promise.reject(), drop() {} },
    now: () => NOW,
  }
  const send = (change: object) => airtel.send({ ...order, ...change }, parsed(), tools)
  expect(await send({ msisdn: '+256752604392' as Msisdn })).toMatchObject({
    kind: 'declined',
    reason: 'no-account',
  })
  expect(await send({ amount: { minor: 0n, currency: 'ZMW' } })).toMatchObject(configuration)
})

it('refuses a configuration that cannot work, with all its faults and no secret', () => {
  const faults = (change: object): string => {
    try {
      parsed(change)
      return ''
    } catch (error) {
      return String(error)
    }
  }
  const all = faults({
    country: 'XX',
    currency: 'zmw',
    reversedWords: ['TS'],
    disbursement: { pin: '73190', publicKey: 'none' },
  })
  for (const field of ['country', 'currency', 'reversedWords', 'pin', 'publicKey'])
    expect(all).toContain(field)
  expect(all).not.toContain('73190')
  expect(faults({ versions: { collect: 'v3' } })).toContain('versions')
})
