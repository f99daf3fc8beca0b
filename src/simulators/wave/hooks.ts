import { createHmac } from 'node:crypto'
import type { Knex } from 'knex'
import { digitsOf } from '../kit/money.ts'
import { after, randomText } from '../kit/numbers.ts'
import { type Business, type House, type Row, WAVE } from './house.ts'
import { sessionView } from './session-view.ts'

/** Web hooks, to the one address that the lender set in the portal. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const STALE_MS = -6 * 60_000

/** The time and the raw body with nothing between them, under the hook's own secret. */
function proof({ strategy }: Business, secret: string, body: string, at: Date): Record<string, string> {
  if (strategy === 'shared-secret') return { authorization: `Bearer ${secret}` }
  const seconds = Math.floor(at.getTime() / 1000)
  const signature = createHmac('sha256', secret).update(`${seconds}${body}`).digest('hex')
  return { 'wave-signature': `t=${seconds},v1=${signature}` }
}

type Event = { readonly type: string; readonly row: Row; readonly minor?: bigint; readonly secret?: string }

async function plan(house: House, business: Business, event: Event, trx: Knex.Transaction): Promise<void> {
  const { hook_url: url, hook_secret } = business
  if (url === null || hook_secret === null) return
  const { type, row, minor, secret = hook_secret } = event
  const at = house.clock.now()
  const body = JSON.stringify({
    id: `EV_${randomText(12, ALPHABET)}`,
    type,
    data: sessionView(row, business, minor),
  })
  const signedAt = row.tellings.includes('stale-callback') ? after(at, STALE_MS) : at
  await house.callbacks.plan(
    {
      simulator: WAVE,
      reference: row.provider_reference,
      method: 'POST',
      url,
      contentType: 'application/json',
      headers: proof(business, secret, body, signedAt),
      body,
      dueAt: at,
    },
    trx,
  )
}

/** She has paid, or her payment failed. */
export async function tell(house: House, business: Business, row: Row, trx: Knex.Transaction): Promise<void> {
  if (row.tellings.includes('no-callback')) return
  const paid = row.status === 'succeeded'
  const type = paid ? 'checkout.session.completed' : 'checkout.session.payment_failed'
  const unit = 10n ** BigInt(digitsOf(row.currency))
  const wrong = paid && row.tellings.includes('wrong-amount') ? unit : 0n
  const event = { type, row, minor: BigInt(row.amount_minor) + wrong }
  await plan(house, business, event, trx)
  if (row.tellings.includes('duplicate-callback')) await plan(house, business, event, trx)
}

/** Somebody else claims success while nothing is decided; the secret is not his to know. */
export const forge = (house: House, business: Business, row: Row, trx: Knex.Transaction): Promise<void> =>
  plan(
    house,
    business,
    {
      type: 'checkout.session.completed',
      row: { ...row, status: 'succeeded', receipt: 'T_FORGED', completed_at: house.clock.now() },
      secret: 'a guess',
    },
    trx,
  )
