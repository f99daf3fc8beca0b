import type { MessageEvent } from '../../flows/message.ts'
import { smsGatewayNamed } from '../channels/index.ts'
import type { DueRow } from '../store/due.ts'
import type { CallbackEnds, StoredCallback } from './callback-ends.ts'
import type { Act, Stepper } from './step.ts'

/** What an SMS gateway tells us unasked. */

const DELIVERY_EVENTS: Readonly<
  Record<string, Extract<MessageEvent['type'], 'DELIVERED' | 'FAILED' | 'EXPIRED'>>
> = {
  delivered: 'DELIVERED',
  failed: 'FAILED',
  expired: 'EXPIRED',
}

type Read = (commit: Act, row: DueRow, stored: StoredCallback) => Promise<void>

export function createSmsCallbacks(
  { settle, again }: CallbackEnds,
  stepper: Stepper,
): { readonly readDelivery: Read; readonly readInbound: Read } {
  return {
    async readDelivery(commit, row, stored) {
      const channel = commit.setup.channels.find(({ id }) => id === stored.source_id)
      if (channel === undefined) return settle(commit, row, 'no such channel')
      const report = smsGatewayNamed(channel.adapter).readDelivery(stored.request)
      if ('why' in report) return settle(commit, row, `unreadable: ${report.why}`)
      const known = await commit
        .trx('message_references')
        .where({ tenant_id: commit.setup.tenant.id, channel_id: channel.id, provider_id: report.providerId })
        .first('message_id')
      if (known === undefined) return again(commit, row, stored.tries, 'unknown message')
      const type = DELIVERY_EVENTS[report.word]
      if (type !== undefined)
        await stepper.step(commit, 'message', known.message_id, { type, at: commit.at.toISOString() })
      await settle(commit, row, report.word)
    },

    /** What somebody wrote to the lender's number: kept as it came, once for each id of the gateway, for who reads it. */
    async readInbound(commit, row, stored) {
      const channel = commit.setup.channels.find(({ id }) => id === stored.source_id)
      if (channel === undefined) return settle(commit, row, 'no such channel')
      const sms = smsGatewayNamed(channel.adapter).readInbound(stored.request)
      await settle(commit, row, 'why' in sms ? `unreadable: ${sms.why}` : 'kept')
    },
  }
}
