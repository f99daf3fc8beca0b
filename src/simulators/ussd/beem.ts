import { randomInt } from 'node:crypto'
import { breachOfText, differing, digits, jsonOf, type SimHop, type UssdWire } from './wire.ts'

/**
 * Beem Africa: every request has a name of its own, which the answer repeats. Source: npm ussd-builder 1.3.2,
 * lib/ussd-menu.js; no page of the vendor's is public.
 */
const OPERATOR = 'vodacom'
const COMMANDS = { continue: 'CON', terminate: 'END' } as const

const idOf = ({ sessionId, sequence }: SimHop): string => `${sessionId}-${sequence}`

const body = (command: string, hop: SimHop, response: string) => ({
  command,
  msisdn: digits(hop.phone),
  operator: OPERATOR,
  session_id: hop.sessionId,
  payload: { request_id: idOf(hop), response },
})

export const beem: UssdWire = {
  maxSeptets: 160,
  timeoutMs: 10_000,
  sessionId: () => String(randomInt(1e9, 1e10)),
  // what was dialled is not told
  call: hop => ({
    method: 'POST',
    behind: '',
    body: hop.kind === 'begin' ? body('initiate', hop, '') : body('continue', hop, hop.typed),
  }),
  read(answer, hop) {
    const json = jsonOf(answer)
    if (typeof json === 'string') return json
    const kind = COMMANDS[String(json.command) as keyof typeof COMMANDS]
    if (kind === undefined)
      return `command is ${JSON.stringify(json.command)}, neither continue nor terminate`
    const wanted = { msisdn: digits(hop.phone), operator: OPERATOR, session_id: hop.sessionId }
    const payload = (json.payload ?? {}) as Readonly<Record<string, unknown>>
    const breach =
      differing(json, wanted) ??
      differing(payload, { request_id: idOf(hop) }) ??
      breachOfText(payload.request, this.maxSeptets)
    return breach ?? { kind, text: String(payload.request) }
  },
  close: hop => ({ method: 'POST', behind: '', body: body('terminate', hop, '') }),
  readClosed: answer => {
    const json = jsonOf(answer)
    return typeof json === 'string' ? json : undefined
  },
}
