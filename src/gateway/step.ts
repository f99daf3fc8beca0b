import { type AnyEventObject, type AnyMachineSnapshot, initialTransition, transition } from 'xstate'
import type { Deed } from '../../flows/deeds.ts'
import type { Ids } from '../domain/ids.ts'
import type { Tenant } from '../domain/tenant.ts'
import { later } from '../domain/time.ts'
import type { Trx } from '../store/database.ts'
import { type LifeKind, type LifeRow, lockLife, saveEvent, saveLife } from '../store/lives.ts'
import type { Channel, Connection } from '../store/tenants.ts'
import type { Ways } from '../store/ways.ts'
import { type LifeEvents, machineOf, restore, toStored, type Variant, wakeEvent } from './lives.ts'
import { tellWorld } from './tell-world.ts'

/** A tenant's configuration as one value, read before the commit that uses it. */
export type Setup = {
  readonly tenant: Tenant
  readonly channels: readonly Channel[]
  readonly connections: readonly Connection[]
  readonly ways: Ways
}

/** The commit in which a step happens, and what it knows; `by`: who ordered it, where a person did. */
export type Act = { readonly trx: Trx; readonly setup: Setup; readonly at: Date; readonly by?: string }

export type Stepped = { readonly changed: boolean; readonly from: string; readonly to: string }

/** Where a deed comes from: the row that ordered it, as it was before the step, and the event row that says why. */
export type Subject = {
  readonly kind: LifeKind
  readonly row: LifeRow
  readonly eventId: string
  readonly context: unknown
}

export type Deeds = (act: Act, subject: Subject, deed: Deed) => Promise<void>

/**
 * The one way in which money rows change: lock, step the pure machine, and commit the new state, the event, the ledger
 * transfers, the messages and the next due time together. An event that changes nothing writes nothing.
 */
export type Stepper = {
  step<Kind extends LifeKind>(act: Act, kind: Kind, id: string, event: LifeEvents[Kind]): Promise<Stepped>
  /** Fires the event that a waiting row wakes itself with; unchanged where it does not wait. */
  wake(act: Act, kind: LifeKind, id: string): Promise<Stepped>
  /** The columns of a new row in its machine's first state. */
  start(
    kind: LifeKind,
    input: object,
    at: Date,
    variant?: Variant,
  ): { readonly state: string; readonly snapshot: string; readonly due_at: Date | null }
}

/** An action as the pure machine hands it over: data. */
type Ordered = { readonly type: string; readonly params?: unknown }

type RaisedLater = { readonly type: 'xstate.raise'; readonly params: { readonly delay?: number } }

/** When the row wakes next: XState's delayed raise, at once where a worker must act, never where nothing waits, or for ever. */
function dueAt(snapshot: AnyMachineSnapshot, actions: readonly { type: string }[], at: Date): Date | null {
  const raised = actions.filter((action): action is RaisedLater => action.type === 'xstate.raise').at(-1)
  const delay = raised?.params.delay
  if (delay !== undefined) return delay === Number.POSITIVE_INFINITY ? null : later(at, delay)
  return snapshot.hasTag('send') ? at : null
}

/** Kinds whose machines spread their waiting: what was sent or released together is not asked about together. */
const SPREAD: ReadonlySet<LifeKind> = new Set(['transaction'])

/** `draw`: a number in [0, 1), drawn anew for each event of what is to be spread; it stands in the event. */
export function createStepper(
  { ids, draw }: { readonly ids: Ids; readonly draw: () => number },
  carryOut: Deeds,
): Stepper {
  async function apply(act: Act, kind: LifeKind, row: LifeRow, told: AnyEventObject): Promise<Stepped> {
    const tenantId = act.setup.tenant.id
    const now = restore(kind, row)
    const event = SPREAD.has(kind) ? { ...told, drawn: draw() } : told
    const [next, ordered] = transition(now.machine, now, event)
    const actions: readonly Ordered[] = ordered
    if (next === now && actions.length === 0) return { changed: false, from: row.state, to: row.state }

    const saved = toStored(next)
    const moved = saved.state !== row.state || actions.some(action => action.type === 'xstate.raise')
    await saveLife(act.trx, kind, tenantId, row.id, {
      ...saved,
      dueAt: moved ? dueAt(next, actions, act.at) : undefined,
    })
    const eventId = ids.next()
    await saveEvent(act.trx, tenantId, {
      id: eventId,
      kind,
      subjectId: row.id,
      event: act.by === undefined ? event : { ...event, by: act.by },
      from: row.state,
      to: saved.state,
      at: act.at,
    })
    const subject: Subject = { kind, row, eventId, context: next.context }
    for (const action of actions)
      if (action.type === 'do') await carryOut(act, subject, action.params as Deed)
    const happened = { id: eventId, subject: kind, subjectId: row.id, from: row.state, to: saved.state }
    await tellWorld(ids, act, happened)
    return { changed: true, from: row.state, to: saved.state }
  }

  return {
    async step(act, kind, id, event) {
      return apply(act, kind, await lockLife(act.trx, kind, act.setup.tenant.id, id), event)
    },
    async wake(act, kind, id) {
      const row = await lockLife(act.trx, kind, act.setup.tenant.id, id)
      const type = wakeEvent(kind, row)
      // between the claim and now somebody else may have moved it
      if (type === undefined || row.due_at === null || row.due_at > act.at)
        return { changed: false, from: row.state, to: row.state }
      return apply(act, kind, row, { type, at: act.at.toISOString() })
    },
    start(kind, input, at, variant) {
      const [snapshot, actions] = initialTransition(machineOf(kind, variant), input as never)
      const { state, snapshot: stored } = toStored(snapshot)
      return { state, snapshot: JSON.stringify(stored), due_at: dueAt(snapshot, actions, at) }
    },
  }
}
