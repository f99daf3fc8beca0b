import type { DeedOf, SuspenseReason, Way } from '../../flows/deeds.ts'
import type { Ids } from '../domain/ids.ts'
import { equal, fromText, type Money, toText } from '../domain/money.ts'
import { later } from '../domain/time.ts'
import type { LifeRow } from '../store/lives.ts'
import type { Connection } from '../store/tenants.ts'
import { confirmedOf } from './allocate.ts'
import { openCase } from './cases.ts'
import { planMirror } from './entries.ts'
import { writeMovement } from './movement.ts'
import { offers, traitsOf } from './road.ts'
import type { Act, Stepper, Subject } from './step.ts'
import { tellWorld } from './tell-world.ts'

/** Confirmed money without a home: items on a board, each with a reason, an age and an owner, and their ways out. */

type Deps = { readonly ids: Ids; readonly stepper: Stepper }

type Item = { readonly id: string; readonly amount: Money }

export async function suspend(
  deps: Deps,
  act: Act,
  { row }: Subject,
  { reason, amount: text }: { readonly reason: SuspenseReason; readonly amount: DeedOf<'suspend'>['amount'] },
): Promise<void> {
  const { trx, setup, at } = act
  const item: Item = { id: deps.ids.next(), amount: fromText(text) }
  await trx('suspense_items').insert({
    tenant_id: setup.tenant.id,
    id: item.id,
    transaction_id: row.id,
    amount_minor: item.amount.minor,
    currency: item.amount.currency,
    reason,
    opened_at: at,
    state: 'open',
  })
  await planMirror(deps, act, row.id, String(row.provider), item, 'in')
  const happened = {
    id: deps.ids.next(),
    subject: 'suspense-item',
    subjectId: item.id,
    from: null,
    to: 'open',
  }
  await tellWorld(deps.ids, act, happened)
}

/** An item is settled once, whoever comes first: the second finds it settled, and nothing of its step stands. */
export class ItemSettled extends Error {
  override readonly name = 'ItemSettled'
}

export async function clear(deps: Deps, act: Act, { row }: Subject, itemId: string, way: Way): Promise<Item> {
  const { trx, setup, at } = act
  const [settled] = await trx('suspense_items')
    .where({ tenant_id: setup.tenant.id, id: itemId, transaction_id: row.id, state: 'open' })
    .update({ state: 'settled', way, settled_at: at })
    .returning(['amount_minor', 'currency'])
  if (settled === undefined) throw new ItemSettled(`item ${itemId} is settled, or of another payment`)
  const item = { id: itemId, amount: { minor: settled.amount_minor, currency: settled.currency } }
  await planMirror(deps, act, row.id, String(row.provider), item, way)
  const happened = {
    id: deps.ids.next(),
    subject: 'suspense-item',
    subjectId: itemId,
    from: 'open',
    to: 'settled',
  }
  await tellWorld(deps.ids, act, happened)
  return item
}

/**
 * The provider took the payment back: its open items go with it, by way of the account that they came from. What had
 * left the board by another way is gone twice: a claim, and a person looks into it.
 */
export async function takeBack(
  deps: Deps & { transfer(act: Act, subject: Subject, deed: DeedOf<'transfer'>): Promise<void> },
  act: Act,
  subject: Subject,
): Promise<void> {
  const items: { id: string; state: string; amount_minor: bigint; currency: string }[] = await act
    .trx('suspense_items')
    .where({ tenant_id: act.setup.tenant.id, transaction_id: subject.row.id })
    .where(query => query.where({ state: 'open' }).orWhereIn('way', ['return', 'write-off']))
    .orderBy('id')
  for (const { id, state, amount_minor: minor, currency } of items) {
    if (state === 'open') await clear(deps, act, subject, id, 'taken-back')
    else
      await openCase(deps.ids, act, {
        about: 'reversed',
        subject: 'suspense-item',
        subjectId: id,
        customerId: subject.row.customer_id,
      })
    await deps.transfer(act, subject, {
      kind: 'transfer',
      debit: state === 'open' ? 'suspense' : 'owed-back',
      credit: 'clearing-in',
      amount: toText({ minor, currency }),
    })
  }
}

/** How money goes back to the instrument that paid, or why it cannot. */
export type WayBack =
  | { readonly operation: 'refund' | 'disburse'; readonly connection: Connection }
  | { readonly none: string }

/**
 * Back to the instrument that paid: by the provider's own refund where that can be, else as a payout to its number.
 * Whoever decides asks this, and so does whoever carries it out: what was agreed is what happens.
 */
export async function wayBack(act: Act, payment: LifeRow, amount: Money): Promise<WayBack> {
  const connection = act.setup.connections.find(({ id }) => id === payment.connection_id)
  if (connection === undefined) return { none: 'the connection that collected it is gone' }
  const noRefund = await againstRefund(act, payment, amount, connection)
  if (noRefund === undefined) return { operation: 'refund', connection }
  if (payment.msisdn === '') return { none: `${noRefund}, and the number that paid is not known` }
  return offers(connection, 'disburse')
    ? { operation: 'disburse', connection }
    : { none: `${noRefund}, and its connection pays nothing out` }
}

async function againstRefund(
  { trx, setup, at }: Act,
  payment: LifeRow,
  amount: Money,
  connection: Connection,
): Promise<string | undefined> {
  const refund = traitsOf(connection, 'refund')
  if (refund === undefined) return 'the provider takes no payment back'
  const { reversalHours } = setup.tenant.settings.suspense
  const since = (payment.confirmed_at ?? payment.created_at) as Date
  if (later(since, reversalHours * 3_600_000) <= at)
    return `a payment is taken back within ${reversalHours} hours only`
  if (refund.wholeOnly === true && !equal(amount, confirmedOf(payment)))
    return 'the provider takes back a payment as a whole only'
  const ordered = await trx('attempts')
    .where({ tenant_id: setup.tenant.id, transaction_id: payment.id })
    .first('id')
  const isKnown = refund.byReceipt === true ? payment.receipt !== null : ordered !== undefined
  return isKnown ? undefined : 'the provider cannot be told which payment it is'
}

/** What has not ended of a return, by the states of its machine. */
const ON_THE_WAY = ['logged', 'sending', 'pending', 'unresolved']

/** The payment was taken back by the provider: its return is told to go nowhere; what never left is never sent. */
async function recall({ stepper }: Deps, act: Act, { row }: Subject, itemId: string): Promise<void> {
  const { trx, setup, at } = act
  const key = { tenant_id: setup.tenant.id }
  const returns: { id: string }[] = await trx('transactions')
    .where({ ...key, original_id: row.id, kind: 'return', item_id: itemId })
    .whereIn('state', ON_THE_WAY)
    .orderBy('id')
    .select('id')
  for (const { id } of returns) {
    const { to } = await stepper.step(act, 'transaction', id, { type: 'RECALL', at: at.toISOString() })
    if (to === 'failed')
      await trx('attempts')
        .where({ ...key, transaction_id: id, state: 'planned' })
        .update({ state: 'closed' })
  }
}

/** Writes the return of an item, the way that was asked for before it was decided; or recalls it. */
export async function giveBack(
  deps: Deps,
  act: Act,
  subject: Subject,
  { itemId, amount: text, recall: isRecalled }: DeedOf<'give-back'>,
): Promise<void> {
  if (isRecalled === true) return recall(deps, act, subject, itemId)
  const { row } = subject
  const amount = fromText(text)
  const way = await wayBack(act, row, amount)
  if ('none' in way) throw new Error(`item ${itemId}: ${way.none}`)
  await writeMovement(deps, act, {
    kind: 'return',
    operation: way.operation,
    origin: 'push',
    intentId: itemId,
    part: 1,
    originalId: row.id,
    itemId,
    customerId: row.customer_id as string | null,
    loanId: row.loan_id as string | null,
    loanAccount: row.loan_account as string | null,
    walletId: row.wallet_id as string | null,
    provider: String(row.provider),
    msisdn: String(row.msisdn),
    amount,
    connection: way.connection,
    startsAfterMs: 0,
  })
}
