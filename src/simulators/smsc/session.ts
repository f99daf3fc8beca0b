import { timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import { ACCOUNTS, type Account, type House, messageId, SMSC } from './house.ts'
import { ANSWER, COMMANDS, cstring, type Pdu, pack, reader, STATUS, unpack } from './pdu.ts'
import { submit } from './submit.ts'

/** One client's connection: bound first, then messages both ways. Source: SMPP 3.4 §2.2, §4.1 and §4.2. */

/** Faults of the line: nothing kept and nothing said; kept and nothing said; kept, and the connection cut. */
export const LINE_FAULTS = ['lost-request', 'lost-answer', 'cut'] as const
/** Faults of the next bind. */
export const BIND_FAULTS = ['bind-refused'] as const

const VERSION_3_4 = 0x34
/** Nobody waits longer for an answer. */
const ANSWER_MS = 5_000
const NAME = 'HATUA-SIM'

export type Session = {
  readonly account: () => Account | undefined
  /** The status of the answer; undefined where none came. */
  deliver(body: Buffer): Promise<number | undefined>
  end(): void
}

export type Hall = {
  /** How many lines of the account are open. */
  bound(systemId: string): number
  /** What is due for the account may leave. */
  flush(systemId: string): Promise<void>
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

async function bind(house: House, hall: Hall, { command, body }: Pdu): Promise<Account | number> {
  const { cstring: text, int8 } = reader(body)
  const [systemId, password] = [text(16), text(9)]
  text(13)
  const version = int8()
  // the type and plan of an address range, and the range
  int8()
  int8()
  text(41)
  const account: Account | undefined = await house.db(ACCOUNTS).where({ system_id: systemId }).first()
  if (account === undefined) return STATUS.badSystemId
  if (!same(password, account.password)) return STATUS.badPassword
  // receipts come back over the same line
  if (command !== COMMANDS.bindTransceiver || version !== VERSION_3_4) return STATUS.bindFailed
  if ((await house.faults.strike(SMSC, BIND_FAULTS)) !== undefined) return STATUS.bindFailed
  return hall.bound(systemId) >= account.binds ? STATUS.alreadyBound : account
}

export function openSession(house: House, hall: Hall, socket: Socket, ended: () => void): Session {
  let account: Account | undefined
  let rest: Buffer = Buffer.alloc(0)
  let sequence = 0
  let underWay = 0
  const asked = new Map<number, (status: number | undefined) => void>()
  const write = (pdu: Pdu): void => void (socket.writable && socket.write(pack(pdu)))
  const answer = ({ command, sequence: to }: Pdu, status: number, body: Buffer = Buffer.alloc(0)): void =>
    write({
      command: (command | ANSWER) >>> 0,
      status,
      sequence: to,
      body: status === STATUS.ok ? body : Buffer.alloc(0),
    })

  async function submitted(pdu: Pdu, by: Account): Promise<void> {
    if (underWay >= by.window_size) return answer(pdu, STATUS.queueFull)
    underWay++
    try {
      const fault = await house.faults.strike(SMSC, LINE_FAULTS)
      if (fault === 'lost-request') return
      const taken = await submit(house, by, pdu.body)
      if (fault === 'lost-answer') return
      if (fault === 'cut') return void socket.destroy()
      if (typeof taken === 'number') return answer(pdu, taken)
      if (taken.first) await hall.flush(by.system_id)
      answer(pdu, STATUS.ok, cstring(messageId(taken.row)))
    } finally {
      underWay--
    }
  }

  async function heard(pdu: Pdu): Promise<void> {
    const { command } = pdu
    if (command >= ANSWER) {
      asked.get(pdu.sequence)?.(pdu.status)
      return
    }
    if (command === COMMANDS.enquireLink) return answer(pdu, STATUS.ok)
    if (command === COMMANDS.unbind) {
      answer(pdu, STATUS.ok)
      return void socket.end()
    }
    const isBind =
      command === COMMANDS.bindTransceiver ||
      command === COMMANDS.bindTransmitter ||
      command === COMMANDS.bindReceiver
    if (isBind && account === undefined) {
      const found = await bind(house, hall, pdu)
      if (typeof found === 'number') {
        answer(pdu, found)
        return void socket.end()
      }
      account = found
      answer(pdu, STATUS.ok, cstring(NAME))
      return hall.flush(found.system_id)
    }
    if (account === undefined || isBind) return answer(pdu, STATUS.badBindState)
    if (command === COMMANDS.submit) return submitted(pdu, account)
    write({
      command: COMMANDS.genericNack,
      status: STATUS.badCommand,
      sequence: pdu.sequence,
      body: Buffer.alloc(0),
    })
  }

  socket.on('data', (octets: Buffer) => {
    const unpacked = unpack(Buffer.concat([rest, octets]))
    if (unpacked === undefined) return void socket.destroy()
    rest = unpacked.rest
    for (const pdu of unpacked.pdus)
      heard(pdu).catch((error: unknown) =>
        answer(pdu, typeof error === 'number' ? error : STATUS.systemError),
      )
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    for (const lose of asked.values()) lose(undefined)
    ended()
  })

  return {
    account: () => account,
    deliver: body =>
      new Promise(resolve => {
        const to = ++sequence
        const end = (status: number | undefined) => {
          clearTimeout(timer)
          asked.delete(to)
          resolve(status)
        }
        const timer = setTimeout(() => end(undefined), ANSWER_MS)
        asked.set(to, end)
        write({ command: COMMANDS.deliver, status: STATUS.ok, sequence: to, body })
      }),
    end: () => void socket.destroy(),
  }
}
