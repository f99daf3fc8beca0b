/** The parts of the library that we use; it ships no types. Source: farhadi/node-smpp 0.5.1, lib/smpp.js and lib/pdu.js. */
declare module 'smpp' {
  namespace smpp {
    type Fields = Readonly<Record<string, string | number | Buffer | undefined>>
    type Pdu = PDU
    class PDU {
      constructor(command: string, fields?: Fields)
      readonly command: string
      readonly command_status: number
      readonly [field: string]: unknown
      isResponse(): boolean
      response(fields?: Fields): PDU
    }
    type Session = {
      readonly socket: { setNoDelay(): void }
      on(event: 'pdu', heard: (pdu: PDU) => void): void
      on(event: 'close' | 'error', heard: () => void): void
      /** False where the connection takes nothing any more. */
      send(pdu: PDU, answered?: (pdu: PDU) => void): boolean
      destroy(): void
    }
    type Filtered = { filter: unknown }
    const commands: Readonly<Record<'submit_sm' | 'deliver_sm', { params: { short_message: Filtered } }>>
    const tlvs: { readonly message_payload: Filtered }
    const types: { readonly tlv: { readonly string: unknown } }
    function addTLV(name: string, options: { id: number; type: unknown }): void
    function connect(options: { host: string; port: number; tls: boolean }): Session
  }
  export = smpp
}
