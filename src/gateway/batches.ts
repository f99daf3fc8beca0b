import type { Ids } from '../domain/ids.ts'
import { type Money, toText } from '../domain/money.ts'
import type { DueRow } from '../store/due.ts'
import { lockLife } from '../store/lives.ts'
import { wallet } from '../store/people.ts'
import { act, type GatewayDeps } from './context.ts'
import { nothingToDo } from './idle.ts'
import { hasTag } from './lives.ts'
import type { Act, Setup, Stepper } from './step.ts'

/** Thousands of disbursements as one order: written at once, approved once, let go some at a time. */

export type BatchItem = {
  readonly customerId: string
  readonly walletId: string
  readonly loanId: string | null
  readonly loanAccount: string | null
  readonly programme: string | null
  readonly amount: Money
}

/** So many items may be under way at once, and so many go in one look. */
const UNDER_WAY = 200
const AT_ONCE = 50

type Deps = { readonly ids: Ids; readonly stepper: Stepper }

/** Writes a batch and its items, each a disbursement that waits for the batch; answers its id. */
export async function createBatch(
  { ids, stepper }: Deps,
  commit: Act,
  title: string,
  items: readonly BatchItem[],
  by: string,
): Promise<string> {
  const { trx, setup, at } = commit
  const tenantId = setup.tenant.id
  const id = ids.next()
  await trx('batches').insert({
    tenant_id: tenantId,
    id,
    title,
    items: items.length,
    created_by: by,
    created_at: at,
    ...stepper.start('batch', { items: items.length }, at),
  })
  for (const item of items) {
    const payee = await wallet(trx, tenantId, item.walletId)
    if (payee?.customerId !== item.customerId || payee.currency !== item.amount.currency)
      throw new ForeignWallet(`wallet ${item.walletId} is not hers, or of another currency`)
    await trx('disbursements').insert({
      tenant_id: tenantId,
      id: ids.next(),
      kind: item.loanId === null ? 'voucher' : 'loan',
      batch_id: id,
      customer_id: item.customerId,
      loan_id: item.loanId,
      loan_account: item.loanAccount,
      programme: item.programme,
      wallet_id: payee.id,
      provider: payee.provider,
      msisdn: payee.msisdn,
      amount_minor: item.amount.minor,
      currency: item.amount.currency,
      created_by: by,
      created_at: at,
      ...stepper.start(
        'disbursement',
        { amount: toText(item.amount), order: orderOf(setup, item.loanId) },
        at,
      ),
    })
  }
  return id
}

/** A voucher is entered when it is paid: no checker in the core waits for it. */
export const orderOf = ({ tenant }: Setup, loanId: string | null): 'pay-first' | 'core-first' =>
  loanId === null ? 'pay-first' : tenant.settings.payouts.order

/** A wallet of another customer, tenant or currency in a batch: nothing of the batch is written. */
export class ForeignWallet extends Error {
  override readonly name = 'ForeignWallet'
}

/** Officers' orders about a batch; false where it was too late. An order to stop cancels what has not gone yet. */
export async function orderBatch(
  { stepper }: Pick<Deps, 'stepper'>,
  commit: Act,
  id: string,
  what: 'APPROVE' | 'PAUSE' | 'RESUME' | 'STOP',
): Promise<boolean> {
  const { trx, setup, at } = commit
  const stepped = await stepper.step(commit, 'batch', id, { type: what, at: at.toISOString() })
  if (stepped.to === 'stopped' && stepped.changed) {
    const waiting: { id: string }[] = await trx('disbursements')
      .where({ tenant_id: setup.tenant.id, batch_id: id, state: 'planned' })
      .orderBy('id')
      .select('id')
    for (const item of waiting)
      await stepper.step(commit, 'disbursement', item.id, { type: 'CANCEL', at: at.toISOString() })
  }
  return stepped.changed
}

const ENDED = ['paid', 'failed', 'rolled-back']

export function createBatcher(deps: GatewayDeps & { readonly stepper: Stepper }): {
  work(row: DueRow): Promise<void>
} {
  const { stepper, log } = deps

  /** Lets the next items go, as many as may be under way; answers how many went. */
  async function letGo(commit: Act, id: string, underWay: number): Promise<number> {
    const { trx, setup, at } = commit
    const next: { id: string }[] = await trx('disbursements')
      .where({ tenant_id: setup.tenant.id, batch_id: id, state: 'planned' })
      .orderBy('id')
      .limit(Math.max(0, Math.min(AT_ONCE, UNDER_WAY - underWay)))
      .select('id')
    for (const item of next)
      await stepper.step(commit, 'disbursement', item.id, { type: 'APPROVE', at: at.toISOString() })
    return next.length
  }

  return {
    work: row =>
      act(deps, row.tenantId, async commit => {
        const life = await lockLife(commit.trx, 'batch', row.tenantId, row.id)
        if (life.lease_id !== row.leaseId) return
        if (!hasTag('batch', life, 'look')) return nothingToDo(log, commit, row, life.state)
        const counts: { state: string; count: string }[] = await commit
          .trx('disbursements')
          .where({ tenant_id: row.tenantId, batch_id: row.id })
          .groupBy('state')
          .select('state')
          .count({ count: '*' })
        const sum = (states: (state: string) => boolean): number =>
          counts.filter(({ state }) => states(state)).reduce((total, { count }) => total + Number(count), 0)
        const ended = sum(state => ENDED.includes(state))
        const planned = sum(state => state === 'planned')
        const underWay = sum(() => true) - ended - planned
        const released = await letGo(commit, row.id, underWay)
        await stepper.step(commit, 'batch', row.id, {
          type: 'LOOKED',
          at: commit.at.toISOString(),
          ended,
          released,
          open: planned + underWay > 0,
        })
      }),
  }
}
