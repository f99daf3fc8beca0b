import type { SimulatorSeed } from '../simulators/index.ts'
import { simulated } from './demo-credentials.ts'
import { otherAccounts, otherLenders } from './demo-lenders.ts'
import type { DemoTenant } from './demo-tenants.ts'

/** The same tenants as the simulated parties know them. */
export function demoSimulators(tenants: readonly DemoTenant[], publicUrl: string): SimulatorSeed {
  const of = (tenant: string) => tenants.filter(({ plan }) => plan.id === tenant)
  const nameOf = ({ borrower: { firstName, lastName } }: DemoTenant) => `${firstName} ${lastName}`
  const walletsOf = (tenant: string, balance: string) =>
    of(tenant).flatMap(known => [
      { msisdn: known.borrower.phone, pin: '1111', balance, name: nameOf(known) },
      { msisdn: known.borrower.payer, pin: '2222', balance, name: 'Payer' },
    ])
  const others = otherAccounts()
  const mtnUser = {
    providerCallbackHost: new URL(publicUrl).hostname,
    environment: 'mtncameroon',
    partner: 'espoir',
  } as const
  return {
    mpesa: {
      apps: [
        {
          ...simulated.mpesa,
          environment: 'production',
          refusesTwins: false,
          operator: simulated.mpesaOperator,
          utility: '1000000',
          c2b: { confirmationUrl: `${publicUrl}/providers/demo-ke-daraja/callback` },
        },
      ],
      wallets: walletsOf('demo-ke', '300000'),
    },
    mtnMomo: {
      users: [
        { ...mtnUser, ...simulated.mtn },
        { ...mtnUser, ...simulated.mtnPayouts, product: 'disbursement', float: '10000000' },
      ],
      serviceProviders: [
        {
          ...simulated.mtnPaybill,
          apiUser: simulated.mtn.apiUser,
          informationUrl: `${publicUrl}/providers/demo-cm-mtn/validation`,
          paymentUrl: `${publicUrl}/providers/demo-cm-mtn/callback`,
        },
      ],
      wallets: walletsOf('demo-cm', '2500000'),
    },
    orangeMoney: {
      apps: [
        {
          ...simulated.orange,
          lines: [
            { ...simulated.orangeMerchant, product: 'mp' },
            { ...simulated.orangeAgent, product: 'cashin', float: '10000000' },
          ],
        },
      ],
      wallets: of('demo-cm').flatMap(known =>
        known.borrower.others.map(({ phone }) => ({
          ...{ msisdn: phone, pin: '2222', balance: '2500000', name: nameOf(known) },
        })),
      ),
    },
    ...otherLenders(publicUrl),
    // each of them keeps its own wallets: what she has here is not what she has at MTN's own simulator
    aggregators: {
      accounts: [
        { vendor: 'furthermarket', account: simulated.furthermarket.accountId, currency: 'XAF' },
        ...others.accounts,
      ],
      wallets: [...walletsOf('demo-cm', '2500000'), ...others.wallets],
    },
    sms: {
      accounts: tenants.map(({ plan }) => ({
        ...simulated.sms(plan.id),
        senders: plan.channels.filter(({ kind }) => kind === 'sms').map(({ address }) => address),
        deliveryUrl: `${publicUrl}/sms/${plan.id}/delivery`,
      })),
    },
    fineract: { tenants: tenants.map(simulatedCore) },
  }
}

/** A loan of the borrower that waits to be paid out. */
const APPROVED_LOAN = 101

/** Its Fineract: the borrower, a loan with an instalment due today, and one that waits to be paid out. */
export function simulatedCore({ plan, borrower }: DemoTenant) {
  const { phone, payer, provider } = borrower
  const wallet = (msisdn: string, mayDial: boolean, code = provider) => ({
    msisdn: msisdn.slice(1),
    provider_code: code,
    currency_code: plan.currency,
    may_dial: mayDial,
    is_default: mayDial,
  })
  const kenya = plan.currency === 'KES'
  return {
    id: plan.id,
    zone: plan.zone,
    currency: plan.currency,
    users: [{ ...simulated.fineract, permissions: RUNTIME_PERMISSIONS }],
    paymentTypes: kenya
      ? [{ id: 4, name: 'M-PESA' }]
      : [
          { id: 4, name: 'MTN MoMo' },
          { id: 5, name: 'Orange Money' },
        ],
    clients: [
      {
        id: Number(borrower.clientId),
        accountNo: '000000001',
        firstname: borrower.firstName,
        lastname: borrower.lastName,
        mobileNo: phone.slice(1),
        documents: ['27418053'],
        wallets: [
          wallet(phone, true),
          wallet(payer, false),
          ...borrower.others.map(other => wallet(other.phone, false, other.provider)),
        ],
      },
      // a client whose phone nobody has written down: she makes it known by dialling
      {
        id: 2,
        accountNo: '000000002',
        firstname: kenya ? 'Njeri' : 'Brigitte',
        lastname: kenya ? 'Kamau' : 'Fotso',
        documents: ['ID-30915726'],
      },
    ],
    loans: [
      {
        id: Number(borrower.loanId),
        accountNo: '000000011',
        clientId: Number(borrower.clientId),
        product: 'Biashara',
        principal: kenya ? '12000' : '120000',
        interestPerPeriod: kenya ? '300' : '3000',
        instalments: 12,
        dueTodayIndex: 3,
        monthly: true as const,
      },
      {
        id: APPROVED_LOAN,
        accountNo: `000000${APPROVED_LOAN}`,
        clientId: Number(borrower.clientId),
        product: 'Biashara',
        principal: kenya ? '8000' : '80000',
        interestPerPeriod: kenya ? '200' : '2000',
        instalments: 6,
        firstDue: '2030-01-05',
        monthly: true as const,
        status: 'approved' as const,
      },
    ],
  }
}

/** What the gateway's user may do in Fineract, and nothing more. */
const RUNTIME_PERMISSIONS = [
  'READ_CLIENT',
  'READ_CLIENTIDENTIFIER',
  'READ_GROUP',
  'READ_LOAN',
  'REPAYMENT_LOAN',
  'ADJUST_LOAN',
  'DISBURSE_LOAN',
  'DISBURSALUNDO_LOAN',
  'READ_SAVINGSACCOUNT',
  'DEPOSIT_SAVINGSACCOUNT',
  'UNDOTRANSACTION_SAVINGSACCOUNT',
  'READ_JOURNALENTRY',
  'CREATE_JOURNALENTRY',
  'READ_GLACCOUNT',
  'READ_PAYMENTTYPE',
  'READ_mm_wallets',
  'READ_MM Loans Due',
  'READ_BUSINESS_DATE',
]
