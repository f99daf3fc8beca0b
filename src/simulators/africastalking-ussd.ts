import { randomBytes } from 'node:crypto'
import { breachOfScreen, type UssdScreen } from './kit/ussd-screen.ts'

/**
 * Africa's Talking as a USSD gateway sees us (AT, "Handle sessions"): it gathers what is typed in `text`, posts the whole
 * of it on every hop, and breaks the session off when the answer is not exactly what it wants.
 */
export type UssdGatewayOptions = {
  /** The callback of the service code; the end event goes to `…/events` below it. */
  readonly url: string
  readonly phone: string
  readonly code: string
  readonly fetch?: typeof fetch
  readonly networkCode?: string
  readonly clock?: { now(): Date }
  /** Septets that an answer may have, prefix included. */
  readonly maxSeptets?: number
  readonly timeoutMs?: number
}

export type UssdGateway = {
  /** Starts a session; `shortcut` is what a deep dial (`*384*100*1*2#`) carries behind the code. */
  dial(shortcut?: string): Promise<UssdScreen>
  answer(input: string): Promise<UssdScreen>
  /** The same hop once more, as after a lost answer. */
  repeat(): Promise<UssdScreen>
  /** An earlier hop comes late; 0 is the first. The session itself does not move. */
  stale(hop: number): Promise<UssdScreen>
  /** Two inputs whose hops overtake each other: the later one arrives first. Answers in the order of arrival. */
  reorder(first: string, second: string): Promise<readonly [UssdScreen, UssdScreen]>
  /** Several answers to one screen at once; the first counts as typed. */
  atOnce(...inputs: readonly string[]): Promise<readonly UssdScreen[]>
  /** A hop that no honest gateway sends: into a session that is over, or from another phone. */
  insist(input: string, phone?: string): Promise<UssdScreen>
  /** The subscriber hangs up, or the network drops her. */
  drop(): Promise<void>
  readonly sessionId: string
  /** All that was typed, joined as on the wire. */
  readonly text: string
}

/** Thrown when the server under test breaks the gateway's contract. */
export class UssdBreach extends Error {
  override readonly name = 'UssdBreach'
}

type Session = {
  readonly id: string
  readonly startedAt: number
  /** `text` of each hop, in the order of typing. */
  readonly hops: string[]
  readonly labels: string[]
  last: UssdScreen | undefined
  open: boolean
}

type EndStatus = 'Success' | 'Incomplete' | 'Failed'

const TIMEOUT_MS = 10_000
const MAX_SEPTETS = 160
const MAX_LABEL = 99
const LABEL_HEADER = 'at-ussd-hop-metadata'

type Settings = Required<Omit<UssdGatewayOptions, 'fetch'>> & { readonly post: typeof fetch }

async function post(settings: Settings, session: Session, text: string): Promise<UssdScreen> {
  const { url, phone, code, networkCode, timeoutMs, maxSeptets } = settings
  const label = session.labels.at(-1)
  const started = performance.now()
  let answer: Response
  let body: string
  try {
    answer = await settings.post(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(label === undefined ? {} : { [LABEL_HEADER]: label }),
      },
      body: new URLSearchParams({
        sessionId: session.id,
        phoneNumber: phone,
        networkCode,
        serviceCode: code,
        text,
      }).toString(),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    body = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer())
  } catch (error) {
    throw new UssdBreach(
      `no answer within ${timeoutMs} ms to text "${text}": ${error instanceof Error ? error.message : error}`,
    )
  }
  const breach = breachOfScreen(answer, body, maxSeptets)
  if (breach !== undefined) throw new UssdBreach(`${breach}; text was "${text}", the answer "${body}"`)
  const next = answer.headers.get(LABEL_HEADER)
  if (next !== null) {
    if (next.length > MAX_LABEL || next.includes('|'))
      throw new UssdBreach(`hop label "${next}" is not allowed`)
    session.labels.push(next)
  }
  return {
    kind: body.startsWith('END ') ? 'END' : 'CON',
    text: body.slice(4),
    elapsedMs: performance.now() - started,
  }
}

async function sendEnd(
  settings: Settings,
  session: Session,
  status: EndStatus,
  error?: string,
): Promise<void> {
  session.open = false
  const { url, phone, code, networkCode, clock } = settings
  const last = session.last
  const answer = await settings.post(`${url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      date: clock.now().toISOString().slice(0, 19).replace('T', ' '),
      sessionId: session.id,
      serviceCode: code,
      networkCode,
      phoneNumber: phone,
      status,
      cost: '0.0000',
      durationInMillis: String(Math.round(performance.now() - session.startedAt)),
      hopsCount: String(session.hops.length),
      hopsMetadata: session.labels.join('|'),
      input: session.hops.at(-1) ?? '',
      lastAppResponse: last === undefined ? '' : `${last.kind} ${last.text}`,
      ...(error === undefined ? {} : { errorMessage: error }),
    }).toString(),
    signal: AbortSignal.timeout(settings.timeoutMs),
  })
  await answer.arrayBuffer()
  if (answer.status !== 200) throw new UssdBreach(`the end event was answered with ${answer.status}, not 200`)
}

/** One hop of the session: a good END closes it with an event, and so does a breach. */
async function hop(settings: Settings, session: Session, text: string): Promise<UssdScreen> {
  try {
    session.last = await post(settings, session, text)
  } catch (breach) {
    await sendEnd(settings, session, 'Failed', String(breach)).catch(() => undefined)
    throw breach
  }
  if (session.last.kind === 'END') await sendEnd(settings, session, 'Success')
  return session.last
}

function settingsOf(options: UssdGatewayOptions): Settings {
  return {
    networkCode: '99999',
    clock: { now: () => new Date() },
    maxSeptets: MAX_SEPTETS,
    timeoutMs: TIMEOUT_MS,
    ...options,
    post: options.fetch ?? fetch,
  }
}

const endedWith = (session: Session | undefined): string =>
  session?.last === undefined ? '' : ` (the last one ended with: ${session.last.text})`

/** A phone on one service code. Each `dial` is a session of its own. */
export function createUssdGateway(options: UssdGatewayOptions): UssdGateway {
  const settings = settingsOf(options)
  const { phone } = settings
  let session: Session | undefined
  const current = (): Session => {
    if (session?.open !== true) throw new Error(`there is no open session: dial first${endedWith(session)}`)
    return session
  }
  /** What `text` becomes once this is typed too. */
  const joined = ({ hops }: Session, input: string): string => {
    const before = hops.at(-1) ?? ''
    return hops.length === 1 && before === '' ? input : `${before}*${input}`
  }
  const typed = (open: Session, input: string): string => {
    const text = joined(open, input)
    open.hops.push(text)
    return text
  }
  return {
    async dial(shortcut = '') {
      if (session?.open === true) await sendEnd(settings, session, 'Incomplete')
      const id = `ATUid_${randomBytes(16).toString('hex')}`
      session = {
        id,
        startedAt: performance.now(),
        hops: [shortcut],
        labels: [],
        last: undefined,
        open: true,
      }
      return hop(settings, session, shortcut)
    },
    answer: async input => hop(settings, current(), typed(current(), input)),
    async repeat() {
      if (session === undefined) throw new Error('there is no session: dial first')
      return post(settings, session, session.hops.at(-1) ?? '')
    },
    async stale(at) {
      const text = session?.hops[at]
      if (session === undefined || text === undefined) throw new Error(`there was no hop ${at}`)
      return post(settings, session, text)
    },
    async reorder(first, second) {
      const open = current()
      const earlier = typed(open, first)
      const later = typed(open, second)
      const ahead = await hop(settings, open, later)
      return [ahead, await post(settings, open, earlier)]
    },
    async atOnce(...inputs) {
      const open = current()
      const texts = inputs.map(input => joined(open, input))
      open.hops.push(...texts.slice(0, 1))
      return Promise.all(texts.map(text => post(settings, open, text)))
    },
    async insist(input, other = phone) {
      if (session === undefined) throw new Error('there is no session: dial first')
      return post({ ...settings, phone: other }, session, joined(session, input))
    },
    async drop() {
      await sendEnd(settings, current(), 'Incomplete')
    },
    get sessionId() {
      return session?.id ?? ''
    },
    get text() {
      return session?.hops.at(-1) ?? ''
    },
  }
}
