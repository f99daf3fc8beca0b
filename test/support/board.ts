import type { TestStage } from './stage.ts'
import type { Row } from './story.ts'

export type Answer = { readonly status: number; readonly body: Row }

/** Drawn for each call that is not a repetition. */
let calls = 0

/** Two persons of a lender's back office, each with a key of the API. */
export function createOffice(stage: TestStage, tenant: string) {
  const person = (key: string) => {
    const call = async (
      method: string,
      path: string,
      body?: object,
      idempotencyKey = `office-${++calls}`,
    ): Promise<Answer> => {
      const answer = await fetch(`${stage.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: (await answer.json()) as Row }
    }
    return {
      call,
      get: async (path: string): Promise<Row> => (await call('GET', path)).body,
      list: async (path: string): Promise<Row[]> => (await call('GET', path)).body.data as Row[],
      post: (path: string, body: object = {}, key?: string) => call('POST', path, body, key),
      put: (path: string, body: object) => call('PUT', path, body),
    }
  }
  return { first: person(`${tenant}-key`), second: person(`${tenant}-key-2`) }
}
export type Office = ReturnType<typeof createOffice>
