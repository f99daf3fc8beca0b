import { describe, expect, it } from '@jest/globals'
import type { Outcome } from '../../src/domain/outcome.ts'
import { wave } from '../../src/providers/wave/index.ts'
import { NOW, providerContract } from '../contract/provider.ts'
import * as body from './wave-bodies.ts'
import { scriptedWave } from './wave-tools.ts'

const { config, error, hook, invalid, ok, open, order, paid, withHeaders } = body

const configuration: Outcome = { kind: 'our-fault', fault: 'configuration' }
const confirmed: Outcome = {
  kind: 'confirmed',
  amount: order.amount,
  receipt: 'TDH5TEWTLFE',
  at: new Date('2026-01-15T07:15:00Z'),
}
const accepted: Outcome = { kind: 'accepted', providerReference: body.SESSION, link: body.LINK }

const sendOutcomes = [
  ['the link, and what Wave calls the session', ok(open), accepted],
  ['a session that is another order’s', ok({ ...open, client_reference: 'else' }), 'unknown'],
  ['an unlisted status', ok({ ...open, payment_status: 'queued' }), 'unknown'],
  [
    'her number is none',
    invalid('restrict_payer_mobile'),
    { kind: 'declined', reason: 'no-account', again: 'other-wallet' },
  ],
  [
    'an amount that Wave does not take',
    invalid('amount'),
    { kind: 'declined', reason: 'limit', again: 'never' },
  ],
  ['a wrong page', invalid('success_url'), configuration],
  ['a validation that says nothing', error(400, 'request-validation-error'), configuration],
  ['another currency', error(400, 'currency-mismatch'), configuration],
  ['a merchant is missing', error(400, 'aggregated-merchant-required'), configuration],
  ['a wallet that may not', error(403, 'invalid-wallet'), configuration],
  ['a wallet that is shut', error(403, 'disabled-wallet'), configuration],
  [
    'an address that may not',
    { status: 403, body: '<html/>' },
    { kind: 'our-fault', fault: 'address-refused' },
  ],
  ['a key that was revoked', error(401, 'api-key-revoked'), { kind: 'our-fault', fault: 'credentials' }],
  ['an unlisted code', error(400, 'new-code'), 'unknown'],
  ['the same again', error(409, 'idempotency-mismatch'), 'unknown'],
  ['too many calls', error(429, 'too-many-requests'), 'unknown'],
  ['too slow', error(408, 'request-timeout'), 'unknown'],
  ['no service', error(503, 'service-unavailable'), 'unknown'],
] as const

/** By what a session says; the same whether Wave is asked by its own name for it or by our reference. */
const sessions = [
  ['a failed payment, while she may try again', body.failed('insufficient-funds'), accepted],
  ['a cancelled payment, while she may', { ...open, payment_status: 'cancelled' }, accepted],
  ['a number instead of text', { ...paid, amount: 1500 }, confirmed],
  ['a paid session without an amount', { ...paid, amount: '' }, 'unknown'],
  ['nothing was paid', { ...paid, amount: '0' }, 'unknown'],
  ['an amount that XOF cannot have', { ...paid, amount: '1500.5' }, 'unknown'],
  ['no transaction yet', { ...paid, transaction_id: null }, { kind: 'confirmed', amount: order.amount }],
  ['an unlisted checkout status', { ...paid, checkout_status: 'closed' }, 'unknown'],
  ['an unlisted payment status', { ...paid, payment_status: 'done' }, 'unknown'],
  ['paid, and expired', { ...paid, checkout_status: 'expired' }, 'unknown'],
  ['cancelled after a payment', { ...paid, payment_status: 'cancelled' }, 'unknown'],
  ['expired while it may be paid', { ...open, checkout_status: 'expired' }, 'unknown'],
  ['another order', { ...paid, client_reference: 'else' }, 'unknown'],
  ['nobody came', body.expired(), { kind: 'declined', reason: 'expired', again: 'later' }],
  [
    'complete, and cancelled',
    { ...body.expired(), checkout_status: 'complete' },
    { kind: 'declined', reason: 'failed', again: 'later' },
  ],
  ...(
    [
      ['blocked-account', 'not-allowed', 'other-wallet'],
      ['cross-border-payment-not-allowed', 'not-allowed', 'other-wallet'],
      ['customer-age-restricted', 'not-allowed', 'other-wallet'],
      ['insufficient-funds', 'insufficient-funds', 'other-wallet'],
      ['payer-mobile-mismatch', 'not-allowed', 'later'],
      ['payment-failure', 'failed', 'later'],
      ['a-code-nobody-knows', 'expired', 'later'],
    ] as const
  ).map(
    ([code, reason, again]) =>
      [`expired after ${code}`, body.expired(code), { kind: 'declined', reason, again, code }] as const,
  ),
  [
    'our own limit',
    body.expired('kyb-limits-exceeded'),
    { kind: 'our-fault', fault: 'quota', ended: true, detail: 'kyb-limits-exceeded' },
  ],
] as const

const shared = {
  adapter: wave,
  config,
  secrets: body.SECRETS,
  order,
  refused: error(401, 'no-matching-api-key'),
  accepted: ok(open),
  confirmed,
  sendOutcomes,
  carriesReference: ({
    method,
    url,
    headers,
    body: sent,
  }: {
    method: string
    url: string
    headers: Readonly<Record<string, string>>
    body: string
  }) => {
    const { client_reference, restrict_payer_mobile } = JSON.parse(sent)
    return (
      `${method} ${url}` === 'POST /v1/checkout/sessions' &&
      headers.authorization === 'Bearer wave_sn_prod_KEY' &&
      client_reference === order.reference &&
      restrict_payer_mobile === '+221761110000'
    )
  },
  wireAmount: ({ body: sent }: { body: string }) => JSON.parse(sent).amount,
  amounts: [
    [order, '1500'],
    [{ ...order, amount: { minor: 123_456_789_012_345n, currency: 'XOF' } }, '123456789012345'],
  ],
  callbacks: {
    good: hook(paid),
    goodOutcome: confirmed,
    otherAmount: hook({ ...paid, amount: '999999' }),
    otherAttempt: hook({ ...paid, client_reference: '00000000-0000-4000-8000-000000000000' }),
    unlisted: hook({ ...paid, payment_status: 'done' }),
    forged: forgeries(),
  },
} as const

function forgeries() {
  const good = hook(paid)
  const signed = good.headers['wave-signature'] ?? ''
  const lastOff = signed.slice(0, -1) + (signed.endsWith('0') ? '1' : '0')
  const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000)
  return [
    withHeaders(good, {}),
    withHeaders(good, { 'wave-signature': lastOff }),
    withHeaders(good, { 'wave-signature': signed.replace(/,.*/, '') }),
    withHeaders(good, { 'wave-signature': body.signature(good.body, minutes(-6)) }),
    withHeaders(good, { 'wave-signature': body.signature(good.body, minutes(6)) }),
    withHeaders(good, { 'wave-signature': body.signature(good.body, NOW, 'another secret') }),
    withHeaders(good, { authorization: `Bearer ${body.SIGNING_SECRET}` }),
    { ...good, body: good.body.replace('"1500"', '"9500"') },
  ]
}

providerContract({
  ...shared,
  name: 'wave collect, by Wave’s own name',
  providerReference: body.SESSION,
  askedBy: body.SESSION,
  isInquiry: ({ method, url }) => method === 'GET' && url === `/v1/checkout/sessions/${body.SESSION}`,
  pending: ok(open),
  paid: ok(paid),
  inquiryOutcomes: [
    ...sessions.map(([what, session, outcome]) => [what, ok(session), outcome] as const),
    ['a session that was there before', error(404, 'checkout-session-not-found'), 'unknown'],
  ],
})

providerContract({
  ...shared,
  name: 'wave collect, by our reference',
  isInquiry: ({ method, url }) =>
    method === 'GET' && url === `/v1/checkout/sessions/search?client_reference=${order.reference}`,
  pending: ok({ result: [open] }),
  paid: ok({ result: [paid] }),
  inquiryOutcomes: [
    ...sessions.map(([what, session, outcome]) => [what, ok({ result: [session] }), outcome] as const),
    ['never heard of it', ok({ result: [] }), { kind: 'not-found' }],
    ['sent twice, paid once', ok({ result: [body.expired(), paid, open] }), confirmed],
    ['sent twice, one still open', ok({ result: [body.expired(), open] }), accepted],
    ['one that is no session', ok({ result: [paid, {}] }), 'unknown'],
    ['no list', ok(paid), 'unknown'],
    ['a page that is not there', error(404, 'not-found'), 'unknown'],
    ['no rights', error(403, 'unauthorized-wallet'), configuration],
  ],
})

describe('wave hears of events', () => {
  const known = wave.config(config('http://127.0.0.1', 1))

  it('by a signature of one of two secrets, while the secret is changed', () => {
    const good = hook(paid)
    const [time, ...mine] = (good.headers['wave-signature'] ?? '').split(',')
    const two = withHeaders(good, { 'wave-signature': [time, `v1=${'0'.repeat(64)}`, ...mine].join(',') })
    expect(wave.proves?.(two, known, NOW)).toBe(true)
    expect(
      wave.proves?.(good, wave.config({ ...config('http://a', 1), signingSecret: undefined }), NOW),
    ).toBe(false)
  })

  it('by the shared secret, where the portal was told so', () => {
    const shares = wave.config({
      ...config('http://a', 1),
      signingSecret: undefined,
      sharedSecret: body.SHARED_SECRET,
    })
    const by = (secret: string) => withHeaders(hook(paid), { authorization: `Bearer ${secret}` })
    expect(wave.proves?.(by(body.SHARED_SECRET), shares, NOW)).toBe(true)
    for (const wrong of [by(`${body.SHARED_SECRET}x`), by(''), hook(paid)])
      expect(wave.proves?.(wrong, shares, NOW)).toBe(false)
  })

  it('whose address is the wallet’s: the session says whose it is', () => {
    expect(wave.readCallback(hook(paid), known, undefined)).toEqual({
      kind: 'outcome',
      outcome: confirmed,
      providerReference: body.SESSION,
      reference: order.reference,
    })
  })

  it('of a payment that failed: she may try again', () => {
    const event = hook(body.failed('insufficient-funds'), 'checkout.session.payment_failed')
    expect(wave.readCallback(event, known, undefined)).toMatchObject({ outcome: accepted })
  })

  it('that are none of ours', () => {
    for (const type of [
      'b2b.payment_received',
      'merchant.payment_received',
      'test.test_event',
      'payout.done',
    ])
      expect(wave.readCallback(hook(paid, type), known, undefined).kind).toBe('unreadable')
    const named = { ...order, providerReference: 'cos-another' }
    expect(wave.readCallback(hook(paid), known, named).kind).toBe('unreadable')
    expect(wave.readCallback(hook(paid), known, body.payout).kind).toBe('unreadable')
  })
})

const answering = scriptedWave()

it('believes that nobody paid an expired session by the words of its configuration', async () => {
  const path = `GET /v1/checkout/sessions/${body.SESSION}`
  const { known, tools } = answering({ [path]: ok({ ...open, checkout_status: 'expired' }) })
  const attempt = { ...order, providerReference: body.SESSION }
  const told = wave.config({ ...known, unpaidWhenExpired: ['cancelled', 'processing'] })
  expect(await wave.inquire(attempt, known, tools)).toMatchObject({ kind: 'unknown' })
  expect(await wave.inquire(attempt, told, tools)).toMatchObject({ kind: 'declined', reason: 'expired' })
})

it('wants pages that a browser can come back to', () => {
  const faults = (more: object) => wave.config({ ...config('https://api.wave.com', 1), ...more })
  for (const successUrl of ['http://lender.example', 'javascript:alert(1)', 'lender.example', undefined])
    expect(() => faults({ successUrl })).toThrow('successUrl')
  expect(faults({ successUrl: 'http://localhost:8080/thanks' }).successUrl).toBe(
    'http://localhost:8080/thanks',
  )
})
