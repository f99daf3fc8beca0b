import type { SimReply } from '../kit/http.ts'

/** MTN's error schema `{code, message}` (MoMo developer portal, ErrorReason). */
export const refusal = (status: number, code: string, message: string): SimReply => ({
  status,
  body: { code, message },
})

/** The API manager in front of the product answers in a form of its own. */
export const unauthorised = (message: string): SimReply => ({
  status: 401,
  body: { statusCode: 401, message },
})

export const notFound = refusal(404, 'RESOURCE_NOT_FOUND', 'Requested resource was not found.')

export const badRequest = (message: string): SimReply => refusal(400, 'BAD_REQUEST', message)

/** What a request meets before anything is kept: by code, as MTN words it. */
export const SYNCHRONOUS: Readonly<Record<string, SimReply>> = {
  NOT_ALLOWED: refusal(500, 'NOT_ALLOWED', 'Authorization failed. Insufficient permissions.'),
  NOT_ALLOWED_TARGET_ENVIRONMENT: refusal(
    500,
    'NOT_ALLOWED_TARGET_ENVIRONMENT',
    'Access to target environment is forbidden.',
  ),
  INVALID_CALLBACK_URL_HOST: refusal(
    500,
    'INVALID_CALLBACK_URL_HOST',
    'Callback URL with different host name then configured for API user.',
  ),
  RESOURCE_NOT_FOUND: notFound,
  INVALID_CURRENCY: refusal(500, 'INVALID_CURRENCY', 'Currency not supported.'),
  INTERNAL_PROCESSING_ERROR: refusal(
    500,
    'INTERNAL_PROCESSING_ERROR',
    'An internal error occurred while processing.',
  ),
  SERVICE_UNAVAILABLE: refusal(
    503,
    'SERVICE_UNAVAILABLE',
    'Service temporarily unavailable, try again later.',
  ),
}
