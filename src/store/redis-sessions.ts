import { createHash } from 'node:crypto'
import { createClient } from 'redis'
import { missing, SESSION_MS, type Session, type Sessions } from './sessions.ts'

/** One round trip: the turn stands before the JSON, so that the script compares without parsing. */
const COMPARE_AND_SET = `
  local current = redis.call('GET', KEYS[1])
  local turn = current and string.match(current, '^%d+') or ''
  if turn ~= ARGV[1] then return current or '' end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 'saved'`
const SCRIPT_SHA = createHash('sha1').update(COMPARE_AND_SET).digest('hex')

/** A Redis that does not answer within this is gone, as far as this hop is concerned. */
const REDIS_MS = 1000

const write = (session: Session): string => `${session.turn}|${JSON.stringify(session)}`
const read = (text: string): Session => JSON.parse(text.slice(text.indexOf('|') + 1)) as Session

/** Sessions shared by all processes. Commands fail at once while Redis is away; the connection comes back by itself. */
export async function createRedisSessions(url: string, onError: (error: Error) => void): Promise<Sessions> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    // ours below also covers a command that was sent and is never answered
    commandOptions: { timeout: 0 },
    socket: { connectTimeout: REDIS_MS, reconnectStrategy: tries => Math.min(100 * 2 ** tries, 3000) },
  })
  client.on('error', onError)
  await Promise.race([client.connect(), new Promise(resolve => setTimeout(resolve, REDIS_MS).unref())]).catch(
    onError,
  )

  async function inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('redis did not answer in time')), REDIS_MS)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** By its hash, which is short; in full where this Redis has not seen it yet. */
  async function compareAndSet(keys: string[], args: string[]): Promise<string> {
    const options = { keys, arguments: args }
    try {
      return String(await client.evalSha(SCRIPT_SHA, options))
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw error
      return String(await client.eval(COMPARE_AND_SET, options))
    }
  }

  return {
    async load(key) {
      const text = await inTime(client.get(key))
      return text === null ? undefined : read(String(text))
    },
    async save(key, session, expected) {
      const turn = expected === undefined ? '' : String(expected)
      const answer = await inTime(compareAndSet([key], [turn, write(session), String(SESSION_MS)]))
      if (answer === 'saved') return 'saved'
      return answer === '' ? missing(key) : read(answer)
    },
    async follow(key, session) {
      await inTime(client.set(key, write(session), { expiration: { type: 'PX', value: SESSION_MS } }))
    },
    async remember(key, sessionId) {
      await inTime(client.set(key, sessionId, { expiration: { type: 'PX', value: SESSION_MS } }))
    },
    async recall(key) {
      return (await inTime(client.get(key))) ?? undefined
    },
    async close() {
      client.destroy()
    },
  }
}
