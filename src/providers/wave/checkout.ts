import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef, Order } from '../provider.ts'
import { call, type NoValue, unclear, unknown } from './access.ts'
import type { WaveConfig } from './config.ts'
import { readRefusedOrder, readSession } from './outcomes.ts'
import { found, Session } from './wire.ts'

const PATH = '/v1/checkout/sessions'

/** Opens a session that only her own wallet can pay; the link is for her. Wave takes no key here: a lost one is searched. */
export async function openSession(
  order: Order,
  amount: string,
  config: WaveConfig,
  tools: Tools,
): Promise<Outcome> {
  const { currency, successUrl, errorUrl, aggregatedMerchantId } = config
  const body = {
    amount,
    currency,
    success_url: successUrl,
    error_url: errorUrl,
    client_reference: order.reference,
    restrict_payer_mobile: order.msisdn,
    aggregated_merchant_id: aggregatedMerchantId,
  }
  const said = await call({ method: 'POST', path: PATH, body }, config, tools)
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused') return readRefusedOrder(said.refused, 'collect')
  const session = Session.safeParse(said.value)
  return session.success && isAbout(session.data, order.reference)
    ? readSession(session.data, config)
    : unknown('the answer is not the session that was asked for')
}

/** What became of a session. It is known by Wave's own name where we have heard that, else by our reference. */
export async function askSession(attempt: AttemptRef, config: WaveConfig, tools: Tools): Promise<Outcome> {
  const said = await sessionsOf(attempt, config, tools)
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused') return unclear(said.refused)
  if (said.sessions.length === 0) return { kind: 'not-found' }
  const session = theOne(said.sessions.filter(session => isAbout(session, attempt.reference)))
  return session === undefined ? unknown('the answer is about another order') : readSession(session, config)
}

type Known = Pick<AttemptRef, 'reference' | 'providerReference'>

/** All sessions of one order; none where Wave never heard of our reference. */
export async function sessionsOf(
  { reference, providerReference }: Known,
  config: WaveConfig,
  tools: Tools,
  endMs?: number,
): Promise<NoValue | { readonly kind: 'sessions'; readonly sessions: readonly Session[] }> {
  const path =
    providerReference === undefined
      ? `${PATH}/search?client_reference=${encodeURIComponent(reference)}`
      : `${PATH}/${encodeURIComponent(providerReference)}`
  const said = await call({ method: 'GET', path, ...(endMs === undefined ? {} : { endMs }) }, config, tools)
  if (said.kind !== 'value') return said
  const sessions = (providerReference === undefined ? found(Session) : ALONE).safeParse(said.value)
  return sessions.success
    ? { kind: 'sessions', sessions: sessions.data }
    : { kind: 'outcome', outcome: unknown('the answer is no session') }
}

const ALONE = Session.transform(session => [session])

/** An order that was sent once more has two: what is paid counts, else the one that she can still pay. */
export const theOne = (sessions: readonly Session[]): Session | undefined =>
  sessions.find(({ payment_status }) => payment_status === 'succeeded') ??
  sessions.find(({ checkout_status }) => checkout_status !== 'expired') ??
  sessions[0]

const isAbout = ({ client_reference }: Session, reference: string): boolean =>
  (client_reference ?? reference) === reference
