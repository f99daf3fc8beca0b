import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { en } from '../../flows/words/en.ts'
import { fr } from '../../flows/words/fr.ts'
import { changeSettings } from '../support/reminders.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { asSms, createStory, hurry, type Row, type Story, type TenantName } from '../support/story.ts'

/** She answers by SMS: one message, one answer, by the code of the request. */

const HOUR = 3_600_000
/** Asked, and asked once more because she said later. */
const WAITS = new Set(['asked', 'reminded'])
let stage: TestStage
let ke: Story
let cm: Story
let messages = 0
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  ke = createStory(stage, 'demo-ke')
  cm = createStory(stage, 'demo-cm')
})
afterAll(() => stage.close())
/** Five answers an hour are as many as a phone gets. */
beforeEach(() => stage.pass(HOUR, HOUR))

const lives: Readonly<Record<TenantName, { lender: string; phone: string; code: string }>> = {
  'demo-ke': { lender: 'Umoja Credit', phone: '+254709000111', code: '*384*100#' },
  'demo-cm': { lender: 'Espoir Finance', phone: '+237699000111', code: '*126*200#' },
}

const setting = (tenant: TenantName, pinFor: { reading: boolean; paying: boolean }): Promise<void> =>
  changeSettings(stage, tenant, { pinFor })

/** Writes to the lender; answers what came back by SMS: nothing, or one text. */
async function write(
  story: Story,
  text: string,
  { from = story.own, id = `sms-${++messages}` }: { from?: string; id?: string } = {},
): Promise<string | undefined> {
  const before = (await story.sms(from)).length
  const answer = await fetch(`${stage.url}/sms/${story.tenant}/inbound`, {
    method: 'POST',
    body: new URLSearchParams({ from, to: 'LENDER', text, id, date: '2026-03-05 08:00:00' }),
  })
  expect(answer.status).toBe(200)
  await stage.settle()
  const news = (await story.sms(from)).slice(before)
  expect(news.length).toBeLessThanOrEqual(1)
  return news[0]
}

async function openRequest(story: Story): Promise<Row & { id: string; code: string }> {
  const row = (await story.rows('collection_requests')).find(({ state }) => WAITS.has(String(state)))
  if (row === undefined) throw new Error('no request is open')
  return { ...row, id: String(row.id), code: String(row.code) }
}

const other = (code: string): string => (code === '4821' ? '4822' : '4821')

describe('where her PIN is asked before she pays', () => {
  it('she is sent to the dialogue, and may still say later, or no', async () => {
    const { code, id } = await openRequest(ke)
    const { lender, code: dial } = lives['demo-ke']
    expect(await write(ke, `YES ${code}`)).toBe(asSms(en.sms.guarded(lender, dial)))
    expect(await write(ke, `BAL ${code}`)).toBe(asSms(en.sms.guarded(lender, dial)))
    // nor is she sent to look for a code that could not help her
    expect(await write(ke, 'Yes')).toBe(asSms(en.sms.guarded(lender, dial)))
    expect(await write(ke, 'no')).toBe(asSms(en.sms.codeless(lender, 'NO 4821', dial)))
    expect(await write(ke, `LATER ${code}`)).toContain('Your due date stays 05/03')
    expect(await ke.request(id)).toMatchObject({ state: 'asked', transactions: [] })
  })
})

describe.each([
  ['demo-ke', 'YES', 'BAL', en],
  ['demo-cm', 'Oui', 'Solde', fr],
] as const)('an answer to %s', (tenant, yes, balance, words) => {
  const { lender, phone, code: dial } = lives[tenant]
  const story = () => (tenant === 'demo-ke' ? ke : cm)
  beforeAll(() => setting(tenant, { reading: false, paying: false }))

  it('names how much she owes', async () => {
    const { code } = await openRequest(story())
    const owed = {
      amount: tenant === 'demo-ke' ? '13000.00' : '130000',
      currency: tenant === 'demo-ke' ? 'KES' : 'XAF',
    }
    expect(await write(story(), `${balance} ${code}`)).toContain(
      asSms(words.sms.balance(lender, '000000011', words.money(owed), undefined)),
    )
  })

  it('without a code, with another one, or in other words, moves nothing and says how', async () => {
    const { code, id } = await openRequest(story())
    expect(await write(story(), yes)).toBe(
      asSms(words.sms.codeless(lender, `${words.sms.verbs.yes} 4821`, dial)),
    )
    expect(await write(story(), `${yes} ${other(code)}`)).toBe(asSms(words.sms.unknownCode(lender, dial)))
    expect(await write(story(), 'I have paid yesterday')).toBe(
      asSms(words.sms.answerHelp(lender, Object.values(words.sms.verbs), dial, phone)),
    )
    expect(await story().request(id)).toMatchObject({ transactions: [] })
  })

  it('of another phone, or of a stranger, gets none', async () => {
    const { code, id } = await openRequest(story())
    expect(await write(story(), `${yes} ${code}`, { from: story().payer })).toBeUndefined()
    const stranger = tenant === 'demo-ke' ? '+254700000099' : '+237670000099'
    expect(await write(story(), `${yes} ${code}`, { from: stranger })).toBeUndefined()
    expect(await story().request(id)).toMatchObject({ transactions: [] })
  })

  it('pays from the wallet that worked last, once, however often it comes', async () => {
    const { code, id } = await openRequest(story())
    const said = await write(story(), `${yes} ${code}`, { id: `${tenant}-yes` })
    expect(said).toContain(story().dialled.own)
    expect(await write(story(), `${yes} ${code}`, { id: `${tenant}-yes` })).toBeUndefined()
    await story().state(id, 'paid')
    expect((await story().truth()).filter(({ kind }) => kind === 'collect')).toHaveLength(1)
    expect(await story().booked()).toHaveLength(1)
    await stage.pass(HOUR, HOUR)
    // who comes second hears how it was decided
    expect(await write(story(), `${tenant === 'demo-ke' ? 'NO' : 'NON'} ${code}`)).toMatch(
      tenant === 'demo-ke' ? /already paid at \d\d:\d\d/ : /d.j. .*\d\d:\d\d/,
    )
  })

  it('is given five times an hour, then no more: two machines may be talking', async () => {
    for (let n = 0; n < 5; n++) expect(await write(story(), 'thank you')).toBeDefined()
    expect(await write(story(), 'thank you')).toBeUndefined()
    await stage.pass(2 * HOUR, HOUR)
    expect(await write(story(), 'thank you')).toBeDefined()
  })
})

it('a PIN that comes by SMS is answered with help, and kept nowhere', async () => {
  expect(await write(ke, 'YES 4821 2580')).toMatch(/answer YES or NO or LATER or BAL with the code/)
  const kept = JSON.stringify(await ke.rows('callbacks', { kind: 'inbound' }))
  expect(kept).toContain('YES')
  expect(kept).not.toContain('2580')
})

describe('the way to answer stands in the SMS that asks, where the sender can be answered', () => {
  it.each([
    ['demo-ke', 'guards nothing', false, /Or answer YES (\d{4})\.$/],
    ['demo-cm', 'guards paying', true, /Ou r.pondez TARD (\d{4}) ou NON \1\.$/],
  ] as const)('of %s, whose PIN %s', async (tenant, _, paying, hint) => {
    const story = tenant === 'demo-ke' ? ke : cm
    await setting(tenant, { reading: false, paying })
    const config = { baseUrl: 'sim://africastalking', receives: true }
    await story.change('channels', { kind: 'sms' }, { config })
    stage.house.gateway.deps.tenants.forget(tenant)
    expect((await story.ask(tenant === 'demo-ke' ? '100.00' : '100')).status).toBe(201)
    const texts = await hurry(
      stage,
      async () => {
        const all = await story.sms(story.own)
        return all.some(text => hint.test(text)) && all
      },
      HOUR,
      'an SMS that says how to answer',
    )
    expect(texts.at(-1)).toMatch(hint)
  })
})
