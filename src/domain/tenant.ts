/** A lender: one tenant, end to end. Its id is its short name and never changes. */
export type Tenant = {
  readonly id: string
  readonly country: string
  readonly currency: string
  readonly zone: string
  readonly settings: TenantSettings
}

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
  /** From her approval to the push: her USSD session must have ended by then. */
  readonly pushDelayMs: number
  /** "Later today": after so many hours, but not later than this local hour. */
  readonly later: { readonly hours: number; readonly until: string }
  /** A request lapses this many days after its due date. */
  readonly requestDays: number
  /** The local time of the due-date run. */
  readonly dueRunAt: string
  /** Where a provider carries whole units only: round up (she sees it before she approves), or refuse. */
  readonly fractions: 'round-up' | 'refuse'
  readonly otherWays: Readonly<Record<string, OtherWayIn>>
}
