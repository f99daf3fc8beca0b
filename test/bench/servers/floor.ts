import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from 'redis'
import { SESSION_MS } from '../../../src/store/sessions.ts'
import { serveBench, setting } from './child.ts'
import { SCREENS } from './screens.ts'

/** The floor: what a hop costs that only reads its form, reads its session and writes it back. */
const redis = await createClient({ url: setting('REDIS_URL') }).connect()

const bodyOf = (request: IncomingMessage): Promise<string> =>
  new Promise(resolve => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks).toString()))
  })

const server = createServer((request, response) => {
  void bodyOf(request).then(async body => {
    const form = new URLSearchParams(body)
    const key = `floor:${form.get('sessionId')}`
    const known = await redis.get(key)
    const session: { hops: number; phone: string | null } =
      known === null ? { hops: 0, phone: form.get('phoneNumber') } : JSON.parse(String(known))
    session.hops += 1
    await redis.set(key, JSON.stringify(session), { expiration: { type: 'PX', value: SESSION_MS } })
    response.setHeader('content-type', 'text/plain')
    response.end(form.get('text')?.endsWith('5') ? SCREENS.help : SCREENS.menu)
  })
})

server.listen(0, '127.0.0.1', () =>
  serveBench((server.address() as AddressInfo).port, async () => redis.destroy()),
)
