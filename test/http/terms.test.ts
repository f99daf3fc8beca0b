import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let office: Office

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
})
afterAll(() => stage.close())

const list = (path: string) => office.first.list(path)
const put = (path: string, data: object[]) => office.first.put(path, { data })

describe('limits', () => {
  const limit = (more: object = {}) => ({
    provider: 'mpesa-ke',
    tier: '*',
    operation: 'disburse',
    window: 'transaction',
    measure: 'amount',
    value: '5000.00',
    currency: 'KES',
    source: 'our own contract of 2026',
    from: '2026-03-05',
    until: null,
    ...more,
  })

  it('are written as a whole list, and hold for the next plan at once', async () => {
    const walletId = (await ke.rows('wallets', { msisdn: ke.own }))[0]?.id
    const plan = async () =>
      (await office.first.post('/plans', { operation: 'disburse', walletId, amount: '8000.00' })).body
        .plan as { parts: Row[] }
    expect((await plan()).parts).toHaveLength(1)
    expect(await put('/limits', [limit()])).toMatchObject({ status: 200, body: { data: [limit()] } })
    expect((await plan()).parts.map(({ amount }) => amount)).toHaveLength(2)
    expect(await list('/limits')).toEqual([limit()])
    expect((await put('/limits', [])).status).toBe(200)
    expect((await plan()).parts).toHaveLength(1)
    expect(await list('/limits')).toEqual([])
    expect(await ke.rows('limits')).toMatchObject([{ valid_until: '2026-03-05' }])
  })

  it('that stay in the list keep their rows; one that had not begun never begins', async () => {
    const later = limit({ from: '2026-04-01' })
    await put('/limits', [limit({ value: '6000.00' }), later])
    const before = (await ke.rows('limits')).length
    await put('/limits', [limit({ value: '6000.00' })])
    expect(await ke.rows('limits')).toHaveLength(before)
    expect(await list('/limits')).toEqual([limit({ value: '6000.00' })])
  })

  it('tell all faults at once, and then nothing is written', async () => {
    const before = await list('/limits')
    const { status, body } = await put('/limits', [
      limit({ value: '0' }),
      limit({ measure: 'number', value: '3' }),
      limit({ until: '2026-03-01' }),
      limit({ source: '' }),
    ])
    expect(status).toBe(400)
    expect((body.errors as string[]).map(text => text.slice(0, 6))).toEqual([
      'data.0',
      'data.1',
      'data.2',
      'data.3',
    ])
    expect((await put('/limits', [limit(), limit()])).status).toBe(400)
    expect(await list('/limits')).toEqual(before)
  })
})

const COLLECTING = {
  provider: 'mpesa-ke',
  currency: 'KES',
  operation: 'collect',
  priority: 0,
  connection: 'daraja',
}

describe('routes', () => {
  const route = (more: object = {}) => ({
    ...COLLECTING,
    from: '2026-03-05',
    until: null,
    ...more,
  })

  it('name connections that are there and serve the provider', async () => {
    const theirs = () => createOffice(stage, 'demo-cm').first.list('/routes')
    const before = await theirs()
    expect(before).toHaveLength(2)
    expect((await put('/routes', [route(), route({ operation: 'disburse' })])).status).toBe(200)
    expect(await list('/routes')).toEqual([route(), route({ operation: 'disburse' })])
    const { status, body } = await put('/routes', [
      route({ connection: 'mtn' }),
      route({ currency: 'XAF' }),
      route({ provider: 'mtn-cm' }),
    ])
    expect({ status, errors: body.errors }).toEqual({
      status: 400,
      errors: ['data.0', 'data.1', 'data.2'].map(at => expect.stringContaining(at)),
    })
    // a payment goes back by the connection that collected it, whatever a route might say
    expect((await put('/routes', [route({ operation: 'refund' })])).body.errors).toEqual([
      expect.stringContaining('data.0.operation'),
    ])
    expect(await theirs()).toEqual(before)
  })
})

describe('a route', () => {
  const pushed = async (loanId: string, amount: string) =>
    (await office.first.post('/collection-requests', { loanId, amount, mode: 'prompt' })).body

  it('that begins next year, and is withdrawn again, never keeps anybody from paying', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 71 }, { id: 72 }])
    const next = { ...COLLECTING, from: '2027-01-01', until: null }
    expect((await put('/routes', [next])).status).toBe(200)
    expect(await ke.state(String((await pushed('71', '20.00')).id), 'paid')).toMatchObject({ left: '0.00' })
    expect((await put('/routes', [])).status).toBe(200)
    expect(await ke.state(String((await pushed('72', '20.00')).id), 'paid')).toMatchObject({ left: '0.00' })
  })
})

describe('maintenance', () => {
  const night = {
    provider: 'mpesa-ke',
    from: '2026-03-06T21:00:00.000Z',
    until: '2026-03-07T02:00:00.000Z',
    note: 'upgrade',
  }

  it('is announced, changed and called off', async () => {
    expect(await put('/maintenance', [night])).toMatchObject({ status: 200, body: { data: [night] } })
    const longer = { ...night, until: '2026-03-07T04:00:00.000Z' }
    expect((await put('/maintenance', [longer])).body.data).toEqual([longer])
    expect((await put('/maintenance', [])).body.data).toEqual([])
    expect((await put('/maintenance', [{ ...night, until: night.from }])).status).toBe(400)
    const past = { ...night, from: '2026-03-01T21:00:00Z', until: '2026-03-01T22:00:00Z' }
    expect((await put('/maintenance', [past])).status).toBe(400)
  })
})

describe('tariffs', () => {
  const HEADER =
    'connection,operation,min,max,charge,basis_points,tax,tax_basis_points,bearer,currency,from,until'
  let files = 0
  const csv = async (method: 'GET' | 'PUT', lines?: readonly string[], key = `csv-${++files}`) => {
    const answer = await fetch(`${stage.url}/api/v1/tariffs`, {
      method,
      headers: {
        authorization: `Bearer ${ke.key}`,
        ...(lines === undefined ? {} : { 'content-type': 'text/csv', 'idempotency-key': key }),
      },
      ...(lines === undefined ? {} : { body: [HEADER, ...lines, ''].join('\n') }),
    })
    return { status: answer.status, text: await answer.text() }
  }
  const line = 'daraja,disburse,1.00,250000.00,11.00,0,0.00,0,lender,KES,2026-03-01,'

  it('come and go as CSV, and price the next plan', async () => {
    expect(await csv('PUT', [line])).toMatchObject({ status: 200, text: '{"rows":1}' })
    expect((await csv('GET')).text.trim().split('\n')).toEqual([HEADER, line])
    const walletId = (await ke.rows('wallets', { msisdn: ke.own }))[0]?.id
    const { body } = await office.first.post('/plans', { operation: 'disburse', walletId, amount: '500.00' })
    expect(body.plan).toMatchObject({ charge: { amount: '11.00', currency: 'KES', bearer: 'lender' } })
  })

  it('are shown as they stand, though another process has changed them', async () => {
    await csv('GET')
    await ke.change('tariffs', {}, { charge_minor: 1_700n })
    expect((await csv('GET')).text).toContain(line.replace('11.00', '17.00'))
    await csv('PUT', [line])
  })

  it('that two persons send at once are one list or the other, never both', async () => {
    const other = line.replace('11.00', '12.00')
    const files = await Promise.all([csv('PUT', [line]), csv('PUT', [other]), csv('PUT', [line])])
    expect(files.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await ke.rows('tariffs')).toHaveLength(1)
    await csv('PUT', [line])
  })

  it('with faults are refused whole, each fault with its line', async () => {
    const { status, text } = await csv('PUT', [line.replace('11.00', '11.001'), line.replace('lender', 'us')])
    expect(status).toBe(400)
    expect(JSON.parse(text).errors).toEqual([
      expect.stringContaining('line 2'),
      expect.stringContaining('line 3'),
    ])
    expect((await csv('PUT', [line.replace('daraja', 'mtn')])).status).toBe(400)
    expect((await csv('GET')).text).toContain('11.00')
  })
})

it('what there is to connect to is told to whoever may read the terms', async () => {
  const mpesa = (await list('/providers')).find(({ adapter }) => adapter === 'mpesa')
  expect(mpesa).toMatchObject({
    level: 'simulated',
    callbackProof: 'address',
    limits: expect.arrayContaining(['mpesa-ke: at most KES 250000.00 a transaction']),
    operations: expect.arrayContaining([
      {
        operation: 'collect',
        askByOurReference: false,
        answersByCallback: false,
        idempotent: false,
        twinsMs: 120_000,
      },
    ]),
  })
})
