import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { addDays, instantOf, localDate } from '../../src/domain/time.ts'
import { act } from '../../src/gateway/context.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, rowOf } from '../support/ussd.ts'

/** What an officer sees of the day: what was asked for, by whomever, and what became of it. */

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

async function today(...inputs: string[]): Promise<string> {
  const phone = stage.phone('demo-ke', '+254700000010')
  await phone.dial()
  let text = (await phone.answer('4907')).text
  for (const input of ['2', ...inputs]) text = (await phone.answer(input)).text
  await phone.drop()
  return text
}

/** A request to somebody more, on a loan that is hers alone. */
async function ask(name: string, mode: 'ask' | 'dial' = 'ask'): Promise<void> {
  const customerId = await addPerson(stage, 'demo-ke', { name, phone: `+25471${1_000_000 + name.length}` })
  const { deps, requests } = stage.house.gateway
  await act(deps, 'demo-ke', commit =>
    requests.ask(commit, {
      ...{ customerId, mode, loanId: `loan-${name}`, loanAccount: '000000099', basis: 'named' },
      amount: { minor: 50_000n, currency: 'KES' },
      dueOn: localDate(commit.at, commit.setup.tenant.zone),
    }),
  )
}

const hours = (count: number) => stage.clock.advance(count * 3_600_000)

describe("the day's requests", () => {
  it('are counted, and read line by line; a promise with its hour, first', async () => {
    expect(await today()).toBe(
      'Today: 1 asked\n0 promised, 0 being paid\n0 paid, 0 declined\n1 Show each\n0 Back',
    )
    for (const name of ['Njeri', 'Christopher-James Kamau', 'Otieno']) await ask(name)
    await ask('Started it herself', 'dial')
    const hers = stage.phone('demo-ke')
    await hers.dial()
    const at = /1 (\d\d:\d\d)/.exec((await hers.answer('3')).text)?.[1]
    await hers.answer('1')
    expect(await today()).toContain('Today: 4 asked\n1 promised, 0 being paid')
    expect(await today('1')).toBe(
      `Today:\nWanjiku KES 1,300 ${at}\nNjeri KES 500 asked\nChristophe KES 500 asked\n98 More\n0 Back`,
    )
    expect(await today('1', '98')).toBe('Today:\nOtieno KES 500 asked\n0 Back')
    expect(await today('1', '98', '98')).toMatch(/^Choose a number\.\nToday:\nOtieno/)
    expect(await today('1', '98', '0')).toContain('Today: 4 asked')
  })

  it('follow what becomes of them', async () => {
    hours(3)
    await stage.settle()
    // she was reminded: no promise any more
    expect(await today()).toContain('0 promised')
    const hers = stage.phone('demo-ke')
    await hers.dial()
    await hers.answer('1')
    await hers.answer('1')
    await hers.answer('2580')
    expect(await today()).toContain('1 being paid\n0 paid')
    await stage.pass(30_000)
    expect(await today()).toContain('0 being paid\n1 paid')
    expect(await today('1', '98')).toContain('Wanjiku KES 1,300 paid')
  })

  it('of yesterday are none of today, but for what was put off until today', async () => {
    const { gateway } = stage.house
    const { zone } = await gateway.deps.tenants.tenant('demo-ke')
    const tomorrow = addDays(localDate(stage.clock.now(), zone), 1)
    const morning = instantOf(tomorrow, '08:00', zone)
    const { id, customer_id } = await rowOf(
      stage,
      "select id, customer_id from collection_requests where state = 'asked' order by id limit 1",
    )
    await act(gateway.deps, 'demo-ke', commit =>
      gateway.requests.postpone(commit, String(customer_id), String(id), morning),
    )
    expect(await today('1')).toContain(`Njeri KES 500 ${tomorrow.slice(8)}/${tomorrow.slice(5, 7)}\n`)
    stage.clock.advance(morning.getTime() - stage.clock.now().getTime() - 3_600_000)
    expect(await today('1')).toBe('Today:\nNjeri KES 500 08:00\n0 Back')
  })
})
