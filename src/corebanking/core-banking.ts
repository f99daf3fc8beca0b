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

export type CoreWallet = {
  readonly clientId: string
  readonly msisdn: Msisdn
  readonly provider: string
  readonly currency: string
  readonly mayDial: boolean
  readonly isDefault: boolean
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
  readonly nextDue: Instalment | undefined
  readonly schedule: readonly Instalment[]
}

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

export type Repayment = {
  readonly loanId: string
  readonly amount: Money
  readonly valueDate: LocalDate
  readonly externalId: string
  /** At most 50 characters, one per booking attempt; the core answers a repeated key from its store. */
  readonly idempotencyKey: string
  readonly provider: string
  readonly receipt: string
  readonly msisdn: Msisdn
  readonly note: string
}

export type BookingOutcome =
  | {
      readonly kind: 'booked'
      readonly coreTransactionId: string
      readonly amount: Money
      readonly valueDate: LocalDate
    }
  | { readonly kind: 'awaiting-approval'; readonly commandId: string }
  /** `retry`: `same-key` nothing was recorded; `new-key` the refusal is cached under the key; `other-date` so it is, and only the day was refused; `never` it will not pass. */
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly retry: 'same-key' | 'new-key' | 'other-date' | 'never'
    }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'not-found' }

export interface CoreBanking {
  /** Clients who may dial from this phone: by wallet rows first, then by the client's own phone, each verified after normalising. */
  findClients(phone: Msisdn): Promise<CoreAnswer<readonly CoreClient[]>>
  client(clientId: string): Promise<CoreAnswer<CoreClient | undefined>>
  wallets(clientId: string): Promise<CoreAnswer<readonly CoreWallet[]>>
  /** Active loans of a client, each with its schedule and what is due on that day. */
  loans(clientId: string, on: LocalDate): Promise<CoreAnswer<readonly Loan[]>>
  loan(loanId: string, on: LocalDate): Promise<CoreAnswer<Loan | undefined>>
  /** Loans with an instalment that fell due on one of these days, both included, and is not paid. */
  loansDue(from: LocalDate, to: LocalDate): Promise<CoreAnswer<readonly DueLoan[]>>
  payments(loanId: string): Promise<CoreAnswer<readonly CorePayment[]>>
  repay(order: Repayment): Promise<BookingOutcome>
  /** Was it booked? Asked by our external id, the only look-up that survives a replay of later transactions. */
  lookUp(loanId: string, externalId: string): Promise<BookingOutcome>
}
