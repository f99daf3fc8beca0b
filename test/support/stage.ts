import { openStage, type Stage, type StageOptions } from '../../src/commands/stage.ts'
import { createUssdGateway } from '../../src/simulators/africastalking-ussd.ts'
import { createTestDatabase, testRedisUrl } from './database.ts'

/** A house from outside, wherever it runs: phones, our API, and the simulators' own. */
export type Client = {
  readonly url: string
  /** A strict phone of that tenant's gateway. */
  phone(tenant: 'demo-ke' | 'demo-cm', number?: string): ReturnType<typeof createUssdGateway>
  /** GET as JSON: our API with the tenant's key, or a simulator's view. */
  get(path: string, key?: string): Promise<{ data: Record<string, unknown>[]; next: string | null }>
  /** A request of our API, with the tenant's key. */
  post(
    path: string,
    body: object,
    options: { key: string; idempotencyKey: string },
  ): Promise<{ status: number; body: Record<string, unknown> }>
  fault(fault: { simulator: string; kind: string; msisdn?: string; times?: number }): Promise<void>
}

/** What a story is played on: a stage with a virtual clock, or a process of its own. */
export type Playable = Client &
  Pick<Stage, 'settle' | 'clock'> & { readonly house: { readonly db: Stage['house']['db'] } }

/** A stage on a database of its own and the real Redis; `close()` drops both. */
export type TestStage = Stage & Client & { readonly databaseUrl: string; readonly adminUrl: string }

const PHONES = {
  'demo-ke': { phone: '+254700000001', code: '*384*100#' },
  'demo-cm': { phone: '+237670000001', code: '*126*200#' },
} as const

export async function openTestStage(options: Omit<StageOptions, 'databaseUrl'> = {}): Promise<TestStage> {
  const database = await createTestDatabase()
  const stage = await openStage({ redisUrl: testRedisUrl(), ...options, databaseUrl: database.url })
  return {
    ...stage,
    ...createClient(stage.url),
    databaseUrl: database.url,
    adminUrl: database.adminUrl,
    async close() {
      await stage.close()
      await database.drop()
    },
  }
}

export function createClient(url: string): Client {
  return {
    url,
    phone: (tenant, number) =>
      createUssdGateway({
        url: `${url}/ussd/${tenant}`,
        phone: number ?? PHONES[tenant].phone,
        code: PHONES[tenant].code,
      }),
    async get(path, key) {
      const response = await fetch(
        url + path,
        key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } },
      )
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as { data: Record<string, unknown>[]; next: string | null }
    },
    async post(path, body, { key, idempotencyKey }) {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    async fault(fault) {
      const answer = await fetch(`${url}/sim/faults`, { method: 'POST', body: JSON.stringify(fault) })
      if (!answer.ok) throw new Error(`fault: ${answer.status} ${await answer.text()}`)
    },
  }
}
