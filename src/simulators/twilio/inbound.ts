import { randomBytes } from 'node:crypto'
import { smsParts } from '../kit/gsm7.ts'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { digitsOnly, e164 } from '../kit/numbers.ts'
import { ACCOUNTS, type Account, type House, OPT_OUTS } from './house.ts'
import { signatureOf } from './sign.ts'

/** What somebody writes to a number of the account. Source: twilio.com/docs/messaging/guides/webhook-request. */

/** A web hook has so long. */
const HOOK_MS = 15_000

/** Source: twilio.com/docs/messaging/guides/opt-out-keywords. */
const STOP = /^(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)$/i
const START = /^(start|yes|unstop)$/i

const problem = (detail: string): SimReply => ({ status: 400, body: { status: 400, detail } })

/** An answer that Twilio cannot use, by its code: 11200 no answer, 12300 another type, 12100 no TwiML. */
function complaintOn(status: number, contentType: string, body: string): number | undefined {
  if (status < 200 || status > 299) return 11200
  if (!/^(text|application)\/xml\b/.test(contentType)) return 12300
  return /^\s*(<\?xml[^>]*\?>\s*)?<Response(\s*\/>|>[\s\S]*<\/Response>\s*$)/.test(body) ? undefined : 12100
}

type Written = { readonly from: string; readonly to: string; readonly body: string; readonly packed: boolean }

function readWritten(text: string): Written | undefined {
  try {
    const { from, to, body, base64 = false } = JSON.parse(text)
    if (typeof from !== 'string' || typeof to !== 'string' || typeof body !== 'string') return undefined
    return { from: e164(from), to, body, packed: base64 === true }
  } catch {
    return undefined
  }
}

async function write(house: House, { params, body }: SimRequest): Promise<SimReply> {
  const account: Account | undefined = await house.db(ACCOUNTS).where({ sid: params.sid }).first()
  const written = readWritten(body)
  if (account === undefined || written === undefined || account.inbound_url === null)
    return problem('{from, to, body} to an account that has an address for it')
  const { from, to, packed } = written
  const row = { account: account.sid, msisdn: digitsOnly(from) }
  const stops = STOP.test(written.body.trim())
  if (stops) await house.db(OPT_OUTS).insert(row).onConflict(['account', 'msisdn']).ignore()
  if (START.test(written.body.trim())) await house.db(OPT_OUTS).where(row).delete()
  const sid = `SM${randomBytes(16).toString('hex')}`
  const fields = {
    ...{
      AccountSid: account.sid,
      ApiVersion: '2010-04-01',
      MessageSid: sid,
      SmsMessageSid: sid,
      SmsSid: sid,
    },
    ...{
      SmsStatus: 'received',
      From: from,
      To: to,
      NumMedia: '0',
      NumSegments: String(smsParts(written.body)),
    },
    Body: packed ? Buffer.from(written.body).toString('base64') : written.body,
  }
  const answer = await fetch(account.inbound_url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signatureOf(account.auth_token, account.inbound_url, fields),
      'user-agent': 'TwilioProxy/1.1',
    },
    body: new URLSearchParams(fields).toString(),
    signal: AbortSignal.timeout(HOOK_MS),
  })
  const said = await answer.text()
  const error = complaintOn(answer.status, answer.headers.get('content-type') ?? '', said)
  return {
    status: 200,
    body: { sid, status: answer.status, said, ...(error === undefined ? {} : { error }) },
  }
}

export const inboundRoute = (house: House): Route => ({
  method: 'POST',
  path: '/:sid/inbound',
  handle: request => write(house, request),
})
