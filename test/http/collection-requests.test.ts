import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let cm: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  cm = createStory(stage, 'demo-cm')
  await addLoans(stage, 'demo-ke', [{ id: 2 }, { id: 3 }, { id: 4 }, { id: 5 }])
})
afterAll(() => stage.close())

const PATH = '/api/v1/collection-requests'
type Answer = { readonly status: number; readonly type: string; readonly body: Row }
let keys = 0

/** A request of the API as any client may send it. */
async function call(
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string>; key?: string | null } = {},
): Promise<Answer> {
  const { body, key = 'demo-ke-key' } = options
  const answer = await fetch(stage.url + path, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    type: answer.headers.get('content-type')?.split(';')[0] ?? '',
    body: (text === '' ? {} : JSON.parse(text)) as Row,
  }
}

const push = (body: unknown, idempotencyKey = `api-${++keys}`, key?: string | null): Promise<Answer> =>
  call('POST', PATH, {
    body,
    headers: { 'idempotency-key': idempotencyKey },
    ...(key === undefined ? {} : { key }),
  })

/** Every refusal is an RFC 9457 document that says what is wrong. */
function expectProblem(answer: Answer, status: number): void {
  expect(answer).toMatchObject({
    status,
    type: 'application/problem+json',
    body: { status, title: expect.any(String), detail: expect.any(String) },
  })
}

describe('an officer asks', () => {
  it('with the amount due where none is named, and a push for an open request asks that one again', async () => {
    const [due] = await ke.rows('collection_requests', { loan_id: '1' })
    const answer = await push({ loanId: '1', mode: 'ask', message: 'Asante, Wanjiku' })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        id: due?.id,
        state: 'asked',
        amount: '1300.00',
        currency: 'KES',
        loanId: '1',
        transactions: [],
      },
    })
    await stage.settle()
    expect((await ke.sms(ke.own)).at(-1)).toContain('Asante, Wanjiku')
  })

  it('with the next instalment where nothing is due yet, and takes the loan’s number as a number too', async () => {
    expect(await push({ loanId: 2, mode: 'ask' })).toMatchObject({
      status: 201,
      body: { state: 'asked', amount: '10300.00', currency: 'KES', loanId: '2' },
    })
  })

  it('straight at the wallet’s prompt, where she has consented', async () => {
    const answer = await push({ loanId: '3', amount: '25.00', mode: 'prompt' })
    expect(answer).toMatchObject({
      status: 201,
      body: { state: 'approved', mode: 'prompt', transactions: [{ state: 'logged' }] },
    })
    const paid = await ke.state(String(answer.body.id), 'paid')
    expect(paid).toMatchObject({ amount: '25.00', transactions: [{ state: 'booked', amount: '25.00' }] })
    await ke.change('customers', {}, { consent_at: null })
    expectProblem(await push({ loanId: '3', amount: '25.00', mode: 'prompt' }), 409)
    await ke.change('customers', {}, { consent_at: stage.clock.now() })
  })

  it('anew at the prompt, for another amount than she was asked for: the request says what she is debited', async () => {
    const asked = await push({ loanId: '3', amount: '40.00', mode: 'ask' })
    const answer = await push({ loanId: '3', amount: '15.00', mode: 'prompt' })
    expect(answer).toMatchObject({
      status: 200,
      body: { id: asked.body.id, state: 'approved', mode: 'prompt', amount: '15.00', left: '15.00' },
    })
    expect(await ke.state(String(asked.body.id), 'paid')).toMatchObject({
      amount: '15.00',
      left: '0.00',
      transactions: [{ state: 'booked', amount: '15.00' }],
    })
  })

  it.each(['', '0', '0.00', '-5', '-5.00', 'abc', '1,000', '1e3', '10.005', ' 10', '٣'])(
    'and is refused the amount "%s"',
    async amount => {
      expectProblem(await push({ loanId: '4', amount, mode: 'ask' }), 400)
      expect(await ke.rows('collection_requests', { loan_id: '4' })).toEqual([])
    },
  )

  it('and is refused more than the debt, a fraction that francs have not, a loan that is not there', async () => {
    expectProblem(await push({ loanId: '4', amount: '9999999.00', mode: 'ask' }), 409)
    expectProblem(await push({ loanId: '1', amount: '10.50', mode: 'ask' }, undefined, 'demo-cm-key'), 400)
    expectProblem(await push({ loanId: '999', mode: 'ask' }), 404)
    expectProblem(await push({ loanId: '../1', mode: 'ask' }), 404)
  })

  it('at the prompt, and is refused by its name what her wallet cannot carry as it is', async () => {
    const fractions = async (rule: string): Promise<void> => {
      await stage.house.db.asTenant('demo-ke', trx =>
        trx('tenants')
          .where({ id: 'demo-ke' })
          .update({ settings: trx.raw(`jsonb_set(settings, '{fractions}', to_jsonb(?::text))`, [rule]) }),
      )
      stage.house.gateway.deps.tenants.forget('demo-ke')
    }
    const limits = async (...rows: readonly (readonly [string, string])[]): Promise<void> => {
      const data = rows.map(([measure, value]) => ({
        ...{ provider: 'mpesa-ke', tier: '*', operation: 'collect', window: 'transaction', currency: 'KES' },
        ...{ measure, value, source: 'our own contract of 2026', from: '2026-03-05' },
      }))
      const headers = { 'idempotency-key': `limits-${rows.length}` }
      expect((await call('PUT', '/api/v1/limits', { body: { data }, headers })).status).toBe(200)
    }
    const refused = async (amount: string) => {
      const answer = await push({ loanId: '4', amount, mode: 'prompt' })
      expectProblem(answer, 409)
      return answer.body.title
    }
    await fractions('refuse')
    expect(await refused('10.50')).toBe('Whole amounts only')
    await fractions('round-up')
    await limits(['minimum', '100.00'], ['multiple', '50.00'])
    expect(await refused('10.50')).toBe('Not a multiple')
    expect(await refused('50.00')).toBe('Below the minimum')
    await limits()
    expect(await ke.rows('collection_requests', { loan_id: '4' })).toEqual([])
  })

  it('and is refused what is not understood', async () => {
    for (const body of [
      {},
      { loanId: '4' },
      { loanId: '4', mode: 'push' },
      { loanId: '4', mode: 'ask', amount: 10 },
      { loanId: '4', mode: 'ask', amount: null },
      { loanId: '4', mode: 'ask', surprise: true },
      { loanId: '4', mode: 'ask', message: 'x'.repeat(61) },
      { loanId: '', mode: 'ask' },
      [],
      '{"loanId":',
      '"ask"',
    ])
      expectProblem(await push(body), 400)
    expectProblem(await push({ loanId: '4', mode: 'ask', message: 'x'.repeat(20_000) }), 413)
  })

  it('on the day of her no is refused; she herself may still pay', async () => {
    const { body } = await push({ loanId: '5', mode: 'ask' })
    await ke.change('collection_requests', { loan_id: '1' }, { state: 'cancelled', due_at: null })
    await ke.change('collection_requests', { loan_id: '2' }, { state: 'cancelled', due_at: null })
    const phone = stage.phone('demo-ke')
    await phone.dial()
    await phone.answer('4')
    await phone.answer('2')
    expect((await ke.request(String(body.id))).state).toBe('declined')
    expectProblem(await push({ loanId: '5', mode: 'ask' }), 409)
    expectProblem(await push({ loanId: '5', mode: 'prompt' }), 409)
  })

  it('while the core is away is told to try again, and nothing is kept of the key', async () => {
    await ke.core({ down: true })
    expectProblem(await push({ loanId: '4', amount: '10.00', mode: 'ask' }, 'away'), 503)
    await ke.core({ down: false })
    expect(await push({ loanId: '4', amount: '10.00', mode: 'ask' }, 'away')).toMatchObject({ status: 201 })
  })
})

describe('the Idempotency-Key', () => {
  it('repeated brings the first answer, and nothing is done twice', async () => {
    const body = { loanId: '4', amount: '11.00', mode: 'ask' }
    const first = await push(body, 'same')
    await stage.settle()
    const heard = await ke.sms(ke.own)
    const again = await Promise.all([push(body, 'same'), push(body, 'same'), push(body, 'same')])
    await stage.settle()
    for (const answer of again) expect(answer).toEqual(first)
    expect(await ke.sms(ke.own)).toEqual(heard)
  })

  it('sent by two at once does it once', async () => {
    const before = (await ke.sms(ke.own)).length
    const body = { loanId: '4', amount: '12.00', mode: 'ask' }
    const [one, two] = await Promise.all([push(body, 'twins'), push(body, 'twins')])
    expect(one).toEqual(two)
    await stage.settle()
    expect(await ke.sms(ke.own)).toHaveLength(before + 1)
  })

  it('with another body is refused, and is each tenant’s own', async () => {
    expectProblem(await push({ loanId: '4', amount: '13.00', mode: 'ask' }, 'same'), 422)
    const answer = await push({ loanId: '1', amount: '11', mode: 'ask' }, 'same', 'demo-cm-key')
    expect(answer).toMatchObject({ status: 200, body: { currency: 'XAF' } })
  })

  it('missing or unprintable is refused', async () => {
    const body = { loanId: '4', mode: 'ask' }
    expectProblem(await call('POST', PATH, { body }), 400)
    expectProblem(await push(body, ''), 400)
    expectProblem(await push(body, 'two words'), 400)
    expectProblem(await push(body, 'k'.repeat(101)), 400)
  })
})

describe('a key', () => {
  it('missing, misspelt or unknown opens nothing', async () => {
    for (const key of [null, 'x', 'demo-ke-kez', 'demo-ke-key2', 'Bearer'])
      for (const [method, path] of [
        ['GET', PATH],
        ['POST', PATH],
        ['GET', '/api/v1/nothing'],
      ] as const) {
        const answer = await call(method, path, { key })
        expectProblem(answer, 401)
      }
    expectProblem(await call('GET', PATH, { key: null, headers: { authorization: 'Basic ZGVtbw==' } }), 401)
  })

  it('revoked or without the scope opens nothing', async () => {
    await ke.change('api_keys', {}, { scopes: ['collection-requests:read'] })
    expectProblem(await push({ loanId: '4', mode: 'ask' }), 403)
    expect(await call('GET', PATH)).toMatchObject({ status: 200 })
    await ke.change('api_keys', {}, { revoked_at: stage.clock.now() })
    expectProblem(await call('GET', PATH), 401)
    await ke.change(
      'api_keys',
      {},
      {
        revoked_at: null,
        scopes: ['collection-requests:read', 'collection-requests:write'],
      },
    )
  })
})

describe('the list', () => {
  const list = async (query: string, key?: string): Promise<Row[]> =>
    (await call('GET', `${PATH}?${query}`, key === undefined ? {} : { key })).body.data as Row[]

  it('shows a tenant its own, and nothing of another', async () => {
    const [mine, theirs] = [await list('limit=200'), await list('limit=200', 'demo-cm-key')]
    expect(new Set(mine.map(({ currency }) => currency))).toEqual(new Set(['KES']))
    expect(new Set(theirs.map(({ currency }) => currency))).toEqual(new Set(['XAF']))
    expectProblem(await call('GET', `${PATH}/${theirs[0]?.id}`), 404)
    expect(await call('GET', `${PATH}/${mine[0]?.id}`)).toMatchObject({ status: 200, body: mine[0] })
    expect(await list(`customer=${theirs[0]?.customerId}`)).toEqual([])
    expectProblem(await call('GET', `${PATH}/no-uuid`), 404)
  })

  it('finds a customer by our id, by her phone, by a phone whose + was lost, and nobody by another', async () => {
    const all = await list('limit=200')
    const byId = await list(`limit=200&customer=${all[0]?.customerId}`)
    expect(byId).toEqual(all)
    for (const customer of ['%2B254700000001', '+254700000001', '254700000001', '%20254700000001'])
      expect(await list(`limit=200&customer=${customer}`)).toEqual(all)
    // her payer's number is nobody's
    for (const customer of ['254700000002', '237670000001'])
      expect(await list(`customer=${encodeURIComponent(customer)}`)).toEqual([])
    for (const customer of ['nobody', "'; drop table tenants"])
      expectProblem(await call('GET', `${PATH}?customer=${encodeURIComponent(customer)}`), 400)
  })

  it('finds states, one or several', async () => {
    expect(new Set((await list('state=paid')).map(({ state }) => state))).toEqual(new Set(['paid']))
    const two = await list('state=paid,declined')
    expect(new Set(two.map(({ state }) => state))).toEqual(new Set(['paid', 'declined']))
    expectProblem(await call('GET', `${PATH}?state=nonsense`), 400)
  })

  it('comes in pages, newest first, without a gap or a repetition', async () => {
    const all = await list('limit=200')
    const paged: Row[] = []
    let next: string | null = ''
    for (let page = 0; next !== null && page < 20; page++) {
      const { body } = await call('GET', `${PATH}?limit=2${next === '' ? '' : `&after=${next}`}`)
      paged.push(...(body.data as Row[]))
      next = body.next as string | null
    }
    expect(next).toBeNull()
    expect(paged).toEqual(all)
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'after=x'])
      expectProblem(await call('GET', `${PATH}?${query}`), 400)
  })
})

it('shows money on its way, and the amounts as text with the currency’s digits', async () => {
  const { body } = await cm.ask('500')
  await cm.approve('own')
  expect(await cm.request(String(body.id))).toMatchObject({
    state: 'approved',
    amount: '500',
    currency: 'XAF',
    left: '500',
    walletId: expect.any(String),
    transactions: [{ state: 'logged', receipt: null, amount: '500', currency: 'XAF' }],
  })
  expect(await cm.state(String(body.id), 'paid')).toMatchObject({ left: '0' })
})
