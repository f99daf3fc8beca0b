import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals'
import { createStage, type Stage } from './support.ts'

/** API users of simulated MTN, and what they call. */

export const AWA = '237670000001'
export const BAMA = '237670000002'

export type User = {
  readonly apiUser: string
  readonly product: 'collection' | 'disbursement'
  readonly environment: 'mtncameroon' | 'sandbox'
  readonly float?: string
  readonly partner?: string
}
const user = (
  product: User['product'],
  environment: User['environment'] = 'mtncameroon',
  more: Partial<User> = {},
): User => ({ apiUser: randomUUID(), product, environment, ...more })

export const COLLECTS = user('collection')
export const PAYS = user('disbursement', 'mtncameroon', { float: '1000000' })
export const BROKE = user('disbursement')
export const STRANGER = user('disbursement', 'mtncameroon', { float: '1000000', partner: 'another' })
export const SANDBOX_COLLECTS = user('collection', 'sandbox')
export const SANDBOX_PAYS = user('disbursement', 'sandbox', { float: '1000000' })
const USERS = [COLLECTS, PAYS, BROKE, STRANGER, SANDBOX_COLLECTS, SANDBOX_PAYS]

export const SEED = {
  users: USERS.map(one => ({
    ...one,
    apiKey: `key-${one.apiUser}`,
    subscriptionKey: `sub-${one.product}`,
    providerCallbackHost: '127.0.0.1',
  })),
  wallets: [
    { msisdn: `+${AWA}`, pin: '12345', balance: '200000', name: 'Awa Ngo' },
    { msisdn: `+${BAMA}`, pin: '12345', balance: '0', name: 'Bama Fon' },
  ],
}

const PATHS = {
  collect: '/collection/v1_0/requesttopay',
  disburse: '/disbursement/v1_0/transfer',
  refund: '/disbursement/v1_0/refund',
}
export type Kind = keyof typeof PATHS
export type Change = { readonly headers?: Record<string, string>; readonly body?: object }
export type Status = { status?: string; reason?: string | { code: string }; code?: string; amount?: string }

export const party = (msisdn: string) => ({ partyIdType: 'MSISDN', partyId: msisdn })

export function createCaller(stage: Stage) {
  const tokens = new Map<string, string>()

  const tokenOf = ({ apiUser, product }: User): Promise<Response> =>
    stage.call(`/mtn-momo/${product}/token/`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${apiUser}:key-${apiUser}`).toString('base64')}`,
        'ocp-apim-subscription-key': `sub-${product}`,
      },
    })

  async function headersOf(who: User): Promise<Record<string, string>> {
    const known = tokens.get(who.apiUser)
    const token = known ?? ((await (await tokenOf(who)).json()) as { access_token: string }).access_token
    tokens.set(who.apiUser, token)
    return {
      authorization: `Bearer ${token}`,
      'ocp-apim-subscription-key': `sub-${who.product}`,
      'x-target-environment': who.environment,
    }
  }

  async function post(kind: Kind, who: User, subject: object, change: Change = {}) {
    const reference = change.headers?.['x-reference-id'] ?? randomUUID()
    const answer = await stage.call(`/mtn-momo${PATHS[kind]}`, {
      method: 'POST',
      headers: {
        ...(await headersOf(who)),
        'x-reference-id': reference,
        'x-callback-url': `${stage.listener.url}/mtn/${reference}`,
        ...change.headers,
      },
      body: JSON.stringify({
        amount: '5000',
        currency: who.environment === 'sandbox' ? 'EUR' : 'XAF',
        externalId: `EXT-${reference}`,
        payerMessage: 'Loan 77',
        payeeNote: 'Loan 77',
        ...subject,
        ...change.body,
      }),
    })
    const text = await answer.text()
    const code = text.startsWith('{') ? (JSON.parse(text) as { code?: string }).code : text
    return { reference, status: answer.status, code }
  }

  async function ask<T = Status>(who: User, path: string): Promise<T> {
    const answer = await stage.call(`/mtn-momo${path}`, { headers: await headersOf(who) })
    return (await answer.json()) as T
  }

  const caller = {
    tokenOf,
    headersOf,
    ask,
    /** The tokens are forgotten: the clock may have ended them. */
    forget: () => tokens.clear(),
    collect: (who: User, msisdn: string, change?: Change) =>
      post('collect', who, { payer: party(msisdn) }, change),
    transfer: (who: User, msisdn: string, change?: Change) =>
      post('disburse', who, { payee: party(msisdn) }, change),
    refund: (who: User, original: string | undefined, change?: Change) =>
      post('refund', who, { referenceIdToRefund: original }, change),
    inquire: (kind: Kind, who: User, reference: string) => ask(who, `${PATHS[kind]}/${reference}`),
    /** How it ended: the status, and the reason in whichever form it came. */
    async ended(kind: Kind, who: User, reference: string) {
      const { status, reason } = await caller.inquire(kind, who, reference)
      return [status, typeof reason === 'object' ? reason.code : reason]
    },
    /** She has paid: the reference of a collection that succeeded. */
    async collected(msisdn = AWA): Promise<string> {
      const { reference } = await caller.collect(COLLECTS, msisdn)
      await stage.pass(2)
      expect((await caller.inquire('collect', COLLECTS, reference)).status).toBe('SUCCESSFUL')
      stage.listener.heard.length = 0
      return reference
    },
    async floatOf(who: User): Promise<string | undefined> {
      const { data } = await stage.json<{ data: { apiUser: string; balance: string }[] }>(
        '/providers/mtn-momo/accounts',
      )
      return data.find(({ apiUser }) => apiUser === who.apiUser)?.balance
    },
    topUp: (body: object) =>
      stage.call('/providers/mtn-momo/accounts', { method: 'POST', body: JSON.stringify(body) }),
  }
  return caller
}

export type Caller = ReturnType<typeof createCaller>

/** A stage for all tests of a file, with the API users seeded; before each, ten minutes pass and nothing is remembered. */
export function onMtnStage(opened: (stage: Stage, caller: Caller) => void): void {
  let stage: Stage
  let mtn: Caller
  beforeAll(async () => {
    stage = await createStage()
    mtn = createCaller(stage)
    await stage.simulators.seed({ mtnMomo: SEED })
    opened(stage, mtn)
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    await stage.pass(600)
    await stage.simulators.faults.clear()
    stage.listener.heard.length = 0
    mtn.forget()
  })
}
