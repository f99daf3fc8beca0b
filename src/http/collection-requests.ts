import { json, type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Loan } from '../corebanking/core-banking.ts'
import { toGsm7 } from '../domain/gsm7.ts'
import { exceeds, type Money, parseMoney, toText } from '../domain/money.ts'
import { parseMsisdn } from '../domain/msisdn.ts'
import { localDate } from '../domain/time.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { linkClient } from '../gateway/link.ts'
import { connectionFor } from '../gateway/plan.ts'
import { leftOf } from '../gateway/requests.ts'
import type { Act } from '../gateway/step.ts'
import type { LifeRow } from '../store/lives.ts'
import { type Customer, customersOfPhone, walletsOf } from '../store/people.ts'
import { callerOf, requireScope } from './auth.ts'
import { type Kept, once } from './idempotency.ts'
import { badRequest, notFound, type Problem, sendProblem, unavailable } from './problem.ts'

const Body = z.strictObject({
  loanId: z.union([z.string().min(1).max(100), z.number().int().positive()]).transform(String),
  amount: z.string().optional(),
  mode: z.enum(['ask', 'prompt']),
  /** Added to the SMS. */
  message: z.string().max(60).transform(toGsm7).optional(),
})
type Body = z.infer<typeof Body>

const Query = z.object({
  customer: z.string().max(64).optional(),
  state: z.string().max(40).optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const refused = (status: number, title: string, detail: string): Kept => ({
  status,
  body: { type: 'about:blank', title, status, detail },
})

/** `/api/v1/collection-requests`: an officer asks for money on a loan, and sees what became of it. */
export function collectionRequestRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps, requests } = gateway
  const router = Router()

  router.post(
    '/',
    requireScope('collection-requests:write'),
    json({ limit: '16kb' }),
    (request, response, next) => {
      push(request, response).catch(next)
    },
  )

  async function push(request: Request, response: Response): Promise<void> {
    const { tenantId } = callerOf(request)
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,100}$/.test(key))
      return sendProblem(
        response,
        badRequest(
          'send an Idempotency-Key header of your own, new for each request and the same for its repetitions',
        ),
      )
    const parsed = Body.safeParse(request.body)
    if (!parsed.success)
      return sendProblem(
        response,
        badRequest(
          'the request is not understood',
          parsed.error.issues.map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`),
        ),
      )
    const found = await findLoan(tenantId, parsed.data)
    if ('status' in found) return sendProblem(response, found)
    const { loan, customer } = found
    const kept = await act(deps, tenantId, commit =>
      once({ trx: commit.trx, keys: deps.keys, tenantId, key, body: parsed.data, at: commit.at }, () =>
        ask(commit, parsed.data, loan, customer),
      ),
    )
    if ('kind' in kept)
      return sendProblem(response, {
        status: 422,
        title: 'Key used before',
        detail: 'this Idempotency-Key was sent with another body: draw a new key',
      })
    ring()
    response.statusCode = kept.status
    response.setHeader('content-type', kept.status < 300 ? 'application/json' : 'application/problem+json')
    response.end(JSON.stringify(kept.body))
  }

  async function findLoan(
    tenantId: string,
    { loanId }: Body,
  ): Promise<Problem | { loan: Loan; customer: Customer }> {
    const core = deps.coreOf(await deps.tenants.core(tenantId))
    const { zone } = await deps.tenants.tenant(tenantId)
    const loan = await core.loan(loanId, localDate(deps.clock.now(), zone))
    if (loan.kind === 'no-answer')
      return unavailable('the core banking system does not answer: try again with the same key')
    if (loan.value === undefined) return notFound(`no loan ${loanId}`)
    const customer = await linkClient(deps, tenantId, core, loan.value.clientId)
    return customer === undefined
      ? unavailable('the client of this loan could not be read: try again with the same key')
      : { loan: loan.value, customer }
  }

  /** The amount named, else what is due, else the next instalment; or why there is none. */
  function amountOf({ amount }: Body, loan: Loan): { amount: Money; basis: 'due' | 'named' } | Kept {
    if (loan.status !== 'active' || loan.outstanding.minor === 0n)
      return refused(409, 'Nothing to pay', `loan ${loan.id} is ${loan.status} with nothing left to pay`)
    if (amount === undefined) {
      if (loan.due.minor > 0n) return { amount: loan.due, basis: 'due' }
      return { amount: loan.nextDue?.outstanding ?? loan.outstanding, basis: 'named' }
    }
    const named = parseMoney(amount, loan.currency)
    if (named === undefined || named.minor === 0n)
      return refused(
        400,
        'Bad amount',
        `amount must be digits like "${loan.currency === 'XAF' ? '1500' : '1500.00'}", more than zero, in ${loan.currency}`,
      )
    if (exceeds(named, loan.outstanding))
      return refused(
        409,
        'More than the debt',
        `at most ${toText(loan.outstanding).amount} ${loan.currency} is left on loan ${loan.id}`,
      )
    return { amount: named, basis: 'named' }
  }

  async function ask(commit: Act, body: Body, loan: Loan, customer: Customer): Promise<Kept> {
    const wanted = amountOf(body, loan)
    if ('status' in wanted) return wanted
    const dueOn = localDate(commit.at, commit.setup.tenant.zone)
    const order = {
      customerId: customer.id,
      loanId: loan.id,
      loanAccount: loan.accountNo,
      dueOn,
      mode: body.mode,
      ...wanted,
      ...(body.message === undefined ? {} : { message: body.message }),
    }
    if (body.mode === 'prompt') return prompt(commit, order, customer)
    const asked = await requests.ask(commit, order)
    if (asked.kind === 'refused')
      return asked.why === 'being-paid'
        ? refused(409, 'Being paid', 'she has approved already; wait for the result')
        : refused(409, 'Declined today', 'she declined today: ask again tomorrow')
    return { status: asked.fresh ? 201 : 200, body: await view(commit, asked.id) }
  }

  /** Straight to the wallet's prompt, for who has consented to it. */
  async function prompt(
    commit: Act,
    order: Parameters<typeof requests.ask>[1],
    customer: Customer,
  ): Promise<Kept> {
    const { trx, setup } = commit
    const consent = await trx('customers')
      .where({ tenant_id: setup.tenant.id, id: customer.id })
      .first('consent_at')
    if (consent?.consent_at === null)
      return refused(409, 'No consent', 'she has not consented to prompts: use mode "ask"')
    const payer = (await walletsOf(trx, setup.tenant.id, customer.id, order.amount.currency)).find(
      wallet => connectionFor(setup, wallet) !== undefined,
    )
    if (payer === undefined)
      return refused(409, 'No wallet', `she has no wallet that can pay ${order.amount.currency}`)
    if (await requests.declinedToday(commit, order.loanId))
      return refused(409, 'Declined today', 'she declined today: ask again tomorrow')
    const decided = await requests.approve(commit, order, null, payer, order.amount, 'officer')
    if (decided.kind === 'refused') return refused(409, 'Being paid', `this loan's request is ${decided.why}`)
    return { status: 201, body: await view(commit, decided.requestId) }
  }

  router.get('/', requireScope('collection-requests:read'), (request, response, next) => {
    list(request, response).catch(next)
  })

  async function list(request: Request, response: Response): Promise<void> {
    const { tenantId } = callerOf(request)
    const query = Query.safeParse(request.query)
    if (!query.success)
      return sendProblem(
        response,
        badRequest(
          'the query is not understood',
          query.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`),
        ),
      )
    const { customer, state, after, limit } = query.data
    const page = await act(deps, tenantId, async commit => {
      const { trx } = commit
      const wanted = trx('collection_requests')
        .where({ tenant_id: tenantId })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (state !== undefined) wanted.whereIn('state', state.split(','))
      if (after !== undefined) wanted.where('id', '<', after)
      if (customer !== undefined) wanted.whereIn('customer_id', await customerIds(commit, customer))
      const rows: LifeRow[] = await wanted
      const data = await Promise.all(rows.slice(0, limit).map(row => viewOf(commit, row)))
      return { data, next: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null }
    })
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(page))
  }

  router.get('/:id', requireScope('collection-requests:read'), (request, response, next) => {
    show(request, response).catch(next)
  })

  async function show(request: Request, response: Response): Promise<void> {
    const { tenantId } = callerOf(request)
    const id = z.uuid().safeParse(request.params.id)
    const found = id.success
      ? await act(deps, tenantId, commit => view(commit, id.data).catch(() => undefined))
      : undefined
    if (found === undefined) return sendProblem(response, notFound('no such collection request'))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(found))
  }

  return router
}

/** A customer by our id, or by a phone, also with its `+` lost to the query string. */
async function customerIds({ trx, setup }: Act, text: string): Promise<string[]> {
  if (z.uuid().safeParse(text).success) return [text]
  const phone = parseMsisdn(text)
  return phone === undefined ? [] : (await customersOfPhone(trx, setup.tenant.id, phone)).map(({ id }) => id)
}

async function view(commit: Act, id: string): Promise<object> {
  const row: LifeRow | undefined = await commit
    .trx('collection_requests')
    .where({ tenant_id: commit.setup.tenant.id, id })
    .first()
  if (row === undefined) throw new Error(`no request ${id}`)
  return viewOf(commit, row)
}

async function viewOf({ trx, setup }: Act, row: LifeRow): Promise<object> {
  const transactions = await trx('transactions')
    .where({ tenant_id: setup.tenant.id, request_id: row.id })
    .orderBy('id')
    .select('id', 'state', 'receipt', 'provider', 'amount_minor', 'currency')
  return {
    id: row.id,
    state: row.state,
    ...toText({ minor: row.amount_minor as bigint, currency: String(row.currency) }),
    left: toText(leftOf(row)).amount,
    loanId: row.loan_id,
    customerId: row.customer_id,
    walletId: row.wallet_id,
    mode: row.mode,
    dueOn: row.due_on,
    createdAt: row.created_at,
    transactions: transactions.map(({ id, state, receipt, provider, amount_minor, currency }) => ({
      id,
      state,
      receipt,
      provider,
      ...toText({ minor: amount_minor, currency }),
    })),
  }
}
