import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RawRequest, Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import type { SHIPPED } from '../../src/providers/aggregator/files.ts'
import { shippedProfile } from '../../src/providers/aggregator/files.ts'
import { type AggregatorConfig, createAggregator } from '../../src/providers/aggregator/index.ts'
import type { AttemptRef, CallbackReading, Operation, Order } from '../../src/providers/provider.ts'
import type { AggregatorSeed } from '../../src/simulators/aggregator/index.ts'
import { createStage, type Stage, type Transaction } from '../simulators/support.ts'

/** An aggregator's profile against its simulator. */

export type AggregatorStage = {
  readonly profile: (typeof SHIPPED)[number]
  readonly seed: AggregatorSeed | ((listener: string) => AggregatorSeed)
  readonly config: Readonly<Record<string, unknown>>
  readonly currency: string
  readonly msisdn: Msisdn
  readonly code?: string
  /** Long enough for a prompt to end. */
  readonly promptSeconds: number
}

export type Played = AttemptRef & { readonly sent: Outcome }

export function onAggregatorStage(given: AggregatorStage) {
  const adapter = createAggregator(shippedProfile(given.profile))
  let stage: Stage
  let tools: Tools
  let config: AggregatorConfig
  beforeAll(async () => {
    stage = await createStage()
    const now = () => stage.clock.now()
    tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
    const { seed } = given
    await stage.simulators.seed({
      aggregators: typeof seed === 'function' ? seed(stage.listener.url) : seed,
    })
    const simulated = Object.entries(given.config).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace('sim://', `${stage.url}/`) : value,
    ])
    config = adapter.config({ baseUrl: `${stage.url}/${given.profile}`, ...Object.fromEntries(simulated) })
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    await stage.simulators.faults.clear()
    await stage.pass(1_800)
    stage.listener.heard.length = 0
  })

  const orderOf = (operation: Operation, minor = 150_000n, change: Partial<Order> = {}): Order => {
    const reference = adapter.newReference()
    return {
      ...{ operation, reference, msisdn: given.msisdn, shownReference: 'LN77' },
      amount: { minor, currency: given.currency },
      callbackUrl: `${stage.listener.url}/callback/${reference}`,
      ...(given.code === undefined ? {} : { code: given.code }),
      ...change,
    }
  }
  const inquire = (attempt: AttemptRef): Promise<Outcome> => adapter.inquire(attempt, config, tools)
  async function send(order: Order): Promise<Played> {
    const sent = await adapter.send(order, config, tools)
    const providerReference = 'providerReference' in sent ? sent.providerReference : undefined
    return { ...order, sent, ...(providerReference === undefined ? {} : { providerReference }) }
  }
  return {
    adapter,
    orderOf,
    inquire,
    send,
    stage: () => stage,
    config: () => config,
    tools: () => tools,
    script: (kind: string) => stage.script({ simulator: given.profile, kind }),
    /** Sent, and its time gone by: what asking tells then. */
    async ended(order: Order): Promise<Outcome> {
      const attempt = await send(order)
      await stage.pass(given.promptSeconds + 1)
      return inquire(attempt)
    },
    /** What the aggregator really did. */
    truth: (): Promise<Transaction[]> => stage.transactions(given.profile),
    async truthOf({ reference, providerReference }: AttemptRef): Promise<Transaction | undefined> {
      const rows = (await stage.transactions(given.profile)) as (Transaction & { conversationId: string })[]
      return rows.find(row => row.reference === reference || row.conversationId === providerReference)
    },
    /** Every callback to an order's own URL, as the server would read it, with whether it proves itself. */
    told(order: AttemptRef, at = order.reference): { reading: CallbackReading; proven: boolean }[] {
      return stage.listener.heard
        .filter(({ path }) => path.endsWith(at))
        .map(({ method, body }) => {
          const request: RawRequest = { method, headers: {}, query: {}, body, from: '127.0.0.1' }
          const proven = adapter.proves?.(request, config, stage.clock.now()) === true
          return { reading: adapter.readCallback(request, config, order), proven }
        })
    },
  }
}

/** One payment more or less at the aggregator, whatever we were told. */
export async function expectMore(
  truth: () => Promise<Transaction[]>,
  more: number,
  work: () => Promise<unknown>,
) {
  const before = (await truth()).length
  await work()
  expect((await truth()).length).toBe(before + more)
}
