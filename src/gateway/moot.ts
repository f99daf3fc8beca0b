import type { CollectionContext } from '../../flows/collection.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Act } from './step.ts'
import { rulesOf } from './topics.ts'

/** States in which a request still waits for her answer; of one that was paid in part a prompt names too much. */
const WAITING = ['asked', 'reminded']

/**
 * Whether what a message says is true no more: she is asked for what has been paid, approved, declined or put off, or the
 * code in it is good no more.
 */
export async function isMoot(act: Act, message: LifeRow): Promise<boolean> {
  if (rulesOf(String(message.about)).unasked) return message.request_id != null && isDecided(act, message)
  return Object.hasOwn(CODES, message.about as string) && isSpent(act, message)
}

async function isDecided({ trx, setup }: Act, { request_id: id, about }: LifeRow): Promise<boolean> {
  const request: LifeRow | undefined = await trx('collection_requests')
    .where({ tenant_id: setup.tenant.id, id })
    .first()
  const waiting = about === 'reminder' ? [...WAITING, 'part-paid'] : WAITING
  if (request === undefined || !waiting.includes(request.state)) return true
  return (request.snapshot as { context: CollectionContext }).context.remindAt !== null
}

type Code = {
  readonly table: string
  readonly until: string
  readonly whose: object
  /** What a message that brought another one in its place has in common with it. */
  readonly alike: object
}

/** Where it stands until when the code of a message is good. */
const CODES: Readonly<Record<string, (message: LifeRow) => Code>> = {
  'pin-code': ({ customer_id: id }) => ({
    ...{ table: 'customers', until: 'pin_code_until', whose: { id }, alike: { customer_id: id } },
  }),
  'link-code': ({ msisdn }) => ({
    ...{ table: 'link_codes', until: 'until', whose: { msisdn }, alike: { msisdn } },
  }),
  'wallet-code': ({ customer_id }) => ({
    ...{ table: 'new_wallets', until: 'until', whose: { customer_id }, alike: { customer_id } },
  }),
}

/** Used, too old, or followed by another one. */
async function isSpent({ trx, setup, at }: Act, message: LifeRow): Promise<boolean> {
  const key = { tenant_id: setup.tenant.id }
  const code = CODES[message.about as string]?.(message)
  if (code === undefined) return false
  const row = await trx(code.table)
    .where({ ...key, ...code.whose })
    .first(`${code.until} as until`)
  if (row === undefined) return false
  if (row.until === null || row.until <= at) return true
  const next = await trx('messages')
    .where({ ...key, ...code.alike, about: message.about })
    .where('id', '>', message.id)
    .first('id')
  return next !== undefined
}
