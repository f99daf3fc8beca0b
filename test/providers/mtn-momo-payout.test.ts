import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type MtnConfig, mtnMomo } from '../../src/providers/mtn-momo/index.ts'
import type { Operation, Order } from '../../src/providers/provider.ts'
import { providerContract } from '../contract/provider.ts'
import { type Scripted, type ScriptedServer, startScripted } from '../contract/scripted-server.ts'

const AWA = '+237670000001' as Msisdn
const PAID_BEFORE = '7c9e6679-7425-40de-944b-e07fc1f90ae7'

const rawConfig = (baseUrl: string, callMs = 5_000) => ({
  baseUrl,
  targetEnvironment: 'mtncameroon',
  currency: 'XAF',
  collection: { subscriptionKey: 'COLLECT-SUB', apiUser: 'collect-user', apiKey: 'COLLECT-KEY' },
  disbursement: { subscriptionKey: 'PAYOUT-SUB', apiUser: 'payout-user', apiKey: 'PAYOUT-KEY' },
  callMs,
})

const orderOf = (operation: Operation): Order => ({
  operation,
  reference: '2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab',
  amount: { minor: 150_000n, currency: 'XAF' },
  msisdn: AWA,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
  ...(operation === 'refund' ? { original: { reference: PAID_BEFORE, receipt: '1183947612' } } : {}),
})

const paid = {
  amount: '150000',
  currency: 'XAF',
  financialTransactionId: '2283947612',
  externalId: orderOf('disburse').reference,
  payee: { partyIdType: 'MSISDN', partyId: '237670000001' },
  payerMessage: 'LN77',
  payeeNote: 'LN77',
  status: 'SUCCESSFUL',
}
const { financialTransactionId: _, ...unpaid } = paid
const status = (word: string, reason?: unknown) => ({
  status: 200,
  body: { ...unpaid, status: word, ...(reason === undefined ? {} : { reason }) },
})
const error = (code: number, word: string) => ({ status: code, body: { code: word, message: 'words' } })
const callback = (body: unknown): RawRequest => ({
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  query: {},
  body: JSON.stringify(body),
  from: '127.0.0.1',
})

const amount = { minor: 150_000n, currency: 'XAF' }
const noFloat: Outcome = { kind: 'our-fault', fault: 'no-float', detail: 'NOT_ENOUGH_FUNDS' }
const quota: Outcome = { kind: 'our-fault', fault: 'quota', detail: 'PAYER_LIMIT_REACHED' }
const last = (fault: Outcome): Outcome => (fault.kind === 'our-fault' ? { ...fault, ended: true } : fault)
const wrongHost: Outcome = { kind: 'our-fault', fault: 'configuration', detail: 'INVALID_CALLBACK_URL_HOST' }
const misconfigured: Outcome = { kind: 'our-fault', fault: 'configuration' }

/** What MTN says of the one who is paid; nobody was asked, so no word means that she cancelled. */
const OF_A_PAYEE = [
  ['PAYEE_NOT_FOUND', 'no-account', 'other-wallet'],
  ['PAYER_NOT_FOUND', 'no-account', 'other-wallet'],
  ['PAYEE_NOT_ALLOWED_TO_RECEIVE', 'not-allowed', 'other-wallet'],
  ['PAYEE_LIMIT_REACHED', 'limit', 'other-wallet'],
  ['APPROVAL_REJECTED', 'failed', 'later'],
  ['EXPIRED', 'failed', 'later'],
  ['COULD_NOT_PERFORM_TRANSACTION', 'failed', 'later'],
  ['INTERNAL_PROCESSING_ERROR', 'failed', 'later'],
  ['SERVICE_UNAVAILABLE', 'busy', 'later'],
  ['A_WORD_NOBODY_KNOWS', 'failed', 'later'],
] as const

const RESOURCES = { disburse: 'transfer', refund: 'refund' } as const

for (const operation of ['disburse', 'refund'] as const) {
  const order = orderOf(operation)
  const path = `/disbursement/v1_0/${RESOURCES[operation]}`
  providerContract({
    name: `mtn-momo ${operation}`,
    adapter: mtnMomo,
    config: rawConfig,
    secrets: ['PAYOUT-SUB', 'PAYOUT-KEY', 'COLLECT-SUB', 'COLLECT-KEY', 'ACCESS-TOKEN', 's3cr3t'],
    order,
    isInquiry: ({ method, url }) => method === 'GET' && url === `${path}/${order.reference}`,
    tokens: {
      isToken: ({ url, headers }) =>
        url === '/disbursement/token/' && headers['ocp-apim-subscription-key'] === 'PAYOUT-SUB',
      token: { status: 200, body: { access_token: 'ACCESS-TOKEN', expires_in: 3600 } },
      badToken: { status: 401, body: { statusCode: 401, message: 'Access denied due to ACCESS-TOKEN' } },
    },
    refused: { status: 401, body: { error: 'invalid_client' } },
    accepted: { status: 202 },
    pending: status('PENDING'),
    paid: { status: 200, body: paid },
    confirmed: { kind: 'confirmed', amount, receipt: '2283947612' },
    sendOutcomes: [
      ['a used reference is asked about', error(409, 'RESOURCE_ALREADY_EXIST'), 'unknown'],
      ['a bad request is our fault', { status: 400 }, misconfigured],
      ['a wrong host', error(500, 'INVALID_CALLBACK_URL_HOST'), wrongHost],
      ['not allowed', error(500, 'NOT_ALLOWED'), misconfigured],
      ['an unknown address', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
      ['an empty float, told at once', error(400, 'NOT_ENOUGH_FUNDS'), noFloat],
      ['an empty float, as a 500 that proves nothing', error(500, 'NOT_ENOUGH_FUNDS'), 'unknown'],
      ['our own limit, told at once', error(400, 'PAYER_LIMIT_REACHED'), quota],
      [
        'nobody there, told at once',
        error(400, 'PAYEE_NOT_FOUND'),
        { kind: 'declined', reason: 'no-account', again: 'other-wallet', code: 'PAYEE_NOT_FOUND' },
      ],
      ['an internal error', error(500, 'INTERNAL_PROCESSING_ERROR'), 'unknown'],
      ['no service', error(503, 'SERVICE_UNAVAILABLE'), 'unknown'],
      ['a success that was not asked for', { status: 200, body: paid }, 'unknown'],
      [
        'nothing of that name',
        error(404, 'RESOURCE_NOT_FOUND'),
        operation === 'refund' ? { kind: 'declined', reason: 'failed', again: 'never' } : 'unknown',
      ],
    ],
    inquiryOutcomes: [
      ['created', status('CREATED'), { kind: 'accepted' }],
      ['an unlisted status', status('SUCCESS'), 'unknown'],
      ['success without an amount', { status: 200, body: { status: 'SUCCESSFUL' } }, 'unknown'],
      ['an answer about another request', { status: 200, body: { ...paid, externalId: 'else' } }, 'unknown'],
      ['never heard of it', error(404, 'RESOURCE_NOT_FOUND'), { kind: 'not-found' }],
      ['another 404', { status: 404, body: { statusCode: 404, message: 'Resource not found' } }, 'unknown'],
      ['the float is empty', status('FAILED', 'NOT_ENOUGH_FUNDS'), last(noFloat)],
      ['the same as an object', status('FAILED', { code: 'NOT_ENOUGH_FUNDS', message: 'x' }), last(noFloat)],
      ['our own limit', status('FAILED', 'PAYER_LIMIT_REACHED'), last(quota)],
      ['our own right to do it', status('FAILED', 'NOT_ALLOWED'), misconfigured],
      ['failed without a reason', status('FAILED'), { kind: 'declined', reason: 'failed', again: 'later' }],
      ['rejected', status('REJECTED'), { kind: 'declined', reason: 'failed', again: 'later' }],
      ['taken back by MTN', status('REVERSED'), { kind: 'reversed', amount }],
      ['taken back, how much is not told', { status: 200, body: { status: 'REVERSED' } }, 'unknown'],
      ...OF_A_PAYEE.map(
        ([code, reason, again]) =>
          [`declined, ${code}`, status('FAILED', code), { kind: 'declined', reason, again, code }] as const,
      ),
    ],
    carriesReference: ({ url, headers, body }) => {
      const sent = JSON.parse(body)
      const subject =
        operation === 'refund'
          ? sent.referenceIdToRefund === PAID_BEFORE && sent.payee === undefined
          : sent.payee.partyId === '237670000001' && sent.payee.partyIdType === 'MSISDN'
      return (
        url === path &&
        headers['x-reference-id'] === order.reference &&
        headers['x-callback-url'] === order.callbackUrl &&
        headers['ocp-apim-subscription-key'] === 'PAYOUT-SUB' &&
        sent.externalId === order.reference &&
        sent.payer === undefined &&
        subject
      )
    },
    wireAmount: ({ body }) => JSON.parse(body).amount,
    amounts: [[order, '150000']],
    callbacks: {
      good: callback(paid),
      goodOutcome: { kind: 'confirmed', amount, receipt: '2283947612' },
      otherAmount: callback({ ...paid, amount: '999999' }),
      otherAttempt: callback({ ...paid, externalId: '00000000-0000-4000-8000-000000000000' }),
      unlisted: callback({ ...paid, status: 'DONE' }),
    },
  })
}

describe('mtn-momo', () => {
  let server: ScriptedServer
  beforeAll(async () => {
    server = await startScripted()
  })
  afterAll(() => server.close())

  const now = () => new Date('2026-01-15T07:15:30Z')
  const freshTools = (): Tools => ({
    http: createHttp({ maxBytes: 100_000 }),
    tokens: createTokens(now),
    now,
  })
  const config = (change: object = {}): MtnConfig => mtnMomo.config({ ...rawConfig(server.url), ...change })
  const answers = (by: (path: string) => Scripted) =>
    server.script(({ url }) =>
      url.endsWith('/token/')
        ? { status: 200, body: { access_token: url, expires_in: 3600 } }
        : by(url.slice(url.lastIndexOf('/') + 1)),
    )
  const called = () => server.received.map(({ url }) => url)

  it('pays nothing out without the product’s own credentials, and makes no call to learn it', async () => {
    answers(() => ({ status: 202 }))
    const collecting = config({ disbursement: undefined })
    for (const operation of ['disburse', 'refund'] as const) {
      const order = orderOf(operation)
      expect(await mtnMomo.send(order, collecting, freshTools())).toMatchObject(misconfigured)
      expect(await mtnMomo.inquire(order, collecting, freshTools())).toMatchObject(misconfigured)
    }
    expect(called()).toEqual([])
    expect(await mtnMomo.send(orderOf('collect'), collecting, freshTools())).toEqual({ kind: 'accepted' })
  })

  it('takes each product’s own token to its own calls', async () => {
    answers(() => ({ status: 202 }))
    const tools = freshTools()
    for (const operation of ['collect', 'disburse', 'refund', 'collect'] as const)
      await mtnMomo.send(orderOf(operation), config(), tools)
    expect(called().filter(url => url.endsWith('/token/'))).toEqual([
      '/collection/token/',
      '/disbursement/token/',
    ])
    for (const { url, headers } of server.received.filter(request => !request.url.endsWith('/token/')))
      expect(headers.authorization).toBe(`Bearer /${url.split('/')[1]}/token/`)
  })

  it('refunds nothing without knowing what', async () => {
    const { original: __, ...order } = orderOf('refund')
    answers(() => ({ status: 202 }))
    expect(await mtnMomo.send(order, config(), freshTools())).toMatchObject(misconfigured)
    expect(called()).toEqual([])
  })

  it('reads a callback as the attempt has it: the same words are hers of a push, and ours of a payout', () => {
    const told = callback({ ...unpaid, status: 'FAILED', reason: 'NOT_ENOUGH_FUNDS' })
    const outcomeFor = (operation: Operation) => {
      const reading = mtnMomo.readCallback(told, config(), orderOf(operation))
      return reading.kind === 'outcome' ? reading.outcome : reading
    }
    expect(outcomeFor('collect')).toMatchObject({ kind: 'declined', reason: 'insufficient-funds' })
    expect(outcomeFor('disburse')).toEqual(last(noFloat))
    expect(outcomeFor('refund')).toEqual(last(noFloat))
  })

  it('takes the words for money that went back from its configuration, but none that MTN uses for something else', async () => {
    const own = config({ reversedWords: ['ROLLED_BACK'] })
    answers(() => ({ status: 200, body: { ...paid, status: 'ROLLED_BACK' } }))
    const asked = { ...orderOf('collect') }
    expect(await mtnMomo.inquire(asked, own, freshTools())).toEqual({ kind: 'reversed', amount })
    expect((await mtnMomo.inquire(asked, config(), freshTools())).kind).toBe('unknown')
    for (const word of ['SUCCESSFUL', 'PENDING', 'FAILED', 'rolled back'])
      expect(() => config({ reversedWords: [word] })).toThrow('reversedWords')
    expect(mtnMomo.config(own)).toEqual(own)
  })

  describe('asked whose wallet a number is', () => {
    const named = (active: Scripted, info: Scripted = { status: 500 }, change: object = {}) => {
      answers(what => (what === 'active' ? active : info))
      return mtnMomo.nameOf?.(AWA, config(change), freshTools())
    }
    const yes = { status: 200, body: { result: true } }

    it('tells the name, with the credentials of payouts where there are some', async () => {
      const info = {
        status: 200,
        body: { given_name: ' Awa\n', family_name: 'Ngo', birthdate: '1990-01-01' },
      }
      expect(await named(yes, info)).toEqual({ kind: 'name', name: 'Awa Ngo' })
      expect(called()).toEqual([
        '/disbursement/token/',
        '/disbursement/v1_0/accountholder/msisdn/237670000001/active',
        '/disbursement/v1_0/accountholder/msisdn/237670000001/basicuserinfo',
      ])
      expect(await named({ status: 200, body: 'true' }, info, { disbursement: undefined })).toEqual({
        kind: 'name',
        name: 'Awa Ngo',
      })
      expect(called()[0]).toBe('/collection/token/')
    })

    it.each([
      ['a wallet that does not work', { status: 200, body: { result: false } }],
      ['a number that MTN does not know', error(404, 'RESOURCE_NOT_FOUND')],
    ] as const)('knows %s as no account', async (__, active) => {
      expect(await named(active)).toEqual({ kind: 'no-account' })
    })

    it.each([
      ['a reset', 'reset'],
      ['a 500', { status: 500 }],
      ['HTML', { status: 200, body: '<html>Please log in</html>' }],
      ['cut JSON', { status: 200, body: '{"result":tr' }],
      ['a word instead of yes or no', { status: 200, body: { result: 'maybe' } }],
      ['a 404 of somebody else', { status: 404, body: '<html>no such page</html>' }],
      ['a refused address', { status: 403 }],
    ] as const)('does not take %s for an answer', async (__, unclear) => {
      expect((await named(unclear))?.kind).toBe('unknown')
      expect((await named(yes, unclear))?.kind).toBe('unknown')
    })

    it('takes a name that is not told for unknown, and never a working wallet for none', async () => {
      expect((await named(yes, { status: 200, body: { given_name: ' ' } }))?.kind).toBe('unknown')
      expect((await named(yes, error(404, 'RESOURCE_NOT_FOUND')))?.kind).toBe('unknown')
    })

    it('keeps one deadline for both questions', async () => {
      answers(what => (what === 'active' ? yes : 'hang'))
      const { http, ...tools } = freshTools()
      const callMs = 1_500
      const usedMs = 50
      const startMs = performance.now()
      const deadlinesMs: number[] = []
      // the first question is answered only when some of the time is used up
      const late: Tools['http'] = async request => {
        deadlinesMs.push(request.deadlineMs)
        const answer = await http(request)
        while (performance.now() < startMs + usedMs) await new Promise(setImmediate)
        return answer
      }
      const asked = mtnMomo.nameOf?.(AWA, config({ callMs }), { ...tools, http: late })
      expect((await asked)?.kind).toBe('unknown')
      expect(deadlinesMs).toHaveLength(3)
      expect(deadlinesMs.at(-1)).toBeLessThanOrEqual(callMs - usedMs)
    })
  })
})
