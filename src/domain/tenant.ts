/** A lender: one tenant, end to end. Its id is its short name and never changes. */
export type Tenant = {
  readonly id: string
  readonly country: string
  readonly currency: string
  readonly zone: string
  readonly settings: TenantSettings
}

/** Local times between which nobody is written to unasked, past midnight too. */
export type QuietHours = { readonly from: string; readonly until: string }

/** Another way to pay the same loan, told to her beside every push. */
export type OtherWayIn =
  | { readonly kind: 'paybill'; readonly number: string }
  | { readonly kind: 'menu'; readonly dial: string }

export type TenantSettings = {
  /** The name on every screen; at most 20 characters of GSM-7. */
  readonly lender: string
  readonly lenderPhone: string
  readonly languages: readonly ('en' | 'fr' | 'sw')[]
  /** What our own PIN guards. */
  readonly pinFor: { readonly reading: boolean; readonly paying: boolean }
  /** `discreet`: nothing about money before her PIN, and where she has none, before she asks for it. */
  readonly firstScreen: 'open' | 'discreet'
  /** Who has not used her phone for so long shows again who she is: operators give silent numbers away. */
  readonly silentDays: number
  /** From her approval to the push: her USSD session must have ended by then. */
  readonly pushDelayMs: number
  /** Where short codes behind the lender's USSD code lead. */
  readonly shortcuts: Readonly<Record<string, 'pay' | 'loans' | 'wallets' | 'payments'>>
  /** "Later today": after so many hours, but not later than this local hour. */
  readonly later: { readonly hours: number; readonly until: string }
  /** A request lapses this many days after its due date. */
  readonly requestDays: number
  /** The local time of the due-date run. */
  readonly dueRunAt: string
  /** Where a provider carries whole units only: round up (she sees it before she approves), or refuse. */
  readonly fractions: 'round-up' | 'refuse'
  /** The KYC tier of a wallet whose own is not known. */
  readonly tier?: string | undefined
  /** How long a fault of the lender's own may hold money back before the second alarm. */
  readonly faultPatienceHours: number
  readonly payouts: PayoutSettings
  readonly suspense: SuspenseSettings
  /** More quiet hours than the country's; `none`, without the country's too: a demo's alone, which can reach nobody. */
  readonly quiet?: QuietHours | 'none' | undefined
  readonly reminders: ReminderSettings
  /** After so long without a report a message goes out by the next way too, once; absent: never for that. */
  readonly sms: { readonly unheardMinutes?: number | undefined }
  /** The local time of the officers' morning SMS; absent: none is sent. */
  readonly staff: { readonly morning?: string | undefined }
  /**
   * What a customer pays by herself with a reference that is nobody's: `reject` where the provider asks before it takes
   * the money; what has come already waits in suspense either way.
   */
  readonly inbound: { readonly unknown: 'suspense' | 'reject' }
  /** General ledger accounts of the core, for the entries that mirror suspense; without them nothing is mirrored. */
  readonly books?: BookSettings | undefined
  readonly otherWays: Readonly<Record<string, OtherWayIn>>
}

export type ReminderSettings = {
  /** So many days before the due date, and after it, she is reminded of an instalment that is not paid. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** No reminder to who has had so many prompts and reminders, of all her loans together, today or in seven days. */
  readonly aDay: number
  readonly aWeek: number
  /** The local time for who has neither chosen an hour nor paid at one. */
  readonly at: string
}

export type PayoutSettings = {
  /** `core-first` where disbursing needs a checker in the core. */
  readonly order: 'pay-first' | 'core-first'
  /** Above this, in major units of the tenant's currency, a second person approves; absent: always, `"0"` too. */
  readonly secondPersonAbove?: string | undefined
  /** A number that was never paid before waits so long, or is approved by a person. */
  readonly coolOffHours: number
  readonly nameCheck: 'off' | 'warn' | 'block'
  /** `spread`: what a limit does not hold today may follow on the next days. */
  readonly days: 'same' | 'spread'
  /** The products may be disbursed for less than was approved: what arrived of a part-paid loan may be booked. */
  readonly bookLower: boolean
}

/**
 * `arrears`: what is due on her other loans, with her consent; `prepay`: the rest of the named loan, before it is due;
 * `savings`: her oldest account; `credit-balance`: the named loan, more than it owes.
 */
export const SURPLUS_WORDS = ['arrears', 'prepay', 'savings', 'credit-balance'] as const
export type SurplusWord = (typeof SURPLUS_WORDS)[number]

export type SuspenseSettings = {
  /**
   * Where a surplus goes, in this order, after what she approved on the loan that was named, else after its dues and
   * arrears; what is left waits in suspense.
   */
  readonly surplus: readonly SurplusWord[]
  /** Above this a second person decides about an item; absent: always. */
  readonly secondPersonAbove?: string | undefined
  /** Money for a loan that the core itself has held for so long waits on the board instead. */
  readonly lockedAfterHours: number
  /** How long a provider takes a payment back. */
  readonly reversalHours: number
}

/** Ids of accounts of the core's general ledger. */
export type BookSettings = {
  readonly officeId: string
  readonly suspense: string
  readonly writeOff: string
  /** By provider. */
  readonly floats: Readonly<Record<string, string>>
}
