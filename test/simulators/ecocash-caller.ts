import { randomUUID } from 'node:crypto'
import type { Stage } from './support.ts'

/** Merchants of simulated EcoCash, and what they send. */

export const TENDAI = '263770000111'
export const POOR = '263780000222'
export const NOBODY = '263779999999'

export const MERCHANT = {
  ...{
    merchantCode: '08003',
    merchantPin: '735190',
    merchantNumber: '789111401',
    merchantName: 'Umoja Credit',
  },
  ...{ username: 'umoja', password: 'umoja-password', apiKey: 'umoja-key' },
  floats: { USD: '100.00', ZWG: '0.00' },
}
export const SANDBOX = {
  ...{
    merchantCode: '287164',
    merchantPin: '1234',
    merchantNumber: '778503033',
    merchantName: 'Test Merchant',
  },
  ...{ username: 'sbx_umoja', password: 'sbx-password', apiKey: 'sbx-key', environment: 'sandbox' as const },
  floats: { USD: '0.00' },
}
type Merchant = typeof MERCHANT | typeof SANDBOX

export const SEED = {
  merchants: [MERCHANT, SANDBOX],
  wallets: [
    { msisdn: `+${TENDAI}`, pin: '4321', balance: '500.00', name: 'Tendai Moyo' },
    { msisdn: `+${TENDAI}`, pin: '4321', balance: '9000.00', name: 'Tendai Moyo', currency: 'ZWG' },
    { msisdn: `+${POOR}`, pin: '4321', balance: '1.00', name: 'Poor Man' },
  ],
}

export const GATEWAY = '/ecocash/ecocashGateway/payment/v1'
export const PORTAL = '/ecocash/sandbox/payment/v1'
export const OPEN = '/ecocash/api/ecocash_pay/api'

export type Answer = {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly text: string
}

export function createCaller(stage: Stage) {
  async function call(path: string, init: RequestInit): Promise<Answer> {
    const answer = await stage.call(path, init)
    const text = await answer.text()
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
    return { status: answer.status, body, text }
  }
  const basic = ({ username, password }: Merchant) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'content-type': 'application/json',
  })
  const common = (merchant: Merchant, msisdn: string, amount: unknown) => ({
    clientCorrelator: randomUUID() as string,
    notifyUrl: `${stage.listener.url}/ecocash`,
    ...{ referenceCode: 'LN77', endUserId: msisdn, countryCode: 'ZW', terminalID: 'TERM7' },
    ...{ location: 'Harare', superMerchantName: 'Umoja', merchantName: merchant.merchantName },
    paymentAmount: {
      charginginformation: { amount, currency: 'USD', description: 'LN77' },
      chargeMetaData: { channel: 'WEB' },
    },
    ...{ merchantCode: merchant.merchantCode, merchantPin: merchant.merchantPin },
    merchantNumber: merchant.merchantNumber,
  })
  type Sent = Answer & { readonly correlator: string }
  async function order(
    where: { readonly merchant: Merchant; readonly path: string; readonly headers?: object },
    body: { readonly clientCorrelator: string },
  ): Promise<Sent> {
    const headers = { ...basic(where.merchant), ...where.headers }
    const answer = await call(where.path, { method: 'POST', headers, body: JSON.stringify(body) })
    return { ...answer, correlator: body.clientCorrelator }
  }
  return {
    /** A charge at the gateway of payonline, changed in what the test is about. */
    charge: (change: object = {}, msisdn = TENDAI, headers: object = {}) =>
      order(
        { merchant: MERCHANT, path: `${GATEWAY}/transactions/amount`, headers },
        {
          ...common(MERCHANT, msisdn, 10.5),
          ...{ tranType: 'MER', transactionOperationStatus: 'Charged', remarks: 'LN77' },
          ...change,
        },
      ),
    refund: (original: unknown, amount: unknown = 10.5, change: object = {}) =>
      order(
        { merchant: MERCHANT, path: `${GATEWAY}/transactions/refund` },
        {
          ...common(MERCHANT, TENDAI, amount),
          ...{ tranType: 'REF', originalEcocashReference: original, remark: 'LN77' },
          ...change,
        },
      ),
    /** An order of the portal's edition, in its sandbox. */
    portal: (what: 'amount' | 'refund', change: object = {}, slash = '/') =>
      order(
        { merchant: SANDBOX, path: `${PORTAL}/transactions/${what}${slash}` },
        {
          ...common(SANDBOX, TENDAI, '10.50'),
          ...(what === 'amount'
            ? { tranType: 'MER', transactionOperationStatus: 'Charged', remarks: 'LN77' }
            : { tranType: 'REF', remark: 'LN77' }),
          ...change,
        },
      ),
    ask: (correlator: string, merchant: Merchant = MERCHANT, msisdn = TENDAI) =>
      call(`${merchant === MERCHANT ? GATEWAY : PORTAL}/${msisdn}/transactions/amount/${correlator}`, {
        headers: basic(merchant),
      }),
    list: (msisdn = TENDAI) => call(`${GATEWAY}/${msisdn}/transactions`, { headers: basic(MERCHANT) }),
    open: (path: string, body: object, headers: Record<string, string> = { 'x-api-key': MERCHANT.apiKey }) =>
      call(`${OPEN}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async answers(pin: string): Promise<void> {
      const { prompts } = await stage.json<{ prompts: { promptId: string }[] }>(`/phones/${TENDAI}/screen`)
      await stage.call(`/phones/${TENDAI}/answer`, {
        method: 'POST',
        body: JSON.stringify({ promptId: prompts[0]?.promptId, pin }),
      })
    },
  }
}
export type Caller = ReturnType<typeof createCaller>
