import type { Knex } from 'knex'
import { ACCOUNTS, fundSourceOf } from './books.ts'
import { MM_WALLETS } from './datatables.ts'
import { addDays } from './dates.ts'
import { type GroupSeed, seedGroup } from './groups.ts'
import { businessDate, findTenant, type House, type Session } from './house.ts'
import { bookRepayment } from './loans/life.ts'
import { bookDisbursement, planSchedule } from './loans/payout.ts'
import { findInstalments, findLoan, LOAN } from './loans/rows.ts'
import { type Anchor, dueOf, type Rhythm } from './loans/schedule.ts'
import { sum } from './loans/waterfall.ts'
import { parseMajor } from './money.ts'
import { MM_LOANS_DUE, MM_LOANS_DUE_SQL } from './reports.ts'
import { type SavingsSeed, seedSavings } from './savings/seed.ts'
import { table } from './schema.ts'

export type { SavingsSeed } from './savings/seed.ts'

type Every =
  | { readonly everyDays: number; readonly monthly?: never }
  | { readonly monthly: true; readonly everyDays?: never }

/** When the first instalment falls due: on a day, or so that the n-th (from 1) is due today and those before it are paid. */
type Starts =
  | { readonly firstDue: string; readonly dueTodayIndex?: never }
  | { readonly dueTodayIndex: number; readonly firstDue?: never }

export type LoanSeed = Every &
  Starts & {
    readonly id: number
    readonly accountNo: string
    readonly clientId: number
    readonly product: string
    /** Major units, as text: `"10000"`, `"10000.00"`. */
    readonly principal: string
    readonly interestPerPeriod: string
    readonly instalments: number
    readonly status?: 'approved' | 'active'
    readonly externalId?: string
    /** Instalments paid on their due dates; else none, or with `dueTodayIndex` all before today's. */
    readonly paidInstalments?: number
    /** Kept back when the loan is disbursed. */
    readonly feeAtDisbursement?: string
    /** The product's `inMultiplesOf`; counts only where the currency has no digits. */
    readonly inMultiplesOf?: number
  }

export type WalletRowSeed = {
  readonly msisdn: string
  readonly provider_code: string
  readonly currency_code: string
  readonly may_dial: boolean
  readonly is_default: boolean
}

export type ClientSeed = {
  readonly id: number
  readonly accountNo: string
  readonly firstname: string
  readonly lastname: string
  readonly mobileNo?: string
  readonly externalId?: string
  /** Keys of her identity documents. */
  readonly documents?: readonly string[]
  /** Of those that are not in force any more. */
  readonly oldDocuments?: readonly string[]
  readonly wallets?: readonly WalletRowSeed[]
}

export type TenantSeed = {
  readonly id: string
  readonly zone: string
  readonly currency: string
  readonly users: readonly {
    readonly username: string
    readonly password: string
    readonly permissions: 'ALL_FUNCTIONS' | readonly string[]
  }[]
  readonly paymentTypes: readonly { readonly id: number; readonly name: string }[]
  readonly clients: readonly ClientSeed[]
  readonly loans: readonly LoanSeed[]
  readonly savings?: readonly SavingsSeed[]
  readonly groups?: readonly GroupSeed[]
  /** False: neither the datatable nor the report is there yet, so that provisioning can be tried. */
  readonly provisioned?: boolean
}

export type FineractSeed = { readonly tenants: readonly TenantSeed[] }

const ACTIVATED_ON = '2024-01-01'

async function put(trx: Knex, name: string, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await trx(table(name)).insert(rows).onConflict().ignore()
}

async function seedTenant(trx: Knex, seed: TenantSeed): Promise<void> {
  const tenant = seed.id
  await put(trx, 'tenants', [{ id: tenant, zone: seed.zone, currency: seed.currency }])
  await put(
    trx,
    'users',
    seed.users.map(({ permissions, ...user }, at) => ({
      ...user,
      tenant,
      id: at + 1,
      permissions: JSON.stringify(permissions),
    })),
  )
  await put(
    trx,
    'payment_types',
    seed.paymentTypes.map(type => ({ ...type, tenant })),
  )
  await put(
    trx,
    'gl_accounts',
    ACCOUNTS.map(account => ({ ...account, tenant })),
  )
  await put(
    trx,
    'gl_accounts',
    seed.paymentTypes.map(({ id, name }) => ({
      tenant,
      id: fundSourceOf(id),
      gl_code: `12${id}`,
      name: `Float ${name}`,
      type: 1,
    })),
  )
  if (seed.provisioned === false) return
  const { name, columns } = MM_WALLETS
  await put(trx, 'datatables', [
    { tenant, name, apptable: 'm_client', multi_row: true, columns: JSON.stringify(columns) },
  ])
  await put(trx, 'reports', [{ tenant, name: MM_LOANS_DUE, sql: MM_LOANS_DUE_SQL }])
}

async function seedClient(session: Session, seed: ClientSeed): Promise<void> {
  const { trx, tenant, house } = session
  const made = await trx(table('clients'))
    .insert({
      tenant: tenant.id,
      id: seed.id,
      account_no: seed.accountNo,
      external_id: seed.externalId ?? null,
      firstname: seed.firstname,
      lastname: seed.lastname,
      display_name: `${seed.firstname} ${seed.lastname}`,
      mobile_no: seed.mobileNo ?? null,
      activated_on: ACTIVATED_ON,
    })
    .onConflict(['tenant', 'id'])
    .ignore()
    .returning('id')
  if (made.length === 0) return
  await put(
    trx,
    'identifiers',
    [
      ...(seed.documents ?? []).map(document_key => ({ document_key, status: 200 })),
      ...(seed.oldDocuments ?? []).map(document_key => ({ document_key, status: 100 })),
    ].map(document => ({ tenant: tenant.id, client_id: seed.id, ...document })),
  )
  const at = house.clock.now()
  await put(
    trx,
    'datatable_rows',
    (seed.wallets ?? []).map(({ may_dial, is_default, ...wallet }) => ({
      tenant: tenant.id,
      datatable: MM_WALLETS.name,
      client_id: seed.id,
      fields: JSON.stringify({ ...wallet, may_dial: String(may_dial), is_default: String(is_default) }),
      created_at: at,
      updated_at: at,
    })),
  )
}

function anchorOf(seed: LoanSeed, today: string): Anchor {
  if (seed.firstDue !== undefined) return { number: 1, date: seed.firstDue }
  return { number: seed.dueTodayIndex, date: today }
}

async function insertLoan(session: Session, seed: LoanSeed, today: string): Promise<boolean> {
  const { trx, tenant } = session
  const { digits } = tenant.currency
  const rhythm: Rhythm = seed.everyDays === undefined ? { monthly: true } : { everyDays: seed.everyDays }
  const anchor = anchorOf(seed, today)
  const paidOutOn = dueOf({ anchor, rhythm }, 0)
  const approvedOn = addDays(paidOutOn < today ? paidOutOn : today, -1)
  const principal = String(parseMajor(seed.principal, digits))
  const made = await trx(table('loans'))
    .insert({
      tenant: tenant.id,
      id: seed.id,
      account_no: seed.accountNo,
      external_id: seed.externalId ?? null,
      client_id: seed.clientId,
      product: seed.product,
      principal,
      approved_principal: principal,
      interest: String(parseMajor(seed.interestPerPeriod, digits)),
      instalments: seed.instalments,
      every_days: seed.everyDays ?? null,
      anchor_number: anchor.number,
      anchor_due: anchor.date,
      in_multiples_of: seed.inMultiplesOf ?? 0,
      disbursement_fee: String(parseMajor(seed.feeAtDisbursement ?? '0', digits)),
      status: LOAN.approved,
      submitted_on: approvedOn,
      approved_on: approvedOn,
    })
    .onConflict(['tenant', 'id'])
    .ignore()
    .returning('id')
  return made.length > 0
}

/** A loan that is there is left as it is: a second start must not pay its instalments again. */
async function seedLoan(session: Session, seed: LoanSeed, paymentType: number | undefined): Promise<void> {
  const { trx, tenant, house } = session
  const today = businessDate(tenant, house.clock)
  if (!(await insertLoan(session, seed, today))) return
  const find = () => findLoan(trx, tenant.id, String(seed.id), true)
  const approved = await find()
  await planSchedule(session, approved)
  if (seed.status === 'approved') return
  const detail = { payment_type_id: paymentType ?? null }
  const on = dueOf(approved.terms, 0)
  await bookDisbursement(session, approved, { on_date: on, amount: approved.approvedPrincipal, ...detail })
  const paid = seed.paidInstalments ?? (seed.dueTodayIndex ?? 1) - 1
  const instalments = await findInstalments(trx, tenant.id, approved.id)
  for (const { number, dueDate, due } of instalments.slice(0, paid))
    await bookRepayment(session, await find(), {
      on_date: dueDate,
      amount: sum(due),
      ...detail,
      receipt_number: paymentType === undefined ? null : `SEED-${seed.id}-${number}`,
    })
}

/** Idempotent: what exists is left as it is. One transaction a tenant. */
export async function seedAll(house: House, { tenants }: FineractSeed): Promise<void> {
  for (const seed of tenants) {
    await house.db.transaction(async trx => {
      await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`sim-fineract-seed:${seed.id}`])
      await seedTenant(trx, seed)
      const tenant = await findTenant(trx, seed.id)
      if (tenant === undefined) throw new Error(`no tenant ${seed.id}`)
      const session: Session = {
        house,
        trx,
        tenant,
        user: { id: 1, username: 'seed', permissions: 'ALL_FUNCTIONS' },
      }
      for (const client of seed.clients) await seedClient(session, client)
      const paymentType = seed.paymentTypes[0]?.id
      for (const loan of seed.loans) await seedLoan(session, loan, paymentType)
      for (const group of seed.groups ?? []) await seedGroup(trx, tenant.id, group, ACTIVATED_ON)
      for (const account of seed.savings ?? []) await seedSavings(session, account, paymentType)
    })
  }
}
