import { randomUUID } from 'node:crypto'
import type { SimReply } from '../kit/http.ts'

/** Every refusal of Daraja has this envelope; the HTTP status leads the code (developer portal, "Error codes"). */
export function refusal(errorCode: string, errorMessage: string, status?: number): SimReply {
  return {
    status: status ?? Number(errorCode.slice(0, 3)),
    body: { requestId: randomUUID().slice(0, 18), errorCode, errorMessage },
  }
}

export const invalid = (field: string): SimReply => refusal('400.002.02', `Bad Request - Invalid ${field}`)

/** A JSON object, or undefined: arrays and scalars are no request. */
export function objectOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\//

/** `https`, or plain `http` to this very machine: a simulator may be used where there are no certificates. */
export function isCallbackUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  return value.startsWith('https://') || LOOPBACK.test(value)
}
