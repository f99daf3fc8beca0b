import type { SimReply } from '../kit/http.ts'
import { MESSAGES } from './codes.ts'

/** Airtel's envelope. A product's code stands in `response_code`; the older layer's own in `result_code`, alone. */
export function envelope(code: string, success: boolean, message = MESSAGES[code] ?? 'SUCCESS'): object {
  return code.startsWith('DP')
    ? {
        response_code: code,
        code: '200',
        success,
        result_code: success ? 'ESB000010' : 'ESB000011',
        message,
      }
    : { code: code.startsWith('ROUTER') ? '400' : '200', success, result_code: code, message }
}

export const answer = (code: string, data: object, message?: string): SimReply => ({
  status: 200,
  body: { data, status: envelope(code, true, message) },
})

/** A business error: HTTP 200, and no success. */
export const refused = (code: string, data?: object): SimReply => ({
  status: 200,
  body: { ...(data && { data }), status: envelope(code, false) },
})

/** What the router in front refuses, with its code in the same envelope. */
export const routed = (code: string): SimReply => ({
  status: 400,
  body: { status: { ...envelope(code, false), response_code: code } },
})
