import type { Knex } from 'knex'
import type { Callbacks } from './callbacks.ts'
import type { Faults } from './faults.ts'
import type { Handset } from './handset.ts'
import type { Inbox } from './inbox.ts'
import type { Jobs } from './jobs.ts'

/** What a simulated provider works with: its database, the clock, and what all of them share. */
export type House = {
  readonly db: Knex
  readonly clock: { now(): Date }
  readonly faults: Faults
  readonly jobs: Jobs
  readonly callbacks: Callbacks
  readonly handset: Handset
  readonly inbox: Inbox
}
