import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHouse, createLog } from '../../src/main.ts'
import { createDatabase } from '../../src/store/database.ts'
import { asAdmin } from '../support/cluster.ts'
import { createTestDatabase } from '../support/database.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { createStory } from '../support/story.ts'

/** Tables that no tenant owns: who is served, aggregators, the clock of a demo, what has been migrated, and sealed access tokens. */
const WITHOUT_POLICIES = [
  'access_tokens',
  'aggregator_code_changes',
  'aggregator_codes',
  'aggregators',
  'migrations',
  'migrations_lock',
  'tenants',
  'virtual_clock',
]
/** What the server may do before it knows a tenant: resolve one secret, claim what is due, find the channels that need a line. */
const DISPATCHER_FUNCTIONS = [
  'claim_due',
  'lined_channels',
  'resolve_api_key',
  'resolve_channel',
  'resolve_connection',
]

let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage()
  await stage.settle()
  const story = createStory(stage, 'demo-ke')
  const { body } = await story.ask('10.00')
  await story.approve('own')
  await story.state(String(body.id), 'paid')
})
afterAll(() => stage.close())

const asDump = (rows: unknown): string =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

const query = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await stage.house.db.knex.raw(text, values as never)).rows

const tables = async (): Promise<{ name: string; enabled: boolean; forced: boolean; partition: boolean }[]> =>
  query(
    `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced, relispartition as partition
       from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`,
  )

const tenantTables = async (): Promise<string[]> =>
  (await tables())
    .filter(({ name, partition }) => !WITHOUT_POLICIES.includes(name) && !partition)
    .map(({ name }) => name)

describe('every table', () => {
  it('has row-level security, enabled and forced, but for a known few', async () => {
    const open = (await tables()).filter(({ enabled, forced }) => !(enabled && forced))
    expect(open.map(({ name }) => name)).toEqual(WITHOUT_POLICIES)
  })

  it('has a policy by tenant, and belongs to a role that nobody logs in as', async () => {
    const rows = await query<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace
         and c.relkind in ('r', 'p') and not c.relispartition and not exists (
           select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'
             and pg_get_expr(p.polqual, p.polrelid) like '%app.tenant_id%')`,
    )
    expect(rows.map(({ name }) => name).sort()).toEqual(WITHOUT_POLICIES)
    const owners = await query<{ owner: string; login: boolean }>(
      `select distinct r.rolname as owner, r.rolcanlogin as login from pg_class c join pg_roles r on r.oid = c.relowner
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'migrations%'`,
    )
    expect(owners).toEqual([{ owner: 'hatua_owner', login: false }])
  })

  it('leads its primary key, and every foreign key, with the tenant', async () => {
    const rows = await query<{ name: string; definition: string }>(
      `select c.relname as name, pg_get_constraintdef(k.oid) as definition from pg_constraint k
         join pg_class c on c.oid = k.conrelid where k.contype in ('p', 'f') and c.relnamespace = 'public'::regnamespace
         and not c.relispartition`,
    )
    const stray = rows.filter(
      ({ name, definition }) =>
        !WITHOUT_POLICIES.includes(name) &&
        !/^(PRIMARY|FOREIGN) KEY \(tenant_id\b/.test(definition) &&
        // what belongs to no tenant is named without one
        !WITHOUT_POLICIES.includes(/^FOREIGN KEY .* REFERENCES (\w+)/.exec(definition)?.[1] ?? ''),
    )
    expect(stray).toEqual([])
  })
})

describe('the role of the server', () => {
  it('sees nothing where no tenant is set', async () => {
    for (const name of await tenantTables())
      expect({ name, rows: await query(`select 1 from ${name} limit 1`) }).toEqual({ name, rows: [] })
  })

  it('sees a tenant’s own rows with it, and only those', async () => {
    let seen = 0
    for (const name of await tenantTables())
      for (const tenant of ['demo-ke', 'demo-cm']) {
        const rows = await stage.house.db.asTenant(tenant, trx => trx(name).distinct('tenant_id'))
        expect({ name, foreign: rows.filter(row => row.tenant_id !== tenant) }).toEqual({ name, foreign: [] })
        seen += rows.length
      }
    expect(seen).toBeGreaterThan(30)
  })

  it('keeps no tenant on a connection that goes back to the pool', async () => {
    const db = createDatabase(stage.databaseUrl, 1)
    await db.asTenant('demo-ke', trx => trx('customers').first())
    expect((await db.knex.raw('select 1 from customers')).rows).toEqual([])
    await expect(db.asTenant('demo-ke', () => Promise.reject(new Error('on purpose')))).rejects.toThrow(
      'on purpose',
    )
    expect((await db.knex.raw('select 1 from customers')).rows).toEqual([])
    await db.close()
  })

  it('writes no row of another tenant, and moves none there', async () => {
    await expect(
      stage.house.db.asTenant('demo-ke', trx =>
        trx('phone_locks').insert({ tenant_id: 'demo-cm', msisdn: '+237670000009', tries: 1 }),
      ),
    ).rejects.toThrow(/row-level security/)
    await expect(
      stage.house.db.asTenant('demo-ke', trx =>
        trx('cases').update({ tenant_id: 'demo-cm' }).whereRaw('true'),
      ),
    ).resolves.toBe(0)
    await expect(
      stage.house.db.asTenant('demo-ke', trx => trx('wallets').update({ tenant_id: 'demo-cm' })),
    ).rejects.toThrow()
    const changed = await stage.house.db.asTenant('demo-ke', trx =>
      trx('customers').where({ tenant_id: 'demo-cm' }).update({ language: 'sw' }),
    )
    expect(changed).toBe(0)
  })

  it('may not change what only grows, nor reach a partition past its policies', async () => {
    for (const name of ['events', 'transfers', 'receipts', 'idempotency_keys', 'decisions'])
      for (const change of [
        `delete from ${name}`,
        `update ${name} set tenant_id = tenant_id`,
        `truncate ${name}`,
        `alter table ${name} disable row level security`,
      ])
        await expect(stage.house.db.asTenant('demo-ke', trx => trx.raw(change))).rejects.toThrow(
          /permission denied|must be owner/,
        )
    await expect(query('select 1 from transactions_default')).rejects.toThrow(/permission denied/)
  })

  it('may call the dispatcher’s few functions, which answer about one secret or hand out what is due', async () => {
    const functions = await query<{ name: string; owner: string; path: string[] }>(
      `select p.proname as name, r.rolname as owner, p.proconfig as path from pg_proc p join pg_roles r on r.oid = p.proowner
        where p.prosecdef and p.pronamespace = 'public'::regnamespace order by 1`,
    )
    expect(functions.map(({ name }) => name)).toEqual(DISPATCHER_FUNCTIONS)
    for (const { owner, path } of functions)
      expect({ owner, path }).toEqual({ owner: 'hatua_dispatcher', path: ['search_path=public, pg_temp'] })
    const rights = await query<{ grantee: string }>(
      `select distinct coalesce(nullif(a.grantee, 0)::regrole::text, 'public') as grantee
         from pg_proc p, aclexplode(p.proacl) a where p.prosecdef and p.pronamespace = 'public'::regnamespace`,
    )
    expect(rights.map(({ grantee }) => grantee).sort()).toEqual(['hatua_app', 'hatua_dispatcher'])
    expect(await query('select * from resolve_channel(?, ?)', ['ussd', '%'])).toEqual([])
    await expect(
      query("select * from claim_due('tenants', now(), now(), gen_random_uuid(), 1)"),
    ).rejects.toThrow(/unknown kind/)
  })
})

describe('a start', () => {
  const house = (databaseUrl: string) =>
    createHouse({
      databaseUrl,
      secretsKey: randomBytes(32),
      simulators: false,
      role: 'worker',
      log: createLog('silent'),
    })

  it('takes the app role whoever logs in', async () => {
    const db = createDatabase(stage.databaseUrl)
    expect((await db.knex.raw('select current_user as name')).rows).toEqual([{ name: 'hatua_app' }])
    await db.close()
  })

  it.each(['hatua_owner', 'none'])('is refused with the rights of %s', async role => {
    const database = await createTestDatabase()
    const db = createDatabase(database.adminUrl, 1, role)
    await expect(db.assertLeastPrivilege()).rejects.toThrow(/refusing to work as/)
    await db.close()
    await database.drop()
  })

  it('is refused where the login bypasses row-level security', async () => {
    const name = `bypass_${randomBytes(4).toString('hex')}`
    const database = await createTestDatabase()
    await asAdmin(database.adminUrl, async client => {
      await client.query(`create role ${name} bypassrls nologin`)
    })
    const db = createDatabase(database.adminUrl, 1, name)
    await expect(db.assertLeastPrivilege()).rejects.toThrow(/BYPASSRLS/)
    await db.close()
    await asAdmin(database.adminUrl, async client => {
      await client.query(`drop role ${name}`)
    })
    await database.drop()
  })

  it('is refused where the app role itself was given too much', async () => {
    const database = await createTestDatabase()
    await asAdmin(database.adminUrl, async client => {
      await client.query('create table astray (id int)')
      await client.query('alter table astray owner to hatua_app')
    })
    await expect(house(database.url)).rejects.toThrow(/refusing to work as hatua_app/)
    await database.drop()
  })
})

describe('secrets', () => {
  it('stand in the database only sealed or hashed', async () => {
    const dumped = await stage.house.db.asTenant('demo-ke', async trx =>
      asDump([
        await trx('connections'),
        await trx('channels'),
        await trx('cores'),
        await trx('api_keys'),
        await trx('customers'),
        await trx('attempts'),
        await trx('data_keys'),
        await trx('events'),
        await trx('decisions'),
        await trx('turns'),
      ]),
    )
    for (const secret of [
      'demo-consumer-secret',
      'demo-passkey',
      'demo-fineract-password',
      'demo-ke-sms-key',
      'demo-ke-key',
    ])
      expect(dumped.includes(secret)).toBe(false)
    // her PIN: as a word of its own, for four digits are found in any long number
    expect(dumped).not.toMatch(/(?<![\w+/=-])2580(?![\w+/=-])/)
  })
})
