import { expect, it } from '@jest/globals'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { AttemptRef, Order } from '../../src/providers/provider.ts'
import { wave } from '../../src/providers/wave/index.ts'
import { providerContract } from '../contract/provider.ts'
import type { Received, Scripted } from '../contract/scripted-server.ts'
import * as body from './wave-bodies.ts'
import { scriptedWave } from './wave-tools.ts'

/** Payouts, payments that go back, and whose number it is. */

const { config, error, invalid, notPaid, ok, paidOut, payout, processing, refund } = body

const configuration: Outcome = { kind: 'our-fault', fault: 'configuration' }
const declined = (reason: 'no-account' | 'not-allowed' | 'limit' | 'failed', code?: string): Outcome => ({
  kind: 'declined',
  reason,
  again: reason === 'failed' ? 'later' : 'other-wallet',
  ...(code === undefined ? {} : { code }),
})
const paid: Outcome = {
  kind: 'confirmed',
  amount: payout.amount,
  receipt: body.PAYOUT,
  at: new Date('2026-01-15T07:15:00Z'),
  charge: { minor: 15n, currency: 'XOF' },
}

const RECEIVER: readonly (readonly [string, Outcome])[] = [
  ['recipient-minor', declined('not-allowed', 'recipient-minor')],
  ['recipient-account-blocked', declined('not-allowed', 'recipient-account-blocked')],
  ['recipient-account-inactive', declined('no-account', 'recipient-account-inactive')],
  ['recipient-limit-exceeded', declined('limit', 'recipient-limit-exceeded')],
  ['country-mismatch', declined('not-allowed', 'country-mismatch')],
]

const payouts = {
  adapter: wave,
  config,
  secrets: body.SECRETS,
  order: payout,
  refused: error(401, 'no-matching-api-key'),
  accepted: ok(processing),
  confirmed: paid,
  sendOutcomes: [
    ['paid at once', ok(paidOut), paid],
    ['failed at once', ok(notPaid('recipient-minor')), declined('not-allowed', 'recipient-minor')],
    ...RECEIVER.map(([code, outcome]) => [code, error(422, code), outcome] as const),
    ['no float', error(422, 'insufficient-funds'), { kind: 'our-fault', fault: 'no-float' }],
    ['a key used for something else', error(409, 'idempotency-mismatch'), 'unknown'],
    ['her number is none', invalid('mobile'), declined('no-account')],
    ['a reason that Wave does not take', invalid('payment_reason'), configuration],
    ['another currency', error(400, 'currency-mismatch'), configuration],
    [
      'an older form of refusals',
      { status: 422, body: { error: { code: 'recipient-minor' } } },
      RECEIVER[0]?.[1] ?? paid,
    ],
    ['an unlisted code', error(422, 'new-code'), 'unknown'],
    ['a code with a number for text', { status: 422, body: { code: 7 } }, 'unknown'],
    ['another order’s payout', ok({ ...paidOut, client_reference: 'else' }), 'unknown'],
    ['a payout without a name', ok({ ...paidOut, id: undefined }), 'unknown'],
    ['too many calls', error(429, 'too-many-requests'), 'unknown'],
    ['an internal error', error(500, 'internal-server-error'), 'unknown'],
  ],
  carriesReference: ({ method, url, headers, body: sent }: Received) =>
    `${method} ${url}` === 'POST /v1/payout' &&
    headers['idempotency-key'] === payout.reference &&
    JSON.parse(sent).client_reference === payout.reference &&
    JSON.parse(sent).mobile === '+221761110000',
  wireAmount: ({ body: sent }: Received) => JSON.parse(sent).receive_amount,
  amounts: [
    [payout, '1500'],
    [{ ...payout, amount: { minor: 999_999_999_999_999n, currency: 'XOF' } }, '999999999999999'],
  ],
} as const

const stands: readonly (readonly [string, object, Outcome | 'unknown'])[] = [
  ['reversed', { ...paidOut, status: 'reversed' }, { kind: 'reversed', amount: payout.amount }],
  ['an unlisted status', { ...paidOut, status: 'done' }, 'unknown'],
  ['no amount', { ...paidOut, receive_amount: '' }, 'unknown'],
  ['an amount that XOF cannot have', { ...paidOut, receive_amount: '1500.25' }, 'unknown'],
  ['a number for the amount', { ...paidOut, receive_amount: 1500 }, paid],
  ['no fee', { ...paidOut, fee: '0' }, { kind: 'confirmed', amount: payout.amount, receipt: body.PAYOUT }],
  ['another order', { ...paidOut, client_reference: 'else' }, 'unknown'],
  [
    'failed, and why',
    notPaid('recipient-account-blocked'),
    declined('not-allowed', 'recipient-account-blocked'),
  ],
  ['failed, without why', { ...processing, status: 'failed' }, declined('failed')],
  ['failed by an unlisted code', notPaid('new-code'), declined('failed', 'new-code')],
  [
    'failed for the float',
    notPaid('insufficient-funds'),
    { kind: 'our-fault', fault: 'no-float', ended: true, detail: 'insufficient-funds' },
  ],
]

providerContract({
  ...payouts,
  name: 'wave disburse, by our reference',
  isInquiry: ({ method, url }) =>
    method === 'GET' && url === `/v1/payouts/search?client_reference=${payout.reference}`,
  pending: ok({ result: [processing] }),
  paid: ok({ result: [paidOut] }),
  inquiryOutcomes: [
    ...stands.map(([what, one, outcome]) => [what, ok({ result: [one] }), outcome] as const),
    ['never heard of it', ok({ result: [] }), { kind: 'not-found' }],
    ['two by one key', ok({ result: [paidOut, { ...paidOut, id: 'pt-2' }] }), 'unknown'],
    ['a page that is not there', error(404, 'not-found'), 'unknown'],
  ],
})

providerContract({
  ...payouts,
  name: 'wave disburse, by Wave’s own name',
  providerReference: body.PAYOUT,
  askedBy: body.PAYOUT,
  isInquiry: ({ method, url }) => method === 'GET' && url === `/v1/payout/${body.PAYOUT}`,
  pending: ok(processing),
  paid: ok(paidOut),
  inquiryOutcomes: [
    ...stands.map(([what, one, outcome]) => [what, ok(one), outcome] as const),
    ['a payout that was there before', error(404, 'not-found'), 'unknown'],
  ],
})

const back: Outcome = { kind: 'confirmed', amount: refund.amount }

providerContract({
  adapter: wave,
  config,
  secrets: body.SECRETS,
  name: 'wave refund',
  order: refund,
  askedBy: '/v1/transactions?date=2026-01-1',
  refused: error(401, 'no-matching-api-key'),
  before: {
    is: ({ method, url }) => `${method} ${url}` === `GET /v1/checkout/sessions/${body.SESSION}`,
    answer: ok(body.paid),
  },
  isInquiry: ({ method, url }) => method === 'GET' && url.startsWith('/v1/transactions?date='),
  // all that Wave says of one
  accepted: { status: 200 },
  pending: ok(body.page([body.line])),
  paid: ok(body.page([body.line, body.sentBack])),
  confirmed: back,
  sendOutcomes: [
    ['it cannot go back', error(400, 'checkout-refund-failed'), declined('failed', 'checkout-refund-failed')],
    ['not in this state', error(409, 'checkout-refund-failed'), declined('failed', 'checkout-refund-failed')],
    [
      'a session that is not there',
      error(404, 'checkout-session-not-found'),
      { kind: 'declined', reason: 'failed', again: 'never', code: 'checkout-session-not-found' },
    ],
    ['no float', error(422, 'insufficient-funds'), { kind: 'our-fault', fault: 'no-float' }],
    ['no rights', error(403, 'unauthorized-wallet'), configuration],
    ['an unlisted code', error(400, 'new-code'), 'unknown'],
    ['too many calls', error(429, 'too-many-requests'), 'unknown'],
    ['an internal error', error(500, 'checkout-refund-failed'), 'unknown'],
  ],
  inquiryOutcomes: [
    ['by its type', ok(body.page([{ ...body.sentBack, is_reversal: null }])), back],
    ['without the session', ok(body.page([{ ...body.sentBack, checkout_api_session_id: null }])), back],
    [
      'another session’s',
      ok(body.page([{ ...body.sentBack, checkout_api_session_id: 'cos-else' }])),
      { kind: 'accepted' },
    ],
    ['nothing moved', ok(body.page([])), { kind: 'accepted' }],
    ['no page', ok({ items: [] }), 'unknown'],
    ['a page that leads nowhere', ok({ ...body.page([]), page_info: { has_next_page: true } }), 'unknown'],
    ['a line that is none', ok(body.page([{}])), 'unknown'],
  ],
  carriesReference: ({ method, url }) =>
    `${method} ${url}` === `POST /v1/checkout/sessions/${body.SESSION}/refund`,
  // whatever was paid goes back: no amount is told
  wireAmount: ({ body: sent }) => sent,
  amounts: [[refund, '']],
})

const answering = scriptedWave()

/** The calls that an order makes, and what comes of it, where Wave answers so. */
async function sent(order: Order, answers: Readonly<Record<string, Scripted>>) {
  const { known, tools, calls } = answering(answers)
  const outcome = await wave.send(order, known, tools)
  return { outcome, calls: calls() }
}
function asked(attempt: AttemptRef, answers: Readonly<Record<string, Scripted>>) {
  const { known, tools } = answering(answers)
  return wave.inquire(attempt, known, tools)
}

it('finds the session that goes back by our own reference, where Wave’s name for it was never heard', async () => {
  const { outcome, calls } = await sent(
    { ...refund, original: { reference: 'paid-before' } },
    {
      'GET /v1/checkout/sessions/search?client_reference=paid-before': ok({
        result: [body.expired(), body.paid],
      }),
      [`POST /v1/checkout/sessions/${body.SESSION}/refund`]: ok({}),
    },
  )
  expect(outcome).toEqual({ kind: 'accepted' })
  expect(calls).toHaveLength(2)
})

it('sends back nothing but the whole, and nothing that it cannot name', async () => {
  const seen = { [`GET /v1/checkout/sessions/${body.SESSION}`]: ok({ ...body.paid, amount: '1501' }) }
  expect(await sent(refund, seen)).toEqual({
    outcome: { kind: 'declined', reason: 'failed', again: 'never', code: 'not-the-whole' },
    calls: [`GET /v1/checkout/sessions/${body.SESSION}`],
  })
  const nobody = { ...refund, original: { reference: '', receipt: 'TDH5TEWTLFE' } }
  expect(await sent(nobody, {})).toMatchObject({ outcome: configuration, calls: [] })
  const never = { 'GET /v1/checkout/sessions/search?client_reference=x': ok({ result: [] }) }
  expect((await sent({ ...refund, original: { reference: 'x' } }, never)).outcome).toMatchObject({
    reason: 'failed',
  })
})

it('looks for a refund on the days before, page after page', async () => {
  const days = {
    'GET /v1/transactions?date=2026-01-15': ok(body.page([body.line], 'next page')),
    'GET /v1/transactions?date=2026-01-15&after=next%20page': ok(body.page([body.line])),
    'GET /v1/transactions?date=2026-01-14': ok(body.page([body.sentBack])),
  }
  expect(await asked(refund, days)).toEqual(back)
})

const reversal: Order = {
  ...refund,
  original: { reference: 'paid-out-before', providerReference: body.PAYOUT },
}
const REVERSE = `POST /v1/payout/${body.PAYOUT}/reverse`
const ASK = `GET /v1/payout/${body.PAYOUT}`

it.each([
  ['taken back', ok({}), { kind: 'accepted' }],
  // Wave's own way to say so; were it silence, five in a row would make the connection sick
  ['taken back without a word', { status: 200 }, { kind: 'accepted' }],
  ['a page', { status: 200, body: '<html>Please log in</html>' }, { kind: 'unknown' }],
  [
    'too late',
    error(422, 'payout-reversal-time-limit-exceeded'),
    { kind: 'declined', reason: 'not-allowed', again: 'never' },
  ],
  [
    'spent',
    error(422, 'insufficient-funds'),
    { kind: 'declined', reason: 'insufficient-funds', again: 'later' },
  ],
  [
    'nobody is there',
    error(422, 'payout-reversal-account-terminated'),
    { kind: 'declined', reason: 'no-account' },
  ],
  ['never paid', error(404, 'not-found'), { kind: 'declined', reason: 'failed', again: 'never' }],
  ['no answer', error(503, 'service-unavailable'), { kind: 'unknown' }],
])('takes a payout back: %s', async (_, answer, outcome) => {
  const got = await sent(reversal, { [REVERSE]: answer })
  expect(got.outcome).toMatchObject(outcome)
  expect(got.calls).toEqual([REVERSE])
})

it.each([
  ['reversed', { kind: 'confirmed', amount: payout.amount }],
  ['succeeded', { kind: 'accepted' }],
  ['failed', { kind: 'unknown' }],
  ['done', { kind: 'unknown' }],
])('asks the payout itself whether it is back: %s', async (status, outcome) => {
  expect(await asked(reversal, { [ASK]: ok({ ...paidOut, status }) })).toMatchObject(outcome)
})

it.each([
  ['MATCH', { kind: 'name', name: 'Fatou Ndiaye' }],
  ['NO_MATCH', { kind: 'other-name' }],
  ['NAME_NOT_KNOWN', { kind: 'unknown' }],
  [null, { kind: 'unknown' }],
  ['MAYBE', { kind: 'unknown' }],
])('asks whether a name fits her number: %s', async (name_match, answer) => {
  const wire = answering({ 'POST /v1/verify_recipient/': ok({ within_limits: true, name_match }) })
  expect(await wave.nameOf?.(payout.msisdn, wire.known, wire.tools, ' Fatou Ndiaye ')).toMatchObject(answer)
  expect(JSON.parse(wire.bodies()[0] ?? '')).toEqual({
    mobile: payout.msisdn,
    name: 'Fatou Ndiaye',
    currency: 'XOF',
  })
})

it('compares no name with nothing, and none where it is refused', async () => {
  const nothing = answering({})
  expect(await wave.nameOf?.(payout.msisdn, nothing.known, nothing.tools)).toMatchObject({ kind: 'unknown' })
  expect(nothing.calls()).toEqual([])
  for (const answer of [
    error(429, 'too-many-requests'),
    error(401, 'api-key-revoked'),
    'reset',
    ok('<html/>'),
  ] as const) {
    const { known, tools } = answering({ 'POST /v1/verify_recipient/': answer })
    expect(await wave.nameOf?.(payout.msisdn, known, tools, 'Fatou')).toMatchObject({ kind: 'unknown' })
  }
})
