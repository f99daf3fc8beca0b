import { constants, publicEncrypt, randomUUID } from 'node:crypto'
import { expect } from '@jest/globals'
import { createStage } from './support.ts'

/** A lender with an API operator and a paybill at the simulated Safaricom, and how it orders. */

export const AMINA = '254700000001'
export const POOR = '254700000003'
export const LENDER = { key: 'key', shortcode: '600638' }
/** Another organisation, in the sandbox, without a rule against repetitions and without a listener. */
export const OTHER = { key: 'other', shortcode: '700700' }

export const B2C = '/mpesa/b2c/v3/paymentrequest'
export const STATUS = '/mpesa/transactionstatus/v1/query'
export const REVERSAL = '/mpesa/reversal/v1/request'

type Answer = { readonly status: number; readonly body: Record<string, string> }
type Account = { readonly shortcode: string; readonly working: string; readonly utility: string }
export type Result = {
  readonly ResultCode: number | string
  readonly ResultParameters?: { readonly ResultParameter: { Key: string; Value: unknown }[] }
}

/** What a result tells beside its code. */
export const valuesOf = (result: Result | undefined): Record<string, unknown> =>
  Object.fromEntries(result?.ResultParameters?.ResultParameter.map(({ Key, Value }) => [Key, Value]) ?? [])

export async function createLender() {
  const stage = await createStage()
  const app = (given: typeof LENDER, own: object) => ({
    consumerKey: given.key,
    consumerSecret: 'secret',
    shortcode: given.shortcode,
    passkey: 'pass',
    environment: 'production' as const,
    operator: { initiator: 'apiop', password: 'pass-word' },
    utility: '2000000.00',
    ...own,
  })
  await stage.simulators.seed({
    mpesa: {
      apps: [
        app(LENDER, { c2b: { confirmationUrl: `${stage.listener.url}/paid` } }),
        app(OTHER, { environment: 'sandbox', refusesTwins: false }),
      ],
      wallets: [
        { msisdn: `+${AMINA}`, pin: '1234', balance: '50000.00', name: 'Amina Otieno' },
        { msisdn: `+${POOR}`, pin: '1234', balance: '10.00', name: 'Poor Man' },
      ],
    },
  })
  const certificate = await (await stage.call('/providers/mpesa/certificate')).text()
  const tokens = new Map<string, string>()

  const encrypt = (password: string): string => {
    const key = { key: certificate, padding: constants.RSA_PKCS1_PADDING }
    return publicEncrypt(key, Buffer.from(password)).toString('base64')
  }
  async function renew({ key } = LENDER): Promise<void> {
    const answer = await stage.call('/mpesa/oauth/v1/generate?grant_type=client_credentials', {
      headers: { authorization: `Basic ${Buffer.from(`${key}:secret`).toString('base64')}` },
    })
    tokens.set(key, ((await answer.json()) as { access_token: string }).access_token)
  }
  async function post(path: string, body: object, { key } = LENDER): Promise<Answer> {
    const answer = await stage.call(`/mpesa${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.get(key)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, string> }
  }
  const listeners = (path = '/result') => ({
    ResultURL: stage.listener.url + path,
    QueueTimeOutURL: `${stage.listener.url}${path}?timeout=1`,
  })
  const results = (): Result[] => stage.listener.heard.flatMap(({ body }) => JSON.parse(body).Result ?? [])
  const codes = () => results().map(({ ResultCode }) => ResultCode)
  const payBill = (amount: string, change: object = {}) =>
    stage.call('/providers/mpesa/c2b', {
      method: 'POST',
      body: JSON.stringify({
        msisdn: AMINA,
        amount,
        billRefNumber: 'LN77',
        shortcode: LENDER.shortcode,
        ...change,
      }),
    })
  return {
    stage,
    encrypt,
    renew,
    post,
    listeners,
    results,
    codes,
    payBill,
    payoutBody: (amount: number, change: object = {}) => ({
      OriginatorConversationID: randomUUID(),
      InitiatorName: 'apiop',
      SecurityCredential: encrypt('pass-word'),
      CommandID: 'BusinessPayment',
      Amount: amount,
      PartyA: LENDER.shortcode,
      PartyB: Number(AMINA),
      Remarks: 'Loan',
      ...listeners(),
      ...change,
    }),
    reversalBody: (receipt: string, amount: number, change: object = {}) => ({
      Initiator: 'apiop',
      SecurityCredential: encrypt('pass-word'),
      CommandID: 'TransactionReversal',
      TransactionID: receipt,
      Amount: amount,
      ReceiverParty: LENDER.shortcode,
      RecieverIdentifierType: '11',
      Remarks: 'Wrong payment',
      ...listeners(),
      ...change,
    }),
    /** Orders, lets it be done, and tells the result's code. */
    async done(body: object, app = LENDER, path = B2C): Promise<number | string | undefined> {
      stage.listener.heard.length = 0
      const { status } = await post(path, body, app)
      expect(status).toBe(200)
      await stage.pass(2)
      return codes().at(-1)
    },
    async account(shortcode = LENDER.shortcode): Promise<Account | undefined> {
      const { data } = await stage.json<{ data: Account[] }>('/providers/mpesa/accounts')
      return data.find(row => row.shortcode === shortcode)
    },
    async receiptOf(amount: string): Promise<string> {
      return ((await (await payBill(amount)).json()) as { receipt: string }).receipt
    },
    script: (kind: string) => stage.script({ simulator: 'mpesa', kind, msisdn: AMINA }),
    /** Ten minutes later, with nothing scripted, nothing heard and fresh tokens. */
    async fresh(): Promise<void> {
      await stage.simulators.faults.clear()
      await stage.pass(600)
      stage.listener.heard.length = 0
      for (const app of [LENDER, OTHER]) await renew(app)
    },
  }
}

export type Lender = Awaited<ReturnType<typeof createLender>>
