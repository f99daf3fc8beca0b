import type { Route } from '../kit/http.ts'
import { CLIENT_ACTIVE, CLIENT_CLOSED } from './clients.ts'
import { parseObject } from './fields.ts'
import { findTenant, type House, type Session, type Settings } from './house.ts'
import { bookRepayment, replay } from './loans/life.ts'
import { bookDisbursement } from './loans/payout.ts'
import { findLoan, LOAN } from './loans/rows.ts'
import { parseMajor } from './money.ts'
import { table } from './schema.ts'
import { noTenant } from './truth.ts'

/** What an operator, a teller or a nightly job does to a Fineract behind the gateway's back. */
export type FineractControls = Settings & {
  readonly lockLoan?: number | string
  readonly unlockLoan?: number | string
  readonly closeClient?: number | string
  readonly reopenClient?: number | string
  /** Written off: no repayment any more. */
  readonly writeOffLoan?: number | string
  /** A payment typed in at the counter; without a payment type the tenant's first. */
  readonly tellerRepayment?: {
    readonly loanId: number | string
    readonly amount: string
    readonly receiptNumber?: string
    readonly date: string
    readonly paymentTypeId?: number
    readonly externalId?: string
  }
  /** A loan disbursed at the counter, whole; without a payment type the tenant's first. */
  readonly tellerDisbursal?: {
    readonly loanId: number | string
    readonly date: string
    readonly receiptNumber?: string
    readonly paymentTypeId?: number
    readonly externalId?: string
  }
  /** Adds to one instalment (number from 1). */
  readonly charge?: {
    readonly loanId: number | string
    readonly instalment: number
    readonly fee?: string
    readonly penalty?: string
  }
}

const SETTINGS = ['makerChecker', 'holidays', 'booksClosedUntil', 'businessDate', 'down'] as const
const ACTS = [
  'lockLoan',
  'unlockLoan',
  'closeClient',
  'reopenClient',
  'writeOffLoan',
  'tellerRepayment',
  'tellerDisbursal',
  'charge',
] as const

type Typed = NonNullable<FineractControls['tellerDisbursal']>

async function typed({ trx, tenant }: Session, given: Typed) {
  const first = await trx(table('payment_types')).where({ tenant: tenant.id }).orderBy('id').first('id')
  return {
    loan: await findLoan(trx, tenant.id, String(given.loanId), true),
    columns: {
      on_date: given.date,
      external_id: given.externalId ?? null,
      payment_type_id: given.paymentTypeId ?? (first === undefined ? null : Number(first.id)),
      receipt_number: given.receiptNumber ?? null,
    },
  }
}

async function repaid(
  session: Session,
  given: NonNullable<FineractControls['tellerRepayment']>,
): Promise<string> {
  const { loan, columns } = await typed(session, given)
  const amount = parseMajor(given.amount, session.tenant.currency.digits)
  return (await bookRepayment(session, loan, { ...columns, amount })).id
}

async function disbursed(session: Session, given: Typed): Promise<string> {
  const { loan, columns } = await typed(session, given)
  if (loan.status !== LOAN.approved) throw new Error(`loan ${loan.id} does not wait for its disbursal`)
  return (await bookDisbursement(session, loan, { ...columns, amount: loan.approvedPrincipal })).id
}

async function charge(session: Session, given: NonNullable<FineractControls['charge']>): Promise<void> {
  const { trx, tenant } = session
  const loan = await findLoan(trx, tenant.id, String(given.loanId), true)
  const minor = (text = '0') => String(parseMajor(text, tenant.currency.digits))
  const changed = await trx(table('instalments'))
    .where({ tenant: tenant.id, loan_id: loan.id, number: given.instalment })
    .update({
      fees: trx.raw('fees + ?', [minor(given.fee)]),
      penalties: trx.raw('penalties + ?', [minor(given.penalty)]),
    })
  if (changed === 0) throw new Error(`loan ${given.loanId} has no instalment ${given.instalment}`)
  if (loan.disbursedOn !== null) await replay(session, loan)
}

async function apply(session: Session, controls: FineractControls): Promise<string | undefined> {
  const { trx, tenant } = session
  const loan = (id: number | string) => trx(table('loans')).where({ tenant: tenant.id, id })
  const client = (id: number | string) => trx(table('clients')).where({ tenant: tenant.id, id })
  const settings = Object.fromEntries(
    Object.entries(controls).filter(([name]) => SETTINGS.some(known => known === name)),
  )
  if (Object.keys(settings).length > 0)
    await trx(table('tenants'))
      .where({ id: tenant.id })
      .update({ settings: JSON.stringify({ ...tenant.settings, ...settings }) })
  if (controls.lockLoan !== undefined) await loan(controls.lockLoan).update({ locked: true })
  if (controls.unlockLoan !== undefined) await loan(controls.unlockLoan).update({ locked: false })
  if (controls.closeClient !== undefined) await client(controls.closeClient).update({ status: CLIENT_CLOSED })
  if (controls.reopenClient !== undefined)
    await client(controls.reopenClient).update({ status: CLIENT_ACTIVE })
  if (controls.writeOffLoan !== undefined)
    await loan(controls.writeOffLoan).update({ status: LOAN.writtenOff })
  if (controls.charge !== undefined) await charge(session, controls.charge)
  if (controls.tellerDisbursal !== undefined) return disbursed(session, controls.tellerDisbursal)
  return controls.tellerRepayment && repaid(session, controls.tellerRepayment)
}

export function controlRoutes(house: House): Route[] {
  return [
    {
      method: 'POST',
      path: '/fineract/:tenant/controls',
      handle: async ({ params, body }) => {
        const id = params.tenant ?? ''
        const controls = parseObject(body) as FineractControls
        const known: readonly string[] = [...SETTINGS, ...ACTS]
        const unknown = Object.keys(controls).filter(name => !known.includes(name))
        if (unknown.length > 0)
          return { status: 400, body: { error: `unknown controls: ${unknown.join(', ')}` } }
        return house.db.transaction(async trx => {
          const tenant = await findTenant(trx, id)
          if (tenant === undefined) return noTenant(id)
          const user = { id: 1, username: 'teller', permissions: 'ALL_FUNCTIONS' } as const
          const transactionId = await apply({ house, trx, tenant, user }, controls)
          const after = await findTenant(trx, id)
          return {
            status: 200,
            body: {
              settings: after?.settings ?? {},
              ...(transactionId === undefined ? {} : { transactionId }),
            },
          }
        })
      },
    },
  ]
}
