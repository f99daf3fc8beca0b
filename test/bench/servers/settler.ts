import { createHouse, createLog } from '../../../src/main.ts'
import { serveBench, setting } from './child.ts'

/** Our server as one process runs all of it: API, callbacks and worker; whatever is outside is in another process. */
const house = await createHouse({
  embedded: true,
  databaseUrl: setting('DATABASE_URL'),
  redisUrl: setting('REDIS_URL'),
  secretsKey: Buffer.from(setting('SECRETS_KEY'), 'hex'),
  simulators: false,
  role: 'all',
  log: createLog('warn'),
})
const port = await house.serve(0, '127.0.0.1')
house.start()
serveBench(port, () => house.close())
