import createSdk from 'africastalking'
import common from 'africastalking/lib/common.js'

/**
 * The official SDK behind a guard. It keeps its addresses in a module, which the user name `sandbox` rewrites for the
 * whole process and nothing switches back; it has no deadline; and its errors carry the request with our key in it.
 * Source: lib/common.js, lib/index.js and lib/sms.js of africastalking 0.8.3.
 */
export type SdkAccount = { readonly baseUrl: string; readonly username: string; readonly apiKey: string }
export type SdkMessage = { readonly to: string; readonly message: string; readonly from?: string }

/** What came of a call, with nothing of the SDK's error in it. */
export type SdkAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  /** The SDK's own check refused the number; nothing was sent. */
  | { readonly kind: 'invalid' }
  /** Nothing was sent: no connection, or no room for one more call. */
  | { readonly kind: 'not-sent'; readonly why: string }
  | { readonly kind: 'no-answer'; readonly why: 'timeout' | 'reset' }
  | { readonly kind: 'misused'; readonly why: string }

/** Calls whose deadline is past stay open in the SDK until the gateway lets go: a limit keeps them from piling up. */
const MAX_OPEN = 200
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])

let bound: { readonly baseUrl: string; readonly sandbox: boolean } | undefined
let open = 0

export async function sendBySdk(
  account: SdkAccount,
  message: SdkMessage,
  deadlineMs: number,
): Promise<SdkAnswer> {
  const misused = bind(account)
  if (misused !== undefined) return { kind: 'misused', why: misused }
  if (open >= MAX_OPEN) return { kind: 'not-sent', why: 'too many open calls' }
  open++
  const call = start(account, message).finally(() => {
    open--
  })
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<SdkAnswer>(resolve => {
    timer = setTimeout(() => resolve({ kind: 'no-answer', why: 'timeout' }), deadlineMs)
  })
  return Promise.race([call, deadline]).finally(() => clearTimeout(timer))
}

/** The first account decides the process's address and mode; another one is refused, never silently misdirected. */
function bind({ baseUrl, username }: SdkAccount): string | undefined {
  const sandbox = username.toLowerCase() === 'sandbox'
  bound ??= { baseUrl, sandbox }
  return bound.baseUrl === baseUrl && bound.sandbox === sandbox
    ? undefined
    : "the SDK of Africa's Talking serves one address and one mode in a process, and another is in use: give this connection a process of its own"
}

async function start({ baseUrl, username, apiKey }: SdkAccount, message: SdkMessage): Promise<SdkAnswer> {
  try {
    const sdk = createSdk({ username, apiKey })
    // After the constructor, which may have rewritten them; both are read when a call is made.
    common.SMS_URL = `${baseUrl}/version1/messaging`
    common.CONTENT_URL = `${baseUrl}/version1`
    return { kind: 'answer', status: 201, body: await sdk.SMS.send({ ...message, to: [message.to] }) }
  } catch (error) {
    return scrub(error)
  }
}

/** Takes status and body out of an error of axios, and forgets the rest. */
function scrub(error: unknown): SdkAnswer {
  if (typeof error !== 'object' || error === null) return { kind: 'no-answer', why: 'reset' }
  if ('isAxiosError' in error) {
    const response =
      'response' in error ? (error.response as { status: number; data: unknown } | undefined) : undefined
    if (response !== undefined) return { kind: 'answer', status: response.status, body: response.data }
    const code = 'code' in error ? error.code : undefined
    return NEVER_CONNECTED.has(code)
      ? { kind: 'not-sent', why: 'no connection' }
      : { kind: 'no-answer', why: 'reset' }
  }
  // A 2xx other than 201 rejects with its body; a refused argument with an Error of the SDK's own.
  return 'stack' in error ? { kind: 'invalid' } : { kind: 'answer', status: 200, body: error }
}
