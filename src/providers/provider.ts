import type { Currency, Money } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import type { Fault, Outcome } from '../domain/outcome.ts'
import type { RawRequest, Tools } from '../domain/outside.ts'

/** The port to payment providers. An adapter translates; it keeps nothing, decides nothing and retries no money call. */

export type Operation = 'collect' | 'disburse' | 'refund'

/** What an adapter can do, as data. An operation that is not listed is not offered. */
export type Capabilities = {
  readonly operations: Readonly<Partial<Record<Operation, OperationTraits>>>
  /** True where the wire carries whole major units only. */
  readonly wholeUnitsOnly: boolean
  /** True where customers can pay by themselves, and we are told; see `hears`. */
  readonly customerInitiated: boolean
  /** True of an aggregator: the order must carry its code for the provider. */
  readonly needsCode: boolean
  readonly needsSmartphone: boolean
  /** When the name behind a number can be learnt: before paying (`nameOf`), with the confirmation, or not at all. */
  readonly nameCheck: 'before' | 'after' | 'no'
}

export type OperationTraits = {
  /** True where an attempt can be asked for by the reference that we made before the call, and the answer tells its fate. */
  readonly askByOurReference: boolean
  /** True where an inquiry is answered by a callback only: it needs a callback URL of its own. */
  readonly answersByCallback: boolean
  /** A second order with the reference of the first moves nothing: it is refused, or gets the first one's answer. */
  readonly idempotent?: true
  /** The same amount to the same number is refused, or thought a repetition, within this time. */
  readonly twinsMs?: number
  /** Of a refund: a payment goes back as a whole or not at all. */
  readonly wholeOnly?: true
  /** Asked about, the provider tells a yes only: a no comes by the operation's own result, and cannot be asked for. */
  readonly noByResultOnly?: true
  /** Of a refund: the provider knows the payment by its receipt; else by the reference of our attempt. */
  readonly byReceipt?: true
}

/** When to ask, and when to stop hoping. Defaults of the adapter; a connection may override each. */
export type Timing = {
  /** The deadline of one call. */
  readonly callMs: number
  readonly firstInquiryMs: number
  readonly inquiryEveryMs: number
  /** How long the customer may look at the wallet's prompt. */
  readonly promptLifeMs: number
  /** After this long without yes or no, the transaction is `unresolved`. */
  readonly giveUpMs: number
  /** "Never heard of it" is believed only after this long; longer than lease + deadline. */
  readonly graceMs: number
}

/** Least, most and step of one order. */
export type Bounds = { readonly minimum?: Money; readonly maximum?: Money; readonly multiple?: Money }

/** One call to be made. `reference` was committed before it, and is what the provider knows us by where it can. */
export type Order = {
  readonly operation: Operation
  readonly reference: string
  readonly amount: Money
  readonly msisdn: Msisdn
  /** What the payer sees beside the amount, at most 12 characters of `[A-Za-z0-9]`. */
  readonly shownReference: string
  readonly callbackUrl: string
  /** The aggregator's code for the customer's provider, where the adapter needs one. */
  readonly code?: string
  /** Of a refund: the payment that goes back, as the provider knows it. */
  readonly original?: {
    readonly reference: string
    readonly providerReference?: string
    readonly receipt?: string
  }
}

/** The name behind a number, as the provider knows it; `other-name` where it only says that it is not the expected one. */
export type NameAnswer =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'other-name' }
  | { readonly kind: 'no-account' }
  | { readonly kind: 'unknown'; readonly why: string }

/** An account of the lender's at the provider, named as the provider names it. */
export type Balance = { readonly account: string; readonly amount: Money }
export type BalancesTold =
  | { readonly kind: 'balances'; readonly balances: readonly Balance[] }
  | { readonly kind: 'our-fault'; readonly fault: Fault; readonly detail?: string }
  | { readonly kind: 'unknown'; readonly why: string }
/** `later`: asked, and answered by a callback; nothing is known before it comes. */
export type BalanceAnswer = BalancesTold | { readonly kind: 'later' }

/** An operation that an aggregator has switched on for this account at one operator, by its own code for that operator. */
export type Reached = {
  readonly code: string
  readonly operation: Operation
  readonly minimum?: Money
  readonly maximum?: Money
  /** How it is just now: orders are taken, taken and done later, or refused; absent where the aggregator does not tell. */
  readonly now?: 'open' | 'delayed' | 'closed' | 'unknown'
}
export type ReachAnswer =
  | { readonly kind: 'reached'; readonly reached: readonly Reached[] }
  | { readonly kind: 'our-fault'; readonly fault: Fault; readonly detail?: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** One movement as the provider's own statement has it. `amount` is what came in (`credit`) or went out (`debit`). */
export type StatementLine = {
  readonly receipt: string
  readonly side: 'credit' | 'debit'
  readonly amount: Money
  readonly at: Date
  readonly reference?: string
  readonly msisdn?: Msisdn
  readonly charge?: Money
}
export type StatementAnswer =
  | { readonly kind: 'lines'; readonly lines: readonly StatementLine[] }
  | { readonly kind: 'our-fault'; readonly fault: Fault; readonly detail?: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** An attempt to be asked about: the order as it was sent, and what the provider has answered since. */
export type AttemptRef = Order & { readonly providerReference?: string }

export type CallbackReading =
  | {
      readonly kind: 'outcome'
      readonly outcome: Outcome
      readonly reference?: string
      readonly providerReference?: string
    }
  /** Money that came to our number, told for itself: which push it belongs to, if any, is for us to find. */
  | InboundPayment
  | Offer
  /** The answer to a question about the accounts, where that comes by callback. */
  | { readonly kind: 'balances'; readonly answer: BalancesTold }
  | { readonly kind: 'unreadable'; readonly why: string }

type PaidByHerself = {
  readonly receipt: string
  readonly amount: Money
  /** What she gave as the account. */
  readonly shownReference: string
  /** Who paid, where the wire tells. */
  readonly msisdn?: Msisdn
}
export type InboundPayment = PaidByHerself & { readonly kind: 'payment'; readonly at: Date }

/**
 * Money of a customer that the provider holds until it has heard from us: ours only once the provider has said so to our
 * yes. `receipt` is the provider's name for it, `reference` the one that we have answered with.
 */
export type Offer = PaidByHerself & { readonly kind: 'offer'; readonly reference: string }

/** What became of an offer by the provider's own word. */
export type OfferAnswer =
  /** It is ours. */
  | { readonly kind: 'taken' }
  /** It stays with the customer, or is hers again. */
  | { readonly kind: 'let-go' }
  | { readonly kind: 'our-fault'; readonly fault: Fault; readonly detail?: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** What a provider asks before it takes a customer's money: the payment to be, or no more than the account it is for. */
export type Question =
  | InboundPayment
  | { readonly kind: 'account'; readonly shownReference: string; readonly currency: Currency }

/** What we say to a provider that asks before it takes a customer's money. */
export type Verdict = 'welcome' | 'unknown-account' | 'other-payee'

export type HttpReply = { readonly status: number; readonly contentType: string; readonly body: string }

/** A question before a payment, and its answers in the vendor's words. */
export type Validation<Config> = {
  /** Pure. `unreadable` is answered by nothing that the vendor knows: what it then does by itself is its own setting. */
  read(request: RawRequest, config: Config): Question | 'other-payee' | 'unreadable'
  answer(verdict: Verdict, config: Config): HttpReply
}

/** Where a provider finds us about what customers pay by themselves. */
export type Listeners = { readonly callback: string; readonly validation: string }

export type Registration =
  | { readonly kind: 'registered' }
  | { readonly kind: 'our-fault'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly why: string }

/**
 * How far it was tried: against a simulator that was written apart from it, against the vendor's sandbox, with real money.
 * A template was written after no public contract: it is a start for an integrator's own, and is called supported by nobody.
 */
export type Level =
  | 'template'
  | 'simulated'
  | `sandbox-tested on ${number}-${number}-${number}`
  | `live-tested on ${number}-${number}-${number}`

/** What whoever chooses wants to know; stands in `GET /api/v1/providers` and docs/providers.md. */
export type About = {
  readonly title: string
  readonly level: Level
  /** Operators of countries that it reaches, by our names, where the contract tells. */
  readonly providers: readonly string[]
  /** What a callback counts by: nothing, its signature, a shared secret, or its own URL and an allowed address. */
  readonly callbackProof: 'nothing' | 'signature' | 'secret' | 'address'
  /** Where its contract is public; a template has none. */
  readonly source?: string
}

export interface Provider<Config> {
  readonly name: string
  readonly about: About
  readonly can: Capabilities
  readonly timing: Timing
  /** What to answer a callback with; providers care. */
  readonly callbackAnswer: HttpReply
  /** Parses a connection's configuration; throws a `ZodError` that tells all faults at once. */
  config(raw: unknown): Config
  /**
   * What a connection so configured can do of `can.operations`, in groups that share their credentials: operations whose
   * own credentials are missing are left out.
   */
  products(config: Config): readonly (readonly Operation[])[]
  /** What one order may carry by the lender's contract or the vendor's wire, for plans that fit it; absent: nothing is said. */
  bounds?(operation: Operation, config: Config): Bounds
  /** A fresh reference of the form and length the vendor wants, made before the call. */
  newReference(): string
  send(order: Order, config: Config, tools: Tools): Promise<Outcome>
  /** Asks for an attempt's fate; `unknown` where it cannot be asked (no reference the provider knows). */
  inquire(attempt: AttemptRef, config: Config, tools: Tools): Promise<Outcome>
  /** Present where `can.nameCheck` is `before`. `expected` is for a provider that tells no names, and only compares. */
  nameOf?(msisdn: Msisdn, config: Config, tools: Tools, expected?: string): Promise<NameAnswer>
  /**
   * What the lender's accounts hold there; absent where the provider cannot be asked. Moves nothing. `callbackUrl`: where
   * an answer comes to that is not given at once.
   */
  balances?(config: Config, tools: Tools, callbackUrl?: string): Promise<BalanceAnswer>
  /** Whom the lender's account at an aggregator reaches; absent where it cannot be asked. Moves nothing. */
  reached?(config: Config, tools: Tools): Promise<ReachAnswer>
  /** What moved on the lender's accounts from one instant up to, not including, another; as far back as the provider tells. */
  statement?(from: Date, to: Date, config: Config, tools: Tools): Promise<StatementAnswer>
  /** Whether a connection so configured is told of what customers pay by themselves; absent: wherever it can be. */
  hears?(config: Config): boolean
  /**
   * What a callback is answered with where that depends on it; undefined: `callbackAnswer`. One that is refused, by a
   * status of 400 or more, told us nothing and is not kept.
   */
  answer?(request: RawRequest, config: Config): HttpReply | undefined
  /**
   * Says whether we take what was offered, and hears what has become of it; present where `readCallback` reads offers.
   * The same word again moves nothing twice: it is also how a lost answer is asked for.
   */
  settle?(offer: Offer, take: boolean, config: Config, tools: Tools): Promise<OfferAnswer>
  /** Present where the provider may ask whether a customer's payment is welcome, before it takes it. */
  readonly validation?: Validation<Config>
  /** Tells the provider our addresses for what customers pay by themselves; present where that is done by a call. */
  register?(listeners: Listeners, config: Config, tools: Tools): Promise<Registration>
  /**
   * Pure: whether a callback proves by itself, by a signature or a shared secret, that it comes from the provider and is
   * whole. Asked as it comes in, for a signature has its hour. Absent where callbacks prove nothing: they are hints.
   */
  proves?(request: RawRequest, config: Config, at: Date): boolean
  /** Pure: translates. `attempt` is the one whose own URL was called, where the URL told. */
  readCallback(request: RawRequest, config: Config, attempt: AttemptRef | undefined): CallbackReading
}
