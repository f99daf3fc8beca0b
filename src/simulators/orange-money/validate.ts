import type { SimReply } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { CURRENCY, type Product } from './house.ts'
import { plain } from './replies.ts'

/** What `pay` asks for. `msisdn` has the country's code again, as every schema of ours keeps it. */
export type Wanted = {
  readonly msisdn: string
  readonly minor: bigint
  readonly line: string
  readonly pin: string
  readonly orderId: string
  readonly description: string
  readonly payToken: string
  readonly notifUrl: string | null
}
export type Refused = { readonly refused: SimReply }

type Fields = Readonly<Record<string, unknown>>

export function objectOf(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined
  } catch {
    return undefined
  }
}

/** Nine digits without 237, and only Orange's own prefixes. */
export const isOrange = (number: string): boolean => /^(69\d{7}|65[5-9]\d{6}|68[6-9]\d{6})$/.test(number)

/** Each value as text, and within its length. */
const FORMS: Readonly<Record<string, RegExp>> = {
  channelUserMsisdn: /^\d{9}$/,
  amount: /^[1-9]\d{0,11}$/,
  subscriberMsisdn: /^\d{9}$/,
  pin: /^\d{1,4}$/,
  orderId: /^[A-Za-z0-9]{1,20}$/,
  description: /^.{1,125}$/,
  payToken: /^\S{1,64}$/,
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

/** Field by field; the first that is wrong is named. A cash-in calls nobody back. */
export function wantedOf(body: string, product: Product): Wanted | Refused {
  const fields = objectOf(body)
  if (fields === undefined) return { refused: plain(400, 'body') }
  const wrong = Object.entries(FORMS).find(([name, form]) => {
    const value = fields[name]
    return typeof value !== 'string' || !form.test(value)
  })
  if (wrong !== undefined) return { refused: plain(400, wrong[0]) }
  if (product === 'mp' ? !isUrl(fields.notifUrl) : fields.notifUrl !== undefined)
    return { refused: plain(400, 'notifUrl') }
  const minor = parseAmount(String(fields.amount), CURRENCY)
  if (minor === undefined) return { refused: plain(400, 'amount') }
  return {
    minor,
    msisdn: `237${fields.subscriberMsisdn}`,
    line: String(fields.channelUserMsisdn),
    pin: String(fields.pin),
    orderId: String(fields.orderId),
    description: String(fields.description),
    payToken: String(fields.payToken),
    notifUrl: product === 'mp' ? String(fields.notifUrl) : null,
  }
}
