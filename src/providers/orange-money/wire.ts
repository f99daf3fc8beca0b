import * as z from 'zod'

/**
 * The shapes of Orange Cameroon's `omcoreapis`, merchant payment (`mp`) and cash-in.
 * Source: y-note.cm, "Intégration de l'API local Orange Money"; the clients named in `words.ts`.
 */

/** Orange Money Cameroon moves francs only, and whole ones. */
export const CURRENCY = 'XAF'

/** Seen with lives well under an hour: the API manager hands out the token that it has, for what is left of its life. */
export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})

/** How the API manager (WSO2) refuses a call that it does not pass on. */
const Fault = z
  .object({ fault: z.object({ code: z.union([z.string(), z.number()]).transform(String) }) })
  .transform(({ fault }) => fault.code)

export function readFault(body: unknown): string | undefined {
  const parsed = Fault.safeParse(body)
  return parsed.success && /^\d{3,10}$/.test(parsed.data) ? parsed.data : undefined
}

const InitAnswer = z.object({ data: z.object({ payToken: z.string().regex(/^[\w.-]{1,64}$/) }) })

/** The pay token of an `init`; undefined where the answer has none. */
export function readInit(body: unknown): string | undefined {
  const parsed = InitAnswer.safeParse(body)
  return parsed.success ? parsed.data.data.payToken : undefined
}

const Text = z.union([z.string(), z.number()]).transform(String).nullish()

/**
 * A payment as `pay` and `paymentstatus` tell it; of one that expired all but its token may be null. A cash-in has
 * `txnstatus` where a merchant payment has two.
 */
const Payment = z.object({
  status: z.string().nullish(),
  payToken: z.string().nullish(),
  subscriberMsisdn: Text,
  amount: Text,
  txnid: Text,
  /** Our `orderId`. */
  txnmode: Text,
  inittxnstatus: Text,
  confirmtxnstatus: Text,
  txnstatus: Text,
})
export type Payment = z.infer<typeof Payment>
export type Said = { readonly payment: Payment | undefined; readonly code: string | undefined }

/** A payment, and the code that stands before `::` in the message or in the fields made for it. */
export function readSaid(body: unknown): Said {
  const parsed = z.object({ data: Payment }).safeParse(body)
  const message = z.object({ message: z.string() }).safeParse(body)
  const payment = parsed.success ? parsed.data.data : undefined
  const inMessage = message.success ? /^\s*(\d{3,10})\s*::/.exec(message.data.message)?.[1] : undefined
  return { payment, code: (payment && codeOf(payment)) ?? inMessage }
}

const GOOD = '200'

/** The first code that is no "200". */
export const codeOf = ({ confirmtxnstatus, inittxnstatus, txnstatus }: Payment): string | undefined =>
  [confirmtxnstatus, inittxnstatus, txnstatus].find(
    (code): code is string => code != null && code !== GOOD && /^\d{3,10}$/.test(code),
  )

/**
 * What a callback may hold. Nobody has written down its body: one client expects the payment itself, others a token and a
 * status; both are looked for, under `data` and without it.
 */
export function readTold(body: unknown): Payment | undefined {
  const bare = Payment.safeParse(body)
  return [readSaid(body).payment, bare.success ? bare.data : undefined].find(
    told => told?.status != null || told?.payToken != null,
  )
}

const Holder = z.object({
  data: z.object({ firstName: z.string().nullish(), lastName: z.string().nullish() }),
})
const MAX_NAME = 100

/** The holder's name on one line, at most 100 characters; undefined where the answer has none. */
export function readName(body: unknown): string | undefined {
  const parsed = Holder.safeParse(body)
  if (!parsed.success) return undefined
  const { firstName, lastName } = parsed.data.data
  const name = [firstName, lastName].join(' ').replace(/[\s\p{Cc}]+/gu, ' ')
  return name.trim().slice(0, MAX_NAME) || undefined
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
