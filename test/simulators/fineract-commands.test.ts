import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Cameroon, openCameroon, WORDS } from './fineract-cameroon.ts'

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

/** What was really booked: the repayments of a loan that live. */
async function booked(loan: number) {
  const { data } = await stage.json<{
    data: { type: string; reversed: boolean; externalId: string | null; receiptNumber: string | null }[]
  }>(`/fineract/cm/transactions?loanId=${loan}`)
  return data.filter(({ type, reversed }) => type === 'repayment' && !reversed)
}

describe('an idempotency key', () => {
  it('answers again from the cache, blind to the body and to the loan', async () => {
    const [loan, other, key] = [await lend(), await lend(), randomUUID()]
    const first = await repay(loan, {}, { key })
    expect(first).toMatchObject({ status: 200, cached: false })
    const again = await repay(other, { transactionAmount: '999' }, { key })
    expect(again).toMatchObject({ status: 200, cached: true, text: first.text })
    expect([await booked(loan), await booked(other)].map(rows => rows.length)).toEqual([1, 0])
  })

  it('keeps an error too, long after its cause is gone', async () => {
    const [loan, key] = [await lend(), randomUUID()]
    await control({ holidays: ['2026-03-02'] })
    expect(await repay(loan, {}, { key })).toMatchObject({ status: 403, cached: false })
    await control({ holidays: [] })
    expect(await repay(loan, {}, { key })).toMatchObject({ status: 403, cached: true })
    expect((await repay(loan, {}, { key: randomUUID() })).status).toBe(200)
  })

  it('is one of (action, entity, key), has 50 characters at most, and loses a race with 425 or the cache', async () => {
    const [loan, waiting, key] = [await lend(), await lend({ status: 'approved' }), randomUUID()]
    expect((await repay(loan, {}, { key })).cached).toBe(false)
    const disbursed = await api(
      `/loans/${waiting}?command=disburse`,
      { actualDisbursementDate: '2026-03-02', ...WORDS },
      { key },
    )
    expect(disbursed).toMatchObject({ status: 200, cached: false })
    expect((await repay(loan, {}, { key: 'k'.repeat(51) })).status).toBe(500)
    const racing = randomUUID()
    const answers = await Promise.all([1, 2, 3].map(() => repay(loan, {}, { key: racing })))
    expect(answers.filter(({ status, cached }) => status === 200 && !cached)).toHaveLength(1)
    expect(answers.every(({ status }) => status === 200 || status === 425)).toBe(true)
    expect(await booked(loan)).toHaveLength(2)
  })

  it('is not taken by what is refused before the command: permission, broken JSON, a lock', async () => {
    const [loan, key] = [await lend(), randomUUID()]
    expect((await repay(loan, {}, { key, user: 'checker' })).status).toBe(403)
    const broken = await stage.call(`/fineract-provider/api/v1${path(loan)}`, {
      method: 'POST',
      body: '{"transactionAmount":',
      headers: {
        authorization: `Basic ${btoa('gateway:pw')}`,
        'fineract-platform-tenantid': 'cm',
        'idempotency-key': key,
      },
    })
    expect(await broken.json()).toMatchObject({
      userMessageGlobalisationCode: 'error.msg.invalid.request.body',
    })
    await control({ lockLoan: loan })
    const locked = await send(path(loan), payment(), { key })
    expect([locked.status, locked.headers.get('content-type')]).toEqual([409, null])
    expect(await locked.json()).toMatchObject({ userMessageGlobalisationCode: 'error.msg.loan.locked' })
    await control({ unlockLoan: loan })
    expect(await repay(loan, {}, { key })).toMatchObject({ status: 200, cached: false })
  })
})

describe('maker and checker', () => {
  it('a held repayment is a 200 that booked nothing, until somebody else approves it', async () => {
    const [loan, key] = [await lend(), randomUUID()]
    await control({ makerChecker: true })
    const held = await repay(loan, { externalId: 'held' }, { key })
    expect(held.body).toEqual({
      commandId: expect.any(Number),
      rollbackTransaction: true,
      resourceExternalId: {},
      subResourceExternalId: {},
    })
    expect(await booked(loan)).toEqual([])
    expect((await repay(loan, {}, { key })).status).toBe(425)
    const list = await api(`/makercheckers?actionName=REPAYMENT&entityName=LOAN&loanid=${loan}`, undefined, {
      user: 'checker',
    })
    expect(list.body).toMatchObject([{ id: held.body.commandId, maker: 'gateway' }])
    const approve = (user: string) =>
      api(`/makercheckers/${held.body.commandId}?command=approve`, {}, { user })
    expect((await approve('gateway')).status).toBe(403)
    expect((await approve('checker')).body).toMatchObject({
      resourceExternalId: 'held',
      changes: { transactionAmount: '500' },
    })
    await control({ makerChecker: false })
    expect(await booked(loan)).toMatchObject([{ externalId: 'held' }])
    expect(await repay(loan, {}, { key })).toMatchObject({ status: 200, cached: true })
  })

  it('a rejected one is never booked; a held disbursement names the loan, which proves nothing', async () => {
    const [loan, waiting] = [await lend(), await lend({ status: 'approved' })]
    await control({ makerChecker: ['REPAYMENT_LOAN', 'DISBURSE_LOAN'] })
    const { body } = await repay(loan)
    await api(`/makercheckers/${body.commandId}?command=reject`, {}, { user: 'checker' })
    const held = await api(`/loans/${waiting}?command=disburse`, {
      actualDisbursementDate: '2026-03-02',
      ...WORDS,
    })
    expect(held.body).toMatchObject({ rollbackTransaction: true, resourceId: waiting })
    expect((await repay(loan, {}, { user: 'mifos' })).body).not.toHaveProperty('rollbackTransaction')
    expect(await booked(loan)).toHaveLength(1)
    expect(await stage.json(`/fineract/cm/loans/${waiting}`)).toMatchObject({ status: 200 })
    await control({ makerChecker: false })
  })
})
