import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createFineract, parseFineractConfig } from '../../src/corebanking/fineract/index.ts'
import type { Tools } from '../../src/domain/outside.ts'
import { createHttp } from '../../src/http/outbound.ts'
import { createTokens } from '../../src/http/tokens.ts'
import { type Received, type ScriptedServer, startScripted } from '../contract/scripted-server.ts'
import { create, failure, kes, loanText, ok, on, phone, rawConfig } from './fineract-wire.ts'

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
          kyc_tier: 'full-kyc',
        },
        {
          id: 2,
          client_id: 7,
          msisdn: '254700000002',
          provider_code: 'mpesa-ke',
          currency_code: 'KES',
          may_dial: 'false',
          kyc_tier: null,
        },
        { id: 3, client_id: 7, msisdn: 'none', provider_code: 'mpesa-ke', currency_code: 'KES' },
      ]),
    )
    const wallet = { clientId: '7', provider: 'mpesa-ke', currency: 'KES' }
    expect(await create(server.url, 3_000, tools).wallets('7')).toEqual({
      kind: 'value',
      value: [
        { ...wallet, msisdn: phone, mayDial: true, isDefault: true, tier: 'full-kyc' },
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

  /** A loan as it is without rows, and with them. */
  const serveLoan = (status: number, timeline: object, transactions: object[] = []) => {
    const loan = { ...JSON.parse(loanText), status: { id: status }, netDisbursalAmount: 5800.5, timeline }
    server.script(({ url }) =>
      ok({ ...loan, transactions: url.endsWith('=transactions') ? transactions : [] }),
    )
    return create(server.url, 3_000, tools).loan('11', on)
  }

  it('tells of an approved loan what she will get, and from which day on', async () => {
    const answer = await serveLoan(200, { approvedOnDate: [2026, 1, 10] })
    expect(answer).toMatchObject({
      value: { status: 'approved', disbursal: { net: kes(580_050n), from: '2026-01-10' } },
    })
    expect(server.received).toHaveLength(1)
    expect(await serveLoan(200, {})).toMatchObject({ kind: 'no-answer' })
  })

  it('tells of a new disbursal whose it was, by a second read, and reads an old loan once', async () => {
    const row = { id: 300, type: { id: 1 }, date: [2026, 1, 8], amount: 6000 }
    const rows = [
      { ...row, externalId: 'undone', reversedOnDate: [2026, 1, 8] },
      { ...row, id: 301, externalId: 'hatua-1' },
    ]
    expect(await serveLoan(300, { actualDisbursementDate: [2026, 1, 8] }, rows)).toMatchObject({
      value: { disbursal: undefined, disbursed: { on: '2026-01-08', externalId: 'hatua-1' } },
    })
    expect(server.received).toHaveLength(2)
    expect(await serveLoan(300, { actualDisbursementDate: [2026, 1, 8] }, [row])).toMatchObject({
      value: { disbursed: { on: '2026-01-08', externalId: undefined } },
    })
    expect(await serveLoan(300, { actualDisbursementDate: [2026, 1, 7] }, rows)).toMatchObject({
      value: { disbursed: undefined },
    })
    expect(server.received).toHaveLength(1)
  })

  it('reads active savings accounts, the oldest first, and no fixed or recurring deposits', async () => {
    const account = (id: number, status: number, type: number | undefined) => ({
      id,
      accountNo: `0${id}`,
      status: { id: status },
      depositType: type === undefined ? undefined : { id: type },
      currency: { code: 'KES' },
    })
    const savingsAccounts = [
      account(30, 300, 100),
      account(9, 300, undefined),
      account(10, 600, 100),
      account(11, 300, 200),
      account(12, 300, 300),
    ]
    server.script(() => ok({ savingsAccounts }))
    expect(await create(server.url, 3_000, tools).savings('7')).toEqual({
      kind: 'value',
      value: [
        { id: '9', accountNo: '09', currency: 'KES' },
        { id: '30', accountNo: '030', currency: 'KES' },
      ],
    })
  })

  it('reads the active groups that a client leads by the name of her role, with their active members', async () => {
    const members = { activeClientMembers: [{ id: 7 }, { id: 9 }] }
    const held = (clientId: number, name: string) => ({ id: 1, clientId, role: { id: 7, name } })
    const groups: Record<string, object> = {
      '1': {
        name: 'Upendo',
        status: { id: 300 },
        ...members,
        groupRoles: [held(9, 'Secretary'), held(7, 'leader')],
      },
      '2': { name: 'Zamani', status: { id: 600 }, ...members, groupRoles: [held(7, 'Leader')] },
      '3': { name: 'Tajiri', status: { id: 300 }, ...members, groupRoles: [held(9, 'Leader')] },
      // nobody in it, and no roles: Fineract leaves both out
      '4': { name: 'Mpya', status: { id: 300 } },
    }
    server.script(({ url }) => {
      const id = /groups\/(\d+)/.exec(url)?.[1]
      return id === undefined
        ? ok({
            id: 7,
            displayName: 'W',
            groups: Object.keys(groups).map(one => ({ id: Number(one), name: 'G' })),
          })
        : ok({ id: Number(id), ...groups[id] })
    })
    expect(await create(server.url, 3_000, tools).groupsLedBy('7')).toEqual({
      kind: 'value',
      value: [{ id: '1', name: 'Upendo', clientIds: ['7', '9'] }],
    })
    expect(server.received.some(({ url }) => url.includes('associations=activeClientMembers'))).toBe(true)
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
