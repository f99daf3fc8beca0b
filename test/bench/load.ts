import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'

const HOP_LIMIT_MS = 15_000

export type Post = (url: string, hop: WireHop) => Promise<string>
export type WireHop = { readonly sessionId: string; readonly phone: string; readonly text: string }

export const newSessionId = (): string => `ATUid_${randomBytes(16).toString('hex')}`

/** Posts hops as Africa's Talking does, over connections that stay open. */
export function createPoster(connections: number): { post: Post; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const post: Post = (url, { sessionId, phone, text }) =>
    new Promise((resolve, reject) => {
      const body = new URLSearchParams({
        sessionId,
        phoneNumber: phone,
        networkCode: '63902',
        serviceCode: '*384*100#',
        text,
      }).toString()
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
      }
      const call = request(url, { method: 'POST', agent, headers, timeout: HOP_LIMIT_MS }, answer => {
        let screen = ''
        answer.setEncoding('utf8')
        answer.on('data', chunk => {
          screen += chunk
        })
        answer.on('end', () => {
          if (answer.statusCode === 200 && /^(CON|END) /.test(screen)) resolve(screen)
          else reject(new Error(`${url} answered "${text}" with ${answer.statusCode}: ${screen}`))
        })
      })
      call.on('timeout', () => call.destroy(new Error(`${url}: no answer within ${HOP_LIMIT_MS} ms`)))
      call.on('error', reject)
      call.end(body)
    })
  return { post, close: () => agent.destroy() }
}

/** Runs dialogues, so many at a time, each on the next of the phones; answers how long each hop took, in ms. */
export async function play(
  post: Post,
  url: string,
  plan: {
    readonly phones: readonly string[]
    readonly texts: readonly string[]
    readonly dialogues: number
    readonly atOnce: number
  },
): Promise<number[]> {
  const times: number[] = []
  let next = 0
  const line = async (): Promise<void> => {
    for (let at = next++; at < plan.dialogues; at = next++) {
      const session = { sessionId: newSessionId(), phone: plan.phones[at % plan.phones.length] ?? '' }
      for (const text of plan.texts) {
        const start = performance.now()
        await post(url, { ...session, text })
        times.push(performance.now() - start)
      }
    }
  }
  await Promise.all(Array.from({ length: plan.atOnce }, line))
  return times
}
