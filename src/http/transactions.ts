import { json, type NextFunction, type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { toText } from '../domain/money.ts'
import { later } from '../domain/time.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { giveUp } from '../gateway/leave.ts'
import type { Act } from '../gateway/step.ts'
import { statesOf } from '../gateway/tell-world.ts'
import { TRANSACTION_COLUMNS, transactionById, transactionView } from '../gateway/views.ts'
import { lockLife } from '../store/lives.ts'
import { callerOf, requireScope } from './auth.ts'
import { badRequest, notFound, type Problem, sendProblem } from './problem.ts'
import { badQuery, issues, writing } from './writes.ts'

const STATES = statesOf('transaction')

const Query = z.strictObject({
  state: z
    .string()
    .max(200)
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(STATES)))
    .default([...STATES]),
  since: z.uuid().optional(),
  acknowledged: z.enum(['true', 'false']).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const Nothing = z.strictObject({})
const Note = z.strictObject({ state: z.enum(STATES).optional() }).optional()

/**
 * Commits may end in another order than their events were numbered in. What is younger than this is shown, but no cursor
 * goes past it yet: it is shown again rather than missed. Longer than any commit of ours takes.
 */
const SETTLED_MS = 60_000

type Row = Readonly<Record<string, unknown>>

const amountOf = (row: Row): object =>
  toText({ minor: row.amount_minor as bigint, currency: String(row.currency) })

/** `/api/v1/transactions`: what a lender's own systems ask for, where nobody could tell them. */
export function transactionRoutes({ deps, stepper }: Gateway, ring: () => void): Router {
  const router = Router()
  const write = writing(deps, ring)

  const list = async (request: Request): Promise<object | Problem> => {
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    const { since, limit } = query.data
    return act(deps, callerOf(request).tenantId, async commit => {
      const rows = await page(commit, query.data)
      const shown = rows.slice(0, limit)
      const settledAt = later(commit.at, -SETTLED_MS)
      const settled = shown.filter(row => (row.reached_at as Date) <= settledAt)
      return {
        data: shown.map(transactionView),
        next: settled.at(-1)?.event_id ?? since ?? null,
        more: rows.length > limit && settled.length === limit,
      }
    })
  }

  /** Each transaction once, by the last event that brought it to the state in which it stands. */
  async function page({ trx, setup }: Act, query: z.infer<typeof Query>): Promise<Row[]> {
    const { state, since, acknowledged, limit } = query
    const noted =
      'exists (select from acknowledgements a where a.tenant_id = e.tenant_id and a.event_id = e.id)'
    const { rows } = await trx.raw(
      `select ${TRANSACTION_COLUMNS} from events e
         join transactions t on t.tenant_id = e.tenant_id and t.id = e.subject_id and t.state = e.state_to
        where e.tenant_id = :tenantId and e.subject = 'transaction' and e.state_from is distinct from e.state_to
          and e.state_to = any(:states) ${since === undefined ? '' : 'and e.id > :since'}
          and not exists (
            select from events n where n.tenant_id = e.tenant_id and n.subject_id = e.subject_id and n.id > e.id
               and n.subject = 'transaction' and n.state_to = e.state_to and n.state_from is distinct from n.state_to)
          ${acknowledged === undefined ? '' : `and ${acknowledged === 'true' ? '' : 'not '}${noted}`}
        order by e.id limit :limit`,
      {
        tenantId: setup.tenant.id,
        states: state,
        limit: limit + 1,
        ...(since === undefined ? {} : { since }),
      },
    )
    return rows
  }

  const show = async (request: Request): Promise<object | Problem> => {
    const id = z.uuid().safeParse(request.params.id)
    const found = id.success
      ? await act(deps, callerOf(request).tenantId, async commit => {
          const view = await transactionById(commit, id.data)
          return view && { ...view, ...(await history(commit, id.data)) }
        })
      : undefined
    return found ?? notFound('no such transaction')
  }

  /** Takes note of the state in which it stands; whoever did so first, and when, stays written. */
  const acknowledge = async (request: Request): Promise<object | Problem> => {
    const { tenantId, keyId } = callerOf(request)
    const id = z.uuid().safeParse(request.params.id)
    const note = Note.safeParse(request.body)
    if (!note.success) return badRequest('the request is not understood', issues(note.error))
    if (!id.success) return notFound('no such transaction')
    return act(deps, tenantId, async commit => {
      const { trx, at } = commit
      const key = { tenant_id: tenantId, id: id.data }
      if ((await trx('transactions').where(key).first('id')) === undefined)
        return notFound('no such transaction')
      const { state } = await lockLife(trx, 'transaction', tenantId, id.data)
      if (note.data?.state !== undefined && note.data.state !== state)
        return { status: 409, title: 'Moved on', detail: `this transaction is ${state} now` }
      const view = (await transactionById(commit, id.data)) as { eventId: string | null } | undefined
      if (view === undefined || view.eventId === null)
        return { status: 409, title: 'Nothing happened yet', detail: 'this transaction waits to be sent' }
      await trx('acknowledgements')
        .insert({
          tenant_id: tenantId,
          event_id: view.eventId,
          transaction_id: id.data,
          state,
          key_id: keyId,
          at,
        })
        .onConflict(['tenant_id', 'event_id'])
        .ignore()
      return (await transactionById(commit, id.data)) ?? notFound('no such transaction')
    })
  }

  /** Given up before anything has left: no money moves, so one person is enough. Who waits for it is told. */
  const cancel = write({
    body: Nothing,
    async carryOut(commit, { caller, param }) {
      const id = param('id')
      if ((await transactionById(commit, id)) === undefined) return notFound('no such transaction')
      if (!(await giveUp(stepper, commit, id)))
        return {
          status: 409,
          title: 'Too late',
          detail: 'it may have left: only what waits to be sent is cancelled',
        }
      deps.log.info({ tenant: caller.tenantId, transaction: id, by: caller.name }, 'cancelled')
      return { status: 200, body: (await transactionById(commit, id)) ?? {} }
    },
  })

  const answer =
    (handle: (request: Request) => Promise<object | Problem>) =>
    (request: Request, response: Response, next: NextFunction): void => {
      handle(request)
        .then(made => ('title' in made ? sendProblem(response, made as Problem) : response.json(made)))
        .catch(next)
    }

  const read = requireScope('transactions:read')
  router.get('/', read, answer(list))
  router.get('/:id', read, answer(show))
  router.post(
    '/:id/acknowledge',
    requireScope('transactions:write'),
    json({ limit: '16kb' }),
    answer(acknowledge),
  )
  router.post('/:id/cancel', requireScope('transactions:write'), cancel)
  return router
}

/** What a row wakes itself with has a name that is the machine's own business. */
const typeOf = ({ event }: Row): string | undefined => {
  const { type } = event as { type?: string }
  return type?.startsWith('xstate.') ? 'WAKE' : type
}

/** The person who ordered it, where one did. */
const byOf = ({ event }: Row): { by?: string } => {
  const { by } = event as { by?: string }
  return by === undefined ? {} : { by }
}

/** All that happened to a transaction: calls, bookings, changes of state, double entry. No secret stands in any of it. */
async function history({ trx, setup }: Act, id: string): Promise<object> {
  const of = (table: string): Promise<Row[]> =>
    trx(table).where({ tenant_id: setup.tenant.id, transaction_id: id }).orderBy('id')
  const [attempts, bookings, transfers] = [await of('attempts'), await of('bookings'), await of('transfers')]
  const events: Row[] = await trx('events')
    .where({ tenant_id: setup.tenant.id, subject: 'transaction', subject_id: id })
    .orderBy('id')
  return {
    attempts: attempts.map(row => ({
      ordinal: row.ordinal,
      state: row.state,
      reference: row.reference,
      providerReference: row.provider_reference,
      receipt: row.receipt,
      plannedAt: row.planned_at,
      sentAt: row.sent_at,
      answeredAt: row.answered_at,
      outcome: row.outcome,
    })),
    bookings: bookings.map(row => ({
      id: row.id,
      state: row.state,
      ...amountOf(row),
      entry: row.entry,
      loanId: row.loan_id,
      valueDate: row.value_date,
      externalId: row.external_id,
      coreTransactionId: row.core_transaction_id,
    })),
    events: events.map(row => ({
      id: row.id,
      type: typeOf(row),
      ...byOf(row),
      from: row.state_from,
      to: row.state_to,
      at: row.at,
    })),
    transfers: transfers.map(row => ({ debit: row.debit, credit: row.credit, ...amountOf(row), at: row.at })),
  }
}
