import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createStage, type Stage } from './support.ts'

const AWA = '237670000001'
const POOR = '237670000003'

type Mode = {
  readonly user: string
  readonly key: string
  readonly environment: string
  readonly currency: string
}
const LIVE: Mode = { user: randomUUID(), key: 'live-key', environment: 'mtncameroon', currency: 'XAF' }
const SANDBOX: Mode = { user: randomUUID(), key: 'sand-key', environment: 'sandbox', currency: 'EUR' }

let stage: Stage

async function tokenOf({ user, key }: Mode, product = 'collection'): Promise<string> {
  const answer = await stage.call(`/mtn-momo/${product}/token/`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`,
      'ocp-apim-subscription-key': 'sub',
    },
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { access_token: string }).access_token
}

async function headersOf(mode: Mode): Promise<Record<string, string>> {
  return {
    authorization: `Bearer ${await tokenOf(mode)}`,
    'ocp-apim-subscription-key': 'sub',
    'x-target-environment': mode.environment,
  }
}

const bodyOf = (mode: Mode, msisdn: string) => ({
  amount: '500',
  currency: mode.currency,
  externalId: 'LN-77',
  payer: { partyIdType: 'MSISDN', partyId: msisdn },
  payerMessage: 'Loan 77',
  payeeNote: 'instalment 3',
})

async function request(
  mode: Mode,
  msisdn: string,
  change: { headers?: Record<string, string>; body?: object } = {},
) {
  const reference = change.headers?.['x-reference-id'] ?? randomUUID()
  const answer = await stage.call('/mtn-momo/collection/v1_0/requesttopay', {
    method: 'POST',
    headers: {
      ...(await headersOf(mode)),
      'x-reference-id': reference,
      'x-callback-url': `${stage.listener.url}/mtn/${reference}`,
      'content-type': 'application/json',
      ...change.headers,
    },
    body: JSON.stringify({ ...bodyOf(mode, msisdn), ...change.body }),
  })
  const text = await answer.text()
  const code = text.startsWith('{') ? (JSON.parse(text) as { code?: string }).code : text
  return { reference, status: answer.status, code }
}

type Status = {
  status: string
  reason?: string | { code: string }
  financialTransactionId?: string
  code?: string
}

async function inquire(mode: Mode, reference: string): Promise<Status> {
  const answer = await stage.call(`/mtn-momo/collection/v1_0/requesttopay/${reference}`, {
    headers: await headersOf(mode),
  })
  return (await answer.json()) as Status
}

const reasonOf = ({ reason }: Status) => (typeof reason === 'object' ? reason.code : reason)

beforeAll(async () => {
  stage = await createStage()
  const users = [LIVE, SANDBOX].map(({ user, key, environment }) => ({
    apiUser: user,
    apiKey: key,
    subscriptionKey: 'sub',
    providerCallbackHost: '127.0.0.1',
    environment: environment as 'mtncameroon' | 'sandbox',
  }))
  await stage.simulators.seed({
    mtnMomo: {
      users,
      wallets: [
        { msisdn: `+${AWA}`, pin: '12345', balance: '200000', name: 'Awa Ngo' },
        { msisdn: `+${POOR}`, pin: '12345', balance: '10', name: 'Poor Man' },
      ],
    },
  })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.pass(600)
  await stage.simulators.faults.clear()
  stage.listener.heard.length = 0
})

describe('a request to pay', () => {
  it('is taken without a word, approved after two seconds, and told once without its reference', async () => {
    const { reference, status, code } = await request(LIVE, AWA)
    expect([status, code]).toEqual([202, ''])
    expect(await inquire(LIVE, reference)).toMatchObject({
      status: 'PENDING',
      amount: '500',
      currency: 'XAF',
    })
    await stage.pass(2)
    const settled = await inquire(LIVE, reference)
    expect(settled).toMatchObject({ status: 'SUCCESSFUL', financialTransactionId: expect.any(String) })
    await stage.pass(3600)
    const [heard, ...more] = stage.listener.heard
    expect([heard?.method, heard?.path, more]).toEqual(['PUT', `/mtn/${reference}`, []])
    expect(JSON.parse(heard?.body ?? '')).toEqual(settled)
    expect(heard?.body).not.toContain(reference)
    expect(await stage.truth('mtn-momo', reference)).toMatchObject({
      amount: '500',
      currency: 'XAF',
      msisdn: `+${AWA}`,
      status: 'succeeded',
      receipt: settled.financialTransactionId,
    })
  })

  it('has no transaction id where it fails', async () => {
    const { reference } = await request(LIVE, POOR)
    await stage.pass(2)
    const status = await inquire(LIVE, reference)
    expect([status.status, reasonOf(status)]).toEqual(['FAILED', 'NOT_ENOUGH_FUNDS'])
    expect(status).not.toHaveProperty('financialTransactionId')
    expect(await stage.balance('mtn-momo', POOR)).toBe('10')
  })

  it('gives its reason in both forms, by the reference', async () => {
    const forms = []
    for (const first of ['0', '1']) {
      const reference = first + randomUUID().slice(1)
      await request(LIVE, POOR, { headers: { 'x-reference-id': reference } })
      await stage.pass(2)
      forms.push(typeof (await inquire(LIVE, reference)).reason)
    }
    expect(forms).toEqual(['string', 'object'])
  })

  it('expires after five minutes where a phone is attached and nobody answers', async () => {
    await stage.call(`/phones/${AWA}/attach`, { method: 'POST' })
    const { reference } = await request(LIVE, AWA)
    await stage.pass(299)
    expect((await inquire(LIVE, reference)).status).toBe('PENDING')
    await stage.pass(1)
    expect(reasonOf(await inquire(LIVE, reference))).toBe('EXPIRED')
  })

  it('is refused a second time under the same reference, and unknown under another', async () => {
    const { reference } = await request(LIVE, AWA)
    const again = await request(LIVE, AWA, { headers: { 'x-reference-id': reference } })
    expect(again).toMatchObject({ status: 409, code: 'RESOURCE_ALREADY_EXIST' })
    expect((await inquire(LIVE, randomUUID())).code).toBe('RESOURCE_NOT_FOUND')
    expect((await inquire(SANDBOX, reference)).code).toBe('RESOURCE_NOT_FOUND')
  })

  const refused: [string, number, string, { headers?: Record<string, string>; body?: object }][] = [
    [
      'a UUID of another version',
      400,
      'BAD_REQUEST',
      { headers: { 'x-reference-id': '018f3c1e-7b1a-7c3e-9d2f-0123456789ab' } },
    ],
    ['an apostrophe', 400, 'BAD_REQUEST', { body: { payerMessage: "Awa's loan" } }],
    ['a number for an amount', 400, 'BAD_REQUEST', { body: { amount: 500 } }],
    ['a fraction of a franc', 400, 'BAD_REQUEST', { body: { amount: '500.50' } }],
    ['a plus sign', 400, 'BAD_REQUEST', { body: { payer: { partyIdType: 'MSISDN', partyId: `+${AWA}` } } }],
    ['another currency', 500, 'INVALID_CURRENCY', { body: { currency: 'EUR' } }],
    [
      'another callback host',
      500,
      'INVALID_CALLBACK_URL_HOST',
      { headers: { 'x-callback-url': 'https://evil.example/' } },
    ],
    [
      'another environment',
      500,
      'NOT_ALLOWED_TARGET_ENVIRONMENT',
      { headers: { 'x-target-environment': 'sandbox' } },
    ],
  ]
  it.each(refused)('is refused for %s', async (_, status, code, change) => {
    expect(await request(LIVE, AWA, change)).toMatchObject({ status, code })
  })

  it('is refused without a living token or the right subscription key', async () => {
    expect((await request(LIVE, AWA, { headers: { authorization: 'Bearer x' } })).status).toBe(401)
    expect((await request(LIVE, AWA, { headers: { 'ocp-apim-subscription-key': 'x' } })).status).toBe(401)
  })

  it('obeys scripted faults: a lost answer, and a payer nobody answers for', async () => {
    await stage.script({ simulator: 'mtn-momo', kind: 'lost-answer', msisdn: `+${AWA}` })
    const reference = randomUUID()
    await expect(request(LIVE, AWA, { headers: { 'x-reference-id': reference } })).rejects.toThrow(
      'fetch failed',
    )
    await stage.pass(2)
    expect((await inquire(LIVE, reference)).status).toBe('SUCCESSFUL')
    await stage.script({ simulator: 'mtn-momo', kind: 'no-answer-ever' })
    const silent = await request(LIVE, AWA)
    await stage.pass(86_400)
    expect((await inquire(LIVE, silent.reference)).status).toBe('PENDING')
  })
})

describe('the sandbox numbers', () => {
  const numbers: [string, string, string | undefined][] = [
    ['450', 'FAILED', 'INTERNAL_PROCESSING_ERROR'],
    ['451', 'FAILED', 'APPROVAL_REJECTED'],
    ['452', 'FAILED', 'EXPIRED'],
    ['453', 'PENDING', undefined],
    ['454', 'PENDING', undefined],
    ['455', 'FAILED', 'PAYER_NOT_FOUND'],
    ['456', 'FAILED', 'PAYEE_NOT_ALLOWED_TO_RECEIVE'],
    ['463', 'FAILED', 'COULD_NOT_PERFORM_TRANSACTION'],
    ['999', 'SUCCESSFUL', undefined],
  ]
  it.each(numbers)('46733123%s: %s %s', async (digits, status, reason) => {
    const { reference } = await request(SANDBOX, `46733123${digits}`)
    await stage.pass(1)
    const found = await inquire(SANDBOX, reference)
    expect([found.status, reasonOf(found)]).toEqual([status, reason])
    if (digits !== '454') return
    await stage.pass(25)
    expect((await inquire(SANDBOX, reference)).status).toBe('SUCCESSFUL')
  })

  it.each([
    ['457', 500, 'NOT_ALLOWED'],
    ['458', 500, 'NOT_ALLOWED_TARGET_ENVIRONMENT'],
    ['459', 500, 'INVALID_CALLBACK_URL_HOST'],
    ['460', 500, 'INVALID_CURRENCY'],
    ['461', 500, 'INTERNAL_PROCESSING_ERROR'],
    ['462', 503, 'SERVICE_UNAVAILABLE'],
  ])('46733123%s: refused with %i %s', async (digits, status, code) => {
    const answer = await request(SANDBOX, `46733123${digits}`)
    expect(answer).toMatchObject({ status, code })
    expect((await inquire(SANDBOX, answer.reference)).code).toBe('RESOURCE_NOT_FOUND')
  })

  it('are nobody in production', async () => {
    const { reference } = await request(LIVE, '46733123999')
    await stage.pass(1)
    expect(reasonOf(await inquire(LIVE, reference))).toBe('PAYER_NOT_FOUND')
  })
})
