import type { SimReply } from '../kit/http.ts'

/** Wave's error object (docs.wave.com): a code for machines, a message for people, and which field it is about. */
export const refusal = (status: number, code: string, message: string, field?: string): SimReply => ({
  status,
  body: {
    code,
    message,
    ...(field === undefined
      ? {}
      : { details: [{ loc: ['body', field], msg: message, type: 'value_error' }] }),
  },
})

export const invalid = (field: string, message: string): SimReply =>
  refusal(400, 'request-validation-error', message, field)

/** Its yes to a refund, a reversal or an expiry: nothing but the status. */
export const DONE: SimReply = { status: 200 }
