import { exceeds, type Money, parseMoney } from '../domain/money.ts'
import { type Wallet, walletsOf } from '../store/people.ts'
import type { BatchItem } from './batches.ts'
import type { PayoutRefused, Payouts, PayoutTarget } from './payouts.ts'
import { planMoney } from './plan.ts'
import { neverPlanned } from './plan-refusal.ts'
import { roadFor } from './road.ts'
import type { Act } from './step.ts'

/** Orders of a batch, read and checked one by one; what is wrong with any of them is told of all at once. */

export type ItemOrder =
  | { readonly loanId: string; readonly walletId?: string | undefined }
  | {
      readonly customerId: string
      readonly walletId: string
      readonly amount: string
      readonly programme: string
    }

/** An order with its loan as the core has it; undefined for a voucher. */
export type ReadItem = { readonly order: ItemOrder; readonly target: PayoutTarget | undefined }

export type Faults = { readonly away: boolean; readonly faults: readonly string[] }

const at = (index: number, fault: string): string => `items.${index}: ${fault}`

/** Asks the core for each loan and programme; `away` where it did not answer, so that nothing is said about the orders. */
export async function readItems(
  payouts: Payouts,
  tenantId: string,
  orders: readonly ItemOrder[],
): Promise<readonly ReadItem[] | Faults> {
  const read: ReadItem[] = []
  const faults: string[] = []
  const loans = new Set<string>()
  const programmes = new Map<string, PayoutRefused | undefined>()
  for (const [index, order] of orders.entries()) {
    if (!('loanId' in order)) {
      const { programme } = order
      const no = programmes.has(programme)
        ? programmes.get(programme)
        : await payouts.programme(tenantId, programme)
      if (no?.why === 'core-away') return { away: true, faults: [no.detail] }
      programmes.set(programme, no)
      if (no === undefined) read.push({ order, target: undefined })
      else faults.push(at(index, no.detail))
      continue
    }
    if (loans.has(order.loanId)) faults.push(at(index, `loan ${order.loanId} stands in the batch twice`))
    loans.add(order.loanId)
    const target = await payouts.target(tenantId, order.loanId)
    if (target.kind === 'target') read.push({ order, target })
    else if (target.why === 'core-away') return { away: true, faults: [target.detail] }
    else faults.push(at(index, target.detail))
  }
  return faults.length === 0 ? read : { away: false, faults }
}

type Checked = { readonly item: BatchItem } | { readonly fault: string }

/** In the commit that writes the batch. */
export async function checkItems(
  act: Act,
  read: readonly ReadItem[],
): Promise<readonly BatchItem[] | Faults> {
  const checked: Checked[] = []
  for (const each of read)
    checked.push(each.target === undefined ? await voucher(act, each.order) : await loan(act, each))
  const faults = checked.flatMap((each, index) => ('fault' in each ? [at(index, each.fault)] : []))
  return faults.length === 0
    ? checked.flatMap(each => ('item' in each ? [each.item] : []))
    : { away: false, faults }
}

async function loan(act: Act, { order, target }: ReadItem): Promise<Checked> {
  const { trx, setup } = act
  if (target === undefined || !('loanId' in order)) throw new Error('a loan was not read')
  const { net, customer, loan: found } = target
  const wallets = await walletsOf(trx, setup.tenant.id, customer.id, net.currency)
  const hers = wallets.filter(({ id, mayDial }) =>
    order.walletId === undefined ? mayDial : id === order.walletId,
  )
  const payee = hers.find(wallet => roadFor(setup, wallet, 'disburse', act.at) !== undefined) ?? hers[0]
  if (payee === undefined) return { fault: `she has no such wallet that can be paid in ${net.currency}` }
  const open = await trx('disbursements')
    .where({ tenant_id: setup.tenant.id, loan_id: order.loanId })
    .whereIn('state', ['planned', 'approved', 'paying', 'part-paid'])
    .first('id')
  if (open !== undefined) return { fault: `disbursement ${open.id} of this loan is open` }
  return fitting(act, payee, {
    customerId: customer.id,
    walletId: payee.id,
    loanId: order.loanId,
    loanAccount: found.accountNo,
    programme: null,
    amount: net,
  })
}

async function voucher(act: Act, order: ItemOrder): Promise<Checked> {
  const { trx, setup } = act
  if ('loanId' in order) throw new Error('a loan is no voucher')
  const { customerId, walletId, programme } = order
  const amount: Money | undefined = parseMoney(order.amount, setup.tenant.currency)
  if (amount === undefined || !exceeds(amount, { ...amount, minor: 0n }))
    return { fault: `"${order.amount}" is no amount of ${setup.tenant.currency} above zero` }
  const wallets = await walletsOf(trx, setup.tenant.id, customerId, amount.currency)
  const payee = wallets.find(({ id }) => id === walletId)
  if (payee === undefined) return { fault: `she has no such wallet in ${amount.currency}` }
  if (setup.tenant.settings.books?.floats[payee.provider] === undefined)
    return { fault: `the accounts of the core are not set up for vouchers by ${payee.provider}` }
  return fitting(act, payee, { customerId, walletId, loanId: null, loanAccount: null, programme, amount })
}

/** What a limit will never let through is told now; what it lets through later waits for its day. */
async function fitting(act: Act, payee: Wallet, item: BatchItem): Promise<Checked> {
  const no = neverPlanned(await planMoney(act, payee, 'disburse', item.amount, { reserve: false }))
  return no === undefined ? { item } : { fault: no.detail }
}
