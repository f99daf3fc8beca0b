import type { SimRequest } from '../kit/http.ts'
import { parseAmount } from '../kit/money.ts'
import { fieldOf } from '../kit/wire.ts'
import { codeOf } from './codes.ts'
import type { App } from './house.ts'

/** What an order asks for; `msisdn` has the country's code again, as every schema of ours keeps it. */
export type Wanted = {
  readonly msisdn: string
  readonly minor: bigint
  readonly reference: string
  readonly shown: string
}
/** The code of a refusal, before anything is kept. */
export type Fault = { readonly fault: string }

const REFERENCE = /^[A-Za-z0-9]{4,64}$/
const ID = /^[A-Za-z0-9]{1,64}$/
/** Of Airtel's countries: nine digits at home. */
const NATIONAL = /^\d{9}$/

const isJson = ({ headers, body }: SimRequest): boolean => {
  try {
    const value: unknown = JSON.parse(body)
    return (
      /^application\/json\b/.test(headers['content-type'] ?? '') &&
      typeof value === 'object' &&
      value !== null
    )
  } catch {
    return false
  }
}

/** The digits of the amount as they stand in the body: a number, not a text. */
const digitsIn = (body: string): string => /"amount"\s*:\s*(-?[\d.]+)\s*[,}]/.exec(body)?.[1] ?? ''

function termsOf(request: SimRequest, app: App, party: 'subscriber' | 'payee'): Wanted | Fault {
  const { body } = request
  if (!isJson(request)) return { fault: 'ROUTER003' }
  const [shown, id, msisdn] = [
    fieldOf(body, 'reference'),
    fieldOf(body, 'transaction', 'id'),
    fieldOf(body, party, 'msisdn'),
  ]
  if (shown === undefined || id === undefined || msisdn === undefined) return { fault: 'ROUTER003' }
  if (!REFERENCE.test(shown) || !ID.test(id)) return { fault: 'ESB000008' }
  if (!NATIONAL.test(msisdn)) return { fault: 'ESB000033' }
  const digits = digitsIn(body)
  if (digits === '') return { fault: 'ESB000008' }
  const minor = parseAmount(digits, app.currency)
  // nothing, less than nothing, or a fraction that the currency has not got
  if (minor === undefined || minor === 0n)
    return { fault: codeOf(party === 'payee' ? 'disburse' : 'collect', '004') }
  return { msisdn: app.calling_code + msisdn, minor, reference: id, shown }
}

/** A collection: country and currency stand twice, and must be the application's. */
export function collectionOf(request: SimRequest, app: App): Wanted | Fault {
  const terms = termsOf(request, app, 'subscriber')
  if ('fault' in terms) return terms
  for (const part of ['subscriber', 'transaction']) {
    if (fieldOf(request.body, part, 'country') !== app.country) return { fault: 'ESB000034' }
    if (fieldOf(request.body, part, 'currency') !== app.currency) return { fault: 'ESB000035' }
  }
  return terms
}

/** A payout, with its PIN still sealed. */
export function payoutOf(request: SimRequest, app: App): (Wanted & { readonly pin: string }) | Fault {
  const terms = termsOf(request, app, 'payee')
  if ('fault' in terms) return terms
  const { body } = request
  const [pin, type = 'B2C', currency = app.currency] = [
    fieldOf(body, 'pin'),
    fieldOf(body, 'transaction', 'type'),
    fieldOf(body, 'payee', 'currency'),
  ]
  if (pin === undefined) return { fault: 'ROUTER003' }
  if (currency !== app.currency) return { fault: 'ESB000035' }
  return type === 'B2C' || type === 'B2B' ? { ...terms, pin } : { fault: 'ESB000008' }
}
