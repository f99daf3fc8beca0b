import { randomBytes } from 'node:crypto'
import { money } from '../../domain/money.ts'
import type { Provider } from '../provider.ts'
import { readCallback } from './callback.ts'
import { Config, type OrangeConfig } from './config.ts'
import { nameOf } from './holder.ts'
import { inquire, send } from './pay.ts'
import { CURRENCY } from './wire.ts'

export type { OrangeConfig } from './config.ts'

/** By Orange's pay token, which it makes in the first of the two calls; never by our `orderId`. */
const byItsToken = { askByOurReference: false, answersByCallback: false } as const

/**
 * Orange Money Cameroon by its core API: merchant payment, where she confirms on her phone or dials `#150*50#`, and
 * cash-in out of an agent's float. What a lost answer means:
 * - of `init`: nothing. It moves nothing, and the payment it would have named is never asked for;
 * - of `pay`: it is open, and asked about by the pay token, which the outcome carries;
 * - of both, to us, because the process died between the call and the commit: it cannot be asked about. A collection may
 *   still be told of by its own callback URL; a cash-in calls nobody, and waits for a person.
 */
export const orangeMoney: Provider<OrangeConfig> = {
  name: 'orange-money',
  about: {
    title: 'Orange Money Cameroon, core API',
    level: 'simulated',
    providers: ['orange-cm'],
    callbackProof: 'nothing',
    source: 'open clients of omcoreapis (github spreeloop/core-ts, Y-Note)',
  },
  can: {
    operations: { collect: byItsToken, disburse: byItsToken },
    wholeUnitsOnly: true,
    customerInitiated: false,
    needsCode: false,
    needsSmartphone: false,
    nameCheck: 'before',
  },
  timing: {
    callMs: 20_000,
    firstInquiryMs: 20_000,
    inquiryEveryMs: 20_000,
    // nobody says how long a pay token lives; on Orange's web page it is seven to ten minutes
    promptLifeMs: 600_000,
    giveUpMs: 1_200_000,
    graceMs: 150_000,
  },
  callbackAnswer: { status: 200, contentType: 'application/json', body: '{}' },
  config: raw => Config.parse(raw),
  // one application and one API user; only lines and PINs differ
  products: ({ disbursement }) => [disbursement === undefined ? ['collect'] : ['collect', 'disburse']],
  bounds(operation, { limits }) {
    const { min, max, multiple } = (operation === 'refund' ? undefined : limits[operation]) ?? {}
    const francs = (value: number | string) => money(BigInt(value), CURRENCY)
    return {
      ...(min === undefined ? {} : { minimum: francs(min) }),
      ...(max === undefined ? {} : { maximum: francs(max) }),
      ...(multiple === undefined ? {} : { multiple: francs(multiple) }),
    }
  },
  // an `orderId` has at most twenty characters, and no hyphen was seen to pass
  newReference: () => randomBytes(10).toString('hex'),
  send,
  inquire,
  nameOf,
  readCallback,
}
