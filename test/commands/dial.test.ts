import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { seedDemo } from '../../src/commands/seed-demo.ts'
import { createHouse, createLog, type House } from '../../src/main.ts'
import { runCommand } from '../support/command.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const dial = (args: readonly string[], lines: readonly string[], url: string) =>
  runCommand('dial', { args, lines, env: { PUBLIC_URL: url } })

describe('npm run dial', () => {
  let database: TestDatabase
  let house: House
  let url: string
  beforeAll(async () => {
    database = await createTestDatabase()
    house = await createHouse({
      databaseUrl: database.url,
      secretsKey: randomBytes(32),
      simulators: true,
      role: 'all',
      log: createLog('silent'),
    })
    url = `http://127.0.0.1:${await house.serve(0, '127.0.0.1')}`
    await seedDemo(house, true)
    while ((await house.worker.tick()) > 0);
    house.start()
  })
  afterAll(async () => {
    await house.close()
    await database.drop()
  })

  it('approves, answers the wallet and reads the receipt, as a person would', async () => {
    const lines = ['', '1', '1', '2580', 'wait prompt', '1111', 'wait sms']
    const { code, out, error } = await dial(['+254700000001'], lines, url)
    expect(error).toBe('')
    expect(code).toBe(0)
    const order = [
      '(earlier)\n  | Umoja Credit: KES 1,300 is due',
      '*384*100#\n  | Umoja Credit: KES 1,300 due',
      '| Enter your Umoja Credit PIN',
      '(the session is over)',
      'M-Pesa asks',
      'PIN sent to the wallet',
      '| Umoja Credit: we received KES 1,300',
    ]
    const places = order.map(text => out.indexOf(text))
    expect({ out, places }).toEqual({ out, places: places.toSorted((a, b) => a - b) })
    expect(places).not.toContain(-1)
  })

  it('writes a dialogue down, without a PIN in it', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'hatua-')), 'dialogue.txt')
    const lines = ['', '0', '2', '2580', '0', 'quit']
    expect(await dial(['+254700000001', '--record', file], lines, url)).toMatchObject({ code: 0, error: '' })
    const written = await readFile(file, 'utf8')
    expect(written).toMatch(/^phone \+254700000001\n\n> \*384\*100#\n< CON Umoja Credit\n/)
    expect(written).toContain('\n> <PIN>\n< CON Loan 000000011\n  Pay number')
    expect(written).not.toContain('2580')
  })

  it('leaves the wallet alone where the person cancels, and says why in an SMS', async () => {
    const lines = ['*126*200#', '1', '1', '2580', 'wait prompt', 'cancel', 'wait sms', 'quit', 'never read']
    const { code, out } = await dial(['+237670000001'], lines, url)
    expect(code).toBe(0)
    expect(out).toContain('cancelled')
    expect(out).toContain('SMS from ESPOIR')
    expect(out).not.toContain('never read')
  })

  it.each([
    [[], 'say which phone to hold'],
    [['+254700000001', '--record'], "Option '--record <value>' argument missing"],
    [['+254700000001', '--record', '/nowhere/dialogue.txt'], 'ENOENT'],
    [['+254700000001', '+237670000001'], 'one phone at a time'],
    [['hello'], '"hello" is not a phone number'],
    [['+447700900123'], 'of neither demo tenant: hold +254700000001 (demo-ke) or +237670000001 (demo-cm)'],
  ])('says in one line what is wrong with %j', async (args, text) => {
    const { code, out, error } = await dial(args, [], url)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(error).toContain(text)
    expect(error.trim().split('\n')).toHaveLength(1)
  })

  it('says in one line that no server answers', async () => {
    const { code, error } = await dial(['+254700000001'], [], 'http://127.0.0.1:9')
    expect(code).toBe(1)
    expect(error.trim()).toBe(
      'no server answers at http://127.0.0.1:9: start it, or set PUBLIC_URL to where it is',
    )
  })
})
