import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { CoreBanking, EntryOf } from '../../src/corebanking/core-banking.ts'
import { addDays } from '../../src/domain/time.ts'
import { type CoreStage, createCoreStage, told } from './fineract-stage.ts'

/** Entries that Fineract takes without an external id: our mark stands in another field, and look-ups scan for it. */

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

const lose = () => house.stage.script({ simulator: 'fineract', kind: 'lost-answer' })

describe('savings', () => {
  const deposit = (minor: bigint): EntryOf<'deposit'> => ({
    ...house.fresh(minor),
    kind: 'deposit',
    savingsId: '21',
  })
  const undoing = (entry: EntryOf<'deposit'>): EntryOf<'undo-deposit'> => {
    const { provider: _, receipt: __, msisdn: ___, ...common } = house.fresh(entry.amount.minor)
    return { ...common, kind: 'undo-deposit', savingsId: '21', entered: entry.externalId }
  }
  const rowsOf = async (mark: string) =>
    (await house.truth('savings-transactions?savingsId=21')).filter(({ checkNumber }) => checkNumber === mark)

  it('are her active accounts, the oldest first', async () => {
    expect(told(await core.savings('7'))).toEqual([
      { id: '21', accountNo: '000000021', currency: 'KES' },
      { id: '23', accountNo: '000000023', currency: 'KES' },
    ])
    expect(told(await core.savings('8'))).toEqual([])
  })

  it('take a deposit, with the receipt for the tellers and our mark beside it', async () => {
    const entry = deposit(75_050n)
    const booked = await core.enter(entry)
    expect(booked).toMatchObject({ kind: 'booked', amount: entry.amount, valueDate: entry.valueDate })
    expect(await core.enter(entry)).toEqual(booked)
    expect(await core.lookUp(entry)).toEqual(booked)
    expect(await rowsOf(entry.externalId)).toMatchObject([
      {
        type: 'deposit',
        amount: '750.50',
        receiptNumber: entry.receipt,
        paymentTypeId: '4',
        reversed: false,
      },
    ])
  })

  it('find a deposit whose answer was lost, and none whose request was', async () => {
    const [hidden, lost] = [deposit(1_000n), deposit(1_000n)]
    await lose()
    expect((await core.enter(hidden)).kind).toBe('unknown')
    expect(await core.lookUp(hidden)).toMatchObject({ kind: 'booked', amount: hidden.amount })
    await house.stage.script({ simulator: 'fineract', kind: 'lost-request' })
    expect((await core.enter(lost)).kind).toBe('unknown')
    expect(await core.lookUp(lost)).toEqual({ kind: 'not-found' })
    expect(await core.enter(lost)).toMatchObject({ kind: 'booked' })
    for (const { externalId } of [hidden, lost]) expect(await rowsOf(externalId)).toHaveLength(1)
  })

  it('have no guard but the key: what another key entered twice is a doubt', async () => {
    const entry = deposit(2_000n)
    await core.enter(entry)
    expect((await core.enter({ ...entry, idempotencyKey: 'blindly' })).kind).toBe('unknown')
    expect((await core.lookUp(entry)).kind).toBe('unknown')
    expect((await core.enter(undoing(entry))).kind).toBe('unknown')
  })

  it('wait for a checker, refuse a closed account, a future day, and by another day closed books', async () => {
    const entry = deposit(3_000n)
    await house.control({ makerChecker: ['DEPOSIT_SAVINGSACCOUNT'] })
    expect(await core.enter(entry)).toMatchObject({ kind: 'awaiting-approval' })
    await house.control({ makerChecker: false })
    expect(await core.lookUp(entry)).toEqual({ kind: 'not-found' })
    const closed = { ...deposit(3_000n), savingsId: '22' }
    expect(await core.enter(closed)).toMatchObject({ kind: 'refused', retry: 'never' })
    const early = { ...deposit(3_000n), valueDate: addDays(house.today(), 1) }
    expect(await core.enter(early)).toMatchObject({ kind: 'refused', retry: 'new-key' })
    await house.control({ booksClosedUntil: house.today() })
    expect(await core.enter(deposit(3_000n))).toMatchObject({ kind: 'refused', retry: 'other-date' })
    await house.control({ booksClosedUntil: null })
  })

  it('undo a deposit once, long after, but not what she took out since', async () => {
    const entry = deposit(40_000n)
    await core.enter(entry)
    const undo = { ...undoing(entry), valueDate: addDays(house.today(), 200) }
    expect(await core.lookUp(undo)).toEqual({ kind: 'not-found' })
    await lose()
    expect((await core.enter(undo)).kind).toBe('unknown')
    const undone = await core.lookUp(undo)
    expect(undone).toMatchObject({ kind: 'booked', amount: entry.amount, valueDate: undo.valueDate })
    expect(await core.enter({ ...undo, idempotencyKey: 'undo-again' })).toEqual(undone)
    expect(await rowsOf(entry.externalId)).toMatchObject([{ reversed: true }])
    expect(await core.lookUp(entry)).toMatchObject({ kind: 'refused', code: 'undone-since' })

    const spent = deposit(9_000_000n)
    await core.enter(spent)
    await house.byHand('savingsaccounts/21/transactions?command=withdrawal', {
      transactionDate: house.today(),
      transactionAmount: 89_000,
      paymentTypeId: 4,
    })
    expect(await core.enter(undoing(spent))).toMatchObject({ kind: 'refused', retry: 'never' })
    expect(await core.enter(undoing(deposit(1n)))).toMatchObject({ code: 'nothing-to-undo' })
  })
})

describe('a journal entry', () => {
  const entered = (minor: bigint): EntryOf<'journal'> => {
    const { provider: _, msisdn: __, ...common } = house.fresh(minor)
    return { ...common, kind: 'journal', officeId: '1', debitAccount: '104', creditAccount: '7' }
  }
  const linesOf = async (reference: string) =>
    (await house.truth('journal')).filter(({ referenceNumber }) => referenceNumber === reference)

  it('is one debit and one credit under our reference, with the receipt in its comments', async () => {
    const entry = entered(123_456n)
    const booked = await core.enter(entry)
    expect(booked).toMatchObject({ kind: 'booked', amount: entry.amount, valueDate: entry.valueDate })
    expect(await core.enter(entry)).toEqual(booked)
    const comments = `${entry.receipt} Hatua`
    expect(await linesOf(entry.externalId)).toMatchObject([
      { side: 'credit', glAccountId: '7', amount: '1234.56', comments },
      { side: 'debit', glAccountId: '104', amount: '1234.56', comments },
    ])
  })

  it('is found after a lost answer among others of that day, and a reversed one is not made again', async () => {
    await core.enter(entered(1_000n))
    const entry = entered(1_000n)
    await lose()
    expect((await core.enter(entry)).kind).toBe('unknown')
    const booked = await core.lookUp(entry)
    expect(booked).toMatchObject({ kind: 'booked', amount: entry.amount })
    const id = booked.kind === 'booked' ? booked.coreTransactionId : ''
    await house.byHand(`journalentries/${id}?command=reverse`, { comments: 'a mistake' })
    expect(await core.lookUp(entry)).toMatchObject({
      kind: 'refused',
      code: 'undone-since',
      retry: 'never',
    })
    expect(await core.lookUp(entered(1n))).toEqual({ kind: 'not-found' })
  })

  it('is refused for a day to come, by another day for closed books, for good where an account is unknown', async () => {
    const entry = entered(1_000n)
    expect(await core.enter({ ...entry, valueDate: addDays(house.today(), 1) })).toMatchObject({
      retry: 'new-key',
    })
    await house.control({ booksClosedUntil: house.today() })
    expect(await core.enter(entered(1_000n))).toMatchObject({ retry: 'other-date' })
    await house.control({ booksClosedUntil: null })
    expect(await core.enter({ ...entered(1_000n), debitAccount: '999' })).toMatchObject({ retry: 'never' })
    expect(await core.enter({ ...entered(1_000n), officeId: '9' })).toMatchObject({ retry: 'never' })
    await house.control({ makerChecker: ['CREATE_JOURNALENTRY'] })
    expect(await core.enter(entered(1_000n))).toMatchObject({ kind: 'awaiting-approval' })
    await house.control({ makerChecker: false })
  })
})
