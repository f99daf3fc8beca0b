import type { ServerResponse } from 'node:http'

/** An RFC 9457 problem document: what is wrong, and what to do. */
export type Problem = {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly errors?: readonly string[]
}

export function sendProblem(response: ServerResponse, { status, title, detail, errors }: Problem): void {
  response.statusCode = status
  response.setHeader('content-type', 'application/problem+json')
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title,
      status,
      detail,
      ...(errors === undefined ? {} : { errors }),
    }),
  )
}

export const unsupported: Problem = { status: 415, title: 'Unsupported', detail: 'send application/json' }
export const notFound = (detail: string): Problem => ({ status: 404, title: 'Not found', detail })
export const badRequest = (detail: string, errors?: readonly string[]): Problem => ({
  status: 400,
  title: 'Bad request',
  detail,
  ...(errors === undefined ? {} : { errors }),
})
