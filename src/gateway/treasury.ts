import { z } from 'zod'
import type { Ids } from '../domain/ids.ts'
import { type Money, parseMoney, toText } from '../domain/money.ts'
import { localDate } from '../domain/time.ts'
import type { Row } from '../store/database.ts'
import { type BoardRefused, type Deals, dealOf, refused } from './proposals.ts'
import { resumeConnection } from './resume.ts'
import type { Act } from './step.ts'

/**
 * The lender moves money between its bank and a provider's account: one person enters what was moved, another confirms
 * it. A top-up fills a float, a sweep empties it, and a settlement is the provider paying out what it has collected.
 */
export const moveTerms = z
  .strictObject({
    kind: z.enum(['top-up', 'sweep', 'settlement']),
    /** The connection's name. */
    connection: z.string().regex(/^[a-z0-9-]{1,60}$/),
    account: z.enum(['collect', 'pay', 'charges']),
    /** The bank account, by a short name of the lender's own. */
    bank: z.string().regex(/^[a-z0-9-]{1,60}$/, 'a short name: small letters, digits and hyphens'),
    amount: z.string().max(20),
    /** The bank's or the provider's own reference of it: a move is entered once. */
    reference: z.string().trim().min(3).max(100),
    movedOn: z.iso.date(),
    /** With a top-up: the connection that rests for an empty float works again. */
    resume: z.boolean().default(false),
  })
  .refine(({ kind, account }) => kind !== 'settlement' || account === 'collect', {
    path: ['account'],
    message: 'a provider settles what it has collected: account "collect"',
  })
  .refine(({ kind, resume }) => kind === 'top-up' || !resume, {
    path: ['resume'],
    message: 'only a top-up fills a float',
  })
type Terms = z.infer<typeof moveTerms>

/** The connection's currency decides. */
function amountOf({ setup }: Act, { connection, amount }: Terms): Money | undefined {
  const found = setup.connections.find(({ name }) => name === connection)
  const read = found && parseMoney(amount, found.currency)
  return read === undefined || read.minor === 0n ? undefined : read
}

async function against(act: Act, terms: Terms): Promise<BoardRefused | undefined> {
  const { trx, setup, at } = act
  const { connection, reference, amount, movedOn } = terms
  if (!setup.connections.some(({ name }) => name === connection))
    return refused('bad-terms', `there is no connection ${connection}`)
  if (amountOf(act, terms) === undefined) return refused('bad-terms', `"${amount}" is no amount above zero`)
  if (movedOn > localDate(at, setup.tenant.zone))
    return refused('bad-terms', 'movedOn: a move is entered when it has happened')
  const key = { tenant_id: setup.tenant.id, connection, reference }
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `treasury:${setup.tenant.id}:${connection}:${reference}`,
  ])
  const known = await trx('treasury_moves').where(key).first('id')
  return (
    known && refused('reference-taken', `move ${known.id} of ${connection} has the reference ${reference}`)
  )
}

export function createTreasury({ ids }: { readonly ids: Ids }): Deals {
  return {
    'treasury-move': dealOf<Terms>({
      subject: 'treasury-move',
      scope: 'treasury:write',
      terms: moveTerms as z.ZodType<Terms>,
      needsSecond: () => true,
      check: (act, _, terms) => against(act, terms),
      async carryOut(act, id, terms, { proposedBy, decidedBy }) {
        const { trx, setup, at } = act
        const { kind, connection, account, bank, reference, movedOn } = terms
        const amount = amountOf(act, terms)
        if (amount === undefined) throw new Error(`treasury move ${id} has no amount`)
        const moved = {
          tenant_id: setup.tenant.id,
          amount_minor: amount.minor,
          currency: amount.currency,
          at,
        }
        await trx('treasury_moves').insert({
          ...moved,
          id,
          kind,
          connection,
          account,
          bank,
          reference,
          moved_on: movedOn,
          entered_by: proposedBy,
          confirmed_by: decidedBy,
        })
        const [float, atBank] = [`float:${connection}:${account}`, `bank:${bank}`]
        await trx('transfers').insert({
          ...moved,
          id: ids.next(),
          event_id: id,
          subject_id: id,
          debit: kind === 'top-up' ? float : atBank,
          credit: kind === 'top-up' ? atBank : float,
        })
        if (terms.resume) await resumeConnection(ids, act, connection, 'no-float')
        return 'done'
      },
    }),
  }
}

export const moveView = (row: Row): object => ({
  id: row.id,
  kind: row.kind,
  connection: row.connection,
  account: row.account,
  bank: row.bank,
  ...toText({ minor: row.amount_minor as bigint, currency: String(row.currency) }),
  reference: row.reference,
  movedOn: row.moved_on,
  enteredBy: row.entered_by,
  confirmedBy: row.confirmed_by,
  at: row.at,
})
