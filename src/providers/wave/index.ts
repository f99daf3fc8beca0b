import { randomUUID } from 'node:crypto'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order, Provider } from '../provider.ts'
import { fault } from './access.ts'
import { balances, statement } from './books.ts'
import { proves, readCallback } from './callback.ts'
import { askSession, openSession } from './checkout.ts'
import { Config, type WaveConfig } from './config.ts'
import { nameOf } from './holder.ts'
import { askPayout, payOut } from './payout.ts'
import { askBack, sendBack } from './refund.ts'
import { writeAmount } from './wire.ts'

export type { WaveConfig } from './config.ts'

const byOurReference = { askByOurReference: true, answersByCallback: false } as const

/**
 * Wave (Senegal, Côte d'Ivoire …), its Checkout and Payout API. A collection is a link that she opens on her smartphone;
 * a payout is mostly done at once, and never told of afterwards.
 */
export const wave: Provider<WaveConfig> = {
  name: 'wave',
  about: {
    title: 'Wave, Checkout and Payout',
    level: 'simulated',
    providers: ['wave-sn', 'wave-ci'],
    callbackProof: 'signature',
    source: 'docs.wave.com',
  },
  can: {
    operations: {
      collect: byOurReference,
      disburse: { ...byOurReference, idempotent: true },
      // neither refund nor reversal carries a reference of ours: the payment that went back is looked for
      refund: { askByOurReference: false, answersByCallback: false, wholeOnly: true },
    },
    wholeUnitsOnly: true,
    customerInitiated: false,
    needsCode: false,
    needsSmartphone: true,
    nameCheck: 'before',
  },
  timing: {
    callMs: 20_000,
    firstInquiryMs: 10_000,
    inquiryEveryMs: 20_000,
    // a session lives half an hour
    promptLifeMs: 1_800_000,
    giveUpMs: 2_700_000,
    graceMs: 120_000,
  },
  callbackAnswer: { status: 200, contentType: 'application/json', body: '{}' },
  config: raw => Config.parse(raw),
  products: () => [['collect', 'disburse', 'refund']],
  newReference: () => randomUUID(),
  send,
  inquire,
  nameOf,
  balances,
  statement,
  proves,
  readCallback,
}

async function send(order: Order, config: WaveConfig, tools: Tools): Promise<Outcome> {
  if (order.amount.currency !== config.currency) return fault(`the wallet carries ${config.currency} only`)
  const amount = writeAmount(order.amount)
  if (amount === undefined) return fault('Wave carries whole units only')
  if (order.operation === 'refund') return sendBack(order, config, tools)
  return order.operation === 'collect'
    ? openSession(order, amount, config, tools)
    : payOut(order, amount, config, tools)
}

function inquire(attempt: AttemptRef, config: WaveConfig, tools: Tools): Promise<Outcome> {
  if (attempt.operation === 'refund') return askBack(attempt, config, tools)
  return attempt.operation === 'collect'
    ? askSession(attempt, config, tools)
    : askPayout(attempt, config, tools)
}
