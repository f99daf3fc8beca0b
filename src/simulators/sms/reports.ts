import type { Knex } from 'knex'
import { after, e164 } from '../kit/numbers.ts'
import type { Account, House, MessageRow } from './house.ts'
import { SMS } from './house.ts'
import { networkOf } from './statuses.ts'

/** The operator has it; the phone has it. */
const SENT_MS = 300
const DELIVERED_MS = 1_500

type Report = { readonly status: string; readonly afterMs: number; readonly failureReason?: string }

function reportsOf(message: MessageRow, faults: readonly string[]): Report[] {
  if (faults.includes('no-callback')) return []
  const final: Report =
    message.status === 'failed'
      ? { status: 'Failed', afterMs: DELIVERED_MS, failureReason: 'DeliveryFailure' }
      : { status: 'Success', afterMs: DELIVERED_MS }
  const reports = [{ status: 'Sent', afterMs: SENT_MS }, final]
  return faults.includes('duplicate-callback') ? [...reports, final] : reports
}

/** Delivery reports (AT, "Delivery reports"): a form, not signed, in the message's own commit and sent when they are due. */
export async function planReports(
  { callbacks, clock }: House,
  account: Account,
  message: MessageRow,
  faults: readonly string[],
  trx: Knex.Transaction,
): Promise<void> {
  if (account.delivery_url === null) return
  for (const { status, afterMs, failureReason } of reportsOf(message, faults))
    await callbacks.plan(
      {
        simulator: SMS,
        reference: message.message_id,
        method: 'POST',
        url: account.delivery_url,
        contentType: 'application/x-www-form-urlencoded',
        body: new URLSearchParams({
          id: message.message_id,
          status,
          phoneNumber: e164(message.msisdn),
          networkCode: networkOf(message.msisdn),
          ...(failureReason === undefined ? {} : { failureReason }),
        }).toString(),
        dueAt: after(clock.now(), afterMs),
      },
      trx,
    )
}
