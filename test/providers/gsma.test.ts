import type { Outcome } from '../../src/domain/outcome.ts'
import { gsma } from '../../src/providers/gsma/index.ts'
import { type ProviderCase, providerContract } from '../contract/provider.ts'
import type { Received } from '../contract/scripted-server.ts'
import * as body from './gsma-bodies.ts'

const { business, callback, config, error, isGet, isPost, NAME, order, STATE, state, transaction } = body

const confirmed: Outcome = {
  kind: 'confirmed',
  amount: order.amount,
  receipt: 'RC-0042',
  at: new Date('2026-01-15T07:15:00Z'),
}
const accepted: Outcome = { kind: 'accepted', providerReference: STATE }
const configuration: Outcome = { kind: 'our-fault', fault: 'configuration' }
const credentials: Outcome = { kind: 'our-fault', fault: 'credentials' }
const pending = { status: 202, body: state('pending') }
const told = (status: string, more: object = {}) => ({ status: 200, body: transaction(status, more) })
const no = (reason: string, again: string, code?: string) =>
  ({ kind: 'declined', reason, again, ...(code && { code }) }) as Outcome

/** What any order may be answered; the rest is the operation's own. */
const sent: ProviderCase<unknown>['sendOutcomes'] = [
  ['done at once', { status: 201, body: transaction('completed') }, confirmed],
  ['kept, and not decided', { status: 201, body: transaction('pending') }, { kind: 'accepted' }],
  ['failed at once', { status: 201, body: transaction('failed') }, no('failed', 'later')],
  ['an unlisted status', { status: 201, body: transaction('parked') }, 'unknown'],
  [
    'another order',
    { status: 201, body: transaction('completed', { requestingOrganisationTransactionReference: 'x' }) },
    'unknown',
  ],
  ['a state that is done', { status: 202, body: state('completed') }, accepted],
  ['a state of no listed word', { status: 202, body: state('queued') }, 'unknown'],
  [
    'a state without an id',
    { status: 202, body: { ...state('pending'), serverCorrelationId: 'x' } },
    'unknown',
  ],
  ['the same again', business('duplicateRequest'), 'unknown'],
  ['something generic', error(500, 'internal', 'genericError'), 'unknown'],
  ['no service', error(503, 'serviceUnavailable', 'genericError'), 'unknown'],
  ['a refusal with 503', error(503, 'businessRule', 'insufficientFunds'), 'unknown'],
  ['trouble with a code of business', error(500, 'internal', 'insufficientFunds'), 'unknown'],
  ['an unlisted code', business('moonInWrongPhase'), 'unknown'],
  ['a code that is none', business('toString'), 'unknown'],
  ['an error without a category', { status: 400, body: { errorCode: 'insufficientFunds' } }, 'unknown'],
  ['a bare refusal', { status: 400, body: '<html/>' }, 'unknown'],
  [
    'an address that may not',
    { status: 403, body: '<html/>' },
    { kind: 'our-fault', fault: 'address-refused' },
  ],
  ['a wrong field', error(400, 'validation', 'formatError'), configuration],
  ['a missing field', error(400, 'validation', 'mandatoryValueNotSupplied'), configuration],
  ['another currency', error(400, 'validation', 'currencyNotSupported'), configuration],
  ['a type that may not', business('transactionTypeError'), configuration],
  ['we may not', error(401, 'authorisation', 'requestingPartyAuthorisationError'), credentials],
  ['too many calls', business('rateLimitError'), no('busy', 'later', 'rateLimitError')],
  ['too little', business('lessThanTransactionMinValue'), no('below-minimum', 'never')],
  ['too much', business('greaterThanTransactionMaxValue'), no('limit', 'other-wallet')],
  [
    'too much today, with 500',
    error(500, 'businessRule', 'dailyValueLimitExceeded'),
    no('limit', 'other-wallet'),
  ],
]

const stands: ProviderCase<unknown>['inquiryOutcomes'] = [
  ['failed', told('failed'), { kind: 'declined', reason: 'failed', again: 'later' }],
  ['gone back', told('reversed'), { kind: 'reversed', amount: order.amount }],
  ['a word in capitals', told('Completed'), confirmed],
  ['an unlisted status', told('settled'), 'unknown'],
  ['a status that is none', told('constructor'), 'unknown'],
  ['a number instead of text', told('completed', { amount: 1500 }), confirmed],
  ['nothing was paid', told('completed', { amount: '0.00' }), 'unknown'],
  ['no amount that ZMW can have', told('completed', { amount: '1500.005' }), 'unknown'],
  ['a negative amount', told('completed', { amount: '-1500' }), 'unknown'],
  ['no currency', told('completed', { currency: 7 }), 'unknown'],
  ['another transaction', told('completed', { transactionReference: 'TX-9' }), 'unknown'],
  ['another order', told('completed', { requestingOrganisationTransactionReference: 'x' }), 'unknown'],
  ['no receipt', told('completed', { transactionReceipt: null }), { ...confirmed, receipt: NAME }],
  ['linked to, and not there', body.notThere, 'unknown'],
  ['our key is no good', error(401, 'authorisation', 'clientAuthorisationError'), credentials],
]

const shared = {
  adapter: gsma,
  config,
  secrets: body.SECRETS,
  tokens: {
    isToken: ({ url }: Received) => url === '/v1/oauth/accesstoken',
    token: { status: 200, body: { access_token: 'tok-1', expires_in: '3600' } },
    badToken: body.badToken,
  },
  refused: { status: 401, body: { error: 'invalid_client' } },
  accepted: pending,
  pending: told('pending'),
  paid: told('completed'),
  confirmed,
  isInquiry: isGet(`/transactions/${NAME}`),
  askedBy: NAME,
  inquiryOutcomes: stands,
  carriesReference: ({ headers, body: text }: Received) => {
    const { requestingOrganisationTransactionReference: named } = JSON.parse(text)
    return headers['x-correlationid'] === order.reference && named === order.reference
  },
  wireAmount: ({ body: text }: Received) => JSON.parse(text).amount,
  callbacks: {
    good: callback(transaction('completed')),
    goodOutcome: confirmed,
    otherAmount: callback(transaction('completed', { amount: '9999.00' })),
    otherAttempt: callback(transaction('completed', { requestingOrganisationTransactionReference: 'x' })),
    unlisted: callback(transaction('settled')),
    forged: body.forgeries(),
  },
} as const

const amountsOf = (sample: typeof order) =>
  [
    [sample, '1500.00'],
    [{ ...sample, amount: { minor: 5n, currency: 'ZMW' } }, '0.05'],
    [{ ...sample, amount: { minor: 12_345_678_901_234_567n, currency: 'ZMW' } }, '123456789012345.67'],
  ] as const

const ofAPayer: ProviderCase<unknown>['sendOutcomes'] = [
  ['too little money', business('insufficientFunds'), no('insufficient-funds', 'other-wallet')],
  ['our account is full', business('maxBalanceExceeded'), { kind: 'our-fault', fault: 'quota' }],
  ['no such wallet', body.notThere, no('no-account', 'other-wallet', 'identifierError')],
  ['she said no', error(401, 'authorisation', 'requestDeclined'), no('cancelled', 'later')],
]

providerContract({
  ...shared,
  name: 'gsma collect, found by our correlation id',
  order,
  before: { is: isGet(`/responses/${order.reference}`), answer: body.link },
  sendOutcomes: [...sent, ...ofAPayer],
  carriesReference: request =>
    isPost('/transactions/type/merchantpay')(request) &&
    JSON.parse(request.body).debitParty[0].value === order.msisdn &&
    request.headers['x-api-key'] === 'gsma-api-key' &&
    request.headers.authorization === 'Bearer tok-1' &&
    request.headers['x-channel'] === 'lender' &&
    request.headers['x-callback-url'] === order.callbackUrl &&
    shared.carriesReference(request),
  amounts: amountsOf(order),
})

providerContract({
  ...shared,
  name: 'gsma collect, found by the state of its request',
  order,
  providerReference: STATE,
  before: { is: isGet(`/requeststates/${STATE}`), answer: { status: 200, body: state('completed') } },
  sendOutcomes: [['taken', pending, accepted]],
  amounts: [],
})

const { tokens: _, ...withBasic } = shared
providerContract({
  ...withBasic,
  name: 'gsma disburse, by name and password',
  config: body.basicConfig,
  refused: error(401, 'authorisation', 'clientAuthorisationError'),
  order: body.payout,
  before: { is: isGet(`/responses/${order.reference}`), answer: body.link },
  sendOutcomes: [
    ...sent,
    ['our float is empty', business('insufficientFunds'), { kind: 'our-fault', fault: 'no-float' }],
    ['her wallet is full', business('maxBalanceExceeded'), no('limit', 'other-wallet')],
    ['no such wallet', body.notThere, no('no-account', 'other-wallet')],
  ],
  carriesReference: request =>
    isPost('/transactions/type/disbursement')(request) &&
    JSON.parse(request.body).creditParty[0].value === order.msisdn &&
    JSON.parse(request.body).debitParty[0].value === 'LENDER-1' &&
    request.headers.authorization === `Basic ${Buffer.from('user:gsma-password').toString('base64')}` &&
    request.headers['x-content-hash'] === body.hashOf(request.body) &&
    shared.carriesReference(request),
  amounts: amountsOf(body.payout),
})

/** A reversal need not say how much it was. */
const bare = { amount: undefined, currency: undefined }
providerContract({
  ...shared,
  name: 'gsma refund',
  order: body.refund,
  before: { is: ({ url }) => url.startsWith('/mm/responses/'), answer: body.link },
  pending: told('pending', bare),
  paid: told('completed', bare),
  sendOutcomes: [
    ...sent,
    ['our float is empty', business('insufficientFunds'), { kind: 'our-fault', fault: 'no-float' }],
    ['it went back before', business('incorrectState'), no('failed', 'never')],
    ['no such payment', body.notThere, no('failed', 'never')],
  ],
  inquiryOutcomes: stands.filter(([what]) => what !== 'no currency'),
  carriesReference: request =>
    isPost(`/transactions/${NAME}/reversals`)(request) &&
    JSON.parse(request.body).type === 'reversal' &&
    shared.carriesReference(request),
  amounts: amountsOf(body.refund),
})
