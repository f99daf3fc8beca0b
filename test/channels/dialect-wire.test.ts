import { expect, it } from '@jest/globals'
import type { Closed, Hop } from '../../src/channels/channel.ts'
import { dialectBy } from '../../src/channels/dialect/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import { type DialectCase, dialectContract } from '../contract/ussd-dialect.ts'

/** Each profile's wire, written down from the vendor's page and not from the profile. */
const CODE = '*711*23#'
const phone = '+233244234546' as Msisdn
const raw = (method: string, target: string, body = ''): RawRequest => ({
  method,
  headers: {},
  query: {},
  target,
  body,
  from: '127.0.0.1',
})
const json = (body: object, target = '/ussd/token') => raw('POST', target, JSON.stringify(body))
const query = (fields: Record<string, string>) => raw('GET', `/ussd/token?${new URLSearchParams(fields)}`)

const hop = (
  sessionId: string,
  input: string,
  more: Partial<Hop> & { readonly dialled?: string[] } = {},
): Hop => ({ sessionId, phone, code: CODE, input, begin: false, dialled: [], repeatMs: 2000, ...more }) as Hop
const begin = { begin: true }
const deep = { begin: true, dialled: ['55', '4821'] }
const closed = (sessionId: string, how: Closed['how']): Closed => ({ kind: 'closed', sessionId, phone, how })

/** The cases that every gateway has; what only one of them has is added to its own. */
const of = (
  profile: string,
  good: RawRequest,
  own: Pick<DialectCase, 'hops' | 'closes' | 'badHops' | 'wire'>,
): DialectCase => ({
  name: profile,
  dialect: dialectBy(CODE, { profile }),
  ends: [],
  badEnds: [['there is no address for it', good]],
  typed: ['2580'],
  ...own,
})

const hubtel = {
  Mobile: '233244234546',
  SessionId: '234567ityjhgwe654765utrye',
  ServiceCode: '7c920dc49b7a40588c657119ce599044',
  Type: 'Response',
  Message: '2580',
  Operator: 'mtn',
  Platform: 'USSD',
  ClientState: null,
  Sequence: 3,
}
const onMtn = { network: 'mtn' }
dialectContract(
  of('hubtel', json(hubtel), {
    hops: [
      ['an input', json(hubtel), hop(hubtel.SessionId, '2580', { ...onMtn, sequence: 3 })],
      [
        'the first, without its number',
        json({ ...hubtel, Type: 'initiation', Message: CODE, Sequence: undefined }),
        hop(hubtel.SessionId, CODE, { ...onMtn, ...begin }),
      ],
      [
        'one dialled deep',
        json({ ...hubtel, Type: 'INITIATION', Message: '*711*23*55*4821#' }),
        hop(hubtel.SessionId, '*711*23*55*4821#', { ...onMtn, ...deep, sequence: 3 }),
      ],
      [
        'a favourite',
        json({ ...hubtel, Type: 'favorite', Message: 'Loan' }),
        hop(hubtel.SessionId, 'Loan', { ...onMtn, ...begin, sequence: 3 }),
      ],
      [
        'another code, for the host to refuse',
        json({ ...hubtel, Type: 'initiation', Message: '*999#' }),
        hop(hubtel.SessionId, '*999#', { ...onMtn, ...begin, sequence: 3, code: '*999#' }),
      ],
    ],
    closes: [
      [
        'we were too slow',
        json({ ...hubtel, Type: 'Timeout' }),
        closed(hubtel.SessionId, 'timeout'),
        `{"SessionId":"${hubtel.SessionId}","Type":"Release","Message":""}`,
      ],
    ],
    badHops: [
      ['no session', json({ ...hubtel, SessionId: undefined })],
      ['no phone', json({ ...hubtel, Mobile: '2580' })],
      ['a type of its own', json({ ...hubtel, Type: 'query' })],
      ['no message', json({ ...hubtel, Message: { text: '2580' } })],
      ['no object', raw('POST', '/ussd/token', '["2580"]')],
      ['cut JSON', raw('POST', '/ussd/token', '{"Message":"2580')],
      ['a GET', { ...json(hubtel), method: 'GET' }],
      ['too much', json({ ...hubtel, Message: '2580'.repeat(3_000) })],
    ],
    wire: (kind, text) =>
      JSON.stringify({
        SessionId: hubtel.SessionId,
        Type: kind === 'con' ? 'Response' : 'Release',
        Message: text,
        Label: '',
        DataType: kind === 'con' ? 'input' : 'display',
        FieldType: 'text',
      }),
  }),
)

const nalo = {
  USERID: 'NALOTest',
  MSISDN: '233244234546',
  USERDATA: '2580',
  MSGTYPE: false,
  NETWORK: 'MTN',
  SESSIONID: '16590115252429751',
}
dialectContract(
  of('nalo', json(nalo), {
    hops: [
      ['an input', json(nalo), hop(nalo.SESSIONID, '2580', { network: 'MTN' })],
      [
        'one dialled deep',
        json({ ...nalo, MSGTYPE: true, USERDATA: '*711*23*55*4821#' }),
        hop(nalo.SESSIONID, '*711*23*55*4821#', { ...deep, network: 'MTN' }),
      ],
      ['a number for a text', json({ ...nalo, USERDATA: 1 }), hop(nalo.SESSIONID, '1', { network: 'MTN' })],
    ],
    closes: [],
    badHops: [
      ['no word on its kind', json({ ...nalo, MSGTYPE: undefined })],
      ['no session', json({ ...nalo, SESSIONID: undefined })],
      ['no input', json({ ...nalo, USERDATA: null })],
    ],
    wire: (kind, text) =>
      JSON.stringify({
        USERID: 'NALOTest',
        MSISDN: nalo.MSISDN,
        MSG: text,
        MSGTYPE: kind === 'con',
      }),
  }),
)

const arkesel = {
  sessionID: 'a1b2',
  userID: 'USER_1',
  newSession: false,
  msisdn: '233244234546',
  userData: '2580',
  network: 'MTN',
}
dialectContract(
  of('arkesel', json(arkesel), {
    hops: [
      ['an input', json(arkesel), hop('a1b2', '2580', { network: 'MTN' })],
      [
        'the first',
        json({ ...arkesel, newSession: true, userData: CODE }),
        hop('a1b2', CODE, { ...begin, network: 'MTN' }),
      ],
    ],
    closes: [],
    badHops: [
      ['no word on whether it is new', json({ ...arkesel, newSession: 'maybe' })],
      ['letters for a phone', json({ ...arkesel, msisdn: '23324x2580' })],
      ['no input', json({ ...arkesel, userData: undefined })],
    ],
    wire: (kind, text) =>
      JSON.stringify({
        sessionID: 'a1b2',
        userID: 'USER_1',
        msisdn: arkesel.msisdn,
        message: text,
        continueSession: kind === 'con',
      }),
  }),
)

const infobip = { msisdn: '233244234546', text: '2580', shortCode: '*711*23#', ussdGwId: 'live2' }
const at = (phase: string) => `/ussd/token/sess%2D1/${phase}`
dialectContract(
  of('infobip', json(infobip, at('response')), {
    hops: [
      ['an input', json(infobip, at('response')), hop('sess-1', '2580', { network: 'live2' })],
      [
        'the first, whose code is told bare',
        json({ ...infobip, text: CODE, shortCode: '711*23' }, at('start')),
        hop('sess-1', CODE, { ...begin, network: 'live2' }),
      ],
      [
        'the first, whose code is not told',
        json({ msisdn: infobip.msisdn, text: '' }, at('start')),
        hop('sess-1', '', begin),
      ],
      [
        'another code, for the host to refuse',
        json({ ...infobip, shortCode: '999' }, at('response')),
        hop('sess-1', '2580', { network: 'live2', code: '999' }),
      ],
    ],
    closes: [
      [
        'the end, without her number',
        json({ reason: 'x', exitCode: 500 }, at('end')),
        { kind: 'closed', sessionId: 'sess-1', how: 'end' },
        '{"responseExitCode":200,"responseMessage":""}',
      ],
    ],
    badHops: [
      ['no phase', json(infobip, '/ussd/token')],
      ['no session', json(infobip, '/ussd/token/response')],
      ['no input', json({ ...infobip, text: undefined }, at('response'))],
      ['another phase', json(infobip, at('resume'))],
      ['an address that cannot be read', json(infobip, '/ussd/token/%E0%A4/response')],
    ],
    wire: (kind, text) =>
      JSON.stringify({
        shouldClose: kind === 'end',
        ussdMenu: text,
        responseExitCode: 200,
        responseMessage: '',
      }),
  }),
)

const beem = {
  command: 'continue',
  msisdn: '233244234546',
  operator: 'vodacom',
  session_id: '9001',
  payload: { request_id: 7, response: '2580' },
}
const onVodacom = { network: 'vodacom', requestId: '7' }
dialectContract(
  of('beem', json(beem), {
    hops: [
      ['an input', json(beem), hop('9001', '2580', onVodacom)],
      [
        'the first, which tells nothing',
        json({ ...beem, command: 'initiate', payload: { request_id: 7 } }),
        hop('9001', '', { ...begin, ...onVodacom }),
      ],
    ],
    closes: [
      [
        'she left',
        json({ ...beem, command: 'terminate' }),
        closed('9001', 'abort'),
        '{"msisdn":"233244234546","operator":"vodacom","session_id":"9001","command":"terminate","payload":{"request_id":7,"request":""}}',
      ],
    ],
    badHops: [
      ['no payload', json({ ...beem, payload: undefined })],
      ['no input', json({ ...beem, payload: { request_id: 7 } })],
      ['another command', json({ ...beem, command: 'pause' })],
    ],
    wire: (kind, text) =>
      JSON.stringify({
        msisdn: beem.msisdn,
        operator: 'vodacom',
        session_id: '9001',
        command: kind === 'con' ? 'continue' : 'terminate',
        payload: { request_id: 7, request: text },
      }),
  }),
)

const comviva = { SessionID: '13456', MSISDN: '233244234546', MSC: 'mysc', input: '2580' }
dialectContract(
  of('comviva', query(comviva), {
    hops: [
      ['an input', query(comviva), hop('13456', '2580')],
      ['the first', query({ ...comviva, input: '711*23' }), hop('13456', '711*23', begin)],
      [
        'one dialled deep',
        query({ ...comviva, input: '711*23*55*4821' }),
        hop('13456', '711*23*55*4821', deep),
      ],
      ['an empty input', query({ ...comviva, input: '' }), hop('13456', '')],
    ],
    closes: [
      [
        'cleaned up',
        query({ SessionID: '13456', msisdn: '233244234546', clean: 'clean-session', error: '522' }),
        closed('13456', 'end'),
        '',
      ],
    ],
    badHops: [
      ['no input', query({ SessionID: '13456', MSISDN: '233244234546' })],
      ['a key twice', raw('GET', `${query(comviva).target}&input=1`)],
      ['a POST', { ...query(comviva), method: 'POST' }],
    ],
    wire: (_, text) => text,
  }),
)

it('Comviva is told by a header whether the session goes on, and that nothing is charged', () => {
  const dialect = dialectBy(CODE, { profile: 'comviva' })
  const headers = (kind: 'con' | 'end') => dialect.writeReply({ kind, text: 'x' }, query(comviva)).headers
  expect(headers('con')).toEqual({ Freeflow: 'FC', charge: 'N', amount: '0' })
  expect(headers('end')).toEqual({ Freeflow: 'FB', charge: 'N', amount: '0' })
})
