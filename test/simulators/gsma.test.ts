import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { AMINA, basic, CHANDA, type Lender, onGsmaStage } from './gsma-lender.ts'
import type { Stage } from './support.ts'

/** The simulated operator, held to the OpenAPI document of the GSMA Mobile Money API 1.2. */

let stage: Stage
let gsma: Lender
onGsmaStage((opened, lender) => {
  stage = opened
  gsma = lender
})
const DEVELOPMENT = '/simulator/v1.2/passthrough/mm'
const STANDARD = '/2/oauth/simulator/v1.2/mm'
const rows = () => stage.transactions('gsma')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: basic('id', 'secret') }
const token = (headers: object = {}, body = 'grant_type=client_credentials') =>
  gsma.call('POST', '/v1/oauth/accesstoken', body, { ...form, ...headers })
const bearer = async () => ({ authorization: `Bearer ${(await token()).body.access_token}` })

describe('who calls', () => {
  it('has a key and, by the mount, a name and password or a token that ends', async () => {
    expect((await gsma.get(`${DEVELOPMENT}/heartbeat`)).body).toEqual({ serviceStatus: 'available' })
    const mine = await bearer()
    for (const path of [`${STANDARD}/heartbeat`, '/heartbeat'])
      expect((await gsma.get(path, mine)).status).toBe(200)
    expect((await gsma.get(`${STANDARD}/heartbeat`)).status).toBe(401)
    expect((await gsma.get(`${DEVELOPMENT}/heartbeat`, mine)).status).toBe(401)
    await stage.pass(3_600)
    expect(await gsma.get('/heartbeat', mine)).toMatchObject({
      status: 401,
      body: { errorCategory: 'authorisation', errorCode: 'clientAuthorisationError' },
    })
  })

  it.each([
    ['a wrong key', { 'x-api-key': 'guess' }],
    ['somebody else’s key', { 'x-api-key': 'other', authorization: 'Bearer x' }],
    ['a wrong password', { authorization: basic('user', 'guess') }],
    ['a token that is none', { authorization: 'Bearer guess' }],
    ['nothing', { authorization: '' }],
  ])('is refused with %s', async (_, headers) => {
    expect((await gsma.get('/accounts/balance', headers)).status).toBe(401)
  })

  it('gets no token for a wrong secret, or another grant', async () => {
    expect((await token({ authorization: basic('id', 'guess') })).status).toBe(401)
    expect((await token({}, 'grant_type=password')).status).toBe(400)
    expect((await token({ 'content-type': 'application/json' })).status).toBe(400)
  })

  it('sees only what is its own', async () => {
    const name = await gsma.collected()
    const other = { 'x-api-key': 'other' }
    expect((await gsma.get(`/transactions/${name}`, other)).status).toBe(404)
    expect((await gsma.get('/accounts/organisationid/Mwezi/balance', other)).status).toBe(401)
    expect(
      (await gsma.call('POST', `/transactions/${name}/reversals`, { type: 'reversal' }, other)).status,
    ).toBe(404)
  })
})

describe('an order', () => {
  const long = 'x'.repeat(257)
  const eleven = Array.from({ length: 11 }, () => ({ key: 'msisdn', value: `+${AMINA}` }))
  const pairs = Array.from({ length: 21 }, () => ({ key: 'a', value: 'b' }))
  it.each([
    [{ amount: undefined }, 'mandatoryValueNotSupplied', 'amount'],
    [{ currency: undefined }, 'mandatoryValueNotSupplied', 'currency'],
    [{ amount: 15 }, 'formatError', 'amount'],
    [{ amount: '015.00' }, 'formatError', 'amount'],
    [{ amount: '15.' }, 'formatError', 'amount'],
    [{ amount: '15.00001' }, 'formatError', 'amount'],
    [{ amount: '-15' }, 'negativeValue', 'amount'],
    [{ amount: '1'.repeat(24) }, 'lengthError', 'amount'],
    [{ currency: 'ZMK' }, 'formatError', 'currency'],
    [{ debitParty: [] }, 'lengthError', 'debitParty'],
    [{ debitParty: eleven }, 'lengthError', 'debitParty'],
    [{ debitParty: [{ key: 'msisdn' }] }, 'mandatoryValueNotSupplied', 'debitParty.0.value'],
    [{ debitParty: `+${AMINA}` }, 'formatError', 'debitParty'],
    [{ creditParty: undefined, debitParty: undefined }, 'mandatoryValueNotSupplied', 'creditParty'],
    [{ descriptionText: 'x'.repeat(161) }, 'lengthError', 'descriptionText'],
    [
      { requestingOrganisationTransactionReference: long },
      'lengthError',
      'requestingOrganisationTransactionReference',
    ],
    [{ requestDate: 'today' }, 'formatError', 'requestDate'],
    [{ geoCode: '91,0' }, 'formatError', 'geoCode'],
    [{ fees: [] }, 'lengthError', 'fees'],
    [{ customData: pairs }, 'lengthError', 'customData'],
    [
      { requestingOrganisation: { requestingOrganisationIdentifierType: 'name' } },
      'formatError',
      'requestingOrganisation.requestingOrganisationIdentifierType',
    ],
  ])('breaks the document: %j is %s', async (change, code, key) => {
    const before = (await rows()).length
    const answer = await gsma.collect(change)
    expect([answer.status, answer.body]).toEqual([
      400,
      {
        errorCategory: 'validation',
        errorCode: code,
        errordescription: expect.any(String),
        errorDateTime: expect.any(String),
        errorParameters: [{ key, value: expect.any(String) }],
      },
    ])
    expect((await rows()).length).toBe(before)
  })

  const debit = (value: string) => ({ debitParty: [{ key: 'msisdn', value }] })
  it.each([
    [{ currency: 'KES' }, 400, 'currencyNotSupported'],
    [{ amount: '15.005' }, 400, 'formatError'],
    [{ amount: '0' }, 400, 'formatError'],
    [debit(AMINA), 400, 'formatError'],
    [debit('+260979999999'), 404, 'identifierError'],
    [{ debitParty: [{ key: 'walletid', value: '7' }] }, 404, 'identifierError'],
    [{ debitParty: undefined }, 400, 'samePartiesError'],
    [{ creditParty: [{ key: 'msisdn', value: `+${CHANDA}` }] }, 401, 'requestingPartyAuthorisationError'],
  ])('breaks a rule: %j is %d %s', async (change, status, code) => {
    expect(await gsma.collect(change)).toMatchObject({ status, body: { errorCode: code } })
  })

  it('has a type that goes its way', async () => {
    const by = async (type: string) =>
      (await gsma.call('POST', `/transactions/type/${type}`, gsma.payment())).body.errorCode
    expect(await by('donation')).toBe('formatError')
    for (const type of ['disbursement', 'deposit', 'reversal', 'adjustment'])
      expect(await by(type)).toBe('transactionTypeError')
    for (const type of ['merchantpay', 'billpay', 'transfer']) expect(await by(type)).toBeUndefined()
  })

  it('says its type itself at the older path, and both parties', async () => {
    const old = (change: object) => gsma.call('POST', '/transactions', gsma.payment(change))
    expect((await old({ type: 'merchantpay' })).status).toBe(202)
    expect((await old({})).body.errorCode).toBe('mandatoryValueNotSupplied')
    const half = await old({ type: 'merchantpay', creditParty: undefined })
    expect(half.body.errorCode).toBe('mandatoryValueNotSupplied')
  })

  it.each([
    ['x-correlationid', 'P-1'],
    ['x-callback-url', 'nowhere'],
    ['x-date', 'today'],
    ['x-content-hash', '0'.repeat(64)],
    ['content-type', 'text/plain'],
  ])('comes with a header %s that is right, where it has one', async (name, value) => {
    const answer = await gsma.collect({}, { [name]: value })
    expect(answer).toMatchObject({ status: 400, body: { errorCategory: 'validation' } })
    const hash = sha256(JSON.stringify(gsma.payment()))
    expect((await gsma.collect({}, { 'x-content-hash': hash })).status).toBe(202)
  })

  it('is taken once for a correlation id, even twice at once; with another body it is refused', async () => {
    const id = { 'x-correlationid': randomUUID() }
    const answers = await Promise.all([gsma.pay({}, id), gsma.pay({}, id), gsma.pay({}, id)])
    expect(new Set(answers.map(({ body }) => body.serverCorrelationId)).size).toBe(1)
    expect(await gsma.pay({ amount: '16.00' }, id)).toMatchObject({
      status: 400,
      body: { errorCategory: 'businessRule', errorCode: 'duplicateRequest' },
    })
    expect((await gsma.pay({}, { 'x-correlationid': id['x-correlationid'].toUpperCase() })).status).toBe(202)
  })
})

describe('a collection', () => {
  it('asks her phone, and its request has a state until it has a response', async () => {
    await stage.call(`/phones/${AMINA}/attach`, { method: 'POST' })
    const id = randomUUID()
    const { status, body } = await gsma.collect({ descriptionText: 'Loan 7' }, { 'x-correlationid': id })
    const pending = {
      serverCorrelationId: expect.any(String),
      status: 'pending',
      notificationMethod: 'callback',
      objectReference: '',
      pollLimit: 100,
      expiryTime: expect.any(String),
    }
    expect([status, body]).toEqual([202, pending])
    const state = () => gsma.get(`/requeststates/${body.serverCorrelationId}`)
    expect((await state()).body).toEqual(pending)
    expect((await gsma.get(`/responses/${id}`)).body.errorCode).toBe('identifierError')
    const [prompt] = await gsma.prompts()
    await gsma.answer(prompt?.promptId, { pin: '1234' })
    const name = (await state()).body.objectReference
    expect((await gsma.get(`/responses/${id}`)).body).toEqual({ link: `/transactions/${name}` })
    const transaction = (await gsma.get(`/transactions/${name}`)).body
    expect(transaction).toEqual({
      transactionReference: name,
      transactionStatus: 'completed',
      transactionReceipt: expect.stringMatching(/^R\d{10}$/),
      requestingOrganisationTransactionReference: 'P-1',
      type: 'merchantpay',
      amount: '15.00',
      currency: 'ZMW',
      descriptionText: 'Loan 7',
      debitParty: gsma.wallet(AMINA),
      creditParty: gsma.account,
      creationDate: expect.any(String),
      modificationDate: expect.any(String),
    })
    await stage.pass(0)
    const [call] = stage.listener.heard
    expect(call).toMatchObject({ method: 'PUT', path: '/cb' })
    expect(JSON.parse(call?.body ?? '')).toEqual(transaction)
    expect(call?.headers).toMatchObject({
      ...{ 'x-api-key': 'ours', 'x-correlationid': id, 'x-content-hash': sha256(call?.body ?? '') },
    })
    await stage.call(`/phones/${AMINA}/attach`, { method: 'DELETE' })
  })

  it.each([
    ['a wrong PIN', { pin: '9999' }, 'requestDeclined'],
    ['a no', { cancel: true }, 'requestDeclined'],
    ['too little money', { pin: '1234' }, 'insufficientFunds'],
  ])('fails by %s, and the error is told', async (_, said, errorCode) => {
    await stage.call(`/phones/${CHANDA}/attach`, { method: 'POST' })
    const { body } = await gsma.collect({ debitParty: gsma.wallet(CHANDA) })
    const [prompt] = await gsma.prompts(CHANDA)
    await gsma.answer(prompt?.promptId, said, CHANDA)
    const state = (await gsma.get(`/requeststates/${body.serverCorrelationId}`)).body
    expect(state).toMatchObject({ status: 'failed', objectReference: '', error: { errorCode } })
    await stage.pass(0)
    expect(JSON.parse(stage.listener.heard[0]?.body ?? '')).toMatchObject({ errorCode })
    await stage.call(`/phones/${CHANDA}/attach`, { method: 'DELETE' })
  })

  it('goes to whoever polls, where no address was given, so often and no more', async () => {
    const { body } = await gsma.call('POST', '/transactions/type/merchantpay', gsma.payment())
    expect(body.notificationMethod).toBe('polling')
    const poll = () => gsma.get(`/requeststates/${body.serverCorrelationId}`)
    for (let asked = 0; asked < 100; asked++) expect((await poll()).status).toBe(200)
    expect((await poll()).body.errorCode).toBe('rateLimitError')
    await stage.pass(2)
    expect(stage.listener.heard).toEqual([])
  })

  it('is not found under an id that is none, or that nobody has', async () => {
    for (const path of ['/requeststates', '/responses']) {
      expect((await gsma.get(`${path}/P-1`)).status).toBe(400)
      expect((await gsma.get(`${path}/${randomUUID()}`)).status).toBe(404)
    }
    expect((await gsma.get('/transactions/TX-0')).status).toBe(404)
  })
})
