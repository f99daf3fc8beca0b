import type { Knex } from 'knex'
import type { Route, SimReply, SimRequest } from '../kit/http.ts'
import { API, apiRoute } from './gate.ts'
import type { House } from './house.ts'
import { type Json, write } from './json.ts'
import { badJson, replyText } from './refusal.ts'

/**
 * BatchApiResource: an array in, an array out, always a 200; the bodies inside are JSON texts. With
 * `enclosingTransaction=true` all is one transaction, keys included, and the first failure rolls it back.
 */

type Item = {
  readonly requestId: number
  readonly method: string
  readonly relativeUrl: string
  readonly headers?: readonly { readonly name: string; readonly value: string }[]
  readonly reference?: number | null
  readonly body?: string
}

type Answer = { readonly requestId: number; readonly statusCode: number; readonly body: string }

/** CommandStrategyProvider: journal entries, search, clients and reports are not among them. */
const SUPPORTED = [
  /^GET loans\/\d+(\?|$)/,
  /^GET loans\/external-id\/[^/]+(\?|$)/,
  /^POST loans\/\d+\?command=\w+$/,
  /^POST loans\/\d+\/transactions\?command=\w+$/,
  /^POST loans\/\d+\/transactions\/\d+(\?command=\w+)?$/,
  /^GET loans\/\d+\/transactions\/(external-id\/)?[^/]+$/,
  /^GET savingsaccounts\/\d+(\?|$)/,
  /^POST savingsaccounts\/\d+\/transactions(\/\d+)?\?command=\w+$/,
  /^(GET|POST) datatables\/\w+\/\d+(\?|$)/,
  /^(PUT|DELETE) datatables\/\w+\/\d+\/\d+$/,
  /^GET datatables\/\w+\/query\?/,
]

export type Dispatch = (house: House, request: Omit<SimRequest, 'params'>) => Promise<SimReply>

class RolledBack extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super('batch rolled back')
    this.answer = answer
  }
}

/** `$.resourceId` of the item that this one refers to, in its address and in its body. */
function resolved(text: string, parent: Answer | undefined): string {
  if (parent === undefined) return text
  const values = JSON.parse(parent.body) as Record<string, unknown>
  return text.replaceAll(/\$\.(\w+)/g, (whole, name: string) => String(values[name] ?? whole))
}

async function one(
  house: House,
  dispatch: Dispatch,
  outer: SimRequest,
  item: Item,
  parent: Answer | undefined,
): Promise<Answer> {
  const { requestId } = item
  if (parent !== undefined && parent.statusCode !== 200)
    return {
      requestId,
      statusCode: parent.statusCode,
      body: `Parent request with id ${parent.requestId} was erroneous!`,
    }
  const address = resolved(item.relativeUrl, parent).replace(/^\/?(v1\/)?/, '')
  if (!SUPPORTED.some(known => known.test(`${item.method} ${address}`)))
    return {
      requestId,
      statusCode: 501,
      body: `Resource with method ${item.method} and relativeUrl ${item.relativeUrl} doesn't exist`,
    }
  const [path = '', query = ''] = address.split('?')
  const key = item.headers?.find(({ name }) => name === 'Idempotency-Key')?.value
  const { 'idempotency-key': _, ...headers } = outer.headers
  const answer = await dispatch(house, {
    method: item.method,
    path: `${API}/${path}`,
    query: new URLSearchParams(query),
    headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
    body: resolved(item.body ?? '', parent),
  })
  if (answer === 'hang-up') return { requestId, statusCode: 500, body: '' }
  const body = typeof answer.body === 'string' ? answer.body : write((answer.body ?? {}) as Json)
  return { requestId, statusCode: answer.status, body }
}

async function all(
  house: House,
  dispatch: Dispatch,
  outer: SimRequest,
  items: readonly Item[],
  enclosing: boolean,
) {
  const answers: Answer[] = []
  for (const item of items) {
    const parent =
      item.reference == null ? undefined : answers.find(({ requestId }) => requestId === item.reference)
    const answer = await one(house, dispatch, outer, item, parent)
    if (enclosing && answer.statusCode !== 200) throw new RolledBack(answer)
    answers.push(answer)
  }
  return answers
}

/** Inside the one transaction nothing may need a second connection; hooks are told only if it is committed. */
const within = (house: House, trx: Knex.Transaction): House => ({
  ...house,
  db: trx,
  faults: { ...house.faults, strike: async () => undefined },
  jobs: { ...house.jobs, plan: job => house.jobs.plan(job, trx) },
})

export function batchRoutes(house: House, dispatch: Dispatch): Route[] {
  return [
    apiRoute(house, 'POST', '/batches', async (_, request) => {
      let items: Item[]
      try {
        items = JSON.parse(request.body)
      } catch {
        throw badJson()
      }
      if (!Array.isArray(items)) throw badJson()
      const shown = (answers: readonly Answer[]) =>
        replyText(
          200,
          JSON.stringify(
            [...answers]
              .sort((a, b) => a.requestId - b.requestId)
              .map(answer => ({ ...answer, headers: [] })),
          ),
        )
      if (request.query.get('enclosingTransaction') !== 'true')
        return shown(await all(house, dispatch, request, items, false))
      try {
        return shown(
          await house.db.transaction(trx => all(within(house, trx), dispatch, request, items, true)),
        )
      } catch (error) {
        if (error instanceof RolledBack) return shown([error.answer])
        throw error
      }
    }),
  ]
}
