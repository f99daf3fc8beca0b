import { randomUUID } from 'node:crypto'
import type { Provider } from '../provider.ts'
import { inquire } from './ask.ts'
import { balances, statement } from './books.ts'
import { proves, readCallback } from './callback.ts'
import { Config, type GsmaConfig } from './config.ts'
import { nameOf } from './holder.ts'
import { send } from './order.ts'

export type { GsmaConfig } from './config.ts'

const byOurReference = { askByOurReference: true, answersByCallback: false, idempotent: true } as const

/**
 * Any operator that speaks the GSMA's harmonised Mobile Money API 1.2. Its batches (`/batchtransactions`) are not used:
 * our own pay one by one, each with an answer of its own.
 */
export const gsma: Provider<GsmaConfig> = {
  name: 'gsma',
  about: {
    title: 'GSMA Mobile Money API 1.2',
    level: 'simulated',
    providers: [],
    callbackProof: 'secret',
    source: 'developer.mobilemoneyapi.io, OpenAPI document 1.2.0',
  },
  can: {
    operations: { collect: byOurReference, disburse: byOurReference, refund: byOurReference },
    wholeUnitsOnly: false,
    customerInitiated: false,
    needsCode: false,
    needsSmartphone: false,
    nameCheck: 'before',
  },
  timing: {
    callMs: 20_000,
    firstInquiryMs: 10_000,
    inquiryEveryMs: 20_000,
    promptLifeMs: 300_000,
    giveUpMs: 1_200_000,
    // an operator may know no response before the prompt is over
    graceMs: 360_000,
  },
  callbackAnswer: { status: 204, contentType: 'application/json', body: '' },
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
