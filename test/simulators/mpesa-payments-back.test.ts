import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  AMINA,
  B2C,
  createLender,
  LENDER,
  type Lender,
  OTHER,
  REVERSAL,
  STATUS,
  valuesOf,
} from './mpesa-lender.ts'

let lender: Lender
beforeAll(async () => {
  lender = await createLender()
})
afterAll(() => lender.stage.close())
beforeEach(() => lender.fresh())

describe('a reversal', () => {
  it('is refused twice, for another amount, for another paybill, and when the payment is old', async () => {
    const receipt = await lender.receiptOf('300.00')
    expect(await lender.done(lender.reversalBody(receipt, 299), LENDER, REVERSAL)).toBe('R000002')
    const others = { ReceiverParty: OTHER.shortcode }
    expect(await lender.done(lender.reversalBody(receipt, 300, others), OTHER, REVERSAL)).toBe('R000002')
    expect(await lender.done(lender.reversalBody(receipt, 300), LENDER, REVERSAL)).toBe(0)
    expect(await lender.done(lender.reversalBody(receipt, 300), LENDER, REVERSAL)).toBe('R000001')
    const old = await lender.receiptOf('301.00')
    await lender.stage.pass(31 * 86_400)
    await lender.renew()
    expect(await lender.done(lender.reversalBody(old, 301), LENDER, REVERSAL)).toBe('R000002')
  })

  it('does not take back a payout', async () => {
    const body = lender.payoutBody(310)
    await lender.done(body)
    const paid = await lender.stage.truth('mpesa', body.OriginatorConversationID)
    expect(await lender.done(lender.reversalBody(paid?.receipt ?? '', 310), LENDER, REVERSAL)).toBe('R000002')
  })

  it.each([
    ['another command', { CommandID: 'Reverse' }, 'CommandID'],
    ['no receipt', { TransactionID: 'ws_CO_1' }, 'TransactionID'],
    ['another receiver', { ReceiverParty: OTHER.shortcode }, 'ReceiverParty'],
    ['the name spelt right', { RecieverIdentifierType: undefined }, 'RecieverIdentifierType'],
    ['no operator', { Initiator: '' }, 'Initiator'],
  ])('with %s is not taken', async (_, change, field) => {
    const { status, body } = await lender.post(REVERSAL, lender.reversalBody('UAF1AAAAAA', 10, change))
    expect(status).toBe(400)
    expect(body.errorMessage).toContain(`Invalid ${field}`)
  })
})

describe('a status query', () => {
  const question = (about: object, change: object = {}) => ({
    Initiator: 'apiop',
    SecurityCredential: lender.encrypt('pass-word'),
    CommandID: 'TransactionStatusQuery',
    PartyA: LENDER.shortcode,
    IdentifierType: '4',
    Remarks: 'Status',
    ...lender.listeners('/answer'),
    ...about,
    ...change,
  })
  const ask = async (about: object, change: object = {}, app = LENDER) => {
    const code = await lender.done(question(about, change), app, STATUS)
    return [code, valuesOf(lender.results().at(-1)).TransactionStatus]
  }

  it('tells of payouts by either name, as far as they are', async () => {
    const held = async () => [await lender.stage.balance('mpesa', AMINA), (await lender.account())?.utility]
    const before = await held()
    const body = lender.payoutBody(91)
    const about = { OriginalConversationID: body.OriginatorConversationID }
    await lender.script('reversed-later')
    expect((await lender.post(B2C, body)).status).toBe(200)
    expect((await lender.post(STATUS, question(about))).status).toBe(200)
    await lender.stage.pass(1)
    expect(valuesOf(lender.results()[0])).toMatchObject({ TransactionStatus: 'Pending', Amount: 91 })
    await lender.stage.pass(1)
    expect(await ask(about)).toEqual([0, 'Completed'])
    const receipt = valuesOf(lender.results()[0]).ReceiptNo
    await lender.stage.pass(60)
    expect(await ask({ TransactionID: receipt })).toEqual([0, 'Reversed'])
    expect(await held()).toEqual(before)
  })

  it('tells of a payment that was reversed, which nobody was called about', async () => {
    await lender.script('reversed-later')
    const receipt = await lender.receiptOf('92.00')
    await lender.stage.pass(1)
    lender.stage.listener.heard.length = 0
    await lender.stage.pass(60)
    expect(lender.stage.listener.heard).toEqual([])
    expect(await ask({ TransactionID: receipt })).toEqual([0, 'Reversed'])
  })

  it("knows nothing of what is not there, or another's", async () => {
    const receipt = await lender.receiptOf('93.00')
    expect(await ask({ TransactionID: 'UNOTTHERE0' })).toEqual(['R000002', undefined])
    expect(await ask({ TransactionID: receipt }, { PartyA: OTHER.shortcode }, OTHER)).toEqual([
      'R000002',
      undefined,
    ])
    expect(await ask({ TransactionID: receipt }, { Initiator: 'somebody' })).toEqual([
      'SFC_IC0003',
      undefined,
    ])
    for (const wrong of [{}, { TransactionID: receipt, PartyA: OTHER.shortcode }])
      expect((await lender.post(STATUS, question(wrong))).status).toBe(400)
  })
})
