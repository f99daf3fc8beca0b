import type { Msisdn } from '../domain/msisdn.ts'
import type { RawRequest, Tools } from '../domain/outside.ts'

/** The ports to USSD and SMS gateways. */

/** One hop as the gateway sent it. `transcript` is all that was typed in this session, joined with `*`. */
export type Hop = {
  readonly sessionId: string
  readonly phone: Msisdn
  readonly code: string
  readonly transcript: string
  readonly network?: string
}

export type Reply = {
  readonly kind: 'con' | 'end'
  readonly text: string /** The state's name, never data. */
  readonly label?: string
}

export type WireReply = {
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The end of a session as the gateway tells it: good for statistics, never proof of anything. */
export type SessionEnd = {
  readonly sessionId: string
  readonly phone: Msisdn
  readonly status: string
  readonly durationMs?: number
  readonly hops?: number
}

/** What is wrong with a request, as a sentence that says what to send instead. */
export type Unreadable = { readonly kind: 'unreadable'; readonly why: string }

export interface UssdDialect {
  readonly name: string
  /** Septets a screen may have, the prefix included. */
  readonly budget: number
  /** What stands before the text on the wire and counts against the budget. */
  readonly prefix: string
  readHop(request: RawRequest): Hop | Unreadable
  writeReply(reply: Reply): WireReply
  readEnd(request: RawRequest): SessionEnd | Unreadable
}

export type SmsOrder = { readonly to: Msisdn; readonly text: string; readonly from?: string }

/** What a gateway said of one message. `unknown` is resent at most once. */
export type SmsOutcome =
  | {
      readonly kind: 'accepted'
      readonly providerId: string | undefined
      readonly parts?: number
      readonly cost?: string
    }
  | {
      readonly kind: 'refused'
      readonly why: 'suppressed' | 'bad-number' | 'no-route'
      readonly code?: string
    }
  | { readonly kind: 'later'; readonly why: string }
  | { readonly kind: 'our-fault'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** Ranks of a delivery report; a report of a lower rank than the known one changes nothing. */
export type DeliveryWord = 'sent' | 'buffered' | 'delivered' | 'failed' | 'expired' | 'unlisted'
export type DeliveryReport = {
  readonly providerId: string
  readonly phone?: Msisdn
  readonly word: DeliveryWord
  readonly reason?: string
}

export type InboundSms = {
  readonly providerId: string
  readonly from: Msisdn
  readonly to: string
  readonly text: string
  /** When the gateway got it, where it says so. */
  readonly at?: Date
}

export interface SmsGateway<Config> {
  readonly name: string
  config(raw: unknown): Config
  send(order: SmsOrder, config: Config, tools: Tools): Promise<SmsOutcome>
  readInbound(request: RawRequest): InboundSms | Unreadable
  readDelivery(request: RawRequest): DeliveryReport | Unreadable
}
