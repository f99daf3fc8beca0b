import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { checkConnection } from '../../src/gateway/check-connection.ts'
import { configure } from '../support/connections.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, type Story } from '../support/story.ts'

/** Before anybody's money goes by a connection, its keeper asks what of it works. */

let stage: TestStage
let ke: Story
let cm: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  cm = createStory(stage, 'demo-cm')
})
afterAll(() => stage.close())

async function checked(tenant: string, name: string): Promise<string[]> {
  let over = false
  const checking = checkConnection(stage.house.gateway.deps, tenant, name).finally(() => {
    over = true
  })
  checking.catch(() => undefined)
  // what is told by callback comes a second later
  for (let looks = 0; !over; looks++) {
    if (looks % 20 === 2) stage.clock.advance(2_000)
    await stage.settle()
    await new Promise(setImmediate)
  }
  const findings = await checking
  return findings.map(({ kind, text }) => `${kind} ${text.replace(stage.url, 'URL')}`)
}
const moved = async () => [
  ...(await stage.get('/sim/providers/mpesa/transactions')).data,
  ...(await stage.get('/sim/providers/mtn-momo/transactions')).data,
]

describe('a connection that works', () => {
  it('says so, thing by thing, and moves no money', async () => {
    const before = await moved()
    expect(await checked('demo-ke', 'daraja')).toEqual(
      expect.arrayContaining([
        'works configuration: mpesa, collect, disburse, refund',
        expect.stringMatching(/^(works|note) credentials of collect/),
        'works callback: URL reaches us, seen from here; from outside only a callback shows it',
        expect.stringMatching(/^works callback: believed from 127\.0\.0\.1/),
        'works balance: Working Account KES 0.00',
        expect.stringMatching(/^works balance: Utility Account KES \d+\.\d\d$/),
        'works callback: the answer about the balance came by one, just now',
        expect.stringMatching(/^(works callback: the last one came|note callback: none)/),
        expect.stringMatching(/^works payout\.certificate: ends 2126-10-3/),
      ]),
    )
    expect(await checked('demo-cm', 'mtn')).toContain('works credentials of collect: a question was answered')
    expect(await moved()).toEqual(before)
  })

  it('says when a callback came, and that a credential ends soon', async () => {
    await configure(stage, 'demo-ke', { expiresAt: { passkey: '2026-03-20', consumerSecret: '2026-03-01' } })
    const { body } = await ke.ask('10.00')
    await ke.approve('own')
    await ke.state(String(body.id), 'paid')
    const said = await checked('demo-ke', 'daraja')
    expect(said).toContainEqual(expect.stringMatching(/^works callback: the last one came 2026-03-05T/))
    expect(said).toContain('note passkey: ends 2026-03-20, in 14 days')
    expect(said).toContain('fails consumerSecret: ends 2026-03-01, which is over')
  })
})

describe('a balance that comes by callback', () => {
  it('is not believed from a sender that is not listed', async () => {
    await configure(stage, 'demo-ke', { callbackFrom: ['196.201.214.200'] })
    const said = await checked('demo-ke', 'daraja')
    await configure(stage, 'demo-ke', { callbackFrom: ['127.0.0.0/8', '::1'] })
    expect(said).toContain(
      'note balance: told by 127.0.0.1, which callbackFrom does not list: what it says is not believed',
    )
    expect(said.join('\n')).not.toMatch(/Working Account|by one, just now/)
  })

  it('says so where the operator is refused', async () => {
    const [daraja] = await stage.house.gateway.deps.tenants.connections('demo-ke')
    const { consumerKey, consumerSecret, passkey, payout } = daraja?.config ?? {}
    const seal = (initiatorPassword: unknown) =>
      stage.house.db.asTenant('demo-ke', async trx => {
        const kept = {
          consumerKey,
          consumerSecret,
          passkey,
          payout: { ...(payout as object), initiatorPassword },
        }
        const secrets = await stage.house.secrets.seal(trx, 'demo-ke', kept, new Date())
        await trx('connections').where({ tenant_id: 'demo-ke', name: 'daraja' }).update({ secrets })
        stage.house.gateway.deps.tenants.forget('demo-ke')
      })
    await seal('wrong')
    const said = await checked('demo-ke', 'daraja')
    await seal((payout as { initiatorPassword: string }).initiatorPassword)
    expect(said).toContain('fails balance: credentials, result 2001')
    expect(said).toContain('works callback: the answer about the balance came by one, just now')
  })
})

describe('a connection that does not', () => {
  it('says which credential is refused', async () => {
    const { collection } =
      (await stage.house.gateway.deps.tenants.connections('demo-cm')).find(each => each.name === 'mtn')
        ?.config ?? {}
    const wrong = { collection: { ...(collection as object), apiKey: 'a-key-that-MTN-never-gave' } }
    const sealed = await stage.house.db.asTenant('demo-cm', trx =>
      stage.house.secrets.seal(trx, 'demo-cm', wrong, new Date()),
    )
    await cm.change('connections', { name: 'mtn' }, { secrets: sealed })
    stage.house.gateway.deps.tenants.forget('demo-cm')
    const said = await checked('demo-cm', 'mtn')
    expect(said).toContainEqual(expect.stringMatching(/^fails credentials of collect: credentials/))
    expect(said.join('\n')).not.toContain('a-key-that-MTN-never-gave')
  })

  it('says what is wrong with its address', async () => {
    await configure(stage, 'demo-ke', { baseUrl: 'http://127.0.0.1:9' })
    const said = await checked('demo-ke', 'daraja')
    expect(said).toContainEqual(
      expect.stringMatching(
        /^fails collect, disburse, refund: 127\.0\.0\.1:9 was not reached \(re\w+\): is the address/,
      ),
    )
    await configure(stage, 'demo-ke', { baseUrl: `${stage.url}/sim/nobody` })
    expect(await checked('demo-ke', 'daraja')).toContainEqual(
      expect.stringMatching(
        /^fails collect, disburse, refund: 127\.0\.0\.1:\d+ has nothing at this address \(404\)/,
      ),
    )
    await configure(stage, 'demo-ke', { baseUrl: 'not an address' })
    expect(await checked('demo-ke', 'daraja')).toEqual([
      expect.stringMatching(/^fails configuration: baseUrl: /),
    ])
  })

  it('is none at all', async () => {
    await expect(checked('demo-ke', 'momo')).rejects.toThrow('demo-ke has no connection momo; it has daraja')
  })
})
