import { randomUUID } from 'node:crypto'
import { formatMoney } from '../../domain/money.ts'
import { digitsOf } from '../../domain/msisdn.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { RawRequest, Tools } from '../../domain/outside.ts'
import type { AttemptRef, CallbackReading, Order, Provider } from '../provider.ts'
import { type Answer, authorized, Config, headers, type MtnConfig } from './access.ts'
import { OUR_FAULTS, plainText, readCode, readStatus, toOutcome } from './wire.ts'

export type { MtnConfig } from './access.ts'

const REQUEST_TO_PAY = '/collection/v1_0/requesttopay'

/** MTN Mobile Money by its own Open API: requests to pay, asked about by our own UUID. */
export const mtnMomo: Provider<MtnConfig> = {
  name: 'mtn-momo',
  can: { operations: ['collect'], askByOurReference: true, wholeUnitsOnly: false },
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
  newReference: () => randomUUID(),
  send,
  inquire,
  readCallback,
}

async function send(order: Order, config: MtnConfig, tools: Tools): Promise<Outcome> {
  if (order.operation !== 'collect') return fault(`${order.operation} is not offered by this connection`)
  if (order.amount.currency !== config.currency)
    return fault(`the connection carries ${config.currency} only`)
  const body = JSON.stringify({
    amount: formatMoney(order.amount),
    currency: order.amount.currency,
    externalId: order.reference,
    payer: { partyIdType: 'MSISDN', partyId: digitsOf(order.msisdn) },
    payerMessage: plainText(order.shownReference),
    payeeNote: plainText(order.shownReference),
  })
  const answer = await authorized(config, tools, (token, deadlineMs) =>
    tools.http({
      method: 'POST',
      url: config.baseUrl + REQUEST_TO_PAY,
      headers: {
        ...headers(config, token),
        'content-type': 'application/json',
        'x-reference-id': order.reference,
        'x-callback-url': order.callbackUrl,
      },
      body,
      deadlineMs,
    }),
  )
  return 'outcome' in answer ? answer.outcome : readSent(answer)
}

function readSent({ status, body }: Answer): Outcome {
  if (status === 202) return { kind: 'accepted' }
  if (status === 409) return { kind: 'unknown', why: 'MTN knows this reference already: to be asked' }
  const code = readCode(body)
  // The one refusal of a request that is about the payer: it must not stop the connection for everybody.
  if (status === 400 && code === 'PAYER_NOT_FOUND')
    return { kind: 'declined', reason: 'no-account', again: 'other-wallet', code }
  if (status === 400 || (status === 500 && code !== undefined && OUR_FAULTS.has(code)))
    return fault(code ?? 'refused as a bad request')
  return { kind: 'unknown', why: `answer ${status}${code === undefined ? '' : ` ${code}`}` }
}

async function inquire(attempt: AttemptRef, config: MtnConfig, tools: Tools): Promise<Outcome> {
  const url = `${config.baseUrl}${REQUEST_TO_PAY}/${encodeURIComponent(attempt.reference)}`
  const answer = await authorized(config, tools, (token, deadlineMs) =>
    tools.http({ method: 'GET', url, headers: headers(config, token), deadlineMs }),
  )
  if ('outcome' in answer) return answer.outcome
  // Only MTN's own word counts: a 404 of a proxy or of a wrong base URL is not "never heard of it".
  if (answer.status === 404 && readCode(answer.body) === 'RESOURCE_NOT_FOUND') return { kind: 'not-found' }
  if (answer.status !== 200) return { kind: 'unknown', why: `answer ${answer.status}` }
  const status = readStatus(answer.body)
  if (status === undefined) return { kind: 'unknown', why: 'the answer is no status object' }
  return isForeign(status.externalId, attempt)
    ? { kind: 'unknown', why: 'the answer is about another request' }
    : toOutcome(status)
}

/** MTN signs nothing and calls once: the body is a hint that makes us ask. It comes by PUT or by POST. */
function readCallback(request: RawRequest, _: MtnConfig, attempt?: AttemptRef): CallbackReading {
  if (request.method !== 'PUT' && request.method !== 'POST')
    return { kind: 'unreadable', why: 'MTN calls back by PUT or POST' }
  const status = readStatus(request.body)
  if (status === undefined)
    return { kind: 'unreadable', why: 'the body is no status object of a request to pay' }
  if (attempt !== undefined && isForeign(status.externalId, attempt))
    return { kind: 'unreadable', why: 'the body is about another request than its URL' }
  const reference = attempt?.reference ?? status.externalId
  return {
    kind: 'outcome',
    outcome: toOutcome(status),
    proof: 'none',
    ...(reference === undefined ? {} : { reference }),
  }
}

const isForeign = (externalId: string | undefined, attempt: AttemptRef): boolean =>
  externalId !== undefined && externalId !== attempt.reference

const fault = (detail: string): Outcome => ({ kind: 'our-fault', fault: 'configuration', detail })
