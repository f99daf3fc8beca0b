import { type AddressInfo, createServer, type Socket } from 'node:net'
import {
  ANSWER,
  COMMANDS,
  cstring,
  type Message,
  type Pdu,
  pack,
  readMessage,
  unpack,
} from '../../src/simulators/smsc/pdu.ts'
import type { Outside } from './sms-gateway.ts'

/** A real SMSC on loopback that lets everybody bind and answers submit_sm by a script. */

/** `hang` never answers, `drip` answers half a PDU and then nothing, `reset` cuts the connection. */
export type SmscSaid =
  | { readonly status: number; readonly id?: string; readonly nack?: true; readonly afterMs?: number }
  | 'hang'
  | 'drip'
  | 'reset'

export type ScriptedSmsc = Outside<Message, SmscSaid> & {
  /** Statuses of the next binds; after them everybody may. */
  refuseBinds(...statuses: readonly number[]): void
  /** Every PDU that is no submit_sm, in order. */
  readonly others: readonly Pdu[]
  /** The lines that are open. */
  readonly open: ReadonlySet<Socket>
  tell(pdu: Omit<Pdu, 'status'>): void
  /** How many messages were without an answer at once, at most, since the last script was set. */
  mostUnderWay(): number
  /** Says nothing to enquire_link. */
  ignorePulse(): void
}

export async function startSmsc(): Promise<ScriptedSmsc> {
  let script: (message: Message) => SmscSaid = () => ({ status: 8 })
  const received: Message[] = []
  const others: Pdu[] = []
  const open = new Set<Socket>()
  let refusals: number[] = []
  let isDeaf = false
  let underWay = 0
  let most = 0

  function play(socket: Socket, pdu: Pdu): void {
    const answer = (status: number, body: Buffer = Buffer.alloc(0)) =>
      pack({ ...pdu, command: (pdu.command | ANSWER) >>> 0, status, body })
    if (pdu.command !== COMMANDS.submit) {
      others.push(pdu)
      if (pdu.command >= ANSWER || (pdu.command === COMMANDS.enquireLink && isDeaf)) return
      const status = pdu.command === COMMANDS.bindTransceiver ? (refusals.shift() ?? 0) : 0
      return void socket.write(
        answer(
          status,
          status === 0 && pdu.command !== COMMANDS.enquireLink ? cstring('SMSC') : Buffer.alloc(0),
        ),
      )
    }
    const message = readMessage(pdu.body)
    received.push(message)
    const said = script(message)
    if (said === 'hang') return
    if (said === 'reset') return void socket.destroy()
    if (said === 'drip') return void socket.write(answer(0, cstring('7')).subarray(0, 12))
    if (said.nack === true)
      return void socket.write(
        pack({
          command: COMMANDS.genericNack,
          status: said.status,
          sequence: pdu.sequence,
          body: Buffer.alloc(0),
        }),
      )
    const whole = answer(said.status, said.status === 0 ? cstring(said.id ?? '') : Buffer.alloc(0))
    underWay++
    most = Math.max(most, underWay)
    setTimeout(() => {
      underWay--
      socket.write(whole)
    }, said.afterMs ?? 0)
  }

  const server = createServer(socket => {
    let rest: Buffer = Buffer.alloc(0)
    open.add(socket)
    socket.on('data', (octets: Buffer) => {
      const unpacked = unpack(Buffer.concat([rest, octets]))
      if (unpacked === undefined) throw new Error('no SMPP')
      rest = unpacked.rest
      for (const pdu of unpacked.pdus) play(socket, pdu)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `smpp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    others,
    open,
    script(next) {
      script = next
      received.length = 0
      others.length = 0
      most = 0
    },
    refuseBinds(...statuses) {
      refusals = [...statuses]
    },
    mostUnderWay: () => most,
    ignorePulse() {
      isDeaf = true
    },
    tell(pdu) {
      for (const socket of open) socket.write(pack({ ...pdu, status: 0 }))
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise(done => server.close(done))
    },
  }
}
