import type { LoanSeed, TenantSeed } from '../../src/simulators/fineract/index.ts'
import { createStage } from './support.ts'

/** A lender in Cameroon on the simulated Fineract, who lends as a test asks, and a caller of his API. */

export const AWA = '237670000001'
export const CM: TenantSeed = {
  id: 'cm',
  zone: 'Africa/Douala',
  currency: 'XAF',
  users: [
    { username: 'gateway', password: 'pw', permissions: ['READ_LOAN', 'REPAYMENT_LOAN', 'DISBURSE_LOAN'] },
    { username: 'checker', password: 'pw', permissions: ['REPAYMENT_LOAN_CHECKER', 'DISBURSE_LOAN_CHECKER'] },
    { username: 'mifos', password: 'pw', permissions: 'ALL_FUNCTIONS' },
  ],
  paymentTypes: [{ id: 4, name: 'MTN MoMo' }],
  clients: [
    { id: 7, accountNo: '7', firstname: 'Awa', lastname: 'Ngo', mobileNo: AWA },
    { id: 8, accountNo: '8', firstname: 'Jean', lastname: 'Mbarga' },
  ],
  loans: [],
}

export type Options = { readonly user?: string; readonly key?: string; readonly method?: string }

export const WORDS = { locale: 'en', dateFormat: 'yyyy-MM-dd' }

export async function openCameroon() {
  const stage = await createStage()
  let lastLoan = 0

  async function lend(more: Partial<LoanSeed> = {}): Promise<number> {
    lastLoan += 1
    const terms = {
      principal: '3000',
      interestPerPeriod: '100',
      instalments: 3,
      firstDue: '2026-02-01',
      monthly: true,
    }
    const loan = {
      id: lastLoan,
      accountNo: `L${lastLoan}`,
      clientId: 7,
      product: 'Njangi',
      ...terms,
      ...more,
    } as LoanSeed
    await stage.simulators.seed({ fineract: { tenants: [{ ...CM, loans: [loan] }] } })
    return lastLoan
  }

  function send(path: string, body?: unknown, { user = 'gateway', key, method }: Options = {}) {
    return stage.call(`/fineract-provider/api/v1${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Basic ${btoa(`${user}:pw`)}`,
        'fineract-platform-tenantid': 'cm',
        'content-type': 'application/json',
        ...(key && { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async function api(path: string, body?: unknown, options: Options = {}) {
    const answer = await send(path, body, options)
    const text = await answer.text()
    const cached = answer.headers.get('x-served-from-cache') === 'true'
    return {
      status: answer.status,
      cached,
      text,
      body: JSON.parse(text) as { readonly [name: string]: unknown },
    }
  }

  const payment = (more: object = {}) => ({
    transactionDate: '2026-03-02',
    transactionAmount: '500',
    paymentTypeId: 4,
    ...WORDS,
    ...more,
  })
  const path = (loan: number) => `/loans/${loan}/transactions?command=repayment`
  const repay = (loan: number, more: object = {}, options: Options = {}) =>
    api(path(loan), payment(more), options)
  const control = (body: object) =>
    stage.call('/fineract/cm/controls', { method: 'POST', body: JSON.stringify(body) })

  return { stage, lend, send, api, payment, path, repay, control }
}

export type Cameroon = Awaited<ReturnType<typeof openCameroon>>
