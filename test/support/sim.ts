import type { Knex } from 'knex'
import { demoSimulators } from '../../src/commands/demo-parties.ts'
import { demoTenants } from '../../src/commands/demo-tenants.ts'
import type { ClientSeed, GroupSeed, LoanSeed } from '../../src/simulators/fineract/index.ts'
import { createSimDatabase } from '../../src/simulators/kit/database.ts'
import type { TestStage } from './stage.ts'

/** One look into, or one turn of, what a simulated party keeps to itself. */
export async function insideSimulators<T>(stage: TestStage, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = createSimDatabase(stage.databaseUrl)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

export type Push = {
  readonly checkout_request_id: string
  readonly merchant_request_id: string
  readonly callback_url: string
  readonly receipt: string | null
}

/** The newest STK push as Safaricom has it, with the callback URL that it was given. */
export const lastPush = (stage: TestStage): Promise<Push> =>
  insideSimulators(stage, db => db('sim_mpesa.transactions').orderBy('id', 'desc').first())

/** The callback that Safaricom would make for a push. */
export const stkCallbackOf = (
  push: Push,
  paid: { readonly amount: number; readonly receipt: string; readonly at: string },
): object => ({
  Body: {
    stkCallback: {
      MerchantRequestID: push.merchant_request_id,
      CheckoutRequestID: push.checkout_request_id,
      ResultCode: 0,
      ResultDesc: 'The service request is processed successfully.',
      CallbackMetadata: {
        Item: [
          { Name: 'Amount', Value: paid.amount },
          { Name: 'MpesaReceiptNumber', Value: paid.receipt },
          { Name: 'Balance' },
          { Name: 'TransactionDate', Value: Number(paid.at) },
          { Name: 'PhoneNumber', Value: 254700000001 },
        ],
      },
    },
  },
})

/** A callback as anybody may send one. */
export async function callBack(url: string, body: unknown, method: 'POST' | 'PUT' = 'POST'): Promise<number> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  await answer.arrayBuffer()
  return answer.status
}

export const CHECKER = { username: 'checker', password: 'checker-password' }

const coreOf = (stage: TestStage, tenant: 'demo-ke' | 'demo-cm') => {
  const { fineract } = demoSimulators(demoTenants(true), stage.url)
  const seed = fineract?.tenants.find(({ id }) => id === tenant)
  if (seed === undefined) throw new Error(`no tenant ${tenant}`)
  return seed
}

/** A savings account of the borrower, beside her loans. */
export async function addSavings(stage: TestStage, tenant: 'demo-ke' | 'demo-cm', id: number): Promise<void> {
  const account = { id, accountNo: `0000000${id}`, clientId: 1, product: 'Akiba' }
  await stage.house.simulators?.seed({
    fineract: { tenants: [{ ...coreOf(stage, tenant), savings: [account] }] },
  })
}

type NewLoan = Partial<LoanSeed> & { readonly id: number }

const loanSeed = (loan: NewLoan, clientId: number): LoanSeed =>
  ({
    accountNo: `00000010${loan.id}`,
    clientId,
    product: 'Biashara',
    principal: '120000',
    interestPerPeriod: '300',
    instalments: 12,
    monthly: true,
    firstDue: '2026-06-05',
    ...loan,
  }) as LoanSeed

/** More loans of the same borrower, none of them due yet, and somebody who may check what others make. */
export async function addLoans(
  stage: TestStage,
  tenant: 'demo-ke' | 'demo-cm',
  loans: readonly NewLoan[],
): Promise<void> {
  const seed = coreOf(stage, tenant)
  await stage.house.simulators?.seed({
    fineract: {
      tenants: [
        {
          ...seed,
          users: [...seed.users, { ...CHECKER, permissions: 'ALL_FUNCTIONS' }],
          loans: loans.map(loan => loanSeed(loan, 1)),
        },
      ],
    },
  })
}

/** Another client of the core, with her loans; ours knows nothing of her yet. */
export async function addClient(
  stage: TestStage,
  tenant: 'demo-ke' | 'demo-cm',
  client: Omit<ClientSeed, 'lastname'>,
  loans: readonly NewLoan[],
): Promise<void> {
  await stage.house.simulators?.seed({
    fineract: {
      tenants: [
        {
          ...coreOf(stage, tenant),
          clients: [{ lastname: 'Otieno', ...client }],
          loans: loans.map(loan => loanSeed(loan, client.id)),
        },
      ],
    },
  })
}

/** A group of clients that are there already. */
export async function addGroup(
  stage: TestStage,
  tenant: 'demo-ke' | 'demo-cm',
  group: GroupSeed,
): Promise<void> {
  await stage.house.simulators?.seed({
    fineract: { tenants: [{ ...coreOf(stage, tenant), groups: [group] }] },
  })
}

/** A checker says yes to all that waits. */
export async function approveAll(stage: TestStage, tenant: string): Promise<number> {
  const api = `${stage.url}/sim/fineract-provider/api/v1/makercheckers`
  const headers = {
    authorization: `Basic ${Buffer.from(`${CHECKER.username}:${CHECKER.password}`).toString('base64')}`,
    'fineract-platform-tenantid': tenant,
  }
  const waiting = (await (await fetch(api, { headers })).json()) as { id: number }[]
  for (const { id } of waiting) {
    const answer = await fetch(`${api}/${id}?command=approve`, { method: 'POST', headers, body: '{}' })
    if (!answer.ok) throw new Error(`checker: ${answer.status} ${await answer.text()}`)
  }
  return waiting.length
}
