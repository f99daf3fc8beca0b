import { randomUUID } from 'node:crypto'
import { formatMoney } from '../../domain/money.ts'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { RawRequest, Tools } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading, Operation, Order, Provider } from '../provider.ts'
import { authorized, type Product } from './access.ts'
import { balances } from './balance.ts'
import { Config, type MtnConfig } from './config.ts'
import { nameOf } from './holder.ts'
import { readSent, toOutcome } from './outcomes.ts'
import { answerOffer, isPaybill, proves, readOffer, settle, validation } from './paybill.ts'
import { plainText, readCode, readStatus } from './wire.ts'

export type { MtnConfig } from './config.ts'

/** Where each operation stands; a refund of a collection belongs to the product that pays out. */
const OPERATIONS: Readonly<Record<Operation, { readonly product: Product; readonly path: string }>> = {
  collect: { product: 'collection', path: '/collection/v1_0/requesttopay' },
  disburse: { product: 'disbursement', path: '/disbursement/v1_0/transfer' },
  refund: { product: 'disbursement', path: '/disbursement/v1_0/refund' },
}

const byOurUuid = { askByOurReference: true, answersByCallback: false, idempotent: true } as const

/**
 * MTN Mobile Money by its own Open API: everything is asked about by our own UUID. What customers pay by themselves goes
 * by another platform of MTN's, in XML, and only where a connection has a `paybill`.
 */
export const mtnMomo: Provider<MtnConfig> = {
  name: 'mtn-momo',
  about: {
    title: 'MTN MoMo Open API',
    level: 'simulated',
    providers: ['mtn-cm'],
    callbackProof: 'nothing',
    source: 'momodeveloper.mtn.com; its paybill: github.com/one-acre-fund/ph-ee-connector-mtn',
  },
  can: {
    operations: { collect: byOurUuid, disburse: byOurUuid, refund: byOurUuid },
    wholeUnitsOnly: false,
    customerInitiated: true,
    needsCode: false,
    needsSmartphone: false,
    nameCheck: 'before',
  },
  timing: {
    callMs: 15_000,
    firstInquiryMs: 10_000,
    inquiryEveryMs: 15_000,
    promptLifeMs: 300_000,
    giveUpMs: 900_000,
    graceMs: 120_000,
  },
  callbackAnswer: { status: 200, contentType: 'application/json', body: '{}' },
  config: raw => Config.parse(raw),
  products: ({ disbursement }) =>
    disbursement === undefined ? [['collect']] : [['collect'], ['disburse', 'refund']],
  newReference: () => randomUUID(),
  send,
  inquire,
  nameOf,
  balances,
  hears: ({ paybill }) => paybill !== undefined,
  proves,
  answer: answerOffer,
  settle,
  validation,
  readCallback,
}

async function send(order: Order, config: MtnConfig, tools: Tools): Promise<Outcome> {
  const { product, path } = OPERATIONS[order.operation]
  if (order.amount.currency !== config.currency)
    return fault(`the connection carries ${config.currency} only`)
  const about = subjectOf(order)
  if (about === undefined) return fault('a refund without the payment that goes back')
  const body = JSON.stringify({
    amount: formatMoney(order.amount),
    currency: order.amount.currency,
    externalId: order.reference,
    ...about,
    payerMessage: plainText(order.shownReference),
    payeeNote: plainText(order.shownReference),
  })
  const answer = await authorized(config, product, tools, (headers, deadlineMs) =>
    tools.http({
      method: 'POST',
      url: config.baseUrl + path,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'x-reference-id': order.reference,
        'x-callback-url': order.callbackUrl,
      },
      body,
      deadlineMs,
    }),
  )
  return 'outcome' in answer
    ? answer.outcome
    : readSent(order.operation, answer.status, readCode(answer.body))
}

/** Who pays, who is paid, or which payment goes back: to the wallet that paid it, so a refund names nobody. */
function subjectOf({ operation, msisdn, original }: Order): object | undefined {
  const party = { partyIdType: 'MSISDN', partyId: digitsOf(msisdn) }
  if (operation === 'collect') return { payer: party }
  if (operation === 'disburse') return { payee: party }
  return original && { referenceIdToRefund: original.reference }
}

async function inquire(attempt: AttemptRef, config: MtnConfig, tools: Tools): Promise<Outcome> {
  const { product, path } = OPERATIONS[attempt.operation]
  const url = `${config.baseUrl}${path}/${encodeURIComponent(attempt.reference)}`
  const answer = await authorized(config, product, tools, (headers, deadlineMs) =>
    tools.http({ method: 'GET', url, headers, deadlineMs }),
  )
  if ('outcome' in answer) return answer.outcome
  // Only MTN's own word counts: a 404 of a proxy or of a wrong base URL is not "never heard of it".
  if (answer.status === 404 && readCode(answer.body) === 'RESOURCE_NOT_FOUND') return { kind: 'not-found' }
  if (answer.status !== 200) return { kind: 'unknown', why: `answer ${answer.status}` }
  const status = readStatus(answer.body)
  if (status === undefined) return { kind: 'unknown', why: 'the answer is no status object' }
  return isForeign(status.externalId, attempt)
    ? { kind: 'unknown', why: 'the answer is about another request' }
    : toOutcome(status, attempt.operation, config.reversedWords)
}

/**
 * MTN signs nothing and calls once: the body is a hint that makes us ask. It comes by PUT or by POST, and does not say
 * which operation it is about: the attempt does, and without one it is read as a request to pay.
 */
function readCallback(request: RawRequest, config: MtnConfig, attempt?: AttemptRef): CallbackReading {
  if (isPaybill(request)) {
    const offer = readOffer(request, config)
    return typeof offer === 'string' ? { kind: 'unreadable', why: offer } : offer
  }
  if (request.method !== 'PUT' && request.method !== 'POST')
    return { kind: 'unreadable', why: 'MTN calls back by PUT or POST' }
  const status = readStatus(request.body)
  if (status === undefined) return { kind: 'unreadable', why: 'the body is no status object' }
  if (attempt !== undefined && isForeign(status.externalId, attempt))
    return { kind: 'unreadable', why: 'the body is about another request than its URL' }
  const reference = attempt?.reference ?? status.externalId
  return {
    kind: 'outcome',
    outcome: toOutcome(status, attempt?.operation ?? 'collect', config.reversedWords),
    ...(reference === undefined ? {} : { reference }),
  }
}

const isForeign = (externalId: string | undefined, attempt: AttemptRef): boolean =>
  externalId !== undefined && externalId !== attempt.reference

const fault = (detail: string): Outcome => ({ kind: 'our-fault', fault: 'configuration', detail })
