import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { insideSimulators } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { rowsOf } from '../support/ussd.ts'

/** She adds a wallet of another phone: it is hers to pay with once its owner has given her the code. */

const CAST = {
  'demo-ke': {
    her: '+254700000001',
    typed: '0711000009',
    owner: '+254711000009',
    asks: /^Umoja Credit: Wanjiku wants to pay a loan from your wallet\. .* code (\d{6})/,
    enter: 'Enter the code that we sent by SMS to 0711000009',
    wrong: /^Wrong code, 2 left\.\n/,
    added: 'You can pay with M-PESA 0711000009 now. Its own PIN still says yes to each payment.',
    spent: 'This code is no good any more. Add the wallet again for a new one.',
  },
  'demo-cm': {
    her: '+237670000001',
    typed: '670000077',
    owner: '+237670000077',
    asks: /^Espoir Finance: Aminata veut payer son pret depuis votre compte\. .* code (\d{6})/,
    enter: 'Entrez le code envoyé par SMS au 670000077 (BIH)',
    wrong: /^Code faux, reste 2\.\n/,
    added: 'MTN MoMo 670000077 peut maintenant payer pour vous. Son propre code accepte chaque paiement.',
    spent: "Ce code n'est plus bon. Ajoutez encore le compte pour en avoir un autre.",
  },
} as const

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await insideSimulators(stage, db => db('sim_mtn_momo.wallets').insert(MTN_WALLETS))
})
afterAll(() => stage.close())

const MTN_WALLETS = ['670000077', '670000078'].map(number => ({
  msisdn: `237${number}`,
  ...{ currency: 'XAF', pin: '1111', name: 'BIH ATEBA', balance_minor: '0' },
}))

describe.each(Object.keys(CAST) as (keyof typeof CAST)[])('at %s', tenant => {
  const { her, typed, owner, asks, enter, wrong, added, spent } = CAST[tenant]
  const phone = () => stage.phone(tenant, her)

  /** Her phone at the question for the code; every provider that could serve the number is offered first. */
  async function proposes() {
    const dialled = phone()
    await dialled.dial()
    let screen = await dialled.answer('00')
    for (const input of ['3', '2580', '5', typed]) screen = await dialled.answer(input)
    if (!screen.text.startsWith(enter)) screen = await dialled.answer('1')
    return { dialled, screen }
  }

  async function codes(): Promise<string[]> {
    await stage.settle()
    const { data } = (await (await fetch(`${stage.url}/sim/sms?to=${encodeURIComponent(owner)}`)).json()) as {
      data: { text: string }[]
    }
    return data.map(({ text }) => asks.exec(text)?.[1] ?? `no code in "${text}"`)
  }

  it('is hers with the code that its owner was sent, and not before', async () => {
    const { dialled, screen } = await proposes()
    expect(screen.text).toBe(`${enter}\n${tenant === 'demo-ke' ? '0 Back' : '0 Retour'}`)
    const [code = ''] = await codes()
    expect(code).toMatch(/^\d{6}$/)
    const wallets = () => rowsOf(stage, `select may_dial from wallets where msisdn = '${owner}'`, tenant)
    expect((await dialled.answer(code === '135790' ? '135791' : '135790')).text).toMatch(wrong)
    expect(await wallets()).toEqual([])
    expect((await dialled.answer(code)).text).toBe(added)
    expect(await wallets()).toEqual([{ may_dial: false }])
    const again = phone()
    await again.dial()
    const pays = await again.answer('1')
    expect(`${pays.text}\n${(await again.answer('98')).text}`).toContain(typed)
    await again.drop()
    // nowhere is the code any more
    const bodies = await rowsOf(stage, "select body from messages where about = 'wallet-code'", tenant)
    expect(bodies.filter(({ body }) => String(body).includes(code))).toEqual([])
  })

  it('is not hers with a code that is an hour old; three codes go out a day', async () => {
    const number = typed.replace(/.$/, '8')
    const dialled = phone()
    const asksFor = async () => {
      await dialled.dial()
      await dialled.answer('00')
      let screen = await dialled.answer('3')
      for (const input of ['2580', '5', number]) screen = await dialled.answer(input)
      return screen.text.includes('1 ') ? dialled.answer('1') : screen
    }
    expect((await asksFor()).kind).toBe('CON')
    stage.clock.advance(3_600_001)
    expect((await dialled.answer('135790')).text).toBe(spent)
    expect((await asksFor()).kind).toBe('CON')
    await dialled.drop()
    const refused = await asksFor()
    expect(refused.kind).toBe('END')
    expect(refused.text).toMatch(/SMS/)
  })
})

it.each([
  ['650000123', 'MTN MoMo', 'Orange Money'],
  ['659000123', 'Orange Money', 'MTN MoMo'],
])('the operator whose range %s is in comes first', async (number, first, second) => {
  stage.clock.advance(86_400_000)
  const dialled = stage.phone('demo-cm', '+237670000001')
  await dialled.dial()
  let screen = await dialled.answer('00')
  for (const input of ['3', '2580', '5', number]) screen = await dialled.answer(input)
  expect(screen.text).toBe(`Quel compte a le ${number}?\n1 ${first}\n2 ${second}\n0 Retour`)
  await dialled.drop()
})

describe('the number of a new wallet at MTN, who knows its holders', () => {
  const asks = async (number: string) => {
    stage.clock.advance(86_400_000)
    const phone = stage.phone('demo-cm', '+237670000001')
    await phone.dial()
    let screen = await phone.answer('00')
    for (const input of ['3', '2580', '5', number]) screen = await phone.answer(input)
    if (screen.text.includes('\n1 ')) screen = await phone.answer('1')
    return { phone, screen }
  }
  const sent = async (to: string) => {
    await stage.settle()
    return (await stage.get(`/sim/sms?to=${encodeURIComponent(to)}`)).data.length
  }

  it('that has no wallet there gets no code, and she types another one', async () => {
    const { phone, screen } = await asks('670000099')
    expect(screen.text).toBe("Le 670000099 n'a pas de compte MTN MoMo. Vérifiez le numéro.\n0 Retour")
    expect(await sent('+237670000099')).toBe(0)
    expect((await phone.answer('0')).text).toContain('Entrez le numéro de téléphone du compte')
    await phone.drop()
  })

  it('gets its code where MTN does not answer, without a name', async () => {
    await insideSimulators(stage, db =>
      db('sim_mtn_momo.wallets').insert({ ...MTN_WALLETS[0], msisdn: '237670000079' }),
    )
    await stage.fault({ simulator: 'mtn-momo', kind: 'query-server-error', msisdn: '+237670000079' })
    const { phone, screen } = await asks('670000079')
    expect(screen.text).toBe('Entrez le code envoyé par SMS au 670000079\n0 Retour')
    expect(await sent('+237670000079')).toBe(1)
    await phone.drop()
  })
})
