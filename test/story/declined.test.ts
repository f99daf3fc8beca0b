import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WORDS } from '../../flows/words/index.ts'
import type { Reason } from '../../src/domain/outcome.ts'
import { expectBooksToAgree } from '../support/books.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, type Story } from '../support/story.ts'

/** How each provider words what befell her: MTN knows neither a wrong PIN nor an unreachable phone. */
const FATES: readonly { fate: string; 'demo-ke': Reason; 'demo-cm': Reason }[] = [
  { fate: 'cancelled', 'demo-ke': 'cancelled', 'demo-cm': 'cancelled' },
  { fate: 'insufficient-funds', 'demo-ke': 'insufficient-funds', 'demo-cm': 'insufficient-funds' },
  { fate: 'wrong-pin', 'demo-ke': 'wrong-pin', 'demo-cm': 'cancelled' },
  { fate: 'unreachable', 'demo-ke': 'unreachable', 'demo-cm': 'failed' },
  { fate: 'expired', 'demo-ke': 'expired', 'demo-cm': 'expired' },
]

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
})
afterAll(() => stage.close())

describe.each(['demo-ke', 'demo-cm'] as const)('a push that fails at %s', tenant => {
  let story: Story
  beforeAll(() => {
    story = createStory(stage, tenant)
  })

  it.each(FATES)('$fate: she reads why, and the second wallet pays the same request', async expected => {
    const words = WORDS[story.language]
    const amount = tenant === 'demo-ke' ? '100.00' : '100'
    const asked = await story.ask(amount)
    const id = String(asked.body.id)
    await stage.fault({ simulator: story.provider, kind: expected.fate, msisdn: story.own })
    const before = (await story.truth()).length

    await story.approve('own')
    expect((await story.request(id)).state).toBe('approved')
    const failed = await story.movement(id, 'failed', 400_000, 2000)
    expect(failed.state).toBe('asked')
    const told = (await story.sms(story.own)).at(-1) ?? ''
    expect(told).toContain(asSms(words.reasons[expected[tenant]]))
    expect(told).toContain(story.dialled.payer)
    expect(await story.sms(story.payer)).not.toContainEqual(told)

    await story.approve('payer')
    const [lender, firstName] =
      tenant === 'demo-ke' ? ['Umoja Credit', 'Wanjiku'] : ['Espoir Finance', 'Aminata']
    const [waiting] = (await story.request(id)).transactions.slice(-1)
    expect(waiting?.state).toBe('logged')
    await stage.settle()
    // its holder knows before its prompt comes, and reads no more than who pays how much
    const warned = (await story.sms(story.payer)).at(-1) ?? ''
    expect(warned).toContain(lender)
    expect(warned).toContain(firstName)
    expect(warned).toContain(words.money({ amount, currency: story.provider === 'mpesa' ? 'KES' : 'XAF' }))
    expect(warned).not.toContain('000000011')
    const paid = await story.state(id, 'paid')
    expect(paid.transactions.map(({ state }) => state)).toEqual(['failed', 'booked'])
    expect((await story.truth()).slice(before)).toEqual([
      expect.objectContaining({ msisdn: story.own, status: 'failed', amount }),
      expect.objectContaining({ msisdn: story.payer, status: 'succeeded', amount }),
    ])
    await stage.settle()
    const receipt = String(paid.transactions.at(-1)?.receipt)
    const [hers, payers] = [
      (await story.sms(story.own)).at(-1) ?? '',
      (await story.sms(story.payer)).at(-1) ?? '',
    ]
    expect(hers).toContain(receipt)
    expect(hers).toContain('000000011')
    // the payer is not the borrower: amount, receipt, lender and first name, never the loan
    expect(payers).toContain(receipt)
    expect(payers).toContain(tenant === 'demo-ke' ? 'Umoja Credit' : 'Espoir Finance')
    expect(payers).toContain(tenant === 'demo-ke' ? 'Wanjiku' : 'Aminata')
    expect(payers).not.toMatch(/000000011|Mwangi|Ngono/)
    await expectBooksToAgree(stage, tenant)
  })

  it('tells one number once where payer and borrower are the same', async () => {
    const asked = await story.ask(tenant === 'demo-ke' ? '50.00' : '50')
    await story.approve('own')
    const paid = await story.state(String(asked.body.id), 'paid')
    await stage.settle()
    const receipt = String(paid.transactions[0]?.receipt)
    expect((await story.sms(story.own)).filter(text => text.includes(receipt))).toHaveLength(1)
    expect((await story.sms(story.payer)).filter(text => text.includes(receipt))).toHaveLength(0)
  })
})
