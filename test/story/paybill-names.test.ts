import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createOffice } from '../support/board.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { addClient, addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, pass, type Row, type Story } from '../support/story.ts'

/** Who pays a paybill types a reference as she remembers it: whose money it is is found exactly, or not at all. */

const HOUR = 3_600_000
let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  await addClient(
    stage,
    'demo-ke',
    {
      id: 22,
      accountNo: '000000022',
      firstname: 'Akinyi',
      mobileNo: '254711000002',
      documents: ['0334567B'],
    },
    [
      { id: 71, accountNo: '000000071', firstDue: '2026-03-05' },
      { id: 72, accountNo: '000000072', firstDue: '2026-01-05' },
      { id: 73, accountNo: '000000073', firstDue: '2026-04-05' },
    ],
  )
  await addClient(
    stage,
    'demo-ke',
    { id: 3, accountNo: '000000003', firstname: 'Baraka', mobileNo: '254711000003' },
    [{ id: 81, accountNo: '000000081', firstDue: '2026-03-05' }],
  )
})
afterAll(() => stage.close())
let shillings = 100
beforeEach(() => {
  shillings += 7
})

/** Her receipt; nobody has asked her to pay. */
async function pays(billRefNumber: string, amount = `${shillings}.00`): Promise<string> {
  const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn: ke.own, amount, billRefNumber }),
  })
  expect(answer.status).toBe(201)
  return String(((await answer.json()) as Row).receipt)
}
async function ended(receipt: string): Promise<Row | undefined> {
  const rows = await ke.rows('transactions', { receipt })
  return rows.find(({ state }) => state === 'booked' || state === 'suspense')
}
const end = (receipt: string): Promise<Row> =>
  hurry(stage, () => ended(receipt), HOUR, `payment ${receipt}`, 30_000)
const bookedOn = async (loan: number, receipt: string): Promise<unknown[]> =>
  (await ke.booked(String(loan))).filter(row => row.receiptNumber === receipt).map(({ amount }) => amount)

describe('money for a loan that we have never asked for', () => {
  it.each([
    ['the account of her loan', '000000071', 71],
    ['the same, as she writes it', ' 0OO 71', 71],
    ['her own account, of whose loans the oldest arrears come first', '000000022', 72],
    ['her phone, in the local form', '0711 000 002', 72],
    ['the number of her identity card', '0334-567 b', 72],
    ['another client’s phone', '+254711000003', 81],
  ])('by %s: "%s" goes to loan %d', async (_, typed, loan) => {
    const receipt = await pays(typed)
    expect(await end(receipt)).toMatchObject({ state: 'booked', loan_id: String(loan), origin: 'c2b' })
    expect(await bookedOn(loan, receipt)).toEqual([`${shillings}.00`])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('she is written to, for now we know her', async () => {
    const receipt = await pays('000000081')
    await end(receipt)
    await stage.settle()
    expect((await ke.sms('+254711000003')).at(-1)).toContain(receipt)
  })

  it.each(['SHOP', '0711000009', '%', '0000001O7', '0334567'])(
    'by "%s", which is nobody, waits on the board',
    async typed => {
      const receipt = await pays(typed)
      expect(await end(receipt)).toMatchObject({ state: 'suspense', loan_id: null })
    },
  )

  it('waits while the core is away, and is booked when it is back', async () => {
    await ke.core({ down: true })
    const receipt = await pays('000000071')
    await pass(stage, HOUR / 2, 60_000)
    expect((await ke.rows('transactions', { receipt })).map(({ state }) => state)).toEqual(['confirmed'])
    await ke.core({ down: false })
    expect(await end(receipt)).toMatchObject({ state: 'booked', loan_id: '71' })
  })

  it('of an agent who pays for three within two minutes, the same amount each, is three payments', async () => {
    const receipts = [
      await pays('000000071', '55.00'),
      await pays('000000072', '55.00'),
      await pays('000000081', '55.00'),
    ]
    for (const [at, loan] of [71, 72, 81].entries()) {
      const receipt = receipts[at] ?? ''
      expect(await end(receipt)).toMatchObject({ state: 'booked', loan_id: String(loan) })
      expect(await bookedOn(loan, receipt)).toEqual(['55.00'])
    }
    await expectBooksToAgree(stage, 'demo-ke')
  })
})

describe('a pay-reference', () => {
  const refOf = async (loanId: string): Promise<string> =>
    String((await ke.rows('pay_references', { loan_id: loanId }))[0]?.value)

  it('stands in the SMS that asks her, and whoever types it pays her loan', async () => {
    const reference = await refOf('1')
    expect((await ke.sms(ke.own))[0]).toContain(`Or paybill 600638, account ${reference}.`)
    const receipt = await pays(`${reference.slice(0, 4)} ${reference.slice(4)}`, '60.00')
    expect(await end(receipt)).toMatchObject({ state: 'booked', loan_id: '1' })
  })

  it('never begins with a nought, which people leave out', async () => {
    // the first number that is drawn for this loan does
    await addLoans(stage, 'demo-ke', [{ id: 53 }])
    expect((await ke.ask('10.00', '53')).status).toBe(201)
    expect(await refOf('53')).toMatch(/^[1-9]\d{7}$/)
  })

  it('with a slip of the finger is proposed to a person, and booked by nobody', async () => {
    const reference = await refOf('1')
    const slip = `${reference.slice(0, 7)}${(Number(reference[7]) + 1) % 10}`
    const receipt = await pays(slip, '61.00')
    const { id } = await end(receipt)
    const [item] = await ke.rows('suspense_items', { transaction_id: String(id) })
    const { first } = createOffice(stage, 'demo-ke')
    const { matches } = await first.get(`/suspense/${item?.id}`)
    expect(matches).toEqual([expect.objectContaining({ loanId: '1', clues: ['near-reference'] })])
  })
})
