import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { leaks } from '../support/leaks.ts'
import { addClient } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { type DemoTenant, rowOf, rowsOf } from '../support/ussd.ts'

/** A phone that we have never heard of becomes somebody's: in her language, by a code or by what she knows. */

const ACHIENG = '+254700000010'
const KE = { number: '5', digits: '8253', document: '31578253' }
const CM = { number: '000000006', digits: '4471', document: 'CM 1180-4471' }
const PIN = '615829'
const HELP = '+254709000111'
const DAY_MS = 86_400_000
const lines: string[] = []
const shown: string[] = []

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage({ onLogLine: line => void lines.push(line) })
  await stage.settle()
  const loan = { firstDue: '2027-06-05' } as const
  const amina = { id: 5, accountNo: '000000005', firstname: 'Amina', documents: [KE.document] }
  await addClient(stage, 'demo-ke', amina, [{ ...loan, id: 51 }])
  const bih = { id: 6, accountNo: CM.number, firstname: 'Bih', documents: [CM.document] }
  await addClient(stage, 'demo-cm', bih, [{ ...loan, id: 61, interestPerPeriod: '3000' }])
})
afterAll(() => stage.close())

/** Dials from a phone and types; answers the last screen, and keeps all. */
async function dialFrom(number: string, ...inputs: string[]): Promise<string> {
  const tenant: DemoTenant = number.startsWith('+237') ? 'demo-cm' : 'demo-ke'
  const phone = stage.phone(tenant, number)
  // what was left open before is not gone on with
  stage.clock.advance(4 * 60_000)
  let screen = await phone.dial()
  shown.push(screen.text)
  for (const input of inputs) {
    screen = await phone.answer(input)
    shown.push(screen.text)
  }
  if (screen.kind === 'CON') await phone.drop()
  return screen.text
}

async function lastSms(to: string): Promise<string> {
  await stage.pass(2_000)
  return String((await stage.get(`/sim/sms?to=${encodeURIComponent(to)}`)).data.at(-1)?.text)
}

const { contact } = WORDS.en
const asks = (lender: string) => `${contact.account(lender)}\n0 Back`

describe('a phone that nobody knows', () => {
  it('is asked for its language first, once, and then spoken to in it', async () => {
    const njoki = '+254700000031'
    expect(await dialFrom(njoki)).toBe('Umoja Credit\n1 English\n2 Kiswahili')
    expect(await dialFrom(njoki, '2')).toBe(`${WORDS.sw.contact.menu('Umoja Credit')}\n0 Rudi`)
    expect(await dialFrom(njoki)).toContain(WORDS.sw.contact.menu('Umoja Credit'))
    expect(await dialFrom(njoki, '3')).toBe(WORDS.sw.nobody('Umoja Credit', HELP))
    expect(await dialFrom(njoki, '0', '1', '3')).toBe(WORDS.en.nobody('Umoja Credit', HELP))
  })

  it('becomes hers by her client number and the end of her document; she chooses a PIN, agrees, and is at home', async () => {
    const phone = '+254700000032'
    expect(await dialFrom(phone, '1', '2')).toBe(asks('Umoja Credit'))
    expect(await dialFrom(phone, '2', '000 000 005')).toBe(`${contact.digits}\n0 Back`)
    expect(await dialFrom(phone, '2', '0005', KE.digits)).toBe(`${WORDS.en.newPin('Umoja Credit')}\n0 Back`)
    // her session breaks off: for an hour she goes on where she was
    expect(await dialFrom(phone, '1234')).toMatch(/^Too easy to guess\./)
    expect(await dialFrom(phone, PIN, '999111')).toMatch(/^The two were not the same\./)
    expect(await dialFrom(phone, PIN, PIN)).toBe(contact.consent('Umoja Credit'))
    expect(await dialFrom(phone, '1')).toContain('Hello Amina')
    expect(await dialFrom(phone, '2', PIN)).toContain('Loan 0000001051')
    const her = await rowOf(stage, "select * from customers where core_client_id = '5'")
    expect(her).toMatchObject({ language: 'en', consent_at: expect.any(Date) })
    expect(await rowsOf(stage, 'select * from consents')).toEqual([
      expect.objectContaining({
        ...{ customer_id: her.id, msisdn: phone, agreed: true, language: 'en', flow: 'consent' },
        ...{ text: contact.consent('Umoja Credit'), at: expect.any(Date) },
      }),
    ])
  })

  it('the same in French, where she does not agree: she may dial, and is never prompted', async () => {
    const phone = '+237670000033'
    expect(await dialFrom(phone)).toBe('Espoir Finance\n1 Francais\n2 English')
    expect(await dialFrom(phone, '1', '2', CM.number, CM.digits, PIN, PIN)).toBe(
      WORDS.fr.contact.consent('Espoir Finance'),
    )
    expect(await dialFrom(phone, '2')).toContain('Bonjour Bih')
    expect(await dialFrom(phone)).toContain('Bonjour Bih')
    const her = await rowOf(stage, "select * from customers where core_client_id = '6'", 'demo-cm')
    expect(her).toMatchObject({ language: 'fr', consent_at: null })
    const ask = (mode: string, amount: string) =>
      stage.post(
        '/api/v1/collection-requests',
        { loanId: '61', amount, mode },
        { key: 'demo-cm-key', idempotencyKey: `unasked-${mode}-${amount}` },
      )
    const prompts = async () => {
      await stage.pass(2_000)
      const sql = `select state from messages where about = 'prompt' and customer_id = '${her.id}' order by created_at`
      return (await rowsOf(stage, sql, 'demo-cm')).map(({ state }) => state)
    }
    expect((await ask('prompt', '500')).body.title).toBe('No consent')
    expect((await ask('ask', '500')).status).toBe(201)
    expect(await prompts()).toEqual(['suppressed'])
    // what waits for her she sees when she dials
    expect(await dialFrom(phone)).toContain('XAF 500')
    // until she says herself that she wants them
    const start = { id: 'start', from: phone, to: 'ESPOIR', text: 'START', date: '2026-03-05 09:00:00' }
    await fetch(`${stage.url}/sms/demo-cm/inbound`, { method: 'POST', body: new URLSearchParams(start) })
    await stage.settle()
    expect((await ask('ask', '600')).status).toBe(200)
    expect(await prompts()).toEqual(['suppressed', expect.stringMatching(/sending|accepted|delivered/)])
  })
})

it('who is known by her phone, and has no PIN yet, chooses it by what she knows', async () => {
  const otieno = '+254700000036'
  const client = { id: 7, accountNo: '000000007', firstname: 'Otieno', mobileNo: otieno, documents: ['6640'] }
  await addClient(stage, 'demo-ke', client, [])
  expect(await dialFrom(otieno)).toContain('Hello Otieno')
  const asked = `${contact.firstPin}\n${asks('Umoja Credit')}`
  expect(await dialFrom(otieno, '2')).toBe(asked)
  expect(await dialFrom(otieno, '5', '2')).toBe(asked)
  // another's facts make nothing of his hers
  expect(await dialFrom(otieno, '2', '7', '000000007', '6641')).toContain('Your client number')
  expect(await dialFrom(otieno, '2', '000000007', '6640', PIN)).toBe('Type your new PIN once more\n0 Back')
  expect(await dialFrom(otieno, PIN, PIN)).toBe(contact.consent('Umoja Credit'))
  expect(await dialFrom(otieno, '1', '2')).toContain('PIN')
  expect(await dialFrom(otieno, '2', PIN)).toBe(WORDS.en.noLoans())
})

describe('what is not hers', () => {
  const stranger = '+254700000041'

  it('is answered alike whether the number or the digits were wrong, and locked after three for a day', async () => {
    await dialFrom(stranger, '1')
    const wrongDigits = await dialFrom(stranger, '2', KE.number.padStart(9, '0'), '0000')
    const noClient = await dialFrom(stranger, '2', '000000099', KE.digits)
    expect(wrongDigits).toBe(`${contact.wrongFacts(2)}\n${asks('Umoja Credit')}`)
    expect(noClient).toBe(wrongDigits.replace('2 left', '1 left'))
    expect(await dialFrom(stranger, '2', '000000005', '0001')).toBe(contact.locked(HELP))
    // not even what is right is heard now
    expect(await dialFrom(stranger, '2', '000000005', KE.digits)).toBe(contact.locked(HELP))
    expect(await rowsOf(stage, "select kind, detail from cases where kind = 'link-locked'")).toEqual([
      { kind: 'link-locked', detail: { phone: stranger } },
    ])
    stage.clock.advance(DAY_MS + 1)
    expect(await dialFrom(stranger, '2', '000000099', KE.digits)).toBe(
      `${contact.wrongFacts(2)}\n${asks('Umoja Credit')}`,
    )
  })

  it('of a client whom others have tried too often is closed to every phone, with the same words', async () => {
    await dialFrom('+254700000042', '1', '2', '000000005', '1111')
    await dialFrom('+254700000043', '1', '2', '000000005', '1112')
    await dialFrom('+254700000044', '1', '2', '000000005', '1113')
    expect(await dialFrom('+254700000045', '1', '2', '000000005', KE.digits)).toBe(
      `${contact.wrongFacts(2)}\n${asks('Umoja Credit')}`,
    )
    expect(
      await rowsOf(stage, "select detail from cases where kind = 'link-locked' and subject = 'client'"),
    ).toEqual([{ detail: { client: '5' } }])
  })

  it.each(['', 'abc', '😀', '1', '123456789012345678901', '5*8253', '%%%%'])(
    'as a client number, "%s" is hinted at and burns no try',
    async typed => {
      const before = await rowsOf(stage, 'select * from link_tries order by subject')
      expect(await dialFrom('+254700000031', '0', '1', '2', typed)).toBe(
        `Digits, 4 to 20.\n${asks('Umoja Credit')}`,
      )
      expect(await rowsOf(stage, 'select * from link_tries order by subject')).toEqual(before)
    },
  )

  it.each(['', 'abcd', '123', '1234567', '😀😀'])('as digits, "%s" too', async typed => {
    expect(await dialFrom('+254700000031', '2', '000000005', typed)).toBe(
      `4 to 6 digits.\n${contact.digits}\n0 Back`,
    )
  })

  it('three in a row end it politely', async () => {
    expect(await dialFrom('+254700000031', '2', 'a', 'b', 'c')).toBe(WORDS.en.tooManyErrors('Umoja Credit'))
  })

  it('is not told where the core is silent, and nothing is counted', async () => {
    const before = await rowsOf(stage, 'select * from link_tries order by subject')
    const core = (down: boolean) =>
      fetch(`${stage.url}/sim/fineract/demo-ke/controls`, { method: 'POST', body: JSON.stringify({ down }) })
    const phone = stage.phone('demo-ke', '+254700000031')
    await phone.dial()
    for (const input of ['2', '000000005']) await phone.answer(input)
    await core(true)
    const { text } = await phone.answer('0000')
    await core(false)
    expect(text).toBe(WORDS.en.sorry(HELP))
    expect(await rowsOf(stage, 'select * from link_tries order by subject')).toEqual(before)
  })
})

describe('a code from the officer', () => {
  const HER_NEW = '+254700000051'

  /** The officer finds the customer and has a code sent to a phone. */
  async function send(whom: string, to: string): Promise<string> {
    const phone = stage.phone('demo-ke', ACHIENG)
    await phone.dial()
    let text = ''
    for (const input of ['4907', '4', whom, '3', to]) text = (await phone.answer(input)).text
    await phone.drop()
    shown.push(text)
    return text
  }
  const codeOf = (sms: string): string => /is (\d{6})\./.exec(sms)?.[1] ?? ''

  it('goes to her new phone alone, and makes it hers; her old one hears of it', async () => {
    expect(await send('000000001', '0700000051')).toBe(`${WORDS.en.staff.linkCodeSent('Wanjiku')}\n0 Back`)
    const sms = await lastSms(HER_NEW)
    const code = codeOf(sms)
    expect(sms).toBe(contact.sms('Umoja Credit', code, '*384*100#'))
    // on another phone it is as good as none
    expect(await dialFrom('+254700000052', '1', '1', code)).toMatch(/^Wrong code, 2 left\./)
    expect(await dialFrom(HER_NEW)).toBe('Umoja Credit\n1 English\n2 Kiswahili')
    expect(await dialFrom(HER_NEW, '1')).toBe(`${contact.code('Umoja Credit')}\n0 Back`)
    for (const typed of ['abcdef', '123', '1234567'])
      expect(await dialFrom(HER_NEW, typed)).toMatch(/^4 to 6 digits\./)
    expect(await dialFrom(HER_NEW, '111111')).toMatch(/^Wrong code, 2 left\./)
    expect(await dialFrom(HER_NEW, code)).toContain('KES 1,300 due')
    expect(await lastSms('+254700000001')).toBe(contact.linkedSms('Umoja Credit', HELP))
    // she has a PIN and has agreed long ago; the phone she had is hers still
    expect(await dialFrom(HER_NEW, '00', '2', '2580')).toContain('Loan 000000011')
    expect(await dialFrom('+254700000001')).toContain('KES 1,300 due')
    // the code is spent, and nowhere afterwards but at the operator
    expect(await rowOf(stage, 'select code_hash from link_codes')).toEqual({ code_hash: null })
    expect(lines.filter(line => line.includes(code))).toEqual([])
    expect((await leaks(stage, new RegExp(code))).sort()).toEqual(['inbox.text', 'messages.text'])
  })

  it('is good for an hour, and three wrong ones lock the phone', async () => {
    await send('000000001', '0700000053')
    const code = codeOf(await lastSms('+254700000053'))
    stage.clock.advance(3_600_001)
    expect(await dialFrom('+254700000053', '1', '1', code)).toMatch(/^Wrong code, 2 left\./)
    expect(await dialFrom('+254700000053', '1', '222222', '333333')).toBe(contact.locked(HELP))
  })

  it('goes to no officer, and no more than three a day', async () => {
    const no = `${WORDS.en.staff.codeRefused('Wanjiku')}\n0 Back`
    expect(await send('000000001', '0700000010')).toBe(no)
    expect(await send('000000001', '99')).toMatch(/^Digits, 4 to 20\./)
    expect(await send('000000001', '999999')).toBe(no)
    expect(await send('000000001', '0700000054')).toContain('A code goes')
    expect(await send('000000001', '0700000055')).toBe(no)
  })

  it('does not leave once it is too old, and of two only the newer one does', async () => {
    const to = '+254700000056'
    const got = async () =>
      (await stage.get(`/sim/sms?to=${encodeURIComponent(to)}`)).data.map(({ text }) => codeOf(String(text)))
    const later = async (ms: number) => {
      stage.clock.advance(ms)
      await stage.settle()
    }
    const kept = { simulator: 'sms', kind: 'gateway-error', msisdn: to, times: 10_000 }
    stage.clock.advance(DAY_MS)
    await stage.fault(kept)
    for (const _ of ['first', 'second']) await send('000000001', '0700000056')
    await stage.house.simulators?.faults.clear()
    await later(900_000)
    const [code = '', ...others] = await got()
    expect([code.length, others]).toEqual([6, []])
    await stage.fault(kept)
    await send('000000001', '0700000056')
    await later(3_600_001)
    await stage.house.simulators?.faults.clear()
    await later(900_000)
    expect(await got()).toEqual([code])
  })

  it('on a phone that others have already is asked for first, and may be passed over', async () => {
    stage.clock.advance(DAY_MS)
    await send('000000005', '0700000001')
    const code = codeOf(await lastSms('+254700000001'))
    expect(await dialFrom('+254700000001')).toBe(`${contact.code('Umoja Credit')}\n0 Back`)
    expect(await dialFrom('+254700000001', '0')).not.toContain('code')
    expect(await dialFrom('+254700000001', code)).toBe(
      'Umoja Credit\nWho is calling?\n1 Wanjiku\n2 Amina\n0 Back',
    )
    expect(await dialFrom('+254700000001', '2')).toContain('PIN')
  })
})

it('what was typed in secret is nowhere afterwards', async () => {
  expect(shown.filter(text => text.includes(PIN))).toEqual([])
  expect(lines.filter(line => line.includes(PIN))).toEqual([])
  expect(await leaks(stage, new RegExp(PIN))).toEqual([])
})
