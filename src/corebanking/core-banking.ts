import type { Money } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import type { LocalDate } from '../domain/time.ts'

/** The port to a tenant's core banking system. Ids of the core are text. */

/** A read that may bring nothing: the core is away, or refused us. */
export type CoreAnswer<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'no-answer'; readonly why: string }

export type CoreClient = {
  readonly id: string
  readonly firstName: string
  readonly displayName: string
  readonly phone: Msisdn | undefined
  readonly active: boolean
}

/** What a payer's reference stands for. */
export type Named =
  | { readonly kind: 'loan'; readonly loanId: string }
  | { readonly kind: 'clients'; readonly clientIds: readonly string[] }
  | { readonly kind: 'nobody' }

/** What somebody claims to know of a client: her number, and the last digits of a document of hers. */
export type Facts = { readonly account: string; readonly digits: string }
/** Whose number it is; `agree`: an identity document of hers that is in force ends in those digits. */
export type FactCheck = { readonly clientId: string; readonly agree: boolean }
/** A group of clients who answer for one another; `clientIds` are its active members. */
export type CoreGroup = { readonly id: string; readonly name: string; readonly clientIds: readonly string[] }

export type CoreWallet = {
  readonly clientId: string
  readonly msisdn: Msisdn
  readonly provider: string
  readonly currency: string
  readonly mayDial: boolean
  readonly isDefault: boolean
  /** The KYC tier that the lender's people wrote down; absent: not known. */
  readonly tier?: string
}

export type LoanStatus = 'pending' | 'approved' | 'active' | 'closed' | 'overpaid' | 'other'

export type Instalment = {
  readonly number: number
  readonly due: LocalDate
  readonly total: Money
  readonly outstanding: Money
}

export type Loan = {
  readonly id: string
  readonly accountNo: string
  readonly clientId: string
  readonly product: string
  readonly status: LoanStatus
  readonly currency: string
  readonly outstanding: Money
  /** What is due up to and including the day asked for, unpaid. */
  readonly due: Money
  /** Of it, what fell due before that day. */
  readonly arrears: Money
  readonly nextDue: Instalment | undefined
  readonly schedule: readonly Instalment[]
  /** Of a loan that waits for its disbursal: what she gets, charges taken off, and from which day on. */
  readonly disbursal:
    | {
        readonly net: Money
        /** With the charges that are kept back at disbursement; undefined where the core does not tell. */
        readonly approved: Money | undefined
        readonly from: LocalDate
      }
    | undefined
  /**
   * How the loan was disbursed, where that was within the week before the day asked for; the external id tells whether
   * by us. Only `loan` tells: of a list, or later, it is left out.
   */
  readonly disbursed: { readonly on: LocalDate; readonly externalId: string | undefined } | undefined
}

export type CoreSavings = { readonly id: string; readonly accountNo: string; readonly currency: string }

/** A row of the due-date report; amounts are hints, read again before money moves. */
export type DueLoan = {
  readonly loanId: string
  readonly clientId: string
  readonly phone: Msisdn | undefined
  readonly due: Money
}

/** A payment on a loan as the core has it; reversed ones are told as such. */
export type CorePayment = {
  readonly id: string
  readonly date: LocalDate
  readonly amount: Money
  readonly receipt: string | undefined
  readonly externalId: string | undefined
  readonly reversed: boolean
}

/** What every entry carries: two guards of ours against doing it twice, and the day that it counts from. */
type Entry = {
  readonly amount: Money
  readonly valueDate: LocalDate
  /** Ours, at most 100 characters, new for each entry; where the core takes none it stands in another field, and 50 is the most. */
  readonly externalId: string
  /** At most 50 characters, one per booking attempt; the core answers a repeated key from its store. */
  readonly idempotencyKey: string
  readonly note: string
}

/** Who paid or was paid, and by which payment of a provider. */
export type Paid = { readonly provider: string; readonly receipt: string; readonly msisdn: Msisdn }

/** A repayment; more than the debt leaves a credit balance on the loan. */
export type Repayment = Entry & Paid & { readonly kind: 'repayment'; readonly loanId: string }

/** Something to be written into the core's books, once. */
export type CoreEntry =
  | Repayment
  | (Entry & Paid & { readonly kind: 'deposit'; readonly savingsId: string })
  /**
   * The whole loan is disbursed, or with `lower` no more of it than `amount`, where no charge is kept back; `amount` is what
   * she was paid, the net amount, and what the outcome tells.
   */
  | (Entry & Paid & { readonly kind: 'disbursal'; readonly loanId: string; readonly lower?: boolean })
  /** Undoes our own repayment, known by the external id it was entered under; `amount` is its amount. */
  | (Entry & { readonly kind: 'undo-repayment'; readonly loanId: string; readonly entered: string })
  | (Entry & { readonly kind: 'undo-deposit'; readonly savingsId: string; readonly entered: string })
  /** Undoes a disbursal of ours: only where nothing else was entered on the loan since. */
  | (Entry & { readonly kind: 'undo-disbursal'; readonly loanId: string; readonly entered: string })
  /** A journal entry between two accounts of the general ledger; `receipt` is that of the provider's payment behind it. */
  | (Entry & {
      readonly kind: 'journal'
      readonly officeId: string
      readonly debitAccount: string
      readonly creditAccount: string
      readonly receipt: string
    })

export type EntryOf<Kind extends CoreEntry['kind']> = Extract<CoreEntry, { readonly kind: Kind }>

export type BookingOutcome =
  | {
      readonly kind: 'booked'
      readonly coreTransactionId: string
      readonly amount: Money
      readonly valueDate: LocalDate
    }
  | { readonly kind: 'awaiting-approval'; readonly commandId: string }
  /**
   * `retry`: `same-key` nothing was recorded; `new-key` the refusal is cached under the key; `other-date` so it is, and
   * only the day was refused; `never` it will not pass. `locked`: the core's own work holds the account.
   */
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly retry: 'same-key' | 'new-key' | 'other-date' | 'never'
      readonly locked?: true
    }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'not-found' }

export interface CoreBanking {
  /** Clients who may dial from this phone: by wallet rows first, then by the client's own phone, each verified after normalising. */
  findClients(phone: Msisdn): Promise<CoreAnswer<readonly CoreClient[]>>
  client(clientId: string): Promise<CoreAnswer<CoreClient | undefined>>
  /**
   * Whose money it is by what a payer typed: a loan's account, else a client's account, phone or national id, compared
   * exactly once both are written alike. The first kind that anything answers to decides; nobody's is nobody.
   */
  named(text: string): Promise<CoreAnswer<Named>>
  /** Undefined where no active client has that number. Nothing of her documents comes out. */
  checkFacts(facts: Facts): Promise<CoreAnswer<FactCheck | undefined>>
  /** The active groups of which this client is the leader. */
  groupsLedBy(clientId: string): Promise<CoreAnswer<readonly CoreGroup[]>>
  wallets(clientId: string): Promise<CoreAnswer<readonly CoreWallet[]>>
  /** Active loans of a client, each with its schedule and what is due on that day. */
  loans(clientId: string, on: LocalDate): Promise<CoreAnswer<readonly Loan[]>>
  loan(loanId: string, on: LocalDate): Promise<CoreAnswer<Loan | undefined>>
  /** What pays the active loan off on that day; interest that is not earned by then may be left out of it. */
  payOff(loanId: string, on: LocalDate): Promise<CoreAnswer<Money | undefined>>
  /** Loans with an instalment that fell due on one of these days, both included, and is not paid. */
  loansDue(from: LocalDate, to: LocalDate): Promise<CoreAnswer<readonly DueLoan[]>>
  payments(loanId: string): Promise<CoreAnswer<readonly CorePayment[]>>
  /** The client's active savings accounts, the oldest first. */
  savings(clientId: string): Promise<CoreAnswer<readonly CoreSavings[]>>
  /** Whether an account of the general ledger is there, and takes entries made by hand. */
  takesEntries(accountId: string): Promise<CoreAnswer<boolean>>
  /** Writes an entry. A `deposit` or `journal` has no guard in the core but the key: a doubt is looked up, never repeated blindly. */
  enter(entry: CoreEntry): Promise<BookingOutcome>
  /** Was it entered? Asked by our external id, the only look-up that survives a replay of later transactions; else by a scan. */
  lookUp(entry: CoreEntry): Promise<BookingOutcome>
}
