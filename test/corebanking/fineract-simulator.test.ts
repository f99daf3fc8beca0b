import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { CoreAnswer, CoreBanking, Repayment } from '../../src/corebanking/core-banking.ts'
import { createFineract, parseFineractConfig } from '../../src/corebanking/fineract/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { localDate } from '../../src/domain/time.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { createStage, type Stage } from '../simulators/support.ts'

const AMINA = '+254700000001' as Msisdn
const PAYER = '+254700000002' as Msisdn
/** The runtime user's rights, and no more. */
const RUNTIME = ['READ_CLIENT', 'READ_LOAN', 'REPAYMENT_LOAN', 'READ_mm_wallets', 'READ_MM Loans Due']
const kes = (minor: bigint) => ({ minor, currency: 'KES' })

let stage: Stage
let core: CoreBanking
let serial = 0

beforeAll(async () => {
  stage = await createStage()
  const wallet = { provider_code: 'mpesa-ke', currency_code: 'KES' }
  await stage.simulators.seed({
    fineract: {
      tenants: [
        {
          id: 'demo-ke',
          zone: 'Africa/Nairobi',
          currency: 'KES',
          users: [{ username: 'gateway', password: 'secret', permissions: RUNTIME }],
          paymentTypes: [{ id: 4, name: 'M-Pesa' }],
          clients: [
            {
              id: 7,
              accountNo: '000000007',
              firstname: 'Amina',
              lastname: 'Otieno',
              mobileNo: '0700000001',
              wallets: [
                { ...wallet, msisdn: '254700000001', may_dial: true, is_default: true },
                { ...wallet, msisdn: '254700000002', may_dial: false, is_default: false },
              ],
            },
            { id: 8, accountNo: '000000008', firstname: 'Baraka', lastname: 'Mwangi' },
          ],
          loans: [
            {
              id: 11,
              accountNo: '000000011',
              clientId: 7,
              product: 'Biashara',
              principal: '12000',
              interestPerPeriod: '150.50',
              instalments: 6,
              everyDays: 30,
              dueTodayIndex: 3,
            },
          ],
        },
      ],
    },
  })
  const now = () => stage.clock.now()
  core = createFineract(
    parseFineractConfig({
      baseUrl: `${stage.url}/fineract-provider/api`,
      tenantId: 'demo-ke',
      username: 'gateway',
      password: 'secret',
      zone: 'Africa/Nairobi',
      country: 'KE',
      paymentTypes: { 'mpesa-ke': 4 },
      readMs: 5_000,
      writeMs: 5_000,
    }),
    { http: createHttp({ maxBytes: 1_000_000 }), tokens: createTokens(now), now },
  )
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.simulators.faults.clear()
})

const today = () => localDate(stage.clock.now(), 'Africa/Nairobi')
const told = <T>(answer: CoreAnswer<T>): T => {
  if (answer.kind === 'no-answer') throw new Error(answer.why)
  return answer.value
}
const repayment = (minor: bigint): Repayment => {
  serial++
  return {
    loanId: '11',
    amount: kes(minor),
    valueDate: today(),
    externalId: `gw-${serial}`,
    idempotencyKey: `key-${serial}`,
    provider: 'mpesa-ke',
    receipt: `TGH${serial}`,
    msisdn: AMINA,
    note: 'collection',
  }
}

it('finds the client who may dial, and not by a paying wallet', async () => {
  expect(told(await core.findClients(AMINA))).toEqual([
    { id: '7', firstName: 'Amina', displayName: 'Amina Otieno', phone: AMINA, active: true },
  ])
  expect(told(await core.findClients(PAYER))).toEqual([])
  expect(told(await core.wallets('7')).map(({ msisdn, mayDial }) => [msisdn, mayDial])).toEqual([
    [AMINA, true],
    [PAYER, false],
  ])
  expect(told(await core.wallets('8'))).toEqual([])
  expect(told(await core.client('99'))).toBeUndefined()
})

it('reads the loan, what is due today, and the report of loans due alike', async () => {
  const [loan, ...more] = told(await core.loans('7', today()))
  expect(more).toEqual([])
  expect(loan).toMatchObject({
    id: '11',
    status: 'active',
    currency: 'KES',
    due: kes(215_050n),
    nextDue: { number: 3 },
  })
  expect(loan?.schedule).toHaveLength(6)
  expect(told(await core.loansDue(today(), today()))).toEqual([
    { loanId: '11', clientId: '7', phone: AMINA, due: kes(215_050n) },
  ])
})

it('books once, whatever is repeated, and reads it back', async () => {
  const order = repayment(50_050n)
  const booked = await core.repay(order)
  expect(booked).toMatchObject({ kind: 'booked', amount: order.amount, valueDate: order.valueDate })
  expect(await core.repay(order)).toEqual(booked)
  expect(await core.repay({ ...order, idempotencyKey: 'another-key' })).toEqual(booked)
  expect(await core.lookUp('11', order.externalId)).toEqual(booked)
  const payments = told(await core.payments('11')).filter(({ externalId }) => externalId === order.externalId)
  expect(payments).toMatchObject([{ amount: order.amount, receipt: order.receipt, reversed: false }])
})

it('finds what a lost answer hid, and nothing after a lost request', async () => {
  const hidden = repayment(10_000n)
  await stage.script({ simulator: 'fineract', kind: 'lost-answer' })
  expect((await core.repay(hidden)).kind).toBe('unknown')
  expect(await core.lookUp('11', hidden.externalId)).toMatchObject({ kind: 'booked', amount: hidden.amount })
  const lost = repayment(10_000n)
  await stage.script({ simulator: 'fineract', kind: 'lost-request' })
  expect((await core.repay(lost)).kind).toBe('unknown')
  expect(await core.lookUp('11', lost.externalId)).toEqual({ kind: 'not-found' })
})

it('says how to try again', async () => {
  const control = (body: object) =>
    stage.call('/fineract/demo-ke/controls', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  const order = repayment(1_000n)
  await control({ lockLoan: 11 })
  expect(await core.repay(order)).toEqual({
    kind: 'refused',
    code: 'error.msg.loan.locked',
    retry: 'same-key',
  })
  await control({ unlockLoan: 11 })
  expect(await core.repay(order)).toMatchObject({ kind: 'booked' })
  await control({ holidays: [today()] })
  const onHoliday = repayment(1_000n)
  expect(await core.repay(onHoliday)).toMatchObject({ kind: 'refused', retry: 'other-date' })
  await control({ holidays: [] })
  expect(await core.repay({ ...onHoliday, idempotencyKey: 'after-the-holiday' })).toMatchObject({
    kind: 'booked',
  })
  await control({ makerChecker: true })
  const waiting = repayment(1_000n)
  expect(await core.repay(waiting)).toMatchObject({
    kind: 'awaiting-approval',
    commandId: expect.any(String),
  })
  expect(await core.lookUp('11', waiting.externalId)).toEqual({ kind: 'not-found' })
  await control({ makerChecker: false })
  await stage.script({ simulator: 'fineract', kind: 'busy' })
  const late = repayment(1_000n)
  expect(await core.repay(late)).toMatchObject({ kind: 'refused', retry: 'same-key' })
  expect(await core.repay(late)).toMatchObject({ kind: 'booked' })
  await stage.script({ simulator: 'fineract', kind: 'conflict' })
  expect(await core.repay(repayment(1_000n))).toMatchObject({ kind: 'refused', retry: 'new-key' })
  await stage.script({ simulator: 'fineract', kind: 'under-processing' })
  expect(await core.repay(repayment(1_000n))).toMatchObject({ kind: 'refused', retry: 'same-key' })
  expect((await core.repay({ ...repayment(1_000n), loanId: '404' })).kind).toBe('refused')
  await control({ down: true })
  expect((await core.loan('11', today())).kind).toBe('no-answer')
  expect((await core.repay(repayment(1_000n))).kind).toBe('unknown')
  await control({ down: false })
})
