import { createHouse, createLog } from '../../../src/main.ts'
import { serveBench, setting } from './child.ts'

/** Our server as a web process runs: Redis, Postgres, the core banking system elsewhere, nothing switched off. */
const house = await createHouse({
  embedded: true,
  databaseUrl: setting('DATABASE_URL'),
  redisUrl: setting('REDIS_URL'),
  secretsKey: Buffer.from(setting('SECRETS_KEY'), 'hex'),
  simulators: false,
  role: 'web',
  log: createLog('warn'),
})
serveBench(await house.serve(0, '127.0.0.1'), () => house.close())
