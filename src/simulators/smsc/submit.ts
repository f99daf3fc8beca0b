import type { Knex } from 'knex'
import { type Account, type House, MESSAGES, type MessageRow, SMSC } from './house.ts'
import { type Message, readMessage, STATUS } from './pdu.ts'
import { planReceipt, RECEIPT_FAULTS } from './receipts.ts'
import { read, SEPTETS, UCS2 } from './text.ts'

/** submit_sm, as strict as an operator's: types of numbers, coding, lengths, validity. Source: SMPP 3.4 §4.4 and §5.2. */

/** Scripted refusals of one message. */
export const REFUSALS = {
  throttled: STATUS.throttled,
  'queue-full': STATUS.queueFull,
  'system-error': STATUS.systemError,
  'bad-destination': STATUS.badDestination,
  'unlisted-status': STATUS.unheardOf,
} as const
export const REFUSAL_FAULTS = Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]

const HEADED = 0x40
const PAYLOAD = 0x0424
/** Parameters of India's operators. */
const [ENTITY, TEMPLATE] = [0x1400, 0x1401]
const LONGEST = { [SEPTETS]: 160, [UCS2]: 140 } as const
/** A header takes six octets of 140, or seven septets of 160. */
const LONGEST_PART = { [SEPTETS]: 153, [UCS2]: 134 } as const
const RELATIVE = /^\d{12}000R$/
const ABSOLUTE = /^\d{13}\d{2}[+-]$/

type Text = Pick<MessageRow, 'coding' | 'text' | 'reference' | 'part' | 'parts'> & { readonly octets: string }

function sourceIs({ senders }: Account, { source: { ton, npi, address } }: Message): number | undefined {
  const isNumber = /^\d+$/.test(address)
  if (!senders.some(sender => sender.replace(/^\+/, '') === address)) return STATUS.badSource
  const fits = isNumber ? ton !== 5 && npi === 1 : ton === 5 && npi === 0 && address.length <= 11
  return fits ? undefined : STATUS.badSourceType
}

function destinationIs({ destination: { ton, npi, address } }: Message): number | undefined {
  if (ton !== 1 || npi !== 1) return STATUS.badDestinationType
  return /^[1-9]\d{7,14}$/.test(address) ? undefined : STATUS.badDestination
}

/** The text of a message, or of a part of one; a status where it is none. */
function textOf({ esmClass, octets, coding, tlvs }: Message): Text | number {
  const payload = tlvs.get(PAYLOAD)
  if (payload !== undefined && octets.length > 0) return STATUS.badMessageLength
  if (coding !== SEPTETS && coding !== UCS2) return STATUS.submitFailed
  const headed = (esmClass & HEADED) !== 0
  const whole = payload ?? octets
  const header = headed ? whole.subarray(0, 6) : Buffer.alloc(0)
  // element 0x00: a reference of one octet, how many parts, and which
  if (headed && !(header.length === 6 && header.subarray(0, 3).equals(Buffer.of(5, 0, 3))))
    return STATUS.badEsmClass
  const message = whole.subarray(header.length)
  const longest = headed ? LONGEST_PART[coding] : LONGEST[coding]
  if (message.length === 0 || (payload === undefined && message.length > longest))
    return STATUS.badMessageLength
  const text = read(message, coding)
  if (text === undefined) return STATUS.submitFailed
  const [reference, parts, part] = headed ? [...header.subarray(3)] : [null, 1, 1]
  if (part === undefined || parts === undefined || part < 1 || part > parts) return STATUS.badEsmClass
  return { coding, text, octets: whole.toString('hex'), reference: reference ?? null, part, parts }
}

/** A text that is not on the ledger is taken, and told of as not delivered. Of a long one the ids of each part count. */
function isLetThrough({ registration }: Account, { tlvs }: Message, { text, parts }: Text): boolean {
  if (registration === null) return true
  const [entity, template] = [ENTITY, TEMPLATE].map(tag => tlvs.get(tag)?.toString('ascii') ?? '')
  if (entity !== registration.entityId) return false
  const pattern = registration.templates[template ?? '']
  if (pattern === undefined) return false
  const fixed = pattern.split('*').map(piece => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return parts > 1 || new RegExp(`^${fixed.join('.{1,30}')}$`, 's').test(text)
}

/** On the phone when its last part is here. */
async function reachPhone({ inbox }: House, row: MessageRow, trx: Knex.Transaction): Promise<void> {
  const { system_id, msisdn, sender, reference, parts } = row
  const all: MessageRow[] =
    parts === 1
      ? [row]
      : await trx(MESSAGES)
          .where({ system_id, msisdn, sender, reference, parts, status: 'accepted' })
          .orderBy('id', 'desc')
          .limit(parts)
  const byPlace = new Map(all.map(one => [one.part, one.text]))
  if (byPlace.size < parts) return
  const text = [...byPlace.keys()].sort((a, b) => a - b).map(place => byPlace.get(place))
  await inbox.receive({ msisdn, sender, text: text.join(''), at: row.created_at }, trx)
}

/** Keeps what was submitted; its row, or the status of a refusal. `first`: the receipt is to overtake the answer. */
export async function submit(
  house: House,
  account: Account,
  body: Buffer,
): Promise<{ readonly row: MessageRow; readonly first: boolean } | number> {
  const message = readMessage(body)
  const wrong = sourceIs(account, message) ?? destinationIs(message)
  if (wrong !== undefined) return wrong
  const { validity, registered, destination, source } = message
  if (validity !== '' && !RELATIVE.test(validity) && !ABSOLUTE.test(validity)) return STATUS.badValidity
  const text = textOf(message)
  if (typeof text === 'number') return text
  const msisdn = destination.address
  const fault = (await house.faults.strike(SMSC, REFUSAL_FAULTS, msisdn)) as keyof typeof REFUSALS | undefined
  if (fault !== undefined) return REFUSALS[fault]
  const wanted = (registered & 3) !== 0
  const isKnown = isLetThrough(account, message, text)
  const kinds = wanted
    ? (await house.faults.strikeEach(SMSC, RECEIPT_FAULTS, msisdn)).map(({ kind }) => kind)
    : []
  const isFailed = !isKnown || kinds.includes('undelivered')
  return house.db.transaction(async trx => {
    const [row]: MessageRow[] = await trx(MESSAGES)
      .insert({
        system_id: account.system_id,
        msisdn,
        sender: source.address,
        ...text,
        status: isFailed ? 'failed' : 'accepted',
        validity,
        created_at: house.clock.now(),
      })
      .returning('*')
    if (row === undefined) throw new Error('a message was not kept')
    if (row.status === 'accepted') await reachPhone(house, row, trx)
    if (wanted) await planReceipt(house, account, row, kinds, trx)
    return { row, first: kinds.includes('callback-first') }
  })
}
