import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { leaks } from '../support/leaks.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, rowOf, rowsOf } from '../support/ussd.ts'

/** An officer opens a locked PIN, or has a code sent to who forgot hers; what is secret stays the customer's own. */

const HER_PHONE = '+254700000001'
const ACHIENG = '+254700000010'
const NEW_PIN = '615829'
/** What the simulated SMS gateway and the phones behind it keep. */
const SIMULATED = ['inbox.text', 'messages.text']
const lines: string[] = []

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage({ onLogLine: line => void lines.push(line) })
  await stage.settle()
})
afterAll(() => stage.close())

/** The officer's phone, at "unlock a PIN". */
async function unlocking(...inputs: string[]): Promise<string> {
  const phone = stage.phone('demo-ke', ACHIENG)
  await phone.dial()
  await phone.answer('4907')
  let text = (await phone.answer('4')).text
  for (const input of inputs) text = (await phone.answer(input)).text
  await phone.drop()
  return text
}

async function hers(...inputs: string[]): Promise<string> {
  const phone = stage.phone('demo-ke')
  let screen = await phone.dial()
  for (const input of inputs) screen = await phone.answer(input)
  if (screen.kind === 'CON') await phone.drop()
  return screen.text
}

async function lastSms(to = HER_PHONE): Promise<string> {
  await stage.pass(2_000)
  return String((await stage.get(`/sim/sms?to=${encodeURIComponent(to)}`)).data.at(-1)?.text)
}

const codeOf = (sms: string): string => /is (\d{6})\./.exec(sms)?.[1] ?? ''
const hash = () => rowOf(stage, 'select pin_hash from customers where pin_hash is not null')

describe('a locked PIN', () => {
  it('may be tried again, and its owner is told; what was done is kept with who did it', async () => {
    await hers('00', '2', '1111', '2222', '3333')
    expect(await hers('00', '2', '2580')).toContain('locked')
    expect(await unlocking('0700000001')).toBe(
      'Wanjiku: the PIN is locked\n1 May try again\n2 Forgot it: send a code\n3 New phone: send a code\n0 Back',
    )
    expect(await unlocking('0700000001', '1')).toBe(`${WORDS.en.staff.pinOpened('Wanjiku')}\n0 Back`)
    expect(await lastSms()).toBe(WORDS.en.pinCode.opened('Umoja Credit', '+254709000111'))
    expect(await unlocking('0700000001')).toContain('the PIN is not locked')
    expect(await hers('00', '2', '2580')).toContain('Loan 000000011')
    const { id } = await rowOf(stage, 'select id from staff')
    expect(await rowsOf(stage, 'select staff_id, deed, subject from staff_deeds')).toEqual([
      { staff_id: id, deed: 'unlocked', subject: 'customer' },
    ])
  })

  it('of another officer too, never her own', async () => {
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('staff').insert({
        ...{ tenant_id: 'demo-ke', id: stage.house.gateway.deps.ids.next(), msisdn: '+254700000011' },
        ...{ name: 'Otieno', language: 'sw', pin_hash: 'x.x', pin_version: 1, since: stage.clock.now() },
        ...{ pin_tries: 3, pin_locked_at: stage.clock.now() },
      }),
    )
    expect(await unlocking('0700000011')).toBe('Otieno: the PIN is locked\n1 May try again\n0 Back')
    expect(await unlocking('0700000011', '2')).toMatch(/^Choose a number\./)
    expect(await unlocking('0700000011', '1')).toContain('Otieno may try')
    expect(await rowOf(stage, "select pin_tries, pin_locked_at from staff where name = 'Otieno'")).toEqual({
      pin_tries: 0,
      pin_locked_at: null,
    })
    expect(await lastSms('+254700000011')).toContain('unaweza kujaribu PIN yako tena')
    expect(await unlocking(ACHIENG)).toMatch(/^Nobody found\./)
  })

  it('of nobody whose SMS come to the officer herself', async () => {
    await addPerson(stage, 'demo-ke', { name: 'Mary', phone: ACHIENG })
    const phone = stage.phone('demo-ke', ACHIENG)
    await phone.dial()
    for (const input of ['2', '4907', '4']) await phone.answer(input)
    expect((await phone.answer('0700000010')).text).toMatch(/^Nobody found\./)
    await phone.drop()
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('customers').where({ first_name: 'Mary' }).update({ phone: null }),
    )
  })
})

describe('a forgotten PIN', () => {
  it('is set anew by the code that comes to her phone, and to no other', async () => {
    const screens = [await unlocking('0700000001', '2')]
    expect(screens[0]).toContain('Wanjiku gets a code by SMS.')
    const sms = await lastSms()
    const code = codeOf(sms)
    expect(sms).toBe(WORDS.en.pinCode.sms('Umoja Credit', code, '*384*100#'))
    expect(await hers()).toBe('Enter the code of the SMS from Umoja Credit, for a new PIN\n0 Back')
    // she may remember it after all
    expect(await hers('0')).toContain('1 Pay now')
    expect(await hers('111111')).toMatch(/^Wrong code, 2 left\./)
    // her session breaks off after the code: it is still good
    expect(await hers(code)).toContain('Choose a new Umoja Credit PIN')
    expect(await hers(code, '1234')).toMatch(/^Too easy to guess\./)
    const before = await hash()
    expect(await hers(code, NEW_PIN, NEW_PIN)).toContain('Your PIN is changed.')
    expect(await hash()).not.toEqual(before)
    expect(await hers('00', '2', NEW_PIN)).toContain('Loan 000000011')
    expect(await lastSms()).toContain('your PIN was set')

    // neither is anywhere afterwards: the operator alone has the SMS
    const secret = new RegExp(`\\b${code}\\b|${NEW_PIN}`)
    expect(lines.filter(line => secret.test(line))).toEqual([])
    expect(screens.filter(text => secret.test(text))).toEqual([])
    const places = await leaks(stage, new RegExp(`${code}|${NEW_PIN}`))
    expect(places.filter(place => !SIMULATED.includes(place))).toEqual([])
  })

  it('is good once, for an hour, for three tries', async () => {
    const send = async (): Promise<string> => {
      await unlocking('0700000001', '2')
      return codeOf(await lastSms())
    }
    const first = await send()
    stage.clock.advance(3_600_000)
    expect(await hers()).toContain('1 Pay now')
    const second = await send()
    expect(second).not.toBe(first)
    const phone = stage.phone('demo-ke')
    await phone.dial()
    await phone.answer('111111')
    await phone.answer('222222')
    expect(await phone.answer('333333')).toMatchObject({
      kind: 'END',
      text: WORDS.en.pinCode.spent('+254709000111'),
    })
    expect(await hers()).toContain('1 Pay now')
    // three a day: then no phone is flooded with them
    expect(await unlocking('0700000001', '2')).toBe(`${WORDS.en.staff.codeRefused('Wanjiku')}\n0 Back`)
  })

  it('may be the first one of all', async () => {
    const njeri = '+254700000077'
    await addPerson(stage, 'demo-ke', { name: 'Njeri', phone: njeri })
    expect(await unlocking(njeri, '2')).toContain('Njeri gets a code by SMS.')
    const code = codeOf(await lastSms(njeri))
    const phone = stage.phone('demo-ke', njeri)
    await phone.dial()
    for (const input of [code, NEW_PIN]) await phone.answer(input)
    expect((await phone.answer(NEW_PIN)).text).toContain('Your PIN is changed.')
  })

  it('stays behind the PIN on a phone that several people share', async () => {
    await addPerson(stage, 'demo-ke', { name: 'Wambui', phone: HER_PHONE })
    expect(await unlocking('0700000001')).toBe('Which client?\n1 Wanjiku\n2 Wambui\n0 Back')
    expect(await unlocking('0700000001', '2', '2')).toContain('Wambui gets a code')
    await lastSms()
    expect(await hers('2')).toContain('Enter the code of the SMS')
    // back from the code is not past the PIN
    expect(await hers('2', '0')).toContain(WORDS.en.contact.firstPin)
  })
})
