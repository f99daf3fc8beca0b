import smpp, { type Fields, type Pdu } from 'smpp'
import { NOT_NOW, OK, UNKNOWN_COMMAND } from './codes.ts'
import type { SmppConfig } from './sms.ts'

/** One connection to an SMSC, bound as a transceiver; once it is gone it stays so. Source: SMPP 3.4 §2.2, §4.1, §4.2 and §4.11. */
export type Connection = {
  /** `lost`: it left, and no answer came in time; `not-sent`: nothing left. */
  request(command: string, fields?: Fields): Promise<Pdu | 'lost' | 'not-sent'>
  /** Settles when the connection has ended, whoever ended it. */
  readonly gone: Promise<void>
  /** Unbinds, and does not wait long for the answer. */
  close(): Promise<void>
}

// Texts go in and come out as octets: see coding.ts.
smpp.commands.submit_sm.params.short_message.filter = undefined
smpp.commands.deliver_sm.params.short_message.filter = undefined
smpp.tlvs.message_payload.filter = undefined

const VERSION_3_4 = 0x34
const GOODBYE_MS = 1_000

type Heard = (pdu: Pdu) => Promise<void>

/** Connects and binds; the status of a refusal, or undefined where nobody answered. */
export async function connect(config: SmppConfig, heard: Heard): Promise<Connection | number | undefined> {
  const { baseUrl, callMs, enquireMs } = config
  const url = new URL(baseUrl)
  const session = smpp.connect({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port),
    tls: url.protocol === 'smpps:',
  })
  // else the second message of a window waits in the socket for the answer to the first
  session.socket.setNoDelay()
  const open = new Set<(answer: 'lost') => void>()
  let isGone = false
  const gone = new Promise<void>(resolve => {
    const end = () => {
      if (isGone) return
      isGone = true
      clearInterval(pulse)
      session.destroy()
      for (const lose of open) lose('lost')
      resolve()
    }
    session.on('close', end)
    // a PDU that cannot be read stops the library's reader for good: a new connection is the only way on
    session.on('error', end)
  })

  const request: Connection['request'] = (command, fields = {}) =>
    new Promise(resolve => {
      if (isGone) return resolve('not-sent')
      const end = (answer: Pdu | 'lost' | 'not-sent') => {
        clearTimeout(timer)
        open.delete(end)
        resolve(answer)
      }
      const timer = setTimeout(() => end('lost'), callMs)
      open.add(end)
      if (!session.send(new smpp.PDU(command, fields), end)) end('not-sent')
    })

  session.on('pdu', pdu => {
    if (pdu.isResponse()) return
    const answer = (status: number) => session.send(pdu.response({ command_status: status }))
    if (pdu.command === 'deliver_sm')
      heard(pdu).then(
        () => answer(OK),
        () => answer(NOT_NOW),
      )
    else if (pdu.command === 'enquire_link') answer(OK)
    else if (pdu.command === 'unbind') {
      answer(OK)
      session.destroy()
    } else if (pdu.command !== 'alert_notification') answer(UNKNOWN_COMMAND)
  })

  const pulse = setInterval(() => {
    void request('enquire_link').then(answer => answer === 'lost' && session.destroy())
  }, enquireMs)

  const answer = await request('bind_transceiver', {
    system_id: config.systemId,
    password: config.password,
    system_type: config.systemType,
    interface_version: VERSION_3_4,
  })
  if (typeof answer === 'object' && answer.command_status === OK)
    return {
      request,
      gone,
      async close() {
        const goodbye = new Promise<void>(resolve => setTimeout(resolve, GOODBYE_MS).unref())
        await Promise.race([request('unbind'), goodbye])
        session.destroy()
        await gone
      },
    }
  session.destroy()
  await gone
  return typeof answer === 'object' ? answer.command_status : undefined
}
