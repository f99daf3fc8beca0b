import twilio from 'twilio'
import * as z from 'zod'
import type { Http } from '../../domain/outside.ts'

/**
 * The official SDK, which writes the request and reads the answer; the call itself goes by our own way out, so that it has
 * a deadline, a limit, and no error with our token in it. Its settings by environment (TWILIO_EDGE, TWILIO_REGION) are left
 * out, for where a channel sends to stands in its row. Source: lib/base/BaseTwilio.js and RequestClient.js of twilio 6.3.1.
 */
export type Account = {
  readonly baseUrl: string
  readonly accountSid: string
  readonly authToken: string
  readonly callMs: number
}
export type TwilioMessage = Parameters<ReturnType<typeof twilio>['messages']['create']>[0]

export type TwilioAnswer =
  | {
      readonly kind: 'taken'
      readonly sid: string
      readonly status: string
      readonly parts: number
      readonly code: number | undefined
    }
  | { readonly kind: 'refused'; readonly status: number; readonly code: number | undefined }
  | { readonly kind: 'not-sent' }
  | { readonly kind: 'no-answer'; readonly why: string }

type Client = InstanceType<typeof twilio.RequestClient>

/** No whole answer came; `refused`: nothing was sent either. */
class NoAnswer extends Error {}

const caller = (http: Http, deadlineMs: number): Pick<Client, 'request'> => ({
  async request({ uri, username, password, headers, data }) {
    const answer = await http({
      method: 'POST',
      url: uri,
      headers: {
        ...Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)])),
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      },
      body: new URLSearchParams(data as Record<string, string>).toString(),
      deadlineMs,
    })
    if (answer.kind === 'no-answer') throw new NoAnswer(answer.why)
    const { status: statusCode, body, headers: received } = answer
    return { statusCode, body: body as never, headers: received }
  },
})

const Taken = z.object({
  sid: z.string().regex(/^(SM|MM)[0-9a-f]{32}$/),
  status: z.string(),
  numSegments: z.coerce.number().catch(0),
  errorCode: z.coerce.number().nullish(),
})
/** The SDK's own error for an answer that is no success; its code is Twilio's, where the body had one. */
const Refused = z.object({ status: z.int(), code: z.int().optional().catch(undefined) })

/** Sends one message; answers what came of it, with nothing of the SDK's error in it. */
export async function sendBySdk(account: Account, message: TwilioMessage, http: Http): Promise<TwilioAnswer> {
  const { accountSid, authToken, baseUrl, callMs } = account
  const client = twilio(accountSid, authToken, { env: {}, httpClient: caller(http, callMs) as Client })
  client.api.baseUrl = baseUrl
  try {
    const taken = Taken.safeParse(await client.messages.create(message))
    if (!taken.success) return { kind: 'no-answer', why: 'an answer without a message' }
    const { sid, status, numSegments: parts, errorCode } = taken.data
    return { kind: 'taken', sid, status, parts, code: errorCode ?? undefined }
  } catch (error) {
    if (error instanceof NoAnswer)
      return error.message === 'refused' ? { kind: 'not-sent' } : { kind: 'no-answer', why: error.message }
    const refused = Refused.safeParse(error)
    return refused.success
      ? { kind: 'refused', status: refused.data.status, code: refused.data.code }
      : { kind: 'no-answer', why: 'an answer that cannot be read' }
  }
}
