import type { Knex } from 'knex'
import { makeClaims } from './support/claims.ts'

/** A claim takes no more rows than it was asked for, however the database joins them. */

const TABLES = {
  message: 'messages',
  callback: 'callbacks',
  schedule: 'schedules',
  request: 'collection_requests',
  transaction: 'transactions',
  booking: 'bookings',
  disbursement: 'disbursements',
  batch: 'batches',
  webhook: 'webhook_deliveries',
}

export const up = (knex: Knex): Promise<void> => makeClaims(knex, TABLES)
