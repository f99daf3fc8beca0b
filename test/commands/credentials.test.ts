import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { smppSms } from '../../src/channels/smpp/index.ts'
import { banner } from '../../src/commands/banner.ts'
import { CREDENTIALS } from '../../src/commands/demo-credentials.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { SHIPPED, shippedProfile } from '../../src/providers/aggregator/files.ts'
import { createAggregator } from '../../src/providers/aggregator/index.ts'
import { SKYBURG_PUBLIC_KEY } from '../../src/simulators/aggregator/index.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'

/** What a newcomer reads at the first start opens every simulator, and nothing else does. */

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
})
afterAll(() => stage.close())

/** The words of a line of the banner, by what they are of: `app`, `merchant`… */
function printed(name: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const line = banner(stage.url)
    .split('\n')
    .find(each => each.trim().startsWith(`${name} `) && each.includes('/sim'))
  const [, told = ''] = /\/sim\S*\s+(.*)$/.exec(line ?? '') ?? []
  return Object.fromEntries(
    told.split('; ').map(part => {
      const [what = '', words = ''] = part.split(': ')
      return [what, Object.fromEntries(words.split(', ').map(word => word.split(' ')))]
    }),
  )
}

const basic = (user = '', password = ''): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }

type Call = { readonly path: string; readonly headers: Record<string, string>; readonly body?: string }
/** A first call by each vendor's own wire. `wrong`: with something else in place of the secret. */
const CALLS: Readonly<Record<string, (wrong?: string) => Call>> = {
  mpesa: wrong => {
    const { app } = printed('mpesa')
    return {
      path: '/mpesa/oauth/v1/generate?grant_type=client_credentials',
      headers: { authorization: basic(app?.consumerKey, wrong ?? app?.consumerSecret) },
    }
  },
  'mtn-momo': wrong => {
    const { collection } = printed('mtn-momo')
    return {
      path: '/mtn-momo/collection/token/',
      headers: {
        authorization: basic(collection?.apiUser, wrong ?? collection?.apiKey),
        'ocp-apim-subscription-key': collection?.subscriptionKey ?? '',
      },
      body: '',
    }
  },
  'orange-money': wrong => {
    const { app } = printed('orange-money')
    return {
      path: '/orange/token',
      headers: { authorization: basic(app?.clientId, wrong ?? app?.clientSecret), ...form },
      body: 'grant_type=client_credentials',
    }
  },
  wave: wrong => ({
    path: '/wave/v1/balance',
    headers: { authorization: `Bearer ${wrong ?? printed('wave').business?.apiKey}` },
  }),
  airtel: wrong => {
    const { app } = printed('airtel')
    const body = {
      ...{ client_id: app?.clientId, client_secret: wrong ?? app?.clientSecret },
      grant_type: 'client_credentials',
    }
    return { path: '/airtel/auth/oauth2/token', headers: json, body: JSON.stringify(body) }
  },
  ecocash: wrong => {
    const { eip } = printed('ecocash')
    return {
      path: '/ecocash/ecocashGateway/payment/v1/263770000001/transactions/amount/none',
      headers: { authorization: basic(eip?.username, wrong ?? eip?.password) },
    }
  },
  gsma: wrong => {
    const { client, basic: words } = printed('gsma')
    return {
      path: '/gsma/simulator/v1.2/passthrough/mm/heartbeat',
      headers: {
        'x-api-key': client?.apiKey ?? '',
        authorization: basic(words?.user, wrong ?? words?.password),
      },
    }
  },
  twilio: wrong => {
    const { account } = printed('twilio')
    return {
      path: `/twilio/2010-04-01/Accounts/${account?.accountSid}/Messages.json`,
      headers: { authorization: basic(account?.accountSid, wrong ?? account?.authToken), ...form },
      body: new URLSearchParams({ To: '+254700000001', From: 'HATUA', Body: 'Hello' }).toString(),
    }
  },
  fineract: wrong => {
    const { user } = printed('fineract')
    return {
      path: '/fineract-provider/api/v1/clients/1',
      headers: {
        authorization: basic(user?.username, wrong ?? user?.password),
        'fineract-platform-tenantid': 'demo-cm',
      },
    }
  },
}

async function call({ path, headers, body }: Call): Promise<Response> {
  return fetch(`${stage.url}/sim${path}`, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body }),
  })
}

describe('the credentials of the banner', () => {
  it.each(Object.keys(CALLS))('open %s, and others do not', async name => {
    const { ok } = await call(CALLS[name]?.() as Call)
    expect(ok).toBe(true)
    expect((await call(CALLS[name]?.('another') as Call)).status).toBeGreaterThanOrEqual(400)
  })

  it('open the GSMA’s other mount by a token, and its own place by either', async () => {
    const { client, oauth, basic: words } = printed('gsma')
    const answer = await call({
      path: '/gsma/v1/oauth/accesstoken',
      headers: { authorization: basic(oauth?.clientId, oauth?.clientSecret), ...form },
      body: 'grant_type=client_credentials',
    })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    const by = async (path: string, authorization: string) =>
      (await call({ path, headers: { 'x-api-key': client?.apiKey ?? '', authorization } })).status
    const known = basic(words?.user, words?.password)
    expect(await by('/gsma/2/oauth/simulator/v1.2/mm/heartbeat', `Bearer ${token}`)).toBe(200)
    expect(await by('/gsma/heartbeat', `Bearer ${token}`)).toBe(200)
    expect(await by('/gsma/heartbeat', known)).toBe(200)
    expect(await by('/gsma/2/oauth/simulator/v1.2/mm/heartbeat', known)).toBe(401)
  })

  /** An order by the aggregator's own profile: its number, its code, its currency. */
  const ORDERS = {
    furthermarket: { msisdn: '+237670000001', code: 'MTN', currency: 'XAF' },
    pawapay: { msisdn: '+237670000001', code: 'MTN_MOMO_CMR', currency: 'XAF' },
    'y-note': { msisdn: '+237670000001', code: 'MTN_CMR', currency: 'XAF' },
    'wave-mm': { msisdn: '+959790000001', currency: 'MMK' },
    'wave-soap': { msisdn: '+959790000001', currency: 'MMK' },
    mosambee: { msisdn: '+919800000001', currency: 'INR' },
    kodo: { msisdn: '+260960000001', currency: 'ZMW' },
    skyburg: { msisdn: '+263770000001', code: 'ECOCASH', currency: 'USD' },
  } as const satisfies Record<(typeof SHIPPED)[number], object>
  /** What is no secret: where its parts stand, and the key that seals. */
  const MORE: Readonly<Record<string, (sim: string) => object>> = {
    'y-note': sim => ({ tokenUrl: `${sim}/y-note/oauth2/token` }),
    'wave-mm': () => ({ resultUrl: 'https://lender.example/done' }),
    skyburg: () => ({ publicKey: SKYBURG_PUBLIC_KEY }),
  }

  const SECRETS = ['clientSecret', 'secret', 'password', 'apiKey', 'apiToken', 'accountId']

  it.each(SHIPPED)('open %s', async name => {
    const adapter = createAggregator(shippedProfile(name))
    const now = () => stage.clock.now()
    const tools = { http: createHttp({ maxBytes: 100_000 }), tokens: createTokens(now), now }
    const sim = `${stage.url}/sim`
    const { currency, msisdn, ...code } = ORDERS[name]
    const ask = (words: object) =>
      adapter.send(
        {
          ...{ operation: 'collect', reference: adapter.newReference(), shownReference: 'LN77', ...code },
          ...{ msisdn: msisdn as Msisdn, amount: { minor: 10_000n, currency } },
          callbackUrl: `${stage.url}/providers/nobody/callback/s`,
        },
        adapter.config({ baseUrl: `${sim}/${name}`, currency, ...MORE[name]?.(sim), ...words }),
        tools,
      )
    const [words = {}] = Object.values(printed(name))
    expect(await ask(words)).toMatchObject({ kind: 'accepted' })
    const secret = Object.keys(words).find(word => SECRETS.includes(word)) ?? ''
    expect(await ask({ ...words, [secret]: 'another' })).not.toMatchObject({ kind: 'accepted' })
  })

  it('open the SMSC', async () => {
    const { account } = printed('smsc')
    const baseUrl = `smpp://127.0.0.1:${stage.house.simulators?.smscPort}`
    expect(await (await fetch(`${stage.url}/sim/smsc`)).json()).toEqual({ address: baseUrl })
    const order = {
      to: '+254700000001' as Msisdn,
      text: 'Hello',
      from: 'HATUA',
      validForMs: 60_000,
      about: 'reply',
      language: 'en',
    }
    for (const [password, kind] of [
      [account?.password, 'accepted'],
      ['another', 'our-fault'],
    ]) {
      const config = smppSms.config({ baseUrl, systemId: account?.systemId, password, callMs: 1_000 })
      const line = smppSms.open(config, async () => {})
      expect(await line.send({ ...order, deliveryUrl: '' })).toMatchObject({ kind })
      await line.close()
    }
  })

  it('stand in the pages about the simulators too', async () => {
    const page = await readFile('docs/simulators.md', 'utf8')
    for (const [name, { at, shown }] of Object.entries(CREDENTIALS)) {
      const row = page.split('\n').find(line => line.startsWith(`| \`${name}\` |`)) ?? ''
      expect(row).toContain(`\`/sim${at}\``)
      for (const [, words] of shown)
        for (const [word, value] of Object.entries(words)) expect(row).toContain(`${word} \`${value}\``)
    }
  })
})
