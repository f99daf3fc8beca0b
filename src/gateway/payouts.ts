import type { Loan } from '../corebanking/core-banking.ts'
import { exceeds, type Money, parseMoney, toText } from '../domain/money.ts'
import { localDate } from '../domain/time.ts'
import { lockLife } from '../store/lives.ts'
import { type Customer, type Wallet, walletsOf } from '../store/people.ts'
import { orderOf } from './batches.ts'
import type { GatewayDeps } from './context.ts'
import { withdrawAll } from './leave.ts'
import { linkClient } from './link.ts'
import { approvePayee, hasOrdered } from './payees.ts'
import { planMoney } from './plan.ts'
import { neverPlanned, type PlanRefusal } from './plan-refusal.ts'
import { roadFor } from './road.ts'
import type { Act, Stepper } from './step.ts'

/** Disbursements: ordered by one person, approved by another where the tenant wants two. */

export type PayoutOrder = {
  readonly loanId: string
  /** Our id of one of her wallets; absent: the first that can be paid. */
  readonly walletId?: string | undefined
}

export type PayoutRefusal =
  | PlanRefusal['why']
  | 'no-such-loan'
  | 'core-away'
  | 'not-to-disburse'
  | 'no-wallet'
  | 'being-disbursed'
  | 'own-order'
  | 'no-books'
  | 'nothing-to-approve'
  | 'too-late'

export type PayoutRefused = { readonly kind: 'refused'; readonly why: PayoutRefusal; readonly detail: string }
export type PayoutTarget = {
  readonly kind: 'target'
  readonly loan: Loan
  readonly net: Money
  readonly customer: Customer
}
export type Ordered = { readonly kind: 'ordered'; readonly id: string }

export type Payouts = {
  /** Reads the loan from the core; done before the commit, for it is a call outside. */
  target(tenantId: string, loanId: string): Promise<PayoutTarget | PayoutRefused>
  /** Orders the payout in the caller's commit; below the tenant's threshold nobody else has to approve it. */
  /** Why nothing can be booked on that account of the core, by which a voucher would be accounted for. */
  programme(tenantId: string, programme: string): Promise<PayoutRefused | undefined>
  order(act: Act, order: PayoutOrder, target: PayoutTarget, by: string): Promise<Ordered | PayoutRefused>
  /** A voucher: a payout without a loan, against a programme of the lender. */
  voucher(
    act: Act,
    order: {
      readonly customerId: string
      readonly walletId: string
      readonly amount: Money
      readonly programme: string
    },
    by: string,
  ): Promise<Ordered | PayoutRefused>
  /** Another person's yes. */
  approve(act: Act, id: string, by: string): Promise<Ordered | PayoutRefused>
  /** Another person's yes to the number that it pays: a new one need not cool off. */
  approvePayee(act: Act, id: string, by: string): Promise<Ordered | PayoutRefused>
  cancel(act: Act, id: string): Promise<Ordered | PayoutRefused>
  /** What is part-paid: send the rest again, or leave it at that. */
  decide(act: Act, id: string, what: 'RETRY' | 'GIVE_UP'): Promise<Ordered | PayoutRefused>
}

const refused = (why: PayoutRefusal, detail: string): PayoutRefused => ({ kind: 'refused', why, detail })
const UNIQUE_OPEN = ['planned', 'approved', 'paying', 'part-paid']

/** The disbursement of a loan that is open, but for one. */
async function openFor({ trx, setup }: Act, loanId: string, besides?: string): Promise<string | undefined> {
  const open = await trx('disbursements')
    .where({ tenant_id: setup.tenant.id, loan_id: loanId })
    .whereIn('state', UNIQUE_OPEN)
    .modify(rows => besides !== undefined && rows.whereNot('id', besides))
    .first('id')
  return open?.id
}

/** Whether an amount needs a second person, by the tenant's threshold; without one every amount does. */
export function needsSecond({ setup }: Act, amount: Money, above: string | undefined): boolean {
  const threshold = above === undefined ? undefined : parseMoney(above, setup.tenant.currency)
  if (threshold === undefined || threshold.currency !== amount.currency) return true
  return exceeds(amount, threshold)
}

export function createPayouts(deps: GatewayDeps & { readonly stepper: Stepper }): Payouts {
  const { ids, stepper } = deps

  async function write(
    act: Act,
    wanted: {
      readonly kind: 'loan' | 'voucher'
      readonly customerId: string
      readonly loanId: string | null
      readonly loanAccount: string | null
      readonly programme: string | null
      readonly wallet: Wallet
      readonly amount: Money
    },
    by: string,
  ): Promise<Ordered> {
    const { trx, setup, at } = act
    const { payouts } = setup.tenant.settings
    const id = ids.next()
    await trx('disbursements').insert({
      tenant_id: setup.tenant.id,
      id,
      kind: wanted.kind,
      customer_id: wanted.customerId,
      loan_id: wanted.loanId,
      loan_account: wanted.loanAccount,
      programme: wanted.programme,
      wallet_id: wanted.wallet.id,
      provider: wanted.wallet.provider,
      msisdn: wanted.wallet.msisdn,
      amount_minor: wanted.amount.minor,
      currency: wanted.amount.currency,
      created_by: by,
      created_at: at,
      ...stepper.start(
        'disbursement',
        { amount: toText(wanted.amount), order: orderOf(setup, wanted.loanId) },
        at,
      ),
    })
    if (!needsSecond(act, wanted.amount, payouts.secondPersonAbove))
      await stepper.step(act, 'disbursement', id, { type: 'APPROVE', at: at.toISOString() })
    return { kind: 'ordered', id }
  }

  /** What can already be told against it, before anybody approves it. */
  async function against(act: Act, payee: Wallet, amount: Money): Promise<PayoutRefused | undefined> {
    const no = neverPlanned(await planMoney(act, payee, 'disburse', amount, { reserve: false }))
    return no && refused(no.why, no.detail)
  }

  async function step(
    act: Act,
    id: string,
    event: 'CANCEL' | 'RETRY' | 'GIVE_UP',
  ): Promise<Ordered | PayoutRefused> {
    const stepped = await stepper.step(act, 'disbursement', id, { type: event, at: act.at.toISOString() })
    return stepped.changed
      ? { kind: 'ordered', id }
      : refused('too-late', `the disbursement is ${stepped.from}: nothing was changed`)
  }

  return {
    async target(tenantId, loanId) {
      const core = deps.coreOf(await deps.tenants.core(tenantId))
      const { zone } = await deps.tenants.tenant(tenantId)
      const loan = await core.loan(loanId, localDate(deps.clock.now(), zone))
      if (loan.kind === 'no-answer')
        return refused('core-away', 'the core banking system does not answer: try again with the same key')
      if (loan.value === undefined) return refused('no-such-loan', `there is no loan ${loanId}`)
      const { disbursal, status, clientId } = loan.value
      if (disbursal === undefined)
        return refused('not-to-disburse', `loan ${loanId} is ${status}: only an approved loan is disbursed`)
      const customer = await linkClient(deps, tenantId, core, clientId, true)
      if (customer === undefined)
        return refused('core-away', 'the core does not tell whose loan it is: try again with the same key')
      return { kind: 'target', loan: loan.value, net: disbursal.net, customer }
    },

    async programme(tenantId, programme) {
      const core = deps.coreOf(await deps.tenants.core(tenantId))
      const found = await core.takesEntries(programme)
      if (found.kind === 'no-answer')
        return refused('core-away', 'the core banking system does not answer: try again with the same key')
      if (found.value) return undefined
      return refused(
        'no-books',
        `the core has no account ${programme} that takes entries: name another programme`,
      )
    },

    async order(act, { loanId, walletId }, { loan, net, customer }, by) {
      const { trx, setup, at } = act
      const wallets = await walletsOf(trx, setup.tenant.id, customer.id, net.currency)
      const hers = wallets.filter(({ id, mayDial }) => (walletId === undefined ? mayDial : id === walletId))
      const payee = hers.find(wallet => roadFor(setup, wallet, 'disburse', at) !== undefined) ?? hers[0]
      if (payee === undefined) return refused('no-wallet', `she has no such wallet in ${net.currency}`)
      // two orders of one loan at the same moment: the second is told of the first
      await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `disburse:${setup.tenant.id}:${loanId}`,
      ])
      const open = await openFor(act, loanId)
      if (open !== undefined) return refused('being-disbursed', `disbursement ${open} of this loan is open`)
      const no = await against(act, payee, net)
      if (no !== undefined) return no
      const wanted = { kind: 'loan', loanId, loanAccount: loan.accountNo, programme: null } as const
      return write(act, { ...wanted, customerId: customer.id, wallet: payee, amount: net }, by)
    },

    async voucher(act, { customerId, walletId, amount, programme }, by) {
      const { trx, setup } = act
      const wallets = await walletsOf(trx, setup.tenant.id, customerId, amount.currency)
      const payee = wallets.find(({ id }) => id === walletId)
      if (payee === undefined) return refused('no-wallet', `she has no such wallet in ${amount.currency}`)
      if (setup.tenant.settings.books?.floats[payee.provider] === undefined)
        return refused(
          'no-books',
          `the accounts of the core are not set up for vouchers by ${payee.provider}`,
        )
      const no = await against(act, payee, amount)
      if (no !== undefined) return no
      const wanted = { kind: 'voucher', loanId: null, loanAccount: null, programme } as const
      return write(act, { ...wanted, customerId, wallet: payee, amount }, by)
    },

    async approve(act, id, by) {
      const row = await lockLife(act.trx, 'disbursement', act.setup.tenant.id, id)
      if (row.created_by === by)
        return refused('own-order', 'whoever orders a payout does not approve it: ask a second person')
      const stepped = await stepper.step(act, 'disbursement', id, {
        type: 'APPROVE',
        at: act.at.toISOString(),
      })
      if (!stepped.changed)
        return refused('too-late', `the disbursement is ${stepped.from}: nothing was changed`)
      await act.trx('disbursements').where({ tenant_id: act.setup.tenant.id, id }).update({ approved_by: by })
      return { kind: 'ordered', id }
    },
    async approvePayee(act, id, by) {
      const row = await lockLife(act.trx, 'disbursement', act.setup.tenant.id, id)
      if (row.state !== 'planned' && row.state !== 'approved')
        return refused('too-late', `the disbursement is ${row.state}: its number waits for nobody`)
      if (await hasOrdered(act, row, by))
        return refused(
          'own-order',
          'whoever orders a payout does not approve its number: ask a second person',
        )
      if (!(await approvePayee(act, row, by)))
        return refused('nothing-to-approve', 'this number may be paid already')
      return { kind: 'ordered', id }
    },
    async cancel(act, id) {
      const { state } = await lockLife(act.trx, 'disbursement', act.setup.tenant.id, id)
      if (state !== 'paying') return step(act, id, 'CANCEL')
      return (await withdrawAll(stepper, act, id))
        ? { kind: 'ordered', id }
        : refused('too-late', 'a part of it may have left: nothing was changed')
    },
    async decide(act, id, what) {
      const { loan_id: loanId } = await lockLife(act.trx, 'disbursement', act.setup.tenant.id, id)
      // one that was thought to have failed was part-paid after all, and the loan was ordered again meanwhile
      const other = what === 'RETRY' && loanId !== null ? await openFor(act, String(loanId), id) : undefined
      if (other !== undefined)
        return refused(
          'being-disbursed',
          `disbursement ${other} of this loan is open: cancel one of them first`,
        )
      return step(act, id, what)
    },
  }
}
