import { createInterface } from 'node:readline'
import { seedDemo } from '../../src/commands/seed-demo.ts'
import { createHouse, createLog } from '../../src/main.ts'

/**
 * A whole house in a process of its own, on the real clock, that kills itself where it is told to: a line on standard
 * input names the crash point of the next crash. It ends with its standard input.
 */
const { CRASH_DATABASE_URL = '', CRASH_PORT = '', CRASH_KEY = '' } = process.env

/** Seconds become tenths: as an operator may set them for a connection. */
const TIMING = { firstInquiryMs: 300, inquiryEveryMs: 300, giveUpMs: 3000, twinsMs: 0 }

let crashAt = ''
createInterface({ input: process.stdin })
  .on('line', line => {
    crashAt = line
    process.stdout.write(`will crash ${line}\n`)
  })
  .on('close', () => process.exit(0))

const house = await createHouse({
  databaseUrl: CRASH_DATABASE_URL,
  secretsKey: Buffer.from(CRASH_KEY, 'hex'),
  simulators: true,
  role: 'all',
  log: createLog('silent'),
  at: async point => {
    if (point === crashAt) process.kill(process.pid, 'SIGKILL')
  },
})
await house.serve(Number(CRASH_PORT), '127.0.0.1')
await seedDemo(house, true)
for (const tenant of ['demo-ke', 'demo-cm'])
  await house.db.asTenant(tenant, async trx => {
    await trx.raw(`update tenants set settings = settings || '{"pushDelayMs": 1000}' where id = ?`, [tenant])
    await trx.raw('update connections set config = config || ?', [JSON.stringify({ timing: TIMING })])
  })
while ((await house.worker.tick()) > 0);
house.start()
process.stdout.write('up\n')
