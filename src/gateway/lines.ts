import { randomUUID } from 'node:crypto'
import type { Line, Take } from '../channels/channel.ts'
import { LINED_NAMES, smsGatewayNamed } from '../channels/index.ts'
import { later } from '../domain/time.ts'
import { holdLine, linedChannels, releaseLine } from '../store/lines.ts'
import type { Channel } from '../store/tenants.ts'
import type { Callbacks } from './callbacks.ts'
import type { GatewayDeps } from './context.ts'

/**
 * The lines that stay open to SMS gateways (SMPP). A worker holds them, under a lease in the database, for an account may
 * have only so many; the messages of a line that another worker holds are left to that worker. What comes by a line is
 * kept where HTTP callbacks are kept, before the gateway hears that we have it.
 */
export type Lines = {
  /** Takes the lines that are free and keeps those in hand; looks at most once in three seconds. Never throws. */
  look(): Promise<void>
  /** The channel's line, where this process holds it. */
  of(channelId: string): Line | undefined
  /** Says goodbye on every line, and leaves them to others. */
  close(): Promise<void>
}

const LOOK_MS = 3_000
/** Who has not renewed for so long has lost it, and has let go of it before. */
const HOLD_MS = 20_000
const LET_GO_MS = 15_000
/** A gateway that gives its messages no ids sends one again when our acknowledgement is lost: the same words within so long. */
const SAME_WITHIN_MS = 10 * 60_000

type Held = { readonly channel: Channel; readonly line: Line; heldAt: number }

export function createLines(deps: GatewayDeps & { readonly callbacks: Callbacks }): Lines {
  const { db, clock, tenants, log, elapsed, callbacks } = deps
  const holder = randomUUID()
  const held = new Map<string, Held>()
  let lookedAt = Number.NEGATIVE_INFINITY

  const takeOf =
    ({ tenantId, id }: Channel): Take =>
    (kind, request) =>
      callbacks.keep({ kind, sourceId: id, tenantId, sameWithinMs: SAME_WITHIN_MS }, request)

  async function drop(id: string): Promise<void> {
    const { channel, line } = held.get(id) as Held
    held.delete(id)
    await line.close()
    const { tenantId } = channel
    await db.asTenant(tenantId, trx => releaseLine(trx, { tenantId, id, holder, now: clock.now() }))
  }

  async function hold(channel: Channel): Promise<void> {
    const { tenantId, id, config } = channel
    const gateway = smsGatewayNamed(channel.adapter)
    if (!('open' in gateway)) return
    const startedAt = elapsed()
    const now = clock.now()
    const ours = await db.asTenant(tenantId, trx =>
      holdLine(trx, {
        tenantId,
        id,
        holder,
        lines: gateway.lines(config),
        now,
        until: later(now, HOLD_MS),
      }),
    )
    const known = held.get(id)
    if (known !== undefined && (!ours || JSON.stringify(known.channel.config) !== JSON.stringify(config)))
      return drop(id)
    if (known !== undefined) known.heldAt = startedAt
    else if (ours) held.set(id, { channel, line: gateway.open(config, takeOf(channel)), heldAt: startedAt })
  }

  async function look(): Promise<void> {
    const wanted = await linedChannels(db.knex, LINED_NAMES)
    for (const id of held.keys()) if (!wanted.some(channel => channel.id === id)) await drop(id)
    for (const { tenantId, id } of wanted) {
      const channel = (await tenants.channels(tenantId)).find(known => known.id === id)
      if (channel !== undefined)
        await hold(channel).catch((error: unknown) =>
          log.error(
            { tenant: tenantId, channel: id, error: String(error) },
            'a line could not be looked after',
          ),
        )
    }
  }

  return {
    of: id => held.get(id)?.line,
    async look() {
      if (elapsed() - lookedAt < LOOK_MS) return
      lookedAt = elapsed()
      await look().catch((error: unknown) =>
        log.error({ error: String(error) }, 'lines could not be looked up'),
      )
      for (const [id, { heldAt, line }] of held)
        if (elapsed() - heldAt > LET_GO_MS) {
          held.delete(id)
          await line.close()
        }
    },
    async close() {
      for (const id of [...held.keys()])
        await drop(id).catch((error: unknown) =>
          log.error({ channel: id, error: String(error) }, 'a line could not be released'),
        )
    },
  }
}
