import type { CoreAnswer } from '../../src/corebanking/core-banking.ts'
import { createFineract, parseFineractConfig } from '../../src/corebanking/fineract/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import { localDate } from '../../src/domain/time.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import type { FineractControls, LoanSeed, TenantSeed } from '../../src/simulators/fineract/index.ts'
import { createStage } from '../simulators/support.ts'

/** A lender on the simulated Fineract, and our adapter with the rights of the runtime user, and no more. */

export const AMINA = '+254700000001' as Msisdn
export const PAYER = '+254700000002' as Msisdn
const RUNTIME = [
  'READ_CLIENT',
  'READ_CLIENTIDENTIFIER',
  'READ_LOAN',
  'REPAYMENT_LOAN',
  'ADJUST_LOAN',
  'DISBURSE_LOAN',
  'DISBURSALUNDO_LOAN',
  'READ_SAVINGSACCOUNT',
  'DEPOSIT_SAVINGSACCOUNT',
  'UNDOTRANSACTION_SAVINGSACCOUNT',
  'READ_JOURNALENTRY',
  'READ_GLACCOUNT',
  'CREATE_JOURNALENTRY',
  'READ_mm_wallets',
  'READ_MM Loans Due',
]
const WALLET = { provider_code: 'mpesa-ke', currency_code: 'KES' }
const TENANT: TenantSeed = {
  id: 'demo-ke',
  zone: 'Africa/Nairobi',
  currency: 'KES',
  users: [
    { username: 'gateway', password: 'secret', permissions: RUNTIME },
    { username: 'checker', password: 'secret', permissions: 'ALL_FUNCTIONS' },
  ],
  paymentTypes: [{ id: 4, name: 'M-Pesa' }],
  clients: [
    {
      id: 7,
      accountNo: '000000007',
      firstname: 'Amina',
      lastname: 'Otieno',
      mobileNo: '0700000001',
      wallets: [
        { ...WALLET, msisdn: '254700000001', may_dial: true, is_default: true },
        { ...WALLET, msisdn: '254700000002', may_dial: false, is_default: false },
      ],
    },
    {
      id: 8,
      accountNo: '000000008',
      firstname: 'Baraka',
      lastname: 'Mwangi',
      documents: ['A 1234/5678', 'PASS-31'],
      oldDocuments: ['99994321'],
    },
  ],
  loans: [
    {
      id: 11,
      accountNo: '000000011',
      clientId: 7,
      product: 'Biashara',
      principal: '12000',
      interestPerPeriod: '150.50',
      instalments: 6,
      everyDays: 30,
      dueTodayIndex: 3,
    },
  ],
  savings: [
    { id: 21, accountNo: '000000021', clientId: 7, product: 'Akiba' },
    { id: 22, accountNo: '000000022', clientId: 7, product: 'Akiba', status: 'closed' },
    { id: 23, accountNo: '000000023', clientId: 7, product: 'Elimu', openingDeposit: '250' },
  ],
}

export const kes = (minor: bigint) => ({ minor, currency: 'KES' })

export const told = <T>(answer: CoreAnswer<T>): T => {
  if (answer.kind === 'no-answer') throw new Error(answer.why)
  return answer.value
}

export async function createCoreStage() {
  const stage = await createStage()
  await stage.simulators.seed({ fineract: { tenants: [TENANT] } })
  const now = () => stage.clock.now()
  const today = () => localDate(now(), 'Africa/Nairobi')
  const core = createFineract(
    parseFineractConfig({
      baseUrl: `${stage.url}/fineract-provider/api`,
      tenantId: 'demo-ke',
      username: 'gateway',
      password: 'secret',
      zone: 'Africa/Nairobi',
      country: 'KE',
      paymentTypes: { 'mpesa-ke': 4 },
      readMs: 5_000,
      writeMs: 5_000,
    }),
    { http: createHttp({ maxBytes: 1_000_000 }), tokens: createTokens(now), now },
  )
  let serial = 0
  let lastLoan = 100
  return {
    stage,
    core,
    today,
    /** What no two entries share, and who was paid. */
    fresh(minor: bigint) {
      serial++
      return {
        amount: kes(minor),
        valueDate: today(),
        externalId: `hatua-${serial}`,
        idempotencyKey: `key-${serial}`,
        provider: 'mpesa-ke',
        receipt: `TGH${serial}`,
        msisdn: AMINA,
        note: 'Hatua',
      }
    },
    /** An approved loan of 12,000 that waits for its disbursal, 200 of charges kept back. */
    async approve(more: Partial<LoanSeed> = {}): Promise<string> {
      lastLoan++
      const loan = {
        id: lastLoan,
        accountNo: `00000${lastLoan}`,
        clientId: 7,
        product: 'Biashara',
        principal: '12000',
        interestPerPeriod: '150',
        instalments: 6,
        everyDays: 30,
        firstDue: '2026-04-01',
        status: 'approved',
        feeAtDisbursement: '200',
        ...more,
      } as LoanSeed
      await stage.simulators.seed({ fineract: { tenants: [{ ...TENANT, loans: [loan] }] } })
      return String(lastLoan)
    },
    async control(body: FineractControls) {
      const answer = await stage.call('/fineract/demo-ke/controls', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      })
      if (!answer.ok) throw new Error(`controls: ${answer.status} ${await answer.text()}`)
    },
    /** Somebody of the office at Fineract's own API. */
    async byHand(path: string, body: object = {}) {
      const answer = await stage.call(`/fineract-provider/api/v1/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa('checker:secret')}`,
          'fineract-platform-tenantid': 'demo-ke',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ locale: 'en', dateFormat: 'yyyy-MM-dd', ...body }),
      })
      if (!answer.ok) throw new Error(`by hand: ${answer.status} ${await answer.text()}`)
    },
    truth: async (path: string) =>
      (await stage.json<{ data: Record<string, unknown>[] }>(`/fineract/demo-ke/${path}`)).data,
  }
}

export type CoreStage = Awaited<ReturnType<typeof createCoreStage>>
