import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTestStage, type TestStage } from '../support/stage.ts'

/** People script against these dialogues: which option is what stays. */
const DIALOGUES = {
  'demo-ke': {
    pending: [
      'Umoja Credit: KES 1,300 due 05/03, loan 000000011',
      '1 Pay now',
      '2 Other amount',
      '3 Later today',
      '4 Decline',
      '0 Menu',
    ],
    wallets: [
      'Pay KES 1,300 with:',
      '1 M-PESA 0700000001 + charge',
      '2 M-PESA 0700000002 + charge',
      '0 Back',
    ],
    pin: [
      "Pay KES 1,300 plus your operator's charge from M-PESA 0700000001.",
      'Enter your Umoja Credit PIN',
      '0 Back',
    ],
    end: 'M-PESA 0700000001 will ask for KES 1,300 soon. Enter your wallet PIN there, never here. Or paybill 600638, account 78023035.',
    owed: [' You will owe KES 11,700.', ' You will owe KES 10,400.'],
    loan: { loanId: '1', amount: '1300.00' },
  },
  'demo-cm': {
    pending: [
      'Espoir Finance: XAF 13 000 à payer le 05/03, pret 000000011',
      '1 Payer',
      '2 Autre montant',
      '3 Plus tard',
      '4 Refuser',
      '0 Menu',
    ],
    wallets: [
      'Payer XAF 13 000 avec:',
      '1 MTN MoMo 670000001 + frais',
      '2 MTN MoMo 670000002 + frais',
      '98 Suite',
      '0 Retour',
    ],
    pin: [
      "Payer XAF 13 000 (plus frais de l'opérateur) de MTN MoMo 670000001.",
      'Entrez votre code Espoir Finance',
      '0 Retour',
    ],
    end: 'MTN MoMo 670000001 va bientot demander XAF 13 000. Entrez là-bas le code du compte, jamais ici. Pas de demande? Faites le *126#.',
    owed: [' Il restera XAF 117 000.', ' Il restera XAF 104 000.'],
    loan: { loanId: '1', amount: '13000' },
  },
} as const

describe.each(['demo-ke', 'demo-cm'] as const)('the dialogue of %s', tenant => {
  const said = DIALOGUES[tenant]
  let stage: TestStage
  beforeAll(async () => {
    stage = await openTestStage()
    await stage.settle()
  })
  afterAll(() => stage.close())

  /** `due` is the day that the request names. */
  async function pays(due: '05/03' | '05/04', owed: string): Promise<void> {
    const phone = stage.phone(tenant)
    expect(await phone.dial()).toMatchObject({
      kind: 'CON',
      text: said.pending.join('\n').replace('05/03', due),
    })
    expect(await phone.answer('1')).toMatchObject({ kind: 'CON', text: said.wallets.join('\n') })
    expect(await phone.answer('1')).toMatchObject({ kind: 'CON', text: said.pin.join('\n') })
    expect(await phone.answer('2580')).toMatchObject({ kind: 'END', text: said.end + owed })
    const paid = await stage.until(
      async () => {
        const [newest] = (await stage.get('/api/v1/collection-requests', `${tenant}-key`)).data
        return newest?.state === 'paid' && newest
      },
      15_000,
      'the request is paid',
    )
    expect(paid.transactions).toMatchObject([{ state: 'booked' }])
  }

  it('pays what is due in four hops', () => pays('05/03', said.owed[0]))

  it('is the same when an officer asks for the instalment that comes next', async () => {
    const asked = await stage.post(
      '/api/v1/collection-requests',
      { ...said.loan, mode: 'ask' },
      { key: `${tenant}-key`, idempotencyKey: 'again' },
    )
    expect(asked.status).toBeLessThan(300)
    await stage.settle()
    await pays('05/04', said.owed[1])
  })
})
