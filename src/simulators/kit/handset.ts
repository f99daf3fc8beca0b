import type { Knex } from 'knex'
import { ensureSchema } from './database.ts'
import type { Jobs } from './jobs.ts'
import { after } from './numbers.ts'

/** A wallet's question on a phone: "pay this, enter your PIN". `reference` is the provider's own. */
export type Prompt = {
  readonly simulator: string
  readonly reference: string
  readonly msisdn: string
  readonly text: string
  readonly amount: string
  readonly currency: string
  readonly expiresAt: Date
  /** A fault decides it: it is answered after two seconds even if a phone is attached. */
  readonly scripted: boolean
}

/** `self`: nobody holds the phone, so the wallet answers as its owner would, or as a fault was scripted. */
export type PromptAnswer =
  | { readonly kind: 'pin'; readonly pin: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'self' }

/** Settles the provider's transaction; must be repeatable, and changes nothing once it is settled. */
export type AnswerHandler = (reference: string, answer: PromptAnswer) => Promise<void>

export type PromptRow = {
  readonly id: string
  readonly simulator: string
  readonly reference: string
  readonly text: string
  readonly amount: string
  readonly currency: string
  readonly opened_at: Date
  readonly expires_at: Date
}

export type Handset = {
  /** Shows a prompt, in the commit of the provider's transaction. */
  show(prompt: Prompt, trx: Knex.Transaction): Promise<void>
  /** The question is over, however it ended; in the provider's commit too. */
  close(simulator: string, reference: string, trx: Knex.Transaction): Promise<void>
  on(simulator: string, handler: AnswerHandler): void
  attach(msisdn: string): Promise<void>
  detach(msisdn: string): Promise<void>
  /** Prolongs the lease of an attached phone; false where none is. */
  renew(msisdn: string): Promise<boolean>
  open(msisdn: string): Promise<PromptRow[]>
  /** Answers a prompt that is still open; false where there is none. */
  answer(msisdn: string, promptId: string, answer: PromptAnswer): Promise<boolean>
}

/** A simulated owner needs this long to type her PIN. */
export const SELF_ANSWER_MS = 2_000
export const ATTACH_LEASE_MS = 30_000

const STATEMENTS = [
  `create table if not exists sim_kit.prompts (
     id uuid primary key default gen_random_uuid(),
     simulator text not null, reference text not null, msisdn text not null, text text not null,
     amount text not null, currency text not null, opened_at timestamptz not null,
     expires_at timestamptz not null, scripted boolean not null, closed boolean not null default false,
     unique (simulator, reference))`,
  'create index if not exists prompts_open on sim_kit.prompts (msisdn) where not closed',
  'create table if not exists sim_kit.phones (msisdn text primary key, attached_until timestamptz not null)',
]

export async function createHandset(db: Knex, clock: { now(): Date }, jobs: Jobs): Promise<Handset> {
  await ensureSchema(db, 'sim_kit', STATEMENTS)
  const handlers = new Map<string, AnswerHandler>()
  const lease = (): Date => after(clock.now(), ATTACH_LEASE_MS)
  const attached = (msisdn: string, at: Date) =>
    db('sim_kit.phones').where({ msisdn }).andWhere('attached_until', '>', at)
  const openPrompts = (msisdn: string) =>
    db('sim_kit.prompts').where({ msisdn, closed: false }).andWhere('expires_at', '>', clock.now())

  jobs.on('kit', 'self-answer', async ({ simulator, reference }) => {
    const prompt = await db('sim_kit.prompts').where({ simulator, reference, closed: false }).first()
    if (prompt === undefined) return
    // Asked about the moment that was due, not about now: a clock that jumped must not find the lease over.
    const due = after(prompt.opened_at, SELF_ANSWER_MS)
    if (!prompt.scripted && (await attached(prompt.msisdn, due).first()) !== undefined) return
    await handlers.get(prompt.simulator)?.(prompt.reference, { kind: 'self' })
  })

  return {
    async show({ expiresAt, ...prompt }, trx) {
      const now = clock.now()
      await trx('sim_kit.prompts').insert({ ...prompt, opened_at: now, expires_at: expiresAt })
      const { simulator, reference, msisdn } = prompt
      await jobs.plan(
        {
          simulator: 'kit',
          kind: 'self-answer',
          payload: { simulator, reference },
          dueAt: after(now, SELF_ANSWER_MS),
          lane: `phone:${msisdn}`,
        },
        trx,
      )
    },
    async close(simulator, reference, trx) {
      await trx('sim_kit.prompts').where({ simulator, reference }).update({ closed: true })
    },
    on: (simulator, handler) => void handlers.set(simulator, handler),
    async attach(msisdn) {
      await db('sim_kit.phones').insert({ msisdn, attached_until: lease() }).onConflict('msisdn').merge()
    },
    async detach(msisdn) {
      await db('sim_kit.phones').where({ msisdn }).delete()
    },
    renew: async msisdn => (await attached(msisdn, clock.now()).update({ attached_until: lease() })) > 0,
    open: async msisdn => openPrompts(msisdn).orderBy('opened_at'),
    async answer(msisdn, promptId, answer) {
      const prompt = await openPrompts(msisdn).where({ id: promptId }).first()
      if (prompt === undefined) return false
      await handlers.get(prompt.simulator)?.(prompt.reference, answer)
      return true
    },
  }
}
