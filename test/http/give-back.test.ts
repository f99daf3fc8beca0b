import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice, type Office } from '../support/board.ts'
import { addLoans, addSavings, callBack, insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, hurry, pass, type Row, type Story } from '../support/story.ts'
import { putTariffs } from '../support/tariffs.ts'

let stage: TestStage
let ke: Story
let office: Office
let loan = 30

const STRIDE_MS = 10_000
/** Savings of the borrower, beside her loans. */
const SAVINGS = '77'

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  office = createOffice(stage, 'demo-ke')
  await addSavings(stage, 'demo-ke', Number(SAVINGS))
})
afterAll(() => stage.close())
beforeEach(async () => {
  loan += 1
  await addLoans(stage, 'demo-ke', [{ id: loan }, { id: loan + 300 }, { id: loan + 600 }])
})

const [first, second, meant] = [() => loan, () => loan + 300, () => loan + 600]
const toLoan = (id: number, amount: string) => ({ target: 'loan', targetId: String(id), amount })
const toSavings = (amount: string) => ({ target: 'savings', targetId: SAVINGS, amount })

/** She pays a loan that is written off meanwhile. */
async function item(amount: string): Promise<Row> {
  const lost = loan + 900
  await addLoans(stage, 'demo-ke', [{ id: lost }])
  await stage.post(
    '/api/v1/collection-requests',
    { loanId: String(lost), amount, mode: 'prompt' },
    { key: ke.key, idempotencyKey: `give-back-${loan}` },
  )
  await ke.core({ writeOffLoan: lost })
  return onBoard(({ loanId }) => loanId === String(lost))
}

/** Somebody pays the paybill; the number is masked on this wire. */
async function masked(receipt: string, amount: string): Promise<Row> {
  await callBack(`${stage.url}/providers/demo-ke-daraja/callback`, {
    TransactionType: 'Pay Bill',
    TransID: receipt,
    TransTime: clockInNairobi(),
    TransAmount: amount,
    BusinessShortCode: '600638',
    BillRefNumber: 'nobody',
    MSISDN: '25470****001',
  })
  return onBoard(each => each.receipt === receipt)
}

const clockInNairobi = (): string =>
  new Date(stage.clock.now().getTime() + 3 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14)

const onBoard = (fits: (item: Row) => boolean): Promise<Row> =>
  hurry(stage, async () => (await office.first.list('/suspense')).find(fits), 1_200_000, 'an item', 30_000)

const settle = (id: unknown, body: object) => office.first.post(`/suspense/${id}/settle`, body)
const decide = (id: string, body: object) => office.first.post(`/transactions/${id}/paid-by-mistake`, body)
const payment = (id: string): Promise<Row> => office.first.get(`/transactions/${id}`)
const proposal = (id: unknown): Promise<Row> => office.first.get(`/proposals/${id}`)
const reaches = (id: string, state: string) =>
  hurry(stage, async () => (await payment(id)).state === state, 1_200_000, `payment ${state}`, STRIDE_MS)
const ends = (id: unknown, state: string) =>
  hurry(stage, async () => (await proposal(id)).state === state, 1_200_000, `proposal ${state}`, STRIDE_MS)
const stands = async (id: number): Promise<unknown[]> =>
  (await ke.booked(String(id))).filter(row => row.reversed !== true).map(row => row.amount)
const returnsOf = (id: string): Promise<Row[]> => ke.rows('transactions', { original_id: id, kind: 'return' })
const itemsOf = (id: string): Promise<Row[]> => ke.rows('suspense_items', { transaction_id: id })
const agree = async () => expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])

/** A payment that a person has booked on these accounts. */
async function bookedOn(allocations: { readonly amount: string }[]): Promise<string> {
  const total = allocations.reduce((sum, { amount }) => sum + Number(amount), 0)
  const { id, transactionId } = await item(`${total}.00`)
  await settle(id, { way: 'book', allocations })
  await reaches(String(transactionId), 'booked')
  return String(transactionId)
}

describe('a payment on several accounts, paid by mistake', () => {
  it('goes back whole: every booking is undone, then one part after the other is paid out', async () => {
    const id = await bookedOn([toLoan(first(), '50.00'), toSavings('50.00')])
    const { status, body } = await decide(id, { way: 'return' })
    expect({ status, body }).toMatchObject({ status: 202, body: { state: 'under-way' } })
    await reaches(id, 'returned')
    expect(await proposal(body.id)).toMatchObject({ state: 'carried-out' })
    expect(await stands(first())).toEqual([])
    expect(await returnsOf(id)).toMatchObject(
      Array(2).fill({ operation: 'disburse', state: 'booked', amount_minor: 5000n, msisdn: ke.own }),
    )
    // what she reads is what came, part for part
    const told = (await ke.sms(ke.own)).filter(text => text.startsWith(asSms('Umoja Credit: we sent')))
    expect(told.slice(-2)).toEqual(Array(2).fill(expect.stringContaining('KES 50 ')))
    await agree()
  })

  it('moves to the loan that was meant, part for part', async () => {
    const id = await bookedOn([toLoan(first(), '20.00'), toLoan(second(), '10.00')])
    const { body } = await decide(id, { way: 'move', loanId: String(meant()) })
    await hurry(stage, async () => (await stands(meant())).length === 2, 1_200_000, 'moved', STRIDE_MS)
    await reaches(id, 'booked')
    expect(await proposal(body.id)).toMatchObject({ state: 'carried-out' })
    expect([await stands(first()), await stands(second())]).toEqual([[], []])
    expect([...(await stands(meant()))].sort()).toEqual(['10.00', '20.00'])
    await agree()
  })

  it('moves part for part also where the parts are equal', async () => {
    const id = await bookedOn([toLoan(first(), '15.00'), toLoan(second(), '15.00')])
    const { body } = await decide(id, { way: 'move', loanId: String(meant()) })
    await hurry(stage, async () => (await stands(meant())).length === 2, 1_200_000, 'moved', STRIDE_MS)
    await reaches(id, 'booked')
    expect(await proposal(body.id)).toMatchObject({ state: 'carried-out' })
    expect([await stands(first()), await stands(second())]).toEqual([[], []])
    expect([...(await stands(meant()))].sort()).toEqual(['15.00', '15.00'])
    await agree()
  })

  it('waits for the last undoing, and goes on by itself', async () => {
    const id = await bookedOn([toLoan(first(), '21.00'), toLoan(second(), '11.00')])
    await ke.core({ lockLoan: second() })
    const { body } = await decide(id, { way: 'return' })
    await hurry(stage, async () => (await itemsOf(id)).some(row => row.state === 'open'), 600_000, 'one half')
    expect([(await proposal(body.id)).state, await returnsOf(id)]).toEqual(['under-way', []])
    expect((await decide(id, { way: 'return' })).status).toBe(409)
    await agree()
    await ke.core({ unlockLoan: second() })
    await reaches(id, 'returned')
    expect((await proposal(body.id)).state).toBe('carried-out')
    await agree()
  })

  it('keeps booked what the core does not give out, with a case, and the rest goes back', async () => {
    const id = await bookedOn([toLoan(first(), '22.00'), toLoan(second(), '12.00')])
    await ke.core({ writeOffLoan: first() })
    const { body } = await decide(id, { way: 'return' })
    await ends(body.id, 'carried-out')
    await hurry(stage, async () => (await returnsOf(id))[0]?.state === 'booked', 600_000, 'returned')
    expect(await payment(id)).toMatchObject({ state: 'booked' })
    expect([await stands(first()), await stands(second())]).toEqual([['22.00'], []])
    expect(await ke.rows('cases', { subject_id: id, kind: 'undo-refused' })).toMatchObject([
      { state: 'open' },
    ])
    expect((await decide(id, { way: 'return' })).body.title).toBe('Not to be undone')
    await agree()
  })

  it('is withdrawn where the core gives nothing out', async () => {
    const id = await bookedOn([toLoan(first(), '23.00'), toLoan(second(), '13.00')])
    await ke.core({ writeOffLoan: first() })
    await ke.core({ writeOffLoan: second() })
    const { body } = await decide(id, { way: 'return' })
    await ends(body.id, 'withdrawn')
    expect(await payment(id)).toMatchObject({ state: 'booked' })
    await agree()
  })

  it('to a loan that takes no more by then is on the board again, whole', async () => {
    const id = await bookedOn([toLoan(first(), '24.00'), toLoan(second(), '14.00')])
    await ke.core({ lockLoan: first() })
    await decide(id, { way: 'move', loanId: String(meant()) })
    await ke.core({ writeOffLoan: meant(), unlockLoan: first() })
    await reaches(id, 'suspense')
    await hurry(
      stage,
      async () => (await itemsOf(id)).filter(row => row.reason === 'not-bookable').length === 3,
      600_000,
      'both refused',
    )
    const open = (await itemsOf(id)).filter(row => row.state === 'open')
    expect(open.map(row => row.amount_minor).sort()).toEqual([1400n, 2400n])
    await agree()
  })
})

describe('how money goes back', () => {
  it('by the provider’s reversal while it is young, and as a payout once the hours are over', async () => {
    const young = await item('41.00')
    expect((await settle(young.id, { way: 'return' })).status).toBe(200)
    expect(await returnsOf(String(young.transactionId))).toMatchObject([{ operation: 'refund' }])
    await reaches(String(young.transactionId), 'returned')
    loan += 1
    const old = await item('42.00')
    await pass(stage, 25 * 3_600_000, 3_600_000)
    expect((await settle(old.id, { way: 'return' })).status).toBe(200)
    expect(await returnsOf(String(old.transactionId))).toMatchObject([{ operation: 'disburse' }])
    await reaches(String(old.transactionId), 'returned')
    await agree()
  })

  it('by the reversal where she paid of her own accord, and her number is masked', async () => {
    const { body } = await stage.post(
      '/sim/providers/mpesa/c2b',
      { msisdn: ke.own, amount: '45.00', billRefNumber: 'nobody' },
      { key: ke.key, idempotencyKey: 'c2b' },
    )
    const { id, transactionId } = await masked(String(body.receipt), '45.00')
    expect((await settle(id, { way: 'return' })).status).toBe(200)
    await reaches(String(transactionId), 'returned')
    expect(await returnsOf(String(transactionId))).toMatchObject([{ operation: 'refund', state: 'booked' }])
    await agree()
  })

  it('not at all where the number is masked, and the reversal is too late', async () => {
    const { id } = await masked('OLDMASKED1', '43.00')
    await pass(stage, 25 * 3_600_000, 3_600_000)
    expect(await settle(id, { way: 'return' })).toMatchObject({
      status: 409,
      body: { title: 'No way back', detail: expect.stringMatching(/24 hours only, and the number/) },
    })
    expect((await settle(id, { way: 'write-off', reason: 'nobody asks for it' })).status).toBe(200)
  })

  it('not at all where the number is masked, and it is a part of the payment; nothing is undone for it', async () => {
    const { id, transactionId } = await masked('PARTMASKED', '44.00')
    await settle(id, { way: 'book', allocations: [toLoan(first(), '24.00'), toLoan(second(), '20.00')] })
    await reaches(String(transactionId), 'booked')
    expect(await decide(String(transactionId), { way: 'return' })).toMatchObject({
      status: 409,
      body: { title: 'No way back', detail: expect.stringMatching(/as a whole only, and the number/) },
    })
    expect([await stands(first()), await stands(second())]).toEqual([['24.00'], ['20.00']])
    // another loan is a home all the same
    expect((await decide(String(transactionId), { way: 'move', loanId: String(meant()) })).status).toBe(202)
    await hurry(stage, async () => (await stands(meant())).length === 2, 1_200_000, 'moved', STRIDE_MS)
    await agree()
  })
})

describe('what giving back costs the lender', () => {
  const price = (operation: string, charge: string) =>
    `daraja,${operation},1.00,250000.00,${charge},0,0.00,0,lender,KES,2026-03-01,`
  const feesOf = async (id: string): Promise<unknown[]> => {
    const [back] = await returnsOf(id)
    const fees = await ke.rows('transfers', { transaction_id: back?.id, debit: 'fees:daraja' })
    return fees.map(row => row.amount_minor)
  }

  it.each([
    ['nothing that the price of a payout would tell', [price('disburse', '11.00')], []],
    ['its own price, where there is one', [price('disburse', '11.00'), price('refund', '7.00')], [700n]],
  ])('by the reversal is %s', async (_, lines, fees) => {
    expect(await putTariffs(stage, ke, lines)).toBe(200)
    const { id, transactionId } = await item('47.00')
    expect((await settle(id, { way: 'return' })).status).toBe(200)
    await reaches(String(transactionId), 'returned')
    expect(await returnsOf(String(transactionId))).toMatchObject([{ operation: 'refund' }])
    expect(await feesOf(String(transactionId))).toEqual(fees)
    await agree()
  })

  it('by a payout is the price of a payout', async () => {
    const { id, transactionId } = await item('48.00')
    await pass(stage, 25 * 3_600_000, 3_600_000)
    expect((await settle(id, { way: 'return' })).status).toBe(200)
    await reaches(String(transactionId), 'returned')
    expect(await feesOf(String(transactionId))).toEqual([1100n])
    expect(await putTariffs(stage, ke, [])).toBe(200)
    await agree()
  })
})

describe('a reversal that Safaricom refuses', () => {
  it('is an explicit no: the item is on the board again, and may go another way', async () => {
    // no payment of theirs
    const { id, transactionId } = await masked('NOTTHEIRS1', '45.00')
    expect((await settle(id, { way: 'return' })).status).toBe(200)
    await reaches(String(transactionId), 'suspense')
    expect(await returnsOf(String(transactionId))).toMatchObject([{ operation: 'refund', state: 'failed' }])
    expect((await settle(id, { way: 'write-off', reason: 'no way back' })).status).toBe(200)
    await agree()
  })

  it('by a word that is not listed stays unknown: nothing is decided about it', async () => {
    const { id, transactionId } = await item('46.00')
    await settle(id, { way: 'return' })
    await hurry(
      stage,
      () =>
        insideSimulators(stage, db =>
          db('sim_mpesa.transactions')
            .where({ kind: 'refund', status: 'pending' })
            .update({ scripted: '17' }),
        ),
      60_000,
      'taken',
    )
    await hurry(
      stage,
      async () => (await returnsOf(String(transactionId)))[0]?.state === 'unresolved',
      86_400_000,
      'unresolved',
      60_000,
    )
    expect((await settle(id, { way: 'write-off', reason: 'lost' })).body.title).toBe('On its way')
    await agree()
  })
})

describe('a return that was thought to have failed', () => {
  /** It is paid out, but nobody tells us; two persons say that it was not. Answers how Safaricom tells after all. */
  async function lost(amount: string) {
    const { id, transactionId } = await item(amount)
    await pass(stage, 25 * 3_600_000, 3_600_000)
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback', msisdn: ke.own })
    await stage.fault({ simulator: 'mpesa', kind: 'query-no-callback', msisdn: ke.own, times: 1_000 })
    await settle(id, { way: 'return' })
    const back = await hurry(
      stage,
      async () => (await returnsOf(String(transactionId))).find(row => row.state === 'unresolved'),
      86_400_000,
      'unresolved',
      60_000,
    )
    const seen = { outcome: 'declined', note: 'not on the statement' }
    const { body } = await office.first.post(`/transactions/${back.id}/evidence`, seen)
    await office.second.post(`/proposals/${body.id}/approve`)
    expect(await payment(String(transactionId))).toMatchObject({ state: 'suspense' })
    const tell = async (): Promise<void> => {
      const order = await insideSimulators(stage, async db => {
        await db('sim_kit.faults').delete()
        return db('sim_mpesa.transactions').where({ kind: 'disburse' }).orderBy('id', 'desc').first()
      })
      await callBack(order.callback_url, {
        Result: {
          ResultCode: 0,
          OriginatorConversationID: order.originator_id,
          ConversationID: order.conversation_id,
          TransactionID: order.receipt,
          ResultParameters: {
            ResultParameter: [
              { Key: 'TransactionAmount', Value: Number(amount) },
              { Key: 'TransactionReceipt', Value: order.receipt },
            ],
          },
        },
      })
    }
    return { id, transactionId: String(transactionId), back: String(back.id), tell }
  }

  it('settles its item where that is open still', async () => {
    const { id, transactionId, back, tell } = await lost('51.00')
    await tell()
    await reaches(transactionId, 'returned')
    expect(await office.first.get(`/suspense/${id}`)).toMatchObject({ state: 'settled', way: 'return' })
    expect(await payment(back)).toMatchObject({ state: 'booked' })
    expect(await ke.rows('cases', { subject_id: transactionId, kind: 'late-confirmation' })).toEqual([])
    await agree()
  })

  it('is a case where the item was settled otherwise meanwhile: the money went twice', async () => {
    const { id, transactionId, back, tell } = await lost('52.00')
    await settle(id, { way: 'book', allocations: [toLoan(first(), '52.00')] })
    await reaches(transactionId, 'booked')
    await tell()
    await hurry(stage, async () => (await payment(back)).state === 'confirmed', 600_000, 'late')
    expect(await payment(transactionId)).toMatchObject({ state: 'booked' })
    expect(await office.first.get(`/suspense/${id}`)).toMatchObject({ way: 'book' })
    expect(await ke.rows('cases', { subject_id: transactionId })).toMatchObject([
      { kind: 'late-confirmation', state: 'open' },
    ])
    await agree()
  })
})
