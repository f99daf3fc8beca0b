import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Repayment } from '../../src/corebanking/core-banking.ts'
import { createFineract, parseFineractConfig } from '../../src/corebanking/fineract/index.ts'
import type { Msisdn } from '../../src/domain/msisdn.ts'
import type { Tools } from '../../src/domain/outside.ts'
import type { LocalDate } from '../../src/domain/time.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { coreBankingContract } from '../contract/core-banking.ts'
import {
  type Received,
  type Scripted,
  type ScriptedServer,
  startScripted,
} from '../contract/scripted-server.ts'

const phone = '+254700000001' as Msisdn
const on = '2026-01-15' as LocalDate
const rawConfig = (baseUrl: string, deadlineMs = 3_000) => ({
  baseUrl: `${baseUrl}/fineract-provider/api/`,
  tenantId: 'demo-ke',
  username: 'gateway',
  password: 'CORE-PASSWORD',
  zone: 'Africa/Nairobi',
  paymentTypes: { 'mpesa-ke': 4 },
  readMs: deadlineMs,
  writeMs: deadlineMs,
})
const create = (baseUrl: string, deadlineMs: number, tools: Tools) =>
  createFineract(parseFineractConfig(rawConfig(baseUrl, deadlineMs)), tools)

const repayment: Repayment = {
  loanId: '11',
  amount: { minor: 150_000n, currency: 'KES' },
  valueDate: on,
  externalId: 'gw-0198f3a0-0000-7000-8000-000000000001',
  idempotencyKey: '5b0f3c5e-7b1c-4f7e-9a55-0123456789ab',
  provider: 'mpesa-ke',
  receipt: 'TGH7XYZ12A',
  msisdn: phone,
  note: 'M-Pesa collection',
}

const ok = (body: unknown, headers?: Record<string, string>): Scripted => ({
  status: 200,
  body,
  ...(headers && { headers }),
})
const failure = (
  status: number,
  outer: string,
  inner?: string,
  more: object = {},
  headers?: Record<string, string>,
): Scripted => ({
  status,
  body: {
    developerMessage: 'words',
    httpStatusCode: String(status),
    userMessageGlobalisationCode: outer,
    ...(inner === undefined
      ? {}
      : {
          errors: [
            {
              userMessageGlobalisationCode: inner,
              developerMessage: 'words',
              parameterName: 'id',
              args: [],
              ...more,
            },
          ],
        }),
  },
  ...(headers && { headers }),
})
const domain = (inner: string) => failure(403, 'validation.msg.domain.rule.violation', inner)
const absent = failure(404, 'error.msg.resource.not.found', 'error.msg.loan.transaction.external.id.invalid')

const changes = {
  transactionDate: '2026-01-15',
  transactionAmount: '1500.00',
  locale: 'en',
  dateFormat: 'yyyy-MM-dd',
}
const booked = {
  officeId: 1,
  clientId: 7,
  loanId: 11,
  resourceId: 345,
  resourceExternalId: repayment.externalId,
  changes,
}
const row = {
  id: 345,
  officeId: 1,
  type: { id: 2, code: 'loanTransactionType.repayment', value: 'Repayment' },
  date: [2026, 1, 15],
  currency: { code: 'KES', decimalPlaces: 2 },
  amount: 1500.0,
  externalId: repayment.externalId,
  manuallyReversed: false,
  paymentDetailData: { id: 9, paymentType: { id: 4, name: 'M-Pesa' }, receiptNumber: 'TGH7XYZ12A' },
}
const isBooked = {
  kind: 'booked',
  coreTransactionId: '345',
  amount: repayment.amount,
  valueDate: on,
} as const
const refused = (retry: 'same-key' | 'new-key' | 'never', code?: string) =>
  ({ kind: 'refused', retry, ...(code === undefined ? {} : { code }) }) as const
const externalIdUsed = failure(
  400,
  'validation.msg.validation.errors.exist',
  'validation.msg.loan.transaction.externalId.value.must.be.unique',
  { parameterName: 'externalId' },
)

/** Amounts as Gson writes BigDecimals: six decimals, and an exponent now and then. */
const loanText = `{"id":11,"accountNo":"000000011","clientId":7,"loanProductName":"Biashara",
  "status":{"id":300,"code":"loanStatusType.active","value":"Active","active":true},
  "currency":{"code":"KES","decimalPlaces":2},
  "summary":{"totalOutstanding":4500.110000,"totalOverdue":0},
  "repaymentSchedule":{"periods":[
    {"dueDate":[2025,12,1],"principalDisbursed":6000},
    {"period":1,"dueDate":[2025,12,15],"complete":true,"totalDueForPeriod":1500.110000,"totalOutstandingForPeriod":0E-6},
    {"period":2,"dueDate":[2026,1,15],"complete":false,"totalDueForPeriod":1.5E+3,"totalOutstandingForPeriod":1500.100000},
    {"period":3,"dueDate":"2026-02-15","totalDueForPeriod":1500.0,"totalOutstandingForPeriod":1500},
    {"period":4,"dueDate":[2026,3,15],"totalDueForPeriod":1500.01,"totalOutstandingForPeriod":1500.010000}]},
  "transactions":[
    {"id":300,"type":{"id":1},"date":[2025,12,1],"amount":6000},
    {"id":310,"type":{"id":2},"date":[2025,12,15],"amount":1500.11,"externalId":"gw-1","paymentDetailData":{"receiptNumber":"TGF1"}},
    {"id":320,"type":{"id":2},"date":[2026,1,2],"amount":20.000000,"manuallyReversed":true},
    {"id":330,"type":{"id":10},"date":[2026,1,3],"amount":3.333333}]}`
const kes = (minor: bigint) => ({ minor, currency: 'KES' })

coreBankingContract({
  name: 'fineract',
  create,
  secrets: ['CORE-PASSWORD', Buffer.from('gateway:CORE-PASSWORD').toString('base64')],
  on,
  loanId: '11',
  loan: { status: 200, body: loanText },
  expectedLoan: {
    id: '11',
    accountNo: '000000011',
    clientId: '7',
    product: 'Biashara',
    status: 'active',
    currency: 'KES',
    outstanding: kes(450_011n),
    due: kes(150_010n),
    nextDue: { number: 2, due: on, total: kes(150_000n), outstanding: kes(150_010n) },
    schedule: [
      { number: 1, due: '2025-12-15' as LocalDate, total: kes(150_011n), outstanding: kes(0n) },
      { number: 2, due: on, total: kes(150_000n), outstanding: kes(150_010n) },
      { number: 3, due: '2026-02-15' as LocalDate, total: kes(150_000n), outstanding: kes(150_000n) },
      { number: 4, due: '2026-03-15' as LocalDate, total: kes(150_001n), outstanding: kes(150_001n) },
    ],
  },
  absent,
  repayment,
  isWrite: ({ method }) => method === 'POST',
  carries: ({ url, headers, body }, order) => {
    const sent = JSON.parse(body)
    return (
      url === '/fineract-provider/api/v1/loans/11/transactions?command=repayment' &&
      headers['idempotency-key'] === order.idempotencyKey &&
      headers['fineract-platform-tenantid'] === 'demo-ke' &&
      headers['content-type'] === 'application/json' &&
      sent.externalId === order.externalId &&
      sent.transactionAmount === '1500.00' &&
      sent.transactionDate === '2026-01-15' &&
      sent.paymentTypeId === 4 &&
      sent.receiptNumber === 'TGH7XYZ12A' &&
      sent.accountNumber === '254700000001' &&
      sent.locale === 'en' &&
      sent.dateFormat === 'yyyy-MM-dd'
    )
  },
  booked: ok(booked),
  row: ok(row),
  bookings: [
    ['served from the store', ok(booked, { 'x-served-from-cache': 'true' }), ok(row), isBooked],
    [
      'rounded by the core',
      ok(booked),
      ok({ ...row, amount: 1499.5 }),
      { ...isBooked, amount: kes(149_950n) },
    ],
    ['believed only when it can be read back', ok(booked), absent, { kind: 'unknown' }],
    [
      'awaiting a checker',
      ok({ commandId: 77, rollbackTransaction: true, resourceExternalId: {} }),
      absent,
      { kind: 'awaiting-approval', commandId: '77' },
    ],
    [
      'awaiting a checker in 1.9.0',
      ok({ commandId: 77 }),
      absent,
      { kind: 'awaiting-approval', commandId: '77' },
    ],
    ['a command id, but booked', ok({ ...booked, commandId: 77 }), ok(row), isBooked],
    ['the answer of another loan under our key', ok({ ...booked, loanId: 12 }), absent, refused('new-key')],
    ['the key is being worked on', { status: 425, body: {} }, absent, refused('same-key')],
    ['the key was being worked on, and it is booked', { status: 425, body: {} }, ok(row), isBooked],
    [
      'locked by the close of business',
      failure(409, 'error.msg.loan.locked'),
      absent,
      refused('same-key', 'error.msg.loan.locked'),
    ],
    [
      'a lock conflict',
      failure(409, 'error.msg.platform.service.ObjectOptimisticLocking.conflict'),
      absent,
      refused('new-key'),
    ],
    [
      'a blocking job',
      failure(503, 'error.msg.platform.service.unavailable', 'error.msg.sheduler.job.currently.running'),
      absent,
      refused('same-key'),
    ],
    [
      'a transfer that may not be touched',
      failure(
        503,
        'error.msg.platform.service.unavailable',
        'error.msg.loan.transfer.transaction.update.not.allowed',
      ),
      absent,
      refused('never'),
    ],
    ['a proxy without a core', { status: 503, body: '<html/>' }, absent, { kind: 'unknown' }],
    ['the external id is used: booked before', externalIdUsed, ok(row), isBooked],
    [
      'the external id is used: undone since',
      externalIdUsed,
      ok({ ...row, manuallyReversed: true }),
      refused('never'),
    ],
    ['the external id is used: cannot be read', externalIdUsed, { status: 500 }, { kind: 'unknown' }],
    [
      'the external id is used, as a data fault',
      failure(403, 'error.msg.loan.transaction.unknown.data.integrity.issue'),
      ok(row),
      isBooked,
    ],
    ['refused credentials', { status: 401, body: '' }, absent, refused('same-key')],
    ['no permission', failure(403, 'error.msg.not.authorized'), absent, refused('same-key')],
    ['a read-only instance', failure(405, 'error.msg.invalid.instance.type'), absent, refused('same-key')],
    [
      'a holiday',
      domain('error.msg.loan.application.repayment.date.on.holiday'),
      absent,
      refused('new-key', 'error.msg.loan.application.repayment.date.on.holiday'),
    ],
    [
      'a future day',
      domain('error.msg.loan.transaction.cannot.be.a.future.date'),
      absent,
      refused('new-key'),
    ],
    [
      'an unknown loan',
      failure(404, 'error.msg.resource.not.found', 'error.msg.loan.id.invalid'),
      absent,
      refused('never', 'error.msg.loan.id.invalid'),
    ],
    [
      'an unknown payment type',
      failure(404, 'error.msg.resource.not.found', 'error.msg.payment.type.invalid'),
      absent,
      refused('new-key'),
    ],
    [
      'a loan that takes nothing',
      failure(
        400,
        'validation.msg.validation.errors.exist',
        'error.msg.loan.must.be.active.fully.paid.or.overpaid',
      ),
      absent,
      refused('never'),
    ],
    [
      'an error of the server',
      failure(500, 'error.msg.platform.server.side.error'),
      absent,
      { kind: 'unknown' },
    ],
  ],
  lookUps: [
    ['booked', ok(row), isBooked],
    ['booked, with an ISO day', ok({ ...row, date: '2026-01-15' }), isBooked],
    [
      'undone by a person',
      ok({ ...row, manuallyReversed: true, reversedOnDate: [2026, 1, 16] }),
      { kind: 'not-found' },
    ],
    ['not there', absent, { kind: 'not-found' }],
    [
      'on another loan',
      failure(404, 'error.msg.resource.not.found', 'error.msg.loan.transaction.id.invalid'),
      refused('never'),
    ],
    ['another row', ok({ ...row, externalId: 'else' }), { kind: 'unknown' }],
    ['an amount that is none', ok({ ...row, amount: -1 }), { kind: 'unknown' }],
    ['a day that is none', ok({ ...row, date: [2026, 13, 1] }), { kind: 'unknown' }],
  ],
})

describe('fineract finds people', () => {
  let server: ScriptedServer
  const tools: Tools = {
    http: createHttp({ maxBytes: 100_000 }),
    tokens: createTokens(() => new Date()),
    now: () => new Date(),
  }
  beforeAll(async () => {
    server = await startScripted()
  })
  afterAll(() => server.close())

  const client = (id: number, mobileNo?: string) => ({
    id,
    firstname: `First${id}`,
    displayName: `First${id} Last`,
    active: true,
    mobileNo,
  })
  const hit = (entityId: number, entityMobileNo?: string) => ({
    entityId,
    entityType: 'CLIENT',
    entityMobileNo,
    entityName: 'x',
  })
  type World = {
    wallets?: Record<string, object[]>
    search?: Record<string, object[]>
    clients?: Record<string, object>
  }
  const serve = ({ wallets = {}, search = {}, clients = {} }: World) => {
    server.script(({ url }: Received) => {
      const { pathname, searchParams } = new URL(url, 'http://x')
      const path = pathname.replace('/fineract-provider/api/v1/', '')
      if (path === 'datatables/mm_wallets/query')
        return ok(wallets[searchParams.get('valueFilter') ?? ''] ?? [])
      if (path === 'search') return ok(search[searchParams.get('query') ?? ''] ?? [])
      const found = clients[path.replace('clients/', '')]
      return found === undefined
        ? failure(404, 'error.msg.resource.not.found', 'error.msg.client.id.invalid')
        : ok(found)
    })
    return create(server.url, 3_000, tools)
  }
  const ids = async (world: World) => {
    const answer = await serve(world).findClients(phone)
    return answer.kind === 'value' ? answer.value.map(({ id }) => id) : answer
  }

  it('by a wallet row that says she may dial, and her own number, each once', async () => {
    const clients = { 7: client(7, '0700000001'), 8: client(8) }
    const wallets = { '254700000001': [{ client_id: 8, msisdn: '254700000001', may_dial: 'true' }] }
    expect(await ids({ wallets, search: { '0700000001': [hit(7, '0700000001')] }, clients })).toEqual([
      '8',
      '7',
    ])
    expect(
      await ids({
        search: { '254700000001': [hit(7, '254700000001')], '+254700000001': [hit(7, '+254 700 000 001')] },
        clients,
      }),
    ).toEqual(['7'])
  })

  it('not by a paying wallet, a likeness, a name, or a number changed since', async () => {
    const clients = { 7: client(7, '0700000001'), 8: client(8, '+254711111111'), 9: client(9) }
    for (const may_dial of ['false', '', undefined])
      expect(
        await ids({
          wallets: { '254700000001': [{ client_id: 9, msisdn: '254700000001', may_dial }] },
          clients,
        }),
      ).toEqual([])
    expect(await ids({ search: { '254700000001': [hit(9), hit(8, '+254711111111')] }, clients })).toEqual([])
    expect(await ids({ search: { '254700000001': [hit(8, '254700000001')] }, clients })).toEqual([])
  })

  it('not by her own number where her wallet row says that it is only a payer’s', async () => {
    const wallets = { '254700000001': [{ client_id: 7, msisdn: '254700000001', may_dial: 'false' }] }
    expect(
      await ids({
        wallets,
        search: { '0700000001': [hit(7, '0700000001')] },
        clients: { 7: client(7, '0700000001') },
      }),
    ).toEqual([])
  })

  it('with names, phone and state', async () => {
    const answer = await serve({
      search: { '0700000001': [hit(7, '0700000001')] },
      clients: { 7: client(7, '0700000001') },
    }).findClients(phone)
    expect(answer).toEqual({
      kind: 'value',
      value: [{ id: '7', firstName: 'First7', displayName: 'First7 Last', phone, active: true }],
    })
  })

  it('reads wallets, and leaves out rows that are none', async () => {
    server.script(() =>
      ok([
        {
          id: 1,
          client_id: 7,
          msisdn: '254700000001',
          provider_code: 'MPESA_KE',
          currency_code: 'KES',
          may_dial: 'true',
          is_default: 'true',
        },
        {
          id: 2,
          client_id: 7,
          msisdn: '254700000002',
          provider_code: 'mpesa-ke',
          currency_code: 'KES',
          may_dial: 'false',
        },
        { id: 3, client_id: 7, msisdn: 'none', provider_code: 'mpesa-ke', currency_code: 'KES' },
      ]),
    )
    const wallet = { clientId: '7', provider: 'mpesa-ke', currency: 'KES' }
    expect(await create(server.url, 3_000, tools).wallets('7')).toEqual({
      kind: 'value',
      value: [
        { ...wallet, msisdn: phone, mayDial: true, isDefault: true },
        { ...wallet, msisdn: '+254700000002', mayDial: false, isDefault: false },
      ],
    })
  })

  it('reads active loans only, through the accounts', async () => {
    server.script(({ url }) =>
      url.endsWith('/accounts')
        ? ok({
            loanAccounts: [
              { id: 11, status: { id: 300 } },
              { id: 12, status: { id: 600 } },
            ],
          })
        : { status: 200, body: loanText },
    )
    const answer = await create(server.url, 3_000, tools).loans('7', on)
    expect(answer).toMatchObject({ kind: 'value', value: [{ id: '11' }] })
    expect(server.received).toHaveLength(2)
  })

  it('reads payments, latest first, undone ones marked', async () => {
    server.script(() => ({ status: 200, body: loanText }))
    expect(await create(server.url, 3_000, tools).payments('11')).toEqual({
      kind: 'value',
      value: [
        {
          id: '320',
          date: '2026-01-02',
          amount: kes(2_000n),
          receipt: undefined,
          externalId: undefined,
          reversed: true,
        },
        {
          id: '310',
          date: '2025-12-15',
          amount: kes(150_011n),
          receipt: 'TGF1',
          externalId: 'gw-1',
          reversed: false,
        },
      ],
    })
  })

  it('reads the report of loans due in both its forms', async () => {
    const row = { loan_id: 11, client_id: 7, mobile_no: '+254700000001', due: 1500.1, currency_code: 'KES' }
    const due = { loanId: '11', clientId: '7', phone, due: kes(150_010n) }
    const core = create(server.url, 3_000, tools)
    server.script(() => ok([row]))
    expect(await core.loansDue(on, on)).toEqual({ kind: 'value', value: [due] })
    expect(server.received[0]?.url).toContain(
      '/v1/runreports/MM%20Loans%20Due?R_startDate=2026-01-15&R_endDate=2026-01-15',
    )
    server.script(() =>
      ok({
        columnHeaders: Object.keys(row).map(columnName => ({ columnName })),
        data: [{ row: Object.values(row) }],
      }),
    )
    expect(await core.loansDue(on, on)).toEqual({ kind: 'value', value: [due] })
    server.script(() => ok([{ ...row, overdue: 99.9 }]))
    expect(await core.loansDue(on, on)).toEqual({ kind: 'value', value: [{ ...due, due: kes(160_000n) }] })
    server.script(() => ok([{ ...row, due: 'much' }]))
    expect((await core.loansDue(on, on)).kind).toBe('no-answer')
  })

  it('reads no amount that the currency cannot have', async () => {
    server.script(() => ({ status: 200, body: loanText.replace('1500.010000', '1500.011000') }))
    expect(await create(server.url, 3_000, tools).loan('11', on)).toMatchObject({ kind: 'no-answer' })
  })

  it('takes a national number for nobody’s where no country is set', async () => {
    const core = serve({ clients: { 7: client(7, '670000001') } })
    expect(await core.client('7')).toMatchObject({ kind: 'value', value: { phone: undefined } })
    const inCameroon = createFineract(parseFineractConfig({ ...rawConfig(server.url), country: 'CM' }), tools)
    expect(await inCameroon.client('7')).toMatchObject({ kind: 'value', value: { phone: '+237670000001' } })
  })

  it('tells all faults of a configuration at once, and no secret', () => {
    const read = () =>
      parseFineractConfig({
        ...rawConfig('nowhere'),
        zone: 'Mars/Olympus',
        paymentTypes: { 'mpesa-ke': 'x' },
      })
    expect(read).toThrow(/baseUrl[\s\S]*zone[\s\S]*paymentTypes/)
    expect(read).not.toThrow(/CORE-PASSWORD/)
  })
})
