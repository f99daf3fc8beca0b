import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals'
import type { WaveSeed } from '../../src/simulators/wave/index.ts'
import { createStage, type Screen, type Stage } from './support.ts'

/** Lenders with a wallet at simulated Wave, and what they and their customers do. */

export const FATOU = '221761110000'
export const MODOU = '221761110001'
export const KEY = 'wave_sn_prod_sope'
export const SECRET = 'wave_sn_WHS_sope'

const pages = { success_url: 'https://sope.example/thanks', error_url: 'https://sope.example/again' }

export const seedOf = (stage: Stage): WaveSeed => ({
  businesses: [
    {
      business: 'Sope',
      apiKeys: [
        { apiKey: KEY },
        { apiKey: 'collects-only', rights: ['checkout'] },
        { apiKey: 'revoked', revoked: true },
      ],
      launchUrl: `${stage.url}/wave`,
      float: '500000',
      hook: { url: `${stage.listener.url}/wave`, secret: SECRET },
    },
    { business: 'Teranga', apiKeys: [{ apiKey: 'teranga' }], launchUrl: `${stage.url}/wave` },
    { business: 'Shut', apiKeys: [{ apiKey: 'shut' }], launchUrl: `${stage.url}/wave`, disabled: true },
    { business: 'Many', apiKeys: [{ apiKey: 'many' }], launchUrl: `${stage.url}/wave`, aggregator: true },
  ],
  wallets: [
    { msisdn: `+${FATOU}`, pin: '1234', balance: '200000', name: 'Fatou Ndiaye' },
    { msisdn: `+${MODOU}`, pin: '1234', balance: '500', name: 'Modou Fall' },
  ],
})

export type Said = {
  readonly status: number
  readonly body: Record<string, unknown> & { readonly code?: string }
}

export function createLender(stage: Stage, seed = seedOf(stage)) {
  async function call(
    method: string,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ) {
    const answer = await stage.call(`/wave${path}`, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} } as Said
  }
  const session = (change: object = {}) => ({
    amount: '5000',
    currency: 'XOF',
    ...pages,
    client_reference: randomUUID(),
    restrict_payer_mobile: `+${FATOU}`,
    ...change,
  })
  const lender = {
    call,
    seed,
    session,
    collect: (change?: object, headers?: Record<string, string>) =>
      call('POST', '/v1/checkout/sessions', session(change), headers),
    pay: (change: object = {}, headers: Record<string, string> = {}) =>
      call(
        'POST',
        '/v1/payout',
        {
          currency: 'XOF',
          receive_amount: '5000',
          mobile: `+${FATOU}`,
          client_reference: randomUUID(),
          ...change,
        },
        { 'idempotency-key': randomUUID(), ...headers },
      ),
    get: (path: string, headers?: Record<string, string>) => call('GET', path, undefined, headers),
    post: (path: string) => call('POST', path),
    /** She opens the link on her phone. */
    async open(id: unknown, phone?: string): Promise<string> {
      return (await stage.call(`/wave/c/${id}${phone === undefined ? '' : `?phone=${phone}`}`)).text()
    },
    async prompts(msisdn = FATOU) {
      return (await stage.json<Screen>(`/phones/${msisdn}/screen`)).prompts
    },
    answer: (promptId: string | undefined, said: object, msisdn = FATOU) =>
      stage.call(`/phones/${msisdn}/answer`, { method: 'POST', body: JSON.stringify({ promptId, ...said }) }),
    /** A session that she has paid. */
    async collected(change: object = {}): Promise<string> {
      const { body } = await lender.collect(change)
      await lender.open(body.id)
      await stage.pass(2)
      expect((await lender.get(`/v1/checkout/sessions/${body.id}`)).body.payment_status).toBe('succeeded')
      return String(body.id)
    },
    async floatOf(account = 'Sope'): Promise<string | undefined> {
      const { data } = await stage.json<{ data: { account: string; balance: string }[] }>(
        '/providers/wave/accounts',
      )
      return data.find(each => each.account === account)?.balance
    },
    topUp: (body: object) =>
      stage.call('/providers/wave/accounts', { method: 'POST', body: JSON.stringify(body) }),
  }
  return lender
}

export type Lender = ReturnType<typeof createLender>

/** A stage for all tests of a file, with the wallets seeded; before each, ten minutes pass and nothing is remembered. */
export function onWaveStage(opened: (stage: Stage, lender: Lender) => void): void {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage()
    const lender = createLender(stage)
    await stage.simulators.seed({ wave: lender.seed })
    opened(stage, lender)
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    await stage.pass(600)
    await stage.simulators.faults.clear()
    stage.listener.heard.length = 0
  })
}
