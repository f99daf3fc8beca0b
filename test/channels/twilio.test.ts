import { describe, expect, it } from '@jest/globals'
import { twilioSms } from '../../src/channels/twilio/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { byHttp, smsContract } from '../contract/sms-gateway.ts'

const phone = '+254700000001' as Msisdn
const accountSid = `AC${'0'.repeat(31)}1`
const sid = `SM${'0'.repeat(31)}7`
const raw = (body: string): RawRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  query: {},
  body,
  from: '127.0.0.1',
})
const form = (fields: Record<string, string>) => raw(new URLSearchParams(fields).toString())

const sent = (fields: object = {}, status = 201) => ({
  status,
  body: { sid, account_sid: accountSid, status: 'queued', num_segments: '2', error_code: null, ...fields },
})
const no = (code: number, status = 400) => ({
  status,
  body: { code, message: 'No', more_info: `https://www.twilio.com/docs/errors/${code}`, status },
})
const each = (codes: readonly number[], outcome: object, status?: number) =>
  codes.map(code => [`error ${code}`, no(code, status), outcome] as const)

const status = { MessageSid: sid, SmsSid: sid, AccountSid: accountSid, To: phone, ApiVersion: '2010-04-01' }
const report = { providerId: sid, phone }
const inbound = {
  ...{ MessageSid: sid, SmsSid: sid, SmsMessageSid: sid, AccountSid: accountSid, ApiVersion: '2010-04-01' },
  ...{
    From: phone,
    To: '+15005550006',
    Body: 'YES 4821',
    SmsStatus: 'received',
    NumSegments: '1',
    NumMedia: '0',
  },
  FromCountry: 'KE',
}
const sms = { providerId: sid, from: phone, to: '+15005550006', text: 'YES 4821' }
const long = 'Leo: mwezi ujao nitalipa yote, na tafadhali msinitumie tena ujumbe.'

smsContract({
  name: 'twilio',
  gateway: twilioSms,
  config: (baseUrl, callMs) => ({ baseUrl, accountSid, authToken: 'TWILIO-TOKEN', callMs }),
  secrets: ['TWILIO-TOKEN', Buffer.from(`${accountSid}:TWILIO-TOKEN`).toString('base64')],
  outside: byHttp,
  order: {
    to: phone,
    text: 'Leo: KES 1,500 & zaidi + "é"',
    from: 'HATUA',
    validForMs: 3_600_000,
    about: 'prompt',
    language: 'en',
    deliveryUrl: 'https://hatua.test/sms/t/delivery',
  },
  accepted: sent(),
  acceptedOutcome: { kind: 'accepted', providerId: sid, parts: 2 },
  outcomes: [
    ['no parts yet', sent({ num_segments: '0', status: 'accepted' }), { kind: 'accepted', providerId: sid }],
    [
      'a failure at once',
      sent({ status: 'failed', error_code: 21610 }),
      { kind: 'refused', why: 'suppressed' },
    ],
    ['a failure without a code', sent({ status: 'failed' }), { kind: 'refused', why: 'no-route' }],
    ...each([21211, 21217, 21614, 30005, 30006], { kind: 'refused', why: 'bad-number' }),
    ...each([21610, 63014], { kind: 'refused', why: 'suppressed' }),
    ...each([21612, 30004, 30007], { kind: 'refused', why: 'no-route' }),
    ...each([21611, 30001, 30003, 30008, 30017, 63018, 14107], { kind: 'later' }),
    ...each([21212, 21408, 21606, 21608, 21617, 30002, 30024], { kind: 'our-fault' }),
    ...each([20429], { kind: 'later' }, 429),
    ...each([20003], { kind: 'our-fault', why: 'refused with 20003' }, 401),
    ['a code that is not listed', no(21999), { kind: 'our-fault', why: 'refused with 21999' }],
    ['404 without a body', { status: 404 }, { kind: 'our-fault' }],
    ['an id that is none', sent({ sid: 'X1' }), { kind: 'unknown' }],
  ],
  readWire: ({ method, url, headers, body }) => ({
    method,
    url,
    account: Buffer.from(String(headers.authorization).replace('Basic ', ''), 'base64').toString(),
    ...Object.fromEntries(new URLSearchParams(body)),
  }),
  wire: {
    method: 'POST',
    url: `/2010-04-01/Accounts/${accountSid}/Messages.json`,
    account: `${accountSid}:TWILIO-TOKEN`,
    To: phone,
    From: 'HATUA',
    Body: 'Leo: KES 1,500 & zaidi + "é"',
    StatusCallback: 'https://hatua.test/sms/t/delivery',
    ValidityPeriod: '3600',
  },
  reports: [
    ...['queued', 'sending', 'sent', 'accepted', 'scheduled'].map(
      word => [word, form({ ...status, MessageStatus: word }), { ...report, word: 'sent' }] as const,
    ),
    ...['delivered', 'read'].map(
      word => [word, form({ ...status, MessageStatus: word }), { ...report, word: 'delivered' }] as const,
    ),
    [
      'undelivered, with its code',
      form({ ...status, MessageStatus: 'undelivered', ErrorCode: '30003' }),
      { ...report, word: 'failed', reason: '30003' },
    ],
    [
      'failed, since she wants nothing of this sender',
      form({ ...status, MessageStatus: 'failed', ErrorCode: '21610' }),
      { ...report, word: 'failed', reason: '21610', suppressed: true },
    ],
    [
      'too late to be delivered',
      form({ ...status, MessageStatus: 'undelivered', ErrorCode: '30036' }),
      { ...report, word: 'expired', reason: '30036' },
    ],
    [
      'canceled',
      form({ ...status, MessageStatus: 'canceled' }),
      { ...report, word: 'failed', reason: 'canceled' },
    ],
    [
      'a word nobody knows',
      form({ ...status, MessageStatus: 'pondering' }),
      { ...report, word: 'unlisted', reason: 'pondering' },
    ],
  ],
  badReports: [
    ['no id', form({ MessageStatus: 'sent' })],
    ['no status', form({ MessageSid: sid })],
    ['a key twice', raw(`MessageSid=${sid}&MessageStatus=sent&MessageStatus=delivered`)],
  ],
  inbound: [
    ['as it comes', form(inbound), sms],
    ['an empty text', form({ ...inbound, Body: '' }), { ...sms, text: '' }],
    [
      'a long text in base64',
      form({ ...inbound, Body: Buffer.from(long).toString('base64') }),
      { ...sms, text: long },
    ],
    ['a long text', form({ ...inbound, Body: long }), { ...sms, text: long }],
    [
      'what only looks like base64',
      form({ ...inbound, Body: '/+'.repeat(40) }),
      { ...sms, text: '/+'.repeat(40) },
    ],
    ...['STOP', 'stopall ', 'Cancel', 'END', 'QUIT', 'UNSUBSCRIBE', 'REVOKE', 'OPTOUT'].map(
      word => [word, form({ ...inbound, Body: word }), { ...sms, text: word, wish: 'stop' }] as const,
    ),
    ...['START', 'Yes', 'UNSTOP'].map(
      word => [word, form({ ...inbound, Body: word }), { ...sms, text: word, wish: 'start' }] as const,
    ),
    [
      'a word of the service’s own',
      form({ ...inbound, Body: 'BASTA', OptOutType: 'STOP' }),
      { ...sms, text: 'BASTA', wish: 'stop' },
    ],
  ],
  badInbound: [
    ['no id', form({ From: phone, To: '1', Body: 'x' })],
    ['no sender', form({ ...inbound, From: 'HATUA' })],
    ['a key twice', raw(`${form(inbound).body}&Body=NO`)],
  ],
})

/** Source: twilio-node, spec/validation.spec.js. */
describe('a signature of Twilio’s', () => {
  const config = twilioSms.config({ accountSid, authToken: '12345' })
  const page = 'mycompany.com/myapp.php?foo=1&bar=2'
  const call = new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  }).toString()
  const proves = (signature: string | undefined, url: string, body = call) =>
    twilioSms.proves?.(
      {
        ...raw(body),
        query: Object.fromEntries(new URL(url).searchParams),
        headers: signature === undefined ? {} : { 'x-twilio-signature': signature },
      },
      url,
      config,
    )

  it.each([
    ['without a port', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', `https://${page}`, call],
    [
      'with a port that was not signed',
      'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
      `https://${page.replace('/', ':443/')}`,
      call,
    ],
    ['with a port that was signed', 'kvajT1Ptam85bY51eRf/AJRuM3w=', `https://${page}`, call],
    ['with the port of http', '0ZXoZLH/DfblKGATFgpif+LLRf4=', `http://${page}`, call],
    ['with a port of its own', 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU=', `http://${page.replace('/', ':1234/')}`, call],
    ['with a query of signs', 'TfZzewPq8wqrGlMfyAud8+/IvJ0=', `https://${page}&Body=It's+amazing`, call],
    [
      'with values that come several times',
      'IK+Dwps556ElfBT0I3Rgjkr1wJU=',
      `https://${page}`,
      'Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234',
    ],
    [
      'with the digest of a body',
      'a9nBmqA0ju/hNViExpshrM61xv4=',
      `https://${page}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620`,
      '{"property": "value", "boolean": true}',
    ],
  ])('%s is good', (_, signature, url, body) => {
    expect(proves(signature, url, body)).toBe(true)
  })

  it.each([
    ['none at all', undefined, `https://${page}`, call],
    ['an empty one', '', `https://${page}`, call],
    ['one of another address', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', 'https://mycompany.com/myapp.php', call],
    ['one of another body', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', `https://${page}`, `${call}&Digits=1`],
    [
      'a digest of another body',
      'a9nBmqA0ju/hNViExpshrM61xv4=',
      `https://${page}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620`,
      '{}',
    ],
  ])('%s is not', (_, signature, url, body) => {
    expect(proves(signature, url, body)).toBe(false)
  })
})

it('lets a messaging service choose the sender, and keeps no message for longer than Twilio does', async () => {
  const messagingServiceSid = `MG${'0'.repeat(32)}`
  const config = twilioSms.config({ accountSid, authToken: 't', messagingServiceSid })
  const bodies: string[] = []
  await twilioSms.send(
    {
      to: phone,
      text: 'x',
      from: 'HATUA',
      validForMs: 72 * 3_600_000,
      about: 'prompt',
      language: 'en',
      deliveryUrl: 'https://hatua.test/d',
    },
    config,
    {
      http: async ({ body }) => {
        bodies.push(body ?? '')
        return { kind: 'no-answer', why: 'refused' }
      },
      tokens: { get: () => Promise.reject(), drop() {} },
      now: () => new Date(),
    },
  )
  expect(bodies.map(body => Object.fromEntries(new URLSearchParams(body)))).toEqual([
    {
      To: phone,
      Body: 'x',
      MessagingServiceSid: messagingServiceSid,
      StatusCallback: 'https://hatua.test/d',
    },
  ])
})
