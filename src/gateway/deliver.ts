import type { MessageContext, MessageEvent } from '../../flows/message.ts'
import type { SmsOrder, SmsOutcome } from '../channels/channel.ts'
import { smsGatewayNamed } from '../channels/index.ts'
import type { Msisdn } from '../domain/msisdn.ts'
import { afterQuiet } from '../domain/quiet-hours.ts'
import { later, localDate } from '../domain/time.ts'
import { type DueRow, pushBack } from '../store/due.ts'
import { type LifeRow, lockLife } from '../store/lives.ts'
import type { Channel } from '../store/tenants.ts'
import { openCase } from './cases.ts'
import { act, type GatewayDeps } from './context.ts'
import { nothingToDo } from './idle.ts'
import { insist } from './insist.ts'
import type { Lines } from './lines.ts'
import { restore } from './lives.ts'
import { isMoot } from './moot.ts'
import { smsWays } from './sms-ways.ts'
import type { Act, Stepper } from './step.ts'
import { isSuppressed, suppress } from './suppressions.ts'
import { rulesOf } from './topics.ts'
import { withWhatIsLeft } from './what-is-left.ts'

/** A message of a line that another worker holds is left to that worker for so long. */
const ELSEWHERE_MS = 1_000

/** Sends due messages. A message is an attempt too: marked before the call, and a lost answer is resent at most once. */
export function createDeliverer(deps: GatewayDeps & { readonly stepper: Stepper; readonly lines: Lines }): {
  work(row: DueRow): Promise<void>
} {
  const { ids, stepper, lines, tools, log } = deps

  /** True where this process can reach the channel's gateway. */
  const reaches = ({ id, adapter }: Channel): boolean =>
    'send' in smsGatewayNamed(adapter) || lines.of(id) !== undefined

  async function send({ id, adapter, config }: Channel, order: SmsOrder): Promise<SmsOutcome> {
    const gateway = smsGatewayNamed(adapter)
    if ('send' in gateway) return gateway.send(order, config, tools)
    return lines.of(id)?.send(order) ?? { kind: 'later', why: 'the line was let go' }
  }

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
        const to = life.msisdn as Msisdn
        const expiresAt = life.expires_at as Date
        const { way, tries } = restore('message', life).context as MessageContext
        const channel = smsWays(setup)[way] ?? setup.channels.find(({ id }) => id === life.channel_id)
        if (channel !== undefined && !reaches(channel) && at < expiresAt)
          return void (await pushBack(trx, row, later(at, ELSEWHERE_MS)))
        const allowedAt = rulesOf(String(life.about)).unasked ? afterQuiet(setup.tenant, at, row.id) : at
        if (allowedAt > at && at < expiresAt) return void (await pushBack(trx, row, allowedAt))
        const stepped = await stepper.step(commit, 'message', row.id, {
          type: await eventFor(commit, life),
          at: at.toISOString(),
        })
        if (stepped.to !== 'sending' || channel === undefined) return undefined
        if (channel.id !== life.channel_id)
          await trx('messages')
            .where({ tenant_id: row.tenantId, id: row.id })
            .update({ channel_id: channel.id })
        return { channel, attempt: tries + 1, life, to, validForMs: expiresAt.getTime() - at.getTime() }
      })
      if (order === undefined) return
      const { channel, attempt, life, to, validForMs } = order
      const tellsMore = life.loan_id !== null
      const text = tellsMore ? await withWhatIsLeft(deps, row.tenantId, life) : String(life.body)
      const outcome = await send(channel, {
        ...{ to, text, validForMs, about: String(life.about), language: String(life.language) },
        deliveryUrl: `${deps.publicUrl()}/sms/${channel.token}/delivery`,
        ...(channel.address === '' ? {} : { from: channel.address }),
      })
      if (outcome.kind !== 'accepted')
        log.warn({ tenant: row.tenantId, message: row.id, outcome: outcome.kind }, 'message not accepted')
      await insist(() =>
        act(deps, row.tenantId, async commit => {
          const { trx, setup, at } = commit
          if (tellsMore)
            await trx('messages')
              .where({ tenant_id: setup.tenant.id, id: row.id })
              .update({ body: text, loan_id: null })
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
                attempt,
              })
              .onConflict()
              .ignore()
          }
          if (outcome.kind === 'refused' && outcome.why === 'suppressed')
            await suppress(commit, to, 'gateway')
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

/** Whether it leaves: not where she wants none, nor where it is true no more. */
async function eventFor(commit: Act, life: LifeRow): Promise<'SUPPRESSED' | 'MOOT' | 'SENDING'> {
  if (await isSuppressed(commit, life.msisdn as Msisdn, life)) return 'SUPPRESSED'
  return (await isMoot(commit, life)) ? 'MOOT' : 'SENDING'
}

const REFUSALS = {
  suppressed: 'SUPPRESSED',
  'do-not-disturb': 'SUPPRESSED',
  'bad-number': 'REFUSED',
  'no-route': 'NO_ROUTE',
} as const

function eventOf(outcome: SmsOutcome, at: string): MessageEvent {
  switch (outcome.kind) {
    case 'accepted':
      return { type: 'ACCEPTED', at }
    case 'refused':
      return { type: REFUSALS[outcome.why], at }
    case 'later':
    case 'our-fault':
      return { type: 'LATER', at }
    case 'unknown':
      return { type: 'UNKNOWN', at }
  }
}
