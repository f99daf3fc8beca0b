import { randomUUID } from 'node:crypto'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { HttpRequest, RawRequest, Tools } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading, Order, Provider } from '../provider.ts'
import { ASKED, ours, TIMING, unknown } from './common.ts'
import { EipConfig } from './eip-config.ts'
import { readAsked, readSent, toOutcome } from './eip-outcomes.ts'
import { orderBody, readTransaction, wordOf } from './eip-wire.ts'

export type { EipConfig } from './eip-config.ts'

/** A correlator that was used is refused: a second order with it moves nothing. */
const byCorrelator = { ...ASKED, idempotent: true } as const

const PATHS = { collect: '/transactions/amount', refund: '/transactions/refund' } as const

/**
 * EcoCash Instant Payments ("Pay-Online"): the customer is prompted for her PIN; a payment goes back by its receipt. Paying
 * out stands in another document (EPG), which is not public.
 */
export const ecocashEip: Provider<EipConfig> = {
  name: 'ecocash-eip',
  about: {
    title: 'EcoCash Instant Payments (EIP)',
    level: 'simulated',
    providers: ['ecocash-zw'],
    callbackProof: 'nothing',
    source: 'EcoCash Payment Gateway API Spec, version 5 (2022); developers.ecocash.co.zw, Instant Payment',
  },
  can: {
    operations: { collect: byCorrelator, refund: { ...byCorrelator, byReceipt: true } },
    wholeUnitsOnly: false,
    customerInitiated: false,
    needsCode: false,
    needsSmartphone: false,
    nameCheck: 'no',
  },
  timing: TIMING,
  callbackAnswer: { status: 200, contentType: 'application/json', body: '{}' },
  config: raw => EipConfig.parse(raw),
  products: () => [['collect', 'refund']],
  newReference: () => randomUUID(),
  send,
  inquire,
  readCallback,
}

async function send(order: Order, config: EipConfig, tools: Tools): Promise<Outcome> {
  const { operation } = order
  if (operation === 'disburse') return ours('configuration', 'EIP pays nothing out')
  if (order.amount.currency !== config.currency)
    return ours('configuration', `the connection carries ${config.currency} only`)
  if (operation === 'refund' && order.original?.receipt === undefined)
    return ours('configuration', 'a refund without the receipt of the payment that goes back')
  const body = orderBody(order, config)
  if (body === undefined)
    return ours('configuration', 'the amount is more than a JSON number carries exactly')
  const path = PATHS[operation] + (config.trailingSlash ? '/' : '')
  const answer = await call({ method: 'POST', path, body }, config, tools)
  return answer.kind === 'no-answer'
    ? unknown(answer.why)
    : readSent(order, answer.status, answer.body, config)
}

async function inquire(attempt: AttemptRef, config: EipConfig, tools: Tools): Promise<Outcome> {
  const path = `/${digitsOf(attempt.msisdn)}/transactions/amount/${encodeURIComponent(attempt.reference)}`
  const answer = await call({ method: 'GET', path }, config, tools)
  return answer.kind === 'no-answer'
    ? unknown(answer.why)
    : readAsked(attempt, answer.status, answer.body, config)
}

type Call = Pick<HttpRequest, 'method' | 'body'> & { readonly path: string }

function call({ method, path, body }: Call, config: EipConfig, { http }: Tools) {
  const { username, password, userAgent } = config
  return http({
    method,
    url: `${config.baseUrl}/payment/v1${path}`,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      accept: 'application/json',
      'user-agent': userAgent,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
    deadlineMs: config.callMs,
  })
}

/** EcoCash posts the transaction object, unsigned: a hint that makes us ask. It holds the merchant's PIN, which stays in it. */
function readCallback(request: RawRequest, config: EipConfig, attempt?: AttemptRef): CallbackReading {
  if (request.method !== 'POST') return { kind: 'unreadable', why: 'EcoCash calls back by POST' }
  const transaction = readTransaction(request.body)
  if (transaction === undefined || wordOf(transaction) === undefined)
    return { kind: 'unreadable', why: 'the body is no transaction object' }
  const told = transaction.clientCorrelator ?? undefined
  if (attempt !== undefined && told !== undefined && told !== attempt.reference)
    return { kind: 'unreadable', why: 'the body is about another request than its URL' }
  const reference = attempt?.reference ?? told
  const asked = attempt ?? { operation: 'collect', ...(told === undefined ? {} : { reference: told }) }
  return {
    kind: 'outcome',
    outcome: toOutcome(transaction, asked, config),
    ...(reference === undefined ? {} : { reference }),
  }
}
