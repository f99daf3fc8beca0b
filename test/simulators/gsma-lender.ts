import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import type { GsmaSeed } from '../../src/simulators/gsma/index.ts'
import { createStage, type Screen, type Stage } from './support.ts'

export const AMINA = '260971000111'
export const CHANDA = '260971000222'

const seed: GsmaSeed = {
  clients: [
    {
      ...{ client: 'Mwezi', apiKey: 'key', float: '100000.00', callbackHeaders: { 'x-api-key': 'ours' } },
      ...{ basic: { user: 'user', password: 'password' }, oauth: { clientId: 'id', clientSecret: 'secret' } },
    },
    { client: 'Nyota', apiKey: 'other', basic: { user: 'user', password: 'password' } },
  ],
  wallets: [
    { msisdn: `+${AMINA}`, pin: '1234', balance: '5000', name: 'Amina Banda' },
    { msisdn: `+${CHANDA}`, pin: '1234', balance: '10', name: 'Chanda Phiri' },
  ],
}

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
const account = [{ key: 'organisationid', value: 'Mwezi' }]
const wallet = (msisdn: string) => [{ key: 'msisdn', value: `+${msisdn}` }]

/** Bodies of this operator are all of one kind or another: what a test looks for stands in one of these. */
export type Said = {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown> & { readonly errorCode?: string; readonly errorCategory?: string }
}

export function createLender(stage: Stage) {
  async function call(
    method: string,
    path: string,
    body?: object | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Said> {
    const answer = await stage.call(`/gsma${path}`, {
      method,
      headers: {
        'x-api-key': 'key',
        authorization: basic('user', 'password'),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
  }
  const named = (headers: Readonly<Record<string, string>>) => ({
    'x-correlationid': randomUUID(),
    'x-callback-url': `${stage.listener.url}/cb`,
    ...headers,
  })
  const payment = (change: object = {}) => ({
    amount: '15.00',
    currency: 'ZMW',
    debitParty: wallet(AMINA),
    creditParty: account,
    requestingOrganisationTransactionReference: 'P-1',
    ...change,
  })
  const payout = (change: object = {}) =>
    payment({ creditParty: wallet(AMINA), debitParty: account, ...change })
  const lender = {
    ...{ call, payment, payout, account, wallet },
    get: (path: string, headers?: Readonly<Record<string, string>>) => call('GET', path, undefined, headers),
    collect: (change?: object, headers: Readonly<Record<string, string>> = {}) =>
      call('POST', '/transactions/type/merchantpay', payment(change), named(headers)),
    pay: (change?: object, headers: Readonly<Record<string, string>> = {}) =>
      call('POST', '/transactions/type/disbursement', payout(change), named(headers)),
    back: (name: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
      call('POST', `/transactions/${name}/reversals`, body, named(headers)),
    /** The name of a payment that she has made. */
    async collected(change?: object): Promise<string> {
      const { body } = await lender.collect(change)
      await stage.pass(2)
      const state = await lender.get(`/requeststates/${body.serverCorrelationId}`)
      return String(state.body.objectReference)
    },
    prompts: async (msisdn = AMINA) => (await stage.json<Screen>(`/phones/${msisdn}/screen`)).prompts,
    answer: (promptId: string | undefined, said: object, msisdn = AMINA) =>
      stage.call(`/phones/${msisdn}/answer`, { method: 'POST', body: JSON.stringify({ promptId, ...said }) }),
    async floatOf(name = 'Mwezi'): Promise<string | undefined> {
      const { data } = await stage.json<{ data: { account: string; balance: string }[] }>(
        '/providers/gsma/accounts',
      )
      return data.find(each => each.account === name)?.balance
    },
  }
  return lender
}
export type Lender = ReturnType<typeof createLender>

/** A stage for all tests of a file, with everybody seeded; before each, ten minutes pass and nothing is remembered. */
export function onGsmaStage(opened: (stage: Stage, lender: Lender) => void): void {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage()
    await stage.simulators.seed({ gsma: seed })
    opened(stage, createLender(stage))
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    await stage.pass(600)
    await stage.simulators.faults.clear()
    stage.listener.heard.length = 0
  })
}
