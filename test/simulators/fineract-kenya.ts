import type { FineractSeed } from '../../src/simulators/fineract/index.ts'
import { createStage } from './support.ts'

/** A lender in Kenya on the simulated Fineract: two clients, three loans. */

export const WANJIKU = '254700000001'
export const wallet = {
  msisdn: WANJIKU,
  provider_code: 'MPESA_KE',
  currency_code: 'KES',
  may_dial: true,
  is_default: true,
}
export const SEED: FineractSeed = {
  tenants: [
    {
      id: 'ke',
      zone: 'Africa/Nairobi',
      currency: 'KES',
      users: [
        { username: 'mifos', password: 'password', permissions: 'ALL_FUNCTIONS' },
        { username: 'reader', password: 'password', permissions: ['READ_LOAN', 'READ_mm_wallets'] },
      ],
      paymentTypes: [{ id: 4, name: 'M-Pesa' }],
      clients: [
        {
          id: 7,
          accountNo: '000000007',
          firstname: 'Wanjiku',
          lastname: 'Mwangi',
          mobileNo: WANJIKU,
          externalId: 'c-7',
          wallets: [wallet],
        },
        { id: 8, accountNo: '254700000009', firstname: 'Otieno', lastname: 'Ouma' },
      ],
      groups: [
        {
          id: 3,
          name: 'Upendo',
          members: [7, 8],
          roles: [{ clientId: 7, role: 'Leader' }],
        },
        { id: 4, name: 'Mpya', members: [], roles: [] },
      ],
      loans: [
        {
          id: 11,
          accountNo: '000000011',
          clientId: 7,
          product: 'Biashara',
          principal: '9000',
          interestPerPeriod: '150',
          instalments: 6,
          dueTodayIndex: 3,
          monthly: true,
        },
        {
          id: 12,
          accountNo: '000000012',
          clientId: 8,
          product: 'Biashara',
          principal: '1000',
          interestPerPeriod: '0',
          instalments: 2,
          firstDue: '2026-02-01',
          everyDays: 14,
        },
        {
          id: 13,
          accountNo: '000000013',
          clientId: 8,
          product: 'Biashara',
          principal: '1000',
          interestPerPeriod: '0',
          instalments: 2,
          firstDue: '2026-05-01',
          monthly: true,
          status: 'approved',
          feeAtDisbursement: '50',
        },
      ],
    },
  ],
}

/** The stage of that lender, and a caller of his API. */
export async function openKenya() {
  const stage = await createStage()
  await stage.simulators.seed({ fineract: SEED })

  async function api(
    path: string,
    { user = 'mifos', method = 'GET', body = undefined as object | undefined } = {},
  ) {
    const answer = await stage.call(`/fineract-provider/api/v1${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${user}:password`).toString('base64')}`,
        'fineract-platform-tenantid': 'ke',
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, text, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
  }

  return { stage, api }
}

export type Kenya = Awaited<ReturnType<typeof openKenya>>
