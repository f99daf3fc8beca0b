import { formatMoney } from '../../src/domain/money.ts'
import { orderBatch } from '../../src/gateway/batches.ts'
import { act } from '../../src/gateway/context.ts'
import type { House } from '../../src/main.ts'
import type { Lender } from './cast.ts'
import type { Deed, Order } from './schedule.ts'
import { minor, pages, type Truth } from './truth.ts'
import type { World } from './world.ts'

/** What the back office does: the board's ways out, the give-back desk, evidence, and batches that are held or stopped. */

export type DeskDeed = Extract<Deed, { readonly kind: 'desk' }>
type Decision = Extract<Order, { readonly kind: 'decision' }>

/** What they would decide about now, oldest first; undefined where there is nothing. */
export function decisionOf(world: World, lender: Lender, { what }: DeskDeed): Promise<Decision | undefined> {
  switch (what) {
    case 'book':
    case 'return':
    case 'write-off':
      return aboutItem(world, lender, what)
    case 'return-payment':
    case 'move-payment':
      return aboutPayment(world, lender, what)
    case 'evidence':
      return aboutUnresolved(world, lender)
  }
}

async function aboutItem(
  { admin }: World,
  { id: tenant, people }: Lender,
  action: 'book' | 'return' | 'write-off',
): Promise<Decision | undefined> {
  const { rows } = await admin.query(
    `select i.id, i.amount_minor::text as amount, i.currency, t.customer_id, c.core_client_id as client
       from suspense_items i join transactions t on t.tenant_id = i.tenant_id and t.id = i.transaction_id
       left join customers c on c.tenant_id = t.tenant_id and c.id = t.customer_id
      where i.tenant_id = $1 and i.state = 'open' order by i.id limit 1`,
    [tenant],
  )
  const [item] = rows
  if (item === undefined) return undefined
  const hers = people.find(({ clientId }) => clientId === item.client) ?? people[0]
  const amount = formatMoney({ minor: BigInt(item.amount), currency: item.currency })
  const terms = {
    book: { allocations: [{ target: 'loan', targetId: hers?.secondLoanId, amount }] },
    return: {},
    'write-off': { reason: 'nobody misses it' },
  }[action]
  return { kind: 'decision', lender: tenant, action, subjectId: item.id, terms }
}

async function aboutPayment(
  { admin }: World,
  { id: tenant, people }: Lender,
  action: 'return-payment' | 'move-payment',
): Promise<Decision | undefined> {
  const { rows } = await admin.query(
    `select id from transactions where tenant_id = $1 and kind = 'collect' and state = 'booked' order by id limit 1`,
    [tenant],
  )
  if (rows[0] === undefined) return undefined
  const terms = action === 'move-payment' ? { loanId: people.at(-1)?.secondLoanId } : {}
  return { kind: 'decision', lender: tenant, action, subjectId: rows[0].id, terms }
}

/** They look it up in the operator's portal, which knows the phone, the amount and the minute. */
async function aboutUnresolved(world: World, lender: Lender): Promise<Decision | undefined> {
  // there the portal shows whose wallet opened the link
  if (lender.way.byLink === 'anybody') return undefined
  const { rows } = await world.admin.query(
    `select t.id, t.msisdn, t.amount_minor::text as amount, min(a.sent_at) as sent, max(a.sent_at) as resent
       from transactions t join attempts a on a.tenant_id = t.tenant_id and a.transaction_id = t.id
      where t.tenant_id = $1 and t.kind = 'collect' and t.state = 'unresolved'
        and not exists (select from transactions o where o.tenant_id = t.tenant_id and o.id <> t.id
                           and o.msisdn = t.msisdn and o.amount_minor = t.amount_minor and o.kind = 'collect')
      group by 1, 2, 3 order by 1 limit 1`,
    [lender.id],
  )
  const [push] = rows
  if (push === undefined) return undefined
  const truth = await pages<Truth>(`${world.simUrl}/providers/${lender.way.simulator}/transactions`)
  const seen = truth.find(
    row => row.kind === 'collect' && row.msisdn === push.msisdn && minor(row.amount) === BigInt(push.amount),
  )
  const note = 'as the portal shows it'
  const came = seen?.status === 'succeeded' && seen.completedAt !== undefined
  if (!came && seen !== undefined && seen.status !== 'failed') return undefined
  return {
    kind: 'decision',
    lender: lender.id,
    action: 'evidence',
    subjectId: push.id,
    terms: came
      ? { outcome: 'confirmed', receipt: seen.receipt, at: seen.completedAt, note }
      : { outcome: 'declined', note },
  }
}

/** One proposes, another agrees. */
export async function decideTogether(
  { gateway: { deps, proposals } }: House,
  { lender, action, subjectId, terms }: Decision,
): Promise<string> {
  const proposal = { action, subjectId, terms }
  const no = await proposals.look(lender, proposal)
  if (no !== undefined) return no.why
  const proposed = await act(deps, lender, commit => proposals.propose(commit, proposal, 'one'))
  if (typeof proposed !== 'string') return proposed.why
  const decided = await act(deps, lender, commit => proposals.approve(commit, proposed, 'two'))
  return decided === undefined ? 'proposed and agreed' : decided.why
}

/** The newest batch that has not ended. */
export async function holdBatch(
  { gateway: { deps, stepper } }: House,
  { lender, what }: Extract<Order, { readonly kind: 'hold-batch' }>,
): Promise<string> {
  return act(deps, lender, async commit => {
    const batch: { id: string } | undefined = await commit
      .trx('batches')
      .where({ tenant_id: lender })
      .whereNotIn('state', ['stopped', 'done'])
      .orderBy('id', 'desc')
      .first('id')
    if (batch === undefined) return 'there is no batch'
    return (await orderBatch({ stepper }, commit, batch.id, what)) ? 'so be it' : 'too late'
  })
}
