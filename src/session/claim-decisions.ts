import type { ClaimDecision } from '../../flows/claim.ts'
import type { Answer, Decision } from '../../flows/dialogue.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Words } from '../../flows/words/words.ts'
import type { CorePayment, Loan } from '../corebanking/core-banking.ts'
import { sum, toText } from '../domain/money.ts'
import { addDays, type LocalDate, localDate } from '../domain/time.ts'
import { openNumberedCase } from '../gateway/cases.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { payable, payNumbersOf } from '../gateway/pay-references.ts'
import { findHers } from '../gateway/said-paid.ts'
import type { Act } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import { customer } from '../store/people.ts'
import type { Caller } from './desk.ts'
import { foundView } from './officer-desk.ts'

/** What she reads in an SMS about a loan: from the core, before the commit. */
type Seen = { readonly loan: Loan; readonly payments: readonly CorePayment[]; readonly since: LocalDate }

/** Payments of the last month that one SMS names; those before are counted. */
const LINES = 4
const MONTH_DAYS = 30

const KINDS: ReadonlySet<Decision['kind']> = new Set([
  ...['find-payment', 'paid-by-mistake', 'send-payment', 'complain', 'send-loan', 'send-statement'],
] as ClaimDecision['kind'][])
export const isClaim = (decision: Decision): decision is ClaimDecision => KINDS.has(decision.kind)

const unread: Answer = { type: 'NO_ANSWER', committed: 'no' }

/** What a borrower wants looked at, or sent to the phone in her hand. */
export function createClaims(gateway: Gateway): {
  look(caller: Caller, decision: ClaimDecision): Promise<Seen | undefined>
  take(commit: Act, caller: Caller, decision: ClaimDecision, seen: Seen | undefined): Promise<Answer>
} {
  const { deps, messenger } = gateway

  /** A loan of hers, and what was paid on it of late; undefined where the core does not answer, or it is not hers. */
  async function look({ tenantId }: Caller, decision: ClaimDecision): Promise<Seen | undefined> {
    if (decision.kind !== 'send-loan' && decision.kind !== 'send-statement') return undefined
    const { customerId, loanId } = decision
    const person = await act(deps, tenantId, ({ trx }) => customer(trx, tenantId, customerId))
    const core = deps.coreOf(await deps.tenants.core(tenantId))
    const today = localDate(deps.clock.now(), (await deps.tenants.tenant(tenantId)).zone)
    const found = await core.loan(loanId, today)
    if (found.kind === 'no-answer' || found.value === undefined) return undefined
    if (person === undefined || found.value.clientId !== person.coreClientId) return undefined
    const since = addDays(today, -MONTH_DAYS)
    if (decision.kind === 'send-loan') return { loan: found.value, payments: [], since }
    const paid = await core.payments(loanId)
    if (paid.kind === 'no-answer') return undefined
    const recent = paid.value.filter(({ date, reversed }) => !reversed && date >= since)
    return { loan: found.value, payments: recent.toSorted((a, b) => (a.date < b.date ? -1 : 1)), since }
  }

  async function send(commit: Act, caller: Caller, customerId: string, text: (words: Words) => string) {
    const person = await customer(commit.trx, caller.tenantId, customerId)
    if (person === undefined) return unread
    const { id, language } = person
    const order = { key: deps.ids.next(), to: caller.phone, customerId: id, language }
    const isSent = await messenger.answer(commit, { ...order, text: text(WORDS[language]) })
    return isSent ? ({ type: 'DONE' } as const) : ({ type: 'REFUSED', why: 'too-many-sms' } as const)
  }

  const bookedOf = ({ trx, setup }: Act, customerId: string, id: string): Promise<Row | undefined> =>
    trx('transactions')
      .where({ tenant_id: setup.tenant.id, customer_id: customerId, kind: 'collect', state: 'booked', id })
      .first()

  async function byMistake(commit: Act, customerId: string, row: Row): Promise<Answer> {
    const number = await openNumberedCase(deps.ids, commit, {
      about: 'paid-by-mistake',
      subject: 'transaction',
      subjectId: String(row.id),
      customerId,
      detail: { receipt: row.receipt },
    })
    return { type: 'CASE', number }
  }

  return {
    look,
    async take(commit, caller, decision, seen) {
      const { tenant } = commit.setup
      const { lender } = tenant.settings
      const { customerId } = decision
      switch (decision.kind) {
        case 'find-payment': {
          const found = await findHers(deps, commit, { ...decision, phone: caller.phone })
          return 'caseNumber' in found
            ? { type: 'CASE', number: found.caseNumber }
            : { type: 'PAYMENT', payment: foundView(found) }
        }
        case 'complain':
          return {
            type: 'CASE',
            number: await openNumberedCase(deps.ids, commit, {
              about: 'complaint',
              subject: 'customer',
              subjectId: customerId,
              customerId,
              key: `complaint:${customerId}:${decision.about}`,
              detail: { about: decision.about, phone: caller.phone },
            }),
          }
        case 'paid-by-mistake':
        case 'send-payment': {
          const row = await bookedOf(commit, customerId, decision.paymentId)
          if (row === undefined) return { type: 'REFUSED', why: 'gone' }
          if (decision.kind === 'paid-by-mistake') return byMistake(commit, customerId, row)
          const amount = toText({ minor: row.amount_minor as bigint, currency: String(row.currency) })
          const number = (row.loan_account ?? null) as string | null
          return send(commit, caller, customerId, words =>
            words.sms.paid(
              lender,
              words.money(amount),
              words.account({ kind: 'loan', number }),
              String(row.receipt ?? '-'),
            ),
          )
        }
        case 'send-loan': {
          if (seen === undefined) return unread
          const numbers = await payNumbersOf(commit, [payable(seen.loan, customerId)])
          return send(commit, caller, customerId, words =>
            balanceText(seen, lender, numbers.get(seen.loan.id), words),
          )
        }
        case 'send-statement':
          if (seen === undefined) return unread
          return send(commit, caller, customerId, words => statementText(seen, lender, words))
      }
    },
  }
}

function balanceText({ loan }: Seen, lender: string, payNumber: string | undefined, words: Words): string {
  const { nextDue, outstanding, accountNo } = loan
  const next =
    nextDue && words.nextInstalment(words.money(toText(nextDue.outstanding)), words.date(nextDue.due))
  const text = words.sms.balance(lender, accountNo, words.money(toText(outstanding)), next)
  return payNumber === undefined ? text : `${text} ${words.sms.payNumber(payNumber)}`
}

function statementText({ loan, payments, since }: Seen, lender: string, words: Words): string {
  const { statement } = words.claims
  const lines = payments
    .slice(-LINES)
    .map(({ date, amount, receipt }) =>
      statement.line(words.date(date), words.money(toText(amount)), receipt ?? '').trim(),
    )
  const amounts = payments.map(({ amount }) => amount)
  return statement.sms({
    lender,
    loan: loan.accountNo,
    since: words.date(since),
    lines: lines.length === 0 ? [statement.none] : lines,
    more: Math.max(0, payments.length - LINES),
    total: words.money(toText(sum(amounts, loan.currency))),
    balance: words.money(toText(loan.outstanding)),
  })
}
