import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { act } from '../../src/gateway/context.ts'
import { applyOutcome } from '../../src/gateway/outcomes.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice } from '../support/board.ts'
import { booksOf, expectBooksToAgree } from '../support/books.ts'
import { addLoans, approveAll, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

let stage: TestStage
let ke: Story
let cm: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  cm = createStory(stage, 'demo-cm')
  await addLoans(stage, 'demo-ke', [{ id: 2 }, { id: 3 }, { id: 4 }])
  await addLoans(stage, 'demo-cm', [{ id: 2, inMultiplesOf: 100 }, { id: 3 }])
  const { body } = await cm.ask('10')
  await cm.approve('own')
  await cm.state(String(body.id), 'paid')
})
afterAll(() => stage.close())

const bookingOf = async (story: Story, transactionId: unknown): Promise<Row> => {
  const [row] = await story.rows('bookings', { transaction_id: transactionId })
  if (row === undefined) throw new Error('no booking')
  return row
}

/** She has paid, and the core, which went away after her approval, has not heard of it. */
async function paidWhileDown(story: Story, amount: string, loanId = '1') {
  const { body } = await story.ask(amount, loanId)
  await story.approve('own')
  await story.core({ down: true })
  const row = await story.movement(String(body.id), 'confirmed')
  return { id: row.id, transactionId: String(row.transactions.at(-1)?.id) }
}

/** She has paid, and the close of business holds her loan: the booking is planned, and refused for the time being. */
async function paidWhileLocked(story: Story, amount: string, loanId = '1') {
  const { body } = await story.ask(amount, loanId)
  await story.core({ lockLoan: Number(loanId) })
  await story.approve('own')
  const row = await story.movement(String(body.id), 'confirmed')
  const transactionId = String(row.transactions.at(-1)?.id)
  const tried = async (): Promise<boolean> => {
    const [booking] = await story.rows('bookings', { transaction_id: transactionId })
    return (
      booking !== undefined && (await story.rows('booking_attempts', { booking_id: booking.id })).length > 0
    )
  }
  await hurry(stage, tried, 60_000, 'tried')
  return { id: row.id, transactionId }
}

describe('a booking', () => {
  it.each([
    'lost-answer',
    'lost-request',
    'server-error-after',
    'busy',
    'conflict',
    'under-processing',
    'stuck',
  ])('meets %s, and is made once', async kind => {
    const { body } = await ke.ask('10.00')
    const before = (await ke.booked()).length
    await stage.fault({ simulator: 'fineract', kind })
    await ke.approve('own')
    const paid = await ke.state(String(body.id), 'paid', 1_200_000, 5000)
    expect((await ke.booked()).slice(before)).toEqual([
      expect.objectContaining({ amount: '10.00', receiptNumber: paid.transactions[0]?.receipt }),
    ])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('waits while the close of business holds the loan', async () => {
    const { body } = await ke.ask('10.00')
    await ke.core({ lockLoan: 1 })
    await ke.approve('own')
    await ke.movement(String(body.id), 'confirmed')
    await pass(stage, 120_000, 10_000)
    expect((await ke.request(String(body.id))).state).toBe('approved')
    await ke.core({ unlockLoan: 1 })
    await ke.state(String(body.id), 'paid', 600_000, 5000)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('waits for a core that is away for a day, and carries the day on which she paid', async () => {
    const { id, transactionId } = await paidWhileDown(ke, '10.00')
    await pass(stage, 3_000_000, 60_000)
    expect(await ke.cases()).toEqual([])
    await pass(stage, 23 * 3_600_000, 3_600_000)
    expect(await ke.cases()).toEqual(['booking-waits'])
    expect((await ke.request(id)).transactions[0]?.state).toBe('confirmed')
    await expectBooksToAgree(stage, 'demo-ke')
    const [{ confirmed_at: paidAt } = {}] = await ke.rows('transactions', { id: transactionId })
    await ke.core({ down: false })
    await ke.state(id, 'paid', 600_000, 10_000)
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Africa/Nairobi' }).format(paidAt as Date)
    expect((await ke.booked()).at(-1)).toMatchObject({ date: day })
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('waits for a core whose business date is behind', async () => {
    const { body } = await ke.ask('10.00')
    await ke.core({ businessDate: '2026-03-04' })
    await ke.approve('own')
    await ke.movement(String(body.id), 'confirmed')
    await pass(stage, 120_000, 10_000)
    expect((await ke.request(String(body.id))).state).toBe('approved')
    await ke.core({ businessDate: null })
    await ke.state(String(body.id), 'paid', 600_000, 5000)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it.each(['locked', 'down'])(
    'of money that went back while the core was %s is not made, and the request is hers to answer again',
    async how => {
      const { id, transactionId } = await (how === 'down' ? paidWhileDown : paidWhileLocked)(ke, '10.00')
      const before = (await ke.booked()).length
      await insideSimulators(stage, async db => {
        const last = await db('sim_mpesa.transactions').orderBy('id', 'desc').first('id')
        await db('sim_mpesa.transactions').where({ id: last.id }).update({ status: 'reversed' })
      })
      await act(stage.house.gateway.deps, 'demo-ke', async commit => {
        const attempt = await commit.trx('attempts').where({ transaction_id: transactionId }).first()
        const { deps, stepper } = stage.house.gateway
        const reversed = { kind: 'reversed', amount: { minor: 1000n, currency: 'KES' } } as const
        await applyOutcome(commit, { ids: deps.ids, stepper }, attempt, reversed, 'callback')
      })
      const again = await ke.request(id)
      expect(again.state).toBe('asked')
      expect(again.transactions.at(-1)).toMatchObject({ id: transactionId, state: 'returned' })
      await ke.core({ down: false, unlockLoan: 1 })
      await pass(stage, 600_000, 10_000)
      // planned and given up, or never planned, for the core could not be asked where the money goes
      const states = (await ke.rows('bookings', { transaction_id: transactionId })).map(row => row.state)
      expect(states).toEqual(how === 'down' ? [] : ['undone'])
      expect((await ke.booked()).slice(before)).toEqual([])
      await expectBooksToAgree(stage, 'demo-ke')
      await ke.approve('own')
      await ke.state(id, 'paid')
      await expectBooksToAgree(stage, 'demo-ke')
    },
  )

  it('finds the receipt that a teller typed before it, and is linked to it', async () => {
    const { id, transactionId } = await paidWhileDown(ke, '10.00')
    const receipt = String((await ke.truth()).at(-1)?.receipt)
    const before = (await ke.booked()).length
    const { transactionId: typed } = await ke.core({
      tellerRepayment: { loanId: 1, amount: '10.00', receiptNumber: receipt, date: '2026-03-05' },
    })
    await ke.core({ down: false })
    await ke.state(id, 'paid', 600_000, 10_000)
    expect((await ke.booked()).slice(before)).toEqual([expect.objectContaining({ id: typed })])
    expect(await bookingOf(ke, transactionId)).toMatchObject({ state: 'booked', core_transaction_id: typed })
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('is held for a checker, and made when she says yes', async () => {
    await ke.core({ makerChecker: true })
    const { body } = await ke.ask('10.00')
    await ke.approve('own')
    const held = await ke.movement(String(body.id), 'confirmed')
    const transactionId = held.transactions[0]?.id
    await hurry(
      stage,
      async () => (await bookingOf(ke, transactionId)).state === 'awaiting-approval',
      60_000,
      'held',
    )
    expect(await approveAll(stage, 'demo-ke')).toBe(1)
    await ke.core({ makerChecker: false })
    await ke.state(held.id, 'paid', 1_200_000, 10_000)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('held for ever raises a case', async () => {
    await cm.core({ makerChecker: true })
    const { body } = await cm.ask('100', '3')
    await cm.approve('own')
    await cm.movement(String(body.id), 'confirmed')
    await pass(stage, 3_000_000, 60_000)
    expect(await cm.cases()).toEqual([])
    await pass(stage, 1_800_000, 60_000)
    expect(await cm.cases()).toEqual(['booking-waits'])
    await approveAll(stage, 'demo-cm')
    await cm.core({ makerChecker: false })
    await cm.state(String(body.id), 'paid', 1_200_000, 10_000)
    await expectBooksToAgree(stage, 'demo-cm')
  })

  it('has its turn: of one loan one at a time', async () => {
    const { id, transactionId } = await paidWhileLocked(ke, '10.00', '2')
    await ke.core({ unlockLoan: 2 })
    await anotherPayment(transactionId)
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('bookings').whereNot({ state: 'booked' }).update({ due_at: stage.clock.now() }),
    )
    const open = new Set<number>()
    const paid = await hurry(
      stage,
      async () => {
        const rows = await ke.rows('bookings', { loan_id: '2' })
        open.add(
          rows.filter(row => ['sending', 'unknown', 'awaiting-approval'].includes(String(row.state))).length,
        )
        return rows.every(row => row.state === 'booked') && rows
      },
      60_000,
      'both booked',
      200,
    )
    expect(paid).toHaveLength(2)
    expect(Math.max(...open)).toBeLessThanOrEqual(1)
    expect(await ke.booked('2')).toHaveLength(2)
    await ke.state(id, 'paid')

    /** The same payment once more, as other money: another receipt, another booking, its own double entry. */
    async function anotherPayment(like: string): Promise<void> {
      const [transaction, allocation, booking] = [randomUUID(), randomUUID(), randomUUID()]
      await stage.house.db.asTenant('demo-ke', async trx => {
        const copy = async (table: string, key: object, values: object): Promise<void> => {
          const row = await trx(table).where(key).first()
          await trx(table).insert({ ...row, ...values })
        }
        await copy('transactions', { id: like }, { id: transaction, receipt: 'OTHER0001', request_id: null })
        await copy('allocations', { transaction_id: like }, { id: allocation, transaction_id: transaction })
        await copy(
          'bookings',
          { transaction_id: like },
          {
            id: booking,
            transaction_id: transaction,
            allocation_id: allocation,
            external_id: `hatua-${booking}`,
            state: 'planned',
            due_at: stage.clock.now(),
            lease_until: null,
            snapshot: JSON.stringify({
              v: 1,
              context: {
                amount: { amount: '10.00', currency: 'KES' },
                tries: 0,
                freshKey: true,
                firstTriedAt: null,
              },
            }),
          },
        )
        await copy('transfers', { transaction_id: like }, { id: randomUUID(), transaction_id: transaction })
      })
    }
  })
})

describe('money that cannot be booked', () => {
  it('of a loan that is closed waits in suspense, as an item of the board, and she is told', async () => {
    const { body } = await ke.ask('10.00', '3')
    await ke.core({ writeOffLoan: 3 })
    await ke.approve('own')
    const held = await ke.movement(String(body.id), 'suspense')
    expect(await ke.rows('suspense_items')).toEqual([
      expect.objectContaining({
        transaction_id: held.transactions[0]?.id,
        reason: 'not-bookable',
        state: 'open',
        amount_minor: 1000n,
        currency: 'KES',
      }),
    ])
    expect(await ke.cases()).toEqual(['booking-waits', 'reversed', 'reversed'])
    expect((await ke.sms(ke.own)).at(-1)).toContain('being checked')
    const books = await booksOf(stage, 'demo-ke')
    expect(books).toMatchObject({ suspense: -1000n, held: 1000n, confirmed: 0n })
    expect(await ke.booked('3')).toEqual([])
    // and nothing of it can be paid a second time meanwhile
    expect(await ke.ask('10.00', '3')).toMatchObject({ status: 409 })
  })

  it('because the core itself has held its loan for days is an item, and is booked for its own day by a person', async () => {
    const holds = async () => expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
    const { transactionId } = await paidWhileLocked(ke, '10.00', '4')
    const [payment] = await ke.rows('transactions', { id: transactionId })
    await pass(stage, 71 * 3_600_000, 12 * 3_600_000)
    const booking = await bookingOf(ke, transactionId)
    const waits = { subject_id: booking.id, kind: 'booking-waits' }
    expect([booking.state, (await ke.rows('cases', waits))[0]?.state]).toEqual(['planned', 'open'])
    await holds()

    const onBoard = async () => (await ke.rows('suspense_items', { transaction_id: transactionId }))[0]
    const item = await hurry(stage, onBoard, 4 * 3_600_000, 'an item', 1_800_000)
    expect(item).toMatchObject({ reason: 'locked', amount_minor: 1000n, state: 'open' })
    expect((await ke.rows('cases', waits))[0]?.state).toBe('settled')
    expect((await ke.sms(ke.own)).at(-1)).toContain('being checked')
    await holds()

    await ke.core({ unlockLoan: 4 })
    const settled = await createOffice(stage, 'demo-ke').first.post(`/suspense/${item.id}/settle`, {
      way: 'book',
      allocations: [{ target: 'loan', targetId: '4', amount: '10.00' }],
    })
    expect(settled.status).toBe(200)
    const booked = async () => (await ke.rows('transactions', { id: transactionId }))[0]?.state === 'booked'
    await hurry(stage, booked, 600_000, 'booked')
    expect(await ke.booked('4')).toMatchObject([{ amount: '10.00', date: payment?.value_date }])
    await holds()
  })

  it('as ours, because the core rounded it, is neither accepted nor repeated', async () => {
    const { body } = await cm.ask('150', '2')
    await cm.approve('own')
    await cm.movement(String(body.id), 'confirmed')
    await pass(stage, 1_200_000, 20_000)
    const inCore = await cm.booked('2')
    expect(inCore).toHaveLength(1)
    expect(inCore[0]?.amount).not.toBe('150')
    expect(await cm.cases()).toEqual(['booked-otherwise', 'booking-waits'])
    expect(await booksOf(stage, 'demo-cm')).toMatchObject({ clearingIn: -150n, confirmed: 150n })
    expect((await cm.request(String(body.id))).state).toBe('approved')
  })

  it('because a teller typed its receipt with another amount waits for her to mend it', async () => {
    const { id } = await paidWhileDown(cm, '100', '3')
    const receipt = String((await cm.truth()).at(-1)?.receipt)
    const before = (await cm.booked('3')).length
    await cm.core({
      tellerRepayment: { loanId: 3, amount: '1000', receiptNumber: receipt, date: '2026-03-06' },
    })
    await cm.core({ down: false })
    await pass(stage, 1_200_000, 20_000)
    expect((await cm.booked('3')).slice(before)).toHaveLength(1)
    expect((await cm.cases()).filter(kind => kind === 'booked-otherwise')).toHaveLength(2)
    expect((await cm.request(id)).transactions[0]?.state).toBe('confirmed')
  })
})
