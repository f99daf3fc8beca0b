import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, rowsOf } from '../support/ussd.ts'

const HOUR_MS = 3_600_000

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

const smsTo = async (to: string) =>
  (await stage.get(`/sim/sms?to=${encodeURIComponent(to)}`)).data.map(({ text }) => String(text))

describe('who is calling', () => {
  it.each(['+254700000099', '+254700000002'])(
    '%s, nobody or only a payer, is told of nobody',
    async number => {
      expect(await stage.phone('demo-ke', number).dial()).toMatchObject({
        kind: 'CON',
        text: 'Umoja Credit\n1 English\n2 Kiswahili',
      })
    },
  )

  it('of a phone that is several people is asked first, and shows her PIN before anything about money', async () => {
    const phone = stage.phone('demo-cm')
    const names = ['Bih', 'Clarisse', 'Marie-Christine Ngo Bassong']
    for (const name of names) await addPerson(stage, 'demo-cm', { name, phone: '+237670000001' })
    expect((await phone.dial()).text.split('\n')).toEqual([
      'Espoir Finance',
      'Qui appelle?',
      '1 Aminata',
      '2 Bih',
      '3 Clarisse',
      '98 Suite',
      '0 Retour',
    ])
    expect((await phone.answer('98')).text).toContain('1 Marie-Christine\n')
    expect((await phone.answer('0')).text).toContain('1 Aminata')
    expect((await phone.answer('1')).text).toBe('Entrez votre code Espoir Finance\n0 Retour')
    // the menu is behind the PIN as well
    expect((await phone.answer('00')).text).toContain('Qui appelle?')
    await phone.answer('1')
    expect((await phone.answer('2580')).text).toContain('XAF 13 000')
    await phone.drop()

    // who has no PIN shows it otherwise
    await phone.dial()
    const { contact, back } = WORDS.fr
    expect((await phone.answer('2')).text).toBe(
      `${contact.firstPin}\n${contact.account('Espoir Finance')}\n${back}`,
    )
    expect(await phone.answer('0')).toMatchObject({ kind: 'END', text: contact.callUs('+237699000111') })
  })
})

describe('what is hers alone', () => {
  it('takes her PIN, once a session', async () => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    await phone.answer('00')
    expect((await phone.answer('2')).text).toContain('Enter your Umoja Credit PIN')
    expect((await phone.answer('2580')).text).toBe(
      'Loan 000000011\nPay number 78023035\nBalance KES 13,000\nNext KES 1,300 on 05/03\n1 Schedule\n2 Send me this by SMS\n3 Month by SMS\n0 Back',
    )
    expect((await phone.answer('1')).text).toMatch(
      /^Instalments paid: 2 of 12\n1\) \d\d\/\d\d KES 1,300 paid\n/,
    )
    expect((await phone.answer('98')).text).toContain('4) ')
    await phone.answer('00')
    expect((await phone.answer('3')).text).toBe(
      'Your wallets:\n1 M-PESA 0700000001\n2 M-PESA 0700000002\n5 Add a wallet\n0 Back',
    )
    await phone.answer('0')
    expect((await phone.answer('4')).text).toBe('No payments by phone yet.\n5 One is missing\n0 Back')
    await phone.drop()

    await phone.dial()
    await phone.answer('00')
    expect((await phone.answer('3')).text).toContain('PIN')
    await phone.drop()
  })

  it('is not told on the way past: another amount is asked for without naming the balance', async () => {
    const phone = stage.phone('demo-ke')
    stage.clock.advance(4 * 60_000)
    await phone.dial()
    expect((await phone.answer('2')).text).toBe('Due: KES 1,300\nEnter an amount\n0 Back')
    await phone.drop()
  })

  it('is in the language she chooses, in later sessions too', async () => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    await phone.answer('00')
    await phone.answer('5')
    expect((await phone.answer('1')).text).toBe('1 English\n2 Kiswahili\n0 Back')
    expect((await phone.answer('2')).text).toContain('Habari Wanjiku')
    await phone.drop()
    expect((await phone.dial()).text).toContain('1 Lipa sasa')
    await phone.answer('00')
    await phone.answer('5')
    await phone.answer('1')
    expect((await phone.answer('1')).text).toContain('Hello Wanjiku')
    await phone.drop()
  })
})

describe('her answer to a request', () => {
  it('of later: she is reminded at the hour that she chose, and the due date stays', async () => {
    const phone = stage.phone('demo-ke')
    await phone.dial()
    expect((await phone.answer('3')).text).toContain(WORDS.en.laterWhen('05/03'))
    expect(await phone.answer('1')).toMatchObject({
      kind: 'END',
      text: WORDS.en.postponed('KES 1,300', '05/03', '12:00'),
    })
    await stage.pass(10_000)
    const reminders = async () => (await smsTo('+254700000001')).filter(text => text.includes('a reminder'))
    expect(await reminders()).toEqual([])
    stage.clock.advance(3 * HOUR_MS)
    await stage.settle()
    expect(await reminders()).toEqual([
      'Umoja Credit: a reminder, KES 1,300 is due 05/03 on loan 000000011. Dial *384*100#. Or paybill 600638, account 78023035.',
    ])
  })

  it('given elsewhere first: the second hears how and when it was decided', async () => {
    const [slow, quick] = [stage.phone('demo-ke'), stage.phone('demo-ke')]
    await slow.dial()
    await slow.answer('1')
    await slow.answer('1')
    await quick.dial()
    await quick.answer('1')
    await quick.answer('2')
    // the other wallet is on another phone: that one is with her
    await quick.answer('1')
    expect((await quick.answer('2580')).kind).toBe('END')
    const at = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Africa/Nairobi',
      hour: '2-digit',
      minute: '2-digit',
    }).format(stage.clock.now())
    expect(await slow.answer('2580')).toMatchObject({ kind: 'END', text: WORDS.en.already('approved', at) })
    expect(await rowsOf(stage, 'select id from transactions')).toHaveLength(1)
    await stage.until(
      async () => (await rowsOf(stage, "select id from transactions where state = 'booked'")).length === 1,
      15_000,
      'her payment is booked',
    )
  })

  it('of no, with a reason: it is kept, she is not asked again, and she may still pay of herself', async () => {
    await stage.post(
      '/api/v1/collection-requests',
      { loanId: '1', amount: '700.00', mode: 'ask' },
      { key: 'demo-ke-key', idempotencyKey: 'declined' },
    )
    const phone = stage.phone('demo-ke')
    expect((await phone.dial()).text).toContain('KES 700')
    expect((await phone.answer('4')).text).toContain('Why not?\n1 I have paid\n2 No money today')
    expect(await phone.answer('2')).toMatchObject({ kind: 'END', text: WORDS.en.declined('+254709000111') })
    expect(
      await rowsOf(
        stage,
        "select snapshot->'context'->'declined'->>'reason' as reason from collection_requests where state = 'declined'",
      ),
    ).toEqual([{ reason: 'no-money' }])
    const again = await stage.post(
      '/api/v1/collection-requests',
      { loanId: '1', amount: '700.00', mode: 'ask' },
      { key: 'demo-ke-key', idempotencyKey: 'declined-again' },
    )
    expect(again.status).toBe(409)
    expect((await phone.dial()).text).toContain('1 Pay my loan')
    await phone.answer('1')
    await phone.answer('4')
    await phone.answer('50')
    await phone.answer('1')
    // it worked last, and is on her other phone
    await phone.answer('1')
    expect(await phone.answer('2580')).toMatchObject({ kind: 'END', text: expect.stringContaining('KES 50') })
  })
})
