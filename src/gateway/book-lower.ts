import { z } from 'zod'
import type { DisbursementContext } from '../../flows/disbursement.ts'
import { equal, formatMoney, fromText, parseMoney } from '../domain/money.ts'
import { localDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import { lockLife } from '../store/lives.ts'
import type { GatewayDeps } from './context.ts'
import { type BoardRefused, type Deals, dealOf, refused } from './proposals.ts'
import type { Act, Stepper } from './step.ts'

/**
 * What arrived of a disbursement that is part-paid is all that she gets, and that much is entered in the core: where the
 * lender's products may be disbursed for less than was approved. Always two persons: her loan becomes another.
 */
export const bookLowerTerms = z.strictObject({
  /** What whoever decides saw as arrived. */
  amount: z.string().max(20),
})
type Terms = z.infer<typeof bookLowerTerms>

export function createBookLower(deps: GatewayDeps, stepper: Stepper): Deals {
  const { tenants, coreOf, clock, db } = deps

  /** Of a loan: whether it waits still, and whether what she gets is what is disbursed. */
  async function look(tenantId: string, id: string): Promise<BoardRefused | undefined> {
    const row: Row | undefined = await db.asTenant(tenantId, trx =>
      trx('disbursements').where({ tenant_id: tenantId, id }).first('loan_id'),
    )
    if (row === undefined || row.loan_id === null) return undefined
    const { zone } = await tenants.tenant(tenantId)
    const loan = await coreOf(await tenants.core(tenantId)).loan(
      String(row.loan_id),
      localDate(clock.now(), zone),
    )
    if (loan.kind === 'no-answer')
      return refused('core-away', 'the core banking system does not answer: try again with the same key')
    const disbursal = loan.value?.disbursal
    if (disbursal === undefined)
      return refused('not-to-book', `loan ${row.loan_id} does not wait for its disbursal any more`)
    return disbursal.approved !== undefined && equal(disbursal.net, disbursal.approved)
      ? undefined
      : refused(
          'not-to-book',
          'charges are kept back at its disbursal: what they are on less, nobody can tell',
        )
  }

  async function check(act: Act, id: string, terms: Terms): Promise<BoardRefused | undefined> {
    const { trx, setup } = act
    const key = { tenant_id: setup.tenant.id, id }
    if ((await trx('disbursements').where(key).first('id')) === undefined)
      return refused('not-found', 'no such disbursement')
    const row = await lockLife(trx, 'disbursement', setup.tenant.id, id)
    if (row.loan_id !== null && !setup.tenant.settings.payouts.bookLower)
      return refused('not-to-book', 'your products are disbursed whole: payouts.bookLower says so')
    const { confirmed, onTheWay, entered, entering } = (row.snapshot as { context: DisbursementContext })
      .context
    if (row.state !== 'part-paid' || entered || entering || fromText(confirmed).minor === 0n)
      return refused(
        'stale',
        `the disbursement is ${row.state}, or its entry was ordered: nothing less is to be booked`,
      )
    if (fromText(onTheWay).minor !== 0n)
      return refused('busy', 'a part of it is on its way: decide when it ended')
    const seen = parseMoney(terms.amount, String(row.currency))
    return seen !== undefined && equal(seen, fromText(confirmed))
      ? undefined
      : refused('bad-terms', `${formatMoney(fromText(confirmed))} ${row.currency} arrived: name that amount`)
  }

  return {
    'book-lower': dealOf<Terms>({
      subject: 'disbursement',
      scope: 'disbursements:write',
      terms: bookLowerTerms,
      needsSecond: () => true,
      look,
      check,
      async carryOut({ trx, setup, at, ...act }, id) {
        const row = await lockLife(trx, 'disbursement', setup.tenant.id, id)
        const { confirmed } = (row.snapshot as { context: DisbursementContext }).context
        await trx('disbursements')
          .where({ tenant_id: setup.tenant.id, id })
          .update({ ordered_minor: row.amount_minor, amount_minor: fromText(confirmed).minor })
        const stepped = await stepper.step({ ...act, trx, setup, at }, 'disbursement', id, {
          type: 'BOOK_LOWER',
          at: at.toISOString(),
        })
        if (!stepped.changed)
          throw new Error(`disbursement ${id} could not be booked lower in ${stepped.from}`)
        return 'done'
      },
    }),
  }
}
