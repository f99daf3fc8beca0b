import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { AWA, type Cameroon, openCameroon } from './fineract-cameroon.ts'

let stage: Cameroon['stage']
let lend: Cameroon['lend']
let send: Cameroon['send']
let api: Cameroon['api']
let payment: Cameroon['payment']
let path: Cameroon['path']
let repay: Cameroon['repay']
let control: Cameroon['control']
beforeAll(async () => {
  ;({ stage, lend, send, api, payment, path, repay, control } = await openCameroon())
})
afterEach(() => stage.call('/faults', { method: 'DELETE' }))
afterAll(() => stage.close())
const fault = (kind: string, msisdn?: string) =>
  stage.script({ simulator: 'fineract', kind, ...(msisdn && { msisdn }) })

/** What was really booked: the repayments of a loan that live. */
async function booked(loan: number) {
  const { data } = await stage.json<{
    data: { type: string; reversed: boolean; externalId: string | null; receiptNumber: string | null }[]
  }>(`/fineract/cm/transactions?loanId=${loan}`)
  return data.filter(({ type, reversed }) => type === 'repayment' && !reversed)
}

describe('scripted faults', () => {
  it('a lost request books nothing; a lost answer books, and the key tells', async () => {
    const [loan, key] = [await lend(), randomUUID()]
    await fault('lost-request')
    await expect(send(path(loan), payment())).rejects.toThrow()
    expect(await booked(loan)).toEqual([])
    await fault('lost-answer', `+${AWA}`)
    await expect(send(path(loan), payment({ externalId: 'there' }), { key })).rejects.toThrow()
    expect(await booked(loan)).toMatchObject([{ externalId: 'there' }])
    expect(await repay(loan, { externalId: 'there' }, { key })).toMatchObject({ status: 200, cached: true })
  })

  it('strikes only the number it is scripted for, and reads only by its own kinds', async () => {
    const [hers, his] = [await lend(), await lend({ clientId: 8 })]
    await fault('server-error', AWA)
    expect((await repay(his)).status).toBe(200)
    expect((await send(`/loans/${hers}`)).status).toBe(200)
    expect((await send(path(hers), payment())).status).toBe(502)
    await fault('query-cut-json')
    await expect(api(`/loans/${hers}`)).rejects.toThrow(SyntaxError)
  })

  it('half an answer, or an error after the fact, hides a booking', async () => {
    const loan = await lend()
    await fault('cut-json')
    await expect(repay(loan)).rejects.toThrow(SyntaxError)
    await fault('server-error-after')
    expect((await send(path(loan), payment())).status).toBe(502)
    expect(await booked(loan)).toHaveLength(2)
  })

  it('a running job and a key at work may be tried again; a lost race is kept under the key; a stuck key stays stuck', async () => {
    const [loan, key, lost, stuck] = [await lend(), randomUUID(), randomUUID(), randomUUID()]
    await fault('busy')
    expect(await repay(loan, {}, { key })).toMatchObject({
      status: 503,
      body: { errors: [{ userMessageGlobalisationCode: 'error.msg.sheduler.job.currently.running' }] },
    })
    await fault('under-processing')
    expect(await repay(loan, {}, { key })).toMatchObject({ status: 425, cached: true, body: payment() })
    expect((await repay(loan, {}, { key })).cached).toBe(false)
    await fault('conflict')
    const conflict = {
      status: 409,
      body: { userMessageGlobalisationCode: 'error.msg.platform.service.loan.conflict' },
    }
    expect(await repay(loan, {}, { key: lost })).toMatchObject({ ...conflict, cached: false })
    expect(await repay(loan, {}, { key: lost })).toMatchObject({ ...conflict, cached: true })
    await fault('stuck')
    await expect(send(path(loan), payment(), { key: stuck })).rejects.toThrow()
    expect((await repay(loan, {}, { key: stuck })).status).toBe(425)
    expect(await booked(loan)).toHaveLength(1)
  })

  it('a tenant that is down answers nothing', async () => {
    const loan = await lend()
    await control({ down: true })
    await expect(send(`/loans/${loan}`)).rejects.toThrow()
    await control({ down: false })
    expect((await send(`/loans/${loan}`)).status).toBe(200)
  })
})

describe('beside the gateway', () => {
  it('a teller types a payment in, with its receipt', async () => {
    const loan = await lend()
    const answer = await control({
      tellerRepayment: { loanId: loan, amount: '700', receiptNumber: 'MP-77', date: '2026-03-01' },
    })
    expect(await answer.json()).toMatchObject({ transactionId: expect.any(String) })
    expect(await booked(loan)).toMatchObject([{ receiptNumber: 'MP-77', externalId: null }])
    expect((await control({ lockLaon: 1 })).status).toBe(400)
  })

  it('web hooks are told once of what was done and of what failed, unsigned, and of no replay', async () => {
    const [loan, key] = [await lend(), randomUUID()]
    const hook = {
      name: 'Web',
      displayName: 'gw',
      isActive: true,
      events: [{ entityName: 'LOAN', actionName: 'REPAYMENT' }],
      config: { 'Payload URL': `${stage.listener.url}/hook/`, 'Content Type': 'json' },
    }
    expect((await api('/hooks', hook, { user: 'mifos' })).status).toBe(200)
    await repay(loan, {}, { key })
    await repay(loan, {}, { key })
    await repay(loan, { transactionDate: '2027-01-01' })
    await stage.simulators.tick()
    const heard = stage.listener.heard.map(({ path: at, body }) => [at, JSON.parse(body)])
    expect(heard).toEqual([
      [
        '/hook/',
        expect.objectContaining({
          entityName: 'LOAN',
          actionName: 'REPAYMENT',
          response: expect.objectContaining({ loanId: loan }),
        }),
      ],
      ['/hook/', expect.objectContaining({ status: 'Exception', statusCode: 403 })],
    ])
  })

  it('a batch carries texts; one that encloses all keeps nothing when one part fails', async () => {
    const loan = await lend()
    const item = (requestId: number, more: object) => ({
      requestId,
      method: 'POST',
      relativeUrl: `v1${path(loan)}`,
      body: JSON.stringify(payment(more)),
    })
    const items = [
      item(1, { externalId: 'b-1' }),
      item(2, { transactionDate: '2027-01-01' }),
      { requestId: 3, method: 'GET', relativeUrl: 'v1/search?query=x' },
    ]
    const statuses = (body: unknown) => (body as { statusCode: number }[]).map(({ statusCode }) => statusCode)
    expect(statuses((await api('/batches?enclosingTransaction=true', items)).body)).toEqual([403])
    expect(await booked(loan)).toEqual([])
    const { body } = await api('/batches?enclosingTransaction=false', items)
    expect(statuses(body)).toEqual([200, 403, 501])
    expect(await booked(loan)).toMatchObject([{ externalId: 'b-1' }])
  })
})
