import type { Answer, House, Note } from '../../flows/dialogue.ts'
import type { Handover } from '../../flows/handover.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Closed, Hop, Reply, Room } from '../channels/channel.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { inTime } from '../domain/time.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import type { Act } from '../gateway/step.ts'
import { lift, suppress } from '../gateway/suppressions.ts'
import { setLanguage, setPromptHour } from '../store/people.ts'
import { setPhoneLanguage } from '../store/phones.ts'
import type { Session, Sessions } from '../store/sessions.ts'
import { setStaffLanguage } from '../store/staff.ts'
import type { Channel } from '../store/tenants.ts'
import { claimTurn, saveTurn, type TurnKey, turnSession, wasCutOff } from '../store/turns.ts'
import { createDecisions, isDecision, LostTurn } from './decisions.ts'
import { type Caller, createDesk, type Reading } from './desk.ts'
import { typeDialled } from './dialled.ts'
import { firstPage, MORE, nextPage, shortened } from './pages.ts'
import { markOf, type Placed, place } from './place.ts'
import { isWorthResuming, offerOf } from './resume.ts'
import { AWAY, HOP_MS, houseOf, LATE_MS, QUESTION_MS } from './rules.ts'
import { type Ask, languageOf, restoreFlow, runTurn, SCRIPT, type Standing, storeFlow } from './run.ts'
import { type Beginning, beginningOf } from './shortcuts.ts'

export type SessionHost = {
  /** Answers one hop within the time budget, whatever is down, in what the screen has room for. Never throws. */
  hop(channel: Channel, hop: Hop, room: Room): Promise<Reply>
  /** The gateway says that a session is over: nothing that still comes of it moves anything. Never throws. */
  close(channel: Channel, closed: Closed): Promise<void>
}

const NOT_DIALLED: Beginning = { first: { to: 'welcome' }, typed: [] }

/** How far a hop has come, for the answer it gets when something fails or hangs. */
type Progress = { house?: House; deciding: boolean }

/** Hosts dialogues: finds the session, places the hop in it, runs the turn, and lets one of two racing hops win. */
export function createSessionHost(gateway: Gateway, sessions: Sessions): SessionHost {
  const { deps } = gateway
  const read = createDesk(gateway)
  const decide = createDecisions(gateway)

  const moment = (): number => deps.clock.now().getTime()
  const keyOf = ({ tenantId, id }: Channel, sessionId: string): string =>
    `hatua:${tenantId}:session:${id}:${sessionId}`
  const hmacsOf =
    (sessionId: string) =>
    (text: string): string =>
      deps.keys.hash('transcript', `${sessionId}\n${text}`)

  async function hop(channel: Channel, request: Hop, room: Room, progress: Progress): Promise<Reply> {
    const deadline = performance.now() + HOP_MS
    const { tenantId } = channel
    const { sessionId, phone, code } = request
    const tenant = await deps.tenants.tenant(tenantId)
    const house = houseOf(tenant, await deps.tenants.connections(tenantId), channel)
    progress.house = house
    const key = keyOf(channel, sessionId)
    const hmacOf = hmacsOf(sessionId)
    const inRedis = await sessions.load(key)
    const stored = inRedis ?? (await fromPostgres(channel, request, hmacOf))

    if (stored === 'cut-off') return { kind: 'end', text: words(house).unsure(), label: 'cut-off' }
    const lost = inRedis === undefined && !('transcript' in request)
    const placed: Placed =
      lost && request.begin ? { kind: 'advance', input: undefined } : place(stored, request, hmacOf, moment())
    if (placed.kind === 'foreign') {
      deps.log.warn({ tenant: tenantId, channel: channel.id }, 'a hop of another phone or code')
      return { kind: 'end', text: words(house).tooManyErrors(house.lender), label: 'foreign' }
    }
    if (placed.kind === 'replay') return placed.session.reply

    const turn = (stored?.turn ?? -1) + 1
    const mark = markOf(stored, request, hmacOf)
    const page = lost || placed.input !== MORE ? undefined : nextPage(stored)
    if (page !== undefined)
      return keep(key, { ...page, ...mark, turn, answeredAt: moment() }, inRedis?.turn, false)
    const turnKey: TurnKey = { tenantId, channelId: channel.id, sessionId, turn, hmac: mark.hmac }
    try {
      const ask = answering({ tenantId, phone, by: 'ussd' }, turnKey, deadline, progress)
      // without its transcript, what Postgres knows of a session does not tell which screen she answered
      const from = { standing: lost ? null : standingOf(stored), misses: stored?.misses ?? 0 }
      const begins = placed.input === undefined || lost
      const { first: begun, typed } = begins ? beginningOf(request, tenant) : NOT_DIALLED
      const isPlain = begins && stored === undefined && typed.length === 0 && !('shortcut' in begun)
      const first = (isPlain ? await cutOffBefore(channel, request) : undefined) ?? begun
      const entered = await runTurn(from, placed.input, house, ask, SCRIPT, first)
      const turned = await typeDialled(entered, typed, house, ask, deadline - QUESTION_MS)
      const session: Session = {
        turn,
        phone,
        code,
        ...mark,
        answeredAt: moment(),
        ...firstPage(turned.reply, room, WORDS[languageOf(turned.ended, house)].more),
        misses: turned.misses,
        flow: turned.standing === null ? null : storeFlow(turned.standing),
        ...(progress.deciding || stored?.decided === true ? { decided: true } : {}),
      }
      // where something was decided, no session before it is gone on with either
      if (isWorthResuming(turn) || progress.deciding) await remember(channel, phone, sessionId)
      const bound = progress.deciding || turned.notes.length > 0
      if (bound) await commitTurn(turnKey, session, turned.notes)
      return await keep(key, session, inRedis?.turn, bound)
    } catch (error) {
      if (error instanceof LostTurn) return winner(turnKey, house, deadline)
      throw error
    }
  }

  const lastOf = ({ tenantId, id }: Channel, phone: string): string =>
    `hatua:${tenantId}:last-session:${id}:${phone}`

  /** That a session can be resumed is a comfort: where Redis is away nobody waits for it. */
  const remember = (channel: Channel, phone: string, sessionId: string): Promise<void> =>
    sessions
      .remember(lastOf(channel, phone), sessionId)
      .catch(error => deps.log.warn({ error: String(error) }, 'a session cannot be resumed'))

  async function cutOffBefore(channel: Channel, { phone }: Hop): Promise<Handover | undefined> {
    try {
      const last = await sessions.recall(lastOf(channel, phone))
      const session = last === undefined ? undefined : await sessions.load(keyOf(channel, last))
      return offerOf(session, phone, moment())
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'no session can be resumed')
      return undefined
    }
  }

  /** What Postgres knows of a session that Redis does not. */
  async function fromPostgres(
    { tenantId, id }: Channel,
    hop: Hop,
    hmacOf: (text: string) => string,
  ): Promise<Session | 'cut-off' | undefined> {
    if ('transcript' in hop && hop.transcript === '') return undefined
    const key = { tenantId, channelId: id, sessionId: hop.sessionId }
    const cut = 'transcript' in hop ? { ...key, hmac: hmacOf(hop.transcript) } : hop.begin ? undefined : key
    return act(deps, tenantId, async ({ trx }) =>
      cut !== undefined && (await wasCutOff(trx, cut)) ? 'cut-off' : turnSession(trx, key),
    )
  }

  /** Answers the questions of one turn: decisions are taken, all else is read. */
  const answering =
    (caller: Caller, key: TurnKey, deadline: number, progress: Progress): Ask =>
    (question, ordinal) => {
      const decision = isDecision(question)
      progress.deciding ||= decision
      const work = isDecision(question)
        ? decide(caller, key, ordinal, question)
        : read(caller, question as Reading)
      const ms = Math.min(QUESTION_MS, deadline - performance.now())
      return inTime(readable(work), ms, () => ({
        type: 'NO_ANSWER',
        committed: decision ? 'unknown' : 'no',
      }))
    }

  /** A question whose answer fails has none; the dialogue knows what to say. */
  const readable = (work: Promise<Answer>): Promise<Answer> =>
    work.catch(error => {
      if (error instanceof LostTurn) throw error
      deps.log.warn({ error: String(error) }, 'a question found no answer')
      return { type: 'NO_ANSWER', committed: 'no' }
    })

  function standingOf(stored: Session | undefined): Standing | null {
    if (stored === undefined || stored.flow === null) return null
    try {
      return restoreFlow(stored.flow)
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'a dialogue that cannot be read starts again')
      return null
    }
  }

  /** The turn's end and its notes, in Postgres: from now on this is what the turn led to. */
  async function commitTurn(key: TurnKey, session: Session, notes: readonly Note[]): Promise<void> {
    try {
      await act(deps, key.tenantId, async commit => {
        const { trx, at } = commit
        if (!(await claimTurn(trx, key, at))) throw new LostTurn()
        for (const note of notes) await record(commit, session.phone as Msisdn, note)
        await saveTurn(trx, key, session)
      })
    } catch (error) {
      if (error instanceof LostTurn) throw error
      deps.log.error({ tenant: key.tenantId, error: String(error) }, 'a turn could not be recorded')
    }
  }

  /** Redis follows Postgres where Postgres decided; elsewhere the first of two racing hops wins. */
  async function keep(
    key: string,
    session: Session,
    expected: number | undefined,
    bound: boolean,
  ): Promise<Reply> {
    try {
      if (bound) await sessions.follow(key, session)
      else {
        const saved = await sessions.save(key, session, expected)
        if (saved !== 'saved') return saved.reply
      }
    } catch (error) {
      if (!bound && session.reply.kind === 'con') throw error
      deps.log.warn({ error: String(error) }, 'session not kept')
    }
    return session.reply
  }

  /** This hop lost its turn: it is answered with what the winner got. */
  async function winner(key: TurnKey, house: House, deadline: number): Promise<Reply> {
    while (performance.now() < deadline) {
      const won = await act(deps, key.tenantId, ({ trx }) => turnSession(trx, key))
      if (won !== undefined) return won.reply
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    return { kind: 'end', text: words(house).unsure(), label: 'lost' }
  }

  /** What she is told when her hop fails or hangs: after a decision that may have been taken, not to repeat it. */
  const excuse = ({ house, deciding }: Progress): Reply => {
    if (house === undefined) return { kind: 'end', text: AWAY, label: 'away' }
    return deciding
      ? { kind: 'end', text: words(house).unsure(), label: 'unsure' }
      : { kind: 'end', text: words(house).sorry(house.lenderPhone), label: 'sorry' }
  }

  return {
    async hop(channel, request, room) {
      const progress: Progress = { deciding: false }
      const about = { tenant: channel.tenantId, channel: channel.id }
      const work = hop(channel, request, room, progress).catch(error => {
        deps.log.error({ ...about, error: String(error) }, 'a hop failed')
        return excuse(progress)
      })
      const reply = await inTime(work, LATE_MS, () => {
        deps.log.error(about, 'a hop hangs')
        return excuse(progress)
      })
      return reply.kind === 'con' ? reply : { ...reply, text: shortened(reply.text, room) }
    },
    async close(channel, { sessionId, phone }) {
      const key = keyOf(channel, sessionId)
      try {
        const session = await sessions.load(key)
        if (session === undefined || session.flow === null) return
        if (phone !== undefined && phone !== session.phone) return
        const reply = { kind: 'end', text: AWAY, label: 'closed' } as const
        const closed = { ...session, turn: session.turn + 1, reply, flow: null, left: session.flow }
        await sessions.save(key, closed, session.turn)
      } catch (error) {
        deps.log.warn({ tenant: channel.tenantId, error: String(error) }, 'a session was not closed')
      }
    },
  }
}

function record(commit: Act, phone: Msisdn, note: Note): Promise<void> {
  const { trx, setup } = commit
  const tenantId = setup.tenant.id
  switch (note.kind) {
    case 'set-language':
      return setLanguage(trx, tenantId, note.customerId, note.language)
    case 'set-phone-language':
      return setPhoneLanguage({ trx, tenantId, phone }, note.language)
    case 'set-prompt-hour':
      return setPromptHour(trx, tenantId, note.customerId, note.hour)
    case 'set-staff-language':
      return setStaffLanguage(trx, tenantId, note.staffId, note.language)
    case 'want-messages':
      return note.wanted ? lift(commit, phone) : suppress(commit, phone, 'her')
  }
}

const words = (house: House) => WORDS[house.languages[0] ?? 'en']
