import type { Pdu } from 'smpp'
import * as z from 'zod'
import { parseMsisdn } from '../../domain/msisdn.ts'
import type { RawRequest } from '../../domain/outside.ts'
import type { DeliveryReport, InboundSms, Unreadable } from '../channel.ts'
import { complaint, unreadable } from '../form.ts'
import { wordOf } from './codes.ts'
import { decode, GSM7 } from './coding.ts'
import type { SmppConfig } from './sms.ts'

/** What the SMSC tells by deliver_sm: receipts, and what people write. Source: SMPP 3.4 §4.6, §5.2.12 and appendix B. */

const TYPE = 0x3c
const RECEIPT = 0x04
const ON_THE_WAY = 0x20
const HEADED = 0x40

/** What a deliver_sm is; acknowledgements of other telephones' own are nothing to us. */
export function kindOf(esmClass: number): 'delivery' | 'inbound' | undefined {
  const type = esmClass & TYPE
  if (type === RECEIPT || type === ON_THE_WAY) return 'delivery'
  return type === 0 ? 'inbound' : undefined
}

const octetsOf = (value: unknown): Buffer => (Buffer.isBuffer(value) ? value : Buffer.alloc(0))
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** The place of a part in a long text: elements 0x00 and 0x08 of a user data header (3GPP TS 23.040 §9.2.3.24). */
function placeIn(header: Buffer): number | undefined {
  for (let at = 1; at + 1 < header.length; at += 2 + (header[at + 1] as number)) {
    if (header[at] === 0x00) return header[at + 4]
    if (header[at] === 0x08) return header[at + 5]
  }
  return undefined
}

/**
 * A PDU as it is kept: the text that was written rather than its octets, so that what may be a PIN in it is found and
 * blanked as in any other callback. No id is in it where the SMSC gave none: the same words are then the same message.
 */
export function kept(pdu: Pdu, host: string): RawRequest {
  const esmClass = numberOf(pdu.esm_class)
  const short = octetsOf(pdu.short_message)
  const octets = short.length > 0 ? short : octetsOf(pdu.message_payload)
  const headerSize = (esmClass & HEADED) !== 0 ? (octets[0] ?? 0) + 1 : 0
  const coding = numberOf(pdu.data_coding)
  const message = octets.subarray(headerSize)
  // a receipt's text is plain ASCII, whatever it says of its coding
  const text =
    kindOf(esmClass) === 'delivery' && coding === GSM7 ? message.toString('latin1') : decode(message, coding)
  return {
    method: 'DELIVER_SM',
    headers: { 'content-type': 'application/json' },
    query: {},
    body: JSON.stringify({
      from: String(pdu.source_addr ?? ''),
      to: String(pdu.destination_addr ?? ''),
      esmClass,
      coding,
      text,
      part: placeIn(octets.subarray(0, headerSize)) ?? pdu.sar_segment_seqnum,
      receiptedId: pdu.receipted_message_id,
      state: pdu.message_state,
    }),
    from: host,
  }
}

const Told = z.object({
  from: z.string(),
  to: z.string(),
  text: z.string().optional(),
  part: z.int().optional(),
  receiptedId: z.string().optional(),
  state: z.int().optional(),
})

function readTold({ method, body }: RawRequest): z.infer<typeof Told> | Unreadable {
  if (method !== 'DELIVER_SM') return unreadable('an SMSC tells by its own line')
  try {
    const parsed = Told.safeParse(JSON.parse(body))
    return parsed.success ? parsed.data : complaint(parsed.error.issues)
  } catch {
    return unreadable('what was kept is no JSON')
  }
}

const plainNumber = (id: string): string => id.toLowerCase().replace(/^0+(?=.)/, '')

/** An id as an answer gives it, in the form in which it is kept: where a receipt has another base, without noughts in front. */
export const answeredId = (id: string, { receiptIds }: Pick<SmppConfig, 'receiptIds'>): string =>
  receiptIds === 'same' ? id : plainNumber(id)

/** The id of a receipt's text in the base of the answers. */
function translated(id: string, { receiptIds }: SmppConfig): string | undefined {
  if (receiptIds === 'same') return id
  if (receiptIds === 'decimal') return /^\d{1,20}$/.test(id) ? BigInt(id).toString(16) : undefined
  return /^[0-9a-f]{1,16}$/i.test(id) ? BigInt(`0x${id}`).toString() : undefined
}

export function readDelivery(request: RawRequest, config: SmppConfig): DeliveryReport | Unreadable {
  const told = readTold(request)
  if ('why' in told) return told
  const { text = '', receiptedId, state } = told
  const field = (name: string) => new RegExp(`\\b${name}:\\s*([^\\s]+)`, 'i').exec(text)?.[1]
  const written = field('id')
  // the parameter repeats the answer's own id; the text may have it in another base
  const providerId =
    (written === undefined ? undefined : translated(written, config)) ??
    (receiptedId === undefined ? undefined : answeredId(receiptedId, config))
  const said = state ?? field('stat')
  if (providerId === undefined || said === undefined)
    return unreadable('a receipt names its message and its state')
  const word = wordOf(said)
  const phone = parseMsisdn(`+${told.from.replace(/^\+/, '')}`)
  const error = field('err')
  const bad = word === 'failed' || word === 'expired' || word === 'unlisted'
  return {
    providerId,
    word,
    ...(phone === undefined ? {} : { phone }),
    ...(bad
      ? { reason: error === undefined || /^0+$/.test(error) ? String(field('stat') ?? said) : error }
      : {}),
  }
}

export function readInbound(request: RawRequest): InboundSms | Unreadable {
  const told = readTold(request)
  if ('why' in told) return told
  if (told.text === undefined) return unreadable('no text, or in an encoding that is not read')
  // an answer to us is short: what comes after the first part of a long text is not one
  if (told.part !== undefined && told.part > 1) return unreadable('a later part of a long text')
  const from = parseMsisdn(`+${told.from.replace(/^\+/, '')}`)
  if (from === undefined) return unreadable('the sender is no phone number')
  return { from, to: told.to, text: told.text }
}
