import type { Outcome } from '../../domain/outcome.ts'
import type { Tools } from '../../domain/outside.ts'
import type { AttemptRef } from '../provider.ts'
import { call, isNotThere, unclear, unknown } from './access.ts'
import type { GsmaConfig } from './config.ts'
import { readState, readTransaction } from './outcomes.ts'
import { RequestState, Response, Transaction } from './wire.ts'

/**
 * What became of an order. A request that was taken has a state, by the operator's own id; else `GET /responses/` finds
 * what came of our correlation id. Both lead to the transaction. Source: GSMA Mobile Money API 1.2, "Supporting" APIs.
 */

type About = Pick<AttemptRef, 'operation' | 'reference' | 'providerReference'>
export type Found = { readonly kind: 'transaction'; readonly name: string } | Outcome

const segment = encodeURIComponent

export async function inquire(attempt: AttemptRef, config: GsmaConfig, tools: Tools): Promise<Outcome> {
  const endMs = performance.now() + config.callMs
  const found = await findTransaction(attempt, config, tools, endMs)
  if (found.kind !== 'transaction') return found
  const path = `/transactions/${segment(found.name)}`
  const said = await call({ method: 'GET', path }, config, tools, endMs)
  if (said.kind === 'outcome') return said.outcome
  // it was linked to: "not there" is a contradiction
  if (said.kind === 'refused') return unclear(said.refused)
  const told = Transaction.safeParse(said.value)
  return told.success && told.data.transactionReference === found.name
    ? readTransaction(told.data, attempt, config)
    : unknown('the answer is not the transaction that was asked for')
}

/** The operator's own name of the transaction that an order became. */
export async function findTransaction(
  about: About,
  config: GsmaConfig,
  tools: Tools,
  endMs: number,
): Promise<Found> {
  if (about.providerReference !== undefined) {
    const state = await askState(about, about.providerReference, config, tools, endMs)
    if (state !== undefined) return state
  }
  const path = `/responses/${segment(about.reference)}`
  const said = await call({ method: 'GET', path }, config, tools, endMs)
  if (said.kind === 'outcome') return said.outcome
  // of what it named once it cannot say that it never heard
  if (isNotThere(said) && about.providerReference === undefined) return { kind: 'not-found' }
  if (said.kind === 'refused') return unclear(said.refused)
  const { link = '' } = Response.safeParse(said.value).data ?? {}
  // only the name is taken from a link: the next call goes where the configuration says
  const [, what, name = ''] = /\/?(transactions|requeststates)\/([^/?#]+)$/.exec(link) ?? []
  if (what === 'transactions') return { kind: 'transaction', name: decoded(name) }
  if (what === undefined) return unknown('the answer is no link to a transaction')
  return (
    (await askState(about, decoded(name), config, tools, endMs)) ??
    unknown('a link to a request that is not there, or that names no transaction')
  )
}

/** Undefined where the state says nothing: it is not kept for ever, has a `pollLimit`, and may name no transaction. */
async function askState(
  { operation }: About,
  id: string,
  config: GsmaConfig,
  tools: Tools,
  endMs: number,
): Promise<Found | undefined> {
  const path = `/requeststates/${segment(id)}`
  const said = await call({ method: 'GET', path }, config, tools, endMs)
  if (said.kind === 'outcome') return said.outcome
  if (said.kind === 'refused')
    return isNotThere(said) || said.refused.code === 'rateLimitError' ? undefined : unclear(said.refused)
  const state = RequestState.safeParse(said.value)
  if (!state.success || state.data.serverCorrelationId.toLowerCase() !== id.toLowerCase())
    return unknown('the answer is not the state that was asked for')
  const { status, objectReference } = state.data
  if (status !== 'completed') return readState(state.data, operation, config)
  return objectReference ? { kind: 'transaction', name: objectReference } : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
