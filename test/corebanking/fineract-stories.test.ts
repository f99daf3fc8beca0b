import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { CoreBanking, EntryOf } from '../../src/corebanking/core-banking.ts'
import { type CoreStage, createCoreStage, kes, told } from './fineract-stage.ts'

/** What our adapter and a strict Fineract make of entries together; the simulator's own books are the judge. */

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

const NET = 1_180_000n
const paidOut = (loanId: string): EntryOf<'disbursal'> => ({
  ...house.fresh(NET),
  kind: 'disbursal',
  loanId,
})
const repaid = (loanId: string): EntryOf<'repayment'> => ({
  ...house.fresh(50_000n),
  kind: 'repayment',
  loanId,
})
const another = <E extends { idempotencyKey: string }>(entry: E): E => ({
  ...entry,
  idempotencyKey: `${entry.idempotencyKey}-again`,
})
const rowsOf = async (loanId: string) =>
  (await house.truth(`transactions?loanId=${loanId}`)).map(({ type, amount, reversed }) => [
    type,
    amount,
    reversed,
  ])
const lose = () => house.stage.script({ simulator: 'fineract', kind: 'lost-answer' })

describe('a disbursal', () => {
  it('is what an approved loan says that it will be, and afterwards the loan says that it was ours', async () => {
    const loanId = await house.approve()
    const before = told(await core.loan(loanId, house.today()))
    expect(before).toMatchObject({ status: 'approved', disbursed: undefined, disbursal: { net: kes(NET) } })
    const entry = paidOut(loanId)
    expect((before?.disbursal?.from ?? '') <= entry.valueDate).toBe(true)
    const booked = await core.enter(entry)
    expect(booked).toMatchObject({ kind: 'booked', amount: kes(NET), valueDate: entry.valueDate })
    expect(told(await core.loan(loanId, house.today()))).toMatchObject({
      status: 'active',
      disbursal: undefined,
      disbursed: { on: entry.valueDate, externalId: entry.externalId },
    })
    const [row] = await house.truth(`transactions?loanId=${loanId}`)
    expect(row).toMatchObject({
      type: 'disbursement',
      amount: '12000.00',
      net: '11800.00',
      externalId: entry.externalId,
      receiptNumber: entry.receipt,
      date: entry.valueDate,
      reversed: false,
    })
  })

  it('happens once, with the same key, with another key, and after a lost answer', async () => {
    const [first, second] = [await house.approve(), await house.approve()]
    const entry = paidOut(first)
    const booked = await core.enter(entry)
    expect(await core.enter(entry)).toEqual(booked)
    expect(await core.enter(another(entry))).toEqual(booked)
    await lose()
    const hidden = paidOut(second)
    expect((await core.enter(hidden)).kind).toBe('unknown')
    expect(await core.lookUp(hidden)).toMatchObject({ kind: 'booked', amount: kes(NET) })
    for (const loanId of [first, second])
      expect(await rowsOf(loanId)).toEqual([
        ['disbursement', '12000.00', false],
        ['repaymentAtDisbursement', '200.00', false],
      ])
  })

  it('whose request was lost is not there, and goes through with the same key', async () => {
    const entry = paidOut(await house.approve())
    await house.stage.script({ simulator: 'fineract', kind: 'lost-request' })
    expect((await core.enter(entry)).kind).toBe('unknown')
    expect(await core.lookUp(entry)).toEqual({ kind: 'not-found' })
    expect(await core.enter(entry)).toMatchObject({ kind: 'booked' })
  })

  it('that a teller made first is told as such, and nothing is paid out twice', async () => {
    const loanId = await house.approve()
    await house.control({ tellerDisbursal: { loanId, date: house.today(), receiptNumber: 'cash' } })
    const otherwise = { kind: 'refused', code: 'disbursed-otherwise', retry: 'never' }
    const entry = paidOut(loanId)
    expect(await core.enter(entry)).toEqual(otherwise)
    expect(await core.lookUp(entry)).toEqual(otherwise)
    expect(told(await core.loan(loanId, house.today()))?.disbursed).toEqual({
      on: house.today(),
      externalId: undefined,
    })
    expect(await rowsOf(loanId)).toHaveLength(2)
  })

  it('waits for its checker, and is found when he said yes', async () => {
    const loanId = await house.approve()
    const entry = paidOut(loanId)
    await house.control({ makerChecker: ['DISBURSE_LOAN'] })
    const waiting = await core.enter(entry)
    expect(waiting).toMatchObject({ kind: 'awaiting-approval' })
    expect(await core.lookUp(entry)).toEqual({ kind: 'not-found' })
    expect(await rowsOf(loanId)).toEqual([])
    const id = waiting.kind === 'awaiting-approval' ? waiting.commandId : ''
    await house.byHand(`makercheckers/${id}?command=approve`)
    await house.control({ makerChecker: false })
    expect(await core.lookUp(entry)).toMatchObject({ kind: 'booked', amount: kes(NET) })
  })

  it('is refused for its day: a holiday and closed books by another, too early or too late not', async () => {
    const loanId = await house.approve()
    const entry = paidOut(loanId)
    await house.control({ holidays: [house.today()] })
    expect(await core.enter(entry)).toMatchObject({ retry: 'other-date' })
    await house.control({ holidays: [], booksClosedUntil: house.today() })
    expect(await core.enter(another(entry))).toMatchObject({ retry: 'other-date' })
    await house.control({ booksClosedUntil: null })
    const early = { ...paidOut(loanId), valueDate: '2025-01-01' as typeof entry.valueDate }
    expect(await core.enter(early)).toMatchObject({ kind: 'refused', retry: 'never' })
    const late = { ...paidOut(loanId), valueDate: '2027-01-01' as typeof entry.valueDate }
    expect(await core.enter(late)).toMatchObject({ kind: 'refused', retry: 'new-key' })
    expect(await rowsOf(loanId)).toEqual([])
  })
})

describe('undoing a disbursal', () => {
  const undoing = (entry: EntryOf<'disbursal'>): EntryOf<'undo-disbursal'> => {
    const { amount, valueDate, externalId, idempotencyKey, note } = house.fresh(entry.amount.minor)
    const common = { amount, valueDate, externalId, idempotencyKey, note }
    return { ...common, kind: 'undo-disbursal', loanId: entry.loanId, entered: entry.externalId }
  }
  const disburse = async () => {
    const entry = paidOut(await house.approve())
    expect((await core.enter(entry)).kind).toBe('booked')
    return entry
  }

  it('leaves the loan approved, is found afterwards, and is done once', async () => {
    const entry = await disburse()
    const undo = undoing(entry)
    expect(await core.lookUp(undo)).toEqual({ kind: 'not-found' })
    await lose()
    expect((await core.enter(undo)).kind).toBe('unknown')
    const undone = await core.lookUp(undo)
    expect(undone).toMatchObject({ kind: 'booked', amount: undo.amount, valueDate: undo.valueDate })
    expect(await core.enter(another(undo))).toEqual(undone)
    expect(told(await core.loan(entry.loanId, house.today()))).toMatchObject({ status: 'approved' })
    expect(await core.lookUp(entry)).toEqual({ kind: 'not-found' })
    // Its external id stays on the reversed row: the next disbursal needs another.
    expect(await core.enter(another(entry))).toMatchObject({ kind: 'refused', retry: 'never' })
    expect(await core.enter(paidOut(entry.loanId))).toMatchObject({ kind: 'booked' })
  })

  it('is not done where a repayment is on the loan, but where that was undone', async () => {
    const entry = await disburse()
    const repayment = repaid(entry.loanId)
    await core.enter(repayment)
    const undo = undoing(entry)
    const more = { kind: 'refused', code: 'more-on-the-loan', retry: 'never' }
    expect(await core.enter(undo)).toEqual(more)
    expect((await rowsOf(entry.loanId)).some(([, , reversed]) => reversed)).toBe(false)
    await house.byHand(`loans/${entry.loanId}/transactions/external-id/${repayment.externalId}`, {
      transactionDate: house.today(),
      transactionAmount: 0,
    })
    expect(await core.enter(undo)).toMatchObject({ kind: 'booked' })
  })

  it('is not done to somebody else’s', async () => {
    const loanId = await house.approve()
    const undo = undoing(paidOut(loanId))
    expect(await core.enter(undo)).toMatchObject({ code: 'nothing-to-undo', retry: 'never' })
    await house.control({ tellerDisbursal: { loanId, date: house.today() } })
    expect(await core.enter(undo)).toMatchObject({ code: 'more-on-the-loan', retry: 'never' })
    expect((await rowsOf(loanId)).some(([, , reversed]) => reversed)).toBe(false)
  })
})

describe('undoing a repayment', () => {
  it('is done once, whatever is repeated and whatever answer is lost', async () => {
    const entry = repaid('11')
    const { provider: _, receipt: __, msisdn: ___, ...common } = house.fresh(entry.amount.minor)
    const undo: EntryOf<'undo-repayment'> = {
      ...common,
      kind: 'undo-repayment',
      loanId: '11',
      entered: entry.externalId,
    }
    expect(await core.enter(undo)).toMatchObject({ code: 'nothing-to-undo', retry: 'never' })
    const { loanId } = entry
    const debt = async () => told(await core.loan(loanId, house.today()))?.outstanding
    const before = await debt()
    await core.enter(entry)
    expect(await core.lookUp(undo)).toEqual({ kind: 'not-found' })
    await lose()
    expect((await core.enter(another(undo))).kind).toBe('unknown')
    const undone = await core.lookUp(undo)
    expect(undone).toMatchObject({ kind: 'booked', amount: entry.amount, valueDate: undo.valueDate })
    expect(await core.enter({ ...undo, idempotencyKey: 'a-third' })).toEqual(undone)
    expect(await core.lookUp(entry)).toEqual({ kind: 'not-found' })
    expect(await debt()).toEqual(before)
    const rows = await house.truth(`transactions?loanId=11`)
    expect(rows.filter(({ externalId }) => externalId === entry.externalId)).toMatchObject([
      { reversed: true },
    ])
  })
})
