import { randomBytes } from 'node:crypto'
import type { Provider } from '../provider.ts'
import { balances, nameOf } from './account.ts'
import { proves, readCallback } from './callback.ts'
import { type AirtelConfig, Config } from './config.ts'
import { inquire, send } from './pay.ts'

export type { AirtelConfig } from './config.ts'

const byOurId = { askByOurReference: true, answersByCallback: false, idempotent: true } as const

/** Airtel Money in fourteen countries of Africa: a prompt on her phone, payouts that are mostly done at once, refunds. */
export const airtel: Provider<AirtelConfig> = {
  name: 'airtel',
  about: {
    title: 'Airtel Money Africa, Open API',
    level: 'simulated',
    providers: ['airtel-zm', 'airtel-ug'],
    callbackProof: 'signature',
    source: 'developers.airtel.africa',
  },
  can: {
    operations: {
      collect: byOurId,
      disburse: byOurId,
      // a refund has no reference of ours: the payment that goes back is asked about
      refund: { askByOurReference: false, answersByCallback: false, wholeOnly: true, byReceipt: true },
    },
    wholeUnitsOnly: false,
    customerInitiated: false,
    needsCode: false,
    needsSmartphone: false,
    nameCheck: 'before',
  },
  timing: {
    callMs: 20_000,
    // Airtel asks for a minute, on newer pages for three, before the first question
    firstInquiryMs: 60_000,
    inquiryEveryMs: 60_000,
    // nobody says how long the prompt waits
    promptLifeMs: 300_000,
    giveUpMs: 900_000,
    graceMs: 150_000,
  },
  callbackAnswer: { status: 200, contentType: 'application/json', body: '{}' },
  config: raw => Config.parse(raw),
  // one application; the PIN is the payouts' own
  products: ({ disbursement }) =>
    disbursement === undefined ? [['collect', 'refund']] : [['collect', 'refund'], ['disburse']],
  // letters and digits only
  newReference: () => randomBytes(16).toString('hex'),
  send,
  inquire,
  nameOf,
  balances,
  proves,
  readCallback,
}
