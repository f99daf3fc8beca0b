import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { parseMsisdn } from '../../src/domain/msisdn.ts'
import { act } from '../../src/gateway/context.ts'
import { simChanged } from '../../src/gateway/sim-changed.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { addPerson, rowsOf } from '../support/ussd.ts'

/** A phone may be another person's by now: who dials from one that was long silent, or swapped, shows first who she is. */

const DAY_MS = 86_400_000
/** As the demo's core has them. */
const NUMBER = '000000001'
const DIGITS = '8053'

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

type Tenant = 'demo-ke' | 'demo-cm'

async function dialled(tenant: Tenant, ...inputs: string[]): Promise<string> {
  const phone = stage.phone(tenant)
  let screen = await phone.dial()
  for (const input of inputs) screen = await phone.answer(input)
  if (screen.kind === 'CON') await phone.drop()
  return screen.text
}

async function swapped(tenant: Tenant, number: string): Promise<void> {
  const phone = parseMsisdn(number)
  if (phone === undefined) throw new Error(`${number} is no number`)
  const { deps } = stage.house.gateway
  await act(deps, tenant, commit => simChanged(deps, commit, phone))
}

async function setting(tenant: Tenant, changed: object): Promise<void> {
  await stage.house.db.asTenant(tenant, trx =>
    trx.raw('update tenants set settings = settings || ? where id = ?', [JSON.stringify(changed), tenant]),
  )
  stage.house.gateway.deps.tenants.forget(tenant)
}

const asked = (language: 'en' | 'fr', lender: string): string => {
  const { contact, back } = WORDS[language]
  return `${contact.longSilent}\n${contact.account(lender)}\n${back}`
}

describe('a phone that was silent', () => {
  it('for ninety days is asked who has it before any debt is shown, and nobody is named', async () => {
    expect(await dialled('demo-ke')).toContain('KES 1,300 due')
    stage.clock.advance(89 * DAY_MS)
    expect(await dialled('demo-ke')).not.toContain('client number')
    stage.clock.advance(91 * DAY_MS)
    const first = await dialled('demo-ke')
    expect(first).toBe(asked('en', 'Umoja Credit'))
    // neither back nor home nor a shortcut leads round it, and looking at it is no use of the phone
    expect(await dialled('demo-ke', '0')).toBe(WORDS.en.contact.callUs('+254709000111'))
    expect(await dialled('demo-ke', '00')).toBe(first)
    const short = stage.phone('demo-ke')
    expect((await short.dial('2')).text).toBe(first)
    await short.drop()
    expect(await dialled('demo-ke', NUMBER, '0000')).toBe(
      `${WORDS.en.contact.wrongFacts(2)}\n${WORDS.en.contact.account('Umoja Credit')}\n0 Back`,
    )
    expect(await dialled('demo-ke', NUMBER, DIGITS)).toContain('KES 1,300 due')
    expect(await dialled('demo-ke')).toContain('KES 1,300 due')
  })

  it('after so many days as the lender says', async () => {
    await setting('demo-cm', { silentDays: 30 })
    await dialled('demo-cm')
    stage.clock.advance(31 * DAY_MS)
    expect(await dialled('demo-cm')).toBe(asked('fr', 'Espoir Finance'))
    expect(await dialled('demo-cm', NUMBER, DIGITS)).toContain('XAF 13 000')
  })
})

describe('a phone whose SIM was changed', () => {
  it('shows and is told nothing of hers until she has shown who she is', async () => {
    stage.clock.advance(1_000)
    await swapped('demo-ke', '+254700000001')
    const ask = async (idempotencyKey: string) => {
      await stage.post(
        '/api/v1/collection-requests',
        { loanId: '1', amount: '700.00', mode: 'ask' },
        { key: 'demo-ke-key', idempotencyKey },
      )
      await stage.pass(2_000)
      const [last] = await rowsOf(
        stage,
        "select state, body from messages where about = 'prompt' order by created_at desc, id desc limit 1",
      )
      return String(last?.state)
    }
    expect(await ask('swapped')).toBe('suppressed')
    expect(await dialled('demo-ke')).toBe(asked('en', 'Umoja Credit'))
    // the office hears of it, until she has shown it
    const cases = () => rowsOf(stage, "select detail, state from cases where kind = 'sim-changed'")
    const detail = { phone: '+254700000001' }
    expect(await cases()).toEqual([{ detail, state: 'open' }])
    expect(await dialled('demo-ke', NUMBER, DIGITS)).toContain('KES 700')
    expect(await cases()).toEqual([{ detail, state: 'settled' }])
    expect(await ask('shown')).not.toBe('suppressed')
  })

  it('before she ever dialled from it, too', async () => {
    const akinyi = '+254700000061'
    await addPerson(stage, 'demo-ke', { name: 'Akinyi', phone: akinyi })
    await swapped('demo-ke', akinyi)
    const phone = stage.phone('demo-ke', akinyi)
    expect((await phone.dial()).text).toBe(asked('en', 'Umoja Credit'))
    await phone.drop()
  })

  it('of several people lets each show who she is; who has shown it is asked no more', async () => {
    await addPerson(stage, 'demo-cm', { name: 'Bih', phone: '+237670000001' })
    stage.clock.advance(1_000)
    await swapped('demo-cm', '+237670000001')
    expect(await dialled('demo-cm')).toBe(asked('fr', 'Espoir Finance'))
    expect(await dialled('demo-cm', NUMBER, DIGITS)).toBe(
      'Espoir Finance\nQui appelle?\n1 Aminata\n2 Bih\n0 Retour',
    )
    expect(await dialled('demo-cm', '1')).toBe('Entrez votre code Espoir Finance\n0 Retour')
    expect(await dialled('demo-cm', '2')).toBe(asked('fr', 'Espoir Finance'))
  })
})

describe('a discreet first screen', () => {
  afterEach(() => setting('demo-ke', { firstScreen: 'open' }))

  it('shows nothing of money before her PIN', async () => {
    expect(await dialled('demo-ke')).toContain('KES 700')
    await setting('demo-ke', { firstScreen: 'discreet' })
    expect(await dialled('demo-ke')).toBe('Enter your Umoja Credit PIN\n0 Back')
    expect(await dialled('demo-ke', '00')).toBe('Enter your Umoja Credit PIN\n0 Back')
    expect(await dialled('demo-ke', '2580')).toContain('KES 700')
  })

  it('and where she has none, nothing before she asks for it', async () => {
    await setting('demo-ke', { firstScreen: 'discreet' })
    await rowsOf(stage, 'update customers set pin_hash = null')
    await rowsOf(stage, "update phone_links set way = 'core'")
    expect(await dialled('demo-ke')).toContain('Hello Wanjiku\n1 Pay my loan')
  })
})
