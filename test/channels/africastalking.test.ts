import { expect, it } from '@jest/globals'
import { africastalkingSms, africastalkingUssd } from '../../src/channels/africastalking/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { byHttp, smsContract } from '../contract/sms-gateway.ts'
import { dialectContract } from '../contract/ussd-dialect.ts'

const phone = '+254700000001' as Msisdn
const raw = (body: string): RawRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  query: {},
  body,
  from: '127.0.0.1',
})
const form = (fields: Record<string, string>) => raw(new URLSearchParams(fields).toString())

const session = {
  sessionId: 'ATUid_0123456789abcdef0123456789abcdef',
  phoneNumber: '+254700000001',
  networkCode: '63902',
  serviceCode: '*384*100#',
}
const hop = { sessionId: session.sessionId, phone, code: '*384*100#', network: '63902' }
const without = (field: string, fields: Record<string, string>) =>
  form(Object.fromEntries(Object.entries(fields).filter(([key]) => key !== field)))
const end = {
  ...session,
  date: '2026-01-15 07:15:30',
  status: 'Incomplete',
  cost: 'KES 0.10',
  durationInMillis: '12000',
  hopsCount: '3',
  hopsMetadata: 'home|pin',
  input: '1*2580',
  lastAppResponse: 'CON PIN 2580?',
}

dialectContract({
  name: 'africastalking',
  dialect: africastalkingUssd('*384*100#'),
  hops: [
    ['the first hop', form({ ...session, text: '' }), { ...hop, transcript: '' }],
    ['a later hop', form({ ...session, text: '1*2580' }), { ...hop, transcript: '1*2580' }],
    [
      'blanks and stars as they were typed',
      form({ ...session, text: '1* 2 **' }),
      { ...hop, transcript: '1* 2 **' },
    ],
    [
      'one dialled deep, by a longer code',
      form({ ...session, serviceCode: '*384*100*4821*1#', text: '' }),
      { ...hop, transcript: '', dialled: ['4821', '1'] },
    ],
    [
      'no network',
      without('networkCode', { ...session, text: '' }),
      { sessionId: hop.sessionId, phone, code: hop.code, transcript: '' },
    ],
    [
      'a plus that was not escaped',
      raw('sessionId=s1&phoneNumber=+254700000001&serviceCode=*384*100%23&text='),
      { sessionId: 's1', phone, code: '*384*100#', transcript: '' },
    ],
    ['fields nobody knows yet', form({ ...session, text: '1', region: 'x' }), { ...hop, transcript: '1' }],
  ],
  closes: [],
  badHops: [
    ...['sessionId', 'phoneNumber', 'serviceCode', 'text'].map(
      field => [`no ${field}`, without(field, { ...session, text: '2580' })] as const,
    ),
    ['a key twice', raw(`${form({ ...session, text: '2580' }).body}&text=1`)],
    ['letters for a number', form({ ...session, phoneNumber: '2580', text: '2580' })],
    ['two pluses', form({ ...session, phoneNumber: '++254700000001', text: '' })],
    ['a code without its #', form({ ...session, serviceCode: '*384*100', text: '2580' })],
    ['an empty session', form({ ...session, sessionId: '', text: '2580' })],
    ['a GET', { ...form({ ...session, text: '2580' }), method: 'GET' }],
    [
      'JSON',
      {
        ...raw(JSON.stringify({ ...session, text: '2580' })),
        headers: { 'content-type': 'application/json' },
      },
    ],
    ['a body too long', form({ ...session, text: '2580'.repeat(3_000) })],
  ],
  ends: [
    [
      'with its numbers',
      form(end),
      { sessionId: hop.sessionId, phone, status: 'Incomplete', durationMs: 12_000, hops: 3 },
    ],
    [
      'with numbers nobody can read',
      form({ ...end, durationInMillis: 'long', hopsCount: '' }),
      { sessionId: hop.sessionId, phone, status: 'Incomplete' },
    ],
  ],
  badEnds: [
    ['no status', without('status', end)],
    ['a key twice', raw(`${form(end).body}&status=Success`)],
  ],
  wire: (kind, text) => `${kind.toUpperCase()} ${text}`,
  typed: ['2580'],
})

it('labels a step with at most 99 characters and no bar', () => {
  const label = (text: string) =>
    africastalkingUssd('*384*100#').writeReply({ kind: 'con', text: 'x', label: text }, form({})).headers[
      'at-ussd-hop-metadata'
    ]
  expect(label('home.menu')).toBe('home.menu')
  expect(label('a|b')).toBe('a-b')
  expect(label('x'.repeat(120))).toHaveLength(99)
})

const recipient = {
  cost: 'KES 0.8000',
  messageId: 'ATXid_1',
  number: phone,
  status: 'Success',
  statusCode: 101,
}
const sent = (
  recipients: object[],
  message = 'Sent to 1/1 Total Cost: KES 0.8000 Message parts: 2',
  status = 201,
) => ({
  status,
  body: { SMSMessageData: { Message: message, Recipients: recipients } },
})
const coded = (statusCode: number) => sent([{ ...recipient, statusCode, messageId: 'None', cost: '0' }])
const report = { id: 'ATXid_1', phoneNumber: phone, networkCode: '63902' }
const inbound = { from: phone, to: '22384', text: 'YES 4821 ', id: 'in-1', linkId: 'x' }
const sms = { providerId: 'in-1', from: phone, to: '22384', text: 'YES 4821 ' }
const at = new Date('2017-05-03T06:04:45Z')
const order = {
  to: phone,
  text: 'x',
  validForMs: 3_600_000,
  about: 'prompt',
  language: 'en',
  deliveryUrl: 'http://hatua.test/sms/t/delivery',
}

smsContract({
  name: 'africastalking',
  gateway: africastalkingSms,
  config: (baseUrl, callMs) => ({ baseUrl, username: 'hatua', apiKey: 'AT-API-KEY', from: 'HATUA', callMs }),
  secrets: ['AT-API-KEY'],
  outside: byHttp,
  order: { ...order, text: 'Leo: KES 1,500 & zaidi + "0"' },
  accepted: sent([recipient]),
  acceptedOutcome: { kind: 'accepted', providerId: 'ATXid_1', parts: 2, cost: 'KES 0.8000' },
  outcomes: [
    ...[100, 102].map(
      code => [`code ${code}`, coded(code), { kind: 'accepted', providerId: undefined }] as const,
    ),
    ...[401, 500, 501].map(code => [`code ${code}`, coded(code), { kind: 'later' }] as const),
    ...[402, 405].map(code => [`code ${code}`, coded(code), { kind: 'our-fault' }] as const),
    ...[403, 404].map(code => [`code ${code}`, coded(code), { kind: 'refused', why: 'bad-number' }] as const),
    ...[407, 502].map(code => [`code ${code}`, coded(code), { kind: 'refused', why: 'no-route' }] as const),
    ['code 406', coded(406), { kind: 'refused', why: 'suppressed' }],
    ['code 409', coded(409), { kind: 'refused', why: 'do-not-disturb' }],
    ['a code that is not listed', coded(999), { kind: 'unknown' }],
    [
      'the forbidden hours',
      sent([{ ...recipient, statusCode: 409 }], '', 409),
      { kind: 'refused', why: 'do-not-disturb' },
    ],
    ['a bad sender', sent([], 'InvalidSenderId'), { kind: 'our-fault', why: 'InvalidSenderId' }],
    [
      'another number',
      sent([recipient, recipient].map(one => ({ ...one, number: '+254711111111' }))),
      { kind: 'unknown' },
    ],
    [
      'refused credentials',
      {
        status: 401,
        body: 'The supplied authentication is invalid',
        headers: { 'content-type': 'text/plain' },
      },
      { kind: 'our-fault', why: 'credentials refused' },
    ],
    ['a bad request', { status: 400, body: 'x' }, { kind: 'our-fault' }],
    ['too many calls', { status: 429 }, { kind: 'later' }],
  ],
  readWire: ({ url, headers, body }) => ({
    url,
    key: headers.apikey,
    ...Object.fromEntries(new URLSearchParams(body)),
  }),
  wire: {
    url: '/version1/messaging',
    key: 'AT-API-KEY',
    username: 'hatua',
    to: phone,
    message: 'Leo: KES 1,500 & zaidi + "0"',
    from: 'HATUA',
    bulkSMSMode: '1',
  },
  reports: [
    ['sent', form({ ...report, status: 'Sent' }), { providerId: 'ATXid_1', phone, word: 'sent' }],
    ['submitted', form({ ...report, status: 'Submitted' }), { providerId: 'ATXid_1', phone, word: 'sent' }],
    ['buffered', form({ ...report, status: 'Buffered' }), { providerId: 'ATXid_1', phone, word: 'buffered' }],
    [
      'success',
      form({ ...report, status: 'Success', failureReason: '' }),
      { providerId: 'ATXid_1', phone, word: 'delivered' },
    ],
    [
      'failed, with the reason as they spell it',
      form({ ...report, status: 'Failed', failureReason: 'NotNetworkSubcriber' }),
      { providerId: 'ATXid_1', phone, word: 'failed', reason: 'NotNetworkSubcriber' },
    ],
    [
      'rejected',
      form({ ...report, status: 'Rejected' }),
      { providerId: 'ATXid_1', phone, word: 'failed', reason: 'Rejected' },
    ],
    [
      'absent',
      form({ ...report, status: 'Absent Subscriber' }),
      { providerId: 'ATXid_1', phone, word: 'failed', reason: 'Absent Subscriber' },
    ],
    [
      'expired',
      form({ ...report, status: 'Expired' }),
      { providerId: 'ATXid_1', phone, word: 'expired', reason: 'Expired' },
    ],
    [
      'a word nobody knows',
      form({ ...report, status: 'Pondering' }),
      { providerId: 'ATXid_1', phone, word: 'unlisted', reason: 'Pondering' },
    ],
    ['no number', form({ id: 'ATXid_1', status: 'Success' }), { providerId: 'ATXid_1', word: 'delivered' }],
  ],
  badReports: [
    ['no id', form({ status: 'Success' })],
    ['no status', form({ id: 'ATXid_1' })],
    ['a key twice', raw('id=a&id=b&status=Success')],
  ],
  inbound: [
    ['ISO date', form({ ...inbound, date: '2017-05-03T06:04:45Z' }), { ...sms, at }],
    ['date with a blank', form({ ...inbound, date: '2017-05-03 06:04:45' }), { ...sms, at }],
    ['a date nobody can read', form({ ...inbound, date: 'yesterday' }), sms],
    ['an empty text', form({ ...inbound, text: '' }), { ...sms, text: '' }],
    [
      'an opt-out',
      form({ senderId: 'HATUA', phoneNumber: phone }),
      { from: phone, to: 'HATUA', text: '', wish: 'stop' },
    ],
  ],
  badInbound: [
    ['no id', without('id', inbound)],
    ['no sender', form({ ...inbound, from: 'HATUA' })],
    ['an opt-out of nobody', form({ senderId: 'HATUA', phoneNumber: 'HATUA' })],
    ['a key twice', raw(`${form(inbound).body}&text=NO`)],
  ],
})

it('refuses a second address, and the sandbox beside live, in one process', async () => {
  const tools = {
    http: () => Promise.reject(new Error('not used')),
    tokens: { get: () => Promise.reject(), drop() {} },
    now: () => new Date(),
  }
  for (const other of [
    { baseUrl: 'http://127.0.0.1:9', username: 'hatua' },
    { baseUrl: 'http://127.0.0.1:9', username: 'Sandbox' },
  ]) {
    const config = africastalkingSms.config({ ...other, apiKey: 'AT-API-KEY' })
    expect(await africastalkingSms.send(order, config, tools)).toMatchObject({
      kind: 'our-fault',
      why: expect.stringContaining('a process of its own'),
    })
  }
})
