import type { Fault, Faults } from './kit/faults.ts'
import type { Route, SimReply } from './kit/http.ts'
import { digitsOnly } from './kit/numbers.ts'

/** Which faults each simulator knows. */
export type KnownFaults = Readonly<Record<string, readonly string[]>>

const MAX_TIMES = 1_000_000
const MAX_MS = 600_000

const problem = (detail: string): SimReply => ({ status: 400, body: { status: 400, detail } })

const isCount = (value: unknown, max: number): value is number | undefined =>
  value === undefined || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max)

/** Refuses what would silently never strike: an unknown simulator, a misspelt kind. */
export function readFault(body: string, known: KnownFaults): Fault | string {
  let raw: Readonly<Record<string, unknown>>
  try {
    raw = Object(JSON.parse(body))
  } catch {
    return 'the body is not JSON'
  }
  const { simulator, kind, msisdn, times, ms } = raw
  if (typeof simulator !== 'string' || !Object.hasOwn(known, simulator))
    return `simulator: one of ${Object.keys(known).join(', ')}`
  const kinds = known[simulator] ?? []
  if (typeof kind !== 'string' || !kinds.includes(kind)) return `kind: one of ${kinds.join(', ')}`
  if (msisdn !== undefined && (typeof msisdn !== 'string' || digitsOnly(msisdn) === ''))
    return 'msisdn: a phone number'
  if (!isCount(times, MAX_TIMES)) return `times: 1 to ${MAX_TIMES}`
  if (!isCount(ms, MAX_MS)) return `ms: 1 to ${MAX_MS}`
  return {
    simulator,
    kind,
    ...(msisdn === undefined ? {} : { msisdn: digitsOnly(msisdn) }),
    ...(times === undefined ? {} : { times }),
    ...(ms === undefined ? {} : { ms }),
  }
}

/** `POST /sim/faults` scripts one, `DELETE /sim/faults` forgets all. */
export function faultRoutes(faults: Faults, known: KnownFaults): Route[] {
  return [
    {
      method: 'POST',
      path: '/faults',
      async handle({ body }) {
        const fault = readFault(body, known)
        if (typeof fault === 'string') return problem(fault)
        await faults.script(fault)
        return { status: 201, body: { ...fault, times: fault.times ?? 1 } }
      },
    },
    {
      method: 'DELETE',
      path: '/faults',
      async handle() {
        await faults.clear()
        return { status: 204 }
      },
    },
  ]
}
