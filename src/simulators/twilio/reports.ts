import type { Knex } from 'knex'
import { after, e164 } from '../kit/numbers.ts'
import { type Account, type House, type MessageRow, TWILIO } from './house.ts'
import { signatureOf } from './sign.ts'

/** What may be wrong with the telling of a delivery. */
export const REPORT_FAULTS = [
  'no-callback',
  'duplicate-callback',
  'callback-first',
  'out-of-order',
  'undelivered',
  'stopped-late',
  'forged',
] as const

const SENT_MS = 300
const DELIVERED_MS = 1_500

type Report = { readonly status: string; readonly afterMs: number; readonly code?: string }

function reportsOf(message: MessageRow, faults: readonly string[]): Report[] {
  if (faults.includes('no-callback')) return []
  const final: Report =
    message.status === 'accepted'
      ? { status: 'delivered', afterMs: DELIVERED_MS }
      : {
          status: 'undelivered',
          afterMs: DELIVERED_MS,
          code: faults.includes('stopped-late') ? '21610' : '30003',
        }
  const sent: Report = { status: 'sent', afterMs: SENT_MS }
  if (faults.includes('out-of-order')) return [final, { ...sent, afterMs: DELIVERED_MS + SENT_MS }]
  return [sent, final, ...(faults.includes('duplicate-callback') ? [final] : [])]
}

/**
 * Status callbacks (twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks): none for the status that
 * the answer told; their order is not promised.
 */
export async function planReports(
  { callbacks, clock }: House,
  account: Account,
  message: MessageRow,
  faults: readonly string[],
  trx: Knex.Transaction,
): Promise<void> {
  if (message.status_url === null) return
  for (const { status, afterMs, code } of reportsOf(message, faults)) {
    const fields = {
      ApiVersion: '2010-04-01',
      AccountSid: account.sid,
      From: message.sender,
      MessageSid: message.sid,
      MessageStatus: status,
      SmsSid: message.sid,
      SmsStatus: status,
      To: e164(message.msisdn),
      ...(code === undefined ? {} : { ErrorCode: code }),
      ...(message.service === null ? {} : { MessagingServiceSid: message.service }),
    }
    const token = faults.includes('forged') ? 'somebody else' : account.auth_token
    await callbacks.plan(
      {
        simulator: TWILIO,
        reference: message.sid,
        method: 'POST',
        url: message.status_url,
        contentType: 'application/x-www-form-urlencoded',
        headers: { 'x-twilio-signature': signatureOf(token, message.status_url, fields) },
        body: new URLSearchParams(fields).toString(),
        dueAt: after(clock.now(), afterMs),
      },
      trx,
    )
  }
}
