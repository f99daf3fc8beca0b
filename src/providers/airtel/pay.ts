import { type Msisdn, nationalDigits } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order } from '../provider.ts'
import { type Call, call, unknown } from './access.ts'
import { seal } from './cipher.ts'
import type { AirtelConfig, Disbursement } from './config.ts'
import { readAsked, readBack, readSent } from './outcomes.ts'
import { writeAmount, writeShown } from './wire.ts'

const fault = (detail: string): Outcome => ({ kind: 'our-fault', fault: 'configuration', detail })

/** On this wire numbers have no country code. */
export const nationalOf = (msisdn: Msisdn, { country }: AirtelConfig): string | undefined =>
  nationalDigits(msisdn, country)

type Wanted = Pick<Call, 'path' | 'body'>

function collection(order: Order, msisdn: string, { country, currency, versions }: AirtelConfig): Wanted {
  return {
    path: `/merchant/${versions.collect}/payments/`,
    body: {
      reference: writeShown(order.shownReference),
      subscriber: { country, currency, msisdn },
      transaction: { amount: writeAmount(order.amount), country, currency, id: order.reference },
    },
  }
}

/** The PIN leaves encrypted, anew each time. */
function disbursement(
  order: Order,
  msisdn: string,
  { currency, versions }: AirtelConfig,
  payer: Disbursement,
): Wanted {
  return {
    path: `/standard/${versions.disburse}/disbursements/`,
    body: {
      payee: { currency, msisdn },
      reference: writeShown(order.shownReference),
      pin: seal(payer.pin, payer),
      transaction: { amount: writeAmount(order.amount), id: order.reference, type: payer.type },
    },
  }
}

/** The whole payment, by Airtel's name for it, to the wallet that paid: neither amount nor reference goes with it. */
const refund = (receipt: string, { versions }: AirtelConfig): Wanted => ({
  path: `/standard/${versions.refund}/payments/refund`,
  body: { transaction: { airtel_money_id: receipt } },
})

/** What the wire cannot carry is found before anything is sent. */
function prepare(order: Order, config: AirtelConfig): Wanted | Outcome {
  const { operation, amount, msisdn, original } = order
  if (amount.currency !== config.currency) return fault(`the connection carries ${config.currency} only`)
  if (amount.minor <= 0n) return fault('nothing to move')
  if (operation === 'refund')
    return original?.receipt
      ? refund(original.receipt, config)
      : fault('a refund without the receipt of a payment')
  const national = nationalOf(msisdn, config)
  if (national === undefined)
    return { kind: 'declined', reason: 'no-account', again: 'other-wallet', code: 'another-country' }
  if (operation === 'collect') return collection(order, national, config)
  return config.disbursement === undefined
    ? fault('this connection has no PIN to pay out with')
    : disbursement(order, national, config, config.disbursement)
}

export async function send(order: Order, config: AirtelConfig, tools: Tools): Promise<Outcome> {
  const wanted = prepare(order, config)
  if ('kind' in wanted) return wanted
  const answer = await call({ method: 'POST', ...wanted }, config, tools)
  return 'outcome' in answer ? answer.outcome : readSent(order, answer, config)
}

const payment = (reference: string): string => `/standard/v1/payments/${encodeURIComponent(reference)}`
const payout = (reference: string, { versions, disbursement }: AirtelConfig): string =>
  `/standard/${versions.disburse}/disbursements/${encodeURIComponent(reference)}` +
  (versions.disburse === 'v2' ? `?transactionType=${disbursement?.type ?? 'B2C'}` : '')

export async function inquire(attempt: AttemptRef, config: AirtelConfig, tools: Tools): Promise<Outcome> {
  const { operation, reference, original } = attempt
  const known = operation === 'refund' ? original?.reference : reference
  if (!known) return unknown('cannot be asked: no reference of ours belongs to that payment')
  const path = operation === 'disburse' ? payout(known, config) : payment(known)
  const answer = await call({ method: 'GET', path }, config, tools)
  if ('outcome' in answer) return answer.outcome
  return operation === 'refund' ? readBack(attempt, answer, config) : readAsked(attempt, answer, config)
}
