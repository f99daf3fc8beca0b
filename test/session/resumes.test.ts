import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'

/** A session that breaks off can be gone on with, but not past a PIN or anything that was decided. */

const MINUTE_MS = 60_000

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())
// what a test leaves open is none of the next one's
beforeEach(() => stage.pass(4 * MINUTE_MS, MINUTE_MS))

describe.each([
  ['demo-ke', WORDS.en, 'Umoja Credit'],
  ['demo-cm', WORDS.fr, 'Espoir Finance'],
] as const)('at %s', (tenant, words, lender) => {
  const offer = words.cutOff.title(lender)
  const dialled = async (...inputs: string[]) => {
    const phone = stage.phone(tenant)
    let screen = await phone.dial()
    for (const input of inputs) screen = await phone.answer(input)
    return { phone, screen }
  }

  it('she goes on where she was, on her word alone', async () => {
    const { phone, screen } = await dialled('1', '1')
    const again = await phone.dial()
    expect(again.text).toContain(offer)
    expect((await phone.answer('1')).text).toBe(screen.text)
  })

  it('also where the gateway has told that it is over', async () => {
    const { phone, screen } = await dialled('1', '1')
    await phone.drop()
    await phone.dial()
    expect((await phone.answer('1')).text).toBe(screen.text)
  })

  it('or begins anew, with what waits for her', async () => {
    const first = await dialled()
    const { phone } = await dialled('1', '1')
    await phone.dial()
    expect((await phone.answer('2')).text).toBe(first.screen.text)
  })

  it('is not asked where so little was typed that it leads nowhere', async () => {
    const { phone } = await dialled('1')
    expect((await phone.dial()).text).not.toContain(offer)
  })

  it('nor when she was away for longer', async () => {
    const { phone } = await dialled('1', '1')
    await stage.pass(4 * MINUTE_MS, MINUTE_MS)
    expect((await phone.dial()).text).not.toContain(offer)
  })

  it('nor behind a shortcut, which says itself where she wants to go', async () => {
    const { phone } = await dialled('1', '1')
    expect((await phone.dial('2')).text).not.toContain(offer)
  })

  it('nor on another phone', async () => {
    await dialled('1', '1')
    const stranger = stage.phone(tenant, tenant === 'demo-ke' ? '+254700000099' : '+237670000099')
    expect((await stranger.dial()).text).not.toContain(offer)
  })

  it('never past a PIN', async () => {
    const { phone, screen } = await dialled('00', '2', '2580', '1')
    expect(screen.kind).toBe('CON')
    expect((await phone.dial()).text).not.toContain(offer)
  })

  it('never past what she decided since, in whichever session', async () => {
    await dialled('1', '1')
    const other = stage.phone(tenant)
    // a word of its own that leads to her balances, behind her PIN
    await other.dial('2')
    await other.answer('2580')
    expect((await other.dial()).text).not.toContain(offer)
  })
})
