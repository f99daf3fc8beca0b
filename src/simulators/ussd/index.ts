import { UssdBreach, type UssdGateway, type UssdGatewayOptions } from '../africastalking-ussd.ts'
import type { UssdScreen } from '../kit/ussd-screen.ts'
import { arkesel } from './arkesel.ts'
import { beem } from './beem.ts'
import { comviva } from './comviva.ts'
import { hubtel } from './hubtel.ts'
import { infobip } from './infobip.ts'
import { nalo } from './nalo.ts'
import type { Answered, SimCall, SimHop, UssdWire } from './wire.ts'

/** Gateways that send the last input alone, each as strict as its vendor. */
const WIRES = { hubtel, nalo, arkesel, infobip, beem, comviva } as const satisfies Record<string, UssdWire>
export type GatewayName = keyof typeof WIRES
export const GATEWAY_NAMES = Object.keys(WIRES) as readonly GatewayName[]

type Options = Omit<UssdGatewayOptions, 'networkCode' | 'clock'> & {
  /** What passes while she reads a screen, before she answers it. */
  readonly reads?: () => void
}

/** A session at the gateway: the hops in the order of typing. */
type Session = { readonly id: string; readonly hops: SimHop[]; open: boolean }

/** A phone on one code of that gateway. Each `dial` is a session of its own. */
export function createGatewayPhone(name: GatewayName, options: Options): UssdGateway {
  const { url, phone, code, reads = () => undefined } = options
  const wire: UssdWire = {
    ...WIRES[name],
    ...(options.maxSeptets === undefined ? {} : { maxSeptets: options.maxSeptets }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  }
  const call = options.fetch ?? fetch
  let session: Session | undefined

  async function send({ method, behind, body }: SimCall): Promise<Answered> {
    const answer = await call(`${url}${behind}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(wire.timeoutMs),
    })
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer())
    return { status: answer.status, headers: answer.headers, body: text }
  }

  async function tell(notice: SimCall | undefined): Promise<void> {
    if (notice === undefined) return
    const breach = wire.readClosed?.(await send(notice))
    if (breach !== undefined) throw new UssdBreach(`the end of a session: ${breach}`)
  }

  /** One hop on the wire. A breach ends the session, and so does a silence. */
  async function post(hop: SimHop): Promise<UssdScreen> {
    const started = performance.now()
    const answer = await send(wire.call(hop)).catch((error: unknown) => String(error))
    if (typeof answer === 'string') {
      close()
      await tell(wire.late?.(hop)).catch(() => undefined)
      throw new UssdBreach(`no answer within ${wire.timeoutMs} ms: ${answer}`)
    }
    const screen = wire.read(answer, hop)
    if (typeof screen !== 'string') return { ...screen, elapsedMs: performance.now() - started }
    close()
    throw new UssdBreach(`${screen}; the answer was "${answer.body}"`)
  }

  const close = (): void => {
    if (session !== undefined) session.open = false
  }
  const known = (): Session => {
    if (session === undefined) throw new Error('there is no session: dial first')
    return session
  }
  const current = (): Session => {
    if (session?.open !== true) throw new Error('there is no open session: dial first')
    return session
  }
  const hopOf = ({ id, hops }: Session, typed: string): SimHop => ({
    kind: hops.length === 0 ? 'begin' : 'input',
    sessionId: id,
    phone,
    code,
    typed,
    sequence: hops.length + 1,
  })
  const type = (open: Session, typed: string): SimHop => {
    const hop = hopOf(open, typed)
    open.hops.push(hop)
    return hop
  }
  async function shown(hop: SimHop): Promise<UssdScreen> {
    const screen = await post(hop)
    if (screen.kind === 'END') close()
    return screen
  }
  async function drop(): Promise<void> {
    const { hops } = current()
    const last = hops.at(-1)
    close()
    if (last !== undefined) await tell(wire.close?.(last))
  }
  const lastOf = ({ hops }: Session, at = hops.length - 1): SimHop => {
    const hop = hops[at]
    if (hop === undefined) throw new Error(`there was no hop ${at}`)
    return hop
  }

  return {
    async dial(shortcut = '') {
      if (session?.open === true) await drop()
      session = { id: wire.sessionId(), hops: [], open: true }
      return shown(type(session, shortcut === '' ? code : `${code.slice(0, -1)}*${shortcut}#`))
    },
    async answer(input) {
      reads()
      return shown(type(current(), input))
    },
    repeat: async () => post(lastOf(known())),
    stale: async at => post(lastOf(known(), at)),
    async reorder(first, second) {
      reads()
      const open = current()
      const [earlier, later] = [type(open, first), type(open, second)]
      const ahead = await shown(later)
      return [ahead, await post(earlier)]
    },
    async atOnce(...inputs) {
      reads()
      const open = current()
      const hops = inputs.map(input => hopOf(open, input))
      const [first] = hops
      if (first !== undefined) open.hops.push(first)
      return Promise.all(hops.map(shown))
    },
    async insist(input, other = phone) {
      reads()
      return post({ ...hopOf(known(), input), phone: other })
    },
    drop,
    get sessionId() {
      return session?.id ?? ''
    },
    get text() {
      return (session?.hops ?? [])
        .slice(1)
        .map(({ typed }) => typed)
        .join('*')
    },
  }
}
