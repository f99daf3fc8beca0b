import * as z from 'zod'
import { parseMsisdn } from '../../domain/msisdn.ts'
import type { RawRequest } from '../../domain/outside.ts'
import type {
  CalledSms,
  DeliveryReport,
  DeliveryWord,
  InboundSms,
  SmsOutcome,
  Unreadable,
} from '../channel.ts'
import { complaint, isUnreadable, readForm, unreadable } from '../form.ts'
import { type SdkAnswer, sendBySdk } from './sdk-guard.ts'
import { readAnswer } from './sms-answer.ts'

/** SMS of Africa's Talking by its official SDK. Source: developers.africastalking.com/docs/sms. */
const Config = z.object({
  /** Already resolved: `https://api.africastalking.com`, its sandbox, or a simulator. */
  baseUrl: z.url().transform(url => url.replace(/\/+$/, '')),
  username: z.string().min(1),
  apiKey: z.string().min(1),
  /** The sender, where an order names none; absent: the account's default. */
  from: z.string().min(1).max(15).optional(),
  callMs: z.int().positive().max(60_000).default(10_000),
})
export type AfricasTalkingConfig = z.infer<typeof Config>

export const africastalkingSms: CalledSms<AfricasTalkingConfig> = {
  name: 'africastalking',
  config: raw => Config.parse(raw),
  async send(order, config) {
    const from = order.from ?? config.from
    const message = { to: order.to, message: order.text, ...(from === undefined ? {} : { from }) }
    return toOutcome(await sendBySdk(config, message, config.callMs), order.to)
  },
  readInbound,
  readDelivery,
}

function toOutcome(answer: SdkAnswer, to: string): SmsOutcome {
  switch (answer.kind) {
    case 'answer':
      return readAnswer(answer.status, answer.body, to)
    case 'invalid':
      return { kind: 'refused', why: 'bad-number' }
    case 'not-sent':
      return { kind: 'later', why: answer.why }
    case 'no-answer':
      return { kind: 'unknown', why: answer.why }
    case 'misused':
      return { kind: 'our-fault', why: answer.why }
  }
}

/** Names differ in case and punctuation between pages and networks: compared by their letters. */
const letters = (word: string): string => word.toLowerCase().replace(/[^a-z]/g, '')

const WORDS: Readonly<Record<string, DeliveryWord>> = {
  sent: 'sent',
  submitted: 'sent',
  buffered: 'buffered',
  success: 'delivered',
  rejected: 'failed',
  failed: 'failed',
  absentsubscriber: 'failed',
  expired: 'expired',
}

const DeliveryForm = z.object({
  id: z.string().min(1).max(128),
  status: z.string().min(1).max(60),
  phoneNumber: z.string().optional(),
  failureReason: z.string().max(60).optional(),
})

function readDelivery(request: RawRequest): DeliveryReport | Unreadable {
  const form = readForm(request)
  if (isUnreadable(form)) return form
  const parsed = DeliveryForm.safeParse(Object.fromEntries(form))
  if (!parsed.success) return complaint(parsed.error.issues)
  const { id, status, phoneNumber, failureReason } = parsed.data
  const word = WORDS[letters(status)] ?? 'unlisted'
  const phone = parseMsisdn(phoneNumber ?? '')
  const plain = word === 'sent' || word === 'buffered' || word === 'delivered'
  const reason = failureReason || (plain ? undefined : status)
  return {
    providerId: id,
    word,
    ...(phone === undefined ? {} : { phone }),
    ...(reason === undefined ? {} : { reason }),
  }
}

const InboundForm = z.object({
  id: z.string().min(1).max(128),
  from: z.string(),
  to: z.string().min(1).max(20),
  text: z.string().max(2_000),
  date: z.string().optional(),
})

/** She has asked the operator for no more of this sender. Source: developers.africastalking.com/docs/sms/notifications. */
const OptOutForm = z.object({ senderId: z.string().min(1).max(20), phoneNumber: z.string() })

/** Repeated until answered 200, for hours: `id` is what makes a repeat known. An opt-out is a form of its own, without one. */
function readInbound(request: RawRequest): InboundSms | Unreadable {
  const form = readForm(request)
  if (isUnreadable(form)) return form
  const optOut = OptOutForm.safeParse(Object.fromEntries(form))
  const whose = parseMsisdn(optOut.data?.phoneNumber ?? '')
  if (optOut.success && whose !== undefined)
    return { from: whose, to: optOut.data.senderId, text: '', wish: 'stop' }
  const parsed = InboundForm.safeParse(Object.fromEntries(form))
  if (!parsed.success) return complaint(parsed.error.issues)
  const { id, to, text, date } = parsed.data
  const from = parseMsisdn(parsed.data.from)
  if (from === undefined) return unreadable('send from as documented')
  const at = readDate(date)
  return { providerId: id, from, to, text, ...(at === undefined ? {} : { at }) }
}

/** UTC, as `2017-05-03T06:04:45Z` or `2017-05-03 06:04:45`: both are seen. */
function readDate(text: string | undefined): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?$/.exec(text ?? '')
  const at = new Date(`${match?.[1]}T${match?.[2]}Z`)
  return Number.isNaN(at.getTime()) ? undefined : at
}
