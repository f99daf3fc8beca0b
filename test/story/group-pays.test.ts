import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { addNeighbour, type Neighbour } from '../support/neighbour.ts'
import { withHer } from '../support/other-phone.ts'
import { addGroup } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, hurry, type RequestView, type Story } from '../support/story.ts'

/** Wanjiku leads a group: she sees its lines, changes them, and pays all of them with one payment. */

const { forOthers } = WORDS.en
const LENDER = 'Umoja Credit'
let stage: TestStage
let ke: Story

beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())

const join = (id: number, name: string, loan?: object) => addNeighbour(stage, 'demo-ke', id, name, loan)

/** The screens on her way through `Someone else`. */
async function dials(number: string, ...typed: readonly string[]): Promise<string[]> {
  const phone = stage.phone('demo-ke', number)
  // what was left open before is not gone on with
  stage.clock.advance(4 * 60_000)
  const screens = [(await phone.dial()).text]
  for (const text of [...(screens[0]?.includes('Hello') ? [] : ['0']), '1', '5', ...typed]) {
    const wallet = text === 'own' || text === 'payer' ? ke.dialled[text] : undefined
    const option =
      wallet === undefined ? text : new RegExp(`^(\\d) .*${wallet}`, 'm').exec(screens.at(-1) ?? '')?.[1]
    screens.push((await withHer(phone, await phone.answer(option ?? ''))).text)
  }
  return screens.slice(-typed.length)
}

async function requestFor({ loanId }: Neighbour): Promise<RequestView> {
  const [line] = await ke.rows('request_lines', { loan_id: loanId })
  return ke.request(String(line?.request_id))
}
const bookedOn = async ({ loanId }: Neighbour) => (await ke.booked(loanId)).map(({ amount }) => amount)

describe('a group whose leader pays', () => {
  it('is shown to her alone, line by line; each member hears of her own', async () => {
    const [akinyi, baraka, chebet] = [
      await join(61, 'Akinyi'),
      await join(62, 'Baraka'),
      await join(63, 'Chebet'),
    ]
    await addGroup(stage, 'demo-ke', {
      id: 5,
      name: 'Upendo',
      members: [1, 61, 62, 63],
      roles: [
        { clientId: 1, role: 'Leader' },
        { clientId: 61, role: 'Secretary' },
      ],
    })
    await addGroup(stage, 'demo-ke', {
      id: 6,
      name: 'Zamani',
      members: [1],
      roles: [{ clientId: 1, role: 'Leader' }],
      closed: true,
    })
    const screens = await dials(ke.own, '1', '98', '1', '1', '500', '2', '2', '4', 'own', '2580')
    const [first, second, line, amount, changed, left, out, wallets, pin, end] = screens
    expect(first).toContain('Upendo: KES 4,600\n1 Wanjiku KES 1,300\n2 Akinyi KES 1,100\n4 Pay all')
    expect(second).toContain('1 Baraka KES 1,100\n2 Chebet KES 1,100')
    expect(line).toContain('Baraka KES 1,100\n1 Other amount\n2 Leave out')
    expect(amount).toContain(forOthers.howMuch('Baraka', undefined))
    expect(changed).toContain('Upendo: KES 4,000\n1 Baraka KES 500')
    expect(left).toContain('Chebet KES 1,100')
    expect(out).toContain('Upendo: KES 2,900')
    expect(wallets).toContain('Pay KES 2,900 with:')
    expect(pin).toContain('for Upendo.')
    expect(end).toContain('KES 2,900')

    const { id } = await requestFor(akinyi)
    const paid = await ke.state(id, 'paid')
    expect(await bookedOn(akinyi)).toEqual(['1100.00'])
    expect(await bookedOn(baraka)).toEqual(['500.00'])
    expect(await bookedOn(chebet)).toEqual([])
    expect((await ke.booked('1')).at(-1)).toMatchObject({ amount: '1300.00' })
    expect((await ke.rows('request_lines', { request_id: id })).map(row => row.amount_minor)).toEqual([
      130_000n,
      110_000n,
      50_000n,
    ])
    const receipt = String(paid.transactions[0]?.receipt)
    const told = (amount: string, account: string) =>
      asSms(forOthers.sms.received(LENDER, amount, 'Wanjiku', `loan ${account}`, receipt))
    expect((await ke.sms(akinyi.phone)).at(-1)).toBe(told('KES 1,100', '000000561'))
    expect((await ke.sms(baraka.phone)).at(-1)).toBe(told('KES 500', '000000562'))
    expect((await ke.sms(chebet.phone)).filter(text => text.includes(receipt))).toEqual([])
    expect((await ke.sms(ke.own)).at(-1)).toBe(
      asSms(WORDS.en.sms.paidFor(LENDER, 'KES 2,900', 'Wanjiku, Akinyi and Baraka', receipt)),
    )
    // nobody else leads it, and a closed group is none
    expect((await dials(akinyi.phone, '4', '0')).at(-1)).not.toContain('Upendo')
    expect((await dials(ke.own, '4', '0')).at(-1)).toMatch(/1 Group Upendo\n4/)
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('pays what a cap divides into several prompts, each line to the last cent', async () => {
    const [rich, richer] = [
      await join(71, 'Damaris', { principal: '1800000' }),
      await join(72, 'Esther', { principal: '1800000' }),
    ]
    await addGroup(stage, 'demo-ke', {
      id: 7,
      name: 'Tajiri',
      members: [71, 72],
      roles: [{ clientId: 1, role: 'Leader' }],
    })
    // her role is enough: she need not owe anything herself, but she must be a member to be found
    expect((await dials(ke.own, '4', '0')).at(-1)).not.toContain('Tajiri')
    await addGroup(stage, 'demo-ke', { id: 7, name: 'Tajiri', members: [1], roles: [] })
    const screens = await dials(
      ke.own,
      ...['2', '1', '2', '2', '1', '145000', '98', '1', '1', '145000', '4', 'payer', '2580'],
    )
    expect(screens.at(-1)).toContain('2 times, KES 290,000 in all')
    const { id } = await requestFor(rich)
    const paid = await ke.state(id, 'paid', 600_000)
    expect(paid.transactions.map(({ amount }) => amount)).toEqual(['250000.00', '40000.00'])
    expect(await bookedOn(rich)).toEqual(['145000.00'])
    expect((await bookedOn(richer)).sort()).toEqual(['105000.00', '40000.00'])
    await expectBooksToAgree(stage, 'demo-ke')
  })

  it('leaves out whose loan has been paid; what was for a loan closed meanwhile waits on the board', async () => {
    const [faith, grace] = [await join(81, 'Faith'), await join(82, 'Grace')]
    await addGroup(stage, 'demo-ke', {
      id: 8,
      name: 'Amani',
      members: [1, 81, 82],
      roles: [{ clientId: 1, role: 'Leader' }],
    })
    const teller = (loanId: number) =>
      ke.core({ tellerRepayment: { loanId, amount: '6600.00', date: '2026-03-05' } })
    const phone = stage.phone('demo-ke')
    stage.clock.advance(4 * 60_000)
    let { text } = await phone.dial()
    for (const next of [...(text.includes('Hello') ? [] : ['0']), '1', '5', '98', '1', '4'])
      ({ text } = await phone.answer(next))
    await teller(82)
    const option = new RegExp(`^(\\d) .*${ke.dialled.own}`, 'm').exec(text)?.[1]
    for (const next of [option ?? '', '2580']) ({ text } = await phone.answer(next))
    const { id } = await requestFor(faith)
    const item = await hurry(
      stage,
      async () => (await ke.rows('suspense_items', { state: 'open' }))[0],
      60_000,
      'an item',
    )
    expect(item).toMatchObject({ reason: 'surplus', amount_minor: 110_000n })
    await ke.state(id, 'lapsed')
    expect(await bookedOn(faith)).toEqual(['1100.00'])
    expect((await ke.sms(grace.phone)).filter(sms => sms.includes('Wanjiku'))).toEqual([])
    const shown = (await dials(ke.own, '98', '1', '98')).join('\n')
    expect(shown).toContain('Faith')
    expect(shown).not.toContain('Grace')
    await expectBooksToAgree(stage, 'demo-ke')
  })
})
