import { type Session, todayOf } from '../house.ts'
import { parseMajor } from '../money.ts'
import { table } from '../schema.ts'
import { insertSavingsTransaction } from './commands.ts'
import { findSavings, SAVINGS, SAVINGS_TYPE } from './rows.ts'

export type SavingsSeed = {
  readonly id: number
  readonly accountNo: string
  readonly clientId: number
  readonly product: string
  readonly status?: keyof typeof SAVINGS
  readonly externalId?: string
  /** Major units, as text: paid in today. */
  readonly openingDeposit?: string
}

const ACTIVATED_ON = '2024-01-01'

/** An account that is there is left as it is. */
export async function seedSavings(
  session: Session,
  seed: SavingsSeed,
  paymentType: number | undefined,
): Promise<void> {
  const { trx, tenant } = session
  const made = await trx(table('savings'))
    .insert({
      tenant: tenant.id,
      id: seed.id,
      account_no: seed.accountNo,
      external_id: seed.externalId ?? null,
      client_id: seed.clientId,
      product: seed.product,
      status: SAVINGS[seed.status ?? 'active'],
      activated_on: ACTIVATED_ON,
    })
    .onConflict(['tenant', 'id'])
    .ignore()
    .returning('id')
  if (made.length === 0 || seed.openingDeposit === undefined) return
  await insertSavingsTransaction(session, await findSavings(trx, tenant.id, String(seed.id)), {
    type: SAVINGS_TYPE.deposit,
    on_date: todayOf(session),
    amount: parseMajor(seed.openingDeposit, tenant.currency.digits),
    payment_type_id: paymentType ?? null,
  })
}
