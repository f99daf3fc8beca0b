import type { RawRequest } from '../../src/domain/outside.ts'
import { type MtnConfig, mtnMomo } from '../../src/providers/mtn-momo/index.ts'
import type { Offer } from '../../src/providers/provider.ts'

/** What MTN says of customers who pay from its own menu, and a connection that hears of it. */

export const SHOWS = { username: 'mtn', password: 'SHOWN-SECRET' }
export const WANTS = { username: 'lender', password: 'WANTED-SECRET' }
export const credentials = { apiUser: 'user', apiKey: 'key', subscriptionKey: 'sub' }
export const config = (completedUrl: string, more: object = {}): MtnConfig =>
  mtnMomo.config({
    baseUrl: 'http://127.0.0.1:1',
    targetEnvironment: 'mtncameroon',
    currency: 'XAF',
    collection: credentials,
    callMs: 1_000,
    paybill: {
      completedUrl,
      account: WANTS,
      inbound: SHOWS,
      serviceProvider: 'lender.sp',
      accountName: 'Crédit & Fils',
      errorCodes: { TRANSACTION_FAILED: 'let-go', ALREADY_DONE: 'taken' },
      ...more,
    },
  })
export const momo = config('http://127.0.0.1:1/completed')

export const NS = 'http://www.ericsson.com/em/emm/serviceprovider'
export const header = ({ username, password }: typeof SHOWS) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
export const request = (body: string, more: Partial<RawRequest> = {}): RawRequest => ({
  method: 'POST',
  headers: { authorization: header(SHOWS) },
  query: {},
  body,
  from: '127.0.0.1',
  ...more,
})

type Fields = Readonly<Record<string, string>>
const PAYMENT = {
  transactionid: '4021337',
  accountholderid: 'ID:237670000001/MSISDN',
  receivingfri: 'FRI:12345678@lender.sp/SP',
  amount: '<amount>500</amount><currency>XAF</currency>',
  transmissioncounter: '0',
}
export const payment = (
  fields: Fields = {},
  root = 'paymentrequest',
  namespace = `${NS}/v1_1/backend/client`,
) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ns2:${root} xmlns:ns2="${namespace}">${Object.entries({
    ...PAYMENT,
    ...fields,
  })
    .map(([name, inner]) => `<${name}>${inner}</${name}>`)
    .join('')}<extension><fee>0</fee></extension></ns2:${root}>`
export const question = (resource: string, root = 'getfinancialresourceinformationrequest') =>
  `<ns0:${root} xmlns:ns0="${NS}/v1_0/backend/client"><resource>${resource}</resource>` +
  `<accountholderid>ID:237670000001/MSISDN</accountholderid></ns0:${root}>`

export const offerIn = (body: string): Offer => {
  const offer = mtnMomo.readCallback(request(body), momo, undefined)
  if (offer.kind !== 'offer') throw new Error(JSON.stringify(offer))
  return offer
}
