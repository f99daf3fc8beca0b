import { beforeEach, describe, expect, it } from '@jest/globals'
import type { UssdGateway } from '../../src/simulators/africastalking-ussd.ts'
import type { TestStage } from '../support/stage.ts'
import { rowOf, rowsOf } from '../support/ussd.ts'

/** What a dialogue keeps whatever gateway stands before it, with its strict simulator, on the whole house. */
export type GatewayCase = {
  readonly name: string
  readonly stage: () => TestStage
  readonly phone: () => UssdGateway
  /** An older hop that comes late is known as such: always, if it was answered before, or never (then it is an answer). */
  readonly old: 'known' | 'known-if-answered' | 'unknown'
  /** What is dialled behind the code is told, and told from what was typed. */
  readonly dialsDeep: boolean
  /** It says that she hung up. */
  readonly tellsDrop: boolean
}

const FIRST = /^Umoja Credit: KES .*\n1 Pay now/

export function gatewayContract({ name, stage, phone: newPhone, old, dialsDeep, tellsDrop }: GatewayCase) {
  describe(`a dialogue behind ${name}`, () => {
    let phone: UssdGateway
    beforeEach(() => {
      // what another test left open is not gone on with
      stage().clock.advance(4 * 60_000)
      phone = newPhone()
    })

    const tries = async () => (await rowOf(stage(), 'select pin_tries from customers')).pin_tries
    const moved = async () => (await rowsOf(stage(), 'select id from transactions')).length
    const decided = async () =>
      (await rowsOf(stage(), `select kind from decisions where session_id = '${phone.sessionId}'`)).length
    /** Dials, and answers one screen after the other; what each showed. */
    async function talk(...inputs: string[]): Promise<string[]> {
      const shown = [(await phone.dial()).text]
      for (const input of inputs) shown.push((await phone.answer(input)).text)
      return shown
    }

    it('answers a repeated hop the same, and the same answer again is a new one', async () => {
      const [first, wallets] = await talk('1')
      expect(first).toMatch(FIRST)
      expect((await phone.repeat()).text).toBe(wallets)
      expect((await phone.answer('1')).text).toContain('PIN')
    })

    it('begins once: the first hop, repeated and late, shows the screen where she is', async () => {
      const [first] = await talk()
      expect((await phone.repeat()).text).toBe(first)
      const { text } = await phone.answer('1')
      expect((await phone.stale(0)).text).toBe(text)
      expect((await phone.answer('1')).text).toContain('PIN')
    })

    it('burns one try by a wrong PIN that comes twice', async () => {
      await talk('1', '1')
      const before = Number(await tries())
      const wrong = await phone.answer('9999')
      expect(wrong.text).toMatch(/^Wrong PIN, \d left\./)
      expect((await phone.repeat()).text).toBe(wrong.text)
      expect(await tries()).toBe(before + 1)
      expect((await phone.answer('0')).text).toContain('with:')
      await phone.drop()
    })

    it('lets one of two hops win that come at once, and decides once', async () => {
      await talk('1', '1')
      const before = Number(await tries())
      const answers = await phone.atOnce('9991', '9992')
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(await tries()).toBe(before + 1)
      // which of the two won is nobody's to say, and a gateway that tells all that was typed would have to know
      await talk('1', '1')
      const same = await phone.atOnce('2580', '2580', '2580')
      expect(new Set(same.map(({ text }) => text)).size).toBe(1)
      expect(same[0]?.text).toMatch(/^M-PESA 0700000001 will ask for KES /)
      expect(await decided()).toBe(2)
      expect(await tries()).toBe(0)
    })

    it('pays, and shows the same end to whatever still comes', async () => {
      const before = await moved()
      const end = (await talk('1', '1', '2580')).at(-1)
      expect(end).toMatch(/^M-PESA 0700000001 will ask for KES /)
      for (const late of [() => phone.repeat(), () => phone.insist('1'), () => phone.insist('2580')])
        expect(await late()).toMatchObject({ kind: 'END', text: end })
      expect(await decided()).toBe(2)
      expect(await moved()).toBe(before + 1)
    })

    it('shows nothing of hers to another phone, and moves nothing by it', async () => {
      const [, wallets = ''] = await talk('1')
      const foreign = await phone.insist('1', '+254700000009')
      expect(foreign.kind).toBe('END')
      expect(foreign.text).not.toMatch(/07000|KES|Wanjiku/)
      expect((await phone.answer('0')).text).toMatch(FIRST)
      expect((await phone.answer('1')).text).toBe(wallets)
    })

    it('takes an older hop that comes late for what it is, where that can be known', async () => {
      const [, , wallets = ''] = await talk('2', '20')
      const own = /^(\d) .*0700000001/m.exec(wallets)?.[1] ?? ''
      const { text: pin } = await phone.answer(own)
      const late = await phone.stale(1)
      if (old === 'unknown') expect(late.text).toMatch(/^A PIN has 4 to 6 digits\.\nPay KES /)
      else expect(late.text).toBe(pin)
      expect((await phone.answer('0')).text).toContain('with:')
    })

    it('takes answers that overtake each other in the order of their coming, or not at all', async () => {
      await talk()
      const [ahead, behind] = await phone.reorder('7', '00')
      if (old === 'known') expect(behind.text).toBe(ahead.text)
      else expect(behind.text).toBe(`Choose a number.\n${ahead.text}`)
      expect(await decided()).toBe(0)
    })

    it.each([
      ['nothing', ''],
      ['a star', '*'],
      ['a star in it', '1*1'],
      ['a hash', '1#'],
      ['2,000 characters', '1'.repeat(2_000)],
      ['a lone surrogate', '\ud800'],
      ['an emoji', '😀'],
      ['a NUL', '1\u0000'],
      ['another word of its wire', '{"text":"1"}'],
    ])('repeats the screen after an answer that is %s', async (_, typed) => {
      await talk('0')
      const screen = (await phone.stale(0)).text
      const { kind, text } = await phone.answer(typed)
      expect(kind).toBe('CON')
      expect(text).toBe(`Choose a number.\n${screen}`)
      expect(await decided()).toBe(0)
      await phone.drop()
    })

    it('types what was dialled behind the code, where that is told, and never a PIN', async () => {
      const screens: string[] = []
      for (const behind of ['1', '1*1*2580', '7']) screens.push((await phone.dial(behind)).text)
      const [wallets, pin, first] = screens
      if (dialsDeep) {
        expect(wallets).toMatch(/^Pay KES \d.* with:/)
        expect(pin).toMatch(/^Never dial a PIN\.\n.*Enter your Umoja Credit PIN/s)
      } else for (const screen of [wallets, pin]) expect(screen).toMatch(FIRST)
      expect(first).toMatch(FIRST)
      expect(await tries()).toBe(0)
      expect(await decided()).toBe(0)
    })

    it('ends where she hangs up, if that is told', async () => {
      const [, wallets = ''] = await talk('1')
      await phone.drop()
      const after = await phone.insist('0')
      expect(after.kind).toBe(tellsDrop ? 'END' : 'CON')
      expect(after.text).not.toBe(wallets)
      expect(await decided()).toBe(0)
    })
  })
}
