import type { MessageEvent } from '../../flows/message.ts'
import type { SmsOutcome } from '../channels/channel.ts'
import { smsGatewayNamed } from '../channels/index.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { localDate } from '../domain/time.ts'
import type { DueRow } from '../store/due.ts'
import { lockLife } from '../store/lives.ts'
import { openCase } from './cases.ts'
import { act, type GatewayDeps } from './context.ts'
import { nothingToDo } from './idle.ts'
import { insist } from './insist.ts'
import type { Stepper } from './step.ts'

/** Sends due messages. A message is an attempt too: marked before the call, and a lost answer is resent at most once. */
export function createDeliverer(deps: GatewayDeps & { readonly stepper: Stepper }): {
  work(row: DueRow): Promise<void>
} {
  const { ids, stepper, tools, log } = deps

  return {
    async work(row) {
      const order = await act(deps, row.tenantId, async commit => {
        const { trx, setup, at } = commit
        const life = await lockLife(trx, 'message', row.tenantId, row.id)
        if (life.state !== 'queued') {
          const woken = await stepper.wake(commit, 'message', row.id)
          if (!woken.changed) await nothingToDo(log, commit, row, life.state)
          return undefined
        }
        const stepped = await stepper.step(commit, 'message', row.id, {
          type: 'SENDING',
          at: at.toISOString(),
        })
        const channel = setup.channels.find(({ id }) => id === life.channel_id)
        if (stepped.to !== 'sending' || channel === undefined) return undefined
        return { channel, to: life.msisdn as Msisdn, text: String(life.body) }
      })
      if (order === undefined) return
      const { channel, to, text } = order
      const from = channel.address === '' ? {} : { from: channel.address }
      const outcome = await smsGatewayNamed(channel.adapter).send(
        { to, text, ...from },
        channel.config,
        tools,
      )
      if (outcome.kind !== 'accepted')
        log.warn({ tenant: row.tenantId, message: row.id, outcome: outcome.kind }, 'message not accepted')
      await insist(() =>
        act(deps, row.tenantId, async commit => {
          const { trx, setup, at } = commit
          if (outcome.kind === 'accepted' && outcome.providerId !== undefined) {
            await trx('messages')
              .where({ tenant_id: setup.tenant.id, id: row.id })
              .update({
                provider_id: outcome.providerId,
                parts: outcome.parts ?? null,
                cost: outcome.cost ?? null,
              })
            await trx('message_references')
              .insert({
                tenant_id: setup.tenant.id,
                channel_id: channel.id,
                provider_id: outcome.providerId,
                message_id: row.id,
              })
              .onConflict()
              .ignore()
          }
          if (outcome.kind === 'our-fault')
            // one alarm a day: the messages wait, and go out when it is mended
            await openCase(ids, commit, {
              about: 'our-fault',
              subject: 'channel',
              subjectId: channel.id,
              key: `our-fault:${channel.id}:${localDate(at, setup.tenant.zone)}`,
              detail: { why: outcome.why },
            })
          await stepper.step(commit, 'message', row.id, eventOf(outcome, at.toISOString()))
        }),
      )
    },
  }
}

function eventOf(outcome: SmsOutcome, at: string): MessageEvent {
  switch (outcome.kind) {
    case 'accepted':
      return { type: 'ACCEPTED', at }
    case 'refused':
      return { type: outcome.why === 'suppressed' ? 'SUPPRESSED' : 'REFUSED', at }
    case 'later':
    case 'our-fault':
      return { type: 'LATER', at }
    case 'unknown':
      return { type: 'UNKNOWN', at }
  }
}
