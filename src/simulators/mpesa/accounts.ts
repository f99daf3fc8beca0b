import type { Knex } from 'knex'
import type { Route, SimReply } from '../kit/http.ts'
import { formatAmount, parseAmount } from '../kit/money.ts'
import { type House, KES } from './house.ts'
import { objectOf } from './replies.ts'

/** A shortcode's two accounts: customers' payments come to `working`, payouts leave from `utility`. */
export type Account = {
  readonly shortcode: string
  readonly working_minor: string
  readonly utility_minor: string
}
type Purse = 'working' | 'utility'

/** Adds to an account, or takes from it; undefined, and nothing moved, where it holds less than is taken. */
export async function move(
  trx: Knex.Transaction,
  shortcode: string,
  purse: Purse,
  minor: bigint,
): Promise<Account | undefined> {
  const { rows } = await trx.raw(
    `update sim_mpesa.accounts set ${purse}_minor = ${purse}_minor + :minor::bigint
      where shortcode = :shortcode and (:minor::bigint > 0 or ${purse}_minor + :minor::bigint >= 0) returning *`,
    { shortcode, minor: minor.toString() },
  )
  return rows[0]
}

const view = ({ shortcode, working_minor, utility_minor }: Account) => ({
  shortcode,
  working: formatAmount(BigInt(working_minor), KES),
  utility: formatAmount(BigInt(utility_minor), KES),
  currency: KES,
})

const problem = (status: number, detail: string): SimReply => ({ status, body: { status, detail } })

/** What a shortcode has, and the control that fills its utility account, as the lender's own deposit would. */
export function accountRoutes({ db }: House): Route[] {
  const path = '/providers/mpesa/accounts'
  return [
    {
      method: 'GET',
      path,
      async handle() {
        const rows: Account[] = await db('sim_mpesa.accounts').orderBy('shortcode').limit(1000)
        return { status: 200, body: { data: rows.map(view), next: null } }
      },
    },
    {
      method: 'POST',
      path,
      async handle(request) {
        const { shortcode, amount } = objectOf(request.body) ?? {}
        const minor = parseAmount(String(amount), KES)
        if (minor === undefined || minor === 0n) return problem(400, 'amount: shillings, as text')
        const account = await db.transaction(trx => move(trx, String(shortcode), 'utility', minor))
        return account === undefined
          ? problem(404, 'no such shortcode')
          : { status: 201, body: view(account) }
      },
    },
  ]
}
