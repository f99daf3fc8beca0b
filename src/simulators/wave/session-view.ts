import { formatAmount } from '../kit/money.ts'
import type { Business, Row } from './house.ts'

export const rfc = (at: Date | null): string | null => at?.toISOString().replace(/\.\d{3}Z$/, 'Z') ?? null

const short = (minor: bigint, currency: string): string => formatAmount(minor, currency).replace(/\.00$/, '')

const STANDS: Readonly<Record<Row['status'], readonly [checkout: string, payment: string]>> = {
  pending: ['open', 'processing'],
  succeeded: ['complete', 'succeeded'],
  failed: ['expired', 'cancelled'],
  // no page says what a session becomes when its payment has gone back: here it goes on saying that it was paid
  reversed: ['complete', 'succeeded'],
}

const MESSAGES: Readonly<Record<string, string>> = {
  'insufficient-funds': 'The customer does not have enough money.',
  'payer-mobile-mismatch': 'The customer pays from another number than the session is for.',
}

/** The session object. Another amount than the true one is only ever told by a fault. */
export function sessionView(row: Row, { business, launch_url }: Business, minor = BigInt(row.amount_minor)) {
  const [checkout_status, payment_status] = STANDS[row.status]
  return {
    id: row.provider_reference,
    amount: short(minor, row.currency),
    checkout_status,
    client_reference: row.reference,
    currency: row.currency,
    error_url: row.error_url,
    last_payment_error:
      row.reason === null
        ? null
        : { code: row.reason, message: MESSAGES[row.reason] ?? 'The payment failed.' },
    business_name: business,
    payment_status,
    transaction_id: row.receipt,
    success_url: row.success_url,
    wave_launch_url: `${launch_url}/c/${row.provider_reference}`,
    when_completed: rfc(row.status === 'failed' ? null : row.completed_at),
    when_created: rfc(row.created_at),
    when_expires: rfc(row.expires_at),
    ...(row.restricted ? { restrict_payer_mobile: `+${row.msisdn}` } : {}),
  }
}

const STATUSES: Readonly<Record<Row['status'], string>> = {
  pending: 'processing',
  succeeded: 'succeeded',
  failed: 'failed',
  reversed: 'reversed',
}

export function payoutView(row: Row) {
  return {
    id: row.provider_reference,
    currency: row.currency,
    receive_amount: short(BigInt(row.amount_minor), row.currency),
    fee: short(BigInt(row.fee_minor), row.currency),
    mobile: `+${row.msisdn}`,
    ...(row.name === null ? {} : { name: row.name }),
    client_reference: row.reference,
    status: STATUSES[row.status],
    timestamp: rfc(row.created_at),
    ...(row.reason === null
      ? {}
      : { payout_error: { error_code: row.reason, error_message: 'It was not paid.' } }),
  }
}
