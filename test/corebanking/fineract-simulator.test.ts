import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { CoreBanking, Repayment } from '../../src/corebanking/core-banking.ts'
import { AMINA, type CoreStage, createCoreStage, kes, PAYER, told } from './fineract-stage.ts'

let house: CoreStage
let core: CoreBanking

beforeAll(async () => {
  house = await createCoreStage()
  core = house.core
})
afterAll(() => house.stage.close())
beforeEach(async () => {
  await house.stage.simulators.faults.clear()
})

const repayment = (minor: bigint): Repayment => ({
  ...house.fresh(minor),
  kind: 'repayment',
  loanId: '11',
})

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

it('says whether a client number and the end of a document go together, and of whom', async () => {
  const check = async (account: string, digits: string) => told(await core.checkFacts({ account, digits }))
  const hers = { clientId: '8', agree: true }
  for (const account of ['8', '000000008', '0 000 008'])
    for (const digits of ['5678', '345678', '12345678']) expect(await check(account, digits)).toEqual(hers)
  // another's, one that is too short to tell anything, and one that is not in force any more
  for (const digits of ['5679', '678', '31', '', '4321'])
    expect(await check('8', digits)).toEqual({ clientId: '8', agree: false })
  expect(await check('7', '5678')).toEqual({ clientId: '7', agree: false })
  // nobody's number, a loan's, a pattern of LIKE
  for (const account of ['99', '000000011', '%', '_', ''])
    expect(await check(account, '5678')).toBeUndefined()
  await house.control({ closeClient: 8 })
  expect(await check('8', '5678')).toBeUndefined()
  await house.control({ reopenClient: 8 })
})

it('reads the loan, what is due today, and the report of loans due alike', async () => {
  const [loan, ...more] = told(await core.loans('7', house.today()))
  expect(more).toEqual([])
  expect(loan).toMatchObject({
    id: '11',
    status: 'active',
    currency: 'KES',
    due: kes(215_050n),
    nextDue: { number: 3 },
  })
  expect(loan?.schedule).toHaveLength(6)
  expect(told(await core.loansDue(house.today(), house.today()))).toEqual([
    { loanId: '11', clientId: '7', phone: AMINA, due: kes(215_050n) },
  ])
})

it('books once, whatever is repeated, and reads it back', async () => {
  const order = repayment(50_050n)
  const booked = await core.enter(order)
  expect(booked).toMatchObject({ kind: 'booked', amount: order.amount, valueDate: order.valueDate })
  expect(await core.enter(order)).toEqual(booked)
  expect(await core.enter({ ...order, idempotencyKey: 'another-key' })).toEqual(booked)
  expect(await core.lookUp(order)).toEqual(booked)
  const payments = told(await core.payments('11')).filter(({ externalId }) => externalId === order.externalId)
  expect(payments).toMatchObject([{ amount: order.amount, receipt: order.receipt, reversed: false }])
})

it('finds what a lost answer hid, and nothing after a lost request', async () => {
  const hidden = repayment(10_000n)
  await house.stage.script({ simulator: 'fineract', kind: 'lost-answer' })
  expect((await core.enter(hidden)).kind).toBe('unknown')
  expect(await core.lookUp(hidden)).toMatchObject({ kind: 'booked', amount: hidden.amount })
  const lost = repayment(10_000n)
  await house.stage.script({ simulator: 'fineract', kind: 'lost-request' })
  expect((await core.enter(lost)).kind).toBe('unknown')
  expect(await core.lookUp(lost)).toEqual({ kind: 'not-found' })
})

it('says how to try again', async () => {
  const order = repayment(1_000n)
  await house.control({ lockLoan: 11 })
  expect(await core.enter(order)).toEqual({
    kind: 'refused',
    code: 'error.msg.loan.locked',
    retry: 'same-key',
    locked: true,
  })
  await house.control({ unlockLoan: 11 })
  expect(await core.enter(order)).toMatchObject({ kind: 'booked' })
  await house.control({ holidays: [house.today()] })
  const onHoliday = repayment(1_000n)
  expect(await core.enter(onHoliday)).toMatchObject({ kind: 'refused', retry: 'other-date' })
  await house.control({ holidays: [] })
  expect(await core.enter({ ...onHoliday, idempotencyKey: 'after-the-holiday' })).toMatchObject({
    kind: 'booked',
  })
  await house.control({ makerChecker: true })
  const waiting = repayment(1_000n)
  expect(await core.enter(waiting)).toMatchObject({
    kind: 'awaiting-approval',
    commandId: expect.any(String),
  })
  expect(await core.lookUp(waiting)).toEqual({ kind: 'not-found' })
  await house.control({ makerChecker: false })
  await house.stage.script({ simulator: 'fineract', kind: 'busy' })
  const late = repayment(1_000n)
  expect(await core.enter(late)).toMatchObject({ kind: 'refused', retry: 'same-key' })
  expect(await core.enter(late)).toMatchObject({ kind: 'booked' })
  await house.stage.script({ simulator: 'fineract', kind: 'conflict' })
  expect(await core.enter(repayment(1_000n))).toMatchObject({ kind: 'refused', retry: 'new-key' })
  await house.stage.script({ simulator: 'fineract', kind: 'under-processing' })
  expect(await core.enter(repayment(1_000n))).toMatchObject({ kind: 'refused', retry: 'same-key' })
  expect((await core.enter({ ...repayment(1_000n), loanId: '404' })).kind).toBe('refused')
  await house.control({ down: true })
  expect((await core.loan('11', house.today())).kind).toBe('no-answer')
  expect((await core.enter(repayment(1_000n))).kind).toBe('unknown')
  await house.control({ down: false })
})
