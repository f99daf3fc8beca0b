import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { RETRIES_MS } from '../../flows/webhook.ts'
import { act } from '../../src/gateway/context.ts'
import { createWebhooks } from '../../src/gateway/webhooks.ts'
import { createWorld } from '../../src/http/world.ts'
import { claimDue } from '../../src/store/due.ts'
import { expectProblem, type Hooks, openHooks, signatures, signedBy, typeOf } from '../support/hooks.ts'
import type { Received } from '../support/receiver.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Story } from '../support/story.ts'

const HOUR_MS = 3_600_000

let stage: TestStage
let ke: Story
let hooks: Hooks
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  hooks = await openHooks(stage)
})
afterAll(async () => {
  await hooks.close()
  await stage.close()
})
beforeEach(() => hooks.hush())

const payment = async (amount = '20.00'): Promise<{ requestId: string; transactionId: string }> => {
  const { body } = await ke.ask(amount)
  await ke.approve('own')
  const paid = await ke.state(String(body.id), 'paid')
  await stage.settle()
  return { requestId: paid.id, transactionId: String(paid.transactions.at(-1)?.id) }
}

describe('a lender’s own system', () => {
  it('hears of a payment from its first change to its last, each once and signed', async () => {
    const { secret } = await hooks.listen(['transaction.*', 'collection-request.paid'])
    const { requestId, transactionId } = await payment()
    expect(hooks.received.map(typeOf).sort()).toEqual([
      'collection-request.paid',
      'transaction.booked',
      'transaction.confirmed',
      'transaction.pending',
      'transaction.sending',
    ])
    for (const received of hooks.received) expect(signatures(received)).toEqual([signedBy(secret, received)])
    const events = await ke.rows('events', { subject_id: transactionId, state_to: 'booked' })
    const booked = hooks.received.find(received => typeOf(received) === 'transaction.booked')
    expect(booked?.headers).toMatchObject({
      'webhook-id': events[0]?.id,
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Hatua/),
    })
    const [truth] = (await ke.truth()).slice(-1)
    expect(JSON.parse(booked?.body ?? '')).toEqual({
      type: 'transaction.booked',
      timestamp: expect.any(String),
      data: expect.objectContaining({
        id: transactionId,
        kind: 'collect',
        state: 'booked',
        amount: '20.00',
        currency: 'KES',
        loanId: '1',
        requestId,
        phone: ke.own,
        provider: 'mpesa-ke',
        receipt: truth?.receipt,
        reason: null,
      }),
    })
    expect(events).toEqual([
      expect.objectContaining({ at: new Date(JSON.parse(booked?.body ?? '').timestamp) }),
    ])
    const request = hooks.received.find(received => typeOf(received) === 'collection-request.paid')
    expect(JSON.parse(request?.body ?? '').data).toEqual(await ke.request(requestId))
  })

  it('hears why a push failed, and of a case that somebody must settle', async () => {
    await hooks.listen(['transaction.failed'], '/failed')
    await hooks.listen(['case.*'], '/cases')
    await stage.fault({ simulator: 'mpesa', kind: 'insufficient-funds', msisdn: ke.own })
    const { body } = await ke.ask('21.00')
    await ke.approve('own')
    await ke.movement(String(body.id), 'failed', 400_000, 2000)
    await stage.settle()
    expect(hooks.received.map(({ path }) => path)).toEqual(['/failed'])
    expect(JSON.parse(hooks.received[0]?.body ?? '').data).toMatchObject({
      state: 'failed',
      reason: 'insufficient-funds',
      amount: '21.00',
      receipt: null,
    })
    await stage.fault({ simulator: 'mpesa', kind: 'no-answer-ever', msisdn: ke.own })
    await ke.approve('own')
    await ke.movement(String(body.id), 'unresolved', 24 * HOUR_MS, 60_000)
    await stage.settle()
    const opened = hooks.received.filter(({ path }) => path === '/cases')
    expect(opened.map(typeOf)).toEqual(['case.open'])
    expect(JSON.parse(opened[0]?.body ?? '').data).toMatchObject({
      about: 'unresolved',
      subject: 'transaction',
    })
    await ke.change('transactions', { state: 'unresolved' }, { state: 'failed', due_at: null })
    await ke.change('collection_requests', { id: body.id }, { state: 'cancelled', due_at: null })
  })

  it('hears of money that came without a home', async () => {
    await hooks.listen(['suspense-item.*'])
    await stage.fault({ simulator: 'mpesa', kind: 'cancelled', msisdn: ke.own })
    const { body } = await ke.ask('22.00')
    await ke.approve('own')
    const failed = await ke.movement(String(body.id), 'failed', 400_000, 2000)
    const transactionId = String(failed.transactions.at(-1)?.id)
    const { deps, stepper } = stage.house.gateway
    const amount = { amount: '22.00', currency: 'KES' }
    await act(deps, 'demo-ke', commit =>
      stepper.step(commit, 'transaction', transactionId, {
        type: 'CONFIRMED',
        at: commit.at.toISOString(),
        amount,
        receipt: 'LATE000001',
      }),
    )
    await stage.settle()
    expect(hooks.received.map(typeOf)).toEqual(['suspense-item.open'])
    expect(JSON.parse(hooks.received[0]?.body ?? '').data).toMatchObject({
      state: 'open',
      reason: 'late-confirmation',
      transactionId,
      ...amount,
    })
    await ke.change('collection_requests', { id: body.id }, { state: 'cancelled', due_at: null })
  })

  it('hears nothing it did not ask for, nothing while it is disabled, and nothing of another lender', async () => {
    await hooks.listen(['transaction.reversed'])
    const off = await hooks.listen(['*'])
    await hooks.call('DELETE', `/${off.id}`)
    const theirs = await hooks.call('POST', '', { url: `${hooks.url}/cm` }, 'demo-cm-key')
    expect(theirs.body).toMatchObject({ events: ['*'], state: 'active' })
    await payment()
    expect(hooks.received).toEqual([])
    await hooks.call('DELETE', `/${theirs.body.id}`, undefined, 'demo-cm-key')
  })

  it('learns of what is rolled back as little as of what never happened', async () => {
    const endpoint = await hooks.listen(['*'])
    const { transactionId } = await payment()
    const before = (await hooks.deliveriesOf(endpoint)).length
    const { deps, stepper } = stage.house.gateway
    await expect(
      act(deps, 'demo-ke', async commit => {
        await stepper.step(commit, 'transaction', transactionId, {
          type: 'REVERSED',
          at: commit.at.toISOString(),
          amount: { amount: '20.00', currency: 'KES' },
        })
        throw new Error('the power fails')
      }),
    ).rejects.toThrow('the power fails')
    await stage.settle()
    expect(await hooks.deliveriesOf(endpoint)).toHaveLength(before)
  })
})

describe('a receiver that', () => {
  it('fails is tried for more than a day, by the schedule, and then the delivery waits for a replay', async () => {
    const endpoint = await hooks.listen(['*'])
    hooks.refuse(500)
    const id = await hooks.test(endpoint)
    for (const pauseMs of RETRIES_MS) {
      const tries = hooks.received.length
      await pass(stage, pauseMs - 1000, HOUR_MS)
      expect(hooks.received).toHaveLength(tries)
      await pass(stage, 1000)
      expect(hooks.received).toHaveLength(tries + 1)
    }
    const [dead] = await hooks.deliveriesOf(endpoint)
    expect(dead).toMatchObject({ id, state: 'dead', type: 'webhook.test', nextTryAt: null })
    expect(dead?.attempts).toEqual(Array.from({ length: 8 }, () => ({ at: expect.any(String), status: 500 })))
    const [first, last] = [hooks.received[0], hooks.received.at(-1)] as [Received, Received]
    expect(last.headers['webhook-id']).toBe(first.headers['webhook-id'])
    expect(last.body).toBe(first.body)
    expect(Number(last.headers['webhook-timestamp'])).toBeGreaterThan(
      Number(first.headers['webhook-timestamp']),
    )

    hooks.welcome()
    await pass(stage, 24 * HOUR_MS, HOUR_MS)
    expect(hooks.received).toHaveLength(8)
    expect(await hooks.call('POST', `/deliveries/${id}/replay`)).toMatchObject({
      status: 202,
      body: { state: 'queued' },
    })
    // asked for twice, it comes once
    expect(await hooks.call('POST', `/deliveries/${id}/replay`)).toMatchObject({
      status: 202,
      body: { state: 'queued' },
    })
    await stage.settle()
    expect(hooks.received).toHaveLength(9)
    expect(hooks.received.at(-1)?.headers['webhook-id']).toBe(first.headers['webhook-id'])
    expect(await hooks.stateOf(endpoint, id)).toBe('delivered')
  })

  it.each([
    ['redirects inside', 302],
    ['answers with a page', 404],
    ['answers not modified', 304],
    ['wants a password', 401],
  ])('%s has not taken it', async (_, status) => {
    const endpoint = await hooks.listen(['*'])
    hooks.refuse(status, { location: `${stage.url}/sim/faults` })
    const id = await hooks.test(endpoint)
    expect(await hooks.stateOf(endpoint, id)).toBe('queued')
    expect(hooks.received).toHaveLength(1)
    hooks.welcome()
    await pass(stage, 5000)
    expect(await hooks.stateOf(endpoint, id)).toBe('delivered')
  })

  it('breaks the connection after it has taken it gets it again, by the same id', async () => {
    const endpoint = await hooks.listen(['*'])
    hooks.answer(response => void response.destroy())
    const id = await hooks.test(endpoint)
    expect((await hooks.deliveriesOf(endpoint))[0]?.attempts).toEqual([
      { at: expect.any(String), why: 'reset' },
    ])
    hooks.welcome()
    await pass(stage, 5000)
    expect(await hooks.stateOf(endpoint, id)).toBe('delivered')
    expect(new Set(hooks.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('is gone is disabled: nothing more is sent, what waited dies, and a replay brings it all once enabled', async () => {
    const endpoint = await hooks.listen(['*'])
    hooks.refuse(500)
    const since = stage.clock.now().toISOString()
    const waiting = await hooks.test(endpoint)
    hooks.refuse(410)
    const gone = await hooks.test(endpoint)
    expect(await hooks.call('GET', `/${endpoint.id}`)).toMatchObject({
      body: { state: 'disabled', disabledFor: 'gone' },
    })
    await pass(stage, 10_000)
    expect([await hooks.stateOf(endpoint, gone), await hooks.stateOf(endpoint, waiting)]).toEqual([
      'dead',
      'dead',
    ])
    await payment('10.00')
    expect(hooks.received).toHaveLength(2)
    expectProblem(await hooks.call('POST', `/${endpoint.id}/test`), 409)
    expectProblem(await hooks.call('POST', `/deliveries/${gone}/replay`), 409)
    expectProblem(await hooks.call('POST', `/${endpoint.id}/replay?since=${since}`), 409)

    hooks.welcome()
    expect(await hooks.call('POST', `/${endpoint.id}/enable`)).toMatchObject({
      status: 200,
      body: { state: 'active', disabledFor: null },
    })
    const replay = `/${endpoint.id}/replay?since=${encodeURIComponent(since)}`
    expect(await hooks.call('POST', replay)).toMatchObject({ status: 202, body: { replayed: 2, next: null } })
    await stage.settle()
    expect(hooks.received).toHaveLength(4)
    expect(await hooks.call('POST', replay)).toMatchObject({ body: { replayed: 0 } })
    expect(await hooks.call('POST', `${replay}&state=delivered,dead`)).toMatchObject({
      body: { replayed: 2 },
    })
    await stage.settle()
    expect(hooks.received).toHaveLength(6)
  })

  it('asks for fewer requests rests as long as it says, and what waits meanwhile loses no try', async () => {
    const endpoint = await hooks.listen(['*'])
    hooks.refuse(429, { 'retry-after': '600' })
    const first = await hooks.test(endpoint)
    hooks.welcome()
    const second = await hooks.test(endpoint)
    await pass(stage, 590_000, 10_000)
    expect(hooks.received).toHaveLength(1)
    await pass(stage, 20_000)
    expect(hooks.received).toHaveLength(3)
    const [later, earlier] = await hooks.deliveriesOf(endpoint)
    expect([earlier?.id, later?.id]).toEqual([first, second])
    expect(later?.attempts).toEqual([expect.objectContaining({ status: 204 })])
    expect(earlier).toMatchObject({ state: 'delivered', attempts: [{ status: 429 }, { status: 204 }] })
  })
})

describe('a receiver that hangs', () => {
  it('is left alone for a minute, so that it holds up nobody else, and what waits loses no try', async () => {
    const { deps, stepper } = stage.house.gateway
    const impatient = createWebhooks({
      ...deps,
      stepper,
      world: createWorld({ loopback: true, deadlineMs: 500 }),
    })
    const tick = async (): Promise<void> => {
      for (const row of await claimDue(deps.db.knex, deps.clock, 'webhook', 10)) await impatient.work(row)
    }
    const endpoint = await hooks.listen(['*'])
    const other = await hooks.listen(['*'], '/other')
    hooks.answer((response, { path }) => void (path === '/other' && response.writeHead(204).end()))
    for (const { id } of [endpoint, endpoint, other]) await hooks.call('POST', `/${id}/test`)
    await tick()
    expect(hooks.received.map(({ path }) => path).sort()).toEqual(['/hook', '/other'])
    const tries = (await hooks.deliveriesOf(endpoint)).map(({ attempts }) => attempts)
    expect(tries).toHaveLength(2)
    expect(tries).toEqual(expect.arrayContaining([[], [{ at: expect.any(String), why: 'timeout' }]]))
    stage.clock.advance(59_000)
    await tick()
    expect(hooks.received).toHaveLength(2)
    hooks.welcome()
    stage.clock.advance(1000)
    await tick()
    expect((await hooks.deliveriesOf(endpoint)).map(({ state }) => state)).toEqual(['delivered', 'delivered'])
  })
})

describe('a worker that dies', () => {
  it('in the middle of a call leaves a delivery that is sent again', async () => {
    const endpoint = await hooks.listen(['*'])
    const { body } = await hooks.call('POST', `/${endpoint.id}/test`)
    const { deps, stepper } = stage.house.gateway
    await act(deps, 'demo-ke', commit =>
      stepper.step(commit, 'webhook', String(body.id), { type: 'SENDING', at: commit.at.toISOString() }),
    )
    await stage.settle()
    expect(hooks.received).toEqual([])
    await pass(stage, 130_000, 10_000)
    expect(await hooks.stateOf(endpoint, String(body.id))).toBe('delivered')
    expect(hooks.received).toHaveLength(1)
  })

  it('finds what another has taken over meanwhile, and leaves it alone', async () => {
    const endpoint = await hooks.listen(['*'])
    await hooks.call('POST', `/${endpoint.id}/test`)
    const { deps, stepper, webhooks } = stage.house.gateway
    const claimed = await claimDue(deps.db.knex, deps.clock, 'webhook', 10)
    expect(claimed).toHaveLength(1)
    for (const row of claimed) {
      await act(deps, 'demo-ke', async commit => {
        const at = commit.at.toISOString()
        for (const type of ['SENDING', 'FAILED'] as const)
          await stepper.step(commit, 'webhook', row.id, { type, at })
      })
      await webhooks.work(row)
    }
    expect(hooks.received).toEqual([])
    await pass(stage, 5000)
    expect(hooks.received).toHaveLength(1)
  })

  it('or several that race send each delivery once', async () => {
    const endpoint = await hooks.listen(['*'])
    for (let count = 0; count < 10; count++) await hooks.call('POST', `/${endpoint.id}/test`)
    await Promise.all([stage.house.worker.tick(), stage.house.worker.tick(), stage.house.worker.tick()])
    await stage.settle()
    expect(hooks.received).toHaveLength(10)
    expect(new Set(hooks.received.map(({ headers }) => headers['webhook-id'])).size).toBe(10)
  })
})
