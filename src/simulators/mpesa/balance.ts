import { randomUUID } from 'node:crypto'
import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { after } from '../kit/numbers.ts'
import type { Account } from './accounts.ts'
import { rawTime, resultBody } from './bodies.ts'
import { type App, type House, KES, MPESA } from './house.ts'
import { newReceipt } from './life.ts'
import { appOf, isApp } from './oauth.ts'
import { conversationId, isParty, operatorFault, refuseOperator, taken } from './operator.ts'
import { post } from './post.ts'
import { invalid, objectOf, refusal } from './replies.ts'
import type { Body } from './validate.ts'

/** The organisation's accounts, asked for by its operator (portal, "Account Balance"): taken here, answered by callback. */

const ANSWERED_AFTER_MS = 1_000

type Question = {
  readonly shortcode: string
  readonly resultUrl: string
  readonly timeoutUrl: string
  readonly conversationId: string
  readonly questionId: string
  readonly fault: string | null
}

function refuse(body: Body, app: App): SimReply | undefined {
  if (body.CommandID !== 'AccountBalance') return invalid('CommandID')
  if (!isParty(body.PartyA, app)) return invalid('PartyA')
  if (String(body.IdentifierType) !== '4') return invalid('IdentifierType')
  return refuseOperator(body, 'Initiator')
}

export function balanceRoute(house: House): Route {
  const { jobs, clock } = house
  return {
    method: 'POST',
    path: '/mpesa/accountbalance/v1/query',
    async handle(request) {
      const app = await appOf(house, request)
      if (!isApp(app)) return app
      const body = objectOf(request.body)
      if (body === undefined) return refusal('400.002.05', 'Invalid Request Payload')
      const refused = refuse(body, app)
      if (refused !== undefined) return refused
      const question: Question = {
        shortcode: app.shortcode,
        resultUrl: String(body.ResultURL),
        timeoutUrl: String(body.QueueTimeOutURL),
        conversationId: conversationId(clock.now()),
        questionId: randomUUID(),
        fault: operatorFault(app, body.Initiator, body.SecurityCredential) ?? null,
      }
      const dueAt = after(clock.now(), ANSWERED_AFTER_MS)
      await jobs.plan({ simulator: MPESA, kind: 'balance', payload: question, dueAt })
      return taken(question.questionId, question.conversationId)
    },
  }
}

export async function answerBalance(house: House, payload: Record<string, unknown>): Promise<void> {
  const question = payload as Question
  const { conversationId: reference, timeoutUrl, resultUrl: url, fault, shortcode } = question
  const account: Account | undefined = await house.db('sim_mpesa.accounts').where({ shortcode }).first()
  const body = resultBody({
    originatorId: question.questionId,
    conversationId: reference,
    transactionId: newReceipt(),
    timeoutUrl,
    code: fault ?? '0',
    ...(fault === null && account !== undefined
      ? { values: { AccountBalance: balancesOf(account), BOCompletedTime: rawTime(house.clock.now()) } }
      : {}),
  })
  await house.db.transaction(trx => post(house, { reference, url, body }, trx))
}

/** Account, currency, then what is there, may be spent, is reserved and is not cleared; `&` between the accounts. */
function balancesOf({ working_minor, utility_minor }: Account): string {
  const line = (name: string, minor: bigint): string => {
    const held = formatAmount(minor, KES)
    return [name, KES, held, held, '0.00', '0.00'].join('|')
  }
  return [
    line('Working Account', BigInt(working_minor)),
    line('Utility Account', BigInt(utility_minor)),
    line('Charges Paid Account', 0n),
  ].join('&')
}
