/** PDUs of SMPP 3.4 to the octet, written down here anew: the server's own library is what we try. */

export const COMMANDS = {
  genericNack: 0x80000000,
  bindReceiver: 0x01,
  bindTransmitter: 0x02,
  submit: 0x04,
  deliver: 0x05,
  unbind: 0x06,
  bindTransceiver: 0x09,
  enquireLink: 0x15,
} as const
export const ANSWER = 0x80000000

/** §5.1.3 */
export const STATUS = {
  ok: 0x00,
  badMessageLength: 0x01,
  badCommandLength: 0x02,
  badCommand: 0x03,
  badBindState: 0x04,
  alreadyBound: 0x05,
  systemError: 0x08,
  badSource: 0x0a,
  badDestination: 0x0b,
  bindFailed: 0x0d,
  badPassword: 0x0e,
  badSystemId: 0x0f,
  queueFull: 0x14,
  badEsmClass: 0x43,
  submitFailed: 0x45,
  badSourceType: 0x48,
  badDestinationType: 0x50,
  throttled: 0x58,
  badValidity: 0x62,
  badTlv: 0xc4,
  /** Of no list. */
  unheardOf: 0x0455,
} as const

export type Pdu = {
  readonly command: number
  readonly status: number
  readonly sequence: number
  readonly body: Buffer
}

const HEADER = 16
const LONGEST = 70_000

/** The whole PDUs at the beginning of what has come, and the rest; undefined where this is no SMPP. */
export function unpack(octets: Buffer): { readonly pdus: readonly Pdu[]; readonly rest: Buffer } | undefined {
  const pdus: Pdu[] = []
  let rest = octets
  while (rest.length >= 4) {
    const length = rest.readUInt32BE(0)
    if (length < HEADER || length > LONGEST) return undefined
    if (rest.length < length) break
    pdus.push({
      command: rest.readUInt32BE(4),
      status: rest.readUInt32BE(8),
      sequence: rest.readUInt32BE(12),
      body: rest.subarray(HEADER, length),
    })
    rest = rest.subarray(length)
  }
  return { pdus, rest }
}

export function pack({ command, status, sequence, body }: Pdu): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32BE(HEADER + body.length, 0)
  header.writeUInt32BE(command, 4)
  header.writeUInt32BE(status, 8)
  header.writeUInt32BE(sequence, 12)
  return Buffer.concat([header, body])
}

export const cstring = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1')

export function tlv(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(tag, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value])
}

/** Reads a body from its beginning; throws a status where the octets are not as the standard has them. */
export function reader(body: Buffer) {
  let at = 0
  const octets = (count: number): Buffer => {
    if (at + count > body.length) throw STATUS.badCommandLength
    at += count
    return body.subarray(at - count, at)
  }
  return {
    octets,
    int8: (): number => octets(1)[0] as number,
    /** `longest`: with its nought. */
    cstring(longest: number): string {
      const end = body.indexOf(0, at)
      if (end < 0 || end - at + 1 > longest) throw STATUS.badCommandLength
      const text = body.toString('latin1', at, end)
      at = end + 1
      return text
    },
    tlvs(): ReadonlyMap<number, Buffer> {
      const found = new Map<number, Buffer>()
      while (at < body.length) {
        const head = octets(4)
        found.set(head.readUInt16BE(0), octets(head.readUInt16BE(2)))
      }
      return found
    },
  }
}

/** §4.4.1 and §4.6.1, which are alike. */
export type Message = {
  readonly source: { readonly ton: number; readonly npi: number; readonly address: string }
  readonly destination: { readonly ton: number; readonly npi: number; readonly address: string }
  readonly esmClass: number
  readonly validity: string
  readonly registered: number
  readonly coding: number
  readonly octets: Buffer
  readonly tlvs: ReadonlyMap<number, Buffer>
}

export function readMessage(body: Buffer): Message {
  const { int8, cstring: text, octets, tlvs } = reader(body)
  const address = () => ({ ton: int8(), npi: int8(), address: text(21) })
  text(6)
  const source = address()
  const destination = address()
  const esmClass = int8()
  octets(2)
  text(17)
  const validity = text(17)
  const registered = int8()
  int8()
  const coding = int8()
  int8()
  const message = octets(int8())
  return { source, destination, esmClass, validity, registered, coding, octets: message, tlvs: tlvs() }
}

export function writeMessage(
  message: Omit<Message, 'validity' | 'tlvs'> & { readonly tlvs: Buffer },
): Buffer {
  const { source, destination, esmClass, registered, coding, octets, tlvs } = message
  return Buffer.concat([
    cstring(''),
    Buffer.of(source.ton, source.npi),
    cstring(source.address),
    Buffer.of(destination.ton, destination.npi),
    cstring(destination.address),
    Buffer.of(esmClass, 0, 0),
    cstring(''),
    cstring(''),
    Buffer.of(registered, 0, coding, 0, octets.length),
    octets,
    tlvs,
  ])
}
