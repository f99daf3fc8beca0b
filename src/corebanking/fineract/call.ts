import type { z } from 'zod'
import type { HttpAnswer, Tools } from '../../domain/outside.ts'
import type { CoreAnswer } from '../core-banking.ts'
import type { FineractConfig } from './config.ts'
import { parseJson } from './values.ts'
import { Failure } from './wire.ts'

/** Calls to one tenant's Fineract: Basic credentials and the tenant's header on each, nothing kept between them. */
export type Api = {
  readonly config: FineractConfig
  /** A read: its parsed body, undefined where Fineract itself says that there is no such thing, or no answer. */
  get<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    shape: z.ZodType<T>,
  ): Promise<CoreAnswer<T | undefined>>
  /** The answer as it came, for reads and writes whose refusals matter. */
  raw(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer>
}

export function createApi(config: FineractConfig, tools: Tools): Api {
  const basic = Buffer.from(`${config.username}:${config.password}`).toString('base64')

  const raw: Api['raw'] = (method, path, body, headers) =>
    tools.http({
      method,
      url: `${config.baseUrl}/v1/${path}`,
      headers: {
        authorization: `Basic ${basic}`,
        'fineract-platform-tenantid': config.tenantId,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      deadlineMs: method === 'GET' ? config.readMs : config.writeMs,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  return {
    config,
    raw,
    async get(path, query, shape) {
      const search = new URLSearchParams(query).toString()
      const answer = await raw('GET', search === '' ? path : `${path}?${search}`)
      if (answer.kind === 'no-answer') return answer
      const json = parseJson(answer.body)
      // A 404 without Fineract's envelope is a wrong address or a proxy: that says nothing about the thing asked for.
      if (answer.status === 404 && Failure.safeParse(json).success) return { kind: 'value', value: undefined }
      if (answer.status !== 200) return { kind: 'no-answer', why: refusalOf(answer.status) }
      const parsed = shape.safeParse(json)
      return parsed.success
        ? { kind: 'value', value: parsed.data }
        : { kind: 'no-answer', why: `an answer that cannot be read: ${path.replace(/\d+/g, '…')}` }
    },
  }
}

function refusalOf(status: number): string {
  if (status === 401) return 'Fineract refused our credentials'
  if (status === 403) return 'our user of Fineract may not read this'
  return `Fineract answered ${status}`
}

/** Goes on with a value; an absence stands as it is. */
export const mapValue = <A, B>(answer: CoreAnswer<A>, to: (value: A) => B): CoreAnswer<B> =>
  answer.kind === 'value' ? { kind: 'value', value: to(answer.value) } : answer

/** All of them, or the first that brought nothing: half a list would be taken for the whole. */
export function all<T>(answers: readonly CoreAnswer<T>[]): CoreAnswer<readonly T[]> {
  const values: T[] = []
  for (const answer of answers) {
    if (answer.kind === 'no-answer') return answer
    values.push(answer.value)
  }
  return { kind: 'value', value: values }
}
