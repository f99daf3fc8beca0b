import { randomUUID } from 'node:crypto'
import { smsParts } from '../kit/gsm7.ts'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { e164 } from '../kit/numbers.ts'
import { spoilable, WIRE_FAULTS } from '../kit/wire.ts'
import { type Account, type House, type MessageRow, SMS } from './house.ts'
import { planReports } from './reports.ts'
import { type Acceptance, accepted, REFUSAL_FAULTS, REFUSALS, REPORT_FAULTS, refused } from './statuses.ts'

const DEFAULT_SENDER = 'AFRICASTKNG'
const PHONE = /^\+[1-9]\d{7,14}$/
/** A part costs so many hundredths of a cent; the text of a cost has four decimals. */
const TEN_THOUSANDTHS_A_PART = 8000

const plain = (status: number, body: string): SimReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})

const cost = (parts: number): string => {
  const units = String(parts * TEN_THOUSANDTHS_A_PART).padStart(5, '0')
  return `${units.slice(0, -4)}.${units.slice(-4)}`
}

type Recipient = { readonly row: MessageRow; readonly acceptance: Acceptance; readonly number: string }

async function acceptanceOf({ db, faults }: House, number: string, enqueue: boolean): Promise<Acceptance> {
  if (!PHONE.test(number)) return refused([403, 'InvalidPhoneNumber'])
  const msisdn = number.slice(1)
  const fault = (await faults.strike(SMS, REFUSAL_FAULTS, msisdn)) as keyof typeof REFUSALS | undefined
  if (fault !== undefined) return refused(REFUSALS[fault])
  const barred = await db('sim_sms.blacklist').where({ msisdn }).first()
  return barred === undefined ? accepted(enqueue) : refused(REFUSALS['user-in-blacklist'])
}

async function deliver(
  house: House,
  account: Account,
  number: string,
  message: { readonly sender: string; readonly text: string; readonly enqueue: boolean },
): Promise<Recipient> {
  const acceptance = await acceptanceOf(house, number, message.enqueue)
  const strikes = acceptance.accepted
    ? await house.faults.strikeEach(SMS, REPORT_FAULTS, number.slice(1))
    : []
  const kinds = strikes.map(({ kind }) => kind)
  const row = await house.db.transaction(async trx => {
    const [kept]: MessageRow[] = await trx('sim_sms.messages')
      .insert({
        message_id: acceptance.accepted ? `ATXid_${randomUUID().replaceAll('-', '')}` : 'None',
        username: account.username,
        msisdn: number.replace(/^\+/, ''),
        sender: message.sender,
        text: message.text,
        status: !acceptance.accepted ? 'rejected' : kinds.includes('undelivered') ? 'failed' : 'accepted',
        status_code: acceptance.code,
        created_at: house.clock.now(),
      })
      .returning('*')
    if (kept === undefined) throw new Error('a message was not kept')
    if (acceptance.accepted) await planReports(house, account, kept, kinds, trx)
    if (kept.status === 'accepted')
      await house.inbox.receive(
        { msisdn: kept.msisdn, sender: kept.sender, text: kept.text, at: kept.created_at },
        trx,
      )
    return kept
  })
  if (kinds.includes('callback-first')) await house.callbacks.sendNow(SMS, row.message_id)
  return { row, acceptance, number }
}

function answer(recipients: readonly Recipient[], parts: number): SimReply {
  const taken = recipients.filter(({ acceptance }) => acceptance.accepted).length
  const disturbed = recipients.some(({ acceptance }) => acceptance.code === 409)
  const total = taken === 0 ? '0' : `KES ${cost(parts * taken)}`
  return {
    status: disturbed ? 409 : 201,
    body: {
      SMSMessageData: {
        Message: `Sent to ${taken}/${recipients.length} Total Cost: ${total} Message parts: ${parts}`,
        Recipients: recipients.map(({ row, acceptance, number }) => ({
          cost: acceptance.accepted ? `KES ${cost(parts)}` : '0',
          messageId: row.message_id,
          number: number.startsWith('+') ? e164(number) : number,
          status: acceptance.status,
          statusCode: acceptance.code,
        })),
      },
    },
  }
}

async function send(house: House, { headers, body }: SimRequest): Promise<SimReply> {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return plain(415, 'The request content type is not supported')
  if (!headers.accept?.includes('application/json')) return plain(406, 'Accept must be application/json')
  const form = new URLSearchParams(body)
  const account: Account | undefined = await house
    .db('sim_sms.accounts')
    .where({ username: form.get('username') ?? '', api_key: headers.apikey ?? '' })
    .first()
  if (account === undefined) return plain(401, 'The supplied authentication is invalid')
  const text = form.get('message') ?? ''
  const numbers = (form.get('to') ?? '').split(',').filter(number => number !== '')
  if (numbers.length === 0) return plain(400, "Must have 'to' in your request")
  if (text === '') return plain(400, "Must have 'message' in your request")
  if (form.get('bulkSMSMode') !== '1') return plain(400, "Only bulkSMSMode '1' is simulated")
  const sender = form.get('from') ?? DEFAULT_SENDER
  if (form.has('from') && !account.senders.includes(sender))
    return { status: 201, body: { SMSMessageData: { Message: 'InvalidSenderId', Recipients: [] } } }
  const enqueue = form.get('enqueue') !== '0'
  const recipients: Recipient[] = []
  for (const number of numbers)
    recipients.push(await deliver(house, account, number, { sender, text, enqueue }))
  return answer(recipients, smsParts(text))
}

/** `POST /version1/messaging`: 201 with an entry for each number; 201 is not success by itself. */
export function sendRoute(house: House): Route {
  const about = ({ body }: SimRequest) => new URLSearchParams(body).get('to')?.split(',')[0]
  return spoilable(
    house.faults,
    { simulator: SMS, kinds: WIRE_FAULTS, about },
    {
      method: 'POST',
      path: '/version1/messaging',
      handle: request => send(house, request),
    },
  )
}
