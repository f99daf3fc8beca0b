import { randomUUID } from 'node:crypto'
import { isWhole } from '../../domain/money.ts'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { Order, Provider } from '../provider.ts'
import { fault } from './access.ts'
import { balances, statement } from './books.ts'
import { readCallback } from './callback.ts'
import { Config, type MpesaConfig } from './config.ts'
import { askPush, push } from './express.ts'
import { askStatus, payOut, sendBack } from './operator.ts'
import { register, validation } from './paybill.ts'
import { CURRENCY } from './wire.ts'

export type { MpesaConfig } from './config.ts'
export { type Confirmation, readConfirmation } from './confirmation.ts'

/** Safaricom's rule for the same amount and the same customer. Source: portal, "Error codes", 17. */
const TWINS_MS = 120_000

/**
 * M-Pesa Kenya by Daraja: STK push, B2C payout, reversal. A push has no key of ours: until Safaricom has named it
 * (`CheckoutRequestID`) it cannot be asked about, and a lost answer ends by its callback or by other evidence only.
 * Payouts and refunds are asked about by a query that is itself answered by callback.
 */
export const mpesa: Provider<MpesaConfig> = {
  name: 'mpesa',
  about: {
    title: 'Safaricom Daraja',
    level: 'simulated',
    providers: ['mpesa-ke'],
    callbackProof: 'address',
    source: 'developer.safaricom.co.ke',
  },
  can: {
    operations: {
      collect: { askByOurReference: false, answersByCallback: false, twinsMs: TWINS_MS },
      disburse: { askByOurReference: false, answersByCallback: true, idempotent: true, twinsMs: TWINS_MS },
      // the amount of a reversal is the payment's own. Source: portal, "Reversal", Amount
      refund: {
        askByOurReference: false,
        answersByCallback: true,
        wholeOnly: true,
        byReceipt: true,
        noByResultOnly: true,
      },
    },
    wholeUnitsOnly: true,
    customerInitiated: true,
    needsCode: false,
    needsSmartphone: false,
    nameCheck: 'after',
  },
  timing: {
    callMs: 20_000,
    firstInquiryMs: 30_000,
    inquiryEveryMs: 20_000,
    promptLifeMs: 120_000,
    giveUpMs: 600_000,
    graceMs: 120_000,
  },
  callbackAnswer: {
    status: 200,
    contentType: 'application/json',
    body: '{"ResultCode":0,"ResultDesc":"Accepted"}',
  },
  config: raw => Config.parse(raw),
  // one app of Daraja's for all of them; the operator's own password is only heard of by results
  products: ({ payout }) => [payout === undefined ? ['collect'] : ['collect', 'disburse', 'refund']],
  newReference: () => randomUUID(),
  send,
  inquire: (attempt, config, tools) =>
    attempt.operation === 'collect' ? askPush(attempt, config, tools) : askStatus(attempt, config, tools),
  readCallback,
  validation,
  register,
  balances,
  statement,
}

async function send(order: Order, config: MpesaConfig, tools: Tools): Promise<Outcome> {
  if (order.amount.currency !== CURRENCY) return fault(`M-Pesa carries ${CURRENCY} only`)
  if (!isWhole(order.amount) || order.amount.minor <= 0n) return fault('M-Pesa carries whole shillings only')
  if (order.operation === 'refund') return sendBack(order, config, tools)
  if (!/^254[17]\d{8}$/.test(digitsOf(order.msisdn)))
    return { kind: 'declined', reason: 'no-account', again: 'other-wallet', code: 'not-a-kenyan-mobile' }
  return order.operation === 'collect' ? push(order, config, tools) : payOut(order, config, tools)
}
