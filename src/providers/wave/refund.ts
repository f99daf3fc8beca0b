import { equal } from '../../domain/money.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order } from '../provider.ts'
import { call, fault, unclear, unknown, WORDLESS } from './access.ts'
import { dayOf, linesOf } from './books.ts'
import { sessionsOf, theOne } from './checkout.ts'
import type { WaveConfig } from './config.ts'
import { readPayout, readRefusedReturn } from './outcomes.ts'
import { payoutsOf } from './payout.ts'
import { type Line, readAmount } from './wire.ts'

/**
 * What was paid goes back, whole, with the fee. Neither call has a body, and asked twice Wave does it once.
 * Source: docs.wave.com, "Checkout API" (refund) and "Payout API" (reverse, within three days).
 */

type Original = NonNullable<Order['original']>

/** Wave's names tell a payout (`pt-…`) from a checkout session (`cos-…`). */
const payoutOf = ({ providerReference }: Original): string | undefined =>
  providerReference?.startsWith('pt-') === true ? providerReference : undefined

export async function sendBack(order: Order, config: WaveConfig, tools: Tools): Promise<Outcome> {
  const { original } = order
  if (original === undefined) return fault('a refund without the payment that goes back')
  if (original.providerReference === undefined && original.reference === '')
    return fault('a refund of a payment that Wave has no name for')
  const endMs = performance.now() + config.callMs
  const payout = payoutOf(original)
  if (payout !== undefined) return post('payout', payout, config, tools, endMs)
  const said = await sessionsOf(original, config, tools, endMs)
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused')
    return said.refused.status === 404 ? readRefusedReturn(said.refused, 'session') : unclear(said.refused)
  const session = theOne(said.sessions)
  if (session === undefined) return { kind: 'declined', reason: 'failed', again: 'never', code: 'not-found' }
  // no amount goes over this wire: whatever was paid goes back, so it is looked at before
  const paid = readAmount(session.amount, session.currency)
  if (paid === undefined || !equal(paid, order.amount))
    return { kind: 'declined', reason: 'failed', again: 'never', code: 'not-the-whole' }
  return post('session', session.id, config, tools, endMs)
}

const PATHS = {
  session: (id: string) => `/v1/checkout/sessions/${encodeURIComponent(id)}/refund`,
  payout: (id: string) => `/v1/payout/${encodeURIComponent(id)}/reverse`,
}

async function post(
  of: keyof typeof PATHS,
  id: string,
  config: WaveConfig,
  tools: Tools,
  endMs: number,
): Promise<Outcome> {
  const said = await call({ method: 'POST', path: PATHS[of](id), endMs }, config, tools)
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused') return readRefusedReturn(said.refused, of)
  // taken, and no more: an empty 200 is all that Wave says, and anybody on the way can say it. The books tell
  return said.value === WORDLESS || (typeof said.value === 'object' && said.value !== null)
    ? { kind: 'accepted' }
    : unknown('an answer that is neither empty nor JSON')
}

/** Whether it has gone back, whoever did it. */
export async function askBack(attempt: AttemptRef, config: WaveConfig, tools: Tools): Promise<Outcome> {
  const { original, amount } = attempt
  if (original === undefined) return fault('a refund without the payment that goes back')
  const payout = payoutOf(original)
  if (payout !== undefined) return askReversal({ ...original, providerReference: payout }, config, tools)
  for (let ago = 0; ago < config.refundDays; ago++) {
    const day = dayOf(new Date(tools.now().getTime() - ago * 86_400_000))
    const lines = await linesOf(day, config, tools, line => isReturnOf(line, original))
    if (lines.kind !== 'day') return lines
    // a payment goes back whole or not at all; the line's own name is the payment's
    if (lines.wanted !== undefined) return { kind: 'confirmed', amount }
  }
  // no line so far is no "no": it may be on its way
  return { kind: 'accepted' }
}

const isReturnOf = (line: Line, { reference, providerReference, receipt }: Original): boolean =>
  (line.is_reversal === true || line.transaction_type === 'api_checkout_refund') &&
  (line.checkout_api_session_id != null && providerReference !== undefined
    ? line.checkout_api_session_id === providerReference
    : line.transaction_id === receipt || (reference !== '' && line.client_reference === reference))

async function askReversal(original: Original, config: WaveConfig, tools: Tools): Promise<Outcome> {
  const said = await payoutsOf(original, config, tools)
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused') return unclear(said.refused)
  const [payout] = said.payouts
  const stands = payout === undefined ? unknown('the answer is no payout') : readPayout(payout)
  if (stands.kind === 'reversed') return { kind: 'confirmed', amount: stands.amount }
  return stands.kind === 'confirmed' ? { kind: 'accepted' } : unknown('the payout is neither paid nor back')
}
