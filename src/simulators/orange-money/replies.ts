import type { SimReply } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { CODES, type Code, isCode } from './codes.ts'
import { CURRENCY, type Payment, type PayToken } from './house.ts'

/** The API manager's own refusal (WSO2). */
export const fault = (status: number, code: number, message: string): SimReply => ({
  status,
  body: { fault: { code, message, description: `Access failure for API: /omcoreapis, status: (${code})` } },
})

/** The API behind it. */
export const plain = (status: number, message: string): SimReply => ({ status, body: { status, message } })
export const refusal = (code: Code, data: object | null = null): SimReply => ({
  status: 417,
  body: { message: `${code} :: ${CODES[code]}`, data },
})
export const answer = (message: string, data: object): SimReply => ({ status: 200, body: { message, data } })

const MESSAGES = {
  collect: 'Paiement e la clientele done.The devrez confirmer le paiement en saisissant son code PIN.',
  disburse: 'Depot en cours.',
}

/** Two stages of a merchant payment, and one of a cash-in: each with a code and its words. */
function stagesOf({ kind, code, confirmed, word, txnid }: Payment): object {
  const words = code !== null && isCode(code) ? CODES[code] : code
  if (kind === 'disburse') return { txnmessage: words ?? MESSAGES.disburse, txnstatus: code ?? '200' }
  const paid = word === 'SUCCESSFULL' || word === 'REVERSED'
  return {
    inittxnmessage: code !== null && !confirmed ? words : MESSAGES.collect,
    inittxnstatus: code !== null && !confirmed ? code : '200',
    confirmtxnstatus: paid ? '200' : confirmed ? code : null,
    confirmtxnmessage: paid ? `Successful Payment. Transaction ID:${txnid}` : confirmed ? words : null,
  }
}

const DETAILS = [
  ...['subscriberMsisdn', 'amount', 'txnid', 'txnmode', 'notifUrl', 'description', 'channelUserMsisdn'],
  ...['inittxnmessage', 'inittxnstatus', 'confirmtxnstatus', 'confirmtxnmessage'],
]

/** All but what names it is null: of a token that was not used, and of a payment that expired. */
const bare = (payToken: string, madeAt: Date, id: number, status: string): object => ({
  ...Object.fromEntries(DETAILS.map(name => [name, null])),
  ...{ id, createtime: secondsOf(madeAt), payToken, status },
})
const secondsOf = (at: Date): string => String(Math.floor(at.getTime() / 1000))

export const unusedData = ({ pay_token, made_at }: PayToken, isOver: boolean): object =>
  bare(pay_token, made_at, 0, isOver ? 'EXPIRED' : 'INITIATED')

/** A payment as `pay`, `push` and `paymentstatus` tell it. */
export function dataOf(row: Payment, minor: bigint = BigInt(row.amount_minor)): object {
  if (row.word === 'EXPIRED') return bare(row.pay_token, row.created_at, Number(row.id), row.word)
  return {
    id: Number(row.id),
    createtime: secondsOf(row.created_at),
    subscriberMsisdn: row.msisdn.slice(3),
    amount: Number(formatAmount(minor, CURRENCY)),
    payToken: row.pay_token,
    txnid: row.txnid,
    txnmode: row.order_id,
    ...stagesOf(row),
    status: row.word,
    notifUrl: row.notif_url,
    description: row.description,
    channelUserMsisdn: row.line,
  }
}
