import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, rowOf, rowsOf } from '../support/ussd.ts'

/** A loan officer at work on her own phone: who she is, whom she finds, and what she asks for. */

const ACHIENG = '+254700000010'
const PIN = '4907'

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

const officer = () => stage.phone('demo-ke', ACHIENG)

/** Dials and types; answers the last screen. */
async function screenAfter(phone: ReturnType<typeof officer>, ...inputs: string[]): Promise<string> {
  let { text } = await phone.dial()
  for (const input of inputs) text = (await phone.answer(input)).text
  return text
}

const smsTo = async (to: string) =>
  (await stage.get(`/sim/sms?to=${encodeURIComponent(to)}`)).data.map(({ text }) => String(text))

describe('who works for the lender', () => {
  it('is asked for her staff PIN, by the name of the lender, before anything else', async () => {
    const phone = officer()
    expect(await phone.dial()).toMatchObject({
      kind: 'CON',
      text: 'Enter your Umoja Credit staff PIN\n0 Back',
    })
    // no way round it
    expect((await phone.answer('00')).text).toContain('staff PIN')
    expect((await phone.answer('0')).text).toContain('staff PIN')
    expect((await phone.answer(PIN)).text).toBe(
      "Umoja Credit staff\nHello Achieng\n1 Find a client\n2 Today's requests\n3 A client has paid\n4 PIN, new phone\n5 Language",
    )
    await phone.drop()
  })

  it('and is a customer as well: first says as whom she calls', async () => {
    const mary = await addPerson(stage, 'demo-ke', { name: 'Mary', phone: ACHIENG })
    const phone = officer()
    expect((await phone.dial()).text).toBe('Umoja Credit\nWho is calling?\n1 Mary\n2 Staff: Achieng\n0 Back')
    expect((await phone.answer('1')).text).toContain('Hello Mary')
    await phone.drop()
    expect(await screenAfter(officer(), '2')).toContain('staff PIN')
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('customers').where({ id: mary }).update({ phone: null }),
    )
  })

  it('is shut out after three wrong PINs, also for who guesses on, until somebody opens it', async () => {
    const phone = officer()
    expect(await screenAfter(phone, '1111', '2222')).toBe(
      'Wrong PIN, 1 left.\nEnter your Umoja Credit staff PIN\n0 Back',
    )
    const locked = { kind: 'END', text: WORDS.en.staff.pinLocked('+254709000111') }
    expect(await phone.answer('3333')).toMatchObject(locked)
    stage.clock.advance(48 * 3_600_000)
    const again = officer()
    await again.dial()
    expect(await again.answer(PIN)).toMatchObject(locked)
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('staff').update({ pin_tries: 0, pin_locked_at: null }),
    )
  })

  it('is told nothing once she has left, in the middle of a session too', async () => {
    const phone = officer()
    await screenAfter(phone, PIN, '1')
    const leaves = (at: Date | null) =>
      stage.house.db.asTenant('demo-ke', trx => trx('staff').update({ left_at: at }))
    await leaves(stage.clock.now())
    expect(await phone.answer('0700000001')).toMatchObject({
      kind: 'END',
      text: WORDS.en.sorry('+254709000111'),
    })
    expect((await officer().dial()).text).toContain('1 English')
    await leaves(null)
  })

  it('reads in the language that she chooses', async () => {
    const phone = officer()
    expect(await screenAfter(phone, PIN, '5', '2')).toContain('Habari Achieng\n1 Tafuta mteja')
    await phone.drop()
    expect(await screenAfter(officer(), PIN, '5', '1')).toContain('Hello Achieng')
  })
})

describe('an officer finds a client', () => {
  it.each([
    ['0700000001', 'her phone as people write it'],
    ['+254 700 000 001', 'her phone with its country'],
    ['000000011', 'client or loan number'],
    ['11', 'too few digits'],
    ['0799999999', 'a phone of nobody'],
  ])('by %s: %s', async (typed, what) => {
    const text = await screenAfter(officer(), PIN, '1', typed)
    if (what.startsWith('too few'))
      expect(text).toBe("Digits, 4 to 20.\nThe client's phone, or a client or loan number\n0 Back")
    else if (what.endsWith('nobody')) expect(text).toMatch(/^Nobody found\.\nThe client's phone/)
    else expect(text).toMatch(/^Wanjiku, loan 000000011\nAsk for KES 1,300 of KES 13,000\n1 Ask by SMS/)
  })

  it('among several on one phone', async () => {
    await addPerson(stage, 'demo-ke', { name: 'Njeri', phone: '+254700000001' })
    const phone = officer()
    expect(await screenAfter(phone, PIN, '1', '0700000001')).toBe('Which client?\n1 Wanjiku\n2 Njeri\n0 Back')
    expect((await phone.answer('2')).text).toBe('Njeri has no active loan.\n0 Back')
    await phone.drop()
    await stage.house.db.asTenant('demo-ke', trx =>
      trx('customers').where({ first_name: 'Njeri' }).update({ phone: null }),
    )
  })
})

describe('an officer asks for money', () => {
  it('by SMS: the borrower hears it, and it is kept who asked', async () => {
    const phone = officer()
    expect(await screenAfter(phone, PIN, '1', '0700000001', '3', '99999', '500')).toContain(
      'Wanjiku, loan 000000011\nAsk for KES 500 of KES 13,000',
    )
    expect((await phone.answer('1')).text).toBe(
      'Wanjiku is asked for KES 500, by SMS and at the next dial.\n0 Back',
    )
    await phone.repeat()
    await stage.pass(2_000)
    expect((await smsTo('+254700000001')).at(-1)).toContain('KES 500')
    const { id } = await rowOf(stage, 'select id from staff')
    expect(
      await rowsOf(
        stage,
        "select event->>'type' as type, event->>'by' as by from events where event->>'by' is not null",
      ),
    ).toEqual([{ type: 'ASK', by: `staff:${id}` }])
    expect((await phone.answer('0')).text).toContain("The client's phone")
  })

  it('by the wallet at once: paid, and while it is being paid nothing more is asked', async () => {
    const phone = officer()
    await screenAfter(phone, PIN, '1', '0700000001')
    expect((await phone.answer('2')).text).toContain('The wallet of Wanjiku will ask for KES 1,300.')
    await phone.answer('0')
    await phone.answer('0700000001')
    expect((await phone.answer('1')).text).toBe(`${WORDS.en.staff.unpushed['being-paid']}\n0 Back`)
    await stage.until(
      async () =>
        (await rowsOf(stage, "select id from collection_requests where state = 'paid'")).length === 1,
      30_000,
      'it is paid',
    )
    expect(await rowOf(stage, 'select amount_minor from transactions')).toEqual({ amount_minor: 130_000n })
  })

  it('never on the day on which the borrower declined', async () => {
    await screenAfter(officer(), PIN, '1', '0700000001', '3', '200', '1')
    const hers = stage.phone('demo-ke')
    await hers.dial()
    await hers.answer('4')
    await hers.answer('2')
    for (const way of ['1', '2'])
      expect(await screenAfter(officer(), PIN, '1', '0700000001', '3', '200', way)).toBe(
        `${WORDS.en.staff.unpushed['declined-today']}\n0 Back`,
      )
  })

  it('and says so where Fineract is away: nothing is asked', async () => {
    const phone = officer()
    await screenAfter(phone, PIN, '1', '0700000001')
    await stage.fault({ simulator: 'fineract', kind: 'query-server-error', times: 20 })
    expect(await phone.answer('1')).toMatchObject({ kind: 'END', text: WORDS.en.sorry('+254709000111') })
  })

  it('is told where no SMS goes to her, for she wants none', async () => {
    await stage.house.simulators?.faults.clear()
    stage.clock.advance(24 * 3_600_000)
    const write = async (text: string) => {
      const sms = { id: text, from: '+254700000001', to: 'UMOJA', text, date: '2026-03-05 08:00:00' }
      await fetch(`${stage.url}/sms/demo-ke/inbound`, { method: 'POST', body: new URLSearchParams(sms) })
      await stage.settle()
    }
    await write('Stop sending me messages')
    const phone = officer()
    expect(await screenAfter(phone, PIN, '1', '0700000001', '1')).toMatch(
      /^Wanjiku is asked for KES [\d,]+, but only at the next dial: no SMS of ours goes there\.\n0 Back$/,
    )
    await phone.drop()
    await write('START')
  })
})
