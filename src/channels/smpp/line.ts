import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pdu } from 'smpp'
import type { Line, SmsOrder, SmsOutcome, Take } from '../channel.ts'
import { OK, QUEUE_FULL, refusedWith, THROTTLED, unbound } from './codes.ts'
import { encode } from './coding.ts'
import { type Connection, connect } from './connection.ts'
import { registered } from './registration.ts'
import type { SmppConfig } from './sms.ts'
import { submissions } from './submit.ts'
import { answeredId, kept, kindOf } from './told.ts'

/** The pause before the next try to connect, and after a throttle: doubled each time, up to the longest. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
const doubled = (ms: number): number => Math.min(ms * 2, LONGEST_PAUSE_MS)

const NO_LINE: SmsOutcome = { kind: 'later', why: 'no connection' }

/**
 * A line to an SMSC that is kept up: connected again whenever it breaks, with no more messages under way than the contract
 * allows, and silent for a while when the SMSC says that it is too much.
 */
export function openLine(config: SmppConfig, take: Take): Line {
  const { window, callMs } = config
  const closing = new AbortController()
  let link: Connection | undefined
  let noLink = NO_LINE
  let underWay = 0
  let pauseMs = FIRST_PAUSE_MS
  let pausedUntil = 0
  let reference = randomInt(256)
  /** Whoever waits for a link or for room looks again. */
  let waiting: (() => void)[] = []
  const changed = () => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  async function heard(pdu: Pdu): Promise<void> {
    const kind = kindOf(Number(pdu.esm_class))
    if (kind !== undefined) await take(kind, kept(pdu, new URL(config.baseUrl).hostname))
  }

  async function keepUp(): Promise<void> {
    let retryMs = FIRST_PAUSE_MS
    while (!closing.signal.aborted) {
      const connected = await connect(config, heard)
      if (typeof connected === 'object') {
        link = connected
        retryMs = FIRST_PAUSE_MS
        changed()
        await connected.gone
        link = undefined
        noLink = NO_LINE
      } else noLink = connected === undefined ? NO_LINE : unbound(connected)
      await sleep(retryMs, undefined, { signal: closing.signal }).catch(() => undefined)
      retryMs = doubled(retryMs)
    }
  }

  /** Room for one more message, taken; else why there is none. Nothing was sent in that case. */
  async function room(): Promise<Connection | SmsOutcome> {
    const until = performance.now() + callMs
    for (;;) {
      if (closing.signal.aborted) return { kind: 'later', why: 'the line is being closed' }
      if (performance.now() < pausedUntil) return refusedWith(THROTTLED)
      if (link !== undefined && underWay < window) {
        underWay++
        return link
      }
      const leftMs = until - performance.now()
      if (leftMs <= 0) return link === undefined ? noLink : { kind: 'later', why: 'no room in the window' }
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, leftMs)
        waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  function outcomeOf(answer: Pdu | 'lost' | 'not-sent'): SmsOutcome {
    if (answer === 'not-sent') return NO_LINE
    if (answer === 'lost') return { kind: 'unknown', why: 'no answer' }
    const status = answer.command_status
    if (status === THROTTLED || status === QUEUE_FULL) {
      pausedUntil = performance.now() + pauseMs
      pauseMs = doubled(pauseMs)
    }
    if (status !== OK) return refusedWith(status)
    pauseMs = FIRST_PAUSE_MS
    const id = typeof answer.message_id === 'string' ? answer.message_id : ''
    return { kind: 'accepted', providerId: id === '' ? undefined : answeredId(id, config) }
  }

  /** The parts of a long text one after the other; a part that is not taken decides for the whole. */
  async function send(order: SmsOrder): Promise<SmsOutcome> {
    reference = (reference + 1) % 256
    const coded = encode(order.text)
    const ids = registered(order, config.registration)
    if (ids === undefined) return { kind: 'refused', why: 'no-route', code: 'not-registered' }
    let outcome: SmsOutcome = NO_LINE
    for (const part of submissions(order, coded, config, reference)) {
      const fields = { ...part, ...ids }
      const found = await room()
      if (!('request' in found)) return found
      try {
        outcome = outcomeOf(await found.request('submit_sm', fields))
      } finally {
        underWay--
        changed()
      }
      if (outcome.kind !== 'accepted') return outcome
    }
    return outcome.kind === 'accepted' ? { ...outcome, parts: coded.parts.length } : outcome
  }

  const ended = keepUp()
  return {
    send,
    async close() {
      closing.abort()
      changed()
      // each ends by its own deadline
      while (underWay > 0) await new Promise<void>(resolve => waiting.push(resolve))
      await link?.close()
      await ended
    },
  }
}
