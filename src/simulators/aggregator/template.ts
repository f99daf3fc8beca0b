import { randomUUID } from 'node:crypto'
import type { SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import type { Account, House, Kind, Row, Why } from './house.ts'
import { place, type Vendor } from './life.ts'
import { rowBy } from './wire.ts'

/**
 * What the simulated parties behind the templates share: a made-up interface in the tradition of ISO 8583 codes, the same
 * for all of them but for its wire. No vendor's list.
 */

export const CODES = {
  done: '000',
  pending: '001',
  failed: '012',
  malformed: '013',
  'no-account': '014',
  'no-float': '016',
  cancelled: '017',
  'not-known': '025',
  'insufficient-funds': '051',
  'wrong-pin': '055',
  'not-allowed': '057',
  limit: '061',
  expired: '068',
  'not-there': '091',
  duplicate: '094',
  'system-error': '096',
} as const
export type Code = (typeof CODES)[keyof typeof CODES]

const OF_WHY: Readonly<Record<Why, Code>> = {
  'no-account': CODES['no-account'],
  'insufficient-funds': CODES['insufficient-funds'],
  'wrong-pin': CODES['wrong-pin'],
  cancelled: CODES.cancelled,
  expired: CODES.expired,
  unreachable: CODES.failed,
  'no-float': CODES['no-float'],
  'payee-refused': CODES['not-allowed'],
  'payer-limit': CODES.limit,
  'cannot-go-back': CODES.failed,
}

const STATUS: Readonly<Record<Row['status'], string>> = {
  pending: 'PENDING',
  succeeded: 'COMPLETED',
  failed: 'FAILED',
  reversed: 'REVERSED',
}

/** Faults of these parties alone: what was taken is answered with neither yes nor no. */
export const TEMPLATE_FAULTS = ['not-there', 'system-error', 'soap-fault', 'empty-body'] as const
type TemplateFault = (typeof TEMPLATE_FAULTS)[number]

export type Asked = {
  readonly account: Account
  readonly kind: Kind
  readonly reference: string | undefined
  readonly amount: string | undefined
  readonly currency: string | undefined
  readonly msisdn: string | undefined
  readonly provider?: string | undefined
  readonly callbackUrl?: string | undefined
  readonly original?: string | undefined
}

export type Answered = {
  readonly code: Code
  readonly why: string
  readonly row?: Row | undefined
  /** Said instead of it. */
  readonly fault?: TemplateFault | undefined
}

const refused = (code: Code, why: string): Answered => ({ code, why })
const REFERENCE = /^[A-Za-z0-9-]{8,40}$/

/** Takes a request: kept, or refused with a code. */
export async function ask(house: House, vendor: Vendor, numbers: RegExp, asked: Asked): Promise<Answered> {
  const { account, kind, reference, currency = '', msisdn = '' } = asked
  if (reference === undefined || !REFERENCE.test(reference)) return refused(CODES.malformed, 'reference')
  if (currency !== account.currency) return refused(CODES.malformed, 'currency')
  const minor = parseAmount(asked.amount ?? '', currency)
  if (minor === undefined || minor === 0n) return refused(CODES.malformed, 'amount')
  const known = await rowBy(house, vendor.name, { reference })
  if (known !== undefined) return refused(CODES.duplicate, 'duplicate')
  const original =
    kind === 'refund' ? await rowBy(house, vendor.name, { reference: asked.original ?? '' }) : undefined
  if (kind === 'refund' && original === undefined) return refused(CODES.malformed, 'originalReference')
  if (kind !== 'refund' && !numbers.test(msisdn)) return refused(CODES['no-account'], 'msisdn')
  const row = await place(house, vendor, {
    ...{ account: account.account, kind, msisdn: original?.msisdn ?? msisdn, minor, currency, reference },
    provider_reference: randomUUID(),
    ...(asked.provider === undefined ? {} : { provider: asked.provider }),
    ...(asked.callbackUrl === undefined ? {} : { callbackUrl: asked.callbackUrl }),
    ...(original === undefined ? {} : { original: original.provider_reference }),
  })
  if (row === undefined) return refused(CODES.duplicate, 'duplicate')
  const fault = (await house.faults.strike(vendor.name, TEMPLATE_FAULTS, row.msisdn)) as
    | TemplateFault
    | undefined
  if (fault === 'not-there' || fault === 'system-error') return { code: CODES[fault], why: fault, fault }
  return { code: CODES.done, why: 'taken', row, fault }
}

/** What a query and a callback tell of a row. */
export function told(row: Row, minor: bigint = BigInt(row.amount_minor)) {
  const code: Code =
    row.status === 'pending'
      ? CODES.pending
      : row.status === 'failed'
        ? OF_WHY[row.reason ?? 'unreachable']
        : CODES.done
  return {
    reference: row.reference ?? '',
    transactionId: row.provider_reference,
    status: STATUS[row.status],
    resultCode: code as string,
    amount: formatAmount(minor, row.currency),
    currency: row.currency,
    receipt: row.receipt,
    completedAt: row.completed_at?.toISOString() ?? null,
  }
}

export const EMPTY: SimReply = { status: 200, body: '' }
export const NO_KEY: SimReply = { status: 401, body: { resultCode: '401', resultDesc: 'who are you?' } }

/** The first field that nobody knows. */
export const strange = (
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string | undefined => Object.keys(fields).find(name => !names.includes(name))

export const done = (body: object): SimReply => ({ status: 200, body })

/** The answer to an order; a fault says nothing, or what no reader of JSON expects. */
export function answered({ fault }: Answered, body: object): SimReply {
  if (fault === 'empty-body') return EMPTY
  return fault === 'soap-fault' ? { status: 500, body: '<Fault/>' } : done(body)
}
