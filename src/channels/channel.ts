import type { Msisdn } from '../domain/msisdn.ts'
import type { RawRequest, Tools } from '../domain/outside.ts'

/** The ports to USSD and SMS gateways. */

/** One hop as the gateway sent it: whose it is, and what was typed. */
export type Hop = {
  readonly sessionId: string
  readonly phone: Msisdn
  readonly code: string
  readonly network?: string
} & (Transcript | LastInput)

/** A gateway that sends all that was typed in this session, joined with `*`. */
export type Transcript = {
  readonly transcript: string
  /** What was dialled behind the code, where the gateway tells it beside the transcript. */
  readonly dialled?: readonly string[]
}

/** A gateway that sends the last input alone; where it stands in the session is for the host to know. */
export type LastInput = {
  /** What was typed; on the first hop what was dialled. */
  readonly input: string
  readonly begin: boolean
  /** What was dialled behind the code, `*384*100*4821#`: typed by her before any screen. */
  readonly dialled: readonly string[]
  /** The gateway counts its hops. */
  readonly sequence?: number
  /** The gateway names its hops. */
  readonly requestId?: string
  /** Where it does neither: the same input again within so many milliseconds of its answer is the same hop. */
  readonly repeatMs: number
}

/** The gateway says that a session is over, and how: she hung up, or somebody was too slow. */
export type Closed = {
  readonly kind: 'closed'
  readonly sessionId: string
  readonly phone?: Msisdn
  readonly how: 'abort' | 'timeout' | 'end'
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

/** One gateway's way of speaking, for one channel: its code, and what its configuration says of its screens. */
export interface UssdDialect {
  readonly name: string
  /** Septets a screen may have, the prefix included. */
  readonly budget: number
  /** The same where the gateway names the network and that network holds more or less. */
  readonly networks: Readonly<Record<string, number>>
  /** What stands before the text on the wire and counts against the budget. */
  readonly prefix: string
  readHop(request: RawRequest): Hop | Closed | Unreadable
  /** The answer to this request: some gateways want parts of it back. */
  writeReply(reply: Reply, request: RawRequest): WireReply
  /** The answer to a request that says that the session is over. */
  writeClosed(request: RawRequest): WireReply
  /** An end told at an address of its own, after the last hop. */
  readEnd(request: RawRequest): SessionEnd | Unreadable
}

/**
 * What a text of ours may have on a network, without the prefix: septets, or 16-bit units where one of its signs is not in
 * GSM-7. Source: 3GPP TS 23.038 §5; a screen of 160 septets is 140 octets, 70 units.
 */
export type Room = { readonly septets: number; readonly units: number }

export function roomOf(
  { budget, networks, prefix }: Pick<UssdDialect, 'budget' | 'networks' | 'prefix'>,
  network?: string,
): Room {
  const held =
    network !== undefined && Object.hasOwn(networks, network) ? (networks[network] ?? budget) : budget
  return { septets: held - prefix.length, units: Math.floor((held * 7) / 16) - prefix.length }
}

export type SmsOrder = {
  readonly to: Msisdn
  readonly text: string
  readonly from?: string
  /** Its topic and language: some regulators have each text registered. */
  readonly about: string
  readonly language: string
  /** After so long it is worth nothing any more, and need not be delivered. */
  readonly validForMs: number
  /** Where delivery reports of this channel reach us, for gateways that are told with each message. */
  readonly deliveryUrl: string
}

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
      /** `suppressed`: she wants nothing of this sender; `do-not-disturb`: nobody may write to her now, or about this. */
      readonly why: 'suppressed' | 'do-not-disturb' | 'bad-number' | 'no-route'
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
  /** It was not delivered because she wants nothing of this sender. */
  readonly suppressed?: true
}

export type InboundSms = {
  /** The gateway's own id, by which a repetition is known; absent where it gives none. */
  readonly providerId?: string
  readonly from: Msisdn
  readonly to: string
  readonly text: string
  /** When the gateway got it, where it says so. */
  readonly at?: Date
  /** She wants no more of this sender, or wants it again, where the gateway itself took her words so. */
  readonly wish?: Wish
}
export type Wish = 'stop' | 'start'

/** A gateway that is called for each message. */
export type CalledSms<Config> = SmsReading<Config> & {
  send(order: SmsOrder, config: Config, tools: Tools): Promise<SmsOutcome>
}

/** A gateway that is reached over a line which stays open: messages leave by it, and what the gateway tells comes by it. */
export type LinedSms<Config> = SmsReading<Config> & {
  /** Lines that the account may have open at once, all processes together. */
  lines(config: Config): number
  /** Never throws: a line that cannot be had is tried for again, and whoever sends meanwhile is told so. */
  open(config: Config, take: Take): Line
}

export type SmsGateway<Config> = CalledSms<Config> | LinedSms<Config>

export type Line = {
  send(order: SmsOrder): Promise<SmsOutcome>
  /** Says goodbye, waits a little for what is under way, and lets go. */
  close(): Promise<void>
}

/** Keeps what the gateway told; it is acknowledged only when this has ended well. */
export type Take = (kind: 'inbound' | 'delivery', request: RawRequest) => Promise<void>

type SmsReading<Config> = {
  readonly name: string
  config(raw: unknown): Config
  /** Pure: whether a request proves that it comes from the gateway. `url`: the whole address that was called. Absent: none can. */
  proves?(request: RawRequest, url: string, config: Config): boolean
  /** What a request of the gateway's is answered with; absent: an empty 200. */
  readonly callbackAnswer?: { readonly contentType: string; readonly body: string }
  readInbound(request: RawRequest, config: Config): InboundSms | Unreadable
  readDelivery(request: RawRequest, config: Config): DeliveryReport | Unreadable
}
