import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  AMINA,
  B2C,
  createLender,
  LENDER,
  type Lender,
  OTHER,
  POOR,
  REVERSAL,
  valuesOf,
} from './mpesa-lender.ts'

let lender: Lender
beforeAll(async () => {
  lender = await createLender()
})
afterAll(() => lender.stage.close())
beforeEach(() => lender.fresh())

describe('a payout', () => {
  it('is taken with two names, and told in full once it is made', async () => {
    const before = await lender.stage.balance('mpesa', AMINA)
    const body = lender.payoutBody(1500)
    expect(await lender.post(B2C, body)).toEqual({
      status: 200,
      body: {
        ConversationID: expect.stringMatching(/^AG_\d{8}_[0-9a-f]{20}$/),
        OriginatorConversationID: body.OriginatorConversationID,
        ResponseCode: '0',
        ResponseDescription: expect.any(String),
      },
    })
    await lender.stage.pass(1)
    expect(lender.results()).toEqual([])
    await lender.stage.pass(1)
    expect(lender.stage.listener.heard[0]?.body).toContain('"Value":1500.00')
    const [result] = lender.results()
    const told = valuesOf(result)
    expect(told).toMatchObject({
      TransactionAmount: 1500,
      TransactionReceipt: expect.stringMatching(/^U[A-Z0-9]{9}$/),
      ReceiverPartyPublicName: `${AMINA} - Amina Otieno`,
      TransactionCompletedDateTime: expect.stringMatching(/^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/),
      B2CUtilityAccountAvailableFunds: 1_998_500,
    })
    expect(Number(await lender.stage.balance('mpesa', AMINA)) - Number(before)).toBe(1500)
    expect(await lender.account()).toMatchObject({ utility: '1998500.00' })
  })

  it.each([
    ['no name of ours', { OriginatorConversationID: '' }, 'OriginatorConversationID'],
    ['no operator', { InitiatorName: undefined }, 'InitiatorName'],
    ['no credential', { SecurityCredential: '' }, 'SecurityCredential'],
    ['an unknown command', { CommandID: 'Gift' }, 'CommandID'],
    ['an amount in words', { Amount: '10' }, 'Amount'],
    ['a fraction', { Amount: 10.5 }, 'Amount'],
    ["another's account", { PartyA: OTHER.shortcode }, 'PartyA'],
    ['a foreign number', { PartyB: 237670000001 }, 'PartyB'],
    ['a remark of one letter', { Remarks: 'x' }, 'Remarks'],
    ['a long remark', { Remarks: 'x'.repeat(101) }, 'Remarks'],
    ['a long occasion, spelt as the portal does', { Occassion: 'x'.repeat(101) }, 'Occasion'],
    ['plain http abroad', { ResultURL: 'http://bank.example/cb' }, 'ResultURL'],
    ['no place for time-outs', { QueueTimeOutURL: undefined }, 'QueueTimeOutURL'],
  ])('with %s is not taken', async (_, change, field) => {
    const { status, body } = await lender.post(B2C, lender.payoutBody(10, change))
    expect([status, body.errorCode]).toEqual([400, '400.002.02'])
    expect(body.errorMessage).toContain(`Invalid ${field}`)
  })

  it('is kept once for each name of ours', async () => {
    const body = lender.payoutBody(20)
    const answers = await Promise.all([1, 2, 3].map(() => lender.post(B2C, body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 500, 500])
    expect(answers.find(({ status }) => status === 500)?.body.errorCode).toBe('500.002.1001')
    await lender.stage.pass(600)
    expect(lender.codes()).toEqual([0])
  })

  it('keeps the bounds of a payment, of a day and of a wallet', async () => {
    expect(await lender.done(lender.payoutBody(9))).toBe(2)
    expect(await lender.done(lender.payoutBody(250_001))).toBe(3)
    expect(await lender.done(lender.payoutBody(250_000))).toBe(0)
    expect(await lender.done(lender.payoutBody(240_000))).toBe(8)
    await lender.payBill('290000.00')
    expect(await lender.done(lender.payoutBody(249_999))).toBe(4)
    await lender.stage.pass(86_400)
    await lender.renew()
    expect(await lender.done(lender.payoutBody(249_999))).toBe(0)
    await lender.payBill('250000.00')
  })

  it('is thought a repetition within two minutes, but not by every organisation', async () => {
    const other = { PartyA: OTHER.shortcode }
    expect(await lender.done(lender.payoutBody(77))).toBe(0)
    expect(await lender.done(lender.payoutBody(77))).toBe(15)
    expect(await lender.done(lender.payoutBody(77, other), OTHER)).toBe(0)
    expect(await lender.done(lender.payoutBody(77, other), OTHER)).toBe(0)
    await lender.stage.pass(120)
    expect(await lender.done(lender.payoutBody(77))).toBe(0)
  })

  it('is refused afterwards where the operator or the receiver is nobody', async () => {
    expect(await lender.done(lender.payoutBody(30, { InitiatorName: 'somebody' }))).toBe('SFC_IC0003')
    expect(await lender.done(lender.payoutBody(30, { SecurityCredential: lender.encrypt('guess') }))).toBe(
      2001,
    )
    expect(await lender.done(lender.payoutBody(30, { SecurityCredential: 'bm9uc2Vuc2U=' }))).toBe(2001)
    expect(await lender.done(lender.payoutBody(30, { PartyB: 254711111111 }))).toBe(2040)
    expect(await lender.done(lender.payoutBody(30, { PartyB: 254799908006 }))).toBe(8006)
    expect(lender.results()[0]).not.toHaveProperty('ResultParameters')
  })

  it('is told twice, not at all, too early, wrongly or by a forger, as scripted', async () => {
    const heard = async (kind: string, amount: number) => {
      lender.stage.listener.heard.length = 0
      await lender.script(kind)
      await lender.post(B2C, lender.payoutBody(amount))
      const early = lender.codes().length
      await lender.stage.pass(3)
      return [early, ...lender.codes()]
    }
    expect(await heard('duplicate-callback', 51)).toEqual([0, 0, 0])
    expect(await heard('no-callback', 52)).toEqual([0])
    expect(await heard('callback-first', 53)).toEqual([1, 0])
    expect(await heard('wrong-amount', 54)).toEqual([0, 0])
    expect(lender.stage.listener.heard[0]?.body).toContain('"Value":55.00')
    await lender.script('no-float')
    expect(await heard('forged', 56)).toEqual([0, 0, 1])
    expect(await heard('no-answer-ever', 57)).toEqual([0])
    await lender.stage.pass(86_400)
    expect(lender.codes()).toEqual([])
  })

  it('comes back as it was sent where a queue timed out', async () => {
    const body = lender.payoutBody(60)
    await lender.script('queue-timeout')
    await lender.post(B2C, body)
    await lender.stage.pass(2)
    expect(lender.stage.listener.heard).toEqual([
      expect.objectContaining({ method: 'POST', path: '/result?timeout=1', body: JSON.stringify(body) }),
    ])
  })
})

it('neither makes money nor loses any, whatever is ordered at once', async () => {
  const sum = async () => {
    const wallets = [AMINA, POOR].map(async msisdn => Number(await lender.stage.balance('mpesa', msisdn)))
    const accounts = [LENDER, OTHER].map(async ({ shortcode }) => {
      const { working, utility } = (await lender.account(shortcode)) ?? { working: '0', utility: '0' }
      return Number(working) + Number(utility)
    })
    return (await Promise.all([...wallets, ...accounts])).reduce((left, right) => left + right)
  }
  const before = await sum()
  const receipts = [await lender.receiptOf('201.00'), await lender.receiptOf('202.00')]
  for (const kind of ['reversed-later', 'wrong-amount', 'forged']) await lender.script(kind)
  await Promise.all([
    ...[211, 212, 213, 213, 214].map(amount => lender.post(B2C, lender.payoutBody(amount))),
    ...[11, 12, 13].map(amount => lender.post(B2C, lender.payoutBody(amount, { PartyB: Number(POOR) }))),
    lender.post(REVERSAL, lender.reversalBody(receipts[0] ?? '', 201)),
    lender.post(REVERSAL, lender.reversalBody(receipts[0] ?? '', 201)),
    lender.post(REVERSAL, lender.reversalBody(receipts[1] ?? '', 202)),
  ])
  await lender.stage.pass(2)
  await lender.stage.pass(60)
  expect(await sum()).toBe(before)
  const rows = (await lender.stage.transactions('mpesa')).filter(({ status }) => status === 'pending')
  // the one that was scripted never to end in an earlier story
  expect(rows.length).toBeLessThanOrEqual(1)
})
