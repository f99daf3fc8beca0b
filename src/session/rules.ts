import type { House } from '../../flows/dialogue.ts'
import type { Tenant } from '../domain/tenant.ts'
import { otherWay } from '../gateway/other-way.ts'
import type { Channel, Connection } from '../store/tenants.ts'

/** A hop is answered within this, whatever the core, Redis or Postgres does: the strictest gateway waits seven seconds. */
export const HOP_MS = 4000
/** Questions end by then, what is left is keeping the turn; after this she is answered, whatever hangs. */
export const LATE_MS = 5000
/** No question takes longer; what is slower is `NO_ANSWER`. */
export const QUESTION_MS = 2500
/** Questions and decisions a turn may ask. */
export const MAX_QUESTIONS = 4
/** Answers in a row that no state understood, before the session ends politely. */
export const MAX_MISSES = 3
/** Flows a turn may pass through before it must show a screen. */
export const MAX_HANDOVERS = 6

/** The one sentence that needs nothing to be known: no tenant, no language, no phone to call. */
export const AWAY = 'Sorry, this is not possible just now. Please dial again in a few minutes.'

/** The house she dialled, as the screens name it. */
export const houseOf = (tenant: Tenant, connections: readonly Connection[], channel: Channel): House => ({
  lender: tenant.settings.lender,
  lenderPhone: tenant.settings.lenderPhone,
  code: channel.address,
  languages: tenant.settings.languages,
  otherWay: (provider, account, words) => otherWay({ tenant, connections }, provider, account, words),
})
