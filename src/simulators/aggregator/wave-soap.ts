import { createHash } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { randomDigits } from '../kit/numbers.ts'
import { type Account, accountOf, type House, type Row } from './house.ts'
import type { Vendor } from './life.ts'
import { type Answered, ask, CODES, EMPTY, told } from './template.ts'
import { moneyRoute, rowBy } from './wire.ts'

/** A made-up SOAP 1.1 service with a WS-Security UsernameToken: one address, three operations. */

const NAME = 'wave-soap'
const NAMESPACE = 'urn:wavemoney:mfs:1'
const NUMBERS = /^9\d{7,9}$/

export const waveSoap: Vendor = {
  name: NAME,
  promptMs: 300_000,
  prompt: (_, amount) => `Wave Money: pay ${amount}? Enter PIN`,
  receipt: () => `WM${randomDigits(10)}`,
}

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);|&(lt|gt|amp|quot|apos);/g, (_, code, name) =>
    code === undefined
      ? ({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[String(name)] ?? '')
      : String.fromCharCode(Number(code)),
  )

/** The text of the first element of that name, whatever its prefix; this service has no name twice. */
function textIn(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)</`).exec(xml) ?? []
  return text === undefined || text.trim() === '' ? undefined : unescaped(text.trim())
}

const escaped = (text: string): string => text.replace(/[<>&]/g, sign => `&#${sign.charCodeAt(0)};`)

const envelope = (inner: string): string =>
  `<?xml version="1.0"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>${inner}</S:Body></S:Envelope>`
const xml = (status: number, inner: string): SimReply => ({
  status,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: envelope(inner),
})
const soapFault = (code: string, words: string): SimReply =>
  xml(500, `<S:Fault><faultcode>${code}</faultcode><faultstring>${words}</faultstring></S:Fault>`)

const reply = (operation: string, fields: Readonly<Record<string, string | null>>): SimReply =>
  xml(
    200,
    `<m:${operation}Response xmlns:m="${NAMESPACE}">${Object.entries(fields)
      .map(([name, value]) => (value === null ? '' : `<m:${name}>${escaped(value)}</m:${name}>`))
      .join('')}</m:${operation}Response>`,
  )

/** Password digest: base64 of SHA-1 over nonce, time and password (WS-Security UsernameToken Profile 1.0). */
async function accountIn({ db }: House, body: string): Promise<Account | undefined> {
  const account = await accountOf(db, NAME, textIn(body, 'merchantId') ?? '')
  const [user, digest, nonce, created] = ['Username', 'Password', 'Nonce', 'Created'].map(
    name => textIn(body, name) ?? '',
  )
  if (account === undefined || account.secrets.user !== user || !body.includes('#PasswordDigest'))
    return undefined
  const wanted = createHash('sha1')
    .update(Buffer.from(nonce ?? '', 'base64'))
    .update(created ?? '')
    .update(account.secrets.password ?? '')
    .digest('base64')
  return wanted === digest ? account : undefined
}

function answer(operation: string, reference: string, { code, why, row, fault }: Answered): SimReply {
  if (fault === 'empty-body') return EMPTY
  if (fault === 'soap-fault') return soapFault('S:Server', 'try again')
  return reply(operation, {
    resultCode: code,
    resultDesc: why,
    transactionId: row?.provider_reference ?? null,
    reference,
  })
}

function query(reference: string, row: Row | undefined, account: Account): SimReply {
  if (row === undefined || row.account !== account.account)
    return reply('queryTransaction', { resultCode: CODES['not-known'], resultDesc: 'no such reference' })
  return reply('queryTransaction', { ...told(row), reference, amount: told(row).amount.replace(/\.00$/, '') })
}

const KINDS = { requestPayment: 'collect', sendPayment: 'disburse' } as const
type Operation = keyof typeof KINDS
const isMoney = (operation: string): operation is Operation => Object.hasOwn(KINDS, operation)

async function serve(house: House, { headers, body }: SimRequest): Promise<SimReply> {
  if (!/^text\/xml\b/.test(headers['content-type'] ?? ''))
    return { status: 415, body: 'SOAP 1.1 is text/xml' }
  const operation = headers.soapaction?.replaceAll('"', '') ?? ''
  if (!body.includes(`xmlns:w="${NAMESPACE}"`) || !body.includes(`<w:${operation} `))
    return soapFault('S:Client', 'no such operation')
  const account = await accountIn(house, body)
  if (account === undefined)
    return soapFault('wsse:FailedAuthentication', 'the token could not be authenticated')
  const field = (name: string) => textIn(body, name)
  const reference = field('reference') ?? ''
  if (operation === 'queryTransaction')
    return query(reference, await rowBy(house, NAME, { reference }), account)
  if (!isMoney(operation)) return soapFault('S:Client', 'no such operation')
  const asked = {
    account,
    kind: KINDS[operation],
    reference,
    amount: field('amount'),
    currency: field('currency'),
    msisdn: field('msisdn'),
  }
  // kyat are whole here, though ISO gives them a hundredth
  if (!/^\d+$/.test(asked.amount ?? ''))
    return answer(operation, reference, { code: CODES.malformed, why: 'amount' })
  const msisdn = asked.msisdn
  const numbered = {
    ...asked,
    msisdn: msisdn !== undefined && NUMBERS.test(msisdn) ? `95${msisdn}` : undefined,
  }
  return answer(operation, reference, await ask(house, waveSoap, /^959\d{7,9}$/, numbered))
}

/** One address for questions and orders, so the faults of the line go by what is asked. */
export function waveSoapRoutes(house: House): Route[] {
  const orders = moneyRoute(
    house,
    NAME,
    `/${NAME}/mfs`,
    ({ body }) => `95${textIn(body, 'msisdn') ?? ''}`,
    request => serve(house, request),
  )
  return [
    {
      ...orders,
      handle: request =>
        request.headers.soapaction === '"queryTransaction"' ? serve(house, request) : orders.handle(request),
    },
  ]
}
