import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Kenya, openKenya, SEED, WANJIKU } from './fineract-kenya.ts'

let stage: Kenya['stage']
let api: Kenya['api']
beforeAll(async () => {
  ;({ stage, api } = await openKenya())
})
afterAll(() => stage.close())

describe('looking for a client', () => {
  const ids = async (query: string) =>
    ((await api(`/search?resource=clients&${query}`)).body as { entityId: number }[]).map(
      ({ entityId }) => entityId,
    )

  it('is SQL LIKE over four columns, wildcards and all', async () => {
    expect(await ids(`query=${WANJIKU}&exactMatch=true`)).toEqual([7])
    expect(await ids('query=254700000009&exactMatch=true')).toEqual([8])
    expect(await ids('query=25470000000_&exactMatch=true')).toEqual([7, 8])
    expect(await ids('query=%25&exactMatch=true')).toEqual([7, 8])
    expect(await ids('query=700000')).toEqual([7, 8])
  })

  it('finds her by id and externalId', async () => {
    expect((await api('/clients/external-id/c-7')).body).toMatchObject({
      id: 7,
      active: true,
      status: { id: 300 },
      mobileNo: WANJIKU,
    })
    expect(await api('/clients/99')).toMatchObject({
      status: 404,
      body: { errors: [{ userMessageGlobalisationCode: 'error.msg.client.id.invalid' }] },
    })
  })
})

describe('wallets in a datatable', () => {
  it('are rows whose booleans are text and whose dates are arrays', async () => {
    const made = await api('/datatables/mm_wallets/8', {
      method: 'POST',
      body: {
        msisdn: '254700000009',
        provider_code: 'MPESA_KE',
        currency_code: 'KES',
        may_dial: 'true',
        verified_on: '2026-03-01',
        locale: 'en',
        dateFormat: 'yyyy-MM-dd',
      },
    })
    expect(made).toMatchObject({ status: 200, body: { clientId: 8 } })
    const { resourceId } = made.body as { resourceId: number }
    expect((await api('/datatables/mm_wallets/8')).body).toEqual([
      expect.objectContaining({
        id: resourceId,
        client_id: 8,
        may_dial: 'true',
        is_default: null,
        verified_on: [2026, 3, 1],
      }),
    ])
    const changed = await api(`/datatables/mm_wallets/8/${resourceId}`, {
      method: 'PUT',
      body: { is_default: true, locale: 'en' },
    })
    expect(changed.body).toMatchObject({ changes: { is_default: 'true' } })
    expect((await api(`/datatables/mm_wallets/8/${resourceId}`, { method: 'DELETE' })).status).toBe(200)
    expect((await api('/datatables/mm_wallets/8')).body).toEqual([])
  })

  it('are found by number, by equality', async () => {
    const query = `/datatables/mm_wallets/query?columnFilter=msisdn&valueFilter=${WANJIKU}&resultColumns=id,client_id,provider_code`
    expect((await api(query, { user: 'reader' })).body).toEqual([
      { id: expect.any(Number), client_id: 7, provider_code: 'MPESA_KE' },
    ])
  })

  it('are refused for a stranger, without a number, or with a column nobody made', async () => {
    const post = (client: number, body: object) =>
      api(`/datatables/mm_wallets/${client}`, { method: 'POST', body })
    expect(await post(99, {})).toMatchObject({
      status: 404,
      body: { errors: [{ userMessageGlobalisationCode: 'error.msg.datatable.data.not.found' }] },
    })
    expect(await post(8, {})).toMatchObject({
      status: 400,
      body: {
        errors: [{ userMessageGlobalisationCode: 'error.msg.column.mandatory', parameterName: 'msisdn' }],
      },
    })
    expect(await post(8, { colour: 'red' })).toMatchObject({ status: 403 })
    expect(await api('/datatables/nothing/8')).toMatchObject({ status: 404 })
  })
})

describe('the report of loans due', () => {
  const run = (query: string, user = 'mifos') =>
    api(`/runreports/MM%20Loans%20Due?${query}&locale=en&dateFormat=yyyy-MM-dd`, { user })

  it('gives ids, phone, due and overdue, as headers and rows or as objects', async () => {
    const { body } = await run('R_startDate=2026-03-02&R_endDate=2026-03-02')
    expect(body).toMatchObject({ data: [{ row: [11, 7, WANJIKU, 1650, 0, 'KES'] }] })
    const objects = await run('R_startDate=2026-02-15&R_endDate=2026-03-02&genericResultSet=false')
    expect(objects.body).toEqual([
      { loan_id: 11, client_id: 7, mobile_no: WANJIKU, due: 1650, overdue: 0, currency_code: 'KES' },
      { loan_id: 12, client_id: 8, mobile_no: null, due: 500, overdue: 500, currency_code: 'KES' },
    ])
  })

  it('asks for its own permission first; other reports are unknown', async () => {
    expect((await run('', 'reader')).status).toBe(403)
    expect(await api('/runreports/Nothing')).toMatchObject({
      status: 404,
      body: { errors: [{ userMessageGlobalisationCode: 'error.msg.report.name.not.found' }] },
    })
    const again = { reportName: 'MM Loans Due', reportType: 'Table', reportSql: 'select 1' }
    expect(await api('/reports', { method: 'POST', body: again })).toMatchObject({ status: 403 })
  })
})

describe('the rest of the house', () => {
  it('has payment types, and a business date only where one is set', async () => {
    expect((await api('/paymenttypes')).body).toMatchObject([{ id: 4, name: 'M-Pesa', isCashPayment: false }])
    expect((await api('/businessdate')).body).toEqual([])
  })

  it('is seeded once: a second start pays nothing again', async () => {
    const truth = () => stage.json<{ data: object[] }>('/fineract/ke/transactions?loanId=11')
    const before = await truth()
    await stage.simulators.seed({ fineract: SEED })
    expect(await truth()).toEqual(before)
    expect(before.data[1]).toMatchObject({
      type: 'repayment',
      amount: '1650.00',
      currency: 'KES',
      date: '2026-01-02',
      reversed: false,
    })
    expect(await stage.json('/fineract/ke/loans/12')).toMatchObject({
      status: 300,
      outstanding: '1000.00',
      due: '1000.00',
    })
  })
})
