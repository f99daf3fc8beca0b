import type { DeedOf } from '../../flows/deeds.ts'
import { WORDS } from '../../flows/words/index.ts'
import { listed, type Words } from '../../flows/words/words.ts'
import { money, toText } from '../domain/money.ts'
import type { Row } from '../store/database.ts'
import { type Customer, customer } from '../store/people.ts'
import { newestBookings, onlyLoan, standing } from './message-facts.ts'
import type { RequestLine } from './request-lines.ts'
import type { Act, Subject } from './step.ts'

/** Who pays for others is told whom it was for; each of them is told of her own loan, and who paid. */

/** First names of those for whom it was paid: of a payment that was booked, those on whose loans it is. */
export async function paidForNames(
  act: Act,
  subject: Subject,
  { about, amount }: DeedOf<'message'>,
  lines: readonly RequestLine[],
  words: Words,
): Promise<string> {
  const booked = about === 'paid' ? await newestBookings(act, subject, amount) : []
  const meant = booked.length === 0 ? lines : lines.filter(line => linesOf(booked, lines).has(line))
  const names: string[] = []
  for (const { customerId } of meant) {
    const her = await customer(act.trx, act.setup.tenant.id, customerId)
    if (her !== undefined) names.push(her.firstName)
  }
  return listed(names, words)
}

/** What was booked, by line: all that is booked of a single one is hers, on whichever account of hers. */
function linesOf(
  booked: readonly Row[],
  lines: readonly RequestLine[],
): ReadonlyMap<RequestLine, readonly Row[]> {
  const of = (booking: Row) =>
    lines.length === 1 ? lines[0] : lines.find(({ loanId }) => loanId === booking.loan_id)
  const found = new Map<RequestLine, Row[]>()
  for (const booking of booked) {
    const line = of(booking)
    if (line !== undefined) found.set(line, [...(found.get(line) ?? []), booking])
  }
  return found
}

/** The bookings of which the borrowers hear now: made, or not hers any more. */
function heard(act: Act, subject: Subject, { about, amount }: DeedOf<'message'>): Promise<Row[]> {
  switch (about) {
    case 'paid':
      return newestBookings(act, subject, amount)
    case 'taken-back':
      return standing(act, subject.row.id)
    case 'returned':
      return standing(act, subject.row.id, 'undone')
    default:
      return Promise.resolve([])
  }
}

type ToBorrower = {
  readonly key: string
  readonly her: Customer
  readonly text: string
  readonly loanId: string | undefined
}

/** What each borrower reads, with a key of its own; she who pays for herself too has read it already. */
export async function toBorrowers(
  act: Act,
  subject: Subject,
  deed: DeedOf<'message'>,
  payer: Customer,
  lines: readonly RequestLine[],
  receipt: string,
): Promise<readonly ToBorrower[]> {
  const { lender } = act.setup.tenant.settings
  const found = linesOf(await heard(act, subject, deed), lines)
  const told: ToBorrower[] = []
  for (const [line, bookings] of found) {
    const her = await customer(act.trx, act.setup.tenant.id, line.customerId)
    if (her === undefined || her.id === payer.id) continue
    const words = WORDS[her.language]
    const minor = bookings.reduce((sum, booking) => sum + (booking.amount_minor as bigint), 0n)
    const amount = words.money(toText(money(minor, line.amount.currency)))
    const account = words.account({ kind: 'loan', number: line.account })
    const isHere = deed.about === 'paid'
    told.push({
      key: isHere ? `${subject.eventId}:paid-by:${line.loanId}` : `${subject.row.id}:gone:${line.loanId}`,
      her,
      loanId: isHere ? onlyLoan(bookings) : undefined,
      text: isHere
        ? words.forOthers.sms.received(lender, amount, payer.firstName, account, receipt)
        : words.forOthers.sms.gone(lender, amount, payer.firstName, account),
    })
  }
  return told
}
