import * as z from 'zod'
import type { CalledSms } from '../channel.ts'
import { isSigned, readDelivery, readInbound } from './callbacks.ts'
import { sendBySdk } from './client.ts'
import { toOutcome } from './codes.ts'

/** SMS of Twilio by its official SDK. Source: twilio.com/docs/messaging/api/message-resource. */
const Config = z.object({
  /** Already resolved: Twilio's, or a simulator. */
  baseUrl: z
    .url()
    .transform(url => url.replace(/\/+$/, ''))
    .default('https://api.twilio.com'),
  accountSid: z.string().regex(/^AC[0-9a-f]{32}$/, 'AC and 32 hexadecimal digits'),
  authToken: z.string().min(1),
  /** Twilio chooses the sender from this service's; absent: the channel's own sender. */
  messagingServiceSid: z
    .string()
    .regex(/^MG[0-9a-f]{32}$/, 'MG and 32 hexadecimal digits')
    .optional(),
  /** The sender, where an order names none. */
  from: z.string().min(1).max(20).optional(),
  callMs: z.int().positive().max(60_000).default(10_000),
})
type TwilioConfig = z.infer<typeof Config>

/** Twilio keeps a message for ten hours at most. */
const MAX_VALIDITY_SECONDS = 36_000

export const twilioSms: CalledSms<TwilioConfig> = {
  name: 'twilio',
  config: raw => Config.parse(raw),
  async send(order, config, { http }) {
    const from = order.from ?? config.from
    const seconds = Math.max(1, Math.floor(order.validForMs / 1000))
    const message = {
      to: order.to,
      body: order.text,
      statusCallback: order.deliveryUrl,
      ...(config.messagingServiceSid !== undefined
        ? { messagingServiceSid: config.messagingServiceSid }
        : from === undefined
          ? {}
          : { from }),
      ...(seconds < MAX_VALIDITY_SECONDS ? { validityPeriod: seconds } : {}),
    }
    return toOutcome(await sendBySdk(config, message, http))
  },
  proves: (request, url, { authToken }) => isSigned(request, url, authToken),
  // an empty answer: what we say to her is sent by itself, and counted among our messages
  callbackAnswer: { contentType: 'text/xml', body: '<Response/>' },
  readInbound,
  readDelivery,
}
