import * as z from 'zod'
import type { RawRequest, Tools } from '../../domain/outside.ts'
import type { HttpReply, InboundPayment, Listeners, Registration, Validation, Verdict } from '../provider.ts'
import { post, type Refused } from './access.ts'
import { registerPull } from './books.ts'
import { readPayment } from './callback.ts'
import type { MpesaConfig } from './config.ts'
import { readConfirmation } from './confirmation.ts'

/**
 * What customers pay to the shortcode by themselves: where we are told of it, and what we say where we are asked before.
 * Source: developer.safaricom.co.ke, "Customer To Business (C2B)", Register URL and Validation.
 */

/** "Rejected", with the code for an account that nobody has, or for another's shortcode; "0" takes the money. */
const CODES: Readonly<Record<Verdict, string>> = {
  welcome: '0',
  'unknown-account': 'C2B00012',
  'other-payee': 'C2B00015',
}

const answer = (verdict: Verdict): HttpReply => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({
    ResultCode: CODES[verdict],
    ResultDesc: verdict === 'welcome' ? 'Accepted' : 'Rejected',
  }),
})

/** The question has the fields of the confirmation that will follow, and the receipt that the payment will have. */
function read(request: RawRequest, config: MpesaConfig): InboundPayment | 'other-payee' | 'unreadable' {
  const asked = readConfirmation(request)
  if (asked === undefined) return 'unreadable'
  const payment = readPayment(asked, config)
  return payment.kind === 'payment' ? payment : 'other-payee'
}

export const validation: Validation<MpesaConfig> = { read, answer }

const Registered = z.object({ ResponseCode: z.literal(['0', 0]) })

/** What Safaricom takes as a word of its own about the request; the rest says nothing. */
const isNo = ({ status, code }: Refused): boolean => status >= 400 && status < 500 && code !== undefined

/** Once for each shortcode; again, it replaces what was registered, in the sandbox at least. */
export async function register(
  { callback, validation: asked }: Listeners,
  config: MpesaConfig,
  tools: Tools,
): Promise<Registration> {
  const body = {
    ShortCode: config.shortcode,
    ResponseType: config.c2b.whenSilent,
    ConfirmationURL: callback,
    ValidationURL: asked,
  }
  const posted = await post(`/mpesa/c2b/${config.c2b.version}/registerurl`, body, config, tools)
  switch (posted.kind) {
    case 'value':
      return Registered.safeParse(posted.body).success
        ? alsoToPull({ callback, validation: asked }, config, tools)
        : { kind: 'unknown', why: 'an answer without ResponseCode 0' }
    case 'refused':
      return isNo(posted.refused)
        ? { kind: 'our-fault', detail: `${posted.refused.code}: ${posted.refused.message}` }
        : { kind: 'unknown', why: `status ${posted.refused.status}` }
    case 'not-sent':
      return posted.outcome.kind === 'our-fault'
        ? { kind: 'our-fault', detail: posted.outcome.detail ?? posted.outcome.fault }
        : { kind: 'unknown', why: 'Daraja was not reached' }
    case 'no-answer':
      return { kind: 'unknown', why: posted.why }
  }
}

async function alsoToPull(listeners: Listeners, config: MpesaConfig, tools: Tools): Promise<Registration> {
  const no = await registerPull(listeners, config, tools)
  if (no === undefined) return { kind: 'registered' }
  return no.kind === 'unknown' ? no : { kind: 'our-fault', detail: no.detail ?? no.fault }
}
