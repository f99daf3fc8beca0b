import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { GATEWAY_NAMES } from '../../src/simulators/ussd/index.ts'
import { setStaffPin } from '../../src/store/staff.ts'
import { setPin } from '../../src/store/tenancy.ts'
import { addGateways, phoneBehind } from '../support/gateways.ts'
import { leaks, leaksOfRedis } from '../support/leaks.ts'
import { anyOf, formsOf } from '../support/secret-forms.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, postHop, rowOf } from '../support/ussd.ts'

/** Digits that nothing else in the house contains, so that each place where they turn up is a leak. */
const PINS = {
  hers: '738291',
  wrong: '946173',
  chosen: '580617',
  afterCode: '294816',
  staff: '615829',
  staffWrong: '862905',
  dialled: '837469',
  misplaced: '958274',
  bySms: '471936',
  afterTheEnd: '693184',
  unreadable: '317958',
} as const
const ANY = anyOf(Object.values(PINS))

const HER_PHONE = '+254700000001'
const OFFICER = '+254700000010'
/** What the operator's side keeps of an SMS: the outside world. */
const SIMULATED = ['inbox.text', 'messages.text']

describe('what is looked for', () => {
  it.each([
    ['itself', 'text=1*738291*2'],
    ['backwards', '192837'],
    ['hexadecimal', Buffer.from('pin 738291').toString('hex')],
    ['UTF-16', Buffer.from('pin 738291', 'utf16le').toString('hex')],
    ['base64', Buffer.from('738291').toString('base64')],
    ['base64, one octet on', Buffer.from('x738291yz').toString('base64')],
    ['base64, two octets on', Buffer.from('{"pin":"738291"}').toString('base64url')],
    ['percent-encoded', '%37%33%38%32%39%31'],
    ['sign by sign', JSON.stringify([...'738291'])],
    ['a fast hash', createHash('sha256').update('738291').digest('hex')],
  ])('finds a PIN as %s', (_, text) => {
    expect(text).toMatch(formsOf('738291'))
  })

  it('takes no id for one', () => {
    expect('0190738291ab-7382-91').not.toMatch(formsOf('738291'))
  })
})

describe('a PIN typed anywhere', () => {
  const lines: string[] = []
  const screens: string[] = []
  const answers: string[] = []
  let stage: TestStage
  beforeAll(async () => {
    stage = await openTestStage({ logLevel: 'trace', onLogLine: line => void lines.push(line) })
    await addGateways(stage)
    await stage.settle()
    const { house } = stage
    const { id } = await rowOf(stage, 'select id from customers')
    const officer = await rowOf(stage, 'select id from staff')
    await house.db.asTenant('demo-ke', async trx => {
      await setPin(trx, house.keys, 'demo-ke', String(id), PINS.hers)
      await setStaffPin(trx, house.keys, 'demo-ke', String(officer.id), PINS.staff)
    })
  })
  afterAll(() => stage.close())

  type Phone = Pick<ReturnType<TestStage['phone']>, 'answer' | 'dial' | 'drop'>

  /** Dials and types; what is open in the end hangs up. The last screen. */
  async function talk(phone: Phone, inputs: readonly string[], dialled?: string): Promise<string> {
    // what was left open before is not gone on with
    stage.clock.advance(4 * 60_000)
    let screen = await phone.dial(dialled)
    screens.push(screen.text)
    for (const input of inputs) {
      screen = await phone.answer(input)
      screens.push(screen.text)
    }
    // in the middle of it there is no less to hide than afterwards
    expect(await leaksOfRedis(ANY)).toEqual([])
    if (screen.kind === 'CON') await phone.drop()
    return screen.text
  }
  const hers = (...inputs: string[]) => talk(stage.phone('demo-ke'), inputs)
  const officers = (...inputs: string[]) => talk(stage.phone('demo-ke', OFFICER), inputs)

  /** Posts what no gateway would; the answer is kept like a screen. */
  async function post(path: string, body: string | URLSearchParams): Promise<number> {
    const response = await fetch(stage.url + path, { method: 'POST', body })
    answers.push(`${[...response.headers].join('\n')}\n${await response.text()}`)
    return response.status
  }

  it('is right or wrong, behind every gateway', async () => {
    expect(await hers('00', '2', PINS.wrong, PINS.hers)).toContain('Balance')
    for (const name of GATEWAY_NAMES)
      expect(await talk(phoneBehind(name, stage), ['00', '2', PINS.wrong, PINS.hers])).toContain('Loan 0000')
  })

  it('is dialled, typed at a question of another kind, typed late, twice and after the end', async () => {
    for (const phone of [
      stage.phone('demo-ke'),
      phoneBehind('hubtel', stage),
      phoneBehind('comviva', stage),
    ]) {
      expect(await talk(phone, [], `1*1*${PINS.dialled}`)).toMatch(/^Never dial a PIN\./)
      await talk(phone, [], PINS.dialled)
    }
    const { misplaced, afterTheEnd } = PINS
    expect(await hers(misplaced)).toMatch(/^Choose a number\./)
    expect(await hers('2', misplaced)).toMatch(/^Not possible\./)
    expect(await hers('1', '1', `${misplaced}#`, `x${misplaced}`)).toMatch(/^A PIN has 4 to 6 digits\./)
    for (const phone of [stage.phone('demo-ke'), phoneBehind('nalo', stage)]) {
      await talk(phone, ['1', '1', '0', '0', '0', misplaced])
      screens.push((await phone.insist(afterTheEnd)).text)
    }
  })

  it('approves a payment, and comes again', async () => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    for (const input of ['1', '1', PINS.wrong]) screens.push((await phone.answer(input)).text)
    screens.push((await phone.stale(1)).text)
    const end = await phone.answer(PINS.hers)
    expect(end.text).toMatch(/will ask for KES/)
    screens.push((await phone.repeat()).text, (await phone.insist(PINS.afterTheEnd)).text)
    await stage.pass(20_000)
    expect(await rowOf(stage, 'select state from transactions')).toEqual({ state: 'booked' })
  })

  it('stands in a post that nobody can read, in the event that a session ended, and in an SMS', async () => {
    const form = {
      ...{
        sessionId: 'ATUid_secret',
        phoneNumber: HER_PHONE,
        serviceCode: '*384*100#',
        networkCode: '99999',
      },
      text: `2*${PINS.unreadable}`,
    }
    const { phoneNumber: _, ...phoneless } = form
    expect(await post('/ussd/demo-ke', new URLSearchParams(phoneless))).toBe(400)
    expect(await post('/ussd/demo-ke', `${new URLSearchParams(form)}&text=${PINS.unreadable}`)).toBe(400)
    expect(await post('/ussd/demo-ke', JSON.stringify(form))).toBe(400)
    expect(await post('/ussd/nobody', new URLSearchParams(form))).toBe(404)
    expect(
      await post('/ussd/demo-ke', `${new URLSearchParams(form)}${`*${PINS.unreadable}`.repeat(10_000)}`),
    ).toBe(413)
    for (const name of GATEWAY_NAMES)
      expect(await post(`/ussd/${name}`, `{"MSISDN":"254","USERDATA":"${PINS.unreadable}"`)).toBe(400)
    const ended = {
      ...{ date: '2026-03-05 08:00:00', sessionId: 'ATUid_secret', serviceCode: '*384*100#' },
      ...{
        networkCode: '99999',
        phoneNumber: HER_PHONE,
        cost: '0',
        durationInMillis: '9000',
        hopsCount: '3',
      },
      ...{ status: 'Incomplete', input: `2*${PINS.unreadable}`, lastAppResponse: 'CON x', errorMessage: '' },
    }
    expect(await post('/ussd/demo-ke/events', new URLSearchParams(ended))).toBe(200)
    const { status: __, ...statusless } = ended
    expect(await post('/ussd/demo-ke/events', new URLSearchParams(statusless))).toBe(400)
    for (const [at, text] of [`YES 4821 ${PINS.bySms}`, `my pin is ${PINS.bySms}.`, PINS.bySms].entries())
      expect(
        await post(
          '/sms/demo-ke/inbound',
          new URLSearchParams({
            ...{ from: HER_PHONE, to: 'LENDER', text, id: `secret-${at}`, date: '2026-03-05 08:00:00' },
          }),
        ),
      ).toBe(200)
    await stage.settle()
  })

  it('is changed, forgotten and set anew; the staff’s own is typed, and hers at an officer’s question', async () => {
    expect(await hers('00', '5', '2', PINS.hers, PINS.chosen, PINS.wrong)).toMatch(/not the same/)
    expect(await hers('00', '5', '2', PINS.hers, PINS.chosen, PINS.chosen)).toContain('Your PIN is changed.')
    expect(await hers('00', '2', PINS.chosen)).toContain('Balance')
    expect(await officers(PINS.staffWrong, PINS.staff, '1', PINS.misplaced)).toMatch(
      /^(Nobody found|A phone)/,
    )
    expect(await officers(PINS.staff, '4', '0700000001', '2')).toContain('gets a code by SMS')
    await stage.pass(2_000)
    const { data } = await stage.get(`/sim/sms?to=${encodeURIComponent(HER_PHONE)}`)
    const code = data.flatMap(({ text }) => /is (\d{6})\./.exec(String(text))?.[1] ?? []).at(-1) ?? ''
    expect(code).toMatch(/^\d{6}$/)
    expect(await hers(PINS.misplaced, code, PINS.afterCode, PINS.afterCode)).toContain('Your PIN is changed.')
    await stage.pass(5_000)
    const places = await leaks(stage, formsOf(code))
    expect(places.filter(place => !SIMULATED.includes(place))).toEqual([])
    expect(lines.filter(line => formsOf(code).test(line))).toEqual([])
  })

  it('is nowhere afterwards: no screen, no answer, no log line, no metric, no key of Redis, no column', async () => {
    // somebody whom no dialogue has loaded yet, so that nothing is remembered of the others
    await addPerson(stage, 'demo-ke', { name: 'Njeri', phone: '+254700000077' })
    screens.push(await postHop(stage, { session: 'ATUid_last', phone: '+254700000077', text: '' }))
    for (const path of ['/metrics', '/healthz', '/readyz']) {
      const response = await fetch(stage.url + path)
      expect(response.status).toBe(200)
      answers.push(await response.text())
    }
    expect(screens.length).toBeGreaterThan(60)
    expect(screens.filter(text => ANY.test(text))).toEqual([])
    expect(answers.filter(text => ANY.test(text))).toEqual([])
    expect(lines.filter(line => line.includes('ussd session ended')).length).toBeGreaterThan(10)
    expect(lines.filter(line => ANY.test(line))).toEqual([])
    expect(await leaksOfRedis(ANY)).toEqual([])
    expect(await leaks(stage, ANY)).toEqual([])
  })
})
