import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { asAdmin } from '../support/cluster.ts'
import { runCommand } from '../support/command.ts'
import { openTestStage, type TestStage } from '../support/stage.ts'
import { rowsOf } from '../support/ussd.ts'

/** What a script finds out about the command: a code to go by, and one line that says what to do. */

const BORROWER = '+254700000001'
const OFFICER = '+254700000010'
const SECRETS_KEY = randomBytes(32)
let stage: TestStage
beforeAll(async () => {
  stage = await openTestStage({ secretsKey: SECRETS_KEY })
})
afterAll(() => stage.close())

const tenant = (...args: string[]) => tenantWith(SECRETS_KEY, args)
const tenantWith = (key: Buffer, args: string[]) =>
  runCommand('tenant', {
    args,
    env: { DATABASE_URL: stage.databaseUrl, SECRETS_KEY: key.toString('base64') },
  })
const locks = () =>
  asAdmin(stage.adminUrl, async client => {
    const { rows } = await client.query(
      'select pin_locked_at from customers where tenant_id = $1 and pin_locked_at is not null',
      ['demo-ke'],
    )
    return rows.length
  })

describe('npm run tenant', () => {
  it('unlocks the PIN of who dials from a phone, and says so', async () => {
    await asAdmin(stage.adminUrl, client =>
      client.query('update customers set pin_tries = 3, pin_locked_at = $2 where tenant_id = $1', [
        'demo-ke',
        new Date(),
      ]),
    )
    expect(await locks()).toBe(1)
    const ran = await tenant('unlock', 'demo-ke', BORROWER)
    expect(ran).toEqual({ code: 0, out: `${BORROWER} may try its PIN again\n`, error: '' })
    expect(await locks()).toBe(0)
  })

  it('unlocks the staff PIN of an officer, and draws a new one where it is forgotten', async () => {
    const staff = () =>
      asAdmin(stage.adminUrl, async client => {
        const { rows } = await client.query(
          "select pin_hash, pin_tries, pin_locked_at from staff where tenant_id = 'demo-ke'",
        )
        return rows[0]
      })
    const before = await staff()
    const lock = () =>
      asAdmin(stage.adminUrl, client =>
        client.query('update staff set pin_tries = 3, pin_locked_at = $1', [new Date()]),
      )
    await lock()
    expect(await tenant('unlock', 'demo-ke', OFFICER)).toMatchObject({ code: 0 })
    expect(await staff()).toEqual(before)
    await lock()
    expect(await tenant('staff-pin', 'demo-ke', OFFICER)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^the new staff PIN of Achieng, shown this once: \d{6}\n$/),
    })
    const after = await staff()
    expect(after).toMatchObject({ pin_tries: 0, pin_locked_at: null })
    expect(after.pin_hash).not.toBe(before.pin_hash)
  })

  it('has who dials from a phone with another SIM show first who she is', async () => {
    expect(await tenant('sim-changed', 'demo-ke', BORROWER)).toEqual({
      ...{ code: 0, error: '' },
      out: `who dials from ${BORROWER} shows first who she is\n`,
    })
    expect((await stage.phone('demo-ke').dial()).text).toContain('Your client number')
    const cases = await rowsOf(stage, "select detail, state from cases where kind = 'sim-changed'")
    expect(cases).toEqual([{ detail: { phone: BORROWER }, state: 'open' }])
  })

  it.each([
    [['sim-changed', 'demo-ke', '12'], '"12" is not a phone number'],
    [['staff-pin', 'demo-ke', '+254799999999'], '"+254799999999" is the phone of no officer of demo-ke'],
    [['unlock', 'demo-ke', '+254799999999'], 'nobody of demo-ke dials from +254799999999'],
    [['unlock', 'demo-ke', 'her phone'], '"her phone" is not a phone number: write it like +254700000001'],
    [['paint', 'demo-ke'], 'use: npm run tenant -- list'],
  ])('%j ends with 1, and one line says why', async (args, why) => {
    refused(await tenant(...args), why)
  })

  it('ends so with a key that is not the one of the database', async () => {
    const tried = await tenantWith(randomBytes(32), ['resume', 'demo-ke', 'darajah'])
    refused(tried, 'SECRETS_KEY is not the key that this database was set up with')
  })

  function refused({ code, out, error }: Awaited<ReturnType<typeof tenant>>, why: string): void {
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain(why)
    expect(error.trimEnd().split('\n')).toHaveLength(1)
  }
})
