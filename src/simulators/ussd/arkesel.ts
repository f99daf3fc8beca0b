import { randomUUID } from 'node:crypto'
import { breachOfText, differing, digits, jsonOf, type UssdWire } from './wire.ts'

/** Arkesel. Source: developers.arkesel.com/spec/api_spec.v2.4.0.yaml, USSDREQUEST and USSDRESPONSE. */
const USER = 'ARK1_hatua'

export const arkesel: UssdWire = {
  maxSeptets: 160,
  timeoutMs: 10_000,
  sessionId: randomUUID,
  call: ({ kind, sessionId, phone, typed }) => ({
    method: 'POST',
    behind: '',
    body: {
      sessionID: sessionId,
      userID: USER,
      newSession: kind === 'begin',
      msisdn: digits(phone),
      userData: typed,
      network: 'MTN',
    },
  }),
  read(answer, { sessionId, phone }) {
    const json = jsonOf(answer)
    if (typeof json === 'string') return json
    if (typeof json.continueSession !== 'boolean') return 'continueSession is neither true nor false'
    const breach =
      differing(json, { sessionID: sessionId, userID: USER, msisdn: digits(phone) }) ??
      breachOfText(json.message, this.maxSeptets)
    return breach ?? { kind: json.continueSession ? 'CON' : 'END', text: String(json.message) }
  },
}
