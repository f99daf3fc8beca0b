import type { Trx } from './database.ts'
import { KEY_VERSION } from './keys.ts'
import type { Session } from './sessions.ts'

/** Which turn of which session, and the HMAC of all that was typed up to it. */
export type TurnKey = {
  readonly tenantId: string
  readonly channelId: string
  readonly sessionId: string
  readonly turn: number
  readonly hmac: string
}

const where = ({ tenantId, channelId, sessionId, turn }: TurnKey) => ({
  tenant_id: tenantId,
  channel_id: channelId,
  session_id: sessionId,
  turn,
})

/** Claims the turn for this transcript. False: another transcript had it first, and this hop has lost. */
export async function claimTurn(trx: Trx, key: TurnKey, at: Date): Promise<boolean> {
  await trx('turns')
    .insert({ ...where(key), key_version: KEY_VERSION, transcript_hmac: key.hmac, at })
    .onConflict()
    .ignore()
  const row = await trx('turns').where(where(key)).forUpdate().first('transcript_hmac')
  return row?.transcript_hmac === key.hmac
}

export async function storedDecision<T>(trx: Trx, key: TurnKey, ordinal: number): Promise<T | undefined> {
  return (
    await trx('decisions')
      .where({ ...where(key), ordinal })
      .first('answer')
  )?.answer
}

export async function saveDecision(
  trx: Trx,
  key: TurnKey,
  ordinal: number,
  kind: string,
  answer: object,
  at: Date,
): Promise<void> {
  await trx('decisions').insert({ ...where(key), ordinal, kind, answer: JSON.stringify(answer), at })
}

/** Keeps what the turn led to, so that a repeated hop is answered the same even when Redis has forgotten. */
export async function saveTurn(trx: Trx, key: TurnKey, session: Session): Promise<void> {
  await trx('turns')
    .where(where(key))
    .update({ session: JSON.stringify(session) })
}

/** What a turn led to, or the last turn that is known of the session. */
export async function turnSession(
  trx: Trx,
  key: Pick<TurnKey, 'tenantId' | 'channelId' | 'sessionId'> & { readonly turn?: number },
): Promise<Session | undefined> {
  const row = await trx('turns')
    .where({
      tenant_id: key.tenantId,
      channel_id: key.channelId,
      session_id: key.sessionId,
      ...(key.turn === undefined ? {} : { turn: key.turn }),
    })
    .whereNotNull('session')
    .orderBy('turn', 'desc')
    .first('session')
  return row?.session ?? undefined
}

/**
 * True where something was decided and what it led to was never recorded: a crash. With an HMAC: where exactly this was
 * typed before; without: anywhere in the session.
 */
export async function wasCutOff(
  trx: Trx,
  key: Omit<TurnKey, 'turn' | 'hmac'> & { readonly hmac?: string },
): Promise<boolean> {
  const row = await trx('turns')
    .where({
      tenant_id: key.tenantId,
      channel_id: key.channelId,
      session_id: key.sessionId,
      ...(key.hmac === undefined ? {} : { transcript_hmac: key.hmac }),
    })
    .whereNull('session')
    .first('turn')
  return row !== undefined
}
