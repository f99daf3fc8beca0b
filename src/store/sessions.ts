/** Where a dialogue stands between two hops. Lost with Redis, it costs a dial: what was decided is in Postgres. */
export type Session = {
  readonly turn: number
  readonly phone: string
  readonly code: string
  /** Length and HMAC of all that was typed; never the text, for it holds PINs. */
  readonly typed: number
  readonly hmac: string
  /** Where the gateway sends the last input alone: by what its next hop is known to be new. */
  readonly trail?: Trail
  /** When the last hop was answered, in milliseconds. */
  readonly answeredAt?: number
  readonly reply: { readonly kind: 'con' | 'end'; readonly text: string; readonly label?: string }
  /** The pages of the screen that she has not turned to yet. */
  readonly rest?: readonly string[]
  /** Answers in a row that no state understood. */
  readonly misses: number
  /** The flow's snapshot; null once the session has ended. */
  readonly flow: {
    readonly v: number
    readonly name: string
    readonly value: string
    readonly context: unknown
  } | null
  /** What stood open when the gateway said that the session is over. */
  readonly left?: Session['flow']
  /** A decision was asked for in it: what she typed as a PIN, or what moves anything. */
  readonly decided?: true
}

export type Trail = {
  /** HMAC of all that was typed before the last input: so its repetition is known without keeping it. */
  readonly before: string
  /** The gateway's own number of the last hop. */
  readonly sequence?: number
  /** The gateway's own names of the last hops. */
  readonly seen?: readonly string[]
}

/**
 * Sessions under compare-and-set by turn: of two hops that race, one wins, and the other learns what the winner wrote.
 * Both kinds pass the same contract.
 */
export type Sessions = {
  load(key: string): Promise<Session | undefined>
  /** Saves the session if the stored turn is the one before it (`undefined`: none is stored); else answers the stored one. */
  save(key: string, session: Session, expected: number | undefined): Promise<'saved' | Session>
  /** Saves without comparing: Postgres has decided the turn. */
  follow(key: string, session: Session): Promise<void>
  /** Keeps which session was the last under this key, and tells it. */
  remember(key: string, sessionId: string): Promise<void>
  recall(key: string): Promise<string | undefined>
  close(): Promise<void>
}

/** Networks end a session after three minutes at most; its last answer may be asked for again a little longer. */
export const SESSION_MS = 10 * 60_000

/** Sessions in this process, for one process alone; the oldest go first when there are too many. */
export function createMemorySessions(now: () => number, limit = 100_000): Sessions {
  const kept = new Map<string, { text: string; turn: number; until: number }>()
  const last = new Map<string, { sessionId: string; until: number }>()
  const put = (key: string, session: Session): void => {
    kept.delete(key)
    kept.set(key, { text: JSON.stringify(session), turn: session.turn, until: now() + SESSION_MS })
    for (const [oldest, { until }] of kept) {
      if (kept.size <= limit && until > now()) break
      kept.delete(oldest)
    }
  }
  const get = (key: string): { text: string; turn: number } | undefined => {
    const found = kept.get(key)
    return found !== undefined && found.until > now() ? found : undefined
  }
  return {
    async load(key) {
      const found = get(key)
      return found && (JSON.parse(found.text) as Session)
    },
    async save(key, session, expected) {
      const found = get(key)
      if (found?.turn !== expected)
        return found === undefined ? missing(key) : (JSON.parse(found.text) as Session)
      put(key, session)
      return 'saved'
    },
    follow: async (key, session) => put(key, session),
    async remember(key, sessionId) {
      last.delete(key)
      last.set(key, { sessionId, until: now() + SESSION_MS })
      const [oldest] = last.keys()
      if (last.size > limit && oldest !== undefined) last.delete(oldest)
    },
    async recall(key) {
      const found = last.get(key)
      return found !== undefined && found.until > now() ? found.sessionId : undefined
    },
    close: async () => kept.clear(),
  }
}

/** A session that was there when the hop began and is gone when it ends. */
export function missing(key: string): never {
  throw new Error(`session ${key.split(':').slice(0, 3).join(':')} is gone`)
}
