import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Kenya, openKenya } from './fineract-kenya.ts'

let stage: Kenya['stage']
let api: Kenya['api']
beforeAll(async () => {
  ;({ stage, api } = await openKenya())
})
afterAll(() => stage.close())

describe('at the door of Fineract', () => {
  const knock = (headers: Record<string, string>, path = '/loans/11') =>
    stage.call(`/fineract-provider/api/v1${path}`, { headers })
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` })

  it('the tenant is asked for before the credentials', async () => {
    for (const headers of [{}, { 'fineract-platform-tenantid': 'nobody' }, basic('mifos:password')]) {
      const answer = await knock(headers)
      expect(answer.status).toBe(400)
      expect(await answer.json()).not.toHaveProperty('userMessageGlobalisationCode')
    }
  })

  it('wrong credentials meet a Basic challenge and a body that is not the envelope', async () => {
    const answer = await knock({ 'fineract-platform-tenantid': 'ke', ...basic('mifos:wrong') })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Fineract Platform API"')
    expect(await answer.json()).not.toHaveProperty('httpStatusCode')
  })

  it('takes the tenant from the address too, and answers 404 only to who may enter', async () => {
    expect((await knock(basic('mifos:password'), '/loans/11?tenantIdentifier=ke')).status).toBe(200)
    expect((await knock({ 'fineract-platform-tenantid': 'ke' }, '/nothing')).status).toBe(401)
    expect((await api('/nothing')).status).toBe(404)
  })

  it('her documents take a right of their own; of a client that is not there the list is empty', async () => {
    expect((await api('/clients/7/identifiers', { user: 'reader' })).status).toBe(403)
    expect(await api('/clients/404/identifiers')).toMatchObject({ status: 200, body: [] })
  })

  it('who lacks a permission is told with a 403 and a status code that is text', async () => {
    const { status, body } = await api('/clients/7', { user: 'reader' })
    expect(status).toBe(403)
    expect(body).toMatchObject({
      httpStatusCode: '403',
      userMessageGlobalisationCode: 'error.msg.not.authorized',
    })
  })

  it('tells a user her permissions', async () => {
    const good = await api('/authentication', {
      method: 'POST',
      body: { username: 'reader', password: 'password' },
    })
    expect(good.body).toMatchObject({ authenticated: true, permissions: ['READ_LOAN', 'READ_mm_wallets'] })
    const bad = await api('/authentication', { method: 'POST', body: { username: 'reader', password: 'x' } })
    expect(bad).toMatchObject({
      status: 401,
      body: { userMessageGlobalisationCode: 'error.msg.not.authenticated' },
    })
  })
})

describe('a group', () => {
  it('is told with what is asked for with it, and an empty list is none', async () => {
    const { status, body } = await api('/groups/3?associations=activeClientMembers,groupRoles')
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: 3, name: 'Upendo', status: { id: 300 }, active: true })
    const role = { id: 7, name: 'Leader' }
    expect(body).toMatchObject({
      activeClientMembers: [{ id: 7 }, { id: 8 }],
      groupRoles: [{ id: expect.any(Number), role, clientId: 7, clientName: 'Wanjiku Mwangi' }],
    })
    expect(body).not.toHaveProperty('clientMembers')
    expect((await api('/groups/3')).body).not.toHaveProperty('groupRoles')
    const { body: empty } = await api('/groups/4?associations=all')
    for (const name of ['clientMembers', 'activeClientMembers', 'groupRoles'])
      expect(empty).not.toHaveProperty(name)
  })

  it('stands in the client of it, is nobody else, and takes the right to read groups', async () => {
    expect((await api('/clients/7')).body).toMatchObject({
      groups: [{ id: 3, accountNo: '000000003', name: 'Upendo' }],
    })
    expect(await api('/groups/99')).toMatchObject({
      status: 404,
      body: { errors: [{ userMessageGlobalisationCode: 'error.msg.group.id.invalid' }] },
    })
    expect((await api('/groups/3', { user: 'reader' })).status).toBe(403)
  })
})

describe('a loan', () => {
  it('comes without schedule and transactions unless they are asked for', async () => {
    const { body, text } = await api('/loans/11')
    expect(body).not.toHaveProperty('repaymentSchedule')
    expect(body).not.toHaveProperty('transactions')
    expect(body).toMatchObject({
      status: { id: 300, active: true },
      clientId: 7,
      currency: { code: 'KES', decimalPlaces: 2 },
      timeline: { actualDisbursementDate: [2025, 12, 2] },
      summary: { totalOutstanding: 6600, totalOverdue: 0 },
      delinquent: { nextPaymentDueDate: [2026, 3, 2], delinquentDays: 0 },
    })
    expect(text).toContain('"totalOutstanding":6600.000000')
    expect(text).not.toContain('null')
  })

  it('shows its schedule, the disbursement first, and what was paid', async () => {
    const { body } = await api('/loans/11?associations=repaymentSchedule,transactions')
    const { repaymentSchedule, transactions } = body as {
      repaymentSchedule: { periods: object[] }
      transactions: object[]
    }
    expect(repaymentSchedule.periods).toHaveLength(7)
    expect(repaymentSchedule.periods[0]).not.toHaveProperty('period')
    expect(repaymentSchedule.periods[2]).toMatchObject({
      period: 2,
      complete: true,
      obligationsMetOnDate: [2026, 2, 2],
    })
    expect(repaymentSchedule.periods[3]).toMatchObject({
      period: 3,
      dueDate: [2026, 3, 2],
      totalOutstandingForPeriod: 1650,
    })
    expect(transactions).toHaveLength(3)
    expect(transactions[1]).toMatchObject({
      type: { id: 2 },
      amount: 1650,
      principalPortion: 1500,
      interestPortion: 150,
    })
  })

  it('that waits for its money has a net amount and no summary', async () => {
    const { body } = await api('/loans/13')
    expect(body).toMatchObject({
      status: { id: 200, waitingForDisbursal: true },
      principal: 1000,
      netDisbursalAmount: 950,
    })
    expect(body).not.toHaveProperty('summary')
  })

  it('is listed by status; the client has her own list', async () => {
    expect((await api('/loans?status=200')).body).toMatchObject({
      totalFilteredRecords: 1,
      pageItems: [{ id: 13 }],
    })
    expect((await api('/loans?limit=1&offset=1')).body).toMatchObject({
      totalFilteredRecords: 3,
      pageItems: [{ id: 12 }],
    })
    expect((await api('/clients/7/accounts')).body).toMatchObject({
      loanAccounts: [{ id: 11, loanBalance: 6600, status: { id: 300 } }],
    })
  })

  it('offers templates: what is due next, and what pays it off', async () => {
    expect((await api('/loans/11/transactions/template?command=repayment')).body).toMatchObject({
      amount: 1650,
      date: [2026, 3, 2],
      paymentTypeOptions: [{ id: 4 }],
    })
    expect((await api('/loans/11/transactions/template?command=prepayLoan')).body).toMatchObject({
      amount: 6600,
    })
  })

  it('that nobody has is a 404', async () => {
    expect(await api('/loans/99')).toMatchObject({
      status: 404,
      body: {
        httpStatusCode: '404',
        errors: [{ userMessageGlobalisationCode: 'error.msg.loan.id.invalid' }],
      },
    })
  })
})
