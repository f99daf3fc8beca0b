import type { Knex } from 'knex'
import { digitsOf, formatAmount } from '../kit/money.ts'
import { MESSAGES } from './codes.ts'
import { AIRTEL, type App, type House, type Row } from './house.ts'
import { hashed } from './secrets.ts'

/** Callbacks: to the one address that the lender set in the portal, of collections only. */

/** `5,000` UGX, `1,500.50` ZMW. */
const shown = (minor: bigint, currency: string): string =>
  formatAmount(minor, currency).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** The one place where an amount is told: in words. */
const paidText = (row: Row, { business, currency }: App, minor: bigint): string =>
  `Paid ${currency} ${shown(minor, currency)} to ${business} Charge ${currency} 0, Trans ID ${row.receipt}.`

async function plan(
  { callbacks, clock }: House,
  row: Row,
  app: App,
  minor: bigint,
  key: string | null,
  trx: Knex.Transaction,
): Promise<void> {
  if (app.callback_url === null) return
  const paid = row.word === 'TS'
  const transaction = {
    id: row.reference,
    message: paid ? paidText(row, app, minor) : (MESSAGES[row.code] ?? 'Failed'),
    status_code: row.word,
    ...(paid ? { airtel_money_id: row.receipt } : {}),
  }
  await callbacks.plan(
    {
      simulator: AIRTEL,
      reference: row.id,
      method: 'POST',
      url: app.callback_url,
      contentType: 'application/json',
      body: hashed(transaction, app, key),
      dueAt: clock.now(),
    },
    trx,
  )
}

export async function tell(house: House, app: App, row: Row, trx: Knex.Transaction): Promise<void> {
  if (row.kind !== 'collect' || row.tellings.includes('no-callback')) return
  const unit = 10n ** BigInt(digitsOf(row.currency))
  const wrong = row.word === 'TS' && row.tellings.includes('wrong-amount') ? unit : 0n
  const times = row.tellings.includes('duplicate-callback') ? 2 : 1
  for (let time = 0; time < times; time++)
    await plan(house, row, app, BigInt(row.amount_minor) + wrong, app.callback_key, trx)
}

/** Somebody else claims success while nothing is decided; the key is not his to know. */
export const forge = (house: House, app: App, row: Row, trx: Knex.Transaction): Promise<void> =>
  plan(
    house,
    { ...row, word: 'TS', receipt: 'MP000000.0000.F00000' },
    app,
    BigInt(row.amount_minor),
    'a guess',
    trx,
  )
