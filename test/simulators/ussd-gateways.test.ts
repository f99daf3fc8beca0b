import { afterEach, describe, expect, it } from '@jest/globals'
import { UssdBreach } from '../../src/simulators/africastalking-ussd.ts'
import { createGatewayPhone, type GatewayName } from '../../src/simulators/ussd/index.ts'
import { listen } from './support.ts'

/** Each gateway before an application of a few lines, written from the vendor's pages alone. */
type Heard = { readonly method: string; readonly path: string; readonly body: Record<string, unknown> }
type Reply = { readonly body: unknown; readonly headers?: Record<string, string>; readonly status?: number }
type Application = (heard: Heard) => Reply

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function behind(name: GatewayName, application: Application, options: { timeoutMs?: number } = {}) {
  const heard: Heard[] = []
  const server = await listen(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    }
    heard.push(one)
    const { body, headers, status } = application(one)
    if (body === undefined) return undefined
    const plain = typeof body === 'string'
    response.writeHead(status ?? 200, {
      'content-type': plain ? 'text/plain' : 'application/json',
      ...headers,
    })
    return response.end(plain ? body : JSON.stringify(body))
  })
  open.push(server)
  const phone = createGatewayPhone(name, {
    url: `${server.url}/ussd/t`,
    phone: '+233244234546',
    code: '*711*23#',
    ...options,
  })
  return { phone, heard }
}

const GOOD: Readonly<Record<GatewayName, Application>> = {
  hubtel: ({ body }) => ({ body: { SessionId: body.SessionId, Type: 'Response', Message: 'Hi' } }),
  nalo: ({ body }) => ({ body: { USERID: body.USERID, MSISDN: body.MSISDN, MSG: 'Hi', MSGTYPE: true } }),
  arkesel: ({ body: { sessionID, userID, msisdn } }) => ({
    body: { sessionID, userID, msisdn, message: 'Hi', continueSession: true },
  }),
  infobip: () => ({
    body: { shouldClose: false, ussdMenu: 'Hi', responseExitCode: 200, responseMessage: '' },
  }),
  beem: ({ body: { msisdn, operator, session_id, payload } }) => ({
    body: {
      msisdn,
      operator,
      session_id,
      command: 'continue',
      payload: { request_id: (payload as { request_id: string }).request_id, request: 'Hi' },
    },
  }),
  comviva: () => ({ body: 'Hi', headers: { Freeflow: 'FC', charge: 'N', amount: '0' } }),
}
/** The good answer with something of it changed. */
const spoilt =
  (name: GatewayName, change: object): Application =>
  heard => {
    const { body } = GOOD[name](heard)
    return { body: { ...(body as object), ...change } }
  }

const sent: Readonly<Record<GatewayName, readonly [first: object, later: object]>> = {
  hubtel: [
    { Type: 'initiation', Message: '*711*23*5#', Sequence: 1, Mobile: '233244234546' },
    { Type: 'response', Message: '1', Sequence: 2 },
  ],
  nalo: [
    { MSGTYPE: true, USERDATA: '*711*23*5#', MSISDN: '233244234546' },
    { MSGTYPE: false, USERDATA: '1' },
  ],
  arkesel: [
    { newSession: true, userData: '*711*23*5#', msisdn: '233244234546' },
    { newSession: false, userData: '1' },
  ],
  infobip: [{ text: '*711*23*5#', msisdn: '233244234546', shortCode: '*711*23#' }, { text: '1' }],
  beem: [
    { command: 'initiate', payload: { response: '' }, msisdn: '233244234546' },
    { command: 'continue', payload: { response: '1' } },
  ],
  comviva: [{}, {}],
}

describe.each(Object.keys(GOOD) as GatewayName[])('%s', name => {
  it('sends a dial and an answer as its pages say, under one session', async () => {
    const { phone, heard } = await behind(name, GOOD[name])
    expect(await phone.dial('5')).toMatchObject({ kind: 'CON', text: 'Hi' })
    await phone.answer('1')
    expect(heard.map(({ body }) => body)).toMatchObject([...sent[name]])
    expect(JSON.stringify(heard).split(phone.sessionId).length - 1).toBeGreaterThanOrEqual(2)
    expect(phone.text).toBe('1')
  })

  it('gives up a status that is none, and an answer of another kind', async () => {
    for (const application of [
      (): Reply => ({ ...GOOD[name]({ method: '', path: '', body: { payload: {} } }), status: 500 }),
      (): Reply => ({ body: name === 'comviva' ? {} : 'CON Hi' }),
    ]) {
      const { phone } = await behind(name, application)
      await expect(phone.dial()).rejects.toThrow(UssdBreach)
      await expect(phone.answer('1')).rejects.toThrow('no open session')
    }
  })
})

describe('a breach', () => {
  it.each([
    ['hubtel', 'a type of its own', { Type: 'Continue' }, /neither Response nor Release/],
    ['hubtel', 'nothing to show', { Message: '' }, /no text to show/],
    ['nalo', 'the 121st character', { MSG: 'x'.repeat(121) }, /121 septets, at most 120/],
    ['nalo', 'a word for a yes', { MSGTYPE: 'true' }, /MSGTYPE is neither/],
    ['nalo', 'another number', { MSISDN: '1' }, /MSISDN is "1"/],
    ['arkesel', 'no session', { sessionID: undefined }, /sessionID is undefined/],
    ['arkesel', 'a sign that no network has', { message: 'prêt' }, /GSM-7 alphabet: "ê"/],
    ['infobip', 'another exit code', { responseExitCode: 400 }, /responseExitCode is 400/],
    ['infobip', 'a word for a no', { shouldClose: 'false' }, /shouldClose is neither/],
    [
      'beem',
      'the name of another request',
      { payload: { request_id: 'x', request: 'Hi' } },
      /request_id is "x"/,
    ],
    ['beem', 'a command of its own', { command: 'end' }, /neither continue nor terminate/],
  ] as const)('before %s: %s', async (name, _, change, message) => {
    const { phone } = await behind(name, spoilt(name, change))
    await expect(phone.dial()).rejects.toThrow(message)
  })

  it.each([
    ['no flow', { charge: 'N', amount: '0' }, 'Hi', /Freeflow is "null"/],
    ['no charge', { Freeflow: 'FC', amount: '0' }, 'Hi', /charge is neither/],
    ['no amount', { Freeflow: 'FC', charge: 'N' }, 'Hi', /amount is no number/],
    ['a blank that is lost', { Freeflow: 'FC', charge: 'N', amount: '0' }, ' Hi', /begins with a blank/],
  ])('before comviva: %s', async (_, headers, body, message) => {
    const { phone } = await behind('comviva', () => ({ body, headers: headers as Record<string, string> }))
    await expect(phone.dial()).rejects.toThrow(message)
  })
})

describe('the end of a session', () => {
  it('is told by Infobip, Beem and Comviva where she hangs up', async () => {
    const last = async (name: GatewayName, answer?: Application) => {
      const { phone, heard } = await behind(name, heard =>
        heard.path.endsWith('/end') && answer !== undefined ? answer(heard) : GOOD[name](heard),
      )
      await phone.dial()
      await phone.drop()
      return heard.at(-1)
    }
    expect(await last('infobip')).toMatchObject({ path: expect.stringMatching(/\/\d+\/end$/) })
    expect(await last('beem')).toMatchObject({ body: { command: 'terminate' } })
    expect((await last('comviva'))?.path).toContain('clean=clean-session')
    await expect(last('infobip', () => ({ body: { responseExitCode: 500 } }))).rejects.toThrow(
      'end of a session',
    )
  })

  it('is told by Hubtel where we were too late', async () => {
    const { phone, heard } = await behind(
      'hubtel',
      ({ body }) => ({ body: body.Type === 'timeout' ? {} : undefined }),
      {
        timeoutMs: 50,
      },
    )
    await expect(phone.dial()).rejects.toThrow('no answer within 50 ms')
    expect(heard.at(-1)).toMatchObject({ body: { Type: 'timeout', Sequence: 1 } })
  })

  it('at the first screen Infobip shows as a menu', async () => {
    const { phone } = await behind('infobip', spoilt('infobip', { shouldClose: true }))
    expect(await phone.dial()).toMatchObject({ kind: 'CON' })
    expect(await phone.answer('1')).toMatchObject({ kind: 'END' })
  })
})
