import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'

/** She has two loans, of which one is not due yet: each screen is about the one that she chose. */

const CAST = {
  'demo-ke': {
    next: /\n2 (\S+) KES [\d,.]+ 05\/04\n/,
    off: (loan: string) => `Loan ${loan}:\n3 Pay off KES`,
  },
  'demo-cm': {
    next: /\n2 (\S+) XAF [\d ,.]+ 05\/04\n/,
    off: (loan: string) => `Pret ${loan}:\n3 Solder XAF`,
  },
} as const

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

describe.each(Object.keys(CAST) as (keyof typeof CAST)[])('at %s', tenant => {
  const { next, off } = CAST[tenant]

  it('which loan says what comes next; a PIN on the way to paying one off leads on with that one', async () => {
    await addLoans(stage, tenant, [{ id: 2, firstDue: '2026-04-05' }])
    const phone = stage.phone(tenant)
    await phone.dial()
    await phone.answer('0')
    const { text } = await phone.answer('1')
    const account = next.exec(text)?.[1] ?? `no loan on "${text}"`
    const menu = await phone.answer('2')
    expect(menu.text).toContain(account)
    await phone.answer('3')
    const shown = await phone.answer('2580')
    expect(shown.text.replace(/\n[12] .*/g, '')).toContain(off(account))
    const amount = await phone.answer('4')
    expect(amount.text).not.toMatch(/(KES|XAF) 0\b/)
    await phone.drop()
  })
})
