import { randomInt } from 'node:crypto'
import { type Answered, breachOfText, digits, type SimCall, type UssdWire } from './wire.ts'

/**
 * Comviva Flares, HTTP pull: asks with a query, reads a plain text, and a header tells whether the session goes on.
 * Source: "Flares HTTP Pull API" 1.2.0, as cited in praekeltfoundation/vumi, vumi/transports/airtel/airtel.py.
 */
const FLOWS = { FC: 'CON', FB: 'END' } as const

const asking = (fields: Readonly<Record<string, string>>): SimCall => ({
  method: 'GET',
  behind: `?${new URLSearchParams(fields)}`,
})

function breachOfHeaders({ status, headers }: Answered): string | undefined {
  if (status !== 200) return `status ${status} instead of 200`
  if (!/^text\/plain\s*(;|$)/i.test(headers.get('content-type') ?? ''))
    return `content type "${headers.get('content-type')}" instead of text/plain`
  return undefined
}

export const comviva: UssdWire = {
  maxSeptets: 160,
  timeoutMs: 15_000,
  sessionId: () => String(randomInt(1e9, 1e10)),
  call: ({ kind, sessionId, phone, typed }) =>
    asking({
      SessionID: sessionId,
      MSISDN: digits(phone),
      MSC: 'nbo1',
      input: kind === 'begin' ? typed.replace(/^\*/, '').replace(/#$/, '') : typed,
    }),
  read(answer) {
    const { headers, body } = answer
    const kind = FLOWS[headers.get('Freeflow') as keyof typeof FLOWS]
    if (kind === undefined) return `Freeflow is "${headers.get('Freeflow')}", neither FC nor FB`
    if (!/^[YN]$/.test(headers.get('charge') ?? '')) return 'charge is neither Y nor N'
    if (!/^\d+$/.test(headers.get('amount') ?? '')) return 'amount is no number'
    if (/^\s/.test(body)) return 'the text begins with a blank, which would be lost'
    return breachOfHeaders(answer) ?? breachOfText(body, this.maxSeptets) ?? { kind, text: body }
  },
  close: ({ sessionId, phone }) =>
    asking({ SessionID: sessionId, msisdn: digits(phone), clean: 'clean-session', error: '522' }),
  readClosed: breachOfHeaders,
}
