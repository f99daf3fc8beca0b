import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { type BoardRefused, proposalRow, proposalView } from '../gateway/proposals.ts'
import type { Act } from '../gateway/step.ts'
import type { Row } from '../store/database.ts'
import { type ApiCaller, callerOf, requireScope } from './auth.ts'
import { boardProblem } from './board-problems.ts'
import type { Kept } from './idempotency.ts'
import { notFound, type Problem } from './problem.ts'
import { badQuery, idOf, isProblem, reading, type Wanted, writing } from './writes.ts'

const Query = z.strictObject({
  state: z.enum(['open', 'carried-out', 'withdrawn']).optional(),
  subject: z.uuid().optional(),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const Nothing = z.strictObject({})

const shown = async (commit: Act, id: string): Promise<object> => {
  const row = await proposalRow(commit, id)
  return row === undefined ? {} : proposalView(row)
}

/** What a person wants done, about what the path names. */
type Proposed = {
  readonly action: string
  readonly terms: object
  /** Where it is about something that is not there yet. */
  readonly subjectId?: string
}

/**
 * A route that proposes: answers the proposal, 200 where it was carried out at once, 202 where a second person, or
 * something that is under way, is waited for.
 */
export function proposing(gateway: Gateway, ring: () => void) {
  const { deps, proposals } = gateway
  return <Body extends object>(
    body: z.ZodType<Body>,
    read: (wanted: Wanted<Body>) => Proposed | Problem,
  ): RequestHandler[] =>
    writing(
      deps,
      ring,
    )<Body, Proposed>({
      body,
      async look(wanted) {
        const proposed = read(wanted)
        if (isProblem(proposed)) return proposed
        const subjectId = proposed.subjectId ?? wanted.param('id')
        const no = await proposals.look(wanted.caller.tenantId, { ...proposed, subjectId })
        return no === undefined ? proposed : boardProblem(no)
      },
      async carryOut(commit, { caller, param }, proposed) {
        const subjectId = proposed.subjectId ?? param('id')
        const made = await proposals.propose(commit, { ...proposed, subjectId }, caller.name)
        if (typeof made !== 'string') return boardProblem(made)
        const view = (await shown(commit, made)) as { readonly state: string }
        return { status: view.state === 'carried-out' ? 200 : 202, body: view }
      },
    })
}

const lacks = (scope: string): Problem => ({
  status: 403,
  title: 'Forbidden',
  detail: `this key lacks the scope ${scope}`,
})

/** `/api/v1/proposals`: what one person wants and another decides. */
export function proposalRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps, proposals } = gateway
  const router = Router()
  const write = writing(deps, ring)

  const list = reading(async request => {
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    const { state, subject, after, limit } = query.data
    const { tenantId } = callerOf(request)
    return act(deps, tenantId, async ({ trx }) => {
      const wanted = trx('proposals')
        .where({ tenant_id: tenantId })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (state !== undefined) wanted.where({ state })
      if (subject !== undefined) wanted.where({ subject_id: subject })
      if (after !== undefined) wanted.where('id', '<', after)
      const rows: Row[] = await wanted
      const data = rows.slice(0, limit).map(proposalView)
      return { data, next: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null }
    })
  })

  const show = reading(async request => {
    const { tenantId } = callerOf(request)
    const row = await act(deps, tenantId, commit => proposalRow(commit, idOf(request)))
    return row === undefined ? notFound('no such proposal') : proposalView(row)
  })

  /** Whoever decides needs the same right as whoever proposes. */
  const mayDecide = ({ scopes }: ApiCaller, row: Row): Problem | undefined => {
    const scope = proposals.scopeOf(String(row.action))
    return scope === undefined || scopes.includes(scope) ? undefined : lacks(scope)
  }

  const find = async ({ caller, param }: Wanted<object>): Promise<Row | Problem> => {
    const row = await act(deps, caller.tenantId, commit => proposalRow(commit, param('id')))
    return row === undefined ? notFound('no such proposal') : (mayDecide(caller, row) ?? row)
  }

  const answered = async (commit: Act, id: string, no: BoardRefused | undefined): Promise<Kept | Problem> =>
    no === undefined ? { status: 200, body: await shown(commit, id) } : boardProblem(no)

  router.get('/', requireScope('proposals:read'), list)
  router.get('/:id', requireScope('proposals:read'), show)
  router.post(
    '/:id/approve',
    write<object, Row>({
      body: Nothing,
      async look(wanted) {
        const row = await find(wanted)
        if (isProblem(row) || row.state !== 'open') return row
        const proposal = {
          action: String(row.action),
          subjectId: String(row.subject_id),
          terms: row.terms as object,
        }
        const no = await proposals.look(wanted.caller.tenantId, proposal)
        return no === undefined ? row : boardProblem(no)
      },
      carryOut: async (commit, { caller, param }) =>
        answered(commit, param('id'), await proposals.approve(commit, param('id'), caller.name)),
    }),
  )
  router.post(
    '/:id/withdraw',
    write<object, Row>({
      body: Nothing,
      look: find,
      carryOut: async (commit, { caller, param }) =>
        answered(commit, param('id'), await proposals.withdraw(commit, param('id'), caller.name)),
    }),
  )
  return router
}
