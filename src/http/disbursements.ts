import { Router } from 'express'
import { z } from 'zod'
import { disbursement } from '../../flows/disbursement.ts'
import { type Money, parseMoney, toText } from '../domain/money.ts'
import { bookLowerTerms } from '../gateway/book-lower.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { payeeView } from '../gateway/payees.ts'
import type { Ordered, PayoutRefusal, PayoutRefused, PayoutTarget } from '../gateway/payouts.ts'
import { viewPlan } from '../gateway/plan-view.ts'
import { entriesOfPayout } from '../gateway/retry.ts'
import type { Act } from '../gateway/step.ts'
import { disbursementView } from '../gateway/views.ts'
import type { Row } from '../store/database.ts'
import type { LifeRow } from '../store/lives.ts'
import { wallet } from '../store/people.ts'
import { callerOf, requireScope } from './auth.ts'
import type { Kept } from './idempotency.ts'
import { PLAN_PROBLEMS } from './plan-problems.ts'
import { badRequest, notFound, type Problem } from './problem.ts'
import { proposing } from './proposals.ts'
import { customerIds } from './views.ts'
import { badQuery, idOf, isProblem, reading, type Wanted, writing } from './writes.ts'

export const LoanOrder = z.strictObject({
  loanId: z.union([z.string().min(1).max(100), z.number().int().positive()]).transform(String),
  walletId: z.uuid().optional(),
})
export const VoucherOrder = z.strictObject({
  customerId: z.uuid(),
  walletId: z.uuid(),
  amount: z.string().max(20),
  /** The account of the core's general ledger that bears it. */
  programme: z.string().trim().min(1).max(100),
})
const Order = z.union([LoanOrder, VoucherOrder])
type Order = z.infer<typeof Order>
const Nothing = z.strictObject({})

const Query = z.strictObject({
  state: z
    .string()
    .max(100)
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(Object.keys(disbursement.states))))
    .optional(),
  customer: z.string().max(64).optional(),
  loan: z.string().max(100).optional(),
  batch: z.uuid().optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Each refusal of a payout as an RFC 9457 problem. */
const PROBLEMS: Readonly<Record<PayoutRefusal, Pick<Problem, 'status' | 'title'>>> = {
  ...PLAN_PROBLEMS,
  'no-such-loan': { status: 404, title: 'Not found' },
  'core-away': { status: 503, title: 'Not available' },
  'not-to-disburse': { status: 409, title: 'Not to disburse' },
  'no-wallet': { status: 409, title: 'No wallet' },
  'being-disbursed': { status: 409, title: 'Being disbursed' },
  'own-order': { status: 409, title: 'Own order' },
  'no-books': { status: 409, title: 'No accounts' },
  'nothing-to-approve': { status: 409, title: 'Nothing to approve' },
  'too-late': { status: 409, title: 'Too late' },
}
export const payoutProblem = ({ why, detail }: PayoutRefused): Problem => ({ ...PROBLEMS[why], detail })

/** Amounts stand in the tenant's currency. */
export function amountOf({ setup }: Act, text: string): Money | Problem {
  const { currency } = setup.tenant
  const amount = parseMoney(text, currency)
  return amount !== undefined && amount.minor > 0n
    ? amount
    : badRequest(`"${text}" is no amount of ${currency} above zero`)
}

/** What is still to be sent has a plan; what is on its way has parts. */
async function disbursementWithParts(commit: Act, id: string): Promise<object | undefined> {
  const { trx, setup } = commit
  const row: LifeRow | undefined = await trx('disbursements')
    .where({ tenant_id: setup.tenant.id, id })
    .first()
  if (row === undefined) return undefined
  const parts: Row[] = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, disbursement_id: id })
    .orderBy('id')
  const payee = await wallet(trx, setup.tenant.id, String(row.wallet_id))
  const waits = parts.length === 0 && ['planned', 'approved'].includes(String(row.state))
  const whole = { minor: row.amount_minor as bigint, currency: String(row.currency) }
  return {
    ...disbursementView(row),
    walletId: row.wallet_id,
    payee: await payeeView(commit, row),
    plan: waits && payee !== undefined ? await viewPlan(commit, payee, 'disburse', whole) : null,
    parts: parts.map(part => ({
      id: part.id,
      state: part.state,
      ...toText({ minor: part.amount_minor as bigint, currency: String(part.currency) }),
      receipt: part.receipt,
      startsOn: part.starts_on,
    })),
    entries: await entriesOfPayout(commit, id),
  }
}

type Decision = (commit: Act, id: string, by: string) => Promise<Ordered | PayoutRefused>

/** `/api/v1/disbursements`: money out, ordered by one person and approved by another where the tenant wants two. */
export function disbursementRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps, payouts } = gateway
  const router = Router()
  const write = writing(deps, ring)
  const read = requireScope('disbursements:read')
  const mayWrite = requireScope('disbursements:write')

  const answered = async (
    commit: Act,
    made: Ordered | PayoutRefused,
    status = 200,
  ): Promise<Kept | Problem> =>
    made.kind === 'refused'
      ? payoutProblem(made)
      : { status, body: (await disbursementWithParts(commit, made.id)) ?? {} }

  async function voucher(
    commit: Act,
    order: z.infer<typeof VoucherOrder>,
    by: string,
  ): Promise<Kept | Problem> {
    const amount = amountOf(commit, order.amount)
    if (isProblem(amount)) return amount
    return answered(commit, await payouts.voucher(commit, { ...order, amount }, by), 201)
  }

  const order = write<Order, PayoutTarget | 'voucher'>({
    body: Order,
    async look({ caller, body }) {
      if (!('loanId' in body)) {
        const no = await payouts.programme(caller.tenantId, body.programme)
        return no === undefined ? 'voucher' : payoutProblem(no)
      }
      const target = await payouts.target(caller.tenantId, body.loanId)
      return target.kind === 'refused' ? payoutProblem(target) : target
    },
    carryOut: async (commit, { caller, body }, target) =>
      'loanId' in body && target !== 'voucher'
        ? answered(commit, await payouts.order(commit, body, target, caller.name), 201)
        : voucher(commit, body as z.infer<typeof VoucherOrder>, caller.name),
  })

  /** One that is there; the orders of a batch's items are the batch's. */
  const about = (what: Decision, whose: 'ours' | 'any' = 'ours') =>
    write({
      body: Nothing,
      async carryOut(commit, { caller, param }: Wanted<object>) {
        const id = param('id')
        const row: Row | undefined = await commit
          .trx('disbursements')
          .where({ tenant_id: caller.tenantId, id })
          .first('batch_id', 'state')
        if (row === undefined) return notFound('no such disbursement')
        if (whose === 'ours' && row.batch_id !== null && row.state === 'planned')
          return { status: 409, title: 'In a batch', detail: `decide about its batch: ${row.batch_id}` }
        return answered(commit, await what(commit, id, caller.name))
      },
    })

  const list = reading(async request => {
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    const { state, customer, loan, batch, after, limit } = query.data
    const { tenantId } = callerOf(request)
    return act(deps, tenantId, async commit => {
      const wanted = commit
        .trx('disbursements')
        .where({ tenant_id: tenantId })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (state !== undefined) wanted.whereIn('state', state)
      if (loan !== undefined) wanted.where({ loan_id: loan })
      if (batch !== undefined) wanted.where({ batch_id: batch })
      if (after !== undefined) wanted.where('id', '<', after)
      const theirs = customer === undefined ? undefined : await customerIds(commit, customer)
      if (customer !== undefined && theirs === undefined)
        return badRequest('customer must be our id of her, or her phone as +254700000001')
      if (theirs !== undefined) wanted.whereIn('customer_id', theirs)
      const rows: Row[] = await wanted
      const data = rows.slice(0, limit).map(disbursementView)
      return { data, next: rows.length > limit ? rows[limit - 1]?.id : null }
    })
  })

  const show = reading(async request => {
    const { tenantId } = callerOf(request)
    const found = await act(deps, tenantId, commit => disbursementWithParts(commit, idOf(request)))
    return found ?? notFound('no such disbursement')
  })

  router.post('/', mayWrite, order)
  router.get('/', read, list)
  router.get('/:id', read, show)
  router.post('/:id/approve', mayWrite, about(payouts.approve))
  router.post('/:id/approve-payee', mayWrite, about(payouts.approvePayee, 'any'))
  router.post('/:id/cancel', mayWrite, about(payouts.cancel))
  router.post(
    '/:id/retry',
    mayWrite,
    about((commit, id) => payouts.decide(commit, id, 'RETRY')),
  )
  router.post(
    '/:id/book-lower',
    mayWrite,
    proposing(gateway, ring)(bookLowerTerms, ({ body }) => ({ action: 'book-lower', terms: body })),
  )
  router.post(
    '/:id/give-up',
    mayWrite,
    about((commit, id) => payouts.decide(commit, id, 'GIVE_UP')),
  )
  return router
}
