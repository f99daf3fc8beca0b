import { randomInt } from 'node:crypto'
import { breachOfText, digits, jsonOf, type SimCall, type SimHop, type UssdWire } from './wire.ts'

/**
 * Infobip: the phase stands in the address, and the first screen is a menu whatever `shouldClose` says. Source: "USSD
 * Gateway to Third-party Application HTTP/REST/JSON Web Service API", as cited in praekeltfoundation/vumi,
 * vumi/transports/infobip/infobip.py.
 */
const at = (phase: string, { sessionId }: SimHop, body: object): SimCall => ({
  method: 'POST',
  behind: `/${sessionId}/${phase}`,
  body,
})

export const infobip: UssdWire = {
  maxSeptets: 160,
  timeoutMs: 10_000,
  sessionId: () => String(randomInt(1e9, 1e10)),
  call: hop =>
    at(hop.kind === 'begin' ? 'start' : 'response', hop, {
      msisdn: digits(hop.phone),
      imsi: null,
      text: hop.typed,
      shortCode: hop.code,
      language: null,
      optional: null,
      ussdGwId: 'live2',
    }),
  read(answer, { kind }) {
    const json = jsonOf(answer)
    if (typeof json === 'string') return json
    if (json.responseExitCode !== 200) return `responseExitCode is ${JSON.stringify(json.responseExitCode)}`
    if (typeof json.shouldClose !== 'boolean') return 'shouldClose is neither true nor false'
    const closes = json.shouldClose && kind !== 'begin'
    const breach = breachOfText(json.ussdMenu, this.maxSeptets)
    return breach ?? { kind: closes ? 'END' : 'CON', text: String(json.ussdMenu) }
  },
  close: hop => at('end', hop, { msisdn: digits(hop.phone), reason: 'released', exitCode: 510 }),
  readClosed(answer) {
    const json = jsonOf(answer)
    if (typeof json === 'string') return json
    return json.responseExitCode === 200
      ? undefined
      : `responseExitCode is ${JSON.stringify(json.responseExitCode)}`
  },
}
