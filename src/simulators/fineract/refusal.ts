import type { SimReply } from '../kit/http.ts'
import { type Json, write } from './json.ts'

/** The error envelopes of org.apache.fineract.infrastructure.core.exceptionmapper.* and ApiGlobalErrorResponse. */

export type ParameterError = {
  readonly code: string
  readonly message: string
  readonly parameter?: string
  readonly args?: readonly (string | number)[]
}

/** An expected refusal on its way out of a handler; the command pipeline stores it under the key and answers it. */
export class Refusal extends Error {
  readonly status: number
  readonly body: string
  constructor(status: number, body: string) {
    super(`${status} ${body}`)
    this.status = status
    this.body = body
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

export function reply(status: number, body: Json, headers: Record<string, string> = {}): SimReply {
  return { status, headers: { ...JSON_TYPE, ...headers }, body: write(body) }
}

export function replyText(status: number, body: string, headers: Record<string, string> = {}): SimReply {
  return { status, headers: { ...JSON_TYPE, ...headers }, body }
}

const errorOf = ({ code, message, parameter, args }: ParameterError): Json => ({
  developerMessage: message,
  defaultUserMessage: message,
  userMessageGlobalisationCode: code,
  parameterName: parameter ?? 'id',
  args: (args ?? []).map(value => ({ value })),
})

/** `httpStatusCode` is a string upstream; callers that compare it with a number must fail here too. */
export function envelope(
  status: number,
  outer: string,
  message: string,
  errors?: readonly ParameterError[],
): string {
  return write({
    developerMessage: message,
    httpStatusCode: String(status),
    defaultUserMessage: message,
    userMessageGlobalisationCode: outer,
    errors: errors?.map(errorOf),
  })
}

export function validation(errors: readonly ParameterError[]): Refusal {
  return new Refusal(
    400,
    envelope(400, 'validation.msg.validation.errors.exist', 'Validation errors exist.', errors),
  )
}

export const invalid = (code: string, message: string, parameter?: string): Refusal =>
  validation([{ code, message, ...(parameter === undefined ? {} : { parameter }) }])

export function domainRule(code: string, message: string, ...args: readonly (string | number)[]): Refusal {
  const outer = 'validation.msg.domain.rule.violation'
  return new Refusal(
    403,
    envelope(403, outer, 'Request was understood but caused a domain rule violation.', [
      { code, message, args },
    ]),
  )
}

/** PlatformDataIntegrityExceptionMapper: the code of the cause is the outer code too. */
export const dataIntegrity = (code: string, message: string, parameter?: string): Refusal =>
  new Refusal(
    403,
    envelope(403, code, message, [{ code, message, ...(parameter === undefined ? {} : { parameter }) }]),
  )

export const notFound = (code: string, message: string, ...args: readonly (string | number)[]): Refusal =>
  new Refusal(
    404,
    envelope(404, 'error.msg.resource.not.found', 'The requested resource is not available.', [
      { code, message, args },
    ]),
  )

export const notAuthorized = (message: string): Refusal =>
  new Refusal(
    403,
    envelope(403, 'error.msg.not.authorized', 'Insufficient privileges to perform this action.', [
      { code: 'error.msg.not.authorized', message },
    ]),
  )

export const unavailable = (code: string, message: string): Refusal =>
  new Refusal(503, envelope(503, 'error.msg.platform.service.unavailable', message, [{ code, message }]))

/** FineractExceptionMapper for broken JSON: a bare parameter error without `httpStatusCode`. */
export const badJson = (): Refusal =>
  new Refusal(
    400,
    write({
      developerMessage:
        'The referenced JSON data is invalid, validate date format as yyyy-MM-dd or other cases like String instead of Number',
      defaultUserMessage: 'The referenced JSON data is invalid',
      userMessageGlobalisationCode: 'error.msg.invalid.request.body',
      args: [],
    }),
  )

/** UnrecognizedQueryParamExceptionMapper. */
export const unknownCommand = (value: string | null): Refusal =>
  invalid(
    'error.msg.query.parameter.value.unsupported',
    `The query parameter command has an unsupported value of: ${value}`,
    'command',
  )

/** LoanCOBApiFilter writes this by hand: an envelope without `errors` and without a JSON content type. */
export const lockedByCob = (loanId: string): SimReply => ({
  status: 409,
  body: envelope(409, 'error.msg.loan.locked', `Loan is locked by the COB job. Loan ID: ${loanId}`),
})
