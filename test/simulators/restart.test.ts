import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSimulators, type Simulators } from '../../src/simulators/index.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createListener, createVirtualClock, listen } from './support.ts'

const AWA = '237670000001'
const wallet = { msisdn: `+${AWA}`, pin: '12345', balance: '5000', name: 'Awa Ngo' }
const user = {
  apiUser: 'user',
  apiKey: 'key',
  subscriptionKey: 'sub',
  providerCallbackHost: '127.0.0.1',
  environment: 'mtncameroon' as const,
}
const SEED = { mtnMomo: { users: [user], wallets: [wallet] } }

let database: TestDatabase
let listener: Awaited<ReturnType<typeof createListener>>
const clock = createVirtualClock()

beforeAll(async () => {
  database = await createTestDatabase()
  listener = await createListener()
})
afterAll(async () => {
  await listener.close()
  await database.drop()
})

async function running<T>(work: (url: string, simulators: Simulators) => Promise<T>): Promise<T> {
  const simulators = await createSimulators({ databaseUrl: database.url, clock })
  await simulators.seed(SEED)
  const server = await listen(simulators.handle)
  try {
    return await work(server.url, simulators)
  } finally {
    await server.close()
    await simulators.close()
  }
}

async function ask(url: string): Promise<void> {
  const token = await fetch(`${url}/mtn-momo/collection/token/`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('user:key').toString('base64')}`,
      'ocp-apim-subscription-key': 'sub',
    },
  })
  const { access_token } = (await token.json()) as { access_token: string }
  const answer = await fetch(`${url}/mtn-momo/collection/v1_0/requesttopay`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${access_token}`,
      'ocp-apim-subscription-key': 'sub',
      'x-target-environment': 'mtncameroon',
      'x-reference-id': randomUUID(),
      'x-callback-url': `${listener.url}/cb`,
    },
    body: JSON.stringify({
      amount: '1500',
      currency: 'XAF',
      externalId: 'LN-1',
      payer: { partyIdType: 'MSISDN', partyId: AWA },
    }),
  })
  expect(answer.status).toBe(202)
}

describe('the simulators', () => {
  it('go on after a restart where they stopped, and two at once do nothing twice', async () => {
    await running(ask)
    clock.pass(2)
    const balances = await running(async (url, one) =>
      running(async (_, other) => {
        await Promise.all([one.tick(), other.tick(), one.tick()])
        const answer = await fetch(`${url}/providers/mtn-momo/wallets`)
        return ((await answer.json()) as { data: { balance: string }[] }).data
      }),
    )
    expect(balances).toEqual([expect.objectContaining({ balance: '3500', currency: 'XAF' })])
    expect(listener.heard).toHaveLength(1)
  })
})
