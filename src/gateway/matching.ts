import {
  accountForms,
  type KnownLoan,
  type Match,
  matches,
  nearForms,
  type Unhoused,
} from '../domain/match.ts'
import type { Money } from '../domain/money.ts'
import { PAY_REFERENCE_DIGITS } from '../domain/pay-reference.ts'
import { localDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import type { GatewayDeps } from './context.ts'
import type { Act } from './step.ts'

/** Which loans the money of an item may be for: what our own rows know, and for a single item what the core knows. */

/** An open item with the payment that it is part of. */
export type OpenItem = { readonly row: Row; readonly payment: Row }

/** So many loans of the core are looked at for one item. */
const MAX_ASKED = 10

const moneyOf = (row: Row): Money => ({ minor: row.amount_minor as bigint, currency: String(row.currency) })

const unhoused = ({ row, payment }: OpenItem): Unhoused => ({
  amount: moneyOf(row),
  receipt: (payment.receipt ?? undefined) as string | undefined,
  reference: (payment.loan_account ?? undefined) as string | undefined,
  payer: String(payment.msisdn),
})

/** Loans that were asked for, or paid, with the phones and references of these payments. */
async function known({ trx, setup }: Act, payments: readonly Row[]): Promise<KnownLoan[]> {
  const typed = payments.map(row => String(row.loan_account ?? ''))
  const at = {
    tenantId: setup.tenant.id,
    // a paybill masks who paid: nobody is everybody
    payers: [...new Set(payments.map(({ msisdn }) => String(msisdn)))].filter(payer => payer !== ''),
    accounts: [...new Set(typed.flatMap(accountForms))],
    references: [...new Set(typed.flatMap(text => nearForms(text, PAY_REFERENCE_DIGITS)))],
  }
  const { rows }: { rows: Row[] } = await trx.raw(
    `with hers as (
       select id from customers where tenant_id = :tenantId and phone = any(:payers)
       union select customer_id from wallets where tenant_id = :tenantId and msisdn = any(:payers)),
     loans as (
       select loan_id from collection_requests where tenant_id = :tenantId and loan_account = any(:accounts)
       union select loan_id from pay_references where tenant_id = :tenantId and value = any(:references)
       union select loan_id from collection_requests where tenant_id = :tenantId and customer_id in (select id from hers)
       union select loan_id from transactions
        where tenant_id = :tenantId and msisdn = any(:payers) and kind = 'collect' and state = 'booked' and loan_id is not null)
     select r.loan_id, max(r.loan_account) as account,
            (select p.value from pay_references p where p.tenant_id = :tenantId and p.loan_id = r.loan_id) as pay_reference,
            array(select distinct w.msisdn from wallets w where w.tenant_id = :tenantId
                   and w.customer_id = any(array_agg(r.customer_id)) and w.may_dial) as phones,
            array(select distinct t.msisdn from transactions t where t.tenant_id = :tenantId and t.msisdn = any(:payers)
                   and t.loan_id = r.loan_id and t.kind = 'collect' and t.state = 'booked') as payers,
            array_agg(r.amount_minor::text || ' ' || r.currency)
              filter (where r.state in ('scheduled', 'asked', 'reminded', 'part-paid')) as dues
       from collection_requests r where r.tenant_id = :tenantId and r.loan_id in (select loan_id from loans)
      group by r.loan_id`,
    at,
  )
  return rows.map(row => ({
    loanId: String(row.loan_id),
    account: String(row.account),
    ...(row.pay_reference == null ? {} : { payReference: String(row.pay_reference) }),
    receipts: [],
    dues: ((row.dues ?? []) as string[]).map(text => {
      const [minor = '0', currency = ''] = text.split(' ')
      return { minor: BigInt(minor), currency }
    }),
    phones: row.phones as string[],
    payers: row.payers as string[],
  }))
}

/** A loan that has refused this very money is no proposal for it. */
const besides = ({ row, payment }: OpenItem, loans: readonly KnownLoan[]): readonly KnownLoan[] =>
  row.reason === 'not-bookable' ? loans.filter(({ loanId }) => loanId !== payment.loan_id) : loans

/** What our own rows propose for each item. */
export async function matchesOf(act: Act, items: readonly OpenItem[]): Promise<Match[][]> {
  const loans = await known(
    act,
    items.map(({ payment }) => payment),
  )
  return items.map(item => matches(unhoused(item), besides(item, loans)))
}

/** The same for one item, with dues and receipts as the core has them now; where it is away, without them. */
export async function askedMatches(
  deps: GatewayDeps,
  tenantId: string,
  item: OpenItem,
  loans: readonly KnownLoan[],
): Promise<Match[]> {
  const core = deps.coreOf(await deps.tenants.core(tenantId))
  const { zone } = await deps.tenants.tenant(tenantId)
  const today = localDate(deps.clock.now(), zone)
  const asked: KnownLoan[] = []
  for (const loan of besides(item, loans).slice(0, MAX_ASKED)) {
    const [now, payments] = [await core.loan(loan.loanId, today), await core.payments(loan.loanId)]
    const found = now.kind === 'value' ? now.value : undefined
    asked.push({
      ...loan,
      dues: [
        ...loan.dues,
        ...(found === undefined ? [] : [found.due, found.nextDue?.outstanding ?? found.due]),
      ],
      receipts: payments.kind === 'no-answer' ? [] : payments.value.flatMap(({ receipt }) => receipt ?? []),
    })
  }
  return matches(unhoused(item), asked)
}

export { known as knownLoans }
