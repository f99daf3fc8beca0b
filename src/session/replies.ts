import type { Question } from '../../flows/dialogue.ts'
import { readReply } from '../../flows/reply-text.ts'
import type { WORDS } from '../../flows/words/index.ts'
import type { InboundSms } from '../channels/channel.ts'
import { inTime } from '../domain/time.ts'
import type { Gateway } from '../gateway/index.ts'
import type { Channel } from '../store/tenants.ts'
import type { TurnKey } from '../store/turns.ts'
import { createDecisions, isDecision, LostTurn } from './decisions.ts'
import { type Caller, createDesk, type Reading } from './desk.ts'
import { houseOf } from './rules.ts'
import { languageOf, personOf, runTurn, SCRIPT } from './run.ts'

/** What is said to an SMS, and to whom; nobody is answered who is not known. */
export type Spoken = {
  readonly customerId: string
  readonly language: keyof typeof WORDS
  readonly text: string
}

/** No phone waits for it: the core may take its time, and nothing waits for ever. */
const QUESTION_MS = 15_000

/**
 * Hosts answers by SMS: one message is one turn of the flow `reply`, by the same desk and the same decisions as a screen.
 * Decisions are keyed by the gateway's id of the message, so that one that is read again does nothing twice.
 */
export function createReplies(
  gateway: Gateway,
): (channel: Channel, sms: InboundSms & { readonly providerId: string }) => Promise<Spoken | undefined> {
  const { deps } = gateway
  const read = createDesk(gateway)
  const decide = createDecisions(gateway)

  return async (channel, sms) => {
    const { tenantId } = channel
    const caller: Caller = { tenantId, phone: sms.from, by: 'sms' }
    const tenant = await deps.tenants.tenant(tenantId)
    const [connections, channels] = await Promise.all([
      deps.tenants.connections(tenantId),
      deps.tenants.channels(tenantId),
    ])
    const dialled = channels.find(({ kind }) => kind === 'ussd') ?? channel
    const house = houseOf(tenant, connections, dialled)
    const sessionId = `sms:${sms.providerId}`
    const hmac = deps.keys.hash('transcript', `${sessionId}\n${sms.text}`)
    const key: TurnKey = { tenantId, channelId: channel.id, sessionId, turn: 0, hmac }
    const ask = (question: Question, ordinal: number) => {
      const decision = isDecision(question)
      const work = isDecision(question)
        ? decide(caller, key, ordinal, question)
        : read(caller, question as Reading)
      return inTime(work, QUESTION_MS, () => ({
        type: 'NO_ANSWER' as const,
        committed: decision ? ('unknown' as const) : ('no' as const),
      }))
    }
    const first = { to: 'reply', said: readReply(sms.text) } as const
    try {
      const { reply, ended } = await runTurn(
        { standing: null, misses: 0 },
        undefined,
        house,
        ask,
        SCRIPT,
        first,
      )
      const me = personOf(ended)
      if (me === undefined || reply.text === '') return undefined
      return { customerId: me.customerId, language: languageOf(ended, house), text: reply.text }
    } catch (error) {
      // the same id with another text: the first one was answered
      if (error instanceof LostTurn) return undefined
      throw error
    }
  }
}
