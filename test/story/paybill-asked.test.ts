import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { registerConnection } from '../../src/gateway/register.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { addClient } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, type Row, type Story } from '../support/story.ts'

/** Safaricom asks before it takes a customer's money, where it was told to: a lender may refuse what is nobody's. */

const HOUR = 3_600_000
/** The operator waits some eight seconds; a customer should not. */
const PATIENCE_MS = 2_000
/** What a busy machine may add; less than what a core waits here. */
const BUSY_MS = 3_000
let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  await addClient(
    stage,
    'demo-ke',
    { id: 22, accountNo: '000000022', firstname: 'Akinyi', mobileNo: '254711000002' },
    [{ id: 71, accountNo: '000000071', firstDue: '2026-03-05' }],
  )
  expect(await registerConnection(stage.house.gateway.deps, 'demo-ke', 'daraja')).toMatchObject({
    done: true,
  })
})
afterAll(() => stage.close())
let shillings = 200
beforeEach(() => {
  shillings += 3
})

async function change(
  table: string,
  where: object,
  column: string,
  path: string,
  value: unknown,
): Promise<void> {
  await stage.house.db.asTenant('demo-ke', trx =>
    trx(table)
      .where(where)
      .update({ [column]: trx.raw('jsonb_set(??, ?, ?::jsonb)', [column, path, JSON.stringify(value)]) }),
  )
  stage.house.gateway.deps.tenants.forget('demo-ke')
}
const unknownIs = (rule: 'suspense' | 'reject') =>
  change('tenants', { id: 'demo-ke' }, 'settings', '{inbound}', { unknown: rule })

/** She opens her own menu and pays: her receipt, or undefined where the lender did not want her money. */
async function pays(billRefNumber: string): Promise<string | undefined> {
  const before = performance.now()
  const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn: ke.own, amount: `${shillings}.00`, billRefNumber }),
  })
  expect(performance.now() - before).toBeLessThan(PATIENCE_MS + BUSY_MS)
  const body = (await answer.json()) as Row
  if (answer.status === 201) return String(body.receipt)
  expect(body).toMatchObject({ status: 409, detail: 'the lender refused it' })
  return undefined
}
const end = (receipt: string | undefined): Promise<Row> =>
  hurry(
    stage,
    async () =>
      (await ke.rows('transactions', { receipt })).find(
        ({ state }) => state === 'booked' || state === 'suspense',
      ),
    HOUR,
    `payment ${receipt}`,
    30_000,
  )
const payReference = async (): Promise<string> =>
  String((await ke.rows('pay_references', { loan_id: '1' }))[0]?.value)

async function asked(body: object | string, token = 'demo-ke-daraja') {
  const answer = await fetch(`${stage.url}/providers/${token}/validation`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: answer.status, code: ((await answer.json()) as Row).ResultCode }
}
const QUESTION = {
  TransactionType: 'Pay Bill',
  TransID: 'TASKED0001',
  TransTime: '20260305110000',
  TransAmount: '77.00',
  BusinessShortCode: '600638',
  BillRefNumber: 'SHOP',
  OrgAccountBalance: '',
}

it('is told once whom to ask, and what cannot be told says so', async () => {
  const { deps } = stage.house.gateway
  const said = await registerConnection(deps, 'demo-ke', 'daraja')
  expect(said.text).toContain(`${stage.url}/providers/demo-ke-daraja/validation`)
  await expect(registerConnection(deps, 'demo-ke', 'darajah')).rejects.toThrow('it has daraja')
  await expect(registerConnection(deps, 'demo-cm', 'mtn')).rejects.toThrow('mtn-momo is told no addresses')
})

describe('a lender that takes what is nobody’s into suspense', () => {
  it('is the one that says nothing: her money comes, and waits on the board', async () => {
    expect(await end(await pays('SHOP'))).toMatchObject({ state: 'suspense' })
  })
})

describe('a lender that refuses what is nobody’s', () => {
  beforeAll(() => unknownIs('reject'))

  it.each(['SHOP', '0711000009', '000000099'])('leaves her money with her who typed "%s"', async typed => {
    const [truth, callbacks] = [await ke.truth(), await ke.rows('callbacks')]
    expect(await pays(typed)).toBeUndefined()
    expect(await ke.truth()).toEqual(truth)
    expect(await ke.rows('callbacks')).toEqual(callbacks)
  })

  it('lets a slip of the finger be mended by her who made it', async () => {
    const reference = await payReference()
    const slip = `${reference.slice(0, 7)}${(Number(reference[7]) + 1) % 10}`
    expect(await pays(slip)).toBeUndefined()
    expect(await end(await pays(reference))).toMatchObject({ state: 'booked', loan_id: '1' })
  })

  it.each([
    ['the account of a loan that we have asked for', ' 0OO00-0011', '1'],
    ['the account of one that only the core knows', '71', '71'],
    ['a client’s phone', '0711 000 002', '71'],
  ])('takes %s', async (_, typed, loan) => {
    expect(await end(await pays(typed))).toMatchObject({ state: 'booked', loan_id: loan })
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('refuses nobody’s money while its core is away', async () => {
    await ke.core({ down: true })
    const receipt = await pays('SHOP')
    await ke.core({ down: false })
    expect(await end(receipt)).toMatchObject({ state: 'suspense', loan_id: null })
  })

  it('says yes within two seconds where its core does not', async () => {
    const answer = await fetch(`${stage.url}/sim/faults`, {
      method: 'POST',
      body: JSON.stringify({ simulator: 'fineract', kind: 'query-slow', times: 20, ms: 9_000 }),
    })
    expect(answer.ok).toBe(true)
    const before = performance.now()
    expect(await asked(QUESTION)).toEqual({ status: 200, code: '0' })
    expect(performance.now() - before).toBeLessThan(PATIENCE_MS + BUSY_MS)
    await fetch(`${stage.url}/sim/faults`, { method: 'DELETE' })
  })

  it('says in the operator’s words that another’s money is not for it, and nothing to what it cannot read', async () => {
    expect(await asked({ ...QUESTION, BusinessShortCode: '111111' })).toEqual({
      status: 200,
      code: 'C2B00015',
    })
    expect((await asked('<html></html>')).status).toBe(400)
    expect((await asked(QUESTION, 'demo-cm-mtn')).status).toBe(400)
    expect((await asked(QUESTION, 'nobody')).status).toBe(404)
    expect((await asked('x'.repeat(40_000))).status).toBe(413)
  })

  it('tells a stranger nothing about its loans', async () => {
    expect(await asked(QUESTION)).toEqual({ status: 200, code: 'C2B00012' })
    await change('connections', { name: 'daraja' }, 'config', '{callbackFrom}', ['196.201.214.0/24'])
    // what a process knows of a connection may be five seconds old
    stage.clock.advance(6_000)
    for (const BillRefNumber of ['SHOP', await payReference()])
      expect(await asked({ ...QUESTION, BillRefNumber })).toEqual({ status: 200, code: '0' })
  })
})
