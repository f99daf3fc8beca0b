import { randomBytes } from 'node:crypto'
import { type Answered, breachOfText, differing, digits, jsonOf, type SimHop, type UssdWire } from './wire.ts'

/**
 * Hubtel, Programmable Services: counts its hops, tells what was dialled first, and says when we were too late. Source:
 * github.com/hubtel/programmable-services-sdk-dotnet, Models/ProgrammableServiceRequest.cs and README.md.
 */
const SERVICE = '7c920dc49b7a40588c657119ce599044'
const WORDS = { Response: 'CON', Release: 'END' } as const

const body = (type: string, { sessionId, phone, typed, sequence }: SimHop) => ({
  Mobile: digits(phone),
  SessionId: sessionId,
  ServiceCode: SERVICE,
  Type: type,
  Message: typed,
  Operator: 'mtn',
  Platform: 'USSD',
  ClientState: null,
  Sequence: sequence,
  ExtraData: {},
})

export const hubtel: UssdWire = {
  maxSeptets: 160,
  timeoutMs: 7_000,
  sessionId: () => randomBytes(16).toString('hex'),
  call: hop => ({
    method: 'POST',
    behind: '',
    body: body(hop.kind === 'begin' ? 'initiation' : 'response', hop),
  }),
  read(answer, { sessionId }) {
    const json = jsonOf(answer)
    if (typeof json === 'string') return json
    const kind = WORDS[String(json.Type) as keyof typeof WORDS]
    if (kind === undefined) return `Type is ${JSON.stringify(json.Type)}, neither Response nor Release`
    const breach = differing(json, { SessionId: sessionId }) ?? breachOfText(json.Message, this.maxSeptets)
    return breach ?? { kind, text: String(json.Message) }
  },
  late: hop => ({ method: 'POST', behind: '', body: body('timeout', hop) }),
  readClosed: ({ status }: Answered) => (status === 200 ? undefined : `status ${status} instead of 200`),
}
