import { constants, createHmac, privateDecrypt } from 'node:crypto'
import { expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { type SHIPPED, shippedProfile } from '../../src/providers/aggregator/files.ts'
import { type AggregatorConfig, createAggregator } from '../../src/providers/aggregator/index.ts'
import type { Operation, Order } from '../../src/providers/provider.ts'
import { SKYBURG_PUBLIC_KEY } from '../../src/simulators/aggregator/index.ts'
import { SKYBURG_PRIVATE_KEY } from '../../src/simulators/aggregator/skyburg-keys.ts'
import { type ProviderCase, providerContract } from '../contract/provider.ts'
import type { Received, Scripted } from '../contract/scripted-server.ts'
import { at, callback, declined, ok, orderOf, ours, REFERENCE } from './aggregator-case.ts'

/** The templates: four made-up wires that say the same. */

type Told = {
  readonly code: string
  readonly status?: string
  readonly change?: Readonly<Record<string, unknown>>
}

type Template = {
  readonly name: (typeof SHIPPED)[number]
  readonly operations: readonly Operation[]
  readonly order: Partial<Order>
  readonly config: Readonly<Record<string, unknown>>
  readonly secrets: readonly string[]
  /** What is said of an order or a question, on this wire. */
  readonly say: (told: Told) => Scripted
  readonly amount: string | number
  readonly whole: readonly [minor: bigint, wire: string | number]
  readonly refused?: Scripted
  readonly isInquiry: (request: Received) => boolean
  readonly carries: (request: Received, operation: Operation) => boolean
  readonly wireAmount: (request: Received) => unknown
  readonly callbacks?: (told: Told, secret?: string) => ReturnType<typeof callback>
}

const paidFields = (amount: unknown, currency: string) => ({
  ...{ reference: REFERENCE, transactionId: 'T-1', amount, currency, receipt: 'R-1' },
})

const soap = ({ code, status, change = {} }: Told): Scripted => {
  const fields = { ...paidFields('1500', 'MMK'), ...change, status, resultCode: code }
  const inner = Object.entries(fields).map(([name, value]) =>
    value === undefined ? '' : `<x:${name}>${value}</x:${name}>`,
  )
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><x:r xmlns:x="urn:wavemoney:mfs:1">${inner.join('')}</x:r></e:Body></e:Envelope>`,
  }
}
const inXml = ({ body }: Received, name: string): string | undefined =>
  new RegExp(`<w:${name}>([^<]*)<`).exec(body)?.[1]

const opened = (sealed: unknown): string =>
  privateDecrypt(
    { key: SKYBURG_PRIVATE_KEY, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    Buffer.from(String(sealed), 'base64'),
  ).toString()
const signed = (body: Readonly<Record<string, unknown>>, secret = 'SIGNING-SECRET') => {
  const text = ['reference', 'transactionId', 'status', 'resultCode', 'amount', 'currency', 'receipt']
    .map(name => String(body[name] ?? ''))
    .join('|')
  return callback({ ...body, signature: createHmac('sha256', secret).update(text).digest('base64') })
}

const TEMPLATES: readonly Template[] = [
  {
    name: 'wave-soap',
    operations: ['collect', 'disburse'],
    order: { amount: { minor: 150_000n, currency: 'MMK' }, msisdn: '+959790000001' as Msisdn },
    config: { merchantId: 'M1', user: 'bank', password: 'SOAP-PASSWORD' },
    secrets: ['SOAP-PASSWORD'],
    say: soap,
    amount: '1500',
    whole: [700n, '7'],
    refused: {
      status: 500,
      body: '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>wsse:FailedAuthentication</faultcode><faultstring>no</faultstring></e:Fault></e:Body></e:Envelope>',
    },
    isInquiry: ({ url, headers }) => url === '/mfs' && headers.soapaction === '"queryTransaction"',
    carries: (request, operation) =>
      request.headers.soapaction === (operation === 'collect' ? '"requestPayment"' : '"sendPayment"') &&
      request.headers['content-type'] === 'text/xml; charset=utf-8' &&
      request.body.includes('<wsse:Username>bank</wsse:Username>') &&
      !request.body.includes('SOAP-PASSWORD') &&
      inXml(request, 'reference') === REFERENCE &&
      inXml(request, 'msisdn') === '9790000001',
    wireAmount: request => inXml(request, 'amount'),
  },
  {
    name: 'mosambee',
    operations: ['collect', 'disburse'],
    order: { amount: { minor: 150_050n, currency: 'INR' }, msisdn: '+919876543210' as Msisdn },
    config: { merchantId: 'M1', apiKey: 'API-KEY' },
    secrets: ['API-KEY'],
    say: ({ code, status, change }) =>
      ok({
        ...paidFields('1500.50', 'INR'),
        reference: undefined,
        receipt: undefined,
        orderId: REFERENCE,
        rrn: 'R-1',
        status,
        ...change,
        ...('reference' in (change ?? {}) ? { orderId: change?.reference } : {}),
        responseCode: code === '' ? undefined : code.slice(1),
      }),
    amount: '1500.50',
    whole: [700n, '7.00'],
    isInquiry: ({ url, body }) => url === '/api/status' && at(body, 'orderId') === REFERENCE,
    carries: ({ url, body, headers }, operation) =>
      url === (operation === 'collect' ? '/api/collect' : '/api/payout') &&
      headers['x-api-key'] === 'API-KEY' &&
      at(body, 'orderId') === REFERENCE &&
      at(body, 'mobile') === '919876543210',
    wireAmount: ({ body }) => at(body, 'amount'),
  },
  {
    name: 'kodo',
    operations: ['collect', 'disburse'],
    order: { amount: { minor: 150_050n, currency: 'ZMW' }, msisdn: '+260763456789' as Msisdn },
    config: { apiKey: 'API-KEY', callbackToken: 'CALLBACK-TOKEN' },
    secrets: ['API-KEY', 'CALLBACK-TOKEN'],
    say: ({ code, status, change }) =>
      ok({ ...paidFields('1500.50', 'ZMW'), status, ...change, resultCode: code || undefined }),
    amount: '1500.50',
    whole: [700n, '7.00'],
    isInquiry: ({ method, url }) => method === 'GET' && url === `/v1/transactions/${REFERENCE}`,
    carries: ({ url, body }, operation) =>
      url === (operation === 'collect' ? '/v1/collections' : '/v1/disbursements') &&
      at(body, 'reference') === REFERENCE &&
      at(body, 'account') === '260763456789' &&
      String(at(body, 'callbackUrl')).endsWith('/s3cr3t'),
    wireAmount: ({ body }) => at(body, 'amount'),
    callbacks: ({ code, status, change }, secret = 'CALLBACK-TOKEN') =>
      callback({ ...paidFields('1500.50', 'ZMW'), status, resultCode: code, ...change, token: secret }),
  },
  {
    name: 'skyburg',
    operations: ['collect', 'disburse', 'refund'],
    order: { amount: { minor: 1_250n, currency: 'USD' }, msisdn: '+263771000001' as Msisdn, code: 'ECOCASH' },
    config: {
      ...{
        user: 'bank',
        password: 'BASIC-PASSWORD',
        merchantCode: 'M1',
        merchantPin: '739164',
        currency: 'USD',
      },
      ...{ publicKey: SKYBURG_PUBLIC_KEY, signingSecret: 'SIGNING-SECRET' },
    },
    secrets: ['BASIC-PASSWORD', '739164', 'SIGNING-SECRET'],
    say: ({ code, status, change }) =>
      ok({ ...paidFields(12.5, 'USD'), status, ...change, resultCode: code || undefined }),
    amount: 12.5,
    whole: [700n, 7],
    isInquiry: ({ url, body }) => url === '/query' && at(body, 'reference') === REFERENCE,
    carries: ({ url, body, headers }, operation) =>
      url === { collect: '/payments', disburse: '/payouts', refund: '/refunds' }[operation] &&
      headers.authorization === `Basic ${Buffer.from('bank:BASIC-PASSWORD').toString('base64')}` &&
      opened(at(body, 'merchantPin')) === '739164' &&
      at(body, 'reference') === REFERENCE &&
      (operation === 'refund'
        ? at(body, 'originalReference') !== undefined
        : at(body, 'provider') === 'ECOCASH' && at(body, 'msisdn') === '263771000001'),
    wireAmount: ({ body }) => at(body, 'amount'),
    callbacks: ({ code, status, change }, secret) =>
      signed({ ...paidFields(12.5, 'USD'), status, resultCode: code, ...change }, secret),
  },
]

function caseOf(template: Template, operation: Operation): ProviderCase<AggregatorConfig> {
  const { say, config, callbacks } = template
  const width = template.name === 'mosambee' ? 2 : 3
  const word = (code: string) => code.slice(3 - width)
  const order = orderOf(operation, template.order)
  const confirmed = { kind: 'confirmed', amount: order.amount, receipt: 'R-1' } as const
  const done: Told = { code: '000', status: 'COMPLETED' }
  const failed = (code: string) => say({ code, status: 'FAILED' })
  const noFloat = operation === 'collect' ? ('unknown' as const) : ours('no-float', { ended: true })
  const [minor, wire] = template.whole
  return {
    name: `${template.name} ${operation}`,
    adapter: createAggregator(shippedProfile(template.name)),
    config: (baseUrl, callMs) => ({ ...config, baseUrl, callMs }),
    secrets: [...template.secrets, 's3cr3t'],
    order,
    foreign: 'KES',
    providerReference: 'T-1',
    refused: template.refused ?? ok({ resultDesc: 'who are you?' }, 401),
    isInquiry: template.isInquiry,
    accepted: say({ code: '000' }),
    pending: say({ code: '001', status: 'PENDING' }),
    paid: say(done),
    confirmed,
    sendOutcomes: [
      ['pending', say({ code: '001' }), { kind: 'accepted', providerReference: 'T-1' }],
      ['no such wallet', say({ code: '014' }), declined('no-account', 'other-wallet', word('014'))],
      ['a limit', say({ code: '061' }), declined('limit', 'other-wallet')],
      ['refused as it stands', say({ code: '013' }), ours('configuration', { ended: true })],
      ['the provider behind was not there', say({ code: '091' }), 'unknown'],
      ['the same again', say({ code: '094' }), 'unknown'],
      ['a system error', say({ code: '096' }), 'unknown'],
      ['an unlisted code', say({ code: '077' }), 'unknown'],
      ['about another', say({ code: '000', change: { reference: 'another' } }), 'unknown'],
      ['an unknown address', { status: 403 }, ours('address-refused')],
    ],
    inquiryOutcomes: [
      [
        'never heard of it',
        say({ code: '025', change: { reference: undefined, transactionId: undefined } }),
        { kind: 'not-found' },
      ],
      [
        'money that went back',
        say({ code: '000', status: 'REVERSED' }),
        { kind: 'reversed', amount: order.amount },
      ],
      ['her balance', failed('051'), declined('insufficient-funds', 'other-wallet')],
      ['a wrong PIN', failed('055'), declined('wrong-pin', 'later')],
      ['her no', failed('017'), declined('cancelled', 'later')],
      ['her silence', failed('068'), declined('expired', 'later')],
      ['a limit', failed('061'), declined('limit', 'other-wallet')],
      ['not allowed', failed('057'), declined('not-allowed', 'other-wallet')],
      ['no float', failed('016'), noFloat],
      ['any other no', failed('012'), declined('failed', 'later')],
      ['a word and a code that do not agree', say({ code: '000', status: 'FAILED' }), 'unknown'],
      ['an unlisted code', failed('077'), 'unknown'],
      ['an unlisted status', say({ code: '000', status: 'DONE' }), 'unknown'],
      ['the provider behind was not there', say({ code: '091' }), 'unknown'],
      ['another currency', say({ ...done, change: { currency: 'XXX' } }), 'unknown'],
      ['a yes without an amount', say({ ...done, change: { amount: undefined } }), 'unknown'],
      ['another transaction', say({ ...done, change: { transactionId: 'T-2' } }), 'unknown'],
    ],
    carriesReference: request => template.carries(request, operation),
    wireAmount: template.wireAmount,
    amounts: [
      [order, template.amount],
      [{ ...order, amount: { minor: minor, currency: order.amount.currency } }, wire],
    ],
    ...(callbacks && {
      callbacks: {
        good: callbacks(done),
        goodOutcome: confirmed,
        otherAmount: callbacks({ ...done, change: { amount: '9999' } }),
        otherAttempt: callbacks({ ...done, change: { reference: 'another' } }),
        unlisted: callbacks({ ...done, status: 'DONE' }),
        forged: [
          callbacks(done, 'another secret'),
          callbacks(done, ''),
          { ...callbacks(done), body: callbacks(done).body.replace(/(token|signature)/, 'x') },
        ],
      },
    }),
  }
}

for (const template of TEMPLATES)
  for (const operation of template.operations) providerContract(caseOf(template, operation))

it('a SOAP fault and a bomb of entities are neither yes nor no', async () => {
  const adapter = createAggregator(shippedProfile('wave-soap'))
  const config = adapter.config({ ...TEMPLATES[0]?.config, baseUrl: 'https://wave.example' })
  const bomb =
    '<!DOCTYPE x [<!ENTITY a "000">]><e:Envelope xmlns:e="e"><x:resultCode xmlns:x="urn:wavemoney:mfs:1">&a;</x:resultCode></e:Envelope>'
  const fault =
    '<e:Envelope xmlns:e="e"><e:Body><e:Fault><faultcode>e:Server</faultcode></e:Fault></e:Body></e:Envelope>'
  for (const body of [bomb, fault, '<a><b></a>', '<a/>']) {
    const tools = {
      http: async () => ({ kind: 'answer' as const, status: 200, headers: {}, body }),
      tokens: { get: () => Promise.reject(new Error('unused')), drop() {} },
      now: () => new Date(),
    }
    expect((await adapter.send(orderOf('collect', TEMPLATES[0]?.order ?? {}), config, tools)).kind).toBe(
      'unknown',
    )
  }
})
