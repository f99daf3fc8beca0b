import { describe, expect, it } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { shippedProfile } from '../../src/providers/aggregator/files.ts'
import { createAggregator } from '../../src/providers/aggregator/index.ts'
import type { Order } from '../../src/providers/provider.ts'
import { providerContract } from '../contract/provider.ts'

const adapter = createAggregator(shippedProfile('furthermarket'))

const order: Order = {
  operation: 'collect',
  reference: '2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab',
  amount: { minor: 1500n, currency: 'XAF' },
  msisdn: '+237670000001' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
  code: 'MTN',
}
const csv = (body: string) => ({ status: 200, body, headers: { 'content-type': 'text/plain' } })
const query = (url: string) => Object.fromEntries(new URL(url, 'http://x').searchParams)
const declined = (reason: string, again: string) => ({ kind: 'declined', reason, again }) as Outcome
const badAccount: Outcome = { kind: 'our-fault', fault: 'credentials' }

providerContract({
  name: 'furthermarket collect',
  adapter,
  config: (baseUrl, callMs) => ({ baseUrl: `${baseUrl}/`, accountId: 'FM-ACCOUNT', callMs }),
  secrets: ['FM-ACCOUNT', 's3cr3t'],
  order,
  providerReference: '845120',
  refused: csv('0,0,error: account FM-ACCOUNT unknown'),
  isInquiry: ({ method, url }) => method === 'GET' && url.startsWith('/FM/MTN/MoMo/checkpayment?'),
  accepted: csv('1,845120,placed'),
  pending: csv('0,845120,pending'),
  paid: csv('1,845120,ok'),
  confirmed: { kind: 'confirmed', amount: order.amount },
  sendOutcomes: [
    ['an account that it does not know', csv('0,0,error: account unknown'), badAccount],
    ['the word account, and nothing said of it', csv('1,845120,account ok'), { kind: 'accepted' }],
    ['a number that it cannot ask', csv('0,0,error: phone number'), declined('no-account', 'other-wallet')],
    [
      'an amount that it cannot carry',
      csv('0,0,error: amount'),
      { kind: 'our-fault', fault: 'configuration' },
    ],
    ['nothing placed', csv('0,0,sorry'), declined('failed', 'later')],
    [
      'a no with a payment’s number',
      csv('0,845120,sorry'),
      { kind: 'unknown', providerReference: '845120' } as Outcome,
    ],
    ['a yes that broke off in the payment’s number', csv('1,8451'), 'unknown'],
    ['a yes that broke off after it', csv('1,845120,'), 'unknown'],
    ['a sign that nobody documents', csv('2,845120,ok'), 'unknown'],
    ['two lines', csv('1,845120,ok\n0,845120,no'), 'unknown'],
    ['a word alone', csv('placed'), 'unknown'],
    ['an unknown address', { status: 403 }, { kind: 'our-fault', fault: 'address-refused' }],
    ['a yes with 500', { status: 500, body: '1,845120,ok' }, 'unknown'],
  ],
  inquiryOutcomes: [
    ['waiting', csv('0,845120,Waiting for customer'), { kind: 'accepted' }],
    ['a sign that nobody documents', csv('3,845120,ok'), 'unknown'],
    ['another payment', csv('1,845121,ok'), 'unknown'],
    ['her balance', csv('0,845120,insufficient funds'), declined('insufficient-funds', 'other-wallet')],
    ['her no', csv('0,845120,rejected by the customer'), declined('cancelled', 'later')],
    ['her silence', csv('0,845120,expired'), declined('expired', 'later')],
    ['any other no', csv('0,845120,error'), declined('failed', 'later')],
    ['an account that may be hers', csv('0,845120,account blocked'), declined('failed', 'later')],
    ['a no without a text', csv('0,845120'), declined('failed', 'later')],
    ['an account that it does not know', csv('0,0,error: account unknown'), badAccount],
    ['a payment that it does not show us', csv('0,0,error: payment'), 'unknown'],
  ],
  carriesReference: ({ method, url, body }) =>
    method === 'GET' &&
    body === '' &&
    url.startsWith('/FM/MTN/MoMo/placepayment?') &&
    query(url).accountID === 'FM-ACCOUNT' &&
    query(url).Phonenumber === '237670000001',
  wireAmount: ({ url }) => query(url).Amount,
  amounts: [
    [order, '1500'],
    [{ ...order, amount: { minor: 123_456_789_012_345n, currency: 'XAF' } }, '123456789012345'],
  ],
})

describe('furthermarket', () => {
  const tools = {
    http: () => Promise.reject(new Error('nothing may be sent')),
    tokens: { get: () => Promise.reject(new Error('unused')), drop() {} },
    now: () => new Date(),
  }
  const read = (change: object) => () => adapter.config({ accountId: 'A1', ...change })

  it('cannot be asked by our reference, only collects, and needs a code', async () => {
    expect(adapter.can).toMatchObject({
      operations: { collect: { askByOurReference: false } },
      needsCode: true,
      needsSmartphone: false,
      wholeUnitsOnly: true,
    })
    const config = read({ baseUrl: 'http://10.8.0.1' })()
    const { code: _, ...codeless } = order
    const ours = { kind: 'our-fault', fault: 'configuration' }
    expect(await adapter.send(codeless, config, tools)).toMatchObject(ours)
    expect(await adapter.send({ ...order, operation: 'disburse' }, config, tools)).toMatchObject(ours)
    expect((await adapter.inquire(order, config, tools)).kind).toBe('unknown')
  })

  it.each(['http://api.furthermarket.com', 'http://41.202.219.10', 'http://[2a02:26f7::1]'])(
    'refuses clear text over the public address %s, until somebody accepts it in writing',
    baseUrl => {
      expect(read({ baseUrl })).toThrow('clear text')
      expect(read({ baseUrl, acceptClearText: 'yes' })).toThrow('a whole sentence')
      const acceptClearText = 'We accept clear text until the tunnel stands. A. Ngo, 2026-01-15'
      expect(read({ baseUrl, acceptClearText })()).toMatchObject({ baseUrl, acceptClearText })
    },
  )

  it.each([
    'https://api.furthermarket.com',
    'http://10.8.0.1',
    'http://192.168.4.2:8080',
    'http://[fd00::1]',
    'http://127.0.0.1:9',
    'http://localhost:9',
    'http://tunnel.internal',
    'http://fm-tunnel',
    'sim://furthermarket',
  ])('takes the address %s as it is', baseUrl => {
    expect(read({ baseUrl })).not.toThrow()
  })

  it('follows the names of the edition that the tenant has', async () => {
    const urls: string[] = []
    const http = async ({ url }: { url: string }) => {
      urls.push(url)
      return { kind: 'answer' as const, status: 200, headers: {}, body: '1,7,ok' }
    }
    const config = read({
      baseUrl: 'http://10.8.0.1',
      accountName: 'MyaccountID',
      phoneName: 'CustomerPhonenumber',
    })()
    await adapter.send(order, config, { ...tools, http })
    expect(urls).toEqual([
      'http://10.8.0.1/FM/MTN/MoMo/placepayment?MyaccountID=A1&CustomerPhonenumber=237670000001&Amount=1500',
    ])
  })
})
