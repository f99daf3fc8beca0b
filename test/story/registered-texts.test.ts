import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { bySmpp, keepForFallback, SMSC, seedWays, sendBy } from '../support/sms-ways.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, hurry, type Row, type Story } from '../support/story.ts'

/** Where a regulator has texts registered, an SMS carries the ids of its own; one that has none goes by another way. */

const ENTITY = '1101456780000012345'
const PROMPT = '1107165409153095415'

let stage: TestStage
let story: Story
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  await seedWays(stage)
  await ledger({ [PROMPT]: ASKS })
  story = createStory(stage, 'demo-ke')
  const registration = { entityId: ENTITY, templates: { prompt: { en: PROMPT } } }
  await sendBy(stage, { ...bySmpp, config: { ...bySmpp.config, registration } })
})
afterAll(() => stage.close())

const ASKS =
  'Umoja Credit: * is due * on loan *. Dial * to pay or answer. Or paybill *, account *. Or answer LATER * or NO *.'

/** What stands on the operators' ledger from now on. */
async function ledger(templates: Readonly<Record<string, string>>): Promise<void> {
  const account = { ...SMSC, senders: ['22384'], receiptIds: 'decimal' as const }
  const registration = { entityId: ENTITY, templates }
  await stage.house.simulators?.seed({ smsc: { accounts: [{ ...account, registration }] } })
  await fetch(`${stage.url}/sim/smsc/${SMSC.systemId}/lines`, { method: 'DELETE' })
}

async function isBound(): Promise<boolean> {
  const answer = await fetch(`${stage.url}/sim/smsc/${SMSC.systemId}/lines`)
  return ((await answer.json()) as { bound: number }).bound > 0
}

/** Lines are looked after in real time. */
async function bound(): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await isBound())) {
    if (performance.now() > end) throw new Error('no line in time')
    await stage.settle()
  }
}

let asked = 200
async function prompted(state: string): Promise<Row> {
  asked += 1
  await story.ask(`${asked}.00`)
  const reached = async () => {
    const rows = await story.rows('messages', { about: 'prompt', state })
    return rows.find(({ body }) => String(body).includes(`KES ${asked} `))
  }
  return hurry(stage, reached, 3_600_000, `a prompt that is ${state}`, 10_000)
}

it('an SMS reaches her with the ids of its own text', async () => {
  await bound()
  await prompted('delivered')
})

it('with the id of another text it does not reach her, and we are told so', async () => {
  await ledger({ [PROMPT]: 'Umoja Credit: your loan * is approved.' })
  await bound()
  await prompted('failed')
})

it('a text without ids does not leave by this line, and goes by the next where there is one', async () => {
  await keepForFallback(stage, {
    adapter: 'africastalking',
    address: 'UMOJA',
    config: { baseUrl: 'sim://africastalking', username: 'demo-ke', apiKey: 'demo-ke-sms-key' },
  })
  await bound()
  const count = async () => (await stage.get('/sim/smsc/messages?limit=1000')).data.length
  const before = await count()
  const answer = await fetch(`${stage.url}/sim/smsc/${SMSC.systemId}/inbound`, {
    method: 'POST',
    body: JSON.stringify({ from: story.own, to: '22384', text: 'HELP' }),
  })
  expect(answer.ok).toBe(true)
  const reached = async () => (await story.rows('messages', { about: 'reply', state: 'accepted' }))[0]
  const reply = await hurry(stage, reached, 600_000, 'a reply', 5_000)
  const [second] = await story.rows('channels', { adapter: 'africastalking', kind: 'sms' })
  expect(reply.channel_id).toBe(second?.id)
  expect(await count()).toBe(before)
})
