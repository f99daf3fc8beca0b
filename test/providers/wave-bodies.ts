import { createHmac } from 'node:crypto'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { RawRequest } from '../../src/domain/outside.ts'
import type { Order } from '../../src/providers/provider.ts'
import { NOW } from '../contract/provider.ts'

/** Orders, and Wave's bodies about them, as its documents show them. */

export const REFERENCE = '2f1c7a4e-5b0d-4a3c-9e8f-0123456789ab'
export const SESSION = 'cos-18qq25rgr100a'
export const PAYOUT = 'pt-185sewgm8100t'
export const LINK = `https://pay.wave.com/c/${SESSION}`

export const order: Order = {
  operation: 'collect',
  reference: REFERENCE,
  amount: { minor: 1500n, currency: 'XOF' },
  msisdn: '+221761110000' as Msisdn,
  shownReference: 'LN77',
  callbackUrl: 'https://hatua.example/providers/tok/callback/s3cr3t',
}
export const payout: Order = { ...order, operation: 'disburse' }
export const ORIGINAL = { reference: 'paid-before', providerReference: SESSION, receipt: 'TDH5TEWTLFE' }
export const refund: Order = { ...order, operation: 'refund', original: ORIGINAL }

export const SIGNING_SECRET = 'wave_sn_WHS_signing'
export const SHARED_SECRET = 'wave_sn_WHS_shared'
export const SECRETS = ['wave_sn_prod_KEY', SIGNING_SECRET, SHARED_SECRET, 's3cr3t']

export const config = (baseUrl: string, callMs: number) => ({
  baseUrl: `${baseUrl}/`,
  apiKey: 'wave_sn_prod_KEY',
  currency: 'XOF',
  successUrl: 'https://lender.example/thanks',
  errorUrl: 'https://lender.example/again',
  signingSecret: SIGNING_SECRET,
  callMs,
})

export const ok = (body: unknown) => ({ status: 200, body })
export const error = (status: number, code: string, more: object = {}) => ({
  status,
  body: { code, message: 'words', ...more },
})
export const invalid = (field: string) =>
  error(400, 'request-validation-error', { details: [{ loc: ['body', field], msg: 'no', type: 'value' }] })

/** A session that waits for her. */
export const open = {
  id: SESSION,
  amount: '1500',
  checkout_status: 'open',
  client_reference: REFERENCE,
  currency: 'XOF',
  error_url: 'https://lender.example/again',
  last_payment_error: null,
  business_name: 'Sope Credit',
  payment_status: 'processing',
  success_url: 'https://lender.example/thanks',
  wave_launch_url: LINK,
  when_created: '2026-01-15T07:00:00Z',
  when_expires: '2026-01-15T07:30:00Z',
}
export const paid = {
  ...open,
  checkout_status: 'complete',
  payment_status: 'succeeded',
  transaction_id: 'TDH5TEWTLFE',
  when_completed: '2026-01-15T07:15:00Z',
}
export const failed = (code: string) => ({ ...open, last_payment_error: { code, message: 'words' } })
export const expired = (code?: string) => ({
  ...open,
  checkout_status: 'expired',
  payment_status: 'cancelled',
  last_payment_error: code === undefined ? null : { code, message: 'words' },
})

export const processing = {
  id: PAYOUT,
  currency: 'XOF',
  receive_amount: '1500',
  fee: '15',
  mobile: '+221761110000',
  client_reference: REFERENCE,
  status: 'processing',
  timestamp: '2026-01-15T07:15:00Z',
}
export const paidOut = { ...processing, status: 'succeeded' }
export const notPaid = (error_code: string) => ({
  ...processing,
  status: 'failed',
  payout_error: { error_code, error_message: 'words' },
})

export const line = {
  timestamp: '2026-01-15T07:15:00Z',
  transaction_id: 'TDH5TEWTLFE',
  transaction_type: 'api_checkout',
  amount: '1485',
  fee: '15',
  balance: '10344',
  currency: 'XOF',
  is_reversal: false,
  counterparty_name: 'Fatou Ndiaye',
  counterparty_mobile: '+221761110000',
  client_reference: 'paid-before',
  checkout_api_session_id: SESSION,
}
export const sentBack = {
  ...line,
  transaction_type: 'api_checkout_refund',
  amount: '-1485',
  fee: '-15',
  is_reversal: true,
}
export const page = (items: object[], end_cursor: string | null = null) => ({
  page_info: { start_cursor: null, end_cursor, has_next_page: end_cursor !== null },
  date: '2026-01-15',
  items,
})

/** `t` and the raw body with nothing between them. */
export const signature = (body: string, at = NOW, secret = SIGNING_SECRET): string => {
  const seconds = Math.floor(at.getTime() / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}${body}`).digest('hex')}`
}

export function hook(data: unknown, type = 'checkout.session.completed'): RawRequest {
  const body = JSON.stringify({ id: 'EV_QvEZuDSQbLdI', type, data })
  const headers = { 'content-type': 'application/json', 'wave-signature': signature(body) }
  return { method: 'POST', headers, query: {}, body, from: '127.0.0.1' }
}
export const withHeaders = (request: RawRequest, headers: Record<string, string>): RawRequest => ({
  ...request,
  headers: { 'content-type': 'application/json', ...headers },
})
