import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { expectMore, onAggregatorStage } from './aggregator-stage.ts'

const AWA = '+237670000001' as Msisdn

const fm = onAggregatorStage({
  profile: 'furthermarket',
  seed: {
    accounts: [{ vendor: 'furthermarket', account: 'FM-1', currency: 'XAF' }],
    wallets: [{ msisdn: AWA, pin: '12345', balance: '200000', name: 'Awa Ngo' }],
  },
  config: { accountId: 'FM-1' },
  currency: 'XAF',
  msisdn: AWA,
  code: 'MTN',
  promptSeconds: 300,
})
const order = (minor = 1_500n) => fm.orderOf('collect', minor)

describe('furthermarket against its simulator', () => {
  it('collects, waits for her PIN, and confirms by asking with the payment’s number', async () => {
    const attempt = await fm.send(order())
    expect(attempt.sent).toEqual({ kind: 'accepted', providerReference: expect.stringMatching(/^8\d{8}$/) })
    expect((await fm.inquire(attempt)).kind).toBe('accepted')
    await fm.stage().pass(2)
    expect(await fm.inquire(attempt)).toEqual({ kind: 'confirmed', amount: attempt.amount })
    expect(await fm.truthOf(attempt)).toMatchObject({ status: 'succeeded', reference: null, amount: '1500' })
    expect(fm.told(attempt)).toEqual([])
  })

  it.each(['lost-answer', 'server-error-after', 'cut-json'])(
    'cannot find again what a %s hid: it is a person’s to look up',
    async kind => {
      await fm.script(kind)
      await expectMore(fm.truth, 1, async () => {
        const attempt = await fm.send(order())
        expect(attempt.sent.kind).toBe(kind === 'cut-json' ? attempt.sent.kind : 'unknown')
        if (attempt.providerReference === undefined) expect((await fm.inquire(attempt)).kind).toBe('unknown')
      })
    },
  )

  it.each([
    ['insufficient-funds', 'insufficient-funds'],
    ['cancelled', 'cancelled'],
    ['expired', 'expired'],
    ['wrong-pin', 'cancelled'],
    ['unreachable', 'failed'],
  ])('understands %s', async (kind, reason) => {
    await fm.script(kind)
    expect(await fm.ended(order())).toMatchObject({ kind: 'declined', reason })
  })

  it('never hears of what stays open', async () => {
    await fm.script('no-answer-ever')
    expect((await fm.ended(order())).kind).toBe('accepted')
  })

  it.each(['query-lost-answer', 'query-server-error', 'query-lost-request'])(
    'asks again after %s',
    async kind => {
      const attempt = await fm.send(order())
      await fm.stage().pass(5)
      await fm.script(kind)
      expect((await fm.inquire(attempt)).kind).toBe('unknown')
      expect((await fm.inquire(attempt)).kind).toBe('confirmed')
    },
  )

  it('is refused with an account that is not ours, and a number of another country', async () => {
    const { adapter } = fm
    const other = adapter.config({ baseUrl: fm.config().baseUrl, accountId: 'FM-2' })
    expect(await adapter.send(order(), other, fm.tools())).toEqual({
      kind: 'our-fault',
      fault: 'credentials',
      detail: expect.any(String),
    })
    const abroad = fm.orderOf('collect', 1_500n, { msisdn: '+254700000001' as Msisdn })
    expect((await fm.send(abroad)).sent).toMatchObject({ kind: 'declined', reason: 'no-account' })
  })

  it('takes any spelling of its parameters, and shows a payment to its own account only', async () => {
    const call = async (path: string) => (await fm.stage().call(`/furthermarket/FM/MTN/MoMo/${path}`)).text()
    const placed = await call('placepayment?MyAccountID=FM-1&CustomerPhonenumber=237670000001&amount=100')
    expect(placed).toMatch(/^1,8\d{8},placed$/)
    const payment = placed.split(',')[1]
    expect(await call(`checkpayment?AccountID=FM-1&PaymentID=${payment}`)).toBe(`0,${payment},pending`)
    expect(await call(`checkpayment?accountID=FM-2&paymentID=${payment}`)).toMatch(/^0,0,/)
    for (const bad of ['0', '1.5', '-1', 'x', ''])
      expect(await call(`placepayment?accountID=FM-1&Phonenumber=237670000001&Amount=${bad}`)).toBe(
        '0,0,error: amount',
      )
  })
})
