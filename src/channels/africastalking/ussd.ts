import * as z from 'zod'
import { type Msisdn, parseMsisdn } from '../../domain/msisdn.ts'
import type { RawRequest } from '../../domain/outside.ts'
import type { Hop, Reply, SessionEnd, Unreadable, UssdDialect, WireReply } from '../channel.ts'
import { readDialled } from '../dialled.ts'
import { complaint, isUnreadable, readForm } from '../form.ts'

/**
 * USSD of Africa's Talking: a form for each hop, whose `text` is all that was typed so far.
 * Source: developers.africastalking.com/docs/ussd/handle_sessions and …/ussd/notifications.
 */

/** Every hop of a dialogue names the same phone, and reading it anew costs more than the rest of the form. */
const KNOWN_PHONES = 10_000
const known = new Map<string, Msisdn>()

function readPhone(text: string): Msisdn | undefined {
  const phone = known.get(text) ?? parseMsisdn(text)
  if (known.size >= KNOWN_PHONES) known.clear()
  if (phone !== undefined) known.set(text, phone)
  return phone
}

/** A `+` that was not escaped arrives as a space; anything else around the number is not theirs. */
const phone = z
  .string()
  .regex(/^[+ ]?\d{6,15}$/)
  .transform((text, context): Msisdn => {
    const parsed = readPhone(text)
    if (parsed !== undefined) return parsed
    context.addIssue('not a phone number')
    return z.NEVER
  })

const Session = {
  sessionId: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  phoneNumber: phone,
  serviceCode: z.string().regex(/^\*[\d*]{1,40}#$/),
  networkCode: z.string().max(20).optional(),
}
const HopForm = z.object({ ...Session, text: z.string().max(4_000) })
const count = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number)
  .optional()
  .catch(undefined)
const EndForm = z.object({
  ...Session,
  status: z.string().regex(/^\w{1,40}$/),
  durationInMillis: count,
  hopsCount: count,
})

/** Longest label; `|` would cut it in two, and a header takes printable ASCII only. */
const MAX_LABEL = 99

/** As a channel of this code speaks it. */
export const africastalkingUssd = (address: string): UssdDialect => ({
  name: 'africastalking',
  budget: 160,
  networks: {},
  prefix: 'CON ',
  readHop: request => readHop(request, address),
  writeReply,
  // no hop of theirs says that a session is over: the end event does
  writeClosed: () => ({ contentType: 'text/plain', headers: {}, body: '' }),
  readEnd,
})

/** What was dialled behind the code comes as the first hop's text, or as a longer code: no page of theirs says which. */
function readHop(request: RawRequest, address: string): Hop | Unreadable {
  const form = readForm(request)
  if (isUnreadable(form)) return form
  const parsed = HopForm.safeParse(Object.fromEntries(form))
  if (!parsed.success) return complaint(parsed.error.issues)
  const { sessionId, phoneNumber, serviceCode, text, networkCode } = parsed.data
  const dialled = readDialled(serviceCode, address)
  return {
    sessionId,
    phone: phoneNumber,
    code: dialled.kind === 'ours' ? address : serviceCode,
    ...(dialled.kind === 'ours' && dialled.behind.length > 0 ? { dialled: dialled.behind } : {}),
    transcript: text,
    ...(networkCode === undefined || networkCode === '' ? {} : { network: networkCode }),
  }
}

function writeReply({ kind, text, label }: Reply): WireReply {
  const step = label?.replace(/[^\x20-\x7e]|\|/g, '-').slice(0, MAX_LABEL)
  return {
    contentType: 'text/plain',
    headers: step === undefined ? {} : { 'at-ussd-hop-metadata': step },
    body: `${kind === 'con' ? 'CON' : 'END'} ${text}`,
  }
}

/** The end event repeats every input and our last answer, PINs among them: neither is taken over. */
function readEnd(request: RawRequest): SessionEnd | Unreadable {
  const form = readForm(request)
  if (isUnreadable(form)) return form
  const parsed = EndForm.safeParse(Object.fromEntries(form))
  if (!parsed.success) return complaint(parsed.error.issues)
  const { sessionId, phoneNumber, status, durationInMillis, hopsCount } = parsed.data
  return {
    sessionId,
    phone: phoneNumber,
    status,
    ...(durationInMillis === undefined ? {} : { durationMs: durationInMillis }),
    ...(hopsCount === undefined ? {} : { hops: hopsCount }),
  }
}
