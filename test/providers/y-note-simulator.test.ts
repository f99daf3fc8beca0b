import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { onAggregatorStage } from './aggregator-stage.ts'

const OUMAR = '+237690000001' as Msisdn
const AWA = '+237670000001' as Msisdn

const y = onAggregatorStage({
  profile: 'y-note',
  seed: {
    accounts: [
      {
        vendor: 'y-note',
        account: 'client-1',
        currency: 'XAF',
        float: '100000',
        secrets: {
          clientSecret: 'cs',
          customerKey: 'ck',
          customerSecret: 'cks',
          channelMsisdn: '690000009',
          pin: '7319',
        },
      },
    ],
    wallets: [OUMAR, AWA].map(msisdn => ({ msisdn, pin: '1234', balance: '90000', name: 'Somebody' })),
  },
  config: {
    ...{ tokenUrl: 'sim://y-note/oauth2/token', clientId: 'client-1', clientSecret: 'cs' },
    ...{ customerKey: 'ck', customerSecret: 'cks', channelMsisdn: '690000009', pin: '7319' },
  },
  currency: 'XAF',
  msisdn: OUMAR,
  code: 'OM_CMR',
  promptSeconds: 300,
})
const { orderOf } = y
const ROADS = [
  ['collect', 'OM_CMR', OUMAR],
  ['collect', 'MTN_CMR', AWA],
  ['disburse', 'OM_CMR', OUMAR],
] as const

describe('y-note against its simulator', () => {
  it.each(ROADS)(
    'to %s by %s: is queued, told by a hint, and confirmed by asking',
    async (operation, code, msisdn) => {
      const order = orderOf(operation, 1_500n, { code, msisdn })
      const attempt = await y.send(order)
      expect(attempt.sent).toEqual({ kind: 'accepted', providerReference: expect.any(String) })
      expect((await y.inquire(attempt)).kind).toBe('accepted')
      await y.stage().pass(5)
      const truth = await y.truthOf(attempt)
      expect(await y.inquire(attempt)).toEqual({
        kind: 'confirmed',
        amount: order.amount,
        receipt: truth?.receipt,
      })
      // two Ls in a callback may be Orange's yes or Y-Note's receipt: it makes us ask, whatever it says
      expect(y.told(attempt)).toMatchObject([{ proven: false, reading: { kind: 'outcome' } }])
    },
  )

  it('never believes that an MTN payment was made because its request was taken', async () => {
    const attempt = await y.send(orderOf('collect', 1_500n, { code: 'MTN_CMR', msisdn: AWA }))
    const body = JSON.stringify({
      ErrorCode: 200,
      status: 'SUCCESSFULL',
      MessageId: attempt.providerReference,
    })
    const request = { method: 'POST', headers: {}, query: {}, body, from: '127.0.0.1' }
    expect(y.adapter.readCallback(request, y.config(), attempt)).toMatchObject({
      outcome: { kind: 'accepted' },
    })
  })

  it('cannot find again what a lost answer hid', async () => {
    await y.script('lost-answer')
    const attempt = await y.send(orderOf('disburse', 1_500n))
    expect(attempt.sent.kind).toBe('unknown')
    expect((await y.inquire(attempt)).kind).toBe('unknown')
  })

  it.each([
    ['cancelled', 'collect', 'cancelled'],
    ['expired', 'collect', 'expired'],
    ['insufficient-funds', 'collect', 'failed'],
    ['no-float', 'disburse', 'failed'],
    ['payee-refused', 'disburse', 'failed'],
  ] as const)('understands %s to %s', async (kind, operation, reason) => {
    await y.script(kind)
    expect(await y.ended(orderOf(operation, 1_500n))).toMatchObject({ kind: 'declined', reason })
  })

  it('survives a token that ended before its time, and is refused with a wrong secret', async () => {
    await y.send(orderOf('collect', 1_500n))
    await y.stage().pass(3_500)
    expect((await y.send(orderOf('collect', 1_500n))).sent.kind).toBe('accepted')
    const { fields, baseUrl } = y.config()
    const other = y.adapter.config({ baseUrl, ...fields, clientSecret: 'no' })
    expect(await y.adapter.send(orderOf('collect', 1_500n), other, y.tools())).toMatchObject({
      kind: 'our-fault',
      fault: 'credentials',
    })
    const wrongKey = y.adapter.config({ baseUrl, ...fields, customerKey: 'no' })
    expect(await y.adapter.send(orderOf('collect', 1_500n), wrongKey, y.tools())).toMatchObject({
      kind: 'our-fault',
      fault: 'configuration',
    })
  })

  it('is refused a payout that is no multiple of five, and a number of the other operator', async () => {
    expect((await y.send(orderOf('disburse', 1_501n))).sent).toMatchObject({ kind: 'our-fault' })
    expect((await y.send(orderOf('collect', 1_500n, { msisdn: AWA }))).sent).toMatchObject({
      kind: 'our-fault',
    })
  })
})
