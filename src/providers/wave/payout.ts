import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order } from '../provider.ts'
import { call, type NoValue, unclear, unknown } from './access.ts'
import type { WaveConfig } from './config.ts'
import { readPayout, readRefusedOrder } from './outcomes.ts'
import { found, Payout } from './wire.ts'

const MAX_REASON = 40

/** Pays a wallet, mostly at once. Our reference is the key that keeps a repetition from paying twice, and the name to ask by. */
export async function payOut(
  order: Order,
  amount: string,
  config: WaveConfig,
  tools: Tools,
): Promise<Outcome> {
  const body = {
    currency: config.currency,
    receive_amount: amount,
    mobile: order.msisdn,
    payment_reason: order.shownReference.slice(0, MAX_REASON),
    client_reference: order.reference,
    aggregated_merchant_id: config.aggregatedMerchantId,
  }
  const wanted = { method: 'POST', path: '/v1/payout', body, idempotencyKey: order.reference } as const
  const said = await call(wanted, config, tools)
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused') return readRefusedOrder(said.refused, 'disburse')
  const payout = Payout.safeParse(said.value)
  return payout.success && isAbout(payout.data, order.reference)
    ? readPayout(payout.data)
    : unknown('the answer is not the payout that was ordered')
}

/** Wave calls nobody back about a payout: asking is the only way to hear of it. */
export async function askPayout(attempt: AttemptRef, config: WaveConfig, tools: Tools): Promise<Outcome> {
  const said = await payoutsOf(attempt, config, tools)
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused') return unclear(said.refused)
  if (said.payouts.length === 0) return { kind: 'not-found' }
  const [payout, another] = said.payouts.filter(payout => isAbout(payout, attempt.reference))
  if (payout === undefined) return unknown('the answer is about another order')
  // the key makes two of them impossible; should there be two, a person has to look
  return another === undefined ? readPayout(payout) : unknown('more than one payout has our reference')
}

/** The payouts of one order; none where Wave never heard of our reference. */
export async function payoutsOf(
  { reference, providerReference }: Pick<AttemptRef, 'reference' | 'providerReference'>,
  config: WaveConfig,
  tools: Tools,
): Promise<NoValue | { readonly kind: 'payouts'; readonly payouts: readonly Payout[] }> {
  const path =
    providerReference === undefined
      ? `/v1/payouts/search?client_reference=${encodeURIComponent(reference)}`
      : `/v1/payout/${encodeURIComponent(providerReference)}`
  const said = await call({ method: 'GET', path }, config, tools)
  if (said.kind !== 'value') return said
  const payouts = (providerReference === undefined ? found(Payout) : ALONE).safeParse(said.value)
  return payouts.success
    ? { kind: 'payouts', payouts: payouts.data }
    : { kind: 'outcome', outcome: unknown('the answer is no payout') }
}

const ALONE = Payout.transform(payout => [payout])

const isAbout = ({ client_reference }: Payout, reference: string): boolean =>
  (client_reference ?? reference) === reference
