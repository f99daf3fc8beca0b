import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { applyTenant, readTenantFile } from '../../src/commands/tenant-apply.ts'
import { createHouse, createLog, type House } from '../../src/main.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const EXAMPLE = resolve(import.meta.dirname, '../../docs/tenant.example.yaml')
const SECRETS = {
  FINERACT_PASSWORD: 'core "and" #more: here',
  AFRICASTALKING_KEY: 'sms-key-9',
  DARAJA_KEY: 'consumer-9',
  DARAJA_SECRET: 'consumer-secret-9',
  DARAJA_PASSKEY: 'passkey-9',
}

let database: TestDatabase
let house: House
let text: string
const file = join(tmpdir(), `tenant-${randomBytes(4).toString('hex')}.yaml`)
beforeAll(async () => {
  Object.assign(process.env, SECRETS)
  text = await readFile(EXAMPLE, 'utf8')
  database = await createTestDatabase()
  house = await createHouse({
    databaseUrl: database.url,
    secretsKey: randomBytes(32),
    simulators: false,
    role: 'all',
    publicUrl: 'https://hatua.example',
    log: createLog('silent'),
  })
})
afterAll(async () => {
  for (const name of Object.keys(SECRETS)) delete process.env[name]
  await rm(file, { force: true })
  await house.close()
  await database.drop()
})

async function apply(written: string): Promise<string[]> {
  await writeFile(file, written)
  const said: string[] = []
  await applyTenant(house, await readTenantFile(file), line => said.push(line))
  return said
}
const tenants = () => house.gateway.deps.tenants
const faultsOf = (written: string): Promise<string> =>
  apply(written).then(
    () => 'it was taken',
    (error: Error) => error.message,
  )

describe('a lender is set up by a file', () => {
  it('with its core, channels, connections and keys; it says where the outside reaches us, and no secret', async () => {
    const said = await apply(text)
    expect(said[0]).toBe('umoja made')
    expect(said).toContainEqual(expect.stringMatching(/^ {2}its key, shown this once: umoja-\S{32}$/))
    expect(said).toContain('officer +254711000001 made')
    expect(said).toContainEqual(
      expect.stringMatching(/^ {2}the first staff PIN of Achieng, shown this once: \d{6}$/),
    )
    expect(said).toContainEqual(
      expect.stringMatching(
        /^connection daraja: callbacks to https:\/\/hatua\.example\/providers\/\S{32}\/callback$/,
      ),
    )
    for (const secret of Object.values(SECRETS)) expect(said.join('\n')).not.toContain(secret)
    expect((await tenants().core('umoja')).config).toMatchObject({ password: SECRETS.FINERACT_PASSWORD })
    expect((await tenants().connections('umoja'))[0]?.config).toMatchObject({
      shortcode: '600638',
      passkey: SECRETS.DARAJA_PASSKEY,
    })
  })

  it('and is changed by it: what differs, and nothing else; its address and its keys stay', async () => {
    const [before] = await tenants().connections('umoja')
    const again = await apply(text)
    expect(again[0]).toBe('umoja is as the file says')
    expect(again.join('\n')).not.toContain('its key')
    const changed = text
      .replace('requestDays: 7', 'requestDays: 14')
      .replace('dueRunAt: "07:00"', 'dueRunAt: "09:30"')
      .replace('callbackFrom: [196.201.214.200, 196.201.214.206]', 'callbackFrom: [196.201.214.207]')
    expect((await apply(changed)).slice(0, 2)).toEqual(['settings changed', 'connection daraja changed'])
    const [after] = await tenants().connections('umoja')
    expect(after).toMatchObject({
      id: before?.id,
      token: before?.token,
      config: { callbackFrom: ['196.201.214.207'] },
    })
    expect((await tenants().tenant('umoja')).settings.requestDays).toBe(14)
    const run = await house.db.asTenant('umoja', trx =>
      trx('schedules').where({ tenant_id: 'umoja' }).first(),
    )
    expect(run.local_time).toBe('09:30')
    expect(run.due_at.toISOString()).toMatch(/T06:30:00/)
  })

  it('adds what is new', async () => {
    const more = `${text.replace(
      'apiKeys:',
      `  - name: second
    adapter: mpesa
    provider: mpesa-ke
    currency: KES
    config: { baseUrl: https://api.safaricom.co.ke, shortcode: "600639" }
    secrets: { consumerKey: a, consumerSecret: b, passkey: c }
apiKeys:`,
    )}  - name: back-office
    scopes: [suspense:read]
`
    const said = await apply(more)
    expect(said).toEqual(expect.arrayContaining(['connection second made', 'API key back-office made']))
    expect((await tenants().connections('umoja')).map(({ name }) => name)).toEqual(['daraja', 'second'])
  })

  it('with an aggregator before its codes are known, and with what has ended said at once', async () => {
    const kodo = `  - name: kodo
    adapter: kodo
    aggregator: kodo
    currency: ZMW
    config: { baseUrl: "https://kodo.example", currency: ZMW, expiresAt: { apiKey: 2020-01-31 } }
    secrets: { apiKey: k, callbackToken: t }
apiKeys:`
    const said = await apply(text.replace('id: umoja', 'id: zambezi').replace('apiKeys:', kodo))
    expect(said).toContain('zambezi made')
    expect(said).toContain('  apiKey has ended: see its case')
    const cases = await house.db.asTenant('zambezi', trx =>
      trx('cases').where({ tenant_id: 'zambezi', kind: 'credential-expires' }),
    )
    expect(cases).toHaveLength(1)
  })

  it('with its officers: a first PIN is drawn and shown once, or given; who leaves is told so', async () => {
    process.env.OFFICER_PIN = '73915'
    const first = '  - { phone: "+254711000001", name: Achieng, language: en }\n'
    const staffed = (more = '') =>
      text.replace(
        first,
        `${first}  - { phone: "+254711000002", name: Otieno, language: sw, pin: "\${OFFICER_PIN}"${more} }\n`,
      )
    const said = await apply(staffed())
    expect(said[0]).toBe('officer +254711000002 made')
    expect(said.join('\n')).not.toContain('shown this once')
    expect(said.join('\n')).not.toContain('73915')
    expect((await apply(staffed()))[0]).toBe('umoja is as the file says')
    expect((await apply(staffed(', login: otieno')))[0]).toBe('officer +254711000002 changed')
    expect((await apply(staffed(', login: otieno, left: true')))[0]).toBe('officer +254711000002 left')
    const rows = () =>
      house.db.asTenant('umoja', trx =>
        trx('staff').orderBy(['msisdn', 'since']).select('msisdn', 'login', 'left_at'),
      )
    expect(await rows()).toMatchObject([
      { msisdn: '+254711000001', left_at: null },
      { msisdn: '+254711000002', login: 'otieno', left_at: expect.any(Date) },
    ])
    // her number is her successor's, by a row of its own
    await apply(staffed().replace('Otieno', 'Wekesa'))
    expect(await rows()).toHaveLength(3)
    expect(await faultsOf(staffed().replace(/pin: "[^"]*"/, 'pin: "1234"'))).toContain('too easy to guess')
    expect(await faultsOf(staffed().replace('+254711000002', '0711000002'))).toContain(
      'a phone number with its country',
    )
    expect(await faultsOf(staffed().replace('+254711000002', '+254711000001'))).toContain(
      'two officers with one phone',
    )
    delete process.env.OFFICER_PIN
  })

  it('one sender may be known to two gateways', async () => {
    const more = text.replace(
      'connections:',
      `  - kind: sms
    adapter: twilio
    address: UMOJA
    config: { fallback: true }
    secrets: { accountSid: AC${'0'.repeat(32)}, authToken: twilio-token }
  - kind: sms
    adapter: smpp
    address: UMOJA
    config: { baseUrl: "smpps://smsc.example:3550", systemId: umoja, fallback: true }
    secrets: { password: smpp-pwd }
connections:`,
    )
    const said = await apply(more)
    expect(said).toContainEqual(
      expect.stringMatching(
        /^sms UMOJA by twilio: https:\/\/hatua\.example\/sms\/\S+\/inbound, …\/delivery, …\/optout$/,
      ),
    )
    expect(said).toContain('sms UMOJA by smpp: its own line')
    expect(said.join('\n')).not.toMatch(/twilio-token|smpp-pwd/)
    const ways = async () =>
      (await tenants().channels('umoja')).filter(({ kind }) => kind === 'sms').map(({ adapter }) => adapter)
    expect(await ways()).toEqual(['africastalking', 'twilio', 'smpp'])
    expect((await apply(more))[0]).toBe('umoja is as the file says')
    expect(await ways()).toEqual(['africastalking', 'twilio', 'smpp'])
  })

  it('refuses to make another of what money hangs on, and then changes nothing', async () => {
    const other = text.replace('currency: KES\n    config:\n', 'currency: USD\n    config:\n')
    expect(await faultsOf(other.replace('requestDays: 7', 'requestDays: 30'))).toBe(
      'connection daraja has the currency KES, which cannot become USD: give it another name',
    )
    expect((await tenants().tenant('umoja')).settings.requestDays).toBe(7)
    expect(await faultsOf(text.replace('currency: KES', 'currency: UGX'))).toContain(
      'the tenant has the currency',
    )
  })
})

describe('a file with faults', () => {
  it('is told all of them at once, each with its line, and nothing is changed', async () => {
    const bad = text
      .replace('country: KE', 'country: Kenya')
      .replace('shortcode: "600638"', 'shortcode: "no number"\n      timing: { graceMs: 1000 }')
      .replace('scopes: [collection-requests:read', 'scopes: [everything')
    const lineOf = (part: string) => bad.split('\n').findIndex(line => line.includes(part)) + 1
    const told = await faultsOf(bad)
    expect(told).toContain('nothing was changed')
    expect(told).toContain(`line ${lineOf('country: Kenya')}: country: an ISO 3166 code, such as KE`)
    expect(told).toContain(`line ${lineOf('"no number"')}: connections.0.config.shortcode`)
    expect(told).toContain(`line ${lineOf('graceMs')}: connections.0.config.timing.graceMs: more than 110000`)
    expect(told).toContain(`line ${lineOf('everything')}: apiKeys.0.scopes.0`)
    for (const secret of Object.values(SECRETS)) expect(told).not.toContain(secret)
  })

  it('names a gateway that nobody knows, and a screen that holds nothing, at their lines', async () => {
    const bad = text.replace(
      'adapter: africastalking',
      'adapter: dialect\n    config: { profile: nobody, budget: 3 }',
    )
    const line = bad.split('\n').findIndex(written => written.includes('nobody')) + 1
    const told = await faultsOf(bad)
    expect(told).toContain(`line ${line}: channels.0.config.profile`)
    expect(told).toContain(`line ${line}: channels.0.config.budget`)
  })

  it('names a line that others can read, and a word that is neither true nor false', async () => {
    const bad = text.replace(
      'adapter: africastalking\n    address: UMOJA',
      'adapter: smpp\n    address: UMOJA',
    )
    const told = await faultsOf(
      bad.replace(
        'config: { baseUrl: https://api.africastalking.com, receives: false }',
        'config: { baseUrl: "smpp://smsc.example.com:2775", fallback: "yes" }',
      ),
    )
    expect(told).toMatch(/channels\.1\.config\.baseUrl: use https, or smpps for an SMSC/)
    expect(told).toMatch(/channels\.1\.config\.fallback: true or false/)
  })

  it('or names an adapter that does not ship', async () => {
    expect(await faultsOf(text.replace('adapter: mpesa', 'adapter: no-such'))).toMatch(
      /line \d+: connections\.0\.adapter: one of .*; a profile of your own is one where PROFILES names/,
    )
  })

  it.each([
    ['currency: KES\nzone', 'currency: KEX\nzone', 'currency: an ISO 4217 code'],
    ['country: KE', 'country: KX', 'country: an ISO 3166 code'],
    ['provider: mpesa-ke', 'provider: mpessa', 'connections.0.provider: an operator and the country'],
    ['secondPersonAbove: "20000"', 'secondPersonAbove: "20000.555"', 'settings.payouts.secondPersonAbove'],
    ['lenderPhone: "+254709000111"', 'lenderPhone: "0709000111"', 'settings.lenderPhone: a phone number'],
    ['dueRunAt: "07:00"', 'dueRunAt: "27:00"', 'settings.dueRunAt: a local time'],
    ['https://api.safaricom', 'http://api.safaricom', 'connections.0.config.baseUrl: use https'],
    ['196.201.214.200', 'everywhere', 'connections.0.config.callbackFrom.0: an address'],
    ['2027-01-31', 'next year', 'connections.0.config.expiresAt.consumerSecret: credentials by name'],
    ['\u0024{DARAJA_KEY}', '\u0024{DARAJA_KEY', 'a variable stands alone'],
  ])('is told of "%s" that became "%s"', async (good, bad, fault) => {
    expect(text).toContain(good)
    const told = await faultsOf(text.replace('id: umoja', 'id: other').replace(good, bad))
    expect(told).toContain(fault)
    expect(told).toMatch(/line \d+: /)
    expect(await tenants().all()).not.toContain('other')
  })

  it.each([
    ['nameCheck: warn', 'nameChek: block', 'settings.payouts.nameChek: there is no such setting'],
    [
      'shortcode: "600638"',
      'shortcode: "600638"\n      countri: 1',
      'connections.0.config.countri: there is no such field',
    ],
    [
      'consumerKey: ',
      'paskey: x\n      consumerKey: ',
      'connections.0.secrets.paskey: there is no such field',
    ],
    [
      'consumerSecret: 2027-01-31',
      'consumerSecrt: 2027-01-31',
      'config.expiresAt.consumerSecrt: no credential of that name',
    ],
    ['https://api.safaricom.co.ke', 'ftp://api.safaricom.co.ke', 'an address that starts with https://'],
    [
      'shortcode: "600638"',
      'shortcode: "600638"\n      currency: UGX',
      'the currency of the connection, which is KES',
    ],
  ])('or says what nobody would hear: %s', async (good, bad, told) => {
    expect(text).toContain(good)
    expect(await faultsOf(text.replace('id: umoja', 'id: other').replace(good, bad))).toContain(told)
    expect(await tenants().all()).not.toContain('other')
  })

  it('or that is no YAML, names a variable that is not set, or is not there', async () => {
    expect(await faultsOf('id: umoja\n  country: KE')).toMatch(/line \d: /)
    expect(await faultsOf(text.replace('DARAJA_KEY', 'NOT_SET_ANYWHERE'))).toMatch(
      /line \d+: the variable NOT_SET_ANYWHERE is not set/,
    )
    await expect(readTenantFile('/no/such/file.yaml')).rejects.toThrow('cannot be read')
  })
})
