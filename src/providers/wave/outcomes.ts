import type { Again, Fault, Outcome, Reason } from '../../domain/outcome.ts'
import { unclear, unknown } from './access.ts'
import type { WaveConfig } from './config.ts'
import { asCode, type Payout, type Refused, readAmount, readTime, type Session } from './wire.ts'

/**
 * Wave's words as outcomes.
 * Source: docs.wave.com, "Checkout API" (session and payment statuses, payment errors) and "Payout API" (statuses, errors).
 */

type No = readonly [Reason, Again] | readonly [Fault]
type Nos = Readonly<Record<string, No>>

/** Why a payment of a session failed: she may try again until the session ends. */
const PAYMENT: Nos = {
  'blocked-account': ['not-allowed', 'other-wallet'],
  'cross-border-payment-not-allowed': ['not-allowed', 'other-wallet'],
  'customer-age-restricted': ['not-allowed', 'other-wallet'],
  'insufficient-funds': ['insufficient-funds', 'other-wallet'],
  // the business, not the payer, has reached what it may receive
  'kyb-limits-exceeded': ['quota'],
  'payer-mobile-mismatch': ['not-allowed', 'later'],
  'payment-failure': ['failed', 'later'],
}

/** Why a payout was refused at once, or failed later. */
const PAYOUT: Nos = {
  'insufficient-funds': ['no-float'],
  'recipient-minor': ['not-allowed', 'other-wallet'],
  'recipient-account-blocked': ['not-allowed', 'other-wallet'],
  'recipient-account-inactive': ['no-account', 'other-wallet'],
  'recipient-limit-exceeded': ['limit', 'other-wallet'],
  'country-mismatch': ['not-allowed', 'other-wallet'],
}

/** What no order of this connection could pass. */
const CONFIGURATION: Nos = {
  'currency-mismatch': ['configuration'],
  'aggregated-merchant-required': ['configuration'],
  'invalid-aggregated-merchant-id': ['configuration'],
  'request-not-json': ['configuration'],
  'request-parsing-error': ['configuration'],
}

const listed = (nos: Nos, code: string | undefined): No | undefined =>
  code !== undefined && Object.hasOwn(nos, code) ? nos[code] : undefined

type Refusal = Extract<Outcome, { kind: 'declined' | 'our-fault' }>

const refusal = ([first, again]: No, code: string | undefined): Refusal =>
  again === undefined
    ? { kind: 'our-fault', fault: first as Fault, ...(code && { detail: code }) }
    : { kind: 'declined', reason: first as Reason, again, ...(code && { code }) }

/** The last word on an attempt: nothing moved, and nothing will. */
function ended(no: No, code: string | undefined): Refusal {
  const said = refusal(no, code)
  return said.kind === 'our-fault' ? { ...said, ended: true } : said
}

const STATUSES = ['open', 'complete', 'expired']

/** Where a session stands. A failed payment ends nothing while the session is open. */
export function readSession(session: Session, { unpaidWhenExpired }: WaveConfig): Outcome {
  const { id, checkout_status, payment_status, transaction_id } = session
  const about = `${checkout_status} ${payment_status}`
  if (!STATUSES.includes(checkout_status)) return unknown('a checkout status that is not listed')
  if (about === 'complete succeeded') return readPaid(session)
  if (about === 'complete processing' || about === 'open processing' || about === 'open cancelled')
    return { kind: 'accepted', providerReference: id, ...readLink(session) }
  const unpaid =
    about === 'complete cancelled' ||
    (checkout_status === 'expired' && (unpaidWhenExpired as string[]).includes(payment_status))
  // a transaction and no success: it may have gone back
  if (!unpaid || transaction_id != null)
    return { ...unknown(`a session that is ${words(about)}`), providerReference: id }
  const code = asCode(session.last_payment_error?.code ?? '')
  return ended(
    listed(PAYMENT, code) ?? (checkout_status === 'expired' ? ['expired', 'later'] : ['failed', 'later']),
    code,
  )
}

const words = (text: string): string => (/^[a-z ]{1,40}$/.test(text) ? text : 'nothing that is listed')

function readPaid({ amount, currency, transaction_id, when_completed }: Session): Outcome {
  const paid = readAmount(amount, currency)
  if (paid === undefined) return unknown('a paid session without a readable amount')
  const at = readTime(when_completed)
  return {
    kind: 'confirmed',
    amount: paid,
    ...(transaction_id ? { receipt: transaction_id } : {}),
    ...(at && { at }),
  }
}

/** Sent to her as it is: nothing but a plain address. */
function readLink({ wave_launch_url: link }: Session): { link?: string } {
  return link != null && link.length <= 2_000 && /^https?:\/\/\S+$/.test(link) ? { link } : {}
}

/** Where a payout stands. The name in it is the one that was sent, so it tells nothing. */
export function readPayout(payout: Payout): Outcome {
  const { id, status, currency, timestamp } = payout
  if (status === 'processing') return { kind: 'accepted', providerReference: id }
  if (status === 'failed') {
    const code = asCode(payout.payout_error?.error_code ?? '')
    return ended(listed(PAYOUT, code) ?? listed(CONFIGURATION, code) ?? ['failed', 'later'], code)
  }
  if (status !== 'succeeded' && status !== 'reversed')
    return { ...unknown('a payout status that is not listed'), providerReference: id }
  const amount = readAmount(payout.receive_amount, currency)
  if (amount === undefined)
    return { ...unknown(`${status} without a readable amount`), providerReference: id }
  if (status === 'reversed') return { kind: 'reversed', amount }
  const at = readTime(timestamp)
  const charge = readAmount(payout.fee ?? '', currency)
  return { kind: 'confirmed', amount, receipt: id, ...(at && { at }), ...(charge && { charge }) }
}

/** Wave's refusal of an order, before anything moved. A used key with another body (409) is asked about. */
export function readRefusedOrder(refused: Refused, operation: 'collect' | 'disburse'): Outcome {
  const { status, code } = refused
  if (status !== 400 && status !== 422) return unclear(refused)
  if (code === 'request-validation-error') return refusal(readRefusedField(refused), code)
  const no = listed(CONFIGURATION, code) ?? (operation === 'disburse' ? listed(PAYOUT, code) : undefined)
  return no === undefined ? unclear(refused) : refusal(no, code)
}

/** One order's number or amount is no reason to stop them all. */
function readRefusedField({ fields }: Refused): No {
  if (fields.some(field => field === 'mobile' || field === 'restrict_payer_mobile'))
    return ['no-account', 'other-wallet']
  return fields.some(field => field === 'amount' || field === 'receive_amount')
    ? ['limit', 'never']
    : ['configuration']
}

/**
 * Why a payment did not go back. A payout's receiver may have spent it; a collection's refund is paid by the lender's
 * own float.
 */
const OF_A_PAYOUT: Nos = {
  'insufficient-funds': ['insufficient-funds', 'later'],
  'payout-reversal-time-limit-exceeded': ['not-allowed', 'never'],
  'payout-reversal-account-terminated': ['no-account', 'never'],
  'not-found': ['failed', 'never'],
}
const OF_A_SESSION: Nos = {
  'insufficient-funds': ['no-float'],
  'checkout-refund-failed': ['failed', 'later'],
  'checkout-session-not-found': ['failed', 'never'],
  'not-found': ['failed', 'never'],
}

export function readRefusedReturn(refused: Refused, of: 'payout' | 'session'): Outcome {
  const final = refused.status >= 400 && refused.status < 500
  const no = final ? listed(of === 'payout' ? OF_A_PAYOUT : OF_A_SESSION, refused.code) : undefined
  return no === undefined ? unclear(refused) : refusal(no, refused.code)
}
