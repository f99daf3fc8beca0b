import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Story } from '../support/story.ts'
import { postHop, rowsOf } from '../support/ussd.ts'

/** What people dial behind the code, learnt by heart or read in an SMS. */

let stage: TestStage
let ke: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
})
afterAll(() => stage.close())

const { en } = WORDS
const codeOfRequest = async (): Promise<string> => {
  const [open] = await ke.rows('collection_requests', { state: 'asked' })
  return String(open?.code)
}
const dial = async (behind: string): Promise<string> => {
  const phone = stage.phone('demo-ke')
  const { text } = await phone.dial(behind)
  await phone.drop()
  return text
}

describe('a shortcut', () => {
  it('opens a request by its code, and goes on from there', async () => {
    const code = await codeOfRequest()
    expect(await dial(code)).toContain('1 Pay now')
    expect(await dial(`${code}*4`)).toContain(en.declineWhy())
    const other = code === '1000' ? '1001' : '1000'
    expect(await dial(other)).toBe(`${en.noSuchRequest('Umoja Credit')}\n${en.back}`)
    expect(await dial(`${other}*0`)).toContain('1 Pay my loan')
  })

  it('comes as a longer code from some gateways', async () => {
    const session = { session: 'deep-1', code: `*384*100*${await codeOfRequest()}#` }
    expect(await postHop(stage, { ...session, text: '' })).toContain('1 Pay now')
    expect(await postHop(stage, { ...session, text: '2' })).toContain('Enter an amount')
  })

  it('pays what is due, reads her loans behind her PIN, and is the lender’s to choose', async () => {
    expect(await dial('1')).toContain('Pay KES 1,300 with:')
    expect(await dial('2')).toBe(`${en.enterPin('Umoja Credit')}\n${en.back}`)
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('tenants')
        .where({ id: 'demo-ke' })
        .update({ settings: trx.raw('settings || ?::jsonb', ['{"shortcuts":{"7":"payments"}}']) }),
    )
    stage.house.gateway.deps.tenants.forget('demo-ke')
    expect(await dial('1')).toContain('Pay KES 1,300 with:')
    expect(await dial('7')).toBe(`${en.enterPin('Umoja Credit')}\n${en.back}`)
  })

  it('types no PIN, says so, and keeps nothing of it', async () => {
    for (const behind of ['1*1*2580', '7*2580']) {
      const text = await dial(behind)
      expect(text.startsWith(`${en.pinDialled}\n`)).toBe(true)
      expect(text).not.toContain('2580')
    }
    expect(await rowsOf(stage, 'select id from transactions')).toEqual([])
    expect(await rowsOf(stage, 'select pin_tries from customers where pin_tries > 0')).toEqual([])
    expect(JSON.stringify(await rowsOf(stage, 'select * from turns'))).not.toContain('2580')
  })
})
