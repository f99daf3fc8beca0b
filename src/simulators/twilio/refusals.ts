import type { SimReply } from '../kit/http.ts'

/** Errors as Twilio answers them, and the faults that bring some. Source: twilio.com/docs/api/errors. */
const MESSAGES: Readonly<Record<number, string>> = {
  20003: 'Authenticate',
  20404: 'The requested resource was not found',
  20429: 'Too Many Requests',
  21211: "The 'To' number is not a valid phone number",
  21212: "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID",
  21408: 'Permission to send an SMS has not been enabled for the region',
  21602: 'Message body is required',
  21603: "A 'From' phone number is required",
  21604: "A 'To' phone number is required",
  21606: "The 'From' phone number is not a valid, message-capable Twilio phone number",
  21609: "The 'StatusCallback' URL is not a valid URL",
  21610: 'Attempt to send to unsubscribed recipient',
  21611: "This 'From' number has exceeded the maximum number of queued messages",
  21612: "Message cannot be sent with the current combination of 'To' and 'From' parameters",
  21614: "'To' number is not a valid mobile number",
  21617: 'The concatenated message body exceeds the 1600 character limit',
  21701: 'The Messaging Service does not exist',
  30002: 'Account suspended',
}
/** ValidityPeriod: no code of its own is documented; what is out of its bounds is refused as a bad parameter. */
export const BAD_PARAMETER = 20001

export function refusal(code: number, status = 400): SimReply {
  return {
    status,
    body: {
      code,
      message: MESSAGES[code] ?? 'Bad request',
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status,
    },
  }
}

/** Scripted refusals of one message. */
export const REFUSALS = {
  unsubscribed: 21610,
  'no-route': 21612,
  'not-mobile': 21614,
  'queue-full': 21611,
  'region-off': 21408,
  suspended: 30002,
  'too-many-calls': 20429,
} as const
export const REFUSAL_FAULTS = Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]

/** Numbers that mean something to test credentials. Source: twilio.com/docs/iam/test-credentials. */
export const MAGIC = {
  from: { '+15005550001': 21212, '+15005550007': 21606, '+15005550008': 21611 },
  good: '+15005550006',
  to: {
    '+15005550001': 21211,
    '+15005550002': 21612,
    '+15005550003': 21408,
    '+15005550004': 21610,
    '+15005550009': 21614,
  },
} as const satisfies Record<string, Readonly<Record<string, number>> | string>
