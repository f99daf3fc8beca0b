import type { Fields } from 'smpp'
import type { SmsOrder } from '../channel.ts'
import type { Coded } from './coding.ts'
import type { SmppConfig } from './sms.ts'

/** One text as the submit_sm that carry it. Source: SMPP 3.4 §4.4, §5.2 and §7.1.1. */

const HEADED = 0x40
const RECEIPT_WANTED = 1
const INTERNATIONAL = 1
const ISDN = 1
const ALPHANUMERIC = 5
const UNKNOWN = 0
/** Short codes are numbers of the network's own. */
const SHORT_CODE_DIGITS = 8

/** Type and plan of a sender: a name, a number with its country, or a short code. */
function sender(from: string, { sourceTon, sourceNpi }: SmppConfig): Fields {
  const digits = from.replace(/^\+/, '')
  const isNumber = /^\d+$/.test(digits)
  const long = isNumber && digits.length > SHORT_CODE_DIGITS
  return {
    source_addr_ton: sourceTon ?? (!isNumber ? ALPHANUMERIC : long ? INTERNATIONAL : UNKNOWN),
    source_addr_npi: sourceNpi ?? (isNumber ? ISDN : UNKNOWN),
    source_addr: digits,
  }
}

const two = (count: number): string => String(Math.floor(count)).padStart(2, '0')

/** A relative time, `YYMMDDhhmmss000R`; of years and months it needs none. */
function period(ms: number): string {
  const seconds = Math.max(1, Math.floor(ms / 1000))
  const [days, rest] = [Math.min(99, Math.floor(seconds / 86_400)), seconds % 86_400]
  return `0000${two(days)}${two(rest / 3600)}${two((rest % 3600) / 60)}${two(rest % 60)}000R`
}

/** `reference`: 0 to 255, the same for all parts and another for the next text. A receipt is asked for the last part. */
export function submissions(
  { to, from, validForMs }: SmsOrder,
  { coding, parts }: Coded,
  config: SmppConfig,
  reference: number,
): Fields[] {
  const fields: Fields = {
    service_type: config.serviceType,
    ...sender(from ?? config.from ?? '', config),
    dest_addr_ton: INTERNATIONAL,
    dest_addr_npi: ISDN,
    destination_addr: to.replace(/^\+/, ''),
    validity_period: period(validForMs),
    data_coding: coding,
  }
  const [only = Buffer.alloc(0)] = parts
  if (parts.length === 1)
    return [{ ...fields, esm_class: 0, registered_delivery: RECEIPT_WANTED, short_message: only }]
  if (config.long === 'payload')
    return [
      {
        ...fields,
        esm_class: 0,
        registered_delivery: RECEIPT_WANTED,
        short_message: Buffer.alloc(0),
        message_payload: Buffer.concat(parts),
      },
    ]
  return parts.map((part, at) => ({
    ...fields,
    esm_class: HEADED,
    registered_delivery: at === parts.length - 1 ? RECEIPT_WANTED : 0,
    short_message: Buffer.concat([Buffer.of(5, 0, 3, reference, parts.length, at + 1), part]),
  }))
}
