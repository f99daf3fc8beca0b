import type { Msisdn } from '../domain/msisdn.ts'
import type { Database, Row, Trx } from './database.ts'
import { type Customer, customerOf, customersOfPhoneSql, type Language } from './people.ts'
import type { PhoneLink } from './phones.ts'
import { type StaffMember, staffOf } from './staff.ts'

/** What the first screen of a session needs, each in a single round trip: most hops that reach Postgres are these. */

/** A request that waits for her answer, as far as a screen tells of it. */
export type WaitingRequest = {
  readonly id: string
  readonly loan_id: string
  readonly loan_account: string
  readonly snapshot: unknown
  readonly due_on: string
  readonly basis: 'due' | 'named'
  /** What failed of her last answer to it; minor units as text. */
  readonly tried?: Tried | null
}

type Tried = {
  readonly wallet_id: string
  readonly minor: string
  readonly currency: string
  readonly decided_at: string
  /** The day on which it was asked for last. */
  readonly asked_on: string
}

/** The one that she is asked about first, of those that are `and`. As JSON, whose fields are all text: a number would lose digits. */
const oldestRequest = (tenant: string, customer: string, and = 'true'): string => `
  (select jsonb_build_object('id', r.id, 'loan_id', r.loan_id, 'loan_account', r.loan_account,
                             'snapshot', r.snapshot, 'due_on', r.due_on, 'basis', r.basis, 'tried',
            (select jsonb_build_object('wallet_id', r.wallet_id, 'minor', sum(t.amount_minor)::text, 'currency', r.currency,
                                       'decided_at', r.decided_at, 'asked_on', r.asked_on)
               from transactions t
              where t.tenant_id = r.tenant_id and t.request_id = r.id and t.wallet_id = r.wallet_id
                and t.state = 'failed' and t.created_at >= r.decided_at
             having count(*) > 0))
     from collection_requests r
    where r.tenant_id = ${tenant} and r.customer_id = ${customer} and r.state in ('asked', 'reminded', 'part-paid') and ${and}
    order by r.due_on, r.created_at limit 1) as request`

const WAITING = `select ${oldestRequest(':tenantId', ':customerId::uuid', "(:code = '' or r.code = :code)")}`
/** What is hers on this phone alone, and whether she was ever asked for her consent. */
const STANDING = `, l.way, l.since, l.seen_at, l.proven_at, c.new_pin_until, c.consent_at is not null or exists (
    select from consents a where a.tenant_id = c.tenant_id and a.customer_id = c.id) as asked`
/** The phone's and the officer's rows stand beside each customer's, and alone where there is none. */
const DIALLING = `
  select phone.*, people.* from (
    select (select jsonb_build_object('id', s.id, 'msisdn', s.msisdn, 'name', s.name, 'language', s.language) from staff s
             where s.tenant_id = :tenantId and s.msisdn = :phone and s.left_at is null) as officer,
           (select p.language from phones p where p.tenant_id = :tenantId and p.msisdn = :phone) as spoken,
           (select p.sim_changed_at from phones p where p.tenant_id = :tenantId and p.msisdn = :phone) as sim_changed_at,
           (select k.until from link_codes k
             where k.tenant_id = :tenantId and k.msisdn = :phone and k.code_hash is not null) as link_code_until) phone
    left join (${customersOfPhoneSql(`, row_number() over (order by c.created_at, c.id) as place${STANDING}, ${oldestRequest('c.tenant_id', 'c.id')}`)}) people
      on true
   order by people.place`

/** Who may dial from a phone: customers, each with the request that waits for her, and the officer whose phone it is. */
export type Dialling = {
  readonly people: readonly Dialler[]
  readonly officer: StaffMember | undefined
  readonly phone: {
    /** What was chosen on it. */
    readonly language: Language | undefined
    readonly simChangedAt: Date | undefined
    /** Until when the code is good that an officer had sent to it. */
    readonly codeUntil: Date | undefined
  }
}

/** Somebody on a phone, and how she stands on it. */
export type Dialler = Customer & {
  readonly request: WaitingRequest | undefined
  /** Until when she may choose a new PIN. */
  readonly newPinUntil: Date | undefined
  /** She has said whether she agrees to be written to. */
  readonly wasAsked: boolean
  /** Undefined: she has never dialled from it. */
  readonly link: PhoneLink | undefined
}

const optional = <T>(value: unknown): T | undefined => (value ?? undefined) as T | undefined

const diallerOf = (row: Row): Dialler => ({
  ...customerOf(row),
  request: requestOf(row.request),
  newPinUntil: optional(row.new_pin_until),
  wasAsked: row.asked === true,
  link:
    row.way == null
      ? undefined
      : {
          way: row.way as PhoneLink['way'],
          since: row.since as Date,
          seenAt: row.seen_at as Date,
          provenAt: optional(row.proven_at),
        },
})

export async function dialling(db: Database, tenantId: string, phone: Msisdn): Promise<Dialling> {
  const rows = await db.read(tenantId, DIALLING, { tenantId, phone })
  const [first] = rows
  const officer = first?.officer as Row | null | undefined
  return {
    people: rows.filter(({ id }) => id !== null).map(diallerOf),
    officer: officer == null ? undefined : staffOf(officer),
    phone: {
      language: optional(first?.spoken),
      simChangedAt: optional(first?.sim_changed_at),
      codeUntil: optional(first?.link_code_until),
    },
  }
}

/** The request with this code, or (null) the first of hers. */
export async function waitingRequest(
  db: Database,
  tenantId: string,
  customerId: string,
  code: string | null,
): Promise<WaitingRequest | undefined> {
  const [row] = await db.read(tenantId, WAITING, {
    tenantId,
    customerId,
    code: code ?? '',
  })
  return requestOf(row?.request)
}

const requestOf = (request: unknown): WaitingRequest | undefined =>
  (request ?? undefined) as WaitingRequest | undefined

/** The newest request of these people that has the code, open or over: what is over says so when it is decided. */
export async function requestByCode(
  trx: Trx,
  tenantId: string,
  people: readonly Customer[],
  code: string,
): Promise<(WaitingRequest & { readonly customer_id: string }) | undefined> {
  return trx('collection_requests')
    .where({ tenant_id: tenantId, code })
    .whereIn(
      'customer_id',
      people.map(({ id }) => id),
    )
    .orderBy('created_at', 'desc')
    .first('id', 'customer_id', 'loan_id', 'loan_account', 'snapshot', 'due_on', 'basis')
}
