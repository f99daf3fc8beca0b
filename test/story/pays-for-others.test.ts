import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { payReference } from '../../src/domain/pay-reference.ts'
import { verifyLedger } from '../../src/store/ledger.ts'
import { createOffice } from '../support/board.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { addNeighbour, NEIGHBOURS_PIN, type Neighbour } from '../support/neighbour.ts'
import { withHer } from '../support/other-phone.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, hurry, pass, type RequestView, type Story } from '../support/story.ts'

/** She pays the loan of somebody else, whose pay-reference she was given: she sees a first name, and both hear of it. */

const DAY_MS = 86_400_000
const { forOthers } = WORDS.en
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
  akinyi = await addNeighbour(stage, 'demo-ke', id, 'Akinyi')
})

/** What she reads on her way from the main menu, screen by screen; `own` and `payer` are her wallets. */
async function dials(...typed: readonly string[]): Promise<string[]> {
  const phone = stage.phone('demo-ke')
  // what was left open before is not gone on with
  stage.clock.advance(4 * 60_000)
  const screens = [(await phone.dial()).text]
  // what waits for her stands before the menu
  const way = screens[0]?.includes('Hello') ? ['1', '5', '4'] : ['0', '1', '5', '4']
  for (const text of [...way, ...typed]) {
    const last = screens.at(-1) ?? ''
    const wallet =
      text === 'own' || text === 'payer'
        ? new RegExp(`^(\\d) .*${ke.dialled[text]}`, 'm').exec(last)?.[1]
        : text
    screens.push((await withHer(phone, await phone.answer(wallet ?? ''))).text)
  }
  return screens.slice(-typed.length)
}

const requestFor = async (neighbour: Neighbour): Promise<RequestView> => {
  const [line] = await ke.rows('request_lines', { loan_id: neighbour.loanId })
  return ke.request(String(line?.request_id))
}

describe("somebody else's loan", () => {
  it('is paid by its pay-reference: booked there, with the payer, and both are told', async () => {
    const screens = await dials(akinyi.reference, '600', 'own', '2580')
    expect(screens[0]).toBe(`${forOthers.howMuch('Akinyi', undefined)}\n${WORDS.en.back}`)
    expect(screens[2]).toContain('for Akinyi.')
    expect(screens.at(-1)).toContain(`account ${akinyi.reference}`)
    // nothing of her debt: neither what is due nor what is left, nor the number of her loan
    for (const screen of screens) expect(screen).not.toMatch(/1,100|6,600|0000005/)
    const { id: requestId } = await requestFor(akinyi)
    const paid = await ke.state(requestId, 'paid')
    const receipt = String(paid.transactions[0]?.receipt)
    expect(await ke.booked(akinyi.loanId)).toEqual([
      expect.objectContaining({ amount: '600.00', receiptNumber: receipt }),
    ])
    expect(paid).toMatchObject({ loanId: null, amount: '600.00' })
    expect(paid.lines).toEqual([
      { loanId: akinyi.loanId, customerId: expect.any(String), amount: '600.00', currency: 'KES' },
    ])
    const [hers] = (await ke.sms(akinyi.phone)).slice(-1)
    expect(hers).toBe(
      asSms(forOthers.sms.received('Umoja Credit', 'KES 600', 'Wanjiku', `loan 000000${id + 500}`, receipt)),
    )
    expect((await ke.sms(ke.own)).at(-1)).toBe(
      asSms(WORDS.en.sms.paidFor('Umoja Credit', 'KES 600', 'Akinyi', receipt)),
    )
    // it stands among her own payments, and is none of hers to call a mistake
    const akinyis = stage.phone('demo-ke', akinyi.phone)
    await akinyis.dial()
    await akinyis.answer('00')
    await akinyis.answer('4')
    expect((await akinyis.answer(NEIGHBOURS_PIN)).text).toMatch(/\n1 05\/03 KES 600 by Wanjiku\n5/)
    expect((await akinyis.answer('1')).text).toBe(`05/03 KES 600 by Wanjiku\n${receipt}\n${WORDS.en.back}`)
    await akinyis.drop()
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('is not paid where her wallet refuses: she hears why, Akinyi hears nothing, and it is over', async () => {
    const before = await ke.sms(akinyi.phone)
    await stage.fault({ simulator: 'mpesa', kind: 'insufficient-funds', msisdn: ke.own })
    await dials(akinyi.reference, '500', 'own', '2580')
    const { id: requestId } = await requestFor(akinyi)
    await ke.state(requestId, 'lapsed', 400_000, 2000)
    expect((await ke.sms(ke.own)).at(-1)).toContain(WORDS.en.reasons['insufficient-funds'])
    expect((await ke.sms(ke.own)).at(-1)).toContain(akinyi.reference)
    // nothing of it stands on her next dial: no wallet is proposed for it
    expect((await ke.sms(ke.own)).at(-1)).toContain(WORDS.en.sms.tryAgain('*384*100#'))
    expect(await ke.sms(akinyi.phone)).toEqual(before)
    // nothing of it waits for her answer
    expect((await stage.phone('demo-ke').dial()).text).not.toContain('500')
    expect(await ke.booked(akinyi.loanId)).toEqual([])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('is nobody by a number that is wrong, closed or of another lender, and who guesses is stopped', async () => {
    const closed = await addNeighbour(stage, 'demo-ke', id + 100, 'Baraka')
    await ke.core({
      tellerRepayment: { loanId: Number(closed.loanId), amount: '6600.00', date: '2026-03-05' },
    })
    const other = await addNeighbour(stage, 'demo-cm', id + 200, 'Awa')
    const slip = `${akinyi.reference.slice(0, 7)}${(Number(akinyi.reference[7]) + 1) % 10}`
    const [typo, unknown, elsewhere, over] = await dials(
      slip,
      payReference(9_999_998),
      other.reference,
      closed.reference,
    )
    expect(typo).toContain(WORDS.en.badReference)
    expect(unknown).toContain(forOthers.unknown(2))
    expect(elsewhere).toContain(forOthers.unknown(1))
    expect(over).toBe(forOthers.stopped())
    // from now on nothing is told of any number, today
    expect(await dials(akinyi.reference)).toEqual([forOthers.stopped()])
    await pass(stage, DAY_MS, DAY_MS / 4)
    expect((await dials(akinyi.reference))[0]).toContain('Akinyi')
    expect(await ke.rows('request_lines', { loan_id: akinyi.loanId })).toEqual([])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('goes back to the wallet that paid, where the loan does not take all of it', async () => {
    await dials(akinyi.reference, '7000', 'payer', '2580')
    const office = createOffice(stage, 'demo-ke')
    const [item] = await hurry(
      stage,
      async () => {
        const items = await ke.rows('suspense_items', { state: 'open' })
        return items.length > 0 && items
      },
      60_000,
      'an item',
    )
    expect(item).toMatchObject({ reason: 'surplus', amount_minor: 40_000n })
    await office.first.post(`/suspense/${item?.id}/settle`, { way: 'return' })
    await pass(stage, 120_000)
    expect(await ke.rows('transactions', { kind: 'return' })).toMatchObject([
      { state: 'booked', msisdn: ke.payer, amount_minor: 40_000n },
    ])
    expect((await ke.sms(ke.payer)).at(-1)).toContain('KES 400')
    expect(await verifyLedger(stage.house.db, ['demo-ke'])).toEqual([])
  })
})
