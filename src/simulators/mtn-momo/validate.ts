import type { SimReply } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { type ApiUser, CURRENCIES } from './house.ts'
import { badRequest, SYNCHRONOUS } from './replies.ts'

/** What all that MTN would take has in common: how much, and the words beside it. */
export type Terms = {
  readonly amount: bigint
  readonly currency: string
  readonly externalId: string
  readonly payerMessage: string
  readonly payeeNote: string
}

/** Who pays or is paid. */
export type Party = { readonly partyIdType: string; readonly partyId: string }

export type Refused = { readonly refused: SimReply }

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

export const isUuidV4 = (value: string | undefined): value is string =>
  value !== undefined && UUID_V4.test(value)

/** An apostrophe is enough for a 400 (seen by users of the API). */
const MESSAGE = /^[A-Za-z0-9 .,-]{0,160}$/

const PARTIES: Readonly<Record<string, RegExp>> = {
  MSISDN: /^[1-9]\d{7,14}$/,
  EMAIL: /^\S+@\S+$/,
  PARTY_CODE: /^\S+$/,
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** The host must be the one registered; production calls only https and the sandbox only http, but this very machine either way. */
export function refuseCallback(url: string | undefined, user: ApiUser): SimReply | undefined {
  if (url === undefined) return undefined
  if (!URL.canParse(url)) return badRequest('X-Callback-Url is not a URL')
  const { hostname, protocol } = new URL(url)
  if (hostname !== user.provider_callback_host) return SYNCHRONOUS.INVALID_CALLBACK_URL_HOST
  const scheme = user.environment === 'sandbox' ? 'http:' : 'https:'
  if (protocol === scheme || (protocol === 'http:' && LOOPBACK.test(hostname))) return undefined
  return badRequest(`X-Callback-Url must be ${scheme}//`)
}

export type Fields = Readonly<Record<string, unknown>>

export function objectOf(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A party as the portal's schema has it: a kind of number, and the number in that kind's own form. */
export function partyOf(body: Fields, role: 'payer' | 'payee'): Party | Refused {
  const party = (typeof body[role] === 'object' ? body[role] : undefined) as Fields | null | undefined
  const partyIdType = textOf(party?.partyIdType)
  const partyId = textOf(party?.partyId)
  if (partyIdType === undefined || partyId === undefined || !PARTIES[partyIdType]?.test(partyId))
    return { refused: badRequest(`${role} is not a party`) }
  return { partyIdType, partyId }
}

/** Field by field, as the portal's schemas RequestToPay, Transfer and Refund have it: every value a string. */
export function termsOf(body: Fields, user: ApiUser): Terms | Refused {
  const externalId = textOf(body.externalId)
  const { payerMessage = '', payeeNote = '' } = body
  if (typeof body.amount !== 'string') return { refused: badRequest('amount must be a string') }
  if (typeof body.currency !== 'string') return { refused: badRequest('currency is missing') }
  if (externalId === undefined) return { refused: badRequest('externalId is missing') }
  if (typeof payerMessage !== 'string' || !MESSAGE.test(payerMessage))
    return { refused: badRequest('payerMessage has a character that is not allowed, or is too long') }
  if (typeof payeeNote !== 'string' || !MESSAGE.test(payeeNote))
    return { refused: badRequest('payeeNote has a character that is not allowed, or is too long') }
  const currency = CURRENCIES[user.environment]
  if (body.currency !== currency) return { refused: SYNCHRONOUS.INVALID_CURRENCY ?? 'hang-up' }
  const amount = parseAmount(body.amount, currency)
  if (amount === undefined || amount === 0n)
    return { refused: badRequest(`amount is not an amount of ${currency}`) }
  return { amount, currency, externalId, payerMessage, payeeNote }
}
