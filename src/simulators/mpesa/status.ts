import { randomUUID } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { after } from '../kit/numbers.ts'
import { fieldOf, QUERY_FAULTS, spoilable } from '../kit/wire.ts'
import { rawAmount, rawTime, resultBody } from './bodies.ts'
import { type App, type House, KES, MPESA, type Row, wallets } from './house.ts'
import { newReceipt } from './life.ts'
import { appOf, isApp } from './oauth.ts'
import { conversationId, isParty, operatorFault, refuseOperator, taken } from './operator.ts'
import { post } from './post.ts'
import { invalid, objectOf, refusal } from './replies.ts'
import type { Body } from './validate.ts'

/** Faults of a question's answer: it never comes, or the question comes back as timed out. */
export const ANSWER_FAULTS = ['query-no-callback', 'query-queue-timeout'] as const

const ANSWERED_AFTER_MS = 1_000
/** "No such transaction" in the portal's list of reversals; what a status query says there, no page tells. */
const NOT_FOUND = 'R000002'
const TYPES: readonly unknown[] = ['1', '2', '4', 1, 2, 4]
/** `Completed` is the portal's, the others are ours. */
const WORDS = { pending: 'Pending', succeeded: 'Completed', failed: 'Failed', reversed: 'Reversed' } as const

type Question = {
  readonly shortcode: string
  readonly receipt: string
  readonly originatorId: string
  readonly resultUrl: string
  readonly timeoutUrl: string
  readonly conversationId: string
  readonly questionId: string
  readonly fault: string | null
  /** The question as it came, where it will be handed back as timed out. */
  readonly request: string | null
}

const find = ({ db }: House, receipt: string, originatorId: string): Promise<Row | undefined> =>
  db('sim_mpesa.transactions')
    .where(receipt === '' ? { originator_id: originatorId } : { receipt })
    .first()

function refuse(body: Body, app: App): SimReply | undefined {
  if (body.CommandID !== 'TransactionStatusQuery') return invalid('CommandID')
  const key = body.TransactionID ?? body.OriginalConversationID
  if (typeof key !== 'string' || key === '') return invalid('TransactionID')
  if (!isParty(body.PartyA, app)) return invalid('PartyA')
  return TYPES.includes(body.IdentifierType) ? refuseOperator(body, 'Initiator') : invalid('IdentifierType')
}

/** `POST /mpesa/transactionstatus/v1/query`: taken here, answered by callback with what is true by then. */
export function statusRoute(house: House): Route {
  const { faults, jobs, clock } = house
  const about = async ({ body }: SimRequest): Promise<string | undefined> => {
    const original = fieldOf(body, 'OriginalConversationID') ?? ''
    return (await find(house, fieldOf(body, 'TransactionID') ?? '', original))?.msisdn
  }
  return spoilable(
    faults,
    { simulator: MPESA, kinds: QUERY_FAULTS, about },
    {
      method: 'POST',
      path: '/mpesa/transactionstatus/v1/query',
      async handle(request) {
        const app = await appOf(house, request)
        if (!isApp(app)) return app
        const body = objectOf(request.body)
        if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
        const refused = refuse(body, app)
        if (refused !== undefined) return refused
        const struck = await faults.strike(MPESA, ANSWER_FAULTS, await about(request))
        const question: Question = {
          shortcode: app.shortcode,
          receipt: String(body.TransactionID ?? ''),
          originatorId: String(body.OriginalConversationID ?? ''),
          resultUrl: String(body.ResultURL),
          timeoutUrl: String(body.QueueTimeOutURL),
          conversationId: conversationId(clock.now()),
          questionId: randomUUID(),
          fault: operatorFault(app, body.Initiator, body.SecurityCredential) ?? null,
          request: struck === 'query-queue-timeout' ? request.body : null,
        }
        const dueAt = after(clock.now(), ANSWERED_AFTER_MS)
        if (struck !== 'query-no-callback')
          await jobs.plan({ simulator: MPESA, kind: 'status', payload: question, dueAt })
        return taken(question.questionId, question.conversationId)
      },
    },
  )
}

/** Answers a question that was taken. */
export async function answerStatus(house: House, payload: Record<string, unknown>): Promise<void> {
  const question = payload as Question
  const { conversationId: reference, timeoutUrl, resultUrl } = question
  const row = question.fault === null ? await find(house, question.receipt, question.originatorId) : undefined
  const known = row?.shortcode === question.shortcode ? row : undefined
  const body = resultBody({
    originatorId: question.questionId,
    conversationId: reference,
    transactionId: newReceipt(),
    timeoutUrl,
    code: question.fault ?? (known === undefined ? NOT_FOUND : '0'),
    ...(known && { values: valuesOf(known, await customerOf(house, known)) }),
  })
  const told =
    question.request === null ? { url: resultUrl, body } : { url: timeoutUrl, body: question.request }
  await house.db.transaction(trx => post(house, { reference, ...told }, trx))
}

/** Number and name, as results show a customer. */
async function customerOf({ db }: House, { msisdn }: Row): Promise<string> {
  const wallet = await wallets.find(db, msisdn, KES)
  return wallet === undefined ? msisdn : `${msisdn} - ${wallet.name}`
}

function valuesOf(row: Row, customer: string): Record<string, string> {
  const paidOut = row.kind !== 'collect' && row.kind !== 'c2b'
  return {
    DebitPartyName: paidOut ? row.shortcode : customer,
    CreditPartyName: paidOut ? customer : row.shortcode,
    TransactionStatus: WORDS[row.status],
    Amount: rawAmount(BigInt(row.amount_minor)),
    InitiatedTime: rawTime(row.created_at),
    ...(row.completed_at && { FinalisedTime: rawTime(row.completed_at) }),
    ...(row.receipt && { ReceiptNo: row.receipt }),
    ...(row.conversation_id && { ConversationID: row.conversation_id }),
    ...(row.originator_id && { OriginatorConversationID: row.originator_id }),
  }
}
