import type { Knex } from 'knex'
import { formatAmount } from '../kit/money.ts'
import { after } from '../kit/numbers.ts'
import { type Account, move } from './accounts.ts'
import { dottedTime, nairobiTime, type Paid, rawAmount } from './bodies.ts'
import { type House, KES, type OrderRow, wallets } from './house.ts'
import { newReceipt } from './life.ts'

/** How an order ended; `values` are what its result tells of this amount. */
export type Verdict =
  | { readonly code: string }
  | {
      readonly code: '0'
      readonly paid: Paid
      readonly values: (toldMinor: bigint, receipt: string) => Record<string, string>
    }

/** Bounds in cents: a payment, a customer's day, and what her wallet may hold. Source: portal, "B2C". */
const LEAST = 1_000n
const MOST = 25_000_000n
const DAY = 50_000_000n
const WALLET = 50_000_000n
/** The same amount to the same customer within this time is thought a repetition. */
const SAME_PAYMENT_MS = 120_000

/** Midnight in Nairobi, where the day of a daily limit begins. */
function midnight(at: Date): Date {
  const [, year, month, day] = /^(....)(..)(..)/.exec(nairobiTime(at)) ?? []
  return new Date(`${year}-${month}-${day}T00:00:00+03:00`)
}

async function before(house: House, row: OrderRow, trx: Knex.Transaction) {
  const now = house.clock.now()
  const { rows } = await trx.raw(
    `select coalesce(sum(amount_minor) filter (where completed_at >= :day), 0)::text as today,
            coalesce(bool_or(shortcode = :shortcode and amount_minor = :minor::bigint and completed_at > :since), false)
              and exists (select 1 from sim_mpesa.apps where shortcode = :shortcode and refuses_twins) as twin
       from sim_mpesa.transactions
      where msisdn = :msisdn and kind = 'disburse' and status in ('succeeded', 'reversed')
        and completed_at >= least(:day::timestamptz, :since::timestamptz)`,
    {
      day: midnight(now),
      since: after(now, -SAME_PAYMENT_MS),
      shortcode: row.shortcode,
      minor: row.amount_minor,
      msisdn: row.msisdn,
    },
  )
  return { today: BigInt(rows[0].today), twin: rows[0].twin === true }
}

/** Pays out of the utility account if every rule allows it, and says so; the caller keeps the result. */
export async function payOut(house: House, row: OrderRow, trx: Knex.Transaction): Promise<Verdict> {
  const minor = BigInt(row.amount_minor)
  if (minor < LEAST) return { code: '2' }
  if (minor > MOST) return { code: '3' }
  const wallet = await wallets.lock(trx, row.msisdn, KES)
  if (wallet === undefined) return { code: '2040' }
  const { today, twin } = await before(house, row, trx)
  if (twin) return { code: '15' }
  if (today + minor > DAY) return { code: '4' }
  if (wallet.balance + minor > WALLET) return { code: '8' }
  const account = await move(trx, row.shortcode, 'utility', -minor)
  if (account === undefined) return { code: '1' }
  await wallets.move(trx, wallet, minor)
  const at = house.clock.now()
  return {
    code: '0',
    paid: { receipt: newReceipt(), minor, at },
    values: (told, receipt) => payoutValues(told, receipt, at, `${row.msisdn} - ${wallet.name}`, account),
  }
}

export const payoutValues = (
  minor: bigint,
  receipt: string,
  at: Date,
  receiver: string,
  account: Account,
): Record<string, string> => ({
  TransactionAmount: rawAmount(minor),
  TransactionReceipt: receipt,
  B2CRecipientIsRegisteredCustomer: 'Y',
  B2CChargesPaidAccountAvailableFunds: `raw:${formatAmount(0n, KES)}`,
  ReceiverPartyPublicName: receiver,
  TransactionCompletedDateTime: dottedTime(at),
  B2CUtilityAccountAvailableFunds: rawAmount(BigInt(account.utility_minor)),
  B2CWorkingAccountAvailableFunds: rawAmount(BigInt(account.working_minor)),
})
