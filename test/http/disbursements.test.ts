import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { act } from '../../src/gateway/context.ts'
import { simChanged } from '../../src/gateway/sim-changed.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let office: Office

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
  await addLoans(stage, 'demo-ke', [
    { id: 201, principal: '25000', status: 'approved' },
    { id: 202, principal: '3000', status: 'approved' },
    { id: 203, principal: '26000', status: 'approved' },
    { id: 204, principal: '24000', status: 'approved' },
    { id: 205, principal: '230000', status: 'approved' },
  ])
})
afterAll(() => stage.close())

const order = (body: object, who = office.first) => who.post('/disbursements', body)
const reaches = (office: Office, id: unknown, state: string): Promise<Row> =>
  hurry(
    stage,
    async () => {
      const row = await office.first.get(`/disbursements/${id}`)
      return row.state === state ? row : undefined
    },
    600_000,
    `disbursement ${state}`,
  )
const walletOf = async (story: Story, msisdn: string): Promise<string> =>
  String((await story.rows('wallets', { msisdn }))[0]?.id)

describe('a disbursement', () => {
  it.each([
    ['demo-ke', '8000.00', 'KES', 'daraja'],
    ['demo-cm', '80000', 'XAF', 'mtn'],
  ] as const)(
    'of %s is ordered with its plan, paid, and then entered in the core',
    async (tenant, amount, currency, connection) => {
      const [there, story] = [createOffice(stage, tenant), createStory(stage, tenant)]
      const { status, body } = await there.first.post('/disbursements', { loanId: '101' })
      expect({ status, body }).toMatchObject({
        status: 201,
        body: {
          state: 'approved',
          kind: 'loan',
          loanId: '101',
          amount,
          currency,
          phone: story.own,
          createdBy: 'demo',
          approvedBy: null,
          parts: [],
          plan: {
            connection,
            parts: [{ amount, currency, startsAt: stage.clock.now().toISOString() }],
            charge: 'unknown',
            refused: null,
          },
        },
      })
      const paid = await reaches(there, body.id, 'paid')
      expect(paid).toMatchObject({
        plan: null,
        parts: [{ state: 'booked', amount, receipt: expect.any(String) }],
      })
      expect(await there.first.post('/disbursements', { loanId: '101' })).toMatchObject({
        status: 409,
        body: { title: 'Not to disburse' },
      })
      expect((await there.first.post(`/disbursements/${body.id}/cancel`)).body.title).toBe('Too late')
      expect(await verifyLedger(stage.house.db, [tenant])).toEqual([])
    },
  )

  it('above the threshold waits for a second person', async () => {
    const { status, body } = await order({ loanId: 201 })
    expect({ status, state: body.state }).toEqual({ status: 201, state: 'planned' })
    expect((await office.first.post(`/disbursements/${body.id}/approve`)).body.title).toBe('Own order')
    const yes = await office.second.post(`/disbursements/${body.id}/approve`)
    expect(yes).toMatchObject({ status: 200, body: { state: 'approved', approvedBy: 'demo-2' } })
    await reaches(office, body.id, 'paid')
    expect(await office.first.list('/disbursements?loan=201')).toMatchObject([{ id: body.id, state: 'paid' }])
  })

  it('is ordered once: the same key gets the same answer, another order for the loan is refused', async () => {
    const once = await office.first.post('/disbursements', { loanId: '203' }, 'order-203')
    expect(await office.first.post('/disbursements', { loanId: '203' }, 'order-203')).toEqual(once)
    expect((await order({ loanId: '203' }, office.second)).body.title).toBe('Being disbursed')
    expect((await office.first.post('/disbursements', { loanId: '204' }, 'order-203')).status).toBe(422)
    const cancelled = await office.second.post(`/disbursements/${once.body.id}/cancel`)
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'failed', plan: null } })
    expect((await order({ loanId: '203' })).status).toBe(201)
  })

  it('whose loan changed before the second yes is refused then: nothing is paid', async () => {
    const { body } = await order({ loanId: '204' })
    await ke.change('disbursements', { id: body.id }, { amount_minor: 2_399_900n })
    await office.second.post(`/disbursements/${body.id}/approve`)
    const failed = await reaches(office, body.id, 'failed')
    expect(failed).toMatchObject({ reason: 'amount-changed', parts: [] })
  })

  it('that the provider declines has failed, she is told, and it may be ordered again', async () => {
    // more than her wallet may hold beside what is in it
    const { body } = await order({ loanId: '205' })
    await office.second.post(`/disbursements/${body.id}/approve`)
    const failed = await reaches(office, body.id, 'failed')
    expect(failed).toMatchObject({ reason: 'limit', parts: [{ state: 'failed' }] })
    expect((await office.first.post(`/disbursements/${body.id}/retry`)).body.title).toBe('Too late')
    const again = await order({ loanId: '205' })
    expect(again.status).toBe(201)
    expect((await office.first.post(`/disbursements/${again.body.id}/cancel`)).status).toBe(200)
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
  })
})

describe('an order', () => {
  it.each([
    ['of a loan that is not there', { loanId: '4711' }, 404],
    ['of a loan that is active', { loanId: '1' }, 409],
    ['of nothing', {}, 400],
    ['of a loan and a voucher at once', { loanId: '202', amount: '5.00' }, 400],
    [
      'to a wallet that is not there',
      { loanId: '202', walletId: '01890000-0000-7000-8000-000000000000' },
      409,
    ],
    ['to a wallet that is no id', { loanId: '202', walletId: 'hers' }, 400],
  ])('%s is refused', async (_, body, status) => {
    expect(await order(body)).toMatchObject({
      status,
      body: { title: expect.any(String), detail: expect.any(String) },
    })
    expect(await ke.rows('disbursements', { loan_id: '202' })).toEqual([])
  })

  it('while the core is away may be sent again with its key', async () => {
    await ke.core({ down: true })
    expect((await office.first.post('/disbursements', { loanId: '202' }, 'order-202')).status).toBe(503)
    await ke.core({ down: false })
    expect((await office.first.post('/disbursements', { loanId: '202' }, 'order-202')).status).toBe(201)
  })

  it('without a key, or by a key of another lender, gets nowhere', async () => {
    const bare = await fetch(`${stage.url}/api/v1/disbursements`, {
      method: 'POST',
      headers: { authorization: 'Bearer demo-ke-key', 'content-type': 'application/json' },
      body: JSON.stringify({ loanId: '202' }),
    })
    expect(bare.status).toBe(400)
    const [hers] = await office.first.list('/disbursements?limit=1')
    const others = createOffice(stage, 'demo-cm').first
    expect((await others.call('GET', `/disbursements/${hers?.id}`)).status).toBe(404)
    for (const what of ['approve', 'cancel', 'retry', 'give-up'])
      expect((await others.post(`/disbursements/${hers?.id}/${what}`)).status).toBe(404)
  })
})

describe('a connection without the credentials for payouts', () => {
  /** The connection's secrets as they would be without them, or as they were. */
  async function withoutPayouts(
    lender: Story,
    name: string,
    secret: 'payout' | 'disbursement',
    lacks: boolean,
  ) {
    const { db, secrets, gateway } = stage.house
    await db.asTenant(lender.tenant, async trx => {
      const [row] = await trx('connections').where({ tenant_id: lender.tenant, name })
      const open = await secrets.open(trx, lender.tenant, row.secrets)
      const { [secret]: kept, [`_${secret}`]: hidden, ...others } = open
      const changed = lacks ? { ...others, [`_${secret}`]: kept } : { ...others, [secret]: hidden }
      const sealed = await secrets.seal(trx, lender.tenant, changed, stage.clock.now())
      await trx('connections').where({ tenant_id: lender.tenant, id: row.id }).update({ secrets: sealed })
    })
    gateway.deps.tenants.forget(lender.tenant)
  }

  it.each([
    ['demo-ke', 'payout', 'daraja', '206'],
    ['demo-cm', 'disbursement', 'mtn', '206'],
  ] as const)(
    'of %s takes no order: nothing is written, nothing rests, and collecting goes on',
    async (tenant, secret, name, loanId) => {
      const [lender, there] = [createStory(stage, tenant), createOffice(stage, tenant).first]
      await addLoans(stage, tenant, [{ id: 206, status: 'approved' }])
      await withoutPayouts(lender, name, secret, true)
      const before = await lender.rows('disbursements')
      const walletId = await walletOf(lender, lender.own)
      for (const wanted of [{ loanId }, { loanId, walletId }]) {
        const { status, body } = await there.post('/disbursements', wanted)
        expect({ status, body }).toMatchObject({
          status: 409,
          body: {
            title: 'No road',
            detail: `${name} offers no payouts, or lacks the credentials for them`,
          },
        })
      }
      expect(await lender.rows('disbursements')).toHaveLength(before.length)
      const shown = async () => (await there.list('/connections')).find(each => each.name === name)
      expect(await shown()).toMatchObject({ offers: ['collect'], state: 'active', pausedFor: [] })
      expect(JSON.stringify(await there.list('/connections'))).not.toMatch(/secret|password|key/i)
      const amount = tenant === 'demo-ke' ? '21.00' : '21'
      const asked = await there.post('/collection-requests', { loanId: '1', amount, mode: 'prompt' })
      await lender.movement(String(asked.body.id), 'booked')
      await withoutPayouts(lender, name, secret, false)
      expect((await shown())?.offers).toEqual(['collect', 'disburse', 'refund'])
    },
  )
})

describe('a number that was never paid before', () => {
  const HOUR_MS = 3_600_000
  const settings = async (coolOffHours: number): Promise<void> => {
    await ke.change('payees', {}, { first_used_at: stage.clock.now(), approved_by: null })
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('tenants')
        .where({ id: 'demo-ke' })
        .update({
          settings: trx.raw(`jsonb_set(settings, '{payouts,coolOffHours}', to_jsonb(?::int))`, [
            coolOffHours,
          ]),
        }),
    )
    stage.house.gateway.deps.tenants.forget('demo-ke')
  }
  const approvePayee = (id: unknown, who = office.second, key?: string) =>
    who.post(`/disbursements/${id}/approve-payee`, {}, key)

  it('cools off, and is paid at once when a second person stands for it', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 207, principal: '2000', status: 'approved' }])
    await settings(24)
    const { body } = await order({ loanId: '207' })
    await pass(stage, HOUR_MS, HOUR_MS / 4)
    const waits = await office.first.get(`/disbursements/${body.id}`)
    expect(waits).toMatchObject({ state: 'approved', parts: [], payee: { approvedBy: null } })
    expect(Date.parse(String((waits.payee as Row).coolsOffUntil))).toBeGreaterThan(
      stage.clock.now().getTime(),
    )

    expect((await approvePayee(body.id, office.first)).body.title).toBe('Own order')
    expect(await ke.rows('payees', { approved_by: 'demo' })).toEqual([])
    const yes = await approvePayee(body.id, office.second, 'stands-for-207')
    expect(yes).toMatchObject({ status: 200, body: { payee: { approvedBy: 'demo-2', coolsOffUntil: null } } })
    expect(await approvePayee(body.id, office.second, 'stands-for-207')).toEqual(yes)
    expect((await approvePayee(body.id)).body.title).toBe('Nothing to approve')
    await reaches(office, body.id, 'paid')
    expect((await approvePayee(body.id)).body.title).toBe('Too late')
  })

  it('is not approved by either of two who ordered payouts to it', async () => {
    await addLoans(stage, 'demo-ke', [
      { id: 208, principal: '2100', status: 'approved' },
      { id: 209, principal: '2200', status: 'approved' },
    ])
    for (const { id } of await office.first.list('/disbursements?state=planned,approved'))
      await office.first.post(`/disbursements/${id}/cancel`)
    await settings(24)
    const [hers, his] = [await order({ loanId: '208' }), await order({ loanId: '209' }, office.second)]
    for (const [id, who] of [
      [hers.body.id, office.second],
      [his.body.id, office.first],
      [hers.body.id, office.first],
    ] as const)
      expect((await approvePayee(id, who)).body.title).toBe('Own order')
    expect((await office.first.post(`/disbursements/${hers.body.id}/cancel`)).status).toBe(200)
    expect((await approvePayee(his.body.id, office.first)).status).toBe(200)
    await reaches(office, his.body.id, 'paid')
  })

  it.each([
    [24, 211],
    [0, 212],
  ])('cools off anew when its SIM was changed, where new ones do for %s hours', async (hours, id) => {
    await addLoans(stage, 'demo-ke', [{ id, principal: '2300', status: 'approved' }])
    await settings(hours)
    await pass(stage, 25 * HOUR_MS, HOUR_MS)
    const { deps } = stage.house.gateway
    await act(deps, 'demo-ke', commit => simChanged(deps, commit, ke.own as Msisdn))
    const { body } = await order({ loanId: String(id) })
    await pass(stage, HOUR_MS, HOUR_MS / 4)
    const waits = await office.first.get(`/disbursements/${body.id}`)
    expect(waits).toMatchObject({ state: 'approved', parts: [], payee: { approvedBy: null } })
    expect((await approvePayee(body.id)).status).toBe(200)
    await reaches(office, body.id, 'paid')
  })

  it('of another lender, or of no order, is not there; where nothing cools off nothing is approved', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 210, principal: '23000', status: 'approved' }])
    await settings(0)
    const { body } = await order({ loanId: '210' })
    expect((await approvePayee(body.id, createOffice(stage, 'demo-cm').second)).status).toBe(404)
    expect((await approvePayee('01890000-0000-7000-8000-000000000000')).status).toBe(404)
    expect((await approvePayee(body.id)).body.title).toBe('Nothing to approve')
  })
})

describe('a plan', () => {
  it('shows the parts of either direction before anything is sent, and why not', async () => {
    const walletId = await walletOf(ke, ke.own)
    const ask = async (operation: string, amount: string) =>
      (await office.first.post('/plans', { operation, walletId, amount })).body.plan as Row
    expect(await ask('disburse', '1000.00')).toMatchObject({ parts: [{ amount: '1000.00' }], refused: null })
    expect(await ask('collect', '1000.00')).toMatchObject({ connection: 'daraja', refused: null })
    expect(await ask('disburse', '90000000.00')).toMatchObject({
      parts: [],
      refused: { why: expect.any(String) },
    })
    expect((await office.first.post('/plans', { operation: 'give', walletId, amount: '1' })).status).toBe(400)
    const theirs = await walletOf(createStory(stage, 'demo-cm'), '+237670000001')
    expect(
      (await office.first.post('/plans', { operation: 'collect', walletId: theirs, amount: '1' })).status,
    ).toBe(404)
  })
})

describe('four orders at the same moment', () => {
  it('of one loan are one', async () => {
    await addLoans(stage, 'demo-ke', [{ id: 299, principal: '500', status: 'approved' }])
    const answers = await Promise.all([1, 2, 3, 4].map(() => order({ loanId: '299' })))
    expect(answers.map(({ status, body }) => [status, body.title]).sort()).toEqual([
      [201, undefined],
      [409, 'Being disbursed'],
      [409, 'Being disbursed'],
      [409, 'Being disbursed'],
    ])
  })
})
