import { openStage, type Stage, type StageOptions } from '../../src/commands/stage.ts'
import { createUssdGateway } from '../../src/simulators/africastalking-ussd.ts'
import { createTestDatabase, testRedisUrl } from './database.ts'

/** A stage on a database of its own and the real Redis; `close()` drops both. */
export type TestStage = Stage & {
  readonly databaseUrl: string
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

const PHONES = {
  'demo-ke': { phone: '+254700000001', code: '*384*100#' },
  'demo-cm': { phone: '+237670000001', code: '*126*200#' },
} as const

export async function openTestStage(options: Omit<StageOptions, 'databaseUrl'> = {}): Promise<TestStage> {
  const database = await createTestDatabase()
  const stage = await openStage({ redisUrl: testRedisUrl(), ...options, databaseUrl: database.url })
  return {
    ...stage,
    databaseUrl: database.url,
    phone: (tenant, number) =>
      createUssdGateway({
        url: `${stage.url}/ussd/${tenant}`,
        phone: number ?? PHONES[tenant].phone,
        code: PHONES[tenant].code,
      }),
    async get(path, key) {
      const response = await fetch(
        stage.url + path,
        key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } },
      )
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as { data: Record<string, unknown>[]; next: string | null }
    },
    async post(path, body, { key, idempotencyKey }) {
      const response = await fetch(stage.url + path, {
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
      await stage.house.simulators?.faults.script(fault)
    },
    async close() {
      await stage.close()
      await database.drop()
    },
  }
}
