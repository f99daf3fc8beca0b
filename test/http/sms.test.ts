import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTestStage, type TestStage } from '../support/stage.ts'

describe('an SMS to the lender', () => {
  let stage: TestStage
  beforeAll(async () => {
    stage = await openTestStage()
  })
  afterAll(() => stage.close())

  const post = (path: string, fields: Record<string, string>): Promise<Response> =>
    fetch(stage.url + path, { method: 'POST', body: new URLSearchParams(fields) })

  const kept = () =>
    stage.house.db.asTenant('demo-ke', trx =>
      trx('callbacks').where({ kind: 'inbound' }).select('state', 'fate'),
    )

  const sms = {
    from: '+254700000001',
    to: 'UMOJA',
    text: 'I paid yesterday',
    id: 'in-1',
    date: '2026-03-05 08:00:00',
  }

  it('is kept once, however often the gateway sends it, and answered once', async () => {
    for (let again = 0; again < 3; again++) expect((await post('/sms/demo-ke/inbound', sms)).status).toBe(200)
    await stage.settle()
    expect(await kept()).toEqual([{ state: 'settled', fate: 'answered' }])
  })

  it('is kept with its fault where it cannot be read', async () => {
    expect((await post('/sms/demo-ke/inbound', { from: 'nobody', text: 'x' })).status).toBe(200)
    await stage.settle()
    expect(await kept()).toContainEqual({ state: 'settled', fate: expect.stringContaining('unreadable') })
  })

  it('goes nowhere under an unknown token', async () => {
    const response = await post('/sms/nobody/inbound', sms)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })
})
