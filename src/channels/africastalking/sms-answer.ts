import * as z from 'zod'
import type { SmsOutcome } from '../channel.ts'

/** What the gateway answers to a message. Source: developers.africastalking.com/docs/sms/sending/bulk. */
const Sent = z.object({
  SMSMessageData: z.object({
    Message: z.string().default(''),
    Recipients: z.array(
      z.object({
        number: z.string().optional(),
        statusCode: z.coerce.number(),
        messageId: z.string().nullish(),
        cost: z.union([z.string(), z.number()]).nullish(),
      }),
    ),
  }),
})

type Refusal = Extract<SmsOutcome, { kind: 'refused' }>['why']
const refused = (why: Refusal, code: number): SmsOutcome => ({
  kind: 'refused',
  why,
  code: String(code),
})

/** By the recipient's own status code: an HTTP status of 201 alone says nothing. */
const BY_CODE: Readonly<Record<number, SmsOutcome>> = {
  401: { kind: 'later', why: 'RiskHold' },
  402: { kind: 'our-fault', why: 'InvalidSenderId' },
  403: refused('bad-number', 403),
  404: refused('bad-number', 404),
  405: { kind: 'our-fault', why: 'InsufficientBalance' },
  406: refused('suppressed', 406),
  407: refused('no-route', 407),
  409: refused('do-not-disturb', 409),
  500: { kind: 'later', why: 'InternalServerError' },
  501: { kind: 'later', why: 'GatewayError' },
  502: refused('no-route', 502),
}
const ACCEPTED: ReadonlySet<number> = new Set([100, 101, 102])

/** One message's outcome; anything that is neither a listed yes nor a listed no is `unknown`. */
export function readAnswer(status: number, body: unknown, to: string): SmsOutcome {
  if (status === 401) return { kind: 'our-fault', why: 'credentials refused' }
  const parsed = Sent.safeParse(body)
  // 409 carries recipients as 201 does: the hours in which promotion is forbidden.
  if ((status !== 201 && status !== 409) || !parsed.success) return refusedBy(status)
  const { Message: message, Recipients: recipients } = parsed.data.SMSMessageData
  if (recipients.length === 0) return { kind: 'our-fault', why: wordOf(message) }
  const one =
    recipients.find(({ number }) => number === to) ?? (recipients.length === 1 ? recipients[0] : undefined)
  if (one === undefined) return { kind: 'unknown', why: 'the answer is about other numbers' }
  if (!ACCEPTED.has(one.statusCode))
    return BY_CODE[one.statusCode] ?? { kind: 'unknown', why: 'a status code that is not listed' }
  const parts = Number(/Message parts: (\d{1,3})/.exec(message)?.[1] ?? 0)
  return {
    kind: 'accepted',
    providerId: one.messageId == null || one.messageId === 'None' ? undefined : one.messageId,
    ...(parts === 0 ? {} : { parts }),
    ...(one.cost == null ? {} : { cost: String(one.cost) }),
  }
}

function refusedBy(status: number): SmsOutcome {
  if (status === 400 || status === 403) return { kind: 'our-fault', why: `refused with ${status}` }
  if (status === 429) return { kind: 'later', why: 'too many calls' }
  return { kind: 'unknown', why: `answer ${status}` }
}

/** Nothing was sent, and one word says why: `InvalidSenderId` above all. */
const wordOf = (message: string): string => (/^[A-Za-z]{3,40}$/.test(message) ? message : 'nothing was sent')
