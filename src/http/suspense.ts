import { Router } from 'express'
import { z } from 'zod'
import { bookTerms } from '../gateway/allocations.ts'
import { ownItem, suspenseItem, suspensePage, unresolvedPage } from '../gateway/board.ts'
import { act } from '../gateway/context.ts'
import { askNow, evidenceTerms } from '../gateway/evidence.ts'
import { moveTerms, refuseTerms, sendBackTerms } from '../gateway/give-back.ts'
import type { Gateway } from '../gateway/index.ts'
import { returnTerms, writeOffTerms } from '../gateway/settling.ts'
import { suspenseItemById, transactionById } from '../gateway/views.ts'
import { callerOf, requireScope } from './auth.ts'
import { notFound } from './problem.ts'
import { proposing } from './proposals.ts'
import { badQuery, idOf, reading, writing } from './writes.ts'

const Page = z.strictObject({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const Query = Page.extend({
  state: z.enum(['open', 'settled']).default('open'),
  reason: z.string().max(40).optional(),
  owner: z.string().max(100).optional(),
})
const Owner = z.strictObject({ owner: z.string().trim().min(1).max(100).nullable() })
const Nothing = z.strictObject({})

const Settle = z.discriminatedUnion('way', [
  bookTerms.extend({ way: z.literal('book') }).strict(),
  returnTerms.extend({ way: z.literal('return') }).strict(),
  writeOffTerms.extend({ way: z.literal('write-off') }).strict(),
])

const PaidByMistake = z.discriminatedUnion('way', [
  moveTerms.extend({ way: z.literal('move') }),
  sendBackTerms.extend({ way: z.literal('return') }),
  refuseTerms.extend({ way: z.literal('refuse') }),
])
const DESK = { move: 'move-payment', return: 'return-payment', refuse: 'refuse-return' } as const

/** `/api/v1/suspense`: confirmed money without a home, and its three ways out. */
export function suspenseRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps } = gateway
  const router = Router()
  const write = writing(deps, ring)
  const propose = proposing(gateway, ring)
  const mayWrite = requireScope('suspense:write')
  const mayRead = requireScope('suspense:read')

  const list = reading(async request => {
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    return act(deps, callerOf(request).tenantId, commit => suspensePage(commit, query.data))
  })
  const show = reading(
    async request =>
      (await suspenseItem(deps, callerOf(request).tenantId, idOf(request))) ?? notFound('no such item'),
  )

  router.get('/', mayRead, list)
  router.get('/:id', mayRead, show)
  router.put(
    '/:id/owner',
    mayWrite,
    write({
      body: Owner,
      async carryOut(commit, { body, param }) {
        const view = async () => suspenseItemById(commit, param('id'))
        if (await ownItem(commit, param('id'), body.owner)) return { status: 200, body: (await view()) ?? {} }
        return (await view()) === undefined
          ? notFound('no such item')
          : { status: 409, title: 'Settled already', detail: 'this item is settled: nobody owns it' }
      },
    }),
  )
  router.post(
    '/:id/settle',
    mayWrite,
    propose(Settle, ({ body: { way, ...terms } }) => ({ action: way, terms })),
  )
  return router
}

/** `/api/v1/unresolved`: money of which nobody knows what became. */
export function unresolvedRoutes({ deps }: Gateway): Router {
  const router = Router()
  router.get(
    '/',
    requireScope('transactions:read'),
    reading(async request => {
      const query = Page.safeParse(request.query)
      if (!query.success) return badQuery(query.error)
      return act(deps, callerOf(request).tenantId, commit => unresolvedPage(commit, query.data))
    }),
  )
  return router
}

/** Under `/api/v1/transactions`: what a person does about one that is unresolved, or was paid by mistake. */
export function deskRoutes(gateway: Gateway, ring: () => void): Router {
  const router = Router()
  const write = writing(gateway.deps, ring)
  const propose = proposing(gateway, ring)
  const mayWrite = requireScope('transactions:write')
  router.post(
    '/:id/evidence',
    mayWrite,
    propose(evidenceTerms, ({ body }) => ({ action: 'evidence', terms: body })),
  )
  router.post(
    '/:id/paid-by-mistake',
    requireScope('suspense:write'),
    propose(PaidByMistake, ({ body: { way, ...terms } }) => ({ action: DESK[way], terms })),
  )
  router.post(
    '/:id/inquire',
    mayWrite,
    write({
      body: Nothing,
      async carryOut(commit, { param }) {
        const asked = await askNow(commit, param('id'))
        const view = await transactionById(commit, param('id'))
        if (view === undefined) return notFound('no such transaction')
        return asked
          ? { status: 202, body: view }
          : { status: 409, title: 'Nothing to ask', detail: 'this transaction does not wait for an answer' }
      },
    }),
  )
  return router
}
