import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { en } from '../../flows/words/en.ts'
import { demoTenants } from '../../src/commands/demo-tenants.ts'
import { addDays, instantOf, type LocalDate, localDate } from '../../src/domain/time.ts'
import { act } from '../../src/gateway/context.ts'
import { changeTenant } from '../../src/store/tenant-changes.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, rowOf, rowsOf } from '../support/ussd.ts'

/** What an officer finds on her phone before the day begins. */

const ZONE = 'Africa/Nairobi'
const OFFICER = '+254700000010'
let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

const today = (): LocalDate => localDate(stage.clock.now(), ZONE)
const printed = (day: string) => `${day.slice(8)}/${day.slice(5, 7)}`

/** The lender's hour for it; undefined: none. */
async function set(morning: string | undefined): Promise<void> {
  const { gateway, db, secrets, keys } = stage.house
  const { ids, clock, tenants } = gateway.deps
  const [tenant] = demoTenants(true)
  if (tenant === undefined) throw new Error('no demo tenant')
  const settings = { ...tenant.plan.settings, ...(morning === undefined ? {} : { staff: { morning } }) }
  await db.asTenant('demo-ke', trx =>
    changeTenant(
      { trx, tenantId: 'demo-ke', secrets, keys, ids, at: clock.now() },
      { ...tenant.plan, settings },
    ),
  )
  tenants.forget('demo-ke')
}

async function goTo(day: LocalDate, time: string): Promise<void> {
  const ms = instantOf(day, time, ZONE).getTime() - stage.clock.now().getTime()
  expect(ms).toBeGreaterThan(0)
  stage.clock.advance(ms)
  await stage.settle()
}

async function ask(name: string, dueOn: LocalDate): Promise<void> {
  const customerId = await addPerson(stage, 'demo-ke', { name, phone: '+254711000077' })
  const { deps, requests } = stage.house.gateway
  await act(deps, 'demo-ke', commit =>
    requests.ask(commit, {
      ...{ customerId, dueOn, mode: 'ask', loanId: `loan-${name}`, loanAccount: '000000099', basis: 'named' },
      amount: { minor: 50_000n, currency: 'KES' },
    }),
  )
}

const mornings = async () =>
  (await stage.get(`/sim/sms?to=${encodeURIComponent(OFFICER)}`)).data.map(({ text }) => String(text))

describe('the morning SMS', () => {
  it('tells each officer in five lines what the day holds, and what yesterday came to', async () => {
    await set('07:30')
    const yesterday = today()
    const hers = stage.phone('demo-ke')
    const pays = async (...inputs: string[]) => {
      const first = await hers.dial()
      // what failed before is offered first; another answer leads to all
      if (first.text.includes(en.tried.other)) await hers.answer('3')
      for (const input of inputs) await hers.answer(input)
    }
    await pays('2', '700', '1', '2580')
    await stage.pass(30_000)
    await stage.fault({ simulator: 'mpesa', kind: 'insufficient-funds', msisdn: '254700000001' })
    await pays('2', '200', '1', '2580')
    await stage.pass(60_000)
    expect(await rowsOf(stage, 'select state from transactions order by id')).toEqual([
      { state: 'booked' },
      { state: 'failed' },
    ])
    const officer = stage.phone('demo-ke', OFFICER)
    await officer.dial()
    for (const input of ['4907', '3', '2', '0711000001', '900', '1']) await officer.answer(input)
    await officer.drop()
    await ask('Njeri', addDays(yesterday, 1))

    await goTo(yesterday, '20:30')
    await pays('3', '1')
    expect(await mornings()).toEqual([])
    await goTo(addDays(yesterday, 1), '07:30')
    const expected = [
      `Umoja Credit ${printed(today())}: 1 due, KES 500`,
      'Promised today: 1',
      'Paid yesterday: 1, KES 700',
      'Failed yesterday: 1',
      'Waiting for you: 1',
    ].join('\n')
    expect(await mornings()).toEqual([expected])
  })

  it('comes once a day, however often its run is worked on', async () => {
    stage.clock.advance(60_000)
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('schedules').where({ job: 'staff-morning' }).update({ due_at: stage.clock.now() }),
    )
    await stage.settle()
    expect(await mornings()).toHaveLength(1)
    await goTo(addDays(today(), 1), '07:29')
    expect(await mornings()).toHaveLength(1)
    await goTo(today(), '07:30')
    expect(await mornings()).toHaveLength(2)
    expect((await mornings())[1]).toContain('Paid yesterday: 0, KES 0\nFailed yesterday: 0')
  })

  it('moves with the setting, and ends with it; who has left hears nothing', async () => {
    await set('06:00')
    await goTo(addDays(today(), 1), '06:00')
    expect(await mornings()).toHaveLength(3)
    await stage.house.db.asTenant('demo-ke', trx => trx('staff').update({ left_at: stage.clock.now() }))
    await goTo(addDays(today(), 1), '06:00')
    expect(await mornings()).toHaveLength(3)
    await set(undefined)
    expect(await rowOf(stage, "select due_at from schedules where job = 'staff-morning'")).toEqual({
      due_at: null,
    })
  })
})
