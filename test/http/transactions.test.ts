import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 } from 'uuid'
import { act } from '../../src/gateway/context.ts'
import type { Act } from '../../src/gateway/step.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Row, type Story } from '../support/story.ts'

const PATH = '/api/v1/transactions'
const MINUTE_MS = 60_000

let stage: TestStage
let ke: Story
/** How the three payments of this file went, oldest first. */
let paid: string
let failed: string
let unresolved: string

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  await addLoans(stage, 'demo-ke', [{ id: 2 }, { id: 3 }, { id: 4 }, { id: 5 }, { id: 6 }])
  paid = await payment('1', '10.00', 'booked')
  failed = await payment('2', '11.00', 'failed', 'insufficient-funds')
  unresolved = await payment('3', '12.00', 'unresolved', 'no-answer-ever')
})
afterAll(() => stage.close())

/** A push on a loan, straight at her wallet's prompt, comes to that state. */
async function payment(loanId: string, amount: string, state: string, fault?: string): Promise<string> {
  if (fault !== undefined) await stage.fault({ simulator: 'mpesa', kind: fault, msisdn: ke.own })
  const id = await prompt(loanId, amount)
  const reached = await ke.movement(id, state, 24 * 60 * MINUTE_MS, state === 'unresolved' ? MINUTE_MS : 1000)
  await stage.settle()
  return String(reached.transactions.at(-1)?.id)
}

async function prompt(loanId: string, amount: string): Promise<string> {
  const order = { loanId, amount, mode: 'prompt' }
  const { body } = await stage.post('/api/v1/collection-requests', order, {
    key: ke.key,
    idempotencyKey: amount,
  })
  return String(body.id)
}

type Answer = { readonly status: number; readonly type: string; readonly body: Row }

async function call(method: string, path: string, body?: unknown, key = 'demo-ke-key'): Promise<Answer> {
  const answer = await fetch(stage.url + PATH + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
  return { status: answer.status, type, body: (await answer.json()) as Row }
}

type Page = { readonly data: readonly Row[]; readonly next: string | null; readonly more: boolean }
const list = async (query = '', key?: string): Promise<Page> =>
  (await call('GET', `?${query}`, undefined, key)).body as Page
const ids = ({ data }: Page): unknown[] => data.map(({ id }) => id)

function expectProblem(answer: Answer, status: number): void {
  expect(answer).toMatchObject({
    status,
    type: 'application/problem+json',
    body: { status, title: expect.any(String), detail: expect.any(String) },
  })
}

type Told = { readonly type: 'REVERSED' | 'CONFIRMED'; readonly amount: string }

/** The provider tells of a transaction that it gave the money back, or took it after all. */
const step = (commit: Act, id: string, { type, amount }: Told): Promise<unknown> => {
  const told = { at: commit.at.toISOString(), amount: { amount, currency: 'KES' } }
  return stage.house.gateway.stepper.step(
    commit,
    'transaction',
    id,
    type === 'REVERSED' ? { type, ...told } : { type, ...told, receipt: `LATE${id.slice(-6)}` },
  )
}
const tell = (id: string, told: Told): Promise<unknown> =>
  act(stage.house.gateway.deps, 'demo-ke', commit => step(commit, id, told))

describe('the list', () => {
  it('shows what each movement of money came to, in the order in which it did, and why', async () => {
    const page = await list()
    expect(ids(page)).toEqual([paid, failed, unresolved])
    expect(page.data).toEqual([
      expect.objectContaining({
        kind: 'collect',
        state: 'booked',
        reason: null,
        amount: '10.00',
        currency: 'KES',
        loanId: '1',
        phone: ke.own,
        provider: 'mpesa-ke',
        receipt: (await ke.truth())[0]?.receipt,
        acknowledgedAt: null,
      }),
      expect.objectContaining({
        state: 'failed',
        reason: 'insufficient-funds',
        amount: '11.00',
        receipt: null,
      }),
      expect.objectContaining({ state: 'unresolved', reason: 'unresolved', amount: '12.00' }),
    ])
    for (const { eventId, id, state, reachedAt } of page.data) {
      const [event] = await ke.rows('events', { id: eventId })
      expect(event).toMatchObject({ subject_id: id, state_to: state, at: new Date(String(reachedAt)) })
    }
  })

  it('refuses a mistyped filter and a key that nobody was given, and says which', async () => {
    const mistyped = await call('GET', '?status=failed')
    expectProblem(mistyped, 400)
    expect(JSON.stringify(mistyped.body)).toContain('status')
    const stranger = await call('GET', '', undefined, 'demo-ke-keys')
    expectProblem(stranger, 401)
    expect(stranger.body.detail).toBe('this API key is not known here, or was revoked')
  })

  it('finds states, one or several, and is each lender’s own', async () => {
    expect(ids(await list('state=failed'))).toEqual([failed])
    expect(ids(await list('state=failed,suspense,unresolved'))).toEqual([failed, unresolved])
    expect(ids(await list('state=suspense'))).toEqual([])
    expect(ids(await list('', 'demo-cm-key'))).toEqual([])
  })

  it('comes in pages without a gap or a repetition', async () => {
    await pass(stage, 2 * MINUTE_MS, MINUTE_MS)
    const seen: unknown[] = []
    let page = await list('limit=1')
    for (let pages = 0; page.data.length > 0 && pages < 10; pages++) {
      seen.push(...ids(page))
      expect(page.more).toBe(seen.length < 3)
      page = await list(`limit=1&since=${page.next}`)
    }
    expect(seen).toEqual([paid, failed, unresolved])
    // at its end the cursor stays where it is, for the next visit
    expect(page).toEqual({ data: [], next: (await list()).next, more: false })
  })

  it('shows a transaction again, behind the cursor, when it comes to another state', async () => {
    const { next } = await list()
    expect(ids(await list(`since=${next}`))).toEqual([])
    await tell(failed, { type: 'CONFIRMED', amount: '11.00' })
    const page = await list(`since=${next}`)
    expect(page.data).toEqual([
      expect.objectContaining({ id: failed, state: 'suspense', reason: 'late-confirmation' }),
    ])
    expect(ids(await list())).toEqual([paid, unresolved, failed])
    expect(ids(await list('state=failed'))).toEqual([])
  })

  it.each([
    'state=nonsense',
    'state=failed,',
    'since=yesterday',
    'limit=0',
    'limit=201',
    'acknowledged=maybe',
  ])('is refused the query %s', async query => expectProblem(await call('GET', `?${query}`), 400))
})

describe('taking note', () => {
  it('holds for the state that was seen: who did, and when, stays written', async () => {
    const first = await call('POST', `/${unresolved}/acknowledge`)
    expect(first).toMatchObject({ status: 200, body: { id: unresolved, state: 'unresolved' } })
    expect(first.body.acknowledgedAt).toBe(stage.clock.now().toISOString())
    await pass(stage, MINUTE_MS)
    expect(await call('POST', `/${unresolved}/acknowledge`, {})).toEqual(first)
    const [key] = await ke.rows('api_keys')
    expect(await ke.rows('acknowledgements')).toEqual([
      expect.objectContaining({ transaction_id: unresolved, state: 'unresolved', key_id: key?.id }),
    ])
    expect(ids(await list('acknowledged=false'))).toEqual([paid, failed])
    expect(ids(await list('acknowledged=true'))).toEqual([unresolved])
    expect(ids(await list('acknowledged=false&state=suspense,unresolved'))).toEqual([failed])
  })

  it('is undone by the next change: that one nobody has seen', async () => {
    expectProblem(await call('POST', `/${paid}/acknowledge`, { state: 'failed' }), 409)
    expect((await call('POST', `/${paid}/acknowledge`, { state: 'booked' })).status).toBe(200)
    await tell(paid, { type: 'REVERSED', amount: '10.00' })
    expectProblem(await call('POST', `/${paid}/acknowledge`, { state: 'booked' }), 409)
    expect((await list('acknowledged=false&state=reversed')).data).toEqual([
      expect.objectContaining({ id: paid, acknowledgedAt: null }),
    ])
    expect((await call('POST', `/${paid}/acknowledge`, { state: 'reversed' })).status).toBe(200)
    expect(ids(await list('acknowledged=false'))).toEqual([failed])
  })

  it('by several at once is written once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => call('POST', `/${failed}/acknowledge`)))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await ke.rows('acknowledgements', { transaction_id: failed })).toHaveLength(1)
  })

  it('is refused where nothing is known, nothing has happened, or nothing is understood', async () => {
    expectProblem(await call('POST', `/${failed}/acknowledge`, undefined, 'demo-cm-key'), 404)
    expectProblem(await call('POST', `/${v7()}/acknowledge`), 404)
    expectProblem(await call('POST', '/no-uuid/acknowledge'), 404)
    expectProblem(await call('POST', `/${failed}/acknowledge`, { state: 'nonsense' }), 400)
    expectProblem(await call('POST', `/${failed}/acknowledge`, { by: 'somebody else' }), 400)
    const request = await prompt('4', '13.00')
    const waits = (await ke.request(request)).transactions.at(-1)
    expect(waits?.state).toBe('logged')
    expectProblem(await call('POST', `/${waits?.id}/acknowledge`), 409)
    expect((await call('GET', `/${waits?.id}`)).body).toMatchObject({
      state: 'logged',
      eventId: null,
      attempts: [],
    })
    await ke.state(request, 'paid')
  })
})

describe('one transaction', () => {
  it('is shown with its calls, its bookings, its changes and its double entry, and no secret', async () => {
    const { status, body } = await call('GET', `/${paid}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: paid,
      state: 'reversed',
      attempts: [{ ordinal: 1, state: 'closed', outcome: { kind: 'confirmed' } }],
      bookings: expect.arrayContaining([
        expect.objectContaining({
          entry: 'repayment',
          amount: '10.00',
          currency: 'KES',
          loanId: '1',
          externalId: expect.stringMatching(/^hatua-/),
        }),
      ]),
    })
    const events = body.events as Row[]
    expect(events.flatMap(({ from, to }) => (from === to ? [] : [to]))).toEqual([
      'sending',
      'pending',
      'confirmed',
      'booked',
      'reversed',
    ])
    expect((body.transfers as Row[])[0]).toEqual({
      debit: 'float:daraja:collect',
      credit: 'clearing-in',
      amount: '10.00',
      currency: 'KES',
      at: expect.any(String),
    })
    const [attempt] = await ke.rows('attempts', { transaction_id: paid })
    expect(attempt?.secret_hash).toEqual(expect.any(String))
    expect(JSON.stringify(body)).not.toContain(String(attempt?.secret_hash))
    expect(JSON.stringify(body)).not.toMatch(/secret|passkey|password|callback/i)
  })

  it('of another lender, or of nobody, is not there', async () => {
    expectProblem(await call('GET', `/${paid}`, undefined, 'demo-cm-key'), 404)
    expectProblem(await call('GET', `/${v7()}`), 404)
    expectProblem(await call('GET', '/no-uuid'), 404)
  })

  it('is shown, and taken note of, only by keys with the right to it', async () => {
    const [known] = await ke.rows('api_keys')
    await ke.change('api_keys', {}, { scopes: ['transactions:read'] })
    expectProblem(await call('POST', `/${failed}/acknowledge`), 403)
    expect((await call('GET', `/${failed}`)).status).toBe(200)
    await ke.change('api_keys', {}, { scopes: ['transactions:write', 'collection-requests:read'] })
    for (const path of ['', `/${failed}`]) expectProblem(await call('GET', path), 403)
    await ke.change('api_keys', {}, { scopes: known?.scopes })
  })
})

describe('cancelling', () => {
  const cancel = async (
    id: unknown,
    { key = 'demo-ke-key', idempotencyKey = v7() } = {},
  ): Promise<Answer> => {
    const answer = await fetch(`${stage.url}${PATH}/${id}/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey },
    })
    const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
    return { status: answer.status, type, body: (await answer.json()) as Row }
  }
  /** A push that waits, for its connection rests. */
  async function waiting(amount: string): Promise<{ readonly request: string; readonly id: string }> {
    await ke.change('connections', {}, { state: 'paused', paused_for: 'credentials' })
    const request = await prompt('4', amount)
    await pass(stage, MINUTE_MS, MINUTE_MS)
    return { request, id: String((await ke.request(request)).transactions.at(-1)?.id) }
  }
  const resume = () => ke.change('connections', {}, { state: 'active', paused_for: null })

  it('ends what has not left: nothing is ever sent, and her request is open again', async () => {
    const before = (await ke.truth()).length
    const { request, id } = await waiting('18.00')
    const idempotencyKey = v7()
    const done = await cancel(id, { idempotencyKey })
    expect(done).toMatchObject({ status: 200, body: { id, state: 'failed' } })
    expect(await cancel(id, { idempotencyKey })).toEqual(done)
    expect(await ke.request(request)).toMatchObject({ state: 'asked' })
    const told = await fetch(`${stage.url}${PATH}/${id}`, {
      headers: { authorization: 'Bearer demo-ke-key' },
    })
    expect(((await told.json()) as Row).events).toContainEqual(
      expect.objectContaining({ type: 'CANCEL', by: 'demo' }),
    )
    await resume()
    await pass(stage, 10 * MINUTE_MS, MINUTE_MS)
    expect((await ke.truth()).length).toBe(before)
    expectProblem(await cancel(id), 409)
  })

  it('is too late for what may have left', async () => {
    for (const id of [paid, unresolved]) {
      const answer = await cancel(id)
      expectProblem(answer, 409)
      expect(answer.body.title).toBe('Too late')
    }
    expect(await ke.rows('transactions', { id: unresolved })).toMatchObject([{ state: 'unresolved' }])
  })

  it('finds nothing of another lender, and needs a key that may write', async () => {
    const { id } = await waiting('19.00')
    expectProblem(await cancel(id, { key: 'demo-cm-key' }), 404)
    expectProblem(await cancel(v7()), 404)
    expectProblem(await cancel('nonsense'), 404)
    const [known] = await ke.rows('api_keys', { name: 'demo' })
    await ke.change('api_keys', { name: 'demo' }, { scopes: ['transactions:read'] })
    expectProblem(await cancel(id), 403)
    await ke.change('api_keys', { name: 'demo' }, { scopes: known?.scopes })
    expect(await ke.rows('transactions', { id })).toMatchObject([{ state: 'logged' }])
    expect((await cancel(id)).status).toBe(200)
    await resume()
  })
})

it('is missed by no reader whose cursor was drawn while its commit took long', async () => {
  const [slow, quick] = [
    await payment('5', '14.00', 'failed', 'insufficient-funds'),
    await payment('6', '15.00', 'failed', 'insufficient-funds'),
  ]
  await pass(stage, 2 * MINUTE_MS, MINUTE_MS)
  const { next } = await list('limit=200')
  const meanwhile = await act(stage.house.gateway.deps, 'demo-ke', async commit => {
    await step(commit, slow, { type: 'CONFIRMED', amount: '14.00' })
    await tell(quick, { type: 'CONFIRMED', amount: '15.00' })
    return list(`since=${next}`)
  })
  // the later one is shown, but no cursor goes past it yet: the earlier one would be behind it for ever
  expect(ids(meanwhile)).toEqual([quick])
  expect(meanwhile).toMatchObject({ next, more: false })
  expect(ids(await list(`since=${meanwhile.next}`))).toEqual([slow, quick])
  await pass(stage, 2 * MINUTE_MS, MINUTE_MS)
  const settled = await list(`since=${next}`)
  expect(settled.next).toBe(settled.data.at(-1)?.eventId)
  expect(await list(`since=${settled.next}`)).toMatchObject({ data: [], next: settled.next })
})
