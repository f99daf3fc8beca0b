import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import { demoSimulators } from '../../src/commands/demo-parties.ts'
import { demoTenants } from '../../src/commands/demo-tenants.ts'
import { act } from '../../src/gateway/context.ts'
import { createOffice } from '../support/board.ts'
import { addLoans } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, hurry, type Story } from '../support/story.ts'
import { putTariffs } from '../support/tariffs.ts'

/** What she reads of money that did not take the straight road: where it was booked, who said no, who took it back. */

let stage: TestStage
let ke: Story
let cm: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  cm = createStory(stage, 'demo-cm')
})
afterAll(() => stage.close())

const last = async (story: Story): Promise<string> => (await story.sms(story.own)).at(-1) ?? ''
const told = (story: Story, text: string): Promise<boolean> =>
  hurry(stage, async () => (await last(story)).includes(asSms(text)), 600_000, `told "${text}"`)
const account = (loan: number): string => `00000010${loan}`

/** An officer's prompt on a loan; its payment when it is booked. */
async function pays(
  story: Story,
  loan: number | string,
  amount: string,
): Promise<{ id: string; receipt: string; requestId: string }> {
  const { body } = await stage.post(
    '/api/v1/collection-requests',
    { loanId: String(loan), amount, mode: 'prompt' },
    { key: story.key, idempotencyKey: `told-${loan}-${amount}` },
  )
  const { transactions } = await story.movement(String(body.id), 'booked', 120_000)
  await stage.settle()
  const payment = transactions.at(-1)
  return { id: String(payment?.id), receipt: String(payment?.receipt), requestId: String(body.id) }
}

describe('"we received" names', () => {
  const [FIRST, OTHER, UNMET] = [31, 531, 532]
  beforeAll(async () => {
    await addLoans(stage, 'demo-ke', [{ id: FIRST }, { id: OTHER }, { id: UNMET }])
    await ke.ask('50.00', String(OTHER))
  })
  const move = (id: string, loan: number) =>
    createOffice(stage, 'demo-ke').first.post(`/transactions/${id}/paid-by-mistake`, {
      way: 'move',
      loanId: String(loan),
    })

  it('the loan that was paid, then the one to which the payment was moved', async () => {
    const { id, receipt } = await pays(ke, FIRST, '11.00')
    expect(await last(ke)).toBe(
      `Umoja Credit: we received KES 11 for loan ${account(FIRST)}. Receipt ${receipt}. Thank you.`,
    )
    await move(id, OTHER)
    await told(ke, `we received KES 11 for loan ${account(OTHER)}. Receipt ${receipt}.`)
  })

  it('no number where we have never met the loan: never the one that was meant first', async () => {
    const { id, receipt } = await pays(ke, FIRST, '12.00')
    await move(id, UNMET)
    await told(ke, `we received KES 12 for another loan. Receipt ${receipt}.`)
  })

  it('only what is news: the rest of a payment is told of when it has found its home', async () => {
    const SMALL = 34
    await addLoans(stage, 'demo-ke', [
      { id: SMALL, principal: '100', interestPerPeriod: '0', instalments: 1 },
    ])
    const { body } = await stage.post(
      '/api/v1/collection-requests',
      { loanId: String(SMALL), amount: '60.00', mode: 'prompt' },
      { key: ke.key, idempotencyKey: 'told-small' },
    )
    await ke.core({
      tellerRepayment: { loanId: SMALL, amount: '80.00', receiptNumber: 'AT-THE-DESK', date: '2026-03-05' },
    })
    await ke.movement(String(body.id), 'booked', 120_000)
    await told(ke, `we received KES 20 for loan ${account(SMALL)}. Receipt`)
    const office = createOffice(stage, 'demo-ke').first
    const item = (await office.list('/suspense')).find(({ loanId }) => loanId === String(SMALL))
    const allocations = [{ target: 'loan', targetId: String(OTHER), amount: '40.00' }]
    expect((await office.post(`/suspense/${item?.id}/settle`, { way: 'book', allocations })).status).toBe(200)
    await told(ke, `we received KES 40 for loan ${account(OTHER)}. Receipt`)
  })

  it('all accounts that shared one payment, and what came to them', async () => {
    const [LOST, SAVINGS] = [33, '7']
    await addLoans(stage, 'demo-ke', [{ id: LOST }])
    const { fineract } = demoSimulators(demoTenants(true), stage.url)
    const seed = fineract?.tenants.find(({ id }) => id === 'demo-ke')
    if (seed === undefined) throw new Error('no demo-ke')
    const savings = [{ id: Number(SAVINGS), accountNo: '000000077', clientId: 1, product: 'Akiba' }]
    await stage.house.simulators?.seed({ fineract: { tenants: [{ ...seed, savings }] } })
    const office = createOffice(stage, 'demo-ke').first
    await stage.post(
      '/api/v1/collection-requests',
      { loanId: String(LOST), amount: '60.00', mode: 'prompt' },
      { key: ke.key, idempotencyKey: 'told-lost' },
    )
    await ke.core({ writeOffLoan: LOST })
    const item = await hurry(
      stage,
      async () => (await office.list('/suspense')).find(({ loanId }) => loanId === String(LOST)),
      120_000,
      'an item',
    )
    const share = (target: string, targetId: string, amount: string) => ({ target, targetId, amount })
    const settled = await office.post(`/suspense/${item.id}/settle`, {
      way: 'book',
      allocations: [
        share('loan', '1', '10.00'),
        share('loan', String(OTHER), '20.00'),
        share('savings', SAVINGS, '30.00'),
      ],
    })
    expect(settled.status).toBe(200)
    await told(ke, `we received KES 60 for loan 000000011, loan ${account(OTHER)} and your savings. Receipt`)
  })
})

describe('a payout that does not go', () => {
  it('is the lender’s to explain where the lender’s own checks refuse it', async () => {
    const { first, second } = createOffice(stage, 'demo-ke')
    await addLoans(stage, 'demo-ke', [{ id: 240, principal: '24000', status: 'approved' }])
    const { body } = await first.post('/disbursements', { loanId: '240' })
    await ke.change('disbursements', { id: body.id }, { amount_minor: 2_399_900n })
    await second.post(`/disbursements/${body.id}/approve`)
    await hurry(
      stage,
      async () => (await first.get(`/disbursements/${body.id}`)).state === 'failed',
      600_000,
      'refused',
    )
    await stage.settle()
    expect(await last(ke)).toMatch(
      /^Umoja Credit: we cannot send you KES 24,000 yet\. Please ask us: \+254\d+\.$/,
    )
  })

  it('is the operator’s no where the operator said it', async () => {
    const office = createOffice(stage, 'demo-cm').first
    await stage.fault({ simulator: 'mtn-momo', kind: 'unreachable', msisdn: cm.own })
    await office.post('/disbursements', { loanId: '101' })
    await told(cm, `nous n'avons pas pu vous envoyer XAF 80 000: ${WORDS.fr.reasons.failed}.`)
  })
})

it('a push of which the operator never heard is not told as its refusal', async () => {
  await stage.fault({ simulator: 'mtn-momo', kind: 'lost-request', msisdn: cm.own, times: 3 })
  const { body } = await cm.ask('120')
  await cm.approve('own')
  await cm.movement(String(body.id), 'failed', 1_800_000, 10_000)
  await stage.settle()
  expect(await last(cm)).toContain(`XAF 120 non payé: ${WORDS.fr.unsent}.`)
})

describe('a payment that the operator took back', () => {
  it.each([
    [
      'demo-ke',
      '21.00',
      'the operator took back your payment of KES 21 of 05/03',
      'It is due again: loan 000000011.',
    ],
    [
      'demo-cm',
      '210',
      "l'opérateur a repris votre paiement de XAF 210 du 05/03",
      'De nouveau à payer: le pret 000000011.',
    ],
  ] as const)('is told once at %s, and the loan is due again', async (tenant, amount, text, due) => {
    const story = createStory(stage, tenant)
    const { id, receipt, requestId } = await pays(story, '1', amount)
    const before = (await story.sms(story.own)).length
    const reverse = () =>
      act(stage.house.gateway.deps, tenant, commit =>
        stage.house.gateway.stepper.step(commit, 'transaction', id, {
          type: 'REVERSED',
          at: commit.at.toISOString(),
          amount: { amount, currency: tenant === 'demo-ke' ? 'KES' : 'XAF' },
        }),
      )
    await reverse()
    await told(story, due)
    await reverse()
    await stage.settle()
    const since = (await story.sms(story.own)).slice(before)
    expect(since).toEqual([expect.stringContaining(asSms(text))])
    expect(since[0]).toContain(receipt)
    expect((await story.request(requestId)).state).toBe('asked')
  })
})

describe('what her operator takes besides', () => {
  const line = 'daraja,collect,1.00,250000.00,13.00,0,0.00,0,customer,KES,2026-03-01,'
  /** The list of wallets, and the confirmation of the first. */
  async function screens(): Promise<string[]> {
    await ke.ask('40.00')
    const phone = stage.phone('demo-ke')
    // what was left open before is not gone on with
    stage.clock.advance(4 * 60_000)
    await phone.dial()
    return [(await phone.answer('1')).text, (await phone.answer('1')).text]
  }

  it.each([
    ['known', [line], ['KES 40 with:\n1 M-PESA 0700000001 + KES 13\n', 'Pay KES 40 + KES 13 charge from']],
    ['not told', [], ['\n1 M-PESA 0700000001 + charge\n', "Pay KES 40 plus your operator's charge from"]],
    [
      'told by nobody whose it is',
      [line.replace('customer', 'unknown')],
      ['\n1 M-PESA 0700000001 + charge\n', "Pay KES 40 plus your operator's charge from"],
    ],
    [
      'the lender’s',
      [line.replace('customer', 'lender')],
      ['\n1 M-PESA 0700000001\n', 'Pay KES 40 from M-PESA'],
    ],
    ['nothing', [line.replace('13.00', '0.00')], ['\n1 M-PESA 0700000001\n', 'Pay KES 40 from M-PESA']],
  ])('stands beside the wallet and the amount: %s', async (_, lines, texts) => {
    expect(await putTariffs(stage, ke, lines)).toBe(200)
    expect(await screens()).toEqual(texts.map(text => expect.stringContaining(text)))
  })
})

describe('a payer who is not the borrower', () => {
  /** Paid from the other wallet, and booked. */
  async function paidByOther(amount: string): Promise<{ id: string; receipt: string }> {
    const { body } = await ke.ask(amount)
    stage.clock.advance(4 * 60_000)
    await ke.approve('payer')
    const { transactions } = await ke.movement(String(body.id), 'booked', 120_000)
    await stage.settle()
    return { id: String(transactions.at(-1)?.id), receipt: String(transactions.at(-1)?.receipt) }
  }
  const read = async (): Promise<string> => (await ke.sms(ke.payer)).at(-1) ?? ''

  it('hears that her money came back to her, and nothing of the loan', async () => {
    const { id, receipt } = await paidByOther('23.00')
    await createOffice(stage, 'demo-ke').first.post(`/transactions/${id}/paid-by-mistake`, { way: 'return' })
    const state = async () => (await ke.rows('transactions', { id }))[0]?.state
    await hurry(stage, async () => (await state()) === 'returned', 600_000, 'returned')
    await stage.settle()
    expect(await read()).toBe(
      `Umoja Credit: we sent KES 23 back to your wallet. You had paid it for Wanjiku, receipt ${receipt}.`,
    )
  })

  it('hears that the operator took it back', async () => {
    const { id, receipt } = await paidByOther('24.00')
    await act(stage.house.gateway.deps, 'demo-ke', commit =>
      stage.house.gateway.stepper.step(commit, 'transaction', id, {
        type: 'REVERSED',
        at: commit.at.toISOString(),
        amount: { amount: '24.00', currency: 'KES' },
      }),
    )
    await stage.settle()
    expect(await read()).toBe(
      `Umoja Credit: the operator took back your payment of KES 24 for Wanjiku, receipt ${receipt}.`,
    )
  })
})
