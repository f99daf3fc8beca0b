import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createOffice, type Office } from '../support/board.ts'
import { openMarket } from '../support/market.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import type { Row } from '../support/story.ts'

/** A market whose regulator caps wallets by what is known of their owners: the template of Mosambee. */

let stage: TestStage
let her: Awaited<ReturnType<typeof openMarket>>
let office: Office
beforeAll(async () => {
  stage = await openTestStage({ seeded: false })
  her = await openMarket(
    stage,
    {
      ...{
        tenant: 'india',
        country: 'IN',
        currency: 'INR',
        zone: 'Asia/Kolkata',
        language: 'en',
        operator: 'wallet-in',
      },
      ...{ adapter: 'mosambee', provider: 'mosambee', code: '*321#' },
      ...{
        own: '+919876543210',
        payer: '+919876543211',
        dialled: { own: '09876543210', payer: '09876543211' },
      },
      config: { baseUrl: 'sim://mosambee', merchantId: 'M1' },
      secrets: { apiKey: 'key' },
    },
    {
      aggregators: {
        accounts: [
          { vendor: 'mosambee', account: 'M1', currency: 'INR', float: '500000', secrets: { apiKey: 'key' } },
        ],
        wallets: ['+919876543210', '+919876543211'].map(msisdn => ({
          ...{ msisdn, pin: '1111', balance: '1000', name: 'Amina Mwangi', currency: 'INR' },
        })),
      },
    },
  )
  office = createOffice(stage, 'india')
})
afterAll(() => stage.close())

const KYC = 'Reserve Bank of India, FAQ on Prepaid Payment Instruments'

/** The plan of a voucher to her own wallet, whose KYC tier somebody wrote down; null: nobody did. */
async function planOf(tier: string | null, amount: string) {
  await her.change('wallets', { msisdn: her.own }, { kyc_tier: tier })
  const [own] = await her.rows('wallets', { msisdn: her.own })
  const { body } = await office.first.post('/plans', { operation: 'disburse', walletId: own?.id, amount })
  const { parts, refused } = body.plan as {
    parts: Row[]
    refused: (Row & { now: Row[]; instead: Row[] }) | null
  }
  return { parts: parts.map(part => part.amount), refused }
}

describe('INR 25,000 to a wallet', () => {
  it.each(['min-kyc', null])(
    'of tier %s: 10,000 now, and the rest is refused until it is known better',
    async tier => {
      const { parts, refused } = await planOf(tier, '25000.00')
      expect(parts).toEqual([])
      expect(refused).toMatchObject({
        why: 'over-period',
        cap: { window: 'month', value: '10000.00', source: KYC },
        now: [{ phone: her.own, amount: '10000.00' }],
        instead: [],
      })
      expect((await planOf(tier, '10000.00')).parts).toEqual(['10000.00'])
    },
  )

  it('of min-kyc goes on to another wallet of hers, where she has one that may have it', async () => {
    await her.change('wallets', { msisdn: her.payer }, { may_dial: true, kyc_tier: 'full-kyc' })
    const { refused } = await planOf('min-kyc', '25000.00')
    expect(refused?.instead).toMatchObject([{ phone: her.payer, amount: '25000.00' }])
    await her.change('wallets', { msisdn: her.payer }, { may_dial: false })
  })

  it('of full-kyc, with 10,000 a transaction at most: three parts', async () => {
    const limit = {
      provider: her.operator,
      tier: '*',
      operation: 'disburse',
      window: 'transaction',
      measure: 'amount',
    }
    const row = {
      ...limit,
      value: '10000.00',
      currency: 'INR',
      source: 'Mosambee',
      from: '2026-03-05',
      until: null,
    }
    expect((await office.first.put('/limits', { data: [row] })).status).toBe(200)
    expect(await planOf('full-kyc', '25000.00')).toEqual({
      parts: ['10000.00', '10000.00', '5000.00'],
      refused: null,
    })
  })
})
