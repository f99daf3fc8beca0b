import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Received, type ScriptedServer, startScripted } from '../contract/scripted-server.ts'
import { createOffice } from '../support/board.ts'
import { addConnection } from '../support/connections.ts'
import { leaks } from '../support/leaks.ts'
import { addLoans, callBack } from '../support/sim.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory, pass, type Story } from '../support/story.ts'

/**
 * EcoCash's EIP sends the merchant's PIN back in every answer and in every callback. A lender's whole payment goes by it
 * here, on a real Postgres, with that lender's currency for EcoCash's.
 */

/** Digits that nothing else in the house contains, so that each place where they turn up is a leak. */
const PIN = '73519042'
const RECEIPT = 'MP251117.0952.T0527795'

let stage: TestStage
let cm: Story
let gateway: ScriptedServer
let loan = 60
const lines: string[] = []

beforeAll(async () => {
  stage = await openTestStage({ onLogLine: line => void lines.push(line) })
  await stage.settle()
  cm = createStory(stage, 'demo-cm')
  gateway = await startScripted()
  await addConnection(stage, 'demo-cm', {
    ...{ name: 'ecocash', adapter: 'ecocash-eip', provider: 'mtn-cm' },
    config: {
      ...{ baseUrl: gateway.url, currency: 'XAF', username: 'umoja', merchantCode: '08003' },
      ...{ merchantNumber: '789111401', merchantName: 'Umoja', terminalId: 'TERM7' },
    },
    secrets: { password: 'EIP-PASSWORD', merchantPin: PIN },
  })
  const road = { provider: 'mtn-cm', currency: 'XAF', operation: 'collect', connection: 'ecocash' }
  const { status } = await createOffice(stage, 'demo-cm').first.put('/routes', {
    data: [{ ...road, priority: 0, from: '2026-03-05' }],
  })
  expect(status).toBe(200)
})
afterAll(async () => {
  await gateway.close()
  await stage.close()
})
beforeEach(async () => {
  loan += 1
  await addLoans(stage, 'demo-cm', [{ id: loan }])
  lines.length = 0
})

type Sent = { readonly clientCorrelator: string; readonly notifyUrl: string; readonly merchantPin: string }

/** A push goes out to an EcoCash that says so much of it; what it was sent. */
async function pushed(word: string): Promise<{ readonly id: string; readonly sent: Sent }> {
  let sent: Sent | undefined
  gateway.script(request => {
    if (request.method === 'POST') sent = JSON.parse(request.body) as Sent
    return { status: 200, body: said(word, correlatorOf(request)) }
  })
  const { status, body } = await createOffice(stage, 'demo-cm').first.post('/collection-requests', {
    ...{ loanId: String(loan), amount: '1500', mode: 'prompt' },
  })
  expect({ status, body }).toMatchObject({ status: 201 })
  await pass(stage, 4_000, 1_000)
  if (sent === undefined) throw new Error('nothing was sent')
  return { id: String(body.id), sent }
}

const correlatorOf = ({ method, url, body }: Received): string =>
  method === 'POST' ? (JSON.parse(body) as Sent).clientCorrelator : (url.split('/').at(-1) ?? '')

const said = (word: string, clientCorrelator: string) => ({
  clientCorrelator,
  transactionOperationStatus: word,
  ecocashReference: word === 'COMPLETED' ? RECEIPT : null,
  paymentAmount: { charginginformation: { amount: 1500, currency: 'XAF' } },
  merchantCode: '08003',
  merchantPin: PIN,
})

const keptBodies = async (): Promise<string[]> =>
  (await cm.rows('callbacks', { kind: 'payment' })).map(({ request }) => (request as { body: string }).body)

async function expectNoLeak(): Promise<void> {
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.filter(line => line.includes(PIN))).toEqual([])
  expect(await leaks(stage, new RegExp(PIN))).toEqual([])
}

describe('the merchant’s PIN, echoed by EcoCash', () => {
  it('goes out with the order, comes back three times, and is in no table and in no log line', async () => {
    const { id, sent } = await pushed('PENDING SUBSCRIBER VALIDATION')
    expect(sent.merchantPin).toBe(PIN)
    gateway.script(request => ({ status: 200, body: said('COMPLETED', correlatorOf(request)) }))
    expect(await callBack(sent.notifyUrl, said('COMPLETED', sent.clientCorrelator))).toBe(200)
    await cm.state(id, 'paid', 60_000, 1_000)
    expect(await cm.rows('transactions', { request_id: id })).toMatchObject([
      { state: 'booked', receipt: RECEIPT },
    ])
    expect((await keptBodies()).map(body => JSON.parse(body))).toEqual([
      { ...said('COMPLETED', sent.clientCorrelator), merchantPin: '***' },
    ])
    await expectNoLeak()
  })

  it('is as little kept of a callback that broke off, or that comes in another form', async () => {
    const { sent } = await pushed('PENDING SUBSCRIBER VALIDATION')
    const whole = JSON.stringify(said('FAILED', sent.clientCorrelator))
    for (const body of [
      whole.slice(0, -1),
      whole.slice(0, -3),
      `<amountTransaction><merchantPin xsi:type="xs:string">${PIN}</merchantPin></amountTransaction>`,
      `<amountTransaction><merchantPin><![CDATA[${PIN}]]></merchantPin></amountTransaction>`,
      `clientCorrelator=${sent.clientCorrelator}&merchantPin=${PIN}`,
    ])
      expect(await callBack(sent.notifyUrl, body)).toBe(200)
    expect(await callBack(`${sent.notifyUrl}?merchantPin=${PIN}`, whole)).toBe(200)
    await pass(stage, 30_000, 5_000)
    const kept = (await keptBodies()).filter(body => !body.includes('COMPLETED'))
    expect(kept).toHaveLength(6)
    for (const body of kept) expect(body).toContain('***')
    await expectNoLeak()
  })
})
