import type { PaymentFate } from '../../flows/officer.ts'
import { type Money, type MoneyText, toText } from '../domain/money.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { addDays, instantOf, type LocalDate, later, localDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import { customersOfPhone } from '../store/people.ts'
import { planBy } from '../store/schedules.ts'
import { type NewCase, openNumberedCase } from './cases.ts'
import type { GatewayDeps } from './context.ts'
import { askNow } from './evidence.ts'
import type { Act } from './step.ts'

/** "My customer says she paid": where the money stands that somebody speaks of, or a case where nobody has seen it. */

export type FoundPayment = {
  readonly id: string
  readonly fate: PaymentFate
  readonly amount: Money
  readonly receipt: string | null
  /** Whose it is, and which phone paid; null where nobody knows. */
  readonly customerId: string | null
  readonly msisdn: string | null
  /** The account that she named or that it was booked on. */
  readonly account: string | null
  /** The day that counts for the loan; else since when it stands so. */
  readonly on: LocalDate
}

/** What she says: who paid how much, and when; the receipt too, where she has it. */
export type Said = {
  readonly phone: Msisdn
  readonly amount: Money
  readonly day: LocalDate
  readonly receipt: string | null
}

/** What failed is told as not found: where the operator took the money all the same, a person must look. */
const FATES: Readonly<Record<string, PaymentFate>> = {
  booked: 'booked',
  confirmed: 'booking',
  suspense: 'suspense',
  logged: 'sent',
  sending: 'sent',
  pending: 'sent',
  unresolved: 'checking',
  returning: 'returned',
  returned: 'returned',
  reversed: 'returned',
  'written-off': 'written-off',
}

const PAYMENT = `
  select t.id, t.state, t.amount_minor, t.confirmed_minor, t.currency, t.receipt, t.customer_id, t.msisdn, t.loan_account, t.value_date,
         t.created_at, t.confirmed_at,
         (select min(i.opened_at) from suspense_items i
           where i.tenant_id = t.tenant_id and i.transaction_id = t.id and i.state = 'open') as suspended_at
    from transactions t where t.tenant_id = :tenantId and t.kind = 'collect' and t.state <> 'failed'`

function paymentOf({ setup: { tenant } }: Act, row: Row): FoundPayment {
  const state = String(row.state)
  const since = (row.suspended_at ?? row.confirmed_at ?? row.created_at) as Date
  return {
    id: String(row.id),
    // of a payment that is booked a part may still wait
    fate: row.suspended_at === null ? (FATES[state] ?? 'checking') : 'suspense',
    amount: {
      minor: (row.confirmed_minor ?? row.amount_minor) as bigint,
      currency: String(row.currency),
    },
    receipt: (row.receipt ?? null) as string | null,
    customerId: (row.customer_id ?? null) as string | null,
    msisdn: (row.msisdn ?? null) as string | null,
    account: (row.loan_account ?? null) as string | null,
    on:
      state === 'booked' && row.value_date !== null
        ? (row.value_date as LocalDate)
        : localDate(since, tenant.zone),
  }
}

/** The payment that has this receipt, by whichever road it came; small letters and large are one. */
export async function paymentOfReceipt(act: Act, receipt: string): Promise<FoundPayment | undefined> {
  const { rows } = await act.trx.raw(
    `${PAYMENT} and t.id in (select transaction_id from receipts
       where tenant_id = :tenantId and receipt in (:receipt, upper(:receipt), lower(:receipt)))
      order by t.id desc limit 1`,
    { tenantId: act.setup.tenant.id, receipt },
  )
  return rows[0] && paymentOf(act, rows[0])
}

/** The youngest payment of this phone, or of whose phone it is, of that amount on that day. */
export async function paymentOn(
  act: Act,
  { phone, amount, day }: Omit<Said, 'receipt'>,
): Promise<FoundPayment | undefined> {
  const { id: tenantId, zone } = act.setup.tenant
  const people = (await customersOfPhone(act.trx, tenantId, phone)).map(({ id }) => id)
  const { rows } = await act.trx.raw(
    `${PAYMENT} and (t.msisdn = :phone or t.customer_id = any(cast(:people as uuid[])))
       and coalesce(t.confirmed_minor, t.amount_minor) = :minor and t.currency = :currency
       and coalesce(t.confirmed_at, t.created_at) >= :from and coalesce(t.confirmed_at, t.created_at) < :until
      order by t.id desc limit 1`,
    {
      ...{ tenantId, phone, people, minor: String(amount.minor), currency: amount.currency },
      from: instantOf(day, '00:00', zone),
      until: instantOf(addDays(day, 1), '00:00', zone),
    },
  )
  return rows[0] && paymentOf(act, rows[0])
}

/** What the case of a claim keeps; `more`: receipts of her further ones. `staffId`: the officer's who spoke for her. */
export type Claim = Pick<Said, 'phone' | 'receipt'> &
  (({ readonly day: LocalDate } & MoneyText) | { readonly day?: undefined }) & {
    readonly staffId?: string
    readonly more?: readonly string[]
  }

/** A payment of hers, or one of nobody whom we know by the phone in her hand. */
export const isHers = ({ customerId, msisdn }: FoundPayment, her: unknown, phone: Msisdn): boolean =>
  customerId === her || (customerId === null && msisdn === phone)

/** The operator is asked so long after a claim: those of a minute are looked for together. */
export const LOOK_MS = 60_000

/** A case, and a look at what the operator knows. */
async function openClaim(ids: GatewayDeps['ids'], act: Act, wanted: Omit<NewCase, 'about'>): Promise<string> {
  const { trx, setup, at } = act
  const { id: tenantId, zone } = setup.tenant
  await planBy({ trx, tenantId, at }, ids, 'claims', later(at, LOOK_MS), zone)
  return openNumberedCase(ids, act, { ...wanted, about: 'said-paid' })
}

/** An officer, as a case names her. */
type Teller = { readonly staffId: string; readonly name: string }

/**
 * Finds the payment that a customer speaks of; what still waits for the operator's word is asked about at once. Where
 * nobody has seen it a case is opened, one for each payment spoken of: its number is for her and for the office.
 */
export async function lookForPayment(
  { ids }: Pick<GatewayDeps, 'ids'>,
  act: Act,
  said: Said,
  teller: Teller,
): Promise<FoundPayment | { readonly caseNumber: string }> {
  const found =
    (said.receipt === null ? undefined : await paymentOfReceipt(act, said.receipt)) ??
    (await paymentOn(act, said))
  if (found === undefined) return { caseNumber: await openSaidPaid(ids, act, said, teller) }
  if (found.fate === 'sent' || found.fate === 'checking') await askNow(act, found.id)
  return found
}

/** A new case for each receipt that she makes up would fill the desk: so many are looked for at the same time. */
const OPEN_CLAIMS = 3
/** Receipts that the last of them takes along, so that none that she types is lost. */
const MORE_CLAIMS = 20

/**
 * "I have paid, but it is not here": the payment of this receipt, where it is hers. Whose money it is else, and whether
 * it came at all, is told to nobody: a case is opened, which names the payment to the office.
 */
export async function findHers(
  { ids }: Pick<GatewayDeps, 'ids'>,
  act: Act,
  said: { readonly customerId: string; readonly phone: Msisdn; readonly receipt: string },
): Promise<FoundPayment | { readonly caseNumber: string }> {
  const { customerId, phone, receipt } = said
  const found = await paymentOfReceipt(act, receipt)
  if (found !== undefined && isHers(found, customerId, phone)) {
    if (found.fate === 'sent' || found.fate === 'checking') await askNow(act, found.id)
    return found
  }
  const key = `said-paid:${receipt}`
  const open: Row[] = await act
    .trx('cases')
    .where({ tenant_id: act.setup.tenant.id, kind: 'said-paid', customer_id: customerId, state: 'open' })
    .orderBy('id', 'desc')
  const [last] = open
  if (open.length >= OPEN_CLAIMS && last !== undefined && !open.some(one => one.key === key)) {
    await act
      .trx('cases')
      .where({ tenant_id: act.setup.tenant.id, id: last.id })
      .whereRaw("jsonb_array_length(coalesce(detail -> 'more', '[]')) < ?", [MORE_CLAIMS])
      .update({
        detail: act.trx.raw(
          "detail || jsonb_build_object('more', coalesce(detail -> 'more', '[]') || to_jsonb(?::text))",
          [receipt],
        ),
      })
    return { caseNumber: String((last.detail as { readonly number: string }).number) }
  }
  const caseNumber = await openClaim(ids, act, {
    key,
    subject: 'customer',
    subjectId: customerId,
    customerId,
    detail: { phone, receipt, by: 'her', ...(found === undefined ? {} : { transaction: found.id }) },
  })
  return { caseNumber }
}

async function openSaidPaid(
  ids: GatewayDeps['ids'],
  act: Act,
  { phone, amount, day, receipt }: Said,
  { staffId, name }: Teller,
): Promise<string> {
  const { trx, setup } = act
  const [person] = await customersOfPhone(trx, setup.tenant.id, phone)
  const text = toText(amount)
  return openClaim(ids, act, {
    key: `said-paid:${receipt ?? [phone, text.amount, text.currency, day].join(':')}`,
    ...(person === undefined
      ? { subject: 'staff', subjectId: staffId }
      : { subject: 'customer', subjectId: person.id, customerId: person.id }),
    detail: { phone, ...text, day, receipt, by: name, staffId },
  })
}
