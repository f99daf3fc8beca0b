import type { MessageEvent } from '../../flows/message.ts'
import { readWish } from '../../flows/reply-text.ts'
import { WORDS } from '../../flows/words/index.ts'
import type { Language } from '../../flows/words/words.ts'
import type { InboundSms, Wish } from '../channels/channel.ts'
import { smsGatewayNamed } from '../channels/index.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import type { RawRequest } from '../domain/outside.ts'
import type { DueRow } from '../store/due.ts'
import { customersOfPhone } from '../store/people.ts'
import type { Channel } from '../store/tenants.ts'
import { withoutNumbers } from './blanked.ts'
import type { CallbackEnds, StoredCallback } from './callback-ends.ts'
import type { Messenger } from './messages.ts'
import type { Act, Stepper } from './step.ts'
import { lift, suppress } from './suppressions.ts'

/** What an SMS gateway tells us unasked. */

const DELIVERY_EVENTS: Readonly<
  Record<string, Extract<MessageEvent['type'], 'DELIVERED' | 'FAILED' | 'EXPIRED'>>
> = {
  delivered: 'DELIVERED',
  failed: 'FAILED',
  expired: 'EXPIRED',
}

type Read = (commit: Act, row: DueRow, stored: StoredCallback) => Promise<void>

/** By the gateway's own id, or by that of the row which keeps it. */
type NamedSms = InboundSms & { readonly providerId: string }

/** What somebody wrote, and to which of the lender's numbers. */
export type Written = {
  readonly channel: Channel
  readonly sms: NamedSms
  readonly request: RawRequest
}
/** What is said to it; the dialogue's host knows. */
export type AnswerSms = (
  channel: Channel,
  sms: NamedSms,
) => Promise<{ readonly customerId: string; readonly language: Language; readonly text: string } | undefined>

export function createSmsCallbacks(
  { settle, again }: CallbackEnds,
  stepper: Stepper,
  messenger: Messenger,
): {
  readonly readDelivery: Read
  readonly readInbound: (...of: Parameters<Read>) => Promise<Written | undefined>
  readonly answered: (
    commit: Act,
    row: DueRow,
    written: Written,
    spoken: Awaited<ReturnType<AnswerSms>>,
  ) => Promise<void>
} {
  /** Her last word from us on it; a stranger gets none. */
  async function heard(commit: Act, { id }: DueRow, to: Msisdn, wish: Wish): Promise<void> {
    const { tenant } = commit.setup
    const [her] = await customersOfPhone(commit.trx, tenant.id, to)
    if (her === undefined) return
    const { stopped, wanted } = WORDS[her.language].sms
    const text = (wish === 'stop' ? stopped : wanted)(tenant.settings.lender)
    await messenger.answer(commit, {
      key: `wish:${id}`,
      ...{ to, customerId: her.id, language: her.language, text },
    })
  }

  return {
    async readDelivery(commit, row, stored) {
      const channel = commit.setup.channels.find(({ id }) => id === stored.source_id)
      if (channel === undefined) return settle(commit, row, 'no such channel')
      const report = smsGatewayNamed(channel.adapter).readDelivery(stored.request, channel.config)
      if ('why' in report) return settle(commit, row, `unreadable: ${report.why}`)
      const known = await commit
        .trx('message_references')
        .where({ tenant_id: commit.setup.tenant.id, channel_id: channel.id, provider_id: report.providerId })
        .first('message_id', 'attempt')
      if (known === undefined) return again(commit, row, stored.tries, 'unknown message')
      if (report.suppressed === true) {
        const to = await commit
          .trx('messages')
          .where({ tenant_id: commit.setup.tenant.id, id: known.message_id })
          .first('msisdn')
        await suppress(commit, to?.msisdn as Msisdn, 'gateway')
      }
      const type = DELIVERY_EVENTS[report.word]
      if (type !== undefined)
        await stepper.step(commit, 'message', known.message_id, {
          type,
          at: commit.at.toISOString(),
          of: known.attempt,
        })
      await settle(commit, row, report.word)
    },

    /**
     * What somebody wrote to the lender's number, once for each id of the gateway; undefined: nobody can read it, or it
     * says no more than that she wants no reminders, or wants them again.
     */
    async readInbound(commit, row, stored) {
      const channel = commit.setup.channels.find(({ id }) => id === stored.source_id)
      if (channel === undefined) return void (await settle(commit, row, 'no such channel'))
      const sms = smsGatewayNamed(channel.adapter).readInbound(stored.request, channel.config)
      if ('why' in sms) return void (await settle(commit, row, `unreadable: ${sms.why}`))
      const wish = sms.wish ?? readWish(sms.text)
      if (wish === undefined)
        return { channel, sms: { ...sms, providerId: sms.providerId ?? row.id }, request: stored.request }
      await (wish === 'stop' ? suppress(commit, sms.from, 'her') : lift(commit, sms.from))
      // where the gateway took it for a wish, it has answered itself
      if (sms.wish === undefined) await heard(commit, row, sms.from, wish)
      return void (await settle(commit, row, wish))
    },

    /** Says what was found to say. What she wrote is kept without its numbers: a PIN may be among them. */
    async answered(commit, row, { channel, sms, request }, spoken) {
      const said =
        spoken !== undefined &&
        (await messenger.answer(commit, {
          ...spoken,
          key: `reply:${channel.id}:${sms.providerId}`,
          to: sms.from,
        }))
      await commit
        .trx('callbacks')
        .where({ tenant_id: commit.setup.tenant.id, id: row.id })
        .update({ request: JSON.stringify({ ...request, body: withoutNumbers(request.body) }) })
      await settle(commit, row, spoken === undefined ? 'kept' : said ? 'answered' : 'answered often enough')
    },
  }
}
