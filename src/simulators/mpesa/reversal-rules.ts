import type { Knex } from 'knex'
import { move } from './accounts.ts'
import { rawAmount, rawTime } from './bodies.ts'
import { type House, KES, type OrderRow, type Row, wallets } from './house.ts'
import { newReceipt } from './life.ts'
import type { Verdict } from './payout-rules.ts'

/** Older payments are not reversed any more. The portal names no number of days; this one is ours. */
const REVERSIBLE_MS = 30 * 86_400_000

const NOT_REVERSIBLE = { code: 'R000002' }

/** Gives a customer's payment back out of the working account: whole, once, and while it is young. */
export async function sendBack(house: House, row: OrderRow, trx: Knex.Transaction): Promise<Verdict> {
  const at = house.clock.now()
  const original: Row | undefined = await trx('sim_mpesa.transactions')
    .where({ receipt: row.original_receipt, shortcode: row.shortcode })
    .whereIn('kind', ['collect', 'c2b'])
    .forUpdate()
    .first()
  if (original === undefined) return NOT_REVERSIBLE
  if (original.status === 'reversed') return { code: 'R000001' }
  const ageMs = at.getTime() - (original.completed_at?.getTime() ?? 0)
  if (original.amount_minor !== row.amount_minor || ageMs > REVERSIBLE_MS) return NOT_REVERSIBLE
  const minor = BigInt(row.amount_minor)
  const wallet = await wallets.lock(trx, original.msisdn, KES)
  if (wallet === undefined) return { code: '2040' }
  const account = await move(trx, row.shortcode, 'working', -minor)
  if (account === undefined) return { code: '1' }
  await wallets.move(trx, wallet, minor)
  await trx('sim_mpesa.transactions')
    .where({ id: original.id })
    .update({ status: 'reversed', reversed_at: at })
  return {
    code: '0',
    paid: { receipt: newReceipt(), minor, at },
    values: told => ({
      DebitAccountBalance: `Working Account|KES|${rawAmount(BigInt(account.working_minor)).slice(4)}`,
      Amount: rawAmount(told),
      TransCompletedTime: rawTime(at),
      OriginalTransactionID: String(original.receipt),
      Charge: rawAmount(0n),
      CreditPartyPublicName: `${original.msisdn} - ${wallet.name}`,
      DebitPartyPublicName: row.shortcode,
    }),
  }
}
