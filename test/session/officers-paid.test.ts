import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { localDate } from '../../src/domain/time.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { hurry } from '../support/story.ts'
import { rowOf, rowsOf } from '../support/ussd.ts'

/** "My customer says she paid": where the money stands, or a case of which everybody knows the number. */

const HERS = '0700000001'
let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

/** What the officer's phone says to the end of "she says she paid". */
async function saidPaid(...inputs: string[]): Promise<string> {
  const phone = stage.phone('demo-ke', '+254700000010')
  await phone.dial()
  await phone.answer('4907')
  let text = (await phone.answer('3')).text
  for (const input of inputs) text = (await phone.answer(input)).text
  await phone.drop()
  return text
}

/** She pays another amount than she was asked for. */
async function pays(amount: string): Promise<void> {
  const phone = stage.phone('demo-ke')
  await phone.dial()
  for (const input of ['2', amount, '1', '2580']) await phone.answer(input)
}

/** She pays the paybill with a reference that is nobody's. */
async function paybill(amount: string): Promise<string> {
  const answer = await fetch(`${stage.url}/sim/providers/mpesa/c2b`, {
    method: 'POST',
    body: JSON.stringify({ msisdn: '+254700000001', amount, billRefNumber: 'my loan please' }),
  })
  return String(((await answer.json()) as { receipt: string }).receipt)
}

const today = () => localDate(stage.clock.now(), 'Africa/Nairobi')
const printed = (day: string) => `${day.slice(8)}/${day.slice(5, 7)}`
const typedDay = (day: string) => day.slice(8) + day.slice(5, 7)
const cases = () =>
  rowsOf(stage, "select id, subject, customer_id, detail from cases where kind = 'said-paid' order by id")

describe('"she says she paid"', () => {
  it('finds what is booked: by the receipt, typed small or large, or by phone, amount and day', async () => {
    await pays('700')
    await stage.pass(30_000)
    const { receipt, value_date } = await rowOf(
      stage,
      "select receipt, value_date from transactions where state = 'booked'",
    )
    const booked = `Booked: KES 700 for ${printed(String(value_date))}, loan 000000011, receipt ${receipt}.\n0 Back`
    expect(await saidPaid('1', String(receipt).toLowerCase())).toBe(booked)
    expect(await saidPaid('2', HERS, '700', '1')).toBe(booked)
    expect(await saidPaid('2', HERS, '700.00', typedDay(today()))).toBe(booked)
    // another day, another amount, another phone
    for (const [phone, amount, day] of [
      [HERS, '700', '2'],
      [HERS, '701', '1'],
      ['0700000002', '700', '1'],
    ] as const)
      expect(await saidPaid('2', phone, amount, day)).toMatch(/^Not found\./)
  })

  it('finds what came without a home, and since when it waits', async () => {
    const receipt = await paybill('450.00')
    await hurry(
      stage,
      async () => (await rowsOf(stage, 'select id from suspense_items'))[0],
      3_600_000,
      'it waits in suspense',
    )
    expect(await saidPaid('1', receipt)).toBe(
      `KES 450 has come, receipt ${receipt}, and has no loan yet, since ${printed(today())}.\nThe office will find it.\n0 Back`,
    )
  })

  it('finds what nobody knows the end of, and has the operator asked at once', async () => {
    // nobody waits for what the operator's statement could tell of this one
    await stage.house.db.asTenant('demo-ke', trx => trx('cases').update({ state: 'settled' }))
    await stage.fault({ simulator: 'mpesa', kind: 'lost-answer' })
    await stage.fault({ simulator: 'mpesa', kind: 'no-callback' })
    await pays('820')
    await stage.pass(10_000)
    expect(await saidPaid('2', HERS, '820', '1')).toBe(
      'KES 820 is at the operator, not confirmed yet. We ask again now.\n0 Back',
    )
    stage.clock.advance(3_600_000)
    await stage.settle()
    expect(await rowOf(stage, "select state from transactions where state = 'unresolved'")).toEqual({
      state: 'unresolved',
    })
    const text = await saidPaid('2', HERS, '820', '1')
    expect(text).toContain('KES 820 is checked with the operator')
    const { due_at } = await rowOf(stage, "select due_at from transactions where state = 'unresolved'")
    expect((due_at as Date).getTime()).toBeLessThanOrEqual(stage.clock.now().getTime())
  })

  it('opens one case where nobody has seen it: its number is told, and stands in the case', async () => {
    const before = (await cases()).length
    const unseen = await saidPaid('1', 'QQQ9ZZZ1')
    expect(unseen).toBe('Nobody has seen this receipt yet.\nThe phone that paid\n0 Back')
    const told = await saidPaid('1', 'qqq9zzz1', HERS, '1,300', '1300', '2')
    expect(told).toMatch(
      /^Not found\. Keep the operator's SMS\. Case \d{6} is open: the office will look for it\.\n0 Back$/,
    )
    expect(await saidPaid('1', 'QQQ9ZZZ1', HERS, '1300', '2')).toBe(told)
    const [opened] = (await cases()).slice(before)
    expect(await cases()).toHaveLength(before + 1)
    const { id } = await rowOf(stage, 'select id from customers')
    expect(opened).toMatchObject({
      subject: 'customer',
      customer_id: id,
      detail: {
        number: /Case (\d+)/.exec(told)?.[1],
        phone: '+254700000001',
        amount: '1300.00',
        currency: 'KES',
        receipt: 'QQQ9ZZZ1',
        by: 'Achieng',
      },
    })
    const { data } = await stage.get('/api/v1/cases?about=said-paid', 'demo-ke-key')
    expect(data).toMatchObject([{ id: opened?.id }])
  })

  it('does not take what can be no day or no phone', async () => {
    expect(await saidPaid('2', HERS, '100', '3102')).toMatch(/^Phone, amount or day cannot be right\./)
    expect(await saidPaid('2', '123456', '100', '1')).toMatch(/^(Phone, amount or day|Not found)/)
    expect(await saidPaid('2', HERS, '0.00', '1')).toMatch(/^Phone, amount or day cannot be right\./)
  })
})
