import { exponentOf, parseMoney } from '../../src/domain/money.ts'
import { createBatch, orderBatch } from '../../src/gateway/batches.ts'
import { act } from '../../src/gateway/context.ts'
import type { House } from '../../src/main.ts'
import { customerOfClient, walletsOf } from '../../src/store/people.ts'
import type { Lender, Person } from './cast.ts'
import { decideTogether, holdBatch } from './desk.ts'
import type { Race } from './house.ts'
import type { Order } from './schedule.ts'

/** What the lender's people order of the application; each answers with what they were told. */
export function performOrder(
  house: House,
  lenders: readonly Lender[],
  race: Race,
  order: Order,
): Promise<string> {
  const lenderOf = ({ tenant }: Person): Lender => {
    const found = lenders.find(({ id }) => id === tenant)
    if (found === undefined) throw new Error(`no lender ${tenant}`)
    return found
  }
  switch (order.kind) {
    case 'push':
      return push(house, lenderOf(order.person), order.person, order.person.loanId, order).then(go => go())
    case 'race':
      return racing(house, lenderOf(order.person), order.person, race)
    case 'disburse':
      return disburse(house, order.person)
    case 'batch':
      return batch(house, lenderOf(order.people[0] as Person), order.people)
    case 'decision':
      return decideTogether(house, order)
    case 'hold-batch':
      return holdBatch(house, order)
    case 'decide':
      return decide(house, order)
  }
}

/** The loans are read first, so that the first commit of the one is the one that reserves. */
async function racing(house: House, lender: Lender, person: Person, race: Race): Promise<string> {
  const asked = { wallet: 'phone', share: 2 } as const
  const one = await push(house, lender, person, person.loanId, asked)
  const other = await push(house, lender, person, person.secondLoanId, asked)
  const [first, second] = await race.run(house, one, other)
  return `${first}; at the same moment: ${second}`
}

/** Reads the loan and chooses the wallet; answers what asks for the money, in one commit. */
async function push(
  { gateway }: House,
  lender: Lender,
  person: Person,
  loanId: string,
  { wallet, share }: { readonly wallet: 'phone' | 'other'; readonly share: number },
): Promise<() => Promise<string>> {
  const target = await gateway.pusher.target(person.tenant, loanId)
  if (target.kind === 'refused') return () => Promise.resolve(target.why)
  const due = parseMoney(lender.due, lender.way.currency)
  const minor = due === undefined ? 0n : (due.minor * BigInt(Math.round(share * 10))) / 10n
  const amount = (minor / 10n ** BigInt(exponentOf(lender.way.currency))).toString()
  // the wallet that is pushed is the one that worked last
  await act(gateway.deps, person.tenant, ({ trx, at }) =>
    trx('wallets').where({ tenant_id: person.tenant, msisdn: person[wallet] }).update({ last_worked_at: at }),
  )
  return async () => {
    const pushed = await act(gateway.deps, person.tenant, commit =>
      gateway.pusher.push(commit, { loanId, amount, mode: 'prompt' }, target),
    )
    return pushed.kind === 'refused' ? pushed.why : `pushed ${amount}`
  }
}

async function disburse({ gateway }: House, { tenant, newLoanId }: Person): Promise<string> {
  const { deps, payouts } = gateway
  const target = await payouts.target(tenant, newLoanId)
  if (target.kind === 'refused') return target.why
  const ordered = await act(deps, tenant, commit =>
    payouts.order(commit, { loanId: newLoanId }, target, 'one'),
  )
  if (ordered.kind === 'refused') return ordered.why
  const approved = await act(deps, tenant, commit => payouts.approve(commit, ordered.id, 'two'))
  return approved.kind === 'refused' ? approved.why : 'ordered and approved'
}

/** The oldest of what is part-paid. */
async function decide(
  { gateway }: House,
  { lender, what }: Extract<Order, { readonly kind: 'decide' }>,
): Promise<string> {
  const decided = await act(gateway.deps, lender, async commit => {
    const paid: { id: string } | undefined = await commit
      .trx('disbursements')
      .where({ tenant_id: lender, state: 'part-paid' })
      .orderBy('id')
      .first('id')
    return paid && gateway.payouts.decide(commit, paid.id, what)
  })
  if (decided === undefined) return 'nothing is part-paid'
  return decided.kind === 'refused' ? decided.why : 'so be it'
}

async function batch({ gateway }: House, lender: Lender, people: readonly Person[]): Promise<string> {
  const { deps } = gateway
  const tenant = lender.id
  const net = parseMoney(lender.net, lender.way.currency)
  if (net === undefined) throw new Error('no net amount')
  try {
    const id = await act(deps, tenant, async commit => {
      const items = []
      for (const person of people) {
        const customer = await customerOfClient(commit.trx, tenant, person.clientId)
        if (customer === undefined) throw new Error(`no customer ${person.clientId}`)
        const [wallet] = await walletsOf(commit.trx, tenant, customer.id)
        if (wallet === undefined) throw new Error('no wallet')
        items.push({
          customerId: customer.id,
          walletId: wallet.id,
          loanId: person.newLoanId,
          loanAccount: person.newAccount,
          programme: null,
          amount: net,
        })
      }
      return createBatch({ ids: deps.ids, stepper: gateway.stepper }, commit, 'chaos', items, 'one')
    })
    await act(deps, tenant, commit => orderBatch({ stepper: gateway.stepper }, commit, id, 'APPROVE'))
    return 'let go'
  } catch (error) {
    // a loan of the batch has an open disbursement already: nothing of the batch stands
    if ((error as { code?: string }).code === '23505') return 'refused: a loan of it is being disbursed'
    throw error
  }
}
