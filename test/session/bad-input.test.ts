import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, postHop, rowOf, rowsOf } from '../support/ussd.ts'

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())
/** What one test leaves open is not gone on with by the next. */
beforeEach(() => void stage.clock.advance(4 * 60_000))

const FORM = {
  sessionId: 'ATUid_bad',
  phoneNumber: '+254700000001',
  serviceCode: '*384*100#',
  networkCode: '99999',
  text: '',
}

async function post(token: string, body: string | URLSearchParams) {
  const type = typeof body === 'string' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
  const response = await fetch(`${stage.url}/ussd/${token}`, { method: 'POST', headers: type, body })
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  }
}
const form = (changed: Partial<typeof FORM>) => new URLSearchParams({ ...FORM, ...changed })
const problem = (status: number) => ({ status, type: 'application/problem+json' })

describe('a post that no gateway sends', () => {
  it('with an unknown token is 404', async () => {
    expect(await post('nobody', form({}))).toMatchObject(problem(404))
  })

  it.each([
    ['nothing at all', ''],
    ['JSON', '{"sessionId":"x"}'],
    ['no session', form({ sessionId: '' })],
    ['a session with blanks', form({ sessionId: 'a b' })],
    ['no phone', form({ phoneNumber: '' })],
    ['letters for a phone', form({ phoneNumber: '+2547abc' })],
    ['too short a phone', form({ phoneNumber: '+254' })],
    ['no code', form({ serviceCode: '' })],
    ['another code', form({ serviceCode: '*1#' })],
    ['a text beyond all reason', form({ text: '1*'.repeat(3000) })],
  ])('with %s is 400, and says what to send', async (_what, body) => {
    const answer = await post('demo-ke', body)
    expect(answer).toMatchObject(problem(400))
    expect(JSON.parse(answer.text)).toMatchObject({
      title: 'Bad request',
      detail: expect.stringMatching(/\w+/),
    })
  })

  it('of 64 kB is 413', async () => {
    expect(await post('demo-ke', form({ text: '1'.repeat(64 * 1024) }))).toMatchObject(problem(413))
  })

  it('whose + became a space is read all the same', async () => {
    const body = form({ sessionId: 'ATUid_plus' }).toString().replace('%2B', '+')
    expect((await post('demo-ke', body)).text).toContain('1 Pay now')
  })
})

describe('an answer that the screen did not ask for', () => {
  it('repeats the screen with a hint; the third in a row ends politely', async () => {
    const phone = stage.phone('demo-ke')
    const first = await phone.dial()
    const hinted = { kind: 'CON', text: `Choose a number.\n${first.text}` }
    expect(await phone.answer('7')).toMatchObject(hinted)
    expect(await phone.answer('pay')).toMatchObject(hinted)
    expect(await phone.answer('')).toMatchObject({
      kind: 'END',
      text: 'We did not understand. Please dial again when you are ready. Umoja Credit',
    })
  })

  it('is forgiven once a good one comes', async () => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    for (const typed of ['7', '8', '1', '7', '8', '0']) expect((await phone.answer(typed)).kind).toBe('CON')
    expect((await phone.answer('9')).kind).toBe('CON')
  })
})

describe('an amount', () => {
  it.each([
    '',
    '-5',
    '0.00',
    '0000',
    '12abc',
    'all',
    '1,300',
    '1.300',
    '13000.01',
    '999999999999999999',
    '1*2',
  ])('of "%s" is not possible, and nothing is approved', async amount => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    const asked = await phone.answer('2')
    expect(await phone.answer(amount)).toMatchObject({ kind: 'CON', text: `Not possible.\n${asked.text}` })
    await phone.drop()
    expect(await rowsOf(stage, 'select id from transactions')).toEqual([])
    expect(await rowOf(stage, 'select state from collection_requests')).toEqual({ state: 'asked' })
  })

  it('with cents is rounded up where the wallet takes whole units, and she sees it before she approves', async () => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    await phone.answer('2')
    expect((await phone.answer('100,50')).text).toContain('Pay KES 100.50 with:')
    expect((await phone.answer('1')).text).toContain('Pay KES 101 plus')
    expect((await phone.answer('0')).text).toContain('Pay KES 100.50 with:')
    await phone.drop()
  })
})

describe('a PIN', () => {
  it('of a strange form is hinted at and burns no try', async () => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    await phone.answer('1')
    await phone.answer('1')
    for (const typed of ['123', '1234567'])
      expect((await phone.answer(typed)).text).toMatch(/^A PIN has 4 to 6 digits\.\n/)
    expect(await rowOf(stage, 'select pin_tries from customers')).toEqual({ pin_tries: 0 })
    await phone.drop()
  })

  it('wrong three times is locked: here, in a new session, from another phone, and for others on this phone', async () => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    await phone.answer('1')
    await phone.answer('1')
    expect((await phone.answer('1111')).text).toMatch(/^Wrong PIN, 2 left\.\n/)
    expect((await phone.answer('1112')).text).toMatch(/^Wrong PIN, 1 left\.\n/)
    const locked = 'Your PIN is locked after three wrong tries. Please call +254709000111.'
    expect(await phone.answer('1113')).toMatchObject({ kind: 'END', text: locked })

    await phone.dial()
    await phone.answer('00')
    await phone.answer('2')
    expect(await phone.answer('2580')).toMatchObject({ kind: 'END', text: locked })

    const other = await addPerson(stage, 'demo-ke', { name: 'Otieno', phone: '+254700000001' })
    const hash = `(select pin_hash from customers where first_name = 'Wanjiku')`
    await rowsOf(stage, `update customers set pin_hash = ${hash} where id = '${other}'`)
    const shared = { session: 'ATUid_lock', phone: '+254700000001' }
    expect(await postHop(stage, { ...shared, text: '' })).toContain('2 Otieno')
    await postHop(stage, { ...shared, text: '2' })
    expect(await postHop(stage, { ...shared, text: '2*2580' })).toBe(`END ${locked}`)
    expect(await rowsOf(stage, 'select id from transactions')).toEqual([])
  })
})
