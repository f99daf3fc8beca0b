import { randomInt } from 'node:crypto'
import type { CaseAbout } from '../../flows/deeds.ts'
import type { Ids } from '../domain/ids.ts'
import type { Act } from './step.ts'
import { tellWorld } from './tell-world.ts'

/** What a person must settle. One of a kind for each thing, however often it is met; what was settled and is met again opens anew. */
export type NewCase = {
  readonly about: CaseAbout
  readonly subject: string
  readonly subjectId: string
  readonly customerId?: unknown
  readonly detail?: object
  /** Tells apart what may happen to the same thing more than once. */
  readonly key?: string
}

export async function openCase(ids: Ids, act: Act, wanted: NewCase): Promise<void> {
  const { trx, setup, at } = act
  const [opened] = await trx('cases')
    .insert({
      tenant_id: setup.tenant.id,
      id: ids.next(),
      kind: wanted.about,
      key: wanted.key ?? caseKey(wanted.about, wanted.subjectId),
      subject: wanted.subject,
      subject_id: wanted.subjectId,
      customer_id: wanted.customerId ?? null,
      detail: JSON.stringify(wanted.detail ?? {}),
      state: 'open',
      opened_at: at,
    })
    .onConflict(['tenant_id', 'key'])
    .merge({
      state: 'open',
      opened_at: at,
      settled_at: null,
      // whoever looked after it still does
      detail: trx.raw(
        "excluded.detail || jsonb_strip_nulls(jsonb_build_object('owner', cases.detail -> 'owner'))",
      ),
    })
    .where('cases.state', 'settled')
    .returning('id')
  if (opened !== undefined)
    await tellWorld(ids, act, {
      id: ids.next(),
      subject: 'case',
      subjectId: opened.id,
      from: null,
      to: 'open',
    })
}

/** A case that somebody is told the number of: that of the open one, where there is one already. */
export async function openNumberedCase(ids: Ids, act: Act, wanted: NewCase): Promise<string> {
  const { trx, setup } = act
  const key = wanted.key ?? caseKey(wanted.about, wanted.subjectId)
  const number = String(randomInt(100_000, 1_000_000))
  await openCase(ids, act, { ...wanted, key, detail: { number, ...wanted.detail } })
  const opened = await trx('cases').where({ tenant_id: setup.tenant.id, key }).first('detail')
  return String(opened.detail.number)
}

/** The case has settled itself: what it was about is decided. */
export async function settleCase(ids: Ids, act: Act, about: CaseAbout, subjectId: string): Promise<void> {
  const { trx, setup, at } = act
  const [settled] = await trx('cases')
    .where({ tenant_id: setup.tenant.id, key: caseKey(about, subjectId), state: 'open' })
    .update({ state: 'settled', settled_at: at })
    .returning('id')
  if (settled !== undefined)
    await tellWorld(ids, act, {
      id: ids.next(),
      subject: 'case',
      subjectId: settled.id,
      from: 'open',
      to: 'settled',
    })
}

const caseKey = (about: CaseAbout, subjectId: string): string => `${about}:${subjectId}`
