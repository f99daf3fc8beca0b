import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createOffice } from '../support/board.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { hurry } from '../support/story.ts'
import { rowOf, rowsOf } from '../support/ussd.ts'

/** What she wants somebody to look at: a payment that is missing, one by mistake, a complaint; and what she has sent to herself. */

const HER = '+254700000001'

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

/** Opens a menu of hers by its number, behind her PIN, and answers what the phone says last. */
async function dials(menu: string, ...inputs: string[]): Promise<string> {
  const phone = stage.phone('demo-ke')
  await phone.dial()
  await phone.answer('00')
  let screen = await phone.answer(menu)
  if (screen.text.startsWith('Enter your')) screen = await phone.answer('2580')
  for (const input of inputs) screen = await phone.answer(input)
  if (screen.kind === 'CON') await phone.drop()
  return screen.text
}

const numberIn = (text: string): string => /number (\d{6})/.exec(text)?.[1] ?? text
const cases = (kind: string) =>
  rowsOf(
    stage,
    `select id, subject_id, customer_id, state, detail from cases where kind = '${kind}' order by id`,
  )
const inbox = async (number = HER): Promise<string[]> => {
  const { data } = (await (await fetch(`${stage.url}/sim/sms?to=${encodeURIComponent(number)}`)).json()) as {
    data: { text: string }[]
  }
  return data.map(({ text }) => text)
}

async function paysTheDue(): Promise<{ readonly id: string; readonly receipt: string }> {
  const phone = stage.phone('demo-ke')
  await phone.dial()
  for (const input of ['1', '1', '2580']) await phone.answer(input)
  await stage.pass(30_000)
  const paid = await rowOf(stage, "select id, receipt from transactions where state = 'booked'")
  return { id: String(paid.id), receipt: String(paid.receipt) }
}

describe('a payment that her list lacks', () => {
  it('is hers where the receipt is, typed small or large', async () => {
    const { receipt } = await paysTheDue()
    expect(await dials('4', '5', receipt.toLowerCase())).toMatch(`receipt ${receipt}.`)
    expect(await cases('said-paid')).toEqual([])
  })

  it('is nothing that she learns of where nobody knows whose it is; the office is told which it may be', async () => {
    const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
      method: 'POST',
      body: JSON.stringify({ msisdn: HER, amount: '450.00', billRefNumber: 'my loan please' }),
    })
    const { receipt } = (await answer.json()) as { receipt: string }
    const waiting = async () => (await rowsOf(stage, 'select transaction_id from suspense_items'))[0]
    const item = await hurry(stage, waiting, 3_600_000, 'it waits in suspense')
    const number = numberIn(await dials('4', '5', receipt))
    expect(numberIn(await dials('4', '5', receipt))).toBe(number)
    expect(await cases('said-paid')).toMatchObject([
      { state: 'open', detail: { number, receipt, transaction: item.transaction_id, by: 'her', phone: HER } },
    ])
  })

  it('fills no desk: of receipts that she makes up three are looked for', async () => {
    const numbers: string[] = []
    for (const made of ['MADEUP0001', 'MADEUP0002', 'MADEUP0003', 'MADEUP0004'])
      numbers.push(numberIn(await dials('4', '5', made)))
    expect(await cases('said-paid')).toHaveLength(3)
    expect(numbers.slice(1)).toEqual([numbers[1], numbers[1], numbers[1]])
    // and what else she typed is not lost
    const last = (await cases('said-paid')).at(-1)
    expect(last?.detail).toMatchObject({ receipt: 'MADEUP0002', more: ['MADEUP0003', 'MADEUP0004'] })
  })
})

describe('a payment by mistake', () => {
  it('is a case about that payment, once, and the decision on it settles the case', async () => {
    const [{ id }] = (await rowsOf(stage, "select id from transactions where state = 'booked'")) as [
      { id: string },
    ]
    const list = await dials('4')
    const at = list.split('\n').findIndex(line => line.includes('KES 1,300'))
    const number = numberIn(await dials('4', String(at), '2', '1'))
    expect(numberIn(await dials('4', String(at), '2', '1'))).toBe(number)
    const opened = await cases('paid-by-mistake')
    expect(opened).toMatchObject([{ subject_id: id, state: 'open', detail: { number } }])
    const { body } = await stage.post(
      `/api/v1/transactions/${id}/paid-by-mistake`,
      { way: 'refuse', reason: 'it was due on that day' },
      { key: 'demo-ke-key', idempotencyKey: 'it-was-due' },
    )
    const { second } = createOffice(stage, 'demo-ke')
    expect((await second.post(`/proposals/${body.id}/approve`)).status).toBe(200)
    expect(await cases('paid-by-mistake')).toMatchObject([{ state: 'settled' }])
  })
})

describe('what she has sent to the phone in her hand', () => {
  it('is a receipt, a balance and a month, five an hour at most', async () => {
    const list = await dials('4')
    const at = String(list.split('\n').findIndex(line => line.includes('KES 1,300')))
    expect(await dials('4', at, '1')).toMatch(/^We send it by SMS\./)
    expect(await dials('2', '2')).toMatch(/^We send it by SMS\./)
    expect(await dials('2', '3')).toMatch(/^We send it by SMS\./)
    await stage.settle()
    const { receipt } = await rowOf(stage, "select receipt from transactions where state = 'booked'")
    const texts = await inbox()
    expect(texts.filter(text => text.includes(`Receipt ${receipt}`))).toHaveLength(2)
    expect(texts).toContainEqual(expect.stringMatching(/loan 000000011, balance KES 11,700\. Next KES/))
    expect(texts).toContainEqual(
      expect.stringMatching(/loan 000000011 since .*KES 1,300 .*\. Paid KES 2,600, balance KES 11,700\./),
    )
    await dials('2', '2')
    await dials('2', '2')
    expect(await dials('2', '2')).toMatch(/^Too many SMS this hour/)
  })
})

describe('our SMS to this phone', () => {
  it('are stopped and wanted again in the menu; the phone is what counts, not the person', async () => {
    expect(await dials('5', '4', '1')).toMatch(/^We send no more requests/)
    const of = () => rowsOf(stage, `select told_by, lifted_at from suppressions where msisdn = '${HER}'`)
    expect(await of()).toMatchObject([{ told_by: 'her', lifted_at: null }])
    expect(await dials('5', '4', '2')).toMatch(/^We write to this phone/)
    expect(await of()).toMatchObject([{ lifted_at: expect.any(Date) }])
  })
})

describe('a complaint', () => {
  it('is one case for each thing, with the number that she was told', async () => {
    const number = numberIn(await dials('5', '5', '3'))
    expect(numberIn(await dials('5', '5', '3'))).toBe(number)
    expect(numberIn(await dials('5', '5', '1'))).not.toBe(number)
    expect(await cases('complaint')).toMatchObject([
      { state: 'open', detail: { number, about: 'staff', phone: HER } },
      { state: 'open', detail: { about: 'payment' } },
    ])
  })
})
