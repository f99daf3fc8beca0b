import type { Ids } from '../domain/ids.ts'
import { type Money, toText } from '../domain/money.ts'
import { later } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import { wallet } from '../store/people.ts'
import { countItems, nextItems } from './batch-room.ts'
import { act, type GatewayDeps } from './context.ts'
import { nothingToDo } from './idle.ts'
import { hasTag } from './lives.ts'
import { startCooling } from './payees.ts'
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

/**
 * Officers' orders about a batch; false where it was too late. An order to stop makes due what nothing was paid of yet, and
 * each item is cancelled by itself: thousands in one commit would hold up everybody.
 */
export async function orderBatch(
  { stepper }: Pick<Deps, 'stepper'>,
  commit: Act,
  id: string,
  what: 'APPROVE' | 'PAUSE' | 'RESUME' | 'STOP',
): Promise<boolean> {
  const { trx, setup, at } = commit
  const stepped = await stepper.step(commit, 'batch', id, { type: what, at: at.toISOString() })
  if (!stepped.changed) return false
  if (what === 'APPROVE') await startCooling(commit, id)
  if (what === 'STOP')
    await trx('disbursements')
      .where({ tenant_id: setup.tenant.id, batch_id: id })
      .whereIn('state', ['planned', 'approved'])
      .update({ due_at: at, lease_until: null, lease_id: null })
  return true
}

/**
 * Whether a due item goes no further: it waits for its batch, or the batch is stopped and nothing of it was ever ordered
 * outside, so that it is cancelled.
 */
export async function keptByBatch(
  stepper: Stepper,
  commit: Act,
  row: DueRow,
  life: LifeRow,
): Promise<boolean> {
  if (life.batch_id === null) return false
  const { trx, setup, at } = commit
  const key = { tenant_id: setup.tenant.id }
  const batch = await trx('batches')
    .where({ ...key, id: life.batch_id })
    .first('state')
  const planned = life.state === 'planned'
  if (batch.state !== 'stopped') {
    if (planned) await pushBack(trx, row, later(at, LOOK_AGAIN_MS))
    return planned
  }
  if (
    !planned &&
    (await trx('transactions')
      .where({ ...key, disbursement_id: row.id })
      .first('id')) !== undefined
  )
    return false
  await stepper.step(commit, 'disbursement', row.id, { type: 'CANCEL', at: at.toISOString() })
  return true
}

/** An item that waits for its batch is let go by the batch; it is looked at this often all the same. */
const LOOK_AGAIN_MS = 24 * 3_600_000

export function createBatcher(deps: GatewayDeps & { readonly stepper: Stepper }): {
  work(row: DueRow): Promise<void>
} {
  const { stepper, log } = deps

  return {
    work: row =>
      act(deps, row.tenantId, async commit => {
        const life = await lockLife(commit.trx, 'batch', row.tenantId, row.id)
        if (life.lease_id !== row.leaseId) return
        if (!hasTag('batch', life, 'look')) {
          const woken = await stepper.wake(commit, 'batch', row.id)
          return woken.changed ? undefined : nothingToDo(log, commit, row, life.state)
        }
        const at = commit.at.toISOString()
        const counts = await countItems(commit, row.id)
        const next = await nextItems(commit, row.id, counts)
        for (const id of next) await stepper.step(commit, 'disbursement', id, { type: 'APPROVE', at })
        await stepper.step(commit, 'batch', row.id, {
          type: 'LOOKED',
          at,
          ended: counts.reduce((sum, { ended }) => sum + ended, 0),
          released: next.length,
          open: counts.some(({ items, ended }) => items > ended),
        })
      }),
  }
}
