import { expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { shippedProfile } from '../../src/providers/aggregator/files.ts'
import { createAggregator } from '../../src/providers/aggregator/index.ts'
import type { Operation } from '../../src/providers/provider.ts'
import { providerContract } from '../contract/provider.ts'
import { at, callback, declined, ok, orderOf, ours, REFERENCE } from './aggregator-case.ts'

const adapter = createAggregator(shippedProfile('pawapay'))

const WIRE = {
  collect: { path: '/deposits', id: 'depositId', amount: 'depositedAmount', party: 'payer' },
  disburse: { path: '/payouts', id: 'payoutId', amount: 'amount', party: 'recipient' },
  refund: { path: '/refunds', id: 'refundId', amount: 'amount', party: undefined },
} as const

const OF_A_PAYER = [
  ['PAYER_NOT_FOUND', declined('no-account', 'other-wallet', 'FAILED:PAYER_NOT_FOUND')],
  ['PAYER_LIMIT_REACHED', declined('limit', 'other-wallet')],
  ['PAYMENT_NOT_APPROVED', declined('cancelled', 'later')],
  ['INSUFFICIENT_BALANCE', declined('insufficient-funds', 'other-wallet')],
  ['TRANSACTION_ALREADY_IN_PROCESS', declined('busy', 'later')],
] as const
const OF_A_PAYEE = [
  ['RECIPIENT_NOT_FOUND', declined('no-account', 'other-wallet')],
  ['RECIPIENT_NOT_ALLOWED_TO_RECEIVE', declined('not-allowed', 'other-wallet')],
  ['BALANCE_INSUFFICIENT', ours('no-float', { ended: true })],
  ['INSUFFICIENT_BALANCE', ours('no-float', { ended: true })],
] as const

for (const operation of ['collect', 'disburse', 'refund'] as const satisfies Operation[]) {
  const { path, id, amount, party } = WIRE[operation]
  const order = orderOf(operation, {
    amount: { minor: 150_050n, currency: 'ZMW' },
    msisdn: '+260763456789' as Msisdn,
    code: 'MTN_MOMO_ZMB',
  })
  const row = {
    [id]: REFERENCE,
    status: 'COMPLETED',
    [amount]: '1500.5',
    currency: 'ZMW',
    correspondent: 'MTN_MOMO_ZMB',
    correspondentIds: { MTN_INIT: 'A1', MTN_FINAL: 'B2' },
  }
  const { correspondentIds: _, ...open } = row
  const found = (change: object) => ok([{ ...open, ...change }])
  const failed = (failureCode: string) =>
    found({ status: 'FAILED', failureReason: { failureCode, failureMessage: 'words' } })
  const rejected = (rejectionCode: string) =>
    ok({ [id]: REFERENCE, status: 'REJECTED', rejectionReason: { rejectionCode, rejectionMessage: 'words' } })
  const confirmed = { kind: 'confirmed', amount: order.amount, receipt: 'B2' } as const

  providerContract({
    name: `pawapay ${operation}`,
    adapter,
    config: (baseUrl, callMs) => ({ baseUrl, callMs, apiToken: 'API-TOKEN', currency: 'ZMW' }),
    secrets: ['API-TOKEN', 's3cr3t'],
    order,
    foreign: 'KES',
    refused: ok({ errorId: 'e', errorCode: 1, errorMessage: 'No API-TOKEN' }, 401),
    isInquiry: request => request.method === 'GET' && request.url === `${path}/${REFERENCE}`,
    accepted: ok({ [id]: REFERENCE, status: 'ACCEPTED', created: '2026-01-15T07:15:30Z' }),
    pending: found({ status: 'SUBMITTED' }),
    paid: ok([row]),
    confirmed,
    sendOutcomes: [
      ['queued', ok({ [id]: REFERENCE, status: 'ENQUEUED' }), { kind: 'accepted' }],
      ['the same again is asked about', ok({ [id]: REFERENCE, status: 'DUPLICATE_IGNORED' }), 'unknown'],
      ['an unlisted status', ok({ [id]: REFERENCE, status: 'TAKEN' }), 'unknown'],
      ['a final word that was not asked for', ok({ [id]: REFERENCE, status: 'COMPLETED' }), 'unknown'],
      ['about another', ok({ [id]: 'another', status: 'ACCEPTED' }), 'unknown'],
      ['a bad request', ok({ errorCode: 2 }, 400), ours('configuration')],
      ['a number that is none', rejected('INVALID_PAYER_FORMAT'), declined('no-account', 'other-wallet')],
      ['too small', rejected('AMOUNT_TOO_SMALL'), declined('below-minimum', 'never')],
      ['too large', rejected('AMOUNT_TOO_LARGE'), declined('limit', 'other-wallet')],
      ['not now', rejected('CORRESPONDENT_TEMPORARILY_UNAVAILABLE'), declined('busy', 'later')],
      ['an unknown correspondent', rejected('INVALID_CORRESPONDENT'), ours('configuration', { ended: true })],
      ['no money of ours', rejected('BALANCE_INSUFFICIENT'), ours('no-float', { ended: true })],
      ['rejected for a new reason', rejected('A_NEW_ONE'), declined('failed', 'later', 'REJECTED:A_NEW_ONE')],
      ...(operation === 'refund'
        ? ([['nothing to refund', rejected('DEPOSIT_NOT_FOUND'), declined('failed', 'never')]] as const)
        : []),
    ],
    inquiryOutcomes: [
      ['never heard of it', ok([]), { kind: 'not-found' }],
      ['accepted', found({ status: 'ACCEPTED' }), { kind: 'accepted' }],
      ['an unlisted status', found({ status: 'SUCCESSFUL' }), 'unknown'],
      ['about another', found({ [id]: 'another' }), 'unknown'],
      ['another currency', found({ currency: 'KES' }), 'unknown'],
      ['a yes without an amount', found({ [amount]: undefined }), 'unknown'],
      ['an amount that no currency has', found({ [amount]: '15.005' }), 'unknown'],
      ['a number for an amount', found({ [amount]: 1500.5 }), { kind: 'confirmed', amount: order.amount }],
      ['failed for a new reason', failed('A_NEW_ONE'), declined('failed', 'later', 'FAILED:A_NEW_ONE')],
      ['failed for none', found({ status: 'FAILED' }), declined('failed', 'later', 'FAILED')],
      ...(operation === 'collect' ? OF_A_PAYER : OF_A_PAYEE).map(
        ([code, outcome]) => [`failed, ${code}`, failed(code), outcome] as const,
      ),
    ],
    carriesReference: ({ url, body, headers }) =>
      url === path &&
      headers.authorization === 'Bearer API-TOKEN' &&
      at(body, id) === REFERENCE &&
      (party === undefined
        ? at(body, 'depositId') === order.original?.reference
        : at(body, 'correspondent') === 'MTN_MOMO_ZMB' &&
          at(body, party, 'address', 'value') === '260763456789'),
    wireAmount: ({ body }) => at(body, 'amount'),
    amounts: [
      [order, '1500.5'],
      [{ ...order, amount: { minor: 150_000n, currency: 'ZMW' } }, '1500'],
      [{ ...order, amount: { minor: 12_345_678_901_234_567n, currency: 'ZMW' } }, '123456789012345.67'],
    ],
    callbacks: {
      good: callback(row),
      goodOutcome: confirmed,
      otherAmount: callback({ ...row, [amount]: '9999' }),
      otherAttempt: callback({ ...row, [id]: 'another' }),
      unlisted: callback({ ...row, status: 'DONE' }),
    },
  })
}

it('pawapay tells its balances, country by country', async () => {
  const config = adapter.config({ baseUrl: 'https://x.example', apiToken: 't', currency: 'ZMW' })
  const body = JSON.stringify({
    balances: [
      { country: 'ZMB', balance: '21798.03', currency: 'ZMW', mno: '' },
      { country: 'KEN', balance: '10.00', currency: 'KES', mno: '' },
    ],
  })
  const tools = {
    http: async () => ({ kind: 'answer' as const, status: 200, headers: {}, body }),
    tokens: { get: () => Promise.reject(new Error('unused')), drop() {} },
    now: () => new Date(),
  }
  expect(await adapter.balances?.(config, tools)).toEqual({
    kind: 'balances',
    balances: [{ account: 'ZMB', amount: { minor: 2_179_803n, currency: 'ZMW' } }],
  })
})
