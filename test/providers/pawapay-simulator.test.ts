import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { onAggregatorStage } from './aggregator-stage.ts'

const CHANDA = '+260763456789' as Msisdn

const ACCOUNT = {
  ...{ vendor: 'pawapay', account: 'bank', currency: 'ZMW', float: '5000.00' },
  secrets: { apiToken: 'token-1' },
} as const

const pawa = onAggregatorStage({
  profile: 'pawapay',
  seed: listener => ({
    accounts: [{ ...ACCOUNT, secrets: { ...ACCOUNT.secrets, callbackUrl: `${listener}/dashboard` } }],
    wallets: [{ msisdn: CHANDA, pin: '1234', balance: '900.00', name: 'Chanda Mwale', currency: 'ZMW' }],
  }),
  config: { apiToken: 'token-1', currency: 'ZMW' },
  currency: 'ZMW',
  msisdn: CHANDA,
  code: 'MTN_MOMO_ZMB',
  promptSeconds: 300,
})
const { orderOf } = pawa
const SUM = 15_050n

describe('pawapay against its simulator', () => {
  it.each(['collect', 'disburse'] as const)(
    'to %s: is accepted, told by a hint, and confirmed by asking',
    async operation => {
      const order = orderOf(operation, SUM)
      expect(await pawa.inquire(order)).toEqual({ kind: 'not-found' })
      expect((await pawa.send(order)).sent).toEqual({ kind: 'accepted' })
      expect(await pawa.inquire(order)).toEqual({ kind: 'accepted' })
      await pawa.stage().pass(5)
      const confirmed = await pawa.inquire(order)
      const truth = await pawa.truthOf(order)
      expect(truth).toMatchObject({ status: 'succeeded', amount: '150.50', kind: operation })
      expect(confirmed).toMatchObject({
        kind: 'confirmed',
        amount: order.amount,
        receipt: truth?.receipt,
        at: expect.any(Date),
      })
      expect(pawa.told(order, '/dashboard')).toMatchObject([
        {
          proven: false,
          reading: {
            kind: 'outcome',
            reference: order.reference,
            outcome: { kind: 'confirmed', amount: order.amount },
          },
        },
      ])
    },
  )

  it('gives a collection back, once', async () => {
    const paid = orderOf('collect', SUM)
    await pawa.ended(paid)
    const refund = (minor: bigint) => orderOf('refund', minor, { original: { reference: paid.reference } })
    expect((await pawa.send(refund(SUM + 10n))).sent).toMatchObject({ kind: 'declined', reason: 'limit' })
    expect(await pawa.ended(refund(SUM))).toMatchObject({ kind: 'confirmed', amount: paid.amount })
    expect((await pawa.send(refund(SUM))).sent).toMatchObject({
      kind: 'declined',
      reason: 'failed',
      again: 'never',
    })
    const nothing = orderOf('refund', SUM, { original: { reference: pawa.adapter.newReference() } })
    expect((await pawa.send(nothing)).sent).toMatchObject({
      kind: 'declined',
      code: 'REJECTED:DEPOSIT_NOT_FOUND',
    })
  })

  it.each(['lost-answer', 'server-error-after', 'cut-json'])(
    'finds what a %s hid, and moves it once',
    async kind => {
      const order = orderOf('disburse', SUM)
      await pawa.script(kind)
      expect((await pawa.send(order)).sent.kind).toBe('unknown')
      expect((await pawa.send(order)).sent.kind).toBe('unknown')
      await pawa.stage().pass(5)
      expect(await pawa.inquire(order)).toMatchObject({ kind: 'confirmed', amount: order.amount })
      expect((await pawa.truth()).filter(({ reference }) => reference === order.reference)).toHaveLength(1)
    },
  )

  it('learns that a lost request was never heard of', async () => {
    await pawa.script('lost-request')
    const order = orderOf('collect', SUM)
    expect((await pawa.send(order)).sent.kind).toBe('unknown')
    expect(await pawa.inquire(order)).toEqual({ kind: 'not-found' })
  })

  it.each([
    ['insufficient-funds', 'collect', { kind: 'declined', reason: 'insufficient-funds' }],
    ['cancelled', 'collect', { kind: 'declined', reason: 'cancelled' }],
    ['wrong-pin', 'collect', { kind: 'declined', reason: 'cancelled' }],
    ['expired', 'collect', { kind: 'declined', reason: 'cancelled' }],
    ['unreachable', 'collect', { kind: 'declined', reason: 'failed' }],
    ['no-answer-ever', 'collect', { kind: 'accepted' }],
    ['no-float', 'disburse', { kind: 'our-fault', fault: 'no-float', ended: true }],
    ['payee-refused', 'disburse', { kind: 'declined', reason: 'not-allowed' }],
    ['unreachable', 'disburse', { kind: 'declined', reason: 'failed' }],
  ] as const)('understands %s to %s', async (kind, operation, outcome) => {
    await pawa.script(kind)
    expect(await pawa.ended(orderOf(operation, SUM))).toMatchObject(outcome)
  })

  it('is refused what no operator there would take', async () => {
    const sent = async (change: object, minor = SUM) =>
      (await pawa.send(orderOf('collect', minor, change))).sent
    expect(await sent({ msisdn: '+260973456789' as Msisdn })).toMatchObject({
      kind: 'declined',
      reason: 'no-account',
    })
    expect(await sent({ code: 'MTN_MOMO_XXX' })).toMatchObject({ kind: 'our-fault', fault: 'configuration' })
    expect(await sent({}, 50n)).toMatchObject({ kind: 'declined', reason: 'below-minimum' })
    expect(await sent({}, 1_000_100n)).toMatchObject({ kind: 'declined', reason: 'limit' })
    const other = pawa.adapter.config({
      baseUrl: pawa.config().baseUrl,
      apiToken: 'token-2',
      currency: 'ZMW',
    })
    expect(await pawa.adapter.send(orderOf('collect', SUM), other, pawa.tools())).toMatchObject({
      kind: 'our-fault',
      fault: 'credentials',
    })
  })

  it('tells its balance', async () => {
    expect(await pawa.adapter.balances?.(pawa.config(), pawa.tools())).toMatchObject({
      kind: 'balances',
      balances: [{ account: 'ZMB', amount: { currency: 'ZMW' } }],
    })
  })

  describe('tells whom the account reaches', () => {
    const asked = () => pawa.adapter.reached?.(pawa.config(), pawa.tools())
    const stands = (secrets: Readonly<Record<string, string>>) =>
      pawa.stage().simulators.seed({
        aggregators: {
          accounts: [{ ...ACCOUNT, secrets: { ...ACCOUNT.secrets, ...secrets } }],
          wallets: [],
        },
      })
    const within = {
      minimum: { minor: 100n, currency: 'ZMW' },
      maximum: { minor: 1_000_000n, currency: 'ZMW' },
    }
    const reached = (code: string, now: string) =>
      (['collect', 'disburse'] as const).map(operation => ({ code, operation, ...within, now }))

    it('of its own currency, with the limits of each and how it stands', async () => {
      await stands({ closed: 'MTN_MOMO_ZMB', delayed: 'AIRTEL_OAPI_ZMB' })
      expect(await asked()).toEqual({
        kind: 'reached',
        reached: [...reached('MTN_MOMO_ZMB', 'closed'), ...reached('AIRTEL_OAPI_ZMB', 'delayed')],
      })
    })

    it('and an order to one that is closed, or not switched on, is refused as it says', async () => {
      const { sent } = await pawa.send(orderOf('collect', SUM))
      expect(sent).toMatchObject({ kind: 'declined', reason: 'busy', again: 'later' })
      await stands({ active: 'AIRTEL_OAPI_ZMB' })
      expect(await asked()).toEqual({ kind: 'reached', reached: reached('AIRTEL_OAPI_ZMB', 'open') })
      expect((await pawa.send(orderOf('disburse', SUM))).sent).toMatchObject({
        kind: 'our-fault',
        fault: 'configuration',
      })
      await stands({})
    })

    it('and says so where it does not let us in, or says something else', async () => {
      const { baseUrl } = pawa.config()
      const other = pawa.adapter.config({ baseUrl, apiToken: 'token-2', currency: 'ZMW' })
      expect(await pawa.adapter.reached?.(other, pawa.tools())).toMatchObject({
        ...{ kind: 'our-fault', fault: 'credentials' },
      })
      const http = async () => ({ kind: 'answer' as const, status: 200, headers: {}, body: '<html>' })
      expect(await pawa.adapter.reached?.(pawa.config(), { ...pawa.tools(), http })).toMatchObject({
        kind: 'unknown',
      })
    })

    it('and how an operator stands is not known where a word is not listed', async () => {
      const { http } = pawa.tools()
      const reworded: typeof http = async request => {
        const answer = await http(request)
        return answer.kind === 'answer'
          ? { ...answer, body: answer.body.replaceAll('OPERATIONAL', 'FINE') }
          : answer
      }
      expect(await pawa.adapter.reached?.(pawa.config(), { ...pawa.tools(), http: reworded })).toMatchObject({
        reached: expect.arrayContaining([expect.objectContaining({ now: 'unknown' })]),
      })
    })
  })
})
