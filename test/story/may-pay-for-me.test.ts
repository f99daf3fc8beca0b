import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { addNeighbour, NEIGHBOURS_PIN, type Neighbour } from '../support/neighbour.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, type Story } from '../support/story.ts'

/** Akinyi lets Wanjiku's phone pay for her: it finds her by name until she takes that back. */

const { forOthers } = WORDS.en
const LENDER = 'Umoja Credit'
let stage: TestStage
let ke: Story
let akinyi: Neighbour
let id = 60

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())
beforeEach(async () => {
  id += 1
  akinyi = await addNeighbour(stage, 'demo-ke', id, `Akinyi${id}`)
})

/** The last screen on the way through `Someone else`. */
async function dials(number: string, ...typed: readonly string[]): Promise<string> {
  const phone = stage.phone('demo-ke', number)
  // what was left open before is not gone on with
  stage.clock.advance(4 * 60_000)
  let { text } = await phone.dial()
  for (const next of [...(text.includes('Hello') ? [] : ['0']), '1', '5', ...typed])
    ({ text } = await phone.answer(next))
  await stage.settle()
  return text
}
const her = (...typed: readonly string[]) => dials(akinyi.phone, '5', NEIGHBOURS_PIN, ...typed)
const seen = () => dials(ke.own)

describe('a phone that may pay for her', () => {
  it('finds her by name with what is due, pays, and finds her no more once she has taken it back', async () => {
    expect(await her()).toContain(forOthers.noPayers())
    expect(await her('5', '0700000001', '1')).toBe(forOthers.named('0700000001'))
    expect((await ke.sms(ke.own)).at(-1)).toBe(asSms(forOthers.sms.named(LENDER, `Akinyi${id}`, '*384*100#')))
    expect((await ke.sms(akinyi.phone)).at(-1)).toBe(
      asSms(forOthers.sms.youNamed(LENDER, '0700000001', '+254709000111')),
    )
    // what is due, and nothing of what is left
    expect(await seen()).toContain(`1 Akinyi${id} KES 1,100`)
    expect(await dials(ke.own, '1')).toContain(forOthers.howMuch(`Akinyi${id}`, 'KES 1,100'))
    await dials(ke.own, '1', '1100', '1', '2580')
    const [line] = await ke.rows('request_lines', { loan_id: akinyi.loanId })
    await ke.state(String(line?.request_id), 'paid')
    expect(await ke.booked(akinyi.loanId)).toMatchObject([{ amount: '1100.00' }])
    // the next instalment is the next that is due
    expect(await seen()).toContain(`1 Akinyi${id} KES 1,100`)

    expect(await her()).toContain('1 0700000001')
    expect(await her('1', '1')).toBe(forOthers.ended('0700000001'))
    expect(await seen()).not.toContain('Akinyi')
    expect((await ke.sms(ke.own)).at(-1)).toBe(asSms(forOthers.sms.ended(LENDER, `Akinyi${id}`)))
    expect((await ke.sms(akinyi.phone)).at(-1)).toBe(asSms(forOthers.sms.youEnded(LENDER, '0700000001')))
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('sees no amount where she does not allow it, and named again it does', async () => {
    await her('5', '0700000001', '2')
    expect(await seen()).toContain(`1 Akinyi${id}\n`)
    expect(await dials(ke.own, '1')).not.toContain('KES')
    await her('5', '0700000001', '1')
    expect(await seen()).toContain(`1 Akinyi${id} KES 1,100\n`)
    expect(await ke.rows('pay_permissions', { customer_id: akinyi.customerId, ended_at: null })).toHaveLength(
      1,
    )
    await her('1', '1')
  })

  it('is no phone of her own, no phone at all, and not one of too many', async () => {
    const badPhone = forOthers.payerHints['bad-phone']
    expect(await her('5', akinyi.phone, '1')).toBe(badPhone)
    expect(await her('5', '12345', '1')).toBe(badPhone)
    expect(await her('5', 'her phone')).toContain(WORDS.en.badClient)
    for (const phone of ['0711000001', '0711000002', '0711000003']) await her('5', phone, '2')
    expect(await her('5', '0711000004', '1')).toBe(forOthers.payerHints['too-many-payers'])
    expect(await ke.rows('pay_permissions', { customer_id: akinyi.customerId })).toHaveLength(3)
  })
})
