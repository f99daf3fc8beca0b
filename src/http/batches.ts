import { json, Router } from 'express'
import { z } from 'zod'
import { toText } from '../domain/money.ts'
import { checkItems, type Faults, type ReadItem, readItems } from '../gateway/batch-items.ts'
import { createBatch, orderBatch } from '../gateway/batches.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import type { Act } from '../gateway/step.ts'
import { batchView } from '../gateway/views.ts'
import type { Row } from '../store/database.ts'
import { callerOf, requireScope } from './auth.ts'
import { LoanOrder, VoucherOrder } from './disbursements.ts'
import { notFound, type Problem } from './problem.ts'
import { badQuery, idOf, reading, writing } from './writes.ts'

/** More stand in a file. */
const MAX_ITEMS = 100

const Body = z.strictObject({
  title: z.string().trim().min(1).max(100),
  items: z
    .array(z.union([LoanOrder, VoucherOrder]))
    .min(1)
    .max(MAX_ITEMS),
})
const Nothing = z.strictObject({})
const Query = z.strictObject({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const isFaults = (found: object): found is Faults => 'faults' in found

const problemOf = ({ away, faults }: Faults): Problem =>
  away
    ? { status: 503, title: 'Not available', detail: faults[0] ?? 'the core does not answer' }
    : {
        status: 409,
        title: 'Not to be paid',
        detail: 'nothing of the batch was written: mend these items, or leave them out',
        errors: faults,
      }

/** With what became of its items so far: how many, and how much, by state. */
async function batchWithCounts({ trx, setup }: Act, id: string): Promise<object | undefined> {
  const row: Row | undefined = await trx('batches').where({ tenant_id: setup.tenant.id, id }).first()
  if (row === undefined) return undefined
  const counts: Row[] = await trx('disbursements')
    .where({ tenant_id: setup.tenant.id, batch_id: id })
    .groupBy('state', 'currency')
    .orderBy(['state', 'currency'])
    .select('state', 'currency', trx.raw('count(*)::int as items, sum(amount_minor)::bigint as minor'))
  return {
    ...batchView(row),
    counts: counts.map(({ state, currency, items, minor }) => ({
      state,
      items: Number(items),
      ...toText({ minor: minor as bigint, currency: String(currency) }),
    })),
  }
}

/** `/api/v1/batches`: many disbursements as one order, written by one person and approved by another. */
export function batchRoutes(gateway: Gateway, ring: () => void): Router {
  const { deps, payouts, stepper } = gateway
  const router = Router()
  const write = writing(deps, ring)
  const read = requireScope('disbursements:read')
  const mayWrite = requireScope('disbursements:write')

  const create = write<z.infer<typeof Body>, readonly ReadItem[]>({
    body: Body,
    parse: json({ limit: '256kb' }),
    async look({ caller, body }) {
      const found = await readItems(payouts, caller.tenantId, body.items)
      return isFaults(found) ? problemOf(found) : found
    },
    async carryOut(commit, { caller, body }, found) {
      const items = await checkItems(commit, found)
      if (isFaults(items)) return problemOf(items)
      const id = await createBatch({ ids: deps.ids, stepper }, commit, body.title, items, caller.name)
      return { status: 201, body: (await batchWithCounts(commit, id)) ?? {} }
    },
  })

  const order = (what: 'APPROVE' | 'PAUSE' | 'RESUME' | 'STOP') =>
    write({
      body: Nothing,
      async carryOut(commit, { caller, param }) {
        const key = { tenant_id: caller.tenantId, id: param('id') }
        const row: Row | undefined = await commit.trx('batches').where(key).first('created_by', 'state')
        if (row === undefined) return notFound('no such batch')
        if (what === 'APPROVE' && row.created_by === caller.name)
          return {
            status: 409,
            title: 'Own order',
            detail: 'whoever writes a batch does not approve it: ask a second person',
          }
        if (!(await orderBatch({ stepper }, commit, key.id, what)))
          return { status: 409, title: 'Too late', detail: `the batch is ${row.state}: nothing was changed` }
        if (what === 'APPROVE') await commit.trx('batches').where(key).update({ approved_by: caller.name })
        return { status: 200, body: (await batchWithCounts(commit, key.id)) ?? {} }
      },
    })

  const list = reading(async request => {
    const query = Query.safeParse(request.query)
    if (!query.success) return badQuery(query.error)
    const { after, limit } = query.data
    const { tenantId } = callerOf(request)
    return act(deps, tenantId, async ({ trx }) => {
      const wanted = trx('batches')
        .where({ tenant_id: tenantId })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (after !== undefined) wanted.where('id', '<', after)
      const rows: Row[] = await wanted
      return {
        data: rows.slice(0, limit).map(batchView),
        next: rows.length > limit ? rows[limit - 1]?.id : null,
      }
    })
  })

  const show = reading(async request => {
    const { tenantId } = callerOf(request)
    const found = await act(deps, tenantId, commit => batchWithCounts(commit, idOf(request)))
    return found ?? notFound('no such batch')
  })

  router.post('/', mayWrite, create)
  router.get('/', read, list)
  router.get('/:id', read, show)
  router.post('/:id/approve', mayWrite, order('APPROVE'))
  router.post('/:id/pause', mayWrite, order('PAUSE'))
  router.post('/:id/resume', mayWrite, order('RESUME'))
  router.post('/:id/stop', mayWrite, order('STOP'))
  return router
}
