import type { Loan } from '../corebanking/core-banking.ts'
import { exceeds, type Money, parseMoney, roundedUp, toText } from '../domain/money.ts'
import { type LocalDate, localDate } from '../domain/time.ts'
import { type Customer, walletsOf } from '../store/people.ts'
import type { GatewayDeps } from './context.ts'
import { linkClient } from './link.ts'
import { carries, connectionFor } from './plan.ts'
import { type PlanRefusal, refusalOf } from './plan-refusal.ts'
import type { Requests } from './requests.ts'
import { findRoad } from './road.ts'
import type { Act } from './step.ts'

/** An officer's push: ask her, or go straight to the wallet's prompt where she has consented to that. */
export type PushOrder = {
  readonly loanId: string
  /** Major units; absent: what is due, else the next instalment. */
  readonly amount?: string | undefined
  readonly mode: 'ask' | 'prompt'
  readonly message?: string | undefined
}

export type PushRefusal =
  | 'no-such-loan'
  | 'core-away'
  | 'nothing-to-pay'
  | 'bad-amount'
  | 'over-the-debt'
  | 'no-consent'
  | 'no-wallet'
  | 'being-paid'
  | 'declined-today'
  | PlanRefusal['why']

export type Refused = { readonly kind: 'refused'; readonly why: PushRefusal; readonly detail: string }
export type Pushed =
  | { readonly kind: 'pushed'; readonly requestId: string; readonly fresh: boolean }
  | Refused

/** The loan a push is about, read fresh, and whose it is. */
export type Target = { readonly kind: 'target'; readonly loan: Loan; readonly customer: Customer }

export type Pusher = {
  /** Reads the loan from the core; done before the commit, for it is a call outside. */
  target(tenantId: string, loanId: string): Promise<Target | Refused>
  /** Pushes, in the caller's commit. */
  push(act: Act, order: PushOrder, target: Target): Promise<Pushed>
}

const refused = (why: PushRefusal, detail: string): Refused => ({ kind: 'refused', why, detail })

/** The amount named, else what is due, else the next instalment; or why there is none. */
function amountOf(
  { amount }: PushOrder,
  loan: Loan,
): { readonly amount: Money; readonly basis: 'due' | 'named' } | Refused {
  if (loan.status !== 'active' || loan.outstanding.minor === 0n)
    return refused('nothing-to-pay', `loan ${loan.id} is ${loan.status} and has nothing left to pay`)
  if (amount === undefined) {
    if (loan.due.minor > 0n) return { amount: loan.due, basis: 'due' }
    return { amount: loan.nextDue?.outstanding ?? loan.outstanding, basis: 'named' }
  }
  const named = parseMoney(amount, loan.currency)
  if (named === undefined || named.minor === 0n)
    return refused(
      'bad-amount',
      `amount must be more than zero, written like "${toText(loan.outstanding).amount}", in ${loan.currency}`,
    )
  if (exceeds(named, loan.outstanding))
    return refused(
      'over-the-debt',
      `at most ${toText(loan.outstanding).amount} ${loan.currency} is left on loan ${loan.id}`,
    )
  return { amount: named, basis: 'named' }
}

/** What is due is due today; what is not yet due keeps its own day. */
const dueDay = (loan: Loan, today: LocalDate): LocalDate =>
  loan.due.minor > 0n ? today : (loan.nextDue?.due ?? today)

export function createPusher(deps: GatewayDeps, requests: Requests): Pusher {
  type NewRequest = Parameters<Requests['ask']>[1]

  async function prompt(act: Act, wanted: NewRequest): Promise<Pushed> {
    const { trx, setup } = act
    const { consent_at: consent } = await trx('customers')
      .where({ tenant_id: setup.tenant.id, id: wanted.customerId })
      .first('consent_at')
    if (consent === null) return refused('no-consent', 'she has not consented to prompts: use mode "ask"')
    const wallets = await walletsOf(trx, setup.tenant.id, wanted.customerId, wanted.amount.currency)
    const payer = wallets.find(wallet => connectionFor(setup, wallet, act.at) !== undefined) ?? wallets[0]
    if (payer === undefined)
      return refused('no-wallet', `she has no wallet that can pay ${wanted.amount.currency}`)
    const road = findRoad(setup, payer, 'collect', act.at)
    if (road.kind === 'no-road') return refused('no-road', road.lack)
    if (await requests.declinedToday(act, wanted.loanId))
      return refused('declined-today', 'she declined today: ask again tomorrow')
    const whole = carries(road.connection, wanted.amount)
    if (!whole && setup.tenant.settings.fractions === 'refuse')
      return refused('fraction', 'the provider of her wallet carries whole amounts only')
    const amount = whole ? wanted.amount : roundedUp(wanted.amount)
    const decided = await requests.approve(act, { ...wanted, amount }, null, payer, amount, 'officer')
    if (decided.kind === 'done')
      return { kind: 'pushed', requestId: decided.requestId, fresh: decided.fresh === true }
    if (decided.why === 'over-limit') {
      const { why, detail } = refusalOf(decided.plan)
      return refused(why, detail)
    }
    return refused('being-paid', 'she has approved already: wait for the result')
  }

  async function ask(act: Act, wanted: NewRequest): Promise<Pushed> {
    const asked = await requests.ask(act, wanted)
    if (asked.kind === 'asked') return { kind: 'pushed', requestId: asked.id, fresh: asked.fresh }
    return asked.why === 'being-paid'
      ? refused('being-paid', 'she has approved already: wait for the result')
      : refused('declined-today', 'she declined today: ask again tomorrow')
  }

  return {
    async target(tenantId, loanId) {
      const core = deps.coreOf(await deps.tenants.core(tenantId))
      const { zone } = await deps.tenants.tenant(tenantId)
      const loan = await core.loan(loanId, localDate(deps.clock.now(), zone))
      if (loan.kind === 'no-answer')
        return refused('core-away', 'the core banking system does not answer: try again with the same key')
      if (loan.value === undefined) return refused('no-such-loan', `no loan ${loanId}`)
      const customer = await linkClient(deps, tenantId, core, loan.value.clientId, true)
      if (customer === undefined)
        return refused('core-away', 'the client of this loan could not be read: try again with the same key')
      return { kind: 'target', loan: loan.value, customer }
    },
    async push(act, order, { loan, customer }) {
      const amount = amountOf(order, loan)
      if ('kind' in amount) return amount
      const wanted: NewRequest = {
        customerId: customer.id,
        loanId: loan.id,
        loanAccount: loan.accountNo,
        mode: order.mode,
        ...amount,
        dueOn: dueDay(loan, localDate(act.at, act.setup.tenant.zone)),
        ...(order.message === undefined ? {} : { message: order.message }),
      }
      return order.mode === 'prompt' ? prompt(act, wanted) : ask(act, wanted)
    },
  }
}
