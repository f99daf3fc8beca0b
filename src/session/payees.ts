import type { Answer, PayeeView } from '../../flows/dialogue.ts'
import type { Loan } from '../corebanking/core-banking.ts'
import { toText } from '../domain/money.ts'
import { later, localDate } from '../domain/time.ts'
import { act, type GatewayDeps } from '../gateway/context.ts'
import { oldestDue } from '../gateway/named-loan.ts'
import { byPayReference } from '../gateway/pay-references.ts'
import type { Act } from '../gateway/step.ts'
import { type Customer, customer } from '../store/people.ts'
import type { Caller } from './desk.ts'
import { groupsFor } from './groups.ts'
import { permittedTo } from './payers.ts'
import { screenName } from './screen-name.ts'

/** Whose loan is paid by somebody else. What a payer learns of her is her first name. */

/** Numbers of no open loan that one phone may try within a day. */
const MAX_MISSES = 3
const DAY_MS = 86_400_000

const noAnswer: Answer = { type: 'NO_ANSWER', committed: 'no' }

/** The misses of a phone within the last day; right numbers between them take none of them back. */
async function missesOf({ trx, setup, at }: Act, { phone }: Caller): Promise<number> {
  const [row] = await trx('reference_misses')
    .where({ tenant_id: setup.tenant.id, msisdn: phone })
    .where('at', '>', later(at, -DAY_MS))
    .count({ count: '*' })
  return Number(row?.count)
}

/**
 * The loan of a pay-reference. A number that is nobody's, that of a closed loan and that of another lender's get the same
 * answer: nobody. Who has guessed too often today is told nothing of any number.
 */
export async function payeeOf(deps: GatewayDeps, caller: Caller, reference: string): Promise<Answer> {
  const { tenantId } = caller
  const { misses, payable, owner } = await act(deps, tenantId, async commit => {
    const found = await byPayReference(commit, reference)
    return {
      misses: await missesOf(commit, caller),
      payable: found,
      owner: found === undefined ? undefined : await customer(commit.trx, tenantId, found.customerId),
    }
  })
  if (misses >= MAX_MISSES) return { type: 'REFUSED', why: 'stopped' }
  if (payable === undefined || owner === undefined) return { type: 'PAYEE', payee: null }
  const core = deps.coreOf(await deps.tenants.core(tenantId))
  const { zone } = await deps.tenants.tenant(tenantId)
  const loan = await core.loan(payable.loanId, localDate(deps.clock.now(), zone))
  if (loan.kind === 'no-answer') return noAnswer
  return { type: 'PAYEE', payee: payeeView(loan.value, owner, false) }
}

/** More people who let one phone pay for them are not listed. */
const MAX_PAYEES = 9

/**
 * Who lets this phone pay for them, each with the loan whose unpaid instalment fell due first; who has none is left out.
 * What is due is told where she allows it: of what is due now, else of the next instalment.
 */
export async function payeesFor(deps: GatewayDeps, caller: Caller, customerId: string): Promise<Answer> {
  const { tenantId, phone } = caller
  const found = await act(deps, tenantId, async commit => {
    const permitted = await permittedTo(commit, phone)
    const people: { her: Customer; showsDue: boolean }[] = []
    for (const { customerId, showsDue } of permitted.slice(0, MAX_PAYEES)) {
      const her = await customer(commit.trx, tenantId, customerId)
      if (her !== undefined) people.push({ her, showsDue })
    }
    return people
  })
  const core = deps.coreOf(await deps.tenants.core(tenantId))
  const { zone } = await deps.tenants.tenant(tenantId)
  const today = localDate(deps.clock.now(), zone)
  const groups = groupsFor(deps, caller, customerId)
  const views = await Promise.all(
    found.map(async ({ her, showsDue }) => {
      const loans = await core.loans(her.coreClientId, today)
      return loans.kind === 'no-answer' ? null : payeeView(oldestDue(loans.value), her, showsDue)
    }),
  )
  return { type: 'PAYEES', payees: views.filter(view => view !== null), groups: await groups }
}

/** Null where the loan takes no money. */
const payeeView = (
  loan: Loan | undefined,
  { id, firstName }: Customer,
  showsDue: boolean,
): PayeeView | null =>
  loan?.status !== 'active' || loan.outstanding.minor <= 0n
    ? null
    : {
        customerId: id,
        firstName: screenName(firstName),
        loanId: loan.id,
        account: loan.accountNo,
        currency: loan.currency,
        due: showsDue ? dueOf(loan) : null,
      }

function dueOf({ due, nextDue }: Loan): PayeeView['due'] {
  const amount = due.minor > 0n ? due : nextDue?.outstanding
  return amount === undefined ? null : toText(amount)
}

/** Counts a number that is no open loan's, for the phone that tried it. */
export async function missedPayee(
  commit: Act,
  { ids }: Pick<GatewayDeps, 'ids'>,
  caller: Caller,
): Promise<Answer> {
  const { trx, setup, at } = commit
  await trx('reference_misses').insert({
    tenant_id: setup.tenant.id,
    id: ids.next(),
    msisdn: caller.phone,
    at,
  })
  const left = MAX_MISSES - (await missesOf(commit, caller))
  return left > 0 ? { type: 'REFUSED', why: 'no-payee', left } : { type: 'REFUSED', why: 'stopped' }
}
