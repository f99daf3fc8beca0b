import { z } from 'zod'
import type { Allocation } from '../../flows/deeds.ts'
import { exceeds, formatMoney, type Money, parseMoney, sum, toText } from '../domain/money.ts'
import type { Row } from '../store/database.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { customer } from '../store/people.ts'
import { confirmedOf } from './allocate.ts'
import { type BookTerms, bookTerms, readAllocations } from './allocations.ts'
import { act, type GatewayDeps } from './context.ts'
import { lookAtHomes } from './homes.ts'
import { needsSecond } from './payouts.ts'
import { type BoardRefused, type Deal, type Deals, dealOf, refused } from './proposals.ts'
import type { Act, Stepper } from './step.ts'
import { wayBack } from './suspense.ts'

/** The ways out of suspense, each a decision of one person or of two by the tenant's threshold. */

const amount = z.string().max(20)
/** `amount`: what the person who decides saw; an item goes back whole. */
export const returnTerms = z.object({ amount: amount.optional() })
export const writeOffTerms = z.object({ reason: z.string().trim().min(3).max(500) })

export type Item = { readonly id: string; readonly transactionId: string; readonly amount: Money }

export const amountOfRow = (row: Row): Money => ({
  minor: row.amount_minor as bigint,
  currency: String(row.currency),
})

/** Returns of a payment that have not failed: what has gone back, or may have. */
export const returnsOf = ({ trx, setup }: Act, originalId: string): Promise<LifeRow[]> =>
  trx('transactions')
    .where({ tenant_id: setup.tenant.id, original_id: originalId, kind: 'return' })
    .whereNot('state', 'failed')

/** The item with its payment locked; or why nothing can be decided about it now. */
async function openItem(
  { trx, setup }: Act,
  id: string,
): Promise<{ readonly item: Item; readonly payment: LifeRow } | BoardRefused> {
  const key = { tenant_id: setup.tenant.id, id }
  const known: Row | undefined = await trx('suspense_items').where(key).first('transaction_id')
  if (known === undefined) return refused('not-found', 'no such item')
  const payment = await lockLife(trx, 'transaction', setup.tenant.id, String(known.transaction_id))
  const row: Row = await trx('suspense_items').where(key).first()
  if (row.state !== 'open') return refused('settled', `this item is settled already: ${row.way}`)
  if (payment.state !== 'suspense' && payment.state !== 'booked')
    return refused(
      'busy',
      `this payment is ${payment.state}: something of it is on its way, decide when it ended`,
    )
  return { item: { id, transactionId: payment.id, amount: amountOfRow(row) }, payment }
}

type ItemEvent =
  | { readonly type: 'REBOOK'; readonly allocations: readonly Allocation[] }
  | { readonly type: 'GIVE_BACK' | 'WRITE_OFF' }

/** Sends an item its way. What cannot happen now is found before, under the payment's lock. */
export async function sendItem(stepper: Stepper, act: Act, item: Item, event: ItemEvent): Promise<void> {
  const about = { at: act.at.toISOString(), itemId: item.id, amount: toText(item.amount) }
  const stepped = await stepper.step(act, 'transaction', item.transactionId, { ...event, ...about })
  if (!stepped.changed) throw new Error(`item ${item.id}: ${event.type} did nothing in ${stepped.from}`)
}

/** An item goes back whole, to the instrument that paid, and never more than came. */
async function againstReturn(
  act: Act,
  { item, payment }: { readonly item: Item; readonly payment: LifeRow },
  wanted: string | undefined,
): Promise<BoardRefused | undefined> {
  const { currency } = item.amount
  const named = wanted === undefined ? item.amount : parseMoney(wanted, currency)
  if (named === undefined) return refused('bad-terms', `"${wanted}" is no amount of ${currency}`)
  if (exceeds(named, item.amount))
    return refused(
      'more-than-came',
      `this item is ${formatMoney(item.amount)} ${currency}: more cannot go back`,
    )
  if (named.minor !== item.amount.minor)
    return refused('bad-terms', `an item goes back whole: ${formatMoney(item.amount)} ${currency}`)
  const gone = (await returnsOf(act, payment.id)).map(amountOfRow)
  if (exceeds(sum([...gone, item.amount], currency), confirmedOf(payment)))
    return refused(
      'more-than-came',
      `${formatMoney(sum(gone, currency))} ${currency} of this payment went back`,
    )
  const way = await wayBack(act, payment, item.amount)
  return 'none' in way ? refused('no-way-back', way.none) : undefined
}

export function createSettling(deps: GatewayDeps, stepper: Stepper): Deals {
  type Rule<Terms> = (
    act: Act,
    found: { item: Item; payment: LifeRow },
    terms: Terms,
  ) => Promise<BoardRefused | undefined>

  const check =
    <Terms>(rule: Rule<Terms> = () => Promise.resolve(undefined)): Deal<Terms & object>['check'] =>
    async (act, id, terms) => {
      const found = await openItem(act, id)
      if ('why' in found) return found
      const returning = (await returnsOf(act, found.payment.id)).some(({ item_id }) => item_id === id)
      return returning ? refused('busy', 'this item is on its way back') : rule(act, found, terms)
    }

  const itemOf = async ({ trx, setup }: Act, id: string): Promise<Item> => {
    const row: Row = await trx('suspense_items').where({ tenant_id: setup.tenant.id, id }).first()
    return { id, transactionId: String(row.transaction_id), amount: amountOfRow(row) }
  }

  const common = {
    subject: 'suspense-item',
    scope: 'suspense:write',
    needsSecond: async (act: Act, id: string) =>
      needsSecond(act, (await itemOf(act, id)).amount, act.setup.tenant.settings.suspense.secondPersonAbove),
  } as const

  const book: Deal<BookTerms> = {
    ...common,
    terms: bookTerms,
    /** The accounts are asked for in the core before the commit; what is wrong with the item is told by the commit. */
    async look(tenantId, id, terms) {
      const asked = await act(deps, tenantId, async commit => {
        const found = await openItem(commit, id)
        if ('why' in found) return undefined
        const allocations = readAllocations(terms, found.item.amount)
        if ('why' in allocations) return undefined
        const { customer_id: payerId } = found.payment
        const payer = payerId === null ? undefined : await customer(commit.trx, tenantId, String(payerId))
        return { tenantId, allocations, clientId: payer?.coreClientId }
      })
      return asked && lookAtHomes(deps, asked)
    },
    check: check((_, { item }, terms) => {
      const read = readAllocations(terms, item.amount)
      return Promise.resolve('why' in read ? read : undefined)
    }),
    async carryOut(commit, id, terms) {
      const item = await itemOf(commit, id)
      const allocations = readAllocations(terms, item.amount)
      if ('why' in allocations) throw new Error(allocations.detail)
      await sendItem(stepper, commit, item, { type: 'REBOOK', allocations })
      return 'done'
    },
  }

  const simply = (type: 'GIVE_BACK' | 'WRITE_OFF') => async (commit: Act, id: string) => {
    await sendItem(stepper, commit, await itemOf(commit, id), { type })
    return 'done' as const
  }

  return {
    book: dealOf(book),
    return: dealOf<z.infer<typeof returnTerms>>({
      ...common,
      terms: returnTerms,
      check: check((commit, found, terms) => againstReturn(commit, found, terms.amount)),
      carryOut: simply('GIVE_BACK'),
    }),
    'write-off': dealOf<z.infer<typeof writeOffTerms>>({
      ...common,
      terms: writeOffTerms,
      check: check(),
      carryOut: simply('WRITE_OFF'),
    }),
  }
}
