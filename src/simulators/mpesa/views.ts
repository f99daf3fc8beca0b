import type { Route } from '../kit/http.ts'
import { formatAmount } from '../kit/money.ts'
import { digitsOnly, e164 } from '../kit/numbers.ts'
import { page } from '../kit/views.ts'
import { type House, type Row, wallets } from './house.ts'
import { CERTIFICATE } from './keys.ts'

/** What its caller knows a movement by. */
const referenceOf = (row: Row): string | null =>
  ({
    collect: row.checkout_request_id,
    disburse: row.originator_id,
    refund: row.conversation_id,
    c2b: row.receipt,
  })[row.kind]

const given = (fields: Readonly<Record<string, string | undefined | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])))

/** A movement of money as it really went. */
export const viewOf = (row: Row): Record<string, unknown> => ({
  reference: referenceOf(row),
  kind: row.kind,
  ...given({ msisdn: row.msisdn && e164(row.msisdn) }),
  amount: formatAmount(BigInt(row.amount_minor), row.currency),
  currency: row.currency,
  status: row.status,
  at: row.created_at.toISOString(),
  createdAt: row.created_at.toISOString(),
  ...given({
    completedAt: row.completed_at?.toISOString(),
    reversedAt: row.reversed_at?.toISOString(),
    receipt: row.receipt,
    originalReceipt: row.original_receipt,
    resultCode: row.result_code,
    merchantRequestId: row.merchant_request_id,
    conversationId: row.conversation_id,
    accountReference: row.account_reference,
  }),
  shortcode: row.shortcode,
})

export function viewRoutes({ db }: House): Route[] {
  return [
    {
      method: 'GET',
      path: '/providers/mpesa/transactions',
      handle: ({ query }) => page<Row>(db('sim_mpesa.transactions'), query, viewOf),
    },
    {
      method: 'GET',
      path: '/providers/mpesa/wallets',
      handle: async ({ query }) => {
        const data = await wallets.list(db, digitsOnly(query.get('msisdn') ?? ''))
        return { status: 200, body: { data, next: null } }
      },
    },
    {
      // what the portal offers for download: operators' passwords are encrypted under it
      method: 'GET',
      path: '/providers/mpesa/certificate',
      handle: () => ({
        status: 200,
        headers: { 'content-type': 'application/x-pem-file' },
        body: CERTIFICATE,
      }),
    },
  ]
}
