import { Router } from 'express'
import { z } from 'zod'
import { BOOKINGS } from '../../flows/booking.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { entryById, entryPage, retryEntry } from '../gateway/retry.ts'
import { callerOf, requireScope } from './auth.ts'
import { notFound } from './problem.ts'
import { badQuery, idOf, reading, writing } from './writes.ts'

const STATES = Object.keys(BOOKINGS.repayment.states)

const Query = z.strictObject({
  state: z
    .string()
    .max(100)
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(STATES)))
    .default(['refused']),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const Nothing = z.strictObject({})

/** `/api/v1/bookings`: entries in the core, and the way to try again what it has refused. */
export function bookingRoutes({ deps, stepper }: Gateway, ring: () => void): Router {
  const router = Router()
  const write = writing(deps, ring)
  const mayRead = requireScope('transactions:read')

  const list = reading(async request => {
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    return act(deps, callerOf(request).tenantId, commit => entryPage(commit, query.data))
  })
  const show = reading(
    async request =>
      (await act(deps, callerOf(request).tenantId, commit => entryById(commit, idOf(request)))) ??
      notFound('no such entry'),
  )

  router.get('/', mayRead, list)
  router.get('/:id', mayRead, show)
  router.post(
    '/:id/retry',
    requireScope('transactions:write'),
    write({
      body: Nothing,
      async carryOut(commit, { caller, param }) {
        const id = param('id')
        if ((await entryById(commit, id)) === undefined) return notFound('no such entry')
        const no = await retryEntry(stepper, commit, id)
        if (no !== undefined) return { status: 409, title: 'Not to retry', detail: no }
        deps.log.info(
          { tenant: caller.tenantId, booking: id, by: caller.name },
          'a refused entry is tried again',
        )
        return { status: 202, body: (await entryById(commit, id)) ?? {} }
      },
    }),
  )
  return router
}
