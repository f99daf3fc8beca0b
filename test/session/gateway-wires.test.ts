import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createClient } from 'redis'
import { GATEWAY_NAMES } from '../../src/simulators/ussd/index.ts'
import { type Wire, wireContract } from '../contract/ussd-wire.ts'
import { testRedisUrl } from '../support/database.ts'
import { addGateways } from '../support/gateways.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'

/** What a gateway's request may look like that is not as it should be: every case for every gateway, on the whole house. */

const PHONE = '254700000001'
const CODE = '*384*100#'

const at = (token: string) => () => `/ussd/${token}`

const WIRES: readonly Wire[] = [
  {
    name: 'africastalking',
    kind: 'form',
    path: at('demo-ke'),
    fields: session => ({
      ...{ sessionId: session, phoneNumber: `+${PHONE}`, serviceCode: CODE, networkCode: '63902', text: '' },
    }),
    says: { session: 'sessionId', phone: 'phoneNumber', input: 'text', network: 'networkCode' },
    elsewhere: { serviceCode: '*999#' },
  },
  {
    name: 'hubtel',
    kind: 'json',
    path: at('hubtel'),
    fields: session => ({
      ...{ Mobile: PHONE, SessionId: session, ServiceCode: 'x', Type: 'Initiation', Message: CODE },
      ...{ Operator: 'mtn', Platform: 'USSD', Sequence: 1 },
    }),
    says: { session: 'SessionId', phone: 'Mobile', input: 'Message', network: 'Operator' },
    elsewhere: { Message: '*999#' },
  },
  {
    name: 'nalo',
    kind: 'json',
    path: at('nalo'),
    fields: session => ({
      ...{ USERID: 'u', MSISDN: PHONE, USERDATA: CODE, MSGTYPE: true, NETWORK: 'MTN', SESSIONID: session },
    }),
    says: { session: 'SESSIONID', phone: 'MSISDN', input: 'USERDATA', network: 'NETWORK' },
    elsewhere: { USERDATA: '*999#' },
  },
  {
    name: 'arkesel',
    kind: 'json',
    path: at('arkesel'),
    fields: session => ({
      ...{ sessionID: session, userID: 'u', newSession: true, msisdn: PHONE, userData: CODE, network: 'MTN' },
    }),
    says: { session: 'sessionID', phone: 'msisdn', input: 'userData', network: 'network' },
    elsewhere: { userData: '*999#' },
  },
  {
    name: 'infobip',
    kind: 'json',
    path: session => `/ussd/infobip${session === '' ? '' : `/${session}`}/start`,
    fields: () => ({ msisdn: PHONE, text: CODE, shortCode: CODE, ussdGwId: 'live2' }),
    says: { session: null, phone: 'msisdn', input: 'text', network: 'ussdGwId' },
    elsewhere: { shortCode: '999' },
  },
  {
    name: 'beem',
    kind: 'json',
    path: at('beem'),
    fields: session => ({
      ...{ command: 'initiate', msisdn: PHONE, operator: 'vodacom', session_id: session },
      payload: { request_id: 7 },
    }),
    says: { session: 'session_id', phone: 'msisdn', input: null, network: 'operator' },
    elsewhere: null,
  },
  {
    name: 'comviva',
    kind: 'query',
    path: at('comviva'),
    fields: session => ({ SessionID: session, MSISDN: PHONE, MSC: 'mysc', input: '384*100' }),
    says: { session: 'SessionID', phone: 'MSISDN', input: 'input', network: null },
    // a bare code of somebody else's looks like an answer
    elsewhere: null,
  },
]

const redis = createClient({ url: testRedisUrl() })
let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await addGateways(stage)
  await stage.settle()
  await redis.connect()
  await redis.flushDb()
})
afterAll(async () => {
  await redis.close()
  await stage.close()
})

it('every gateway that ships stands in this table', () => {
  expect(WIRES.map(({ name }) => name)).toEqual(['africastalking', ...GATEWAY_NAMES])
})

for (const wire of WIRES)
  wireContract(wire, {
    url: () => stage.url,
    sessions: async () => (await redis.keys('hatua:*:session:*')).length,
  })
