import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { onAggregatorStage } from './aggregator-stage.ts'

const THIDA = '+959790000001' as Msisdn

const wave = onAggregatorStage({
  profile: 'wave-mm',
  seed: {
    accounts: [
      {
        vendor: 'wave-mm',
        account: 'M1',
        currency: 'MMK',
        secrets: { secret: 'hush', payer: '959790000001' },
      },
    ],
    wallets: [{ msisdn: THIDA, pin: '1234', balance: '90000.00', name: 'Thida', currency: 'MMK' }],
  },
  config: { merchantId: 'M1', secret: 'hush', resultUrl: 'https://bank.example/done' },
  currency: 'MMK',
  msisdn: THIDA,
  promptSeconds: 600,
})
const order = (minor = 150_000n) => wave.orderOf('collect', minor)
const outcomes = (attempt: Parameters<typeof wave.told>[0]) =>
  wave
    .told(attempt)
    .map(({ reading, proven }) => [reading.kind === 'outcome' ? reading.outcome.kind : reading.kind, proven])

describe('wave-mm against its simulator', () => {
  it('gives a link that opens, cannot be asked, and tells by a signed callback', async () => {
    const attempt = await wave.send(order())
    if (attempt.sent.kind !== 'accepted' || attempt.sent.link === undefined)
      throw new Error(JSON.stringify(attempt.sent))
    expect((await fetch(attempt.sent.link)).status).toBe(200)
    expect((await wave.inquire(attempt)).kind).toBe('unknown')
    await wave.stage().pass(5)
    expect(await wave.truthOf(attempt)).toMatchObject({ status: 'succeeded', amount: '1500.00' })
    expect(wave.told(attempt)).toMatchObject([
      {
        proven: true,
        reading: {
          kind: 'outcome',
          reference: attempt.reference,
          outcome: { kind: 'confirmed', amount: attempt.amount, receipt: attempt.providerReference },
        },
      },
    ])
  })

  it('is told after a lost answer too: the callback is the attempt’s own', async () => {
    await wave.script('lost-answer')
    const attempt = await wave.send(order())
    expect(attempt.sent.kind).toBe('unknown')
    await wave.stage().pass(5)
    expect(outcomes(attempt)).toEqual([['confirmed', true]])
    expect((await wave.send({ ...order(), reference: attempt.reference })).sent.kind).toBe('unknown')
  })

  it('sees through a forger, hears a repetition twice, and nothing where nothing comes', async () => {
    for (const kind of ['forged', 'duplicate-callback']) await wave.script(kind)
    const attempt = await wave.send(order())
    await wave.stage().pass(5)
    expect(outcomes(attempt)).toEqual([
      ['confirmed', false],
      ['confirmed', true],
      ['confirmed', true],
    ])
    await wave.script('no-callback')
    const silent = await wave.send(order())
    await wave.stage().pass(700)
    expect(outcomes(silent)).toEqual([])
  })

  it.each([
    ['insufficient-funds', 'expired'],
    ['expired', 'expired'],
    ['cancelled', 'cancelled'],
    ['wrong-pin', 'not-allowed'],
    ['unreachable', 'failed'],
  ])('understands %s', async (kind, reason) => {
    await wave.script(kind)
    const attempt = await wave.send(order())
    await wave.stage().pass(601)
    expect(wave.told(attempt)).toMatchObject([
      { proven: true, reading: { outcome: { kind: 'declined', reason } } },
    ])
  })

  it('is refused with a wrong secret, and a link that would live too long', async () => {
    const { baseUrl, fields } = wave.config()
    const other = wave.adapter.config({ baseUrl, ...fields, secret: 'no' })
    expect(await wave.adapter.send(order(), other, wave.tools())).toMatchObject({
      kind: 'our-fault',
      fault: 'credentials',
    })
    expect(() => wave.adapter.config({ baseUrl, ...fields, secondsToLive: '601' })).toThrow('at most 600')
    const nameless = wave.orderOf('collect', 150_000n, { shownReference: '' })
    expect((await wave.send(nameless)).sent).toMatchObject({ kind: 'our-fault', fault: 'configuration' })
  })
})
