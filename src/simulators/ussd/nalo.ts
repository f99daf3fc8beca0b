import { randomInt } from 'node:crypto'
import { breachOfText, differing, digits, jsonOf, type UssdWire } from './wire.ts'

/**
 * Nalo Solutions: a hop is the first or not, and a screen goes on or not, by one and the same word. Source: Nalo
 * Solutions, "USSD API Documentation" (documenter.getpostman.com/view/7705958/UyrEhaLQ): MSG has 120 characters.
 */
const USER = 'NALOTest'

export const nalo: UssdWire = {
  maxSeptets: 120,
  timeoutMs: 10_000,
  sessionId: () => `${randomInt(1e8, 1e9)}${randomInt(1e7, 1e8)}`,
  call: ({ kind, sessionId, phone, typed }) => ({
    method: 'POST',
    behind: '',
    body: {
      USERID: USER,
      MSISDN: digits(phone),
      USERDATA: typed,
      MSGTYPE: kind === 'begin',
      NETWORK: 'MTN',
      SESSIONID: sessionId,
    },
  }),
  read(answer, { phone }) {
    const json = jsonOf(answer)
    if (typeof json === 'string') return json
    if (typeof json.MSGTYPE !== 'boolean') return 'MSGTYPE is neither true nor false'
    const breach =
      differing(json, { USERID: USER, MSISDN: digits(phone) }) ?? breachOfText(json.MSG, this.maxSeptets)
    return breach ?? { kind: json.MSGTYPE ? 'CON' : 'END', text: String(json.MSG) }
  },
}
