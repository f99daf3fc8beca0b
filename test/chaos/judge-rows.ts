import type { Marked } from './judge-core.ts'
import { type Entry, type Movement, pages } from './truth.ts'
import type { World } from './world.ts'

/** What the judge reads of ours, and of the core beside its loans. */

export async function marked({ simUrl }: World, tenant: string): Promise<Marked[]> {
  type Deposit = {
    readonly id: string
    readonly checkNumber: string | null
    readonly date: string
    readonly reversed: boolean
  }
  type Line = {
    readonly transactionId: string
    readonly referenceNumber: string | null
    readonly date: string
    readonly reversed: boolean
  }
  const deposits = await pages<Deposit>(`${simUrl}/fineract/${tenant}/savings-transactions`)
  const lines = await pages<Line>(`${simUrl}/fineract/${tenant}/journal`)
  return [
    ...deposits.map(({ id, checkNumber, date, reversed }) => ({
      transactionId: id,
      mark: checkNumber,
      date,
      reversed,
    })),
    ...lines.map(({ transactionId, referenceNumber, date, reversed }) => ({
      transactionId,
      mark: referenceNumber,
      date,
      reversed,
    })),
  ]
}

export async function movementsOf({ admin }: World, tenant: string): Promise<Movement[]> {
  const { rows } = await admin.query(
    `select t.id, t.kind, t.state, t.amount_minor::text as amount, t.confirmed_minor::text as confirmed, t.receipt,
            t.due_at, t.request_id, t.disbursement_id, t.original_id, t.msisdn, t.created_at, heard.at as heard_at,
            heard.receipt is not null and not exists (
              select from attempts a where a.tenant_id = t.tenant_id and a.transaction_id = t.id
                 and a.receipt is not null) as told,
            array_remove(array(select unnest(array[a.reference, a.provider_reference]) from attempts a
                   where a.tenant_id = t.tenant_id and a.transaction_id = t.id), null) as references,
            array_remove(array(select unnest(array[a.reference, a.provider_reference]) from attempts a
                   where a.tenant_id = t.tenant_id and a.transaction_id = t.id
                     and a.ordinal = (select max(ordinal) from attempts l
                                       where l.tenant_id = t.tenant_id and l.transaction_id = t.id)), null) as last,
            exists (select from attempts a where a.tenant_id = t.tenant_id and a.transaction_id = t.id
                       and a.outcome ->> 'why' = 'a word that is not listed') as unlisted
       from transactions t
       left join lateral (
         select e.at, e.event ->> 'receipt' as receipt from events e
          where e.tenant_id = t.tenant_id and e.subject_id = t.id and e.event ->> 'type' = 'CONFIRMED'
          order by e.id limit 1) heard on true
      where t.tenant_id = $1 order by t.id`,
    [tenant],
  )
  return rows
}

export async function entriesOf({ admin }: World, tenant: string): Promise<Entry[]> {
  const { rows } = await admin.query(
    `select id, entry, state, amount_minor::text as amount, external_id, core_transaction_id, created_at,
            transaction_id, disbursement_id, loan_id, due_at,
            (select receipt from transactions t where t.tenant_id = b.tenant_id and t.id = b.transaction_id) as receipt,
            exists (select from cases c where c.tenant_id = b.tenant_id and c.subject_id = b.id
                       and c.kind = 'late-booking') as late
       from bookings b where tenant_id = $1 order by id`,
    [tenant],
  )
  return rows
}

/** What we have answered for of what is told once: receipts of customers' own payments, and references of what MTN took back. The statement finds the rest. */
export async function confirmationsHeard({ admin }: World): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query(
    `select (body::jsonb) ->> 'TransID' as receipt from sim_kit.callbacks
      where simulator = 'mpesa' and answer_status = 200 and body like '%TransID%'
     union all
     select 'back:' || reference from sim_kit.callbacks
      where simulator = 'mtn-momo' and answer_status between 200 and 299 and body like '%REVERSED%'`,
  )
  return new Set(rows.map(({ receipt }) => receipt))
}

/**
 * Loans on which a teller typed a receipt with another amount than ours: nothing is entered there until a person has
 * mended it, and there is a case that says so.
 */
export async function heldByPeople({ admin }: World, tenant: string): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query(
    `select b.loan_id from cases c join bookings b on b.tenant_id = c.tenant_id and b.id = c.subject_id
      where c.tenant_id = $1 and c.kind = 'booked-otherwise' and c.settled_at is null and b.loan_id is not null`,
    [tenant],
  )
  return new Set(rows.map(({ loan_id: loan }) => loan))
}
