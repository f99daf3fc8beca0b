import twilio from 'twilio'
import * as z from 'zod'
import { parseMsisdn } from '../../domain/msisdn.ts'
import type { RawRequest } from '../../domain/outside.ts'
import type { DeliveryReport, DeliveryWord, InboundSms, Unreadable, Wish } from '../channel.ts'
import { complaint, isUnreadable, readForm, unreadable } from '../form.ts'
import { toldBy } from './codes.ts'

/** What Twilio tells: forms of many fields, which grow without notice. Source: twilio.com/docs/messaging/guides/webhook-request. */

/** 1600 characters, each up to nine when it is escaped, and some thirty fields beside them. */
const MAX_FORM = 24_000

/** Every field of a form; one that comes several times has all its values, for the signature is over all of them. */
function paramsOf(body: string): Record<string, string | string[]> {
  const fields = new URLSearchParams(body)
  return Object.fromEntries(
    [...new Set(fields.keys())].map(name => {
      const values = [...fields.getAll(name)]
      return [name, values.length === 1 ? String(values[0]) : values]
    }),
  )
}

/**
 * By the SDK's own check: HMAC-SHA1 over the address and the sorted fields, or over the address alone where that has the
 * body's digest. It tries the address with the port and without, since proxies differ in what they show.
 */
export function isSigned(request: RawRequest, url: string, authToken: string): boolean {
  const signature = request.headers['x-twilio-signature']
  if (signature === undefined || signature === '') return false
  return request.query.bodySHA256 === undefined
    ? twilio.validateRequest(authToken, signature, url, paramsOf(request.body))
    : twilio.validateRequestWithBody(authToken, signature, url, request.body)
}

/** Source: twilio.com/docs/messaging/api/message-resource, "Message status values". */
const WORDS: Readonly<Record<string, DeliveryWord>> = {
  accepted: 'sent',
  scheduled: 'sent',
  queued: 'sent',
  sending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
}

const DeliveryForm = z.object({
  MessageSid: z.string().min(1).max(64),
  MessageStatus: z.string().min(1).max(40),
  To: z.string().optional(),
  ErrorCode: z
    .string()
    .regex(/^\d{0,6}$/)
    .optional(),
})

export function readDelivery(request: RawRequest): DeliveryReport | Unreadable {
  const form = readForm(request, MAX_FORM)
  if (isUnreadable(form)) return form
  const parsed = DeliveryForm.safeParse(Object.fromEntries(form))
  if (!parsed.success) return complaint(parsed.error.issues)
  const { MessageSid, MessageStatus, To, ErrorCode: code } = parsed.data
  const word = WORDS[MessageStatus.toLowerCase()] ?? 'unlisted'
  const phone = parseMsisdn(To ?? '')
  const told = word === 'failed' ? toldBy(Number(code ?? 0)) : undefined
  const reason = code || (word === 'failed' || word === 'unlisted' ? MessageStatus : undefined)
  return {
    providerId: MessageSid,
    word: told === 'expired' ? told : word,
    ...(phone === undefined ? {} : { phone }),
    ...(reason === undefined ? {} : { reason }),
    ...(told === 'suppressed' ? { suppressed: true } : {}),
  }
}

const InboundForm = z.object({
  MessageSid: z.string().min(1).max(64),
  From: z.string(),
  To: z.string().min(1).max(40),
  Body: z.string().max(2_400),
  OptOutType: z.string().max(20).optional(),
})

/** Words that Twilio itself acts on when they stand alone. Source: twilio.com/docs/messaging/guides/opt-out-keywords. */
const OPT_OUT: ReadonlySet<string> = new Set(
  'STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT'.split(' '),
)
const OPT_IN: ReadonlySet<string> = new Set(['START', 'YES', 'UNSTOP'])

/** Of a service that has words of its own Twilio tells what it took them for. */
function wishOf(text: string, told: string | undefined): Wish | undefined {
  const word = (told ?? text).trim().toUpperCase()
  return OPT_OUT.has(word) ? 'stop' : OPT_IN.has(word) ? 'start' : undefined
}

/** So long is a text at least that came in several parts and may have been put together as a file. */
const MIN_BASE64 = 60

/**
 * Some networks' long texts come in base64 (nyaruka/courier, handlers/twilio: "Twilio sometimes sends concatenated sms as
 * base64 encoded MMS"). Taken for that only where it is nothing else: long, without a blank, and UTF-8 within.
 */
function plainText(body: string): string {
  const packed = body.replace(/[\r\n]+$/, '')
  if (packed.length < MIN_BASE64 || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed))
    return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'))
  } catch {
    return body
  }
}

export function readInbound(request: RawRequest): InboundSms | Unreadable {
  const form = readForm(request, MAX_FORM)
  if (isUnreadable(form)) return form
  const parsed = InboundForm.safeParse(Object.fromEntries(form))
  if (!parsed.success) return complaint(parsed.error.issues)
  const { MessageSid, From, To, Body, OptOutType } = parsed.data
  const from = parseMsisdn(From)
  if (from === undefined) return unreadable('send From as documented')
  const text = plainText(Body)
  const wish = wishOf(text, OptOutType)
  return { providerId: MessageSid, from, to: To, text, ...(wish === undefined ? {} : { wish }) }
}
