import type { Knex } from 'knex'
import { TELLINGS } from '../kit/fates.ts'
import { formatAmount } from '../kit/money.ts'
import { after } from '../kit/numbers.ts'
import { AT_ONCE, type Course, codeOf, NEVER } from './codes.ts'
import { AIRTEL, type App, type House, type Row, TABLE } from './house.ts'
import { newReceipt, PROMPT_LIFE_MS, payOut, planReversal, SOON_MS } from './life.ts'
import { forge } from './tell.ts'
import type { Wanted } from './validate.ts'

/** How an order is kept: what becomes of it at once, and what is planned for later, in one commit. */

export type Ordered = 'collect' | 'disburse'

async function schedule(
  house: House,
  app: App,
  row: Row,
  course: Course,
  trx: Knex.Transaction,
): Promise<void> {
  if (course.when === 'now' || course.ends === NEVER) return
  const { id, msisdn, currency } = row
  const dueAt = after(row.created_at, course.when === 'soon' ? SOON_MS : PROMPT_LIFE_MS)
  const amount = formatAmount(BigInt(row.amount_minor), currency)
  if (course.when === 'asked')
    await house.handset.show(
      {
        simulator: AIRTEL,
        reference: id,
        msisdn,
        text: `Pay ${currency} ${amount} to ${app.business} for ${row.shown}. Enter Airtel Money PIN`,
        amount,
        currency,
        expiresAt: dueAt,
        scripted: course.ends !== null,
      },
      trx,
    )
  await house.jobs.plan(
    { simulator: AIRTEL, kind: 'end', payload: { id }, dueAt, lane: `phone:${msisdn}` },
    trx,
  )
}

/** What a course means on the day: a payout that is decided at once moves its money now. */
async function decided(trx: Knex.Transaction, kind: Ordered, app: App, wanted: Wanted, course: Course) {
  const moves = course === AT_ONCE
  const digits = moves
    ? await payOut(trx, { ...wanted, ...app, amount_minor: wanted.minor.toString() })
    : course.says
  const done = moves && digits === '001'
  const failed = course.word === 'TF' || (moves && !done)
  return {
    status: done ? 'succeeded' : failed ? 'failed' : 'pending',
    word: failed ? 'TF' : course.word,
    code: codeOf(kind, digits),
  }
}

/** Keeps the transaction; undefined where its id was used before. What is refused by a product is kept as failed. */
export async function keep(
  house: House,
  kind: Ordered,
  app: App,
  wanted: Wanted,
  course: Course,
): Promise<Row | undefined> {
  const tellings = await house.faults.strikeEach(AIRTEL, TELLINGS, wanted.msisdn)
  const now = house.clock.now()
  return house.db.transaction(async trx => {
    const [kept]: Row[] = await trx(TABLE)
      .insert({
        kind,
        msisdn: wanted.msisdn,
        amount_minor: wanted.minor.toString(),
        currency: app.currency,
        status: 'pending',
        created_at: now,
        client_id: app.client_id,
        reference: wanted.reference,
        shown: wanted.shown,
        word: course.word,
        code: codeOf(kind, course.says),
        scripted: course.ends,
        tellings: tellings.map(telling => telling.kind),
      })
      .onConflict(['client_id', 'reference'])
      .ignore()
      .returning('*')
    if (kept === undefined) return undefined
    const { status, word, code } = await decided(trx, kind, app, wanted, course)
    const [row]: Row[] = await trx(TABLE)
      .where({ id: kept.id })
      .update({
        ...{ status, word, code },
        receipt: status === 'succeeded' ? newReceipt(kept, now) : null,
        completed_at: status === 'pending' ? null : now,
      })
      .returning('*')
    if (row === undefined) return undefined
    if (status === 'succeeded') await planReversal(house, row, trx)
    if (status === 'pending') await schedule(house, app, row, course, trx)
    if (kind === 'collect' && row.tellings.includes('forged')) await forge(house, app, row, trx)
    return row
  })
}
