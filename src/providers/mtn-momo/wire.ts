import * as z from 'zod'

/**
 * The shapes of the MTN MoMo Open API, products collection and disbursement.
 * Source: momodeveloper.mtn.com/api-documentation (API descriptions, common error codes, callback) and MTN's npm package.
 */

export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})

/** An error, or the `reason` of a failed request: a bare word in most answers, an object in the published schema. */
const Code = z.union([z.string(), z.object({ code: z.string() }).transform(({ code }) => code)])

/** The status object of all three operations: answer to an inquiry, and body of a callback. */
const StatusObject = z.object({
  status: z.string(),
  amount: z.union([z.string(), z.number()]).optional(),
  currency: z.string().optional(),
  externalId: z.string().optional(),
  financialTransactionId: z.union([z.string(), z.number()]).nullish(),
  reason: Code.nullish(),
})
export type StatusObject = z.infer<typeof StatusObject>

/** Undefined for HTML, cut JSON, and anything without a status. */
export function readStatus(body: string): StatusObject | undefined {
  const parsed = StatusObject.safeParse(parseJson(body))
  return parsed.success ? parsed.data : undefined
}

/** Whether a number has a wallet that works: `{"result":true}`, in older editions a bare `true`. */
const Active = z.union([z.boolean(), z.object({ result: z.boolean() }).transform(({ result }) => result)])

/** Undefined where the body says neither yes nor no. */
export function readActive(body: string): boolean | undefined {
  const parsed = Active.safeParse(parseJson(body))
  return parsed.success ? parsed.data : undefined
}

const UserInfo = z.object({ given_name: z.string().nullish(), family_name: z.string().nullish() })
const MAX_NAME = 100

/** The holder's name on one line, at most 100 characters; undefined where the answer has none. */
export function readName(body: string): string | undefined {
  const parsed = UserInfo.safeParse(parseJson(body))
  if (!parsed.success) return undefined
  const { given_name, family_name } = parsed.data
  const name = [given_name, family_name].join(' ').replace(/[\s\p{Cc}]+/gu, ' ')
  return name.trim().slice(0, MAX_NAME) || undefined
}

/** The code of an error answer, if the body is one; only a code's own letters, so that nothing else is ever logged. */
export function readCode(body: string): string | undefined {
  const parsed = Code.safeParse(parseJson(body))
  return parsed.success ? asCode(parsed.data) : undefined
}

const Balance = z.object({
  availableBalance: z.union([z.string(), z.number()]).transform(String),
  currency: z.string(),
})

/** Undefined where the body is no balance. */
export function readBalance(body: string): z.infer<typeof Balance> | undefined {
  const parsed = Balance.safeParse(parseJson(body))
  return parsed.success ? parsed.data : undefined
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export const asCode = (word: string): string | undefined =>
  /^[A-Z0-9_]{2,60}$/.test(word) ? word : undefined

/** MTN refuses apostrophes and other signs in texts with a 400; what it takes is kept, the rest dropped. */
export const plainText = (text: string): string => text.replace(/[^A-Za-z0-9 .,-]/g, '').slice(0, 160)
