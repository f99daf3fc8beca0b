import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { SKYBURG_PUBLIC_KEY } from '../../src/simulators/aggregator/index.ts'
import { type AggregatorStage, onAggregatorStage } from './aggregator-stage.ts'

/** The templates against the made-up party that each has: described apart from them, and as strict. */

type Lender = Pick<AggregatorStage, 'profile' | 'config' | 'currency' | 'code'> & {
  readonly msisdn: string
  readonly account: string
  readonly secrets: Readonly<Record<string, string>>
  /** Whether it calls back, and proves it. */
  readonly calls: boolean
}

const LENDERS: readonly Lender[] = [
  {
    profile: 'wave-soap',
    ...{ currency: 'MMK', msisdn: '+959790000001', account: 'M1', calls: false },
    secrets: { user: 'bank', password: 'soap-password' },
    config: { merchantId: 'M1', user: 'bank', password: 'soap-password' },
  },
  {
    profile: 'mosambee',
    ...{ currency: 'INR', msisdn: '+919876543210', account: 'M1', calls: false },
    secrets: { apiKey: 'key' },
    config: { merchantId: 'M1', apiKey: 'key' },
  },
  {
    profile: 'kodo',
    ...{ currency: 'ZMW', msisdn: '+260763456789', account: 'bank', calls: true },
    secrets: { apiKey: 'key', callbackToken: 'token' },
    config: { apiKey: 'key', callbackToken: 'token' },
  },
  {
    profile: 'skyburg',
    ...{ currency: 'USD', msisdn: '+263771000001', account: 'bank', code: 'ECOCASH', calls: true },
    secrets: { password: 'secret', merchantCode: 'M1', merchantPin: '7391', signingSecret: 'hush' },
    config: {
      ...{ user: 'bank', password: 'secret', merchantCode: 'M1', merchantPin: '7391', signingSecret: 'hush' },
      ...{ currency: 'USD', publicKey: SKYBURG_PUBLIC_KEY },
    },
  },
]

describe.each(LENDERS)(
  '$profile against its simulator',
  ({ profile, account, secrets, calls, msisdn, ...rest }) => {
    const { currency } = rest
    const fake = onAggregatorStage({
      ...rest,
      profile,
      msisdn: msisdn as Msisdn,
      promptSeconds: 300,
      seed: {
        accounts: [{ vendor: profile, account, currency, float: '5000.00', secrets }],
        wallets: [{ msisdn, pin: '1234', balance: '3000.00', name: 'Somebody Else', currency }],
      },
    })
    const { orderOf, inquire, send, ended, script } = fake
    const SUM = 12_500n

    it.each(['collect', 'disburse'] as const)('to %s: taken, pending, confirmed', async operation => {
      const order = orderOf(operation, SUM)
      expect(await inquire(order)).toEqual({ kind: 'not-found' })
      const attempt = await send(order)
      expect(attempt.sent).toEqual({ kind: 'accepted', providerReference: expect.any(String) })
      expect((await inquire(order)).kind).toBe('accepted')
      await fake.stage().pass(5)
      const truth = await fake.truthOf(attempt)
      expect(truth).toMatchObject({ status: 'succeeded', kind: operation })
      expect(await inquire(attempt)).toMatchObject({
        kind: 'confirmed',
        amount: order.amount,
        receipt: truth?.receipt,
      })
      const told = {
        proven: true,
        reading: { reference: order.reference, outcome: { kind: 'confirmed', amount: order.amount } },
      }
      expect(fake.told(attempt)).toMatchObject(calls ? [told] : [])
    })

    it.each([
      'lost-answer',
      'server-error-after',
      'cut-json',
      'not-there',
      'system-error',
      'soap-fault',
      'empty-body',
    ])('finds what a %s hid, and moves it once', async kind => {
      const order = orderOf('disburse', SUM)
      await script(kind)
      expect((await send(order)).sent.kind).toBe('unknown')
      expect((await send(order)).sent.kind).toBe('unknown')
      await fake.stage().pass(5)
      expect(await inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
      expect((await fake.truth()).filter(({ reference }) => reference === order.reference)).toHaveLength(1)
    })

    it.each([
      ['insufficient-funds', 'collect', { kind: 'declined', reason: 'insufficient-funds' }],
      ['wrong-pin', 'collect', { kind: 'declined', reason: 'wrong-pin' }],
      ['cancelled', 'collect', { kind: 'declined', reason: 'cancelled' }],
      ['expired', 'collect', { kind: 'declined', reason: 'expired' }],
      ['no-answer-ever', 'collect', { kind: 'accepted' }],
      ['no-float', 'disburse', { kind: 'our-fault', fault: 'no-float', ended: true }],
      ['payer-limit', 'disburse', { kind: 'declined', reason: 'limit' }],
      ['payee-refused', 'disburse', { kind: 'declined', reason: 'not-allowed' }],
      ['unreachable', 'disburse', { kind: 'declined', reason: 'failed' }],
    ] as const)('understands %s to %s', async (kind, operation, outcome) => {
      await script(kind)
      expect(await ended(orderOf(operation, SUM))).toMatchObject(outcome)
    })

    it('learns that money went back, and that nobody has that number', async () => {
      await script('reversed-later')
      const order = orderOf('collect', SUM)
      expect(await ended(order)).toMatchObject({ kind: 'confirmed' })
      await fake.stage().pass(61)
      expect(await inquire(order)).toMatchObject({ kind: 'reversed', amount: order.amount })
      const nobody = msisdn.replace(/.$/, last => (last === '9' ? '8' : '9')) as Msisdn
      expect(await ended(orderOf('disburse', SUM, { msisdn: nobody }))).toMatchObject({
        kind: 'declined',
        reason: 'no-account',
      })
      expect((await send(orderOf('collect', SUM, { msisdn: '+254700000001' as Msisdn }))).sent).toMatchObject(
        { kind: 'declined', reason: 'no-account' },
      )
    })

    it('is refused with wrong credentials', async () => {
      const { fields, baseUrl } = fake.config()
      const wrong = {
        ...fields,
        ...(profile === 'wave-soap' || profile === 'skyburg' ? { password: 'no' } : { apiKey: 'no' }),
      }
      const other = fake.adapter.config({ baseUrl, currency, ...wrong })
      expect(await fake.adapter.send(orderOf('collect', SUM), other, fake.tools())).toMatchObject({
        kind: 'our-fault',
        fault: 'credentials',
      })
    })

    it(calls ? 'sees through a forger' : 'is called back by nobody', async () => {
      await script('forged')
      const attempt = await send(orderOf('collect', SUM))
      await fake.stage().pass(5)
      expect(fake.told(attempt).map(({ proven }) => proven)).toEqual(calls ? [false, true] : [])
    })

    if (profile === 'skyburg')
      it('gives back, names her, and tells its balance', async () => {
        const paid = orderOf('collect', SUM)
        expect(await ended(paid)).toMatchObject({ kind: 'confirmed', name: 'Somebody Else' })
        const refund = orderOf('refund', SUM, { original: { reference: paid.reference } })
        expect(await ended(refund)).toMatchObject({ kind: 'confirmed', amount: paid.amount })
        const again = orderOf('refund', SUM, { original: { reference: paid.reference } })
        expect(await ended(again)).toMatchObject({ kind: 'declined', reason: 'failed' })
        const { adapter } = fake
        expect(await adapter.nameOf?.(msisdn as Msisdn, fake.config(), fake.tools())).toEqual({
          kind: 'name',
          name: 'Somebody Else',
        })
        expect(await adapter.nameOf?.('+263771000009' as Msisdn, fake.config(), fake.tools())).toEqual({
          kind: 'no-account',
        })
        expect(await adapter.balances?.(fake.config(), fake.tools())).toMatchObject({
          kind: 'balances',
          balances: [{ account: 'bank', amount: { currency: 'USD' } }],
        })
      })
  },
)
