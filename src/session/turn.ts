import type { Answer, Decision, House, Note, Question } from '../../flows/dialogue.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Hop, Reply } from '../channels/channel.ts'
import { act } from '../gateway/context.ts'
import type { Gateway } from '../gateway/index.ts'
import { setLanguage } from '../store/people.ts'
import type { Session, Sessions } from '../store/sessions.ts'
import type { Channel } from '../store/tenants.ts'
import { claimTurn, saveTurn, type TurnKey, turnSession } from '../store/turns.ts'
import { createDecisions, LostTurn } from './decisions.ts'
import { type Caller, createDesk, type Reading } from './desk.ts'
import { place } from './place.ts'
import { HOP_MS, houseOf, QUESTION_MS } from './rules.ts'
import { restoreFlow, runTurn, type Standing, storeFlow, type Turned } from './run.ts'

export type SessionHost = {
  /** Answers one hop within the time budget, whatever is down. Never throws. */
  hop(channel: Channel, hop: Hop): Promise<Reply>
}

const DECISIONS: ReadonlySet<Question['kind']> = new Set<Decision['kind']>([
  'check-pin',
  'approve',
  'postpone',
  'decline',
])
const isDecision = (question: Question): question is Decision => DECISIONS.has(question.kind)

/** Hosts dialogues: finds the session, places the hop in it, runs the turn, and lets one of two racing hops win. */
export function createSessionHost(gateway: Gateway, sessions: Sessions): SessionHost {
  const { deps } = gateway
  const read = createDesk(gateway)
  const decide = createDecisions(gateway)

  async function hop(channel: Channel, { sessionId, phone, code, transcript }: Hop): Promise<Reply> {
    const deadline = performance.now() + HOP_MS
    const { tenantId } = channel
    const house = houseOf(await deps.tenants.tenant(tenantId), channel)
    const key = `hatua:${tenantId}:session:${channel.id}:${sessionId}`
    const hmacOf = (text: string): string => deps.keys.hash('transcript', `${sessionId}\n${text}`)
    const inRedis = await sessions.load(key)
    const stored = inRedis ?? (transcript === '' ? undefined : await fromPostgres(channel, sessionId))

    const placed = place(stored, { phone, code, transcript }, hmacOf)
    if (placed.kind === 'foreign') {
      deps.log.warn({ tenant: tenantId, channel: channel.id }, 'a hop of another phone or code')
      return { kind: 'end', text: words(house).tooManyErrors(house.lender), label: 'foreign' }
    }
    if (placed.kind === 'replay') return placed.session.reply

    const turn = (stored?.turn ?? -1) + 1
    const turnKey: TurnKey = { tenantId, channelId: channel.id, sessionId, turn, hmac: hmacOf(transcript) }
    try {
      const { turned, decided } = await run(
        { tenantId, phone },
        turnKey,
        stored,
        placed.input,
        house,
        deadline,
      )
      const session: Session = {
        turn,
        phone,
        code,
        typed: transcript.length,
        hmac: turnKey.hmac,
        reply: turned.reply,
        misses: turned.misses,
        flow: turned.standing === null ? null : storeFlow(turned.standing),
      }
      const bound = decided || turned.notes.length > 0
      if (bound) await commitTurn(turnKey, session, turned.notes)
      return await keep(key, session, inRedis?.turn, bound)
    } catch (error) {
      if (error instanceof LostTurn) return winner(turnKey, house, deadline)
      throw error
    }
  }

  async function fromPostgres({ tenantId, id }: Channel, sessionId: string): Promise<Session | undefined> {
    return act(deps, tenantId, ({ trx }) => turnSession(trx, { tenantId, channelId: id, sessionId }))
  }

  async function run(
    caller: Caller,
    key: TurnKey,
    stored: Session | undefined,
    input: string | undefined,
    house: House,
    deadline: number,
  ): Promise<{ turned: Turned; decided: boolean }> {
    let decided = false
    const ask = (question: Question, ordinal: number): Promise<Answer> => {
      const decision = isDecision(question)
      decided ||= decision
      const work = isDecision(question)
        ? decide(caller, key, ordinal, question)
        : read(caller, question as Reading)
      return inTime(work, Math.min(QUESTION_MS, deadline - performance.now()), decision ? 'unknown' : 'no')
    }
    return {
      turned: await runTurn({ standing: standingOf(stored), misses: stored?.misses ?? 0 }, input, house, ask),
      decided,
    }
  }

  /** The answer, or `NO_ANSWER` when the time is up; a reading that fails is no answer either. */
  async function inTime(work: Promise<Answer>, ms: number, committed: 'no' | 'unknown'): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Answer>(resolve => {
      timer = setTimeout(() => resolve({ type: 'NO_ANSWER', committed }), Math.max(0, ms))
    })
    try {
      return await Promise.race([work, late])
    } catch (error) {
      if (error instanceof LostTurn) throw error
      deps.log.warn({ error: String(error) }, 'a question found no answer')
      return { type: 'NO_ANSWER', committed: 'no' }
    } finally {
      clearTimeout(timer)
      work.catch(() => undefined)
    }
  }

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
      await act(deps, key.tenantId, async ({ trx, at }) => {
        if (!(await claimTurn(trx, key, at))) throw new LostTurn()
        for (const note of notes) await setLanguage(trx, key.tenantId, note.customerId, note.language)
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

  return {
    async hop(channel, request) {
      try {
        return await hop(channel, request)
      } catch (error) {
        deps.log.error(
          { tenant: channel.tenantId, channel: channel.id, error: String(error) },
          'a hop failed',
        )
        const tenant = await deps.tenants.tenant(channel.tenantId).catch(() => undefined)
        const language = tenant?.settings.languages[0] ?? 'en'
        return {
          kind: 'end',
          text: WORDS[language].sorry(tenant?.settings.lenderPhone ?? ''),
          label: 'sorry',
        }
      }
    },
  }
}

const words = (house: House) => WORDS[house.languages[0] ?? 'en']
