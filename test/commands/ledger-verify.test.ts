import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice } from '../support/board.ts'
import { asAdmin } from '../support/cluster.ts'
import { runCommand } from '../support/command.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, type Story } from '../support/story.ts'

/** A proof that cannot fail proves nothing: each equation is broken once, by a transfer too few and by one too many. */

const KE = 'demo-ke'
const STRIDE_MS = 10_000
let stage: TestStage
let ke: Story

type Transfer = { readonly id: string; readonly debit: string; readonly credit: string }

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, KE)
  await moveSomeOfEach()
})
afterAll(() => stage.close())

/** Money that has been everywhere: with the core, on the board, written off, owed, paid out, charged for, and swept. */
async function moveSomeOfEach(): Promise<void> {
  const { first, second } = createOffice(stage, KE)
  await addLoans(
    stage,
    KE,
    [31, 32, 33, 34].map(id => ({ id })),
  )
  const tariff = await fetch(`${stage.url}/api/v1/tariffs`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${ke.key}`,
      'content-type': 'text/csv',
      'idempotency-key': 'tariff',
    },
    body: `connection,operation,min,max,charge,basis_points,tax,tax_basis_points,bearer,currency,from,until
daraja,disburse,1.00,250000.00,11.00,0,0.00,0,lender,KES,2026-03-01,
`,
  })
  expect(tariff.status).toBe(200)
  const { body: payout } = await first.post('/disbursements', { loanId: '101' })
  const paid = async () => (await first.get(`/disbursements/${payout.id}`)).state === 'paid'
  await hurry(stage, paid, 600_000, 'paid out', STRIDE_MS)
  const pay = async (loanId: string) =>
    String((await first.post('/collection-requests', { loanId, amount: '10.00', mode: 'prompt' })).body.id)
  const booked = await pay('31')
  await ke.movement(booked, 'booked', 600_000, STRIDE_MS)
  for (const loan of [32, 33]) {
    const request = await pay(String(loan))
    await ke.core({ writeOffLoan: loan })
    await ke.movement(request, 'suspense', 600_000, STRIDE_MS)
  }
  const [item] = await first.list('/suspense')
  const off = await first.post(`/suspense/${item?.id}/settle`, { way: 'write-off', reason: 'nobody asks' })
  expect(off.status).toBe(200)
  await ke.core({ writeOffLoan: 31 })
  const [payment] = await ke.rows('transactions', { request_id: booked })
  await act(stage.house.gateway.deps, KE, commit =>
    stage.house.gateway.stepper.step(commit, 'transaction', String(payment?.id), {
      type: 'REVERSED',
      at: commit.at.toISOString(),
      amount: { amount: '10.00', currency: 'KES' },
    }),
  )
  await hurry(stage, async () => (await ke.cases()).includes('undo-refused'), 600_000, 'refused', STRIDE_MS)
  const { body: move } = await first.post('/treasury/moves', {
    kind: 'sweep',
    connection: 'daraja',
    account: 'collect',
    bank: 'kcb-main',
    amount: '5.00',
    reference: 'SWEEP-1',
    movedOn: '2026-03-05',
  })
  expect((await second.post(`/proposals/${move.id}/approve`)).status).toBe(200)
}

const EQUATIONS = {
  'clearing-in': 'clearing-in = -confirmed and unbooked + reversed and not yet undone',
  core: 'core = -booked + disbursed',
  'clearing-out': 'clearing-out = payouts on their way or confirmed, less what the core has of them',
  suspense: 'suspense = -open items',
  'owed-back': 'owed-back = what the core or the payer keeps of money that the provider took back',
  'write-off': 'write-off = -items that were written off',
  'fees:daraja': 'fees = charges of the movements',
  'bank:kcb-main': 'bank = treasury moves',
} as const

/** What the proof says of the books as they are now. */
const found = async (): Promise<string[]> =>
  (await verifyLedger(stage.house.db, [KE])).map(({ equation }) => equation).sort()

/** Transfers are only ever added: what is missing or doubled here, an administrator has done. */
const admin = async <Row>(text: string, ...values: string[]): Promise<Row[]> =>
  (await asAdmin(stage.adminUrl, client => client.query(text, values))).rows
type Kept = { readonly row: Record<string, unknown> }
const take = async (id: string): Promise<Kept['row']> =>
  (await admin<Kept>('delete from transfers where id = $1 returning to_jsonb(transfers) as row', id))[0]
    ?.row ?? {}
const put = async (row: object): Promise<string> => {
  const id = stage.house.gateway.deps.ids.next()
  const whole = JSON.stringify({ ...row, id })
  await admin('insert into transfers select * from jsonb_populate_record(null::transfers, $1::jsonb)', whole)
  return id
}

const command = () =>
  runCommand('ledger-verify', {
    env: { DATABASE_URL: stage.databaseUrl, SECRETS_KEY: randomBytes(32).toString('base64') },
  })

/** The last transfer on an account, and the equations of both its sides. */
async function lastOn(account: string) {
  const [last] = await admin<Transfer>(
    'select id, debit, credit from transfers where tenant_id = $1 and $2 in (debit, credit) order by id desc limit 1',
    KE,
    account,
  )
  if (last === undefined) throw new Error(`nothing was ever moved on ${account}`)
  const sides = Object.entries(EQUATIONS).filter(([name]) => name === last.debit || name === last.credit)
  return { id: last.id, broken: sides.map(([, equation]) => equation).sort() }
}

describe('the proof of the ledger', () => {
  it('holds for money that has been everywhere', async () => {
    expect(await found()).toEqual([])
    expect(await command()).toMatchObject({
      code: 0,
      out: expect.stringContaining('the ledger holds for 2 tenants'),
      error: '',
    })
  })

  it.each(Object.keys(EQUATIONS))(
    'names what a transfer on %s breaks that is missing, or made twice',
    async account => {
      const { id, broken } = await lastOn(account)
      const row = await take(id)
      expect(await found()).toEqual(broken)
      await put(row)
      expect(await found()).toEqual([])
      const twin = await put(row)
      expect(await found()).toEqual(broken)
      await take(twin)
      expect(await found()).toEqual([])
    },
  )

  it('names a transfer for money that nobody has confirmed', async () => {
    await stage.fault({ simulator: 'mpesa', kind: 'lost-request', msisdn: ke.own })
    const first = createOffice(stage, KE).first
    const { body } = await first.post('/collection-requests', {
      loanId: '34',
      amount: '12.00',
      mode: 'prompt',
    })
    await ke.movement(String(body.id), 'pending')
    const [waiting] = await ke.rows('transactions', { request_id: body.id })
    const { id } = await lastOn('bank:kcb-main')
    const [sweep] = await admin<Kept>('select to_jsonb(transfers) as row from transfers where id = $1', id)
    const stray = await put({
      ...sweep?.row,
      transaction_id: waiting?.id,
      debit: 'float:daraja:collect',
      credit: 'float:daraja:pay',
    })
    expect(await found()).toEqual(['no transfer for a collection that was never confirmed'])
    await take(stray)
  })

  it('ends the command with an error that tells the tenant, the currency and both sums', async () => {
    const { id } = await lastOn('bank:kcb-main')
    const row = await take(id)
    const { code, out, error } = await command()
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(error).toContain('demo-ke KES: bank = treasury moves: accounts say 0.00, rows say 5.00')
    expect(error).toContain('equations that do not hold: 1')
    await put(row)
  })
})
